//! No text makes the readers or the writer panic, and whatever comes out is JSON.

use std::fs;
use std::path::Path;

use kinesis_agg::{Deaggregated, Deaggregator};
use kinesis_agg_events::{Document, Passed, Record, Shape, Writer};
use proptest::prelude::*;
use proptest::sample::Index;

fn samples() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let json = paths.filter(|path| path.extension().is_some_and(|name| name == "json"));
    json.map(|path| fs::read(path).unwrap()).collect()
}

/// One change of a text.
#[derive(Clone, Debug)]
enum Change {
    Cut(Index),
    Byte(Index, u8),
    Token(Index, &'static str),
    Repeat(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    const TOKENS: [&str; 16] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "null",
        "1e999",
        "{}",
        "[]",
        "\"data\":",
        "\"Records\":[]",
        "\"kinesis\":{},",
        "\"\\ud800\"",
    ];
    prop_oneof![
        any::<Index>().prop_map(Change::Cut),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (any::<Index>(), prop::sample::select(&TOKENS[..]))
            .prop_map(|(at, token)| Change::Token(at, token)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Repeat(from, to)),
    ]
}

fn changed(mut text: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if text.is_empty() {
            break;
        }
        let len = text.len();
        match change {
            Change::Cut(at) => text.truncate(at.index(len)),
            Change::Byte(at, byte) => text[at.index(len)] = *byte,
            Change::Token(at, token) => {
                let at = at.index(len);
                text.splice(at..at, token.bytes());
            }
            Change::Repeat(from, to) => {
                let (from, to) = (from.index(len), to.index(len));
                let piece = text[from.min(to)..from.max(to)].to_vec();
                text.extend(piece);
            }
        }
    }
    text
}

/// Writes all that `document` holds in the shape `to`.
fn write(document: &Document<'_>, to: Shape) -> Vec<u8> {
    let mut writer = Writer::new(to);
    let mut out = Vec::new();
    writer.open(Some(document), &mut out);
    let mut deaggregator = Deaggregator::new();
    let walked: Result<(), ()> = document.each_record(|_, text, record| {
        let mut bytes = Vec::new();
        let Ok(record) = record else {
            let _ = writer.no_record(text.as_bytes(), "wrong", &mut out);
            return Ok(());
        };
        let data = record.decode_data(&mut bytes);
        let blob = data.as_ref().ok().map(|span| &bytes[span.clone()]);
        match blob.map(|blob| deaggregator.deaggregate(blob)) {
            Some(Deaggregated::Aggregated(user_records)) => {
                let outer = writer.outer(Some(&record));
                for user_record in user_records {
                    writer.user_record(&outer, &user_record, &mut out);
                }
            }
            _ => {
                let _ = writer.record(&record, blob, Passed::Name("wrong"), &mut out);
            }
        }
        Ok(())
    });
    assert_eq!(walked, Ok(()));
    writer.close(&mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A changed sample is refused, or what is written of it is JSON, a value a
    /// line, in every shape.
    #[test]
    fn whatever_is_written_is_json(
        sample in any::<Index>(),
        changes in prop::collection::vec(change(), 0..4),
    ) {
        let samples = samples();
        let text = changed(samples[sample.index(samples.len())].clone(), &changes);
        if let Ok(document) = Document::read(&text) {
            for to in Shape::ALL {
                let out = write(&document, to);
                for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                    let json = serde_json::from_slice::<serde::de::IgnoredAny>(line);
                    prop_assert!(json.is_ok(), "{}: {}", to.name(), line.escape_ascii());
                }
            }
        }
        if let Ok(text) = str::from_utf8(&text) {
            for shape in Shape::ALL {
                let _ = Record::read(text, shape);
            }
        }
        let _ = kinesis_agg_events::read_list_shards(&text);
    }
}
