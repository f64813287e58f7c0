//! Every shape that AWS documents is read and written; what nobody asked for
//! survives; a damaged record harms no other.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use kinesis_agg::{Deaggregated, Deaggregator, NotAggregated};
use kinesis_agg_events::{
    Document, DocumentError, EventRecords, Passed, Record, RecordError, Shape, Writer,
};
use serde_json::{Value, json};

/// The samples that hold records, with the shape of each.
const SAMPLES: [(&str, Shape); 11] = [
    ("lambda-kinesis", Shape::Lambda),
    ("lambda-kinesis-window", Shape::Lambda),
    ("firehose-transform", Shape::Firehose),
    ("firehose-transform-from-stream", Shape::Firehose),
    ("analytics-preprocess-stream", Shape::Analytics),
    ("analytics-preprocess-firehose", Shape::Analytics),
    ("pipes-kinesis", Shape::Pipes),
    ("get-records-cli-v1", Shape::GetRecords),
    ("get-records-cli-v2", Shape::GetRecords),
    ("get-records-cli-v2-shard-end", Shape::GetRecords),
    ("put-records-request", Shape::PutRecords),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

fn sample(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.json"))).unwrap()
}

/// What is left of a user record when shapes come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
    data: Vec<u8>,
    sequence_number: Option<String>,
    sub_sequence_number: Option<u64>,
    arrival: Option<i64>,
    tags: Vec<(String, Option<String>)>,
}

fn user_records(text: &str) -> Vec<Seen> {
    let mut buffer = Vec::new();
    let records = EventRecords::decode(text.as_bytes(), &mut buffer).unwrap();
    let mut deaggregator = Deaggregator::new();
    let batch = records.deaggregate(&mut deaggregator);
    let seen = batch.user_records().map(|user_record| {
        let record = user_record.unwrap();
        let own = record.record.tags().unwrap();
        let own = own.into_iter();
        let own = own.map(|tag| (tag.key.into_owned(), tag.value.map(Cow::into_owned)));
        let tags = record.tags.map(|tag| {
            let value = tag.value.map(|value| value.as_str().into_owned());
            (tag.key.as_str().into_owned(), value)
        });
        Seen {
            partition_key: record.partition_key.map(Cow::into_owned),
            explicit_hash_key: record.explicit_hash_key.map(Cow::into_owned),
            data: record.data.to_vec(),
            sequence_number: record.sequence_number.map(Cow::into_owned),
            sub_sequence_number: record.sub_sequence_number,
            arrival: record.record.arrival_millis(),
            tags: tags.chain(own).collect(),
        }
    });
    seen.collect()
}

/// Converts a document: taken apart, or as it is.
fn convert(text: &str, to: Shape, apart: bool) -> String {
    let document = Document::read(text.as_bytes()).unwrap();
    let mut writer = Writer::new(to).with_time(1_500);
    let mut out = Vec::new();
    writer.open(Some(&document), &mut out);
    document
        .each_record(|_, text, record| {
            write_record(&mut writer, text, record.ok().as_ref(), apart, &mut out);
            Ok::<_, ()>(())
        })
        .unwrap();
    writer.close(&mut out);
    String::from_utf8(out).unwrap()
}

fn write_record(
    writer: &mut Writer,
    text: &str,
    record: Option<&Record<'_>>,
    apart: bool,
    out: &mut Vec<u8>,
) {
    let Some(record) = record else {
        return writer
            .no_record(text.as_bytes(), "no-kinesis", out)
            .unwrap();
    };
    let mut bytes = Vec::new();
    let Ok(span) = record.decode_data(&mut bytes) else {
        return writer
            .record(record, None, Passed::Name("bad-data"), out)
            .unwrap();
    };
    let blob = &bytes[span];
    let mut deaggregator = Deaggregator::new();
    match deaggregator.deaggregate(blob) {
        Deaggregated::Aggregated(user_records) if apart => {
            let outer = writer.outer(Some(record));
            for user_record in user_records {
                writer.user_record(&outer, &user_record, out);
            }
        }
        _ => {
            let passed = Passed::NotAggregated(NotAggregated::Magic);
            let written = writer.record(record, Some(blob), passed, out);
            // A record put straight into Firehose has no key to be sent with.
            let has_key = record.partition_key().unwrap().is_some();
            assert_eq!(
                written.is_ok(),
                has_key || writer.shape() != Shape::PutRecords
            );
        }
    }
}

