//! Any text as JSON of AWS, as a record, as a list of shards, as base64: never a
//! panic, and what the crate promises of what it reads.
//!
//! - What is written is JSON, a value a line, in every shape.
//! - In the shape that a document came in, with nothing taken apart, it is written
//!   as it stood.
//! - Data that was decoded is the same text when it is encoded again.
//! - User records come in the order of the event, each with its Kinesis record.
#![no_main]

use kinesis_agg::{Deaggregated, Deaggregator};
use kinesis_agg_events::{
    BatchResponse, DataEncoding, Document, Event, EventRecords, Passed, Record, Shape,
    TransformResponse, Writer, decode_base64, decode_hex, encode_base64, encode_hex,
    read_list_shards,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &[u8]| {
    check_data(text);
    let _ = read_list_shards(text).map_err(|error| error.to_string());
    for shape in Shape::ALL {
        let _ = Document::read_as(text, shape).map_err(|error| error.to_string());
        if let Ok(text) = str::from_utf8(text) {
            let _ = Record::read(text, shape).map(|record| check_record(&record));
        }
    }
    match Document::read(text) {
        Ok(document) => check_document(text, &document),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Ok(event) = serde_json::from_slice::<Event>(text) {
        let again = serde_json::to_string(&event).expect("it was JSON");
        assert_eq!(again, event.json());
    }
});

/// Base64 has one text for each data; hexadecimal one but for case and spaces.
fn check_data(text: &[u8]) {
    let (mut bytes, mut again) = (b"before".to_vec(), Vec::new());
    match decode_base64(text, &mut bytes) {
        Ok(span) => {
            encode_base64(&bytes[span], &mut again);
            assert_eq!(again, text);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    bytes.truncate(6);
    assert_eq!(bytes, b"before");
    if let Ok(span) = decode_hex(text, &mut bytes) {
        again.clear();
        encode_hex(&bytes[span], &mut again);
        let digits = text.iter().filter(|byte| !byte.is_ascii_whitespace());
        let lower = Vec::from_iter(digits.map(u8::to_ascii_lowercase));
        assert_eq!(again, lower);
    }
}

/// Whatever is asked of a record, it answers, and the same twice.
fn check_record(record: &Record<'_>) {
    let mut bytes = Vec::new();
    for encoding in [DataEncoding::Base64, DataEncoding::Utf8, DataEncoding::Hex] {
        let before = bytes.len();
        match record.decode_data_as(encoding, &mut bytes) {
            Ok(span) => assert_eq!(span, before..bytes.len()),
            Err(error) => {
                assert_eq!(bytes.len(), before, "{error}");
            }
        }
    }
    let _ = (record.partition_key(), record.explicit_hash_key());
    let _ = (record.sequence_number(), record.sub_sequence_number());
    let _ = (record.record_id(), record.shard_id());
    let _ = (record.arrival_millis(), record.tags());
}

fn check_document(text: &[u8], document: &Document<'_>) {
    for to in Shape::ALL {
        for encoding in [DataEncoding::Base64, DataEncoding::Utf8] {
            let writer = Writer::new(to).with_encoding(encoding);
            check_is_json(&write(document, writer, true));
        }
    }
    let same = write(document, Writer::new(document.shape()), false);
    check_is_json(&same);
    if document.shape() != Shape::Ndjson && !document.is_bare_record() {
        let [before, after] = [document.text().as_bytes(), &same].map(value);
        assert_eq!(before, after, "{}", same.escape_ascii());
    }
    check_event(text, document);
}

/// As far as it is JSON that Rust can hold: a number may be beyond.
fn value(text: &[u8]) -> Option<Value> {
    serde_json::from_slice(text).ok()
}

fn check_is_json(lines: &[u8]) {
    let lines = lines.split(|byte| *byte == b'\n');
    for line in lines.filter(|line| !line.is_empty()) {
        let json = serde_json::from_slice::<serde::de::IgnoredAny>(line);
        assert!(json.is_ok(), "{}", line.escape_ascii());
    }
}

/// Writes all that `document` holds, with aggregates taken apart or whole.
fn write(document: &Document<'_>, mut writer: Writer, apart: bool) -> Vec<u8> {
    let mut out = Vec::new();
    writer.open(Some(document), &mut out);
    let mut deaggregator = Deaggregator::new();
    let walked = document.each_record(|_, text, record| {
        let mut bytes = Vec::new();
        let Ok(record) = record else {
            let _ = writer.no_record(text.as_bytes(), "wrong", &mut out);
            return Ok::<(), ()>(());
        };
        let data = record.decode_data(&mut bytes);
        let blob = data.as_ref().ok().map(|span| &bytes[span.clone()]);
        match blob.map(|blob| deaggregator.deaggregate(blob)) {
            Some(Deaggregated::Aggregated(user_records)) if apart => {
                let outer = writer.outer(Some(&record));
                for user_record in user_records {
                    writer.user_record(&outer, &user_record, &mut out);
                }
            }
            _ => {
                let before = out.len();
                let passed = Passed::Name("wrong");
                if writer.record(&record, blob, passed, &mut out).is_err() {
                    assert_eq!(out.len(), before, "refused, so nothing is written");
                }
            }
        }
        Ok(())
    });
    assert_eq!(walked, Ok(()));
    writer.close(&mut out);
    out
}

fn check_event(text: &[u8], document: &Document<'_>) {
    let mut buffer = Vec::new();
    let records = match EventRecords::decode(text, &mut buffer) {
        Ok(records) => records,
        Err(error) => panic!("{error}, but the document is read"),
    };
    assert_eq!(records.shape(), document.shape());
    let mut deaggregator = Deaggregator::new();
    let batch = records.deaggregate(&mut deaggregator);
    let (mut batch_response, mut response) = (BatchResponse::new(), TransformResponse::new());
    let (mut next, mut user_records) = (0, 0);
    for user_record in batch.user_records() {
        let (number, sequence_number) = match &user_record {
            Ok(user_record) => {
                user_records += 1;
                let record_id = user_record.record.record_id().unwrap_or_default();
                response.ok(&record_id, [user_record.data]);
                (user_record.number, &user_record.sequence_number)
            }
            Err(failed) => {
                response.failed(&failed.to_string(), b"");
                (failed.number, &failed.sequence_number)
            }
        };
        assert!((next..records.len()).contains(&number));
        next = number;
        batch_response.fail(sequence_number.as_deref().unwrap_or_default());
    }
    let report = batch.report();
    let alone = report.plain + report.damaged;
    assert_eq!(report.user_records + alone, user_records);
    check_is_json(response.into_json().as_bytes());
    check_is_json(&serde_json::to_vec(&batch_response).expect("it is JSON"));
}
