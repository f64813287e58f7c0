//! The command as a whole: texts that are compared with files, and rules that
//! hold for all vectors.
//!
//! `UPDATE_EXPECTED=1 cargo test -p kinesis-agg-cli inspect` writes the files
//! anew; look at what has changed before it is committed.

use std::borrow::Cow;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use kinesis_agg::HashKeyRange;
use kinesis_agg_testkit::frame;
use kinesis_agg_testkit::vectors::{self, Vector};
use serde_json::Value;

use super::text::width;
use super::{Found, InspectOptions, Inspector};
use crate::notice::Place;

const PLAIN: InspectOptions = InspectOptions {
    explain: false,
    all: false,
    json: false,
    color: false,
    width: 80,
    range: None,
};

/// Text with colours, the escapes made visible.
fn visible(text: &str) -> String {
    text.replace('\u{1b}', "␛")
}

/// Runs the command over these records, each on a line of its own.
fn inspect(records: &[Found<'_>], options: InspectOptions) -> String {
    let mut inspector = Inspector::new(options);
    let mut out = Vec::new();
    for found in records {
        inspector.record(found, &mut out).unwrap();
    }
    inspector.finish(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn found<'a>(line: u64, partition_key: &'a str, blob: &'a [u8]) -> Found<'a> {
    let number = 49_590_338_271_490_256_608_559_692_538_361_570_000_u128 + u128::from(line);
    Found {
        file: "data/orders.ndjson",
        place: Place::line(line),
        partition_key: Some(Cow::Borrowed(partition_key)),
        explicit_hash_key: None,
        sequence_number: Some(Cow::Owned(format!("{number}21575989136588"))),
        blob: Ok(blob),
    }
}

fn vector(vectors: &[Vector], id: &str) -> Vec<u8> {
    let vector = vectors.iter().find(|vector| vector.id == id);
    vector.expect("the vector is there").blob().to_vec()
}

/// Something of everything.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let vectors = vectors::all();
    let of = |id| vector(&vectors, id);
    let good = of("malformed/frame-good");
    vec![
        ("customer-7", good.clone()),
        ("a", of("kpl-1.0.7/two-keys/1-shards/0")),
        ("p000", of("java-aggregator-2.0.7/keys-127-130")),
        (
            "customer-9",
            b"{\"order\":1042,\"total\":\"19.90\"}".to_vec(),
        ),
        ("customer-9", Vec::new()),
        ("customer-9", BASE64_STANDARD.encode(&good).into_bytes()),
        ("mia", of("truncated/cut-050")),
        ("mia", of("malformed/index-pk-middle")),
        ("mia", of("malformed/frame-wrong-md5-7")),
        ("mia", of("malformed/bad-wire-6-record")),
        (
            "a long partition key of a tenant that has many",
            of("malformed/frame-nested"),
        ),
        ("\u{1b}[31m\u{202e}", of("malformed/ehk-hex")),
        (
            "\u{4f60}\u{597d}\u{4e16}\u{754c}\u{4f60}\u{597d}",
            of("malformed/table-zero-records-pks"),
        ),
        ("tags", of("python-aiokpl-0.2.0/tags")),
        ("customer-7", of("malformed/many-300")),
    ]
}

/// The same as the reader finds them, and one without data.
fn found_samples(samples: &[(&'static str, Vec<u8>)]) -> Vec<Found<'static>> {
    let leak = |blob: &Vec<u8>| -> &'static [u8] { Box::leak(blob.clone().into_boxed_slice()) };
    let mut records = Vec::new();
    for (line, (key, blob)) in (1..).zip(samples) {
        records.push(found(line, key, leak(blob)));
    }
    let line = records.len() as u64 + 1;
    records.push(Found {
        partition_key: None,
        sequence_number: None,
        blob: Err((
            "bad-data",
            "Data is no base64: '-' at character 0".to_owned(),
        )),
        ..found(line, "", b"")
    });
    records[0].explicit_hash_key = Some(Cow::Borrowed("226854911280625642308916404954512140970"));
    records
}

fn lower_half() -> Option<HashKeyRange> {
    HashKeyRange::from_decimal("0", "170141183460469231731687303715884105727")
}

/// Compares with a file of `tests/expected`.
#[track_caller]
fn assert_expected(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected");
    let file = folder.join(format!("inspect-{name}.txt"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(text == expected, "{} differs from:\n{text}", file.display());
}

/// The list and the summary, narrow and wide, with a range and without.
#[test]
fn lists_look_as_expected() {
    let samples = samples();
    let records = found_samples(&samples);
    for (name, width, range) in [
        ("list-80", 80, None),
        ("list-200", 200, None),
        ("range-80", 80, lower_half()),
        ("range-200", 200, lower_half()),
    ] {
        let options = InspectOptions {
            width,
            range,
            ..PLAIN
        };
        assert_expected(name, &inspect(&records, options));
    }
}

/// Blobs byte by byte, narrow and wide.
#[test]
fn explanations_look_as_expected() {
    let samples = samples();
    let records = found_samples(&samples);
    for (name, width) in [("explain-80", 80), ("explain-200", 200)] {
        let options = InspectOptions {
            explain: true,
            width,
            ..PLAIN
        };
        assert_expected(name, &inspect(&records, options));
    }
}

/// The same in colours: those of a good, a truncated and a wrong record.
#[test]
fn colors_look_as_expected() {
    let samples = samples();
    let records = found_samples(&samples);
    let records = [0, 3, 6, 7, 8].map(|at: usize| records[at].clone());
    let mut text = String::new();
    for explain in [false, true] {
        let options = InspectOptions {
            explain,
            color: true,
            range: lower_half(),
            ..PLAIN
        };
        text += &visible(&inspect(&records, options));
    }
    assert_expected("colors-80", &text);
}

/// The same for machines.
#[test]
fn json_looks_as_expected() {
    let samples = samples();
    let records = found_samples(&samples);
    let options = InspectOptions {
        json: true,
        range: lower_half(),
        ..PLAIN
    };
    let mut text = inspect(&records, options);
    let options = InspectOptions {
        explain: true,
        ..options
    };
    let explained = [0, 6, 7].map(|at: usize| records[at].clone());
    text += &inspect(&explained, options);
    assert_expected("json", &text);
}

/// A fault is pointed at in plain words, with what is missing.
#[test]
fn faults_are_told_in_plain_words() {
    let vectors = vectors::all();
    for (id, expected) in [
        (
            "truncated/cut-050",
            "the blob ends here, 10 bytes before the end of this field",
        ),
        (
            "truncated/cut-061",
            "the blob ends here, in the midst of a field",
        ),
        (
            "truncated/cut-066",
            "the blob ends here, without a checksum",
        ),
        (
            "truncated/cut-081",
            "the blob ends here, 1 byte before the end of its checksum",
        ),
        (
            "malformed/frame-md5-missing",
            "the blob ends here, without a checksum",
        ),
        (
            "malformed/frame-wrong-md5-0",
            "checksum: not the MD5 of the message",
        ),
        (
            "malformed/index-pk-middle",
            "there is no partition key 2: the partition keys have the numbers 0 to 1",
        ),
        (
            "malformed/table-missing-both",
            "there is no partition key 0: the blob has no partition keys",
        ),
        (
            "malformed/index-ehk-2p63",
            "there is no explicit hash key 9,223,372,036,854,775,808",
        ),
        (
            "malformed/required-no-data",
            "a record has no data: record 1, whose fields begin at byte 107",
        ),
        (
            "malformed/required-no-tag-key",
            "a tag has no key: the one whose fields begin at byte 118",
        ),
        ("malformed/bad-wire-7-tag", "a field of wire type 6 or 7"),
        (
            "malformed/bad-group-unclosed-top",
            "a group runs past the end of what holds it",
        ),
        (
            "malformed/frame-message-ff-x17",
            "this number goes on after ten bytes",
        ),
    ] {
        let blob = vector(&vectors, id);
        let options = InspectOptions {
            explain: true,
            width: 200,
            ..PLAIN
        };
        let text = inspect(&[found(1, "k", &blob)], options);
        assert!(text.contains(expected), "{id}: {expected}: {text}");
    }
}

/// What the KCL does in the lower half of the hash keys, as its vectors have it.
#[test]
fn the_kcl_is_told() {
    let vectors = vectors::all();
    for (id, expected) in [
        ("malformed/frame-plain-text", "hands out as it is"),
        ("malformed/frame-wrong-md5-0", "hands out as it is"),
        ("malformed/index-pk-middle", "hands out only a part"),
        ("malformed/index-pk-2p31", "hands out only a part"),
        ("malformed/index-pk-2p32", "takes another key"),
        ("malformed/frame-good", "drops, 2 outside"),
        ("malformed/frame-nested", "hands out\n"),
    ] {
        let blob = vector(&vectors, id);
        let options = InspectOptions {
            range: lower_half(),
            ..PLAIN
        };
        let text = inspect(&[found(1, "k", &blob)], options);
        assert!(text.contains(expected), "{id}: {expected}: {text}");
    }
}

/// A long aggregate takes few lines, whatever it is long of; all of them when
/// asked for.
#[test]
fn long_aggregates_do_not_flood() {
    let many = |field: &[u8]| field.repeat(10_000);
    let tags = many(&[0x22, 3, 0x0a, 1, b'k']);
    // A record of 50,004 bytes.
    let start = [0x0a, 0, 0x1a, 0xd4, 0x86, 0x03, 8, 0, 0x1a, 0];
    for (what, message) in [
        ("partition keys", many(&[0x0a, 1, b'k'])),
        ("explicit hash keys", many(&[0x12, 1, b'7'])),
        (
            "user records",
            [&[0x0a, 0][..], &many(&[0x1a, 4, 8, 0, 0x1a, 0])].concat(),
        ),
        ("unknown fields", many(&[0x78, 0])),
        ("tags", [&start[..], &tags].concat()),
    ] {
        let blob = frame::seal(&message);
        let [few, all] = [false, true].map(|all| {
            let options = InspectOptions {
                explain: true,
                all,
                ..PLAIN
            };
            inspect(&[found(1, "k", &blob)], options).lines().count()
        });
        assert!(few < 60, "{what}: {few}");
        assert!(all > 9_000, "{what}: {all}");
    }
}

/// Whatever stands in a record, lines fit their width, nothing gets out that a
/// terminal obeys, and JSON is JSON.
#[test]
fn no_record_breaks_the_output() {
    let widths = [60, 80, 200].into_iter().cycle();
    for (vector, width) in vectors::all().iter().zip(widths) {
        let options = InspectOptions {
            width,
            range: lower_half(),
            ..PLAIN
        };
        for blob in &vector.blobs {
            let key = vector.kinesis_partition_key.as_deref();
            let records = [found(1, key.unwrap_or("\u{85}\t"), blob)];
            check_text(&vector.id, &records, options);
            check_json(&vector.id, &records, options);
        }
    }
}

fn check_text(id: &str, records: &[Found<'_>], options: InspectOptions) {
    let explain = InspectOptions {
        explain: true,
        ..options
    };
    let text = inspect(records, options) + &inspect(records, explain);
    for line in text.lines() {
        let seen = width(line);
        assert!(seen <= options.width, "{id}: {seen}: {line}");
        assert!(!line.chars().any(char::is_control), "{id}: {line:?}");
    }
}

fn check_json(id: &str, records: &[Found<'_>], options: InspectOptions) {
    let options = InspectOptions {
        json: true,
        explain: true,
        ..options
    };
    for line in inspect(records, options).lines() {
        let read = serde_json::from_str::<Value>(line);
        assert!(read.is_ok_and(|value| value.is_object()), "{id}: {line}");
    }
}

/// In JSON the pieces of a blob, put together, are the blob.
#[test]
fn json_leaves_out_no_byte() {
    let options = InspectOptions {
        json: true,
        explain: true,
        ..PLAIN
    };
    for (key, blob) in samples() {
        let text = inspect(&[found(1, key, &blob)], options);
        let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        let pieces = line["Layout"].as_array().unwrap().iter();
        let hex = String::from_iter(pieces.map(|piece| piece["Hex"].as_str().unwrap()));
        let expected = String::from_iter(blob.iter().map(|byte| format!("{byte:02x}")));
        assert_eq!(hex, expected, "{key}");
    }
}
