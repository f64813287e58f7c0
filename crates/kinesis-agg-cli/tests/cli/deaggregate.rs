//! `deaggregate` on sound input: formats, user records, what passes through.

use kinesis_agg::{Deaggregated, Deaggregator, Tag};
use kinesis_agg_testkit::{TestRecord, naive, vectors};
use serde_json::{Value, json};

use crate::program::{base64, content, example, kinesis_record, lambda_event, run};

/// The README's command prints what is written down, from a file and from stdin.
#[test]
fn the_example_event() {
    let expected = content("expected", "lambda-event.ndjson");
    let of_file = run(&format!("deaggregate {}", example("lambda-event.json")), "");
    assert_eq!((of_file.code, &*of_file.stderr), (0, ""));
    assert_eq!(of_file.stdout, expected);
    let of_stdin = run("deaggregate", content("data", "lambda-event.json"));
    assert_eq!(of_stdin, of_file);
    let of_dash = run("deaggregate -", content("data", "lambda-event.json"));
    assert_eq!(of_dash, of_file);
}

/// All fields of a user record, in their order, those without a value absent.
#[test]
fn fields_of_a_user_record() {
    let mut tagged = TestRecord::new("k\"1", b"one");
    tagged.explicit_hash_key = Some("007".to_owned());
    tagged.tags = vec![
        ("a".to_owned(), Some("b".to_owned())),
        ("c".to_owned(), None),
    ];
    let blob = naive::encode(&[tagged, TestRecord::new("é", b"")]);
    let expected = concat!(
        r#"{"PartitionKey":"k\"1","ExplicitHashKey":"007","Data":"b25l","SequenceNumber":"7","#,
        r#""SubSequenceNumber":0,"Aggregated":true,"#,
        r#""Tags":[{"Key":"a","Value":"b"},{"Key":"c"}]}"#,
        "\n",
        r#"{"PartitionKey":"é","Data":"","SequenceNumber":"7","SubSequenceNumber":1,"#,
        r#""Aggregated":true}"#,
        "\n",
    );
    let ran = run("deaggregate", kinesis_record(&blob));
    assert_eq!((ran.stdout.as_str(), ran.code), (expected, 0));

    let bare = format!("{{\"Data\":\"{}\"}}", base64(&blob));
    let first = &run("deaggregate", bare).fine()[0];
    assert_eq!(first.get("SequenceNumber"), None);
}

/// A record that is no aggregate keeps its text, whatever other fields it has;
/// only what we add of an earlier run is replaced.
#[test]
fn plain_records_pass_through() {
    let magic = r#""Aggregated":false,"NotAggregated":"magic"}"#;
    for (line, expected) in [
        (r#"{"Data":""}"#, r#"{"Data":"","#),
        (
            r#" { "x" : [1.50, {"Data":7}], "Data" : "aGk=", "PartitionKey":5 } "#,
            r#"{ "x" : [1.50, {"Data":7}], "Data" : "aGk=", "PartitionKey":5 ,"#,
        ),
        // Escapes stay as they are.
        (
            r#"{"k":"\u00e9\/","Data":"\u0061Gk\u003d"}"#,
            r#"{"k":"\u00e9\/","Data":"\u0061Gk\u003d","#,
        ),
        (
            r#"{"Aggregated":true,"a\n": 1,"Offset":3,"Data":"aGk=","NotAggregated":"x"}"#,
            r#"{"a\n":1,"Data":"aGk=","#,
        ),
        (
            r#"{"InRange":true,"Data":"aGk=","SubSequenceNumber":3}"#,
            r#"{"Data":"aGk=","SubSequenceNumber":3,"#,
        ),
        (
            r#"{"x":1,"x":2,"Data":"aGk="}"#,
            r#"{"x":1,"x":2,"Data":"aGk=","#,
        ),
    ] {
        let ran = run("deaggregate", line);
        let expected = format!("{expected}{magic}\n");
        assert_eq!((ran.stdout, ran.code), (expected, 0), "{line}");
        assert_eq!(ran.stderr, "", "{line}");
    }
}

/// Records of Lambda events pass through with all fields of their `kinesis`, those
/// that all records have in the spelling of the others, on one line.
#[test]
fn plain_records_of_events_pass_through() {
    let event = r#"{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","data":"aGk=",
        "approximateArrivalTimestamp":1545084650.980,"sequenceNumber":"7","Offset":3,
        "partitionKey":"\u00e9","explicitHashKey":"0","encryptionType":"NONE",
        "n\u0065w":[1,
        2]},"awsRegion":"x"}]}"#;
    let expected = concat!(
        r#"{"kinesisSchemaVersion":"1.0","encryptionType":"NONE","n\u0065w":[1,         2],"#,
        r#""PartitionKey":"\u00e9","ExplicitHashKey":"0","Data":"aGk=","SequenceNumber":"7","#,
        r#""ApproximateArrivalTimestamp":1545084650.980,"Aggregated":false,"#,
        r#""NotAggregated":"magic"}"#,
        "\n",
    );
    let ran = run("deaggregate", event);
    assert_eq!((ran.stdout.as_str(), ran.code), (expected, 0));
}