/// Each sample is told by what stands in it, and gives its user records.
#[test]
fn shapes_are_told() {
    for (name, shape) in SAMPLES {
        let text = sample(name);
        let document = Document::read(text.as_bytes()).unwrap();
        assert_eq!(document.shape(), shape, "{name}");
        let seen = user_records(&text);
        assert!(seen.len() >= 2, "{name}");
        let has_keys = !matches!(name, "firehose-transform" | "analytics-preprocess-firehose");
        let has_time = shape != Shape::PutRecords;
        let mut kinds = [0, 0];
        let walked: Result<(), RecordError> = document.each_record(|_, _, record| {
            let record = record?;
            kinds[usize::from(record.data()?.starts_with("\"84mawg"))] += 1;
            assert_eq!(record.partition_key()?.is_some(), has_keys, "{name}");
            let arrival = record.arrival_millis();
            assert_eq!(
                arrival.is_some_and(|at| at > 1_600_000_000_000),
                has_time,
                "{name}"
            );
            Ok(())
        });
        assert_eq!(walked, Ok(()), "{name}");
        // A plain record, and an aggregate.
        assert!(kinds[0] > 0 && kinds[1] > 0, "{name}");
    }
}

/// In its own shape a document that is not taken apart is written as it was read,
/// each byte of it, but for line feeds.
#[test]
fn documents_survive_a_round_trip() {
    for (name, shape) in SAMPLES {
        let text = sample(name);
        let document = Document::read(text.as_bytes()).unwrap();
        let written = convert(&text, shape, false);
        let values = [&text, &written].map(|text| serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(values[0], values[1], "{name}");
        let bytes = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(bytes(document.text()), bytes(&written), "{name}");
        assert_eq!(written.lines().count(), 1, "{name}");
    }
}

/// From each shape to each, taken apart or not, and back: the same user records,
/// as far as both shapes know.
#[test]
fn shapes_are_converted_into_each_other() {
    for (name, from) in SAMPLES {
        let text = sample(name);
        let whole = user_records(&text);
        for to in Shape::ALL {
            for apart in [false, true] {
                let written = convert(&text, to, apart);
                let seen = if to == Shape::Ndjson {
                    written.lines().flat_map(user_records).collect()
                } else {
                    user_records(&written)
                };
                // Without a key nothing can be sent, be there keys inside or not.
                if to == Shape::PutRecords && !apart && whole[0].sequence_number.is_none() {
                    continue;
                }
                let at = format!("{name} to {}, apart: {apart}", to.name());
                assert!(!written.contains('\n') || written.ends_with('\n'), "{at}");
                check(&whole, &seen, from, to, &at);
            }
        }
    }
}

fn check(whole: &[Seen], seen: &[Seen], from: Shape, to: Shape, at: &str) {
    let expected = whole.iter().filter(|record| {
        let has_key = record.partition_key.is_some();
        has_key || to != Shape::PutRecords
    });
    let expected = Vec::from_iter(expected);
    assert_eq!(expected.len(), seen.len(), "{at}");
    for (expected, seen) in expected.iter().zip(seen) {
        let keys = |seen: &Seen| {
            let Seen {
                partition_key,
                explicit_hash_key,
                data,
                ..
            } = seen.clone();
            (partition_key, explicit_hash_key, data)
        };
        assert_eq!(keys(expected), keys(seen), "{at}");
        if to == Shape::PutRecords {
            continue;
        }
        assert_eq!(
            expected.sub_sequence_number, seen.sub_sequence_number,
            "{at}"
        );
        if expected.sequence_number.is_some() && (from, to) != (Shape::Firehose, Shape::Ndjson) {
            assert_eq!(expected.sequence_number, seen.sequence_number, "{at}");
        }
        if expected.arrival.is_some() {
            assert_eq!(expected.arrival, seen.arrival, "{at}");
        }
    }
}

/// Whatever a document says beside its keys and data stays: around the records,
/// beside each, and beside each user record made of it.
#[test]
fn unknown_fields_survive() {
    let odd = json!({"a": [1, {"b": null}], "n\n": "\u{1}"});
    for (name, shape) in SAMPLES {
        let mut value: Value = serde_json::from_str(&sample(name)).unwrap();
        if let Some(object) = value.as_object_mut() {
            object.insert("new".to_owned(), odd.clone());
        }
        let list = records_of(&mut value);
        for record in list {
            record["new"] = odd.clone();
            for inner in [
                "kinesis",
                "kinesisRecordMetadata",
                "kinesisStreamRecordMetadata",
            ] {
                if let Some(inner) = record.get_mut(inner) {
                    inner["newer"] = odd.clone();
                }
            }
        }
        let mut written: Value =
            serde_json::from_str(&convert(&value.to_string(), shape, true)).unwrap();
        if written.is_object() {
            assert_eq!(written["new"], odd, "{name}");
        }
        let had_inner = value.to_string().contains("newer");
        // A request takes nothing that its service does not know.
        let keeps = shape != Shape::PutRecords;
        let list = records_of(&mut written);
        assert!(list.len() >= 2, "{name}");
        let kept = list.iter().filter(|record| record["new"] == odd).count();
        assert_eq!(kept == list.len(), keeps, "{name}");
        let inner = list
            .iter()
            .filter(|record| record.to_string().contains("newer"));
        assert_eq!(inner.count() == list.len(), had_inner, "{name}");
    }
}

fn records_of(value: &mut Value) -> &mut Vec<Value> {
    let name = ["Records", "records"]
        .into_iter()
        .find(|name| value.get(name).is_some());
    let list = match name {
        Some(name) => &mut value[name],
        None => value,
    };
    list.as_array_mut().unwrap()
}

/// Numbers keep their digits, in the document and in what passes through.
#[test]
fn numbers_keep_their_digits() {
    let text = r#"{"Records":[{"kinesis":{"data":"aGk=","approximateArrivalTimestamp":1.50,"n":12345678901234567890123},"m":1e400}],"window":{"x":0.10}}"#;
    assert_eq!(convert(text, Shape::Lambda, true).trim_end(), text);
}

/// A bare list of records, and one record alone, are read as what they were cut
/// out of.
#[test]
fn pieces_of_documents_are_read() {
    for (name, shape) in SAMPLES {
        let text = sample(name);
        let whole = user_records(&text);
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let list = records_of(&mut value).clone();
        assert_eq!(
            user_records(&Value::from(list.clone()).to_string()),
            whole,
            "{name}"
        );
        let one_by_one = list.iter().map(ToString::to_string);
        let one_by_one = one_by_one.flat_map(|record| user_records(&record));
        assert_eq!(Vec::from_iter(one_by_one), whole, "{name}");
        let first = list[0].to_string();
        let found = Document::read(first.as_bytes()).unwrap();
        let is_sdk = matches!(shape, Shape::GetRecords | Shape::PutRecords);
        assert_eq!(found.shape() == Shape::Ndjson, is_sdk, "{name}");
    }
}

/// An event whose records were taken apart before it came keeps its numbers: the
/// same sequence number on all, and their own places.
#[test]
fn events_that_were_taken_apart_are_read() {
    for (name, shape) in SAMPLES {
        if shape == Shape::PutRecords {
            continue;
        }
        let once = convert(&sample(name), shape, true);
        assert_eq!(user_records(&once), user_records(&sample(name)), "{name}");
        assert_eq!(convert(&once, shape, true), once, "{name}");
    }
}

/// What is wrong with one record is told with it; the others come out.
#[test]
fn damaged_records_harm_no_other() {
    for (name, shape) in SAMPLES {
        let text = sample(name);
        let whole = user_records(&text).len();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let list = records_of(&mut value);
        let good = list.clone();
        for bad in [
            json!(7),
            json!(null),
            json!([]),
            json!({}),
            json!({"kinesis": 1}),
        ] {
            list.insert(1, bad);
        }
        let mut broken = good[0].clone();
        let data = broken
            .pointer_mut("/kinesis/data")
            .map(|data| *data = "!".into());
        if data.is_none() {
            let field = if broken.get("Data").is_some() {
                "Data"
            } else {
                "data"
            };
            broken[field] = "!".into();
        }
        list.push(broken);
        let text = value.to_string();
        let mut buffer = Vec::new();
        let records = EventRecords::decode(text.as_bytes(), &mut buffer).unwrap();
        let mut deaggregator = Deaggregator::new();
        let batch = records.deaggregate(&mut deaggregator);
        let (found, failed): (Vec<_>, Vec<_>) = batch.user_records().partition(Result::is_ok);
        assert_eq!((found.len(), failed.len()), (whole, 6), "{name}");
        let numbers = failed
            .iter()
            .map(|failed| failed.as_ref().unwrap_err().number);
        let broken = good.len() + 5;
        assert_eq!(Vec::from_iter(numbers), [1, 2, 3, 4, 5, broken], "{name}");
        // In its own shape all of it goes out as it came.
        let again: Value = serde_json::from_str(&convert(&text, shape, false)).unwrap();
        assert_eq!(again, value, "{name}");
    }
}

/// Texts that are no documents are refused with the reason and the place.
#[test]
fn what_is_no_document_is_refused() {
    let deep = format!(
        "{{\"Records\":[],\"x\":{}{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let zeros = format!("[{}0]", "0,".repeat(200_000));
    for (text, name, offset) in [
        ("", "not-json", Some(0)),
        ("what?", "not-json", Some(0)),
        ("7", "not-json", None),
        ("\"aGk=\"", "not-json", None),
        ("{\"Records\":[", "not-json", Some(11)),
        (" {\"Records\":[}]", "not-json", Some(13)),
        ("{\"Records\":[]} x", "not-json", Some(15)),
        ("{}", "no-records", None),
        ("{\"Records\":{}}", "no-records", None),
        ("{\"Records\":[],\"Records\":[]}", "stands-twice", None),
        (&deep, "too-deep", Some(145)),
        (&zeros, "too-many-records", None),
    ] {
        let mut buffer = Vec::new();
        let error = EventRecords::decode(text.as_bytes(), &mut buffer).unwrap_err();
        let short = &text[..text.len().min(30)];
        assert_eq!(
            (error.name(), error.offset()),
            (name, offset),
            "{short}: {error}"
        );
    }
    let mut buffer = Vec::new();
    let error = EventRecords::decode(b"{\"Records\":[\"\xff\"]}", &mut buffer).unwrap_err();
    assert!(
        matches!(error, DocumentError::NotJson { offset: 13, .. }),
        "{error}"
    );
}

/// What a function answers has the documented shape.
#[test]
fn answers_have_the_documented_shape() {
    let mut failures = kinesis_agg_events::BatchResponse::new();
    let expected: Value = serde_json::from_str(&sample("batch-item-failures")).unwrap();
    let number = &expected["batchItemFailures"][0]["itemIdentifier"];
    failures.fail(number.as_str().unwrap());
    assert_eq!(serde_json::to_value(&failures).unwrap(), expected);

    let expected: Value = serde_json::from_str(&sample("batch-item-failures-window")).unwrap();
    let failures = kinesis_agg_events::BatchResponse::new();
    let mut failures = failures.with_state(&expected["state"]).unwrap();
    for failure in expected["batchItemFailures"].as_array().unwrap() {
        failures.fail(failure["itemIdentifier"].as_str().unwrap());
    }
    assert_eq!(serde_json::to_value(&failures).unwrap(), expected);

    let expected: Value = serde_json::from_str(&sample("firehose-response")).unwrap();
    let mut response = kinesis_agg_events::TransformResponse::new();
    for record in expected["records"].as_array().unwrap() {
        let id = record["recordId"].as_str().unwrap();
        let mut data = Vec::new();
        if let Some(text) = record["data"].as_str() {
            kinesis_agg_events::decode_base64(text.as_bytes(), &mut data).unwrap();
        }
        match record["result"].as_str().unwrap() {
            "Ok" => response.ok(id, [&*data]),
            "Dropped" => response.dropped(id),
            _ => response.failed(id, &data),
        }
    }
    let written: Value = serde_json::from_str(&response.into_json()).unwrap();
    for (written, expected) in written["records"]
        .as_array()
        .unwrap()
        .iter()
        .zip(expected["records"].as_array().unwrap())
    {
        for field in ["recordId", "result"] {
            assert_eq!(written[field], expected[field]);
        }
        if written["result"] != "Dropped" {
            assert_eq!(written["data"], expected["data"]);
        }
    }
}

/// Each sample is named in the README with its source, and none other is.
#[test]
fn every_sample_has_a_source() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name != "README.md" {
            assert!(readme.contains(&format!("| `{name}`")), "{name}");
            count += 1;
        }
    }
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.count(), count);
}