/// Both formats give the same, told by their first bytes or named, in any layout.
#[test]
fn formats_are_found_or_named() {
    let blobs = [
        naive::encode(&[TestRecord::new("k", b"1")]),
        b"plain".to_vec(),
    ];
    let blobs = blobs.each_ref().map(|blob| &**blob);
    let records = String::from_iter(blobs.map(kinesis_record));
    let event = lambda_event(&blobs);
    let flat = event.to_string();
    let pretty = serde_json::to_string_pretty(&event).unwrap();

    let once = run("deaggregate", &records).stdout;
    assert_eq!(once.lines().count(), 2);
    let twice = once.repeat(2);
    for (input, format, expected) in [
        (records.clone(), "ndjson", &once),
        (records.replace('\n', "\r\n\r\n"), "ndjson", &once),
        (format!("\u{feff}\n{records}"), "ndjson", &once),
        (records.trim_end().to_owned(), "ndjson", &once),
        (records.repeat(2), "ndjson", &twice),
        (flat.clone(), "lambda", &once),
        (format!(" \n{pretty}\n"), "lambda", &once),
        (pretty.replace('\n', "\r\n"), "lambda", &once),
        (format!("{flat}\n{flat}\n"), "lambda", &twice),
        (format!("{flat}{pretty}"), "lambda", &twice),
    ] {
        for arguments in ["", " --from ", " --to ndjson --from "] {
            let named = if arguments.is_empty() { "" } else { format };
            let ran = run(&format!("deaggregate{arguments}{named}"), &input);
            ran.fine();
            assert_eq!(ran.stdout, *expected, "{format}, {arguments:?}: {input}");
        }
    }
    // An event whose first key is another needs its format named.
    let odd = flat.replacen('{', "{\"x\":1,", 1);
    assert_eq!(run("deaggregate --from lambda", odd).stdout, once);
}

/// The format of each file is found on its own.
#[test]
fn files_come_one_after_the_other() {
    let event = example("lambda-event.json");
    let expected = content("expected", "lambda-event.ndjson");
    let plain = "{\"Data\":\"aGk=\",\"Aggregated\":false,\"NotAggregated\":\"magic\"}\n";
    let ran = run(
        &format!("deaggregate {event} - {event}"),
        "{\"Data\":\"aGk=\"}",
    );
    assert_eq!(ran.stdout, format!("{expected}{plain}{expected}"));
}

/// Nothing in is nothing out.
#[test]
fn empty_inputs() {
    for input in ["", "\n\n", "\u{feff}", "{\"Records\":[]}"] {
        let ran = run("deaggregate", input);
        assert_eq!((ran.code, &*ran.stdout), (0, ""), "{input:?}");
        assert_eq!(ran.stderr, "kinesis-agg: no records in the input\n");
    }
}

/// For every vector the program says what the library says.
#[test]
fn vectors_come_out_as_the_library_reads_them() {
    let blobs = vectors::all().into_iter().flat_map(|vector| vector.blobs);
    let blobs = Vec::from_iter(blobs);
    let input = String::from_iter(blobs.iter().map(kinesis_record));
    let ran = run("deaggregate", input);

    let mut expected = Vec::new();
    let mut deaggregator = Deaggregator::new();
    for blob in &blobs {
        match deaggregator.deaggregate(blob) {
            Deaggregated::Aggregated(user_records) => {
                expected.extend(user_records.map(|user_record| {
                    let mut line = json!({
                        "PartitionKey": user_record.partition_key.as_str(),
                        "Data": base64(user_record.data),
                        "SequenceNumber": "7",
                        "SubSequenceNumber": user_record.sub_sequence_number,
                        "Aggregated": true,
                    });
                    if let Some(key) = user_record.explicit_hash_key {
                        line["ExplicitHashKey"] = key.as_str().into();
                    }
                    let tags = Vec::from_iter(user_record.tags.map(tag));
                    if !tags.is_empty() {
                        line["Tags"] = tags.into();
                    }
                    line
                }));
            }
            Deaggregated::NotAggregated(reason) => {
                let mut line = json!({
                    "PartitionKey": "outer",
                    "Data": base64(blob),
                    "SequenceNumber": "7",
                    "Aggregated": false,
                    "NotAggregated": reason.name(),
                });
                if let Some(offset) = reason.offset() {
                    line["Offset"] = offset.into();
                }
                expected.push(line);
            }
            Deaggregated::Dropped { .. } => unreachable!("no range was asked for"),
        }
    }
    assert_eq!(ran.lines(), expected);
    // Damaged ones are among them.
    assert_eq!(ran.code, 1);
}

fn tag(tag: Tag<'_>) -> Value {
    let mut line = json!({"Key": tag.key.as_str()});
    if let Some(value) = tag.value {
        line["Value"] = value.as_str().into();
    }
    line
}
