//! All formats, in and out, from the samples that the library of shapes has.

use std::fs;
use std::path::Path;

use kinesis_agg_testkit::{TestRecord, naive};
use serde_json::{Value, json};

use crate::program::{base64, data, lines, run};

/// The samples with their formats.
const SAMPLES: [(&str, &str); 11] = [
    ("lambda-kinesis", "lambda"),
    ("lambda-kinesis-window", "lambda"),
    ("firehose-transform", "firehose"),
    ("firehose-transform-from-stream", "firehose"),
    ("analytics-preprocess-stream", "analytics"),
    ("analytics-preprocess-firehose", "analytics"),
    ("pipes-kinesis", "pipes"),
    ("get-records-cli-v1", "get-records"),
    ("get-records-cli-v2", "get-records"),
    ("get-records-cli-v2-shard-end", "get-records"),
    ("put-records-request", "put-records"),
];

const FORMATS: [&str; 7] = [
    "ndjson",
    "get-records",
    "put-records",
    "lambda",
    "firehose",
    "analytics",
    "pipes",
];

fn sample(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kinesis-agg-events/tests/samples");
    fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()
}

/// Keys and data of each user record, as NDJSON tells them.
fn told(lines: &[Value]) -> Vec<[Value; 3]> {
    let fields =
        |line: &Value| ["PartitionKey", "ExplicitHashKey", "Data"].map(|name| line[name].clone());
    lines.iter().map(fields).collect()
}

/// Each sample gives the same whether its format is named or told, and in any
/// format; and so does what was written when it is read again.
#[test]
fn every_format_is_read_and_written() {
    for (name, format) in SAMPLES {
        let input = sample(name);
        let named = run(&format!("deaggregate --from {format}"), &input).fine();
        let expected = told(&named);
        assert!(expected.len() >= 2, "{name}");
        assert_eq!(run("deaggregate", &input).fine(), named, "{name}");
        for to in FORMATS {
            let written = run(&format!("deaggregate --to {to}"), &input);
            let without_key = expected.iter().filter(|fields| fields[0].is_null()).count();
            let left_out = if to == "put-records" { without_key } else { 0 };
            assert_eq!(written.code, i32::from(left_out > 0), "{name} to {to}");
            // A line of its own for NDJSON, a document a line for all others.
            lines(&written.stdout);
            for from in ["auto", to] {
                let again = run(&format!("deaggregate --from {from}"), &written.stdout);
                let seen = told(&again.lines());
                let kept = expected
                    .iter()
                    .filter(|fields| left_out == 0 || !fields[0].is_null());
                assert_eq!(
                    seen,
                    Vec::from_iter(kept.cloned()),
                    "{name} to {to} from {from}"
                );
            }
        }
    }
}

/// The data alone, in three encodings; a record that came alone, in three too.
#[test]
fn data_alone() {
    let blob = naive::encode(&[
        TestRecord::new("k", b"caf\xc3\xa9"),
        TestRecord::new("k", b"\xff\n"),
    ]);
    let hex = String::from_iter(blob.iter().map(|byte| format!("{byte:02x}")));
    let spaced = String::from_iter(blob.iter().map(|byte| format!("{byte:02X} ")));
    let inputs: [(&str, Vec<u8>); 5] = [
        ("raw", blob.clone()),
        ("base64", base64(&blob).into_bytes()),
        ("base64", format!("{}\r\n\n", base64(&blob)).into_bytes()),
        ("hex", hex.into_bytes()),
        ("hex", spaced.into_bytes()),
    ];
    for (from, input) in inputs {
        for from in [from, "auto"] {
            let lines = run(&format!("deaggregate --from {from}"), &input).fine();
            let found = Vec::from_iter(lines.iter().map(data));
            assert_eq!(found, [&b"caf\xc3\xa9"[..], b"\xff\n"], "{from}");
            for (encoding, expected) in [
                ("base64", "Y2Fmw6k=\n/wo=\n"),
                ("hex", "636166c3a9\nff0a\n"),
            ] {
                let arguments = format!("deaggregate --from {from} --to data --data {encoding}");
                assert_eq!(run(&arguments, &input).stdout, expected, "{arguments}");
            }
        }
    }
    let text = naive::encode(&[
        TestRecord::new("k", "é 1".as_bytes()),
        TestRecord::new("k", b"2"),
    ]);
    let ran = run("deaggregate --to data --data utf8", text);
    assert_eq!(ran.stdout, "é 1\n2\n");
}

/// A blob that a tool wrapped is one again, whatever the pipe cuts; lines that only
/// look so stay apart.
#[test]
fn wrapped_blobs_are_joined() {
    let long = TestRecord::new("k", &[b'x'; 3000]);
    let blob = naive::encode(&[long.clone(), long]);
    let hex = String::from_iter(blob.iter().map(|byte| format!("{byte:02x}")));
    for (text, width) in [(base64(&blob), 76), (base64(&blob), 64), (hex, 60)] {
        let lines = text.as_bytes().chunks(width);
        let lines = Vec::from_iter(lines.map(|line| str::from_utf8(line).unwrap()));
        for end in ["\n", "\r\n"] {
            let wrapped = lines.join(end);
            let ran = run(
                "deaggregate --to data",
                format!("{wrapped}{end}{wrapped}{end}"),
            );
            assert_eq!((ran.stdout.lines().count(), ran.code), (4, 0), "{width}");
        }
        // Cut in the middle: each line is what it is.
        let cut = lines[..20].join("\n");
        let ran = run("deaggregate", cut);
        assert_eq!((ran.lines().len(), ran.code), (20, 1), "{width}");
    }
    // An aggregate that fills its line, and others behind it.
    let full = (0..60).find_map(|len| {
        let blob = naive::encode(&[TestRecord::new("k", &vec![b'x'; len])]);
        (base64(&blob).len() == 76).then(|| base64(&blob))
    });
    let full = full.unwrap();
    let ran = run("deaggregate", format!("{full}\n{full}\naGk=\n"));
    assert_eq!(ran.fine().len(), 3);
}

/// NDJSON with its data as text or in hexadecimal is read again as it was
/// written; what is no text has a field of its own.
#[test]
fn encodings_of_ndjson() {
    let records = [
        TestRecord::new("a", "é \"1\"".as_bytes()),
        TestRecord::new("b", b"\xff\x00"),
        TestRecord::new("c", b""),
    ];
    let blob = naive::encode(&records);
    for encoding in ["base64", "utf8", "hex"] {
        let out = run(&format!("deaggregate --data {encoding}"), &blob);
        if encoding == "utf8" {
            assert_eq!(out.fine()[0]["Data"], "é \"1\"");
            assert_eq!(out.fine()[1]["DataBase64"], "/wA=");
            assert_eq!(out.fine()[1].get("Data"), None);
        }
        let arguments = format!("aggregate --group-by none --data {encoding}");
        let packed = run(&arguments, &out.stdout);
        assert_eq!(packed.code, 0, "{encoding}: {}", packed.stderr);
        let packed = packed.lines();
        assert_eq!(data(&packed[0]), blob, "{encoding}");
    }
    // A record that passes through is written in the same encoding.
    let ran = run("deaggregate --data utf8", "{\"Data\":\"aGk=\",\"x\":1}\n");
    assert_eq!(
        ran.fine(),
        [json!({"x": 1, "Data": "hi", "Aggregated": false, "NotAggregated": "magic"})]
    );
    for to in ["lambda", "put-records"] {
        let ran = run(&format!("deaggregate --to {to} --data hex"), "");
        assert_eq!(ran.code, 2);
        assert!(
            ran.stderr.contains("other formats have base64"),
            "{}",
            ran.stderr
        );
    }
}

/// Lines of text become user records of one partition key; other formats without
/// keys need one too.
#[test]
fn lines_of_text() {
    let ran = run("aggregate --partition-key web", "one\r\n\n{\"x\":1}\n84maw");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let packed = ran.lines();
    assert_eq!(packed[0]["UserRecords"], 4);
    let back = run("deaggregate --to data --data utf8", &ran.stdout);
    assert_eq!(back.stdout, "one\n\n{\"x\":1}\n84maw\n");

    let ran = run(
        "aggregate --partition-key web --from base64",
        "b25l\ndHdv\n",
    );
    assert_eq!(data(&run("deaggregate", &ran.stdout).fine()[1]), b"two");
    // A key of its own goes first.
    let ran = run(
        "aggregate --partition-key web --from ndjson --group-by none",
        "{\"PartitionKey\":\"a\",\"Data\":\"\"}\n{\"Data\":\"\"}\n",
    );
    let keys = run("deaggregate", &ran.stdout).fine();
    assert_eq!(
        (&keys[0]["PartitionKey"], &keys[1]["PartitionKey"]),
        (&json!("a"), &json!("web"))
    );
    for from in ["lines", "raw", "base64", "hex"] {
        let ran = run(&format!("aggregate --from {from}"), "");
        assert_eq!(ran.code, 2, "{from}");
    }
}

/// User records of each format are packed; the same for Kinesis records made.
#[test]
fn user_records_of_every_format_are_packed() {
    for (name, format) in SAMPLES {
        let apart = run(&format!("deaggregate --to {format}"), sample(name)).stdout;
        let expected = told(&run("deaggregate", sample(name)).fine());
        for to in FORMATS {
            let arguments =
                format!("aggregate --from {format} --to {to} --group-by none --partition-key none");
            let packed = run(&arguments, &apart);
            assert_eq!(packed.code, 0, "{arguments}: {}", packed.stderr);
            let again = told(&run("deaggregate", &packed.stdout).fine());
            assert_eq!(again.len(), expected.len(), "{name} to {to}");
            for (again, expected) in again.iter().zip(&expected) {
                assert_eq!(again[2], expected[2], "{name} to {to}");
                let key = if expected[0].is_null() {
                    &json!("none")
                } else {
                    &expected[0]
                };
                assert_eq!(again[0], *key, "{name} to {to}");
            }
        }
    }
}

/// Requests take 500 records and 10 MiB at most; what is over goes into the next.
#[test]
fn requests_are_cut() {
    let line = |data: &[u8]| json!({"PartitionKey": "k", "Data": base64(data)}).to_string() + "\n";
    let small = line(b"x").repeat(1201);
    let ran = run("deaggregate --to put-records --stream-name s", small);
    let requests = ran.fine();
    let counts = requests
        .iter()
        .map(|request| request["Records"].as_array().unwrap().len());
    assert_eq!(Vec::from_iter(counts), [500, 500, 201]);
    assert!(requests.iter().all(|request| request["StreamName"] == "s"));
    // Only what the service takes.
    assert_eq!(
        requests[0]["Records"][0],
        json!({"Data": "eA==", "PartitionKey": "k"})
    );

    let large = line(&vec![b'x'; (1 << 20) - 1]).repeat(11);
    let requests = run("deaggregate --to put-records", large).fine();
    let counts = requests
        .iter()
        .map(|request| request["Records"].as_array().unwrap().len());
    assert_eq!(Vec::from_iter(counts), [10, 1]);

    let tagged = json!({"PartitionKey": "k", "Data": "", "Tags": [{"Key": "t"}]}).to_string();
    let ran = run("deaggregate --to put-records", tagged);
    assert!(
        ran.stderr.contains("1 user records had tags"),
        "{}",
        ran.stderr
    );
}

/// What has no place in the output is named and left out; nothing else is.
#[test]
fn what_has_no_place_is_named() {
    let input = "{\"PartitionKey\":\"k\",\"Data\":\"aGk=\"}\nwhat?\n{\"PartitionKey\":\"k\",\"Data\":\"aGk=\"}\n";
    for to in ["lambda", "data", "put-records"] {
        let ran = run(&format!("deaggregate --to {to}"), input);
        assert_eq!(ran.code, 1, "{to}");
        let again = run("deaggregate", ran.stdout.as_str());
        assert_eq!(again.lines().len(), 2, "{to}: {}", ran.stdout);
        let said = "kinesis-agg: <stdin>:2:1: no JSON object: it does not begin with a brace\n\
                    kinesis-agg: <stdin>:2:1: left out: it gives no data to be written in this \
                    format\n";
        assert!(ran.stderr.starts_with(said), "{}", ran.stderr);
    }
    // In its own document it has one.
    let event = "{\"Records\":[{\"x\": 1},{\"kinesis\":{\"data\":\"aGk=\"}}]}";
    let ran = run("deaggregate --to lambda", event);
    assert_eq!((ran.stdout.trim_end(), ran.code), (event, 1));
}

/// Wrong input of each format gets one line with its place and reason.
#[test]
fn wrong_input_of_each_format() {
    for (from, input, said) in [
        ("ndjson", "{\"Data\":7}", "1: Data is no text"),
        (
            "get-records",
            "{\"Record\":[]}",
            "1: no event and no answer of AWS: it has no list Records, and no data either",
        ),
        (
            "get-records",
            "{\"Records\":[{}]}",
            "1: record 0: no Kinesis record: it has no Data",
        ),
        (
            "put-records",
            "{\"Records\":[{\"Data\":\"a\"}]}",
            "1: record 0: Data is no base64: cut after 1 characters",
        ),
        (
            "lambda",
            "{\"Records\":[{\"kinesis\":{}}]}",
            "1: record 0: no Kinesis record: it has no data",
        ),
        (
            "lambda",
            "{\"records\":[]}",
            "1: no event and no answer of AWS: it has no list Records, and no data either",
        ),
        (
            "firehose",
            "{\"records\":[{\"recordId\":\"1\"}]}",
            "1: record 0: no Kinesis record: it has no data",
        ),
        (
            "firehose",
            "{\"Records\":[]}",
            "1: no event and no answer of AWS: it has no list records, and no data either",
        ),
        (
            "analytics",
            "{\"records\":[7]}",
            "1: record 0: no JSON object: it is a number",
        ),
        (
            "pipes",
            "[{\"data\":\"!\"}]",
            "1: record 0: data is no base64: '!' at character 0",
        ),
        ("pipes", "7", "1: no JSON object: it is a number"),
        (
            "base64",
            "aGk",
            "1: the line is no base64: the padding is missing or wrong",
        ),
        (
            "hex",
            "f",
            "1: the line is no hexadecimal: a digit is missing",
        ),
        (
            "hex",
            "zz",
            "1: the line is no hexadecimal: 'z' at character 0",
        ),
        ("raw", "\u{f3}", ""),
    ] {
        let ran = run(&format!("deaggregate --from {from}"), input);
        if said.is_empty() {
            ran.fine();
            continue;
        }
        let expected = format!(
            "kinesis-agg: <stdin>:{said}\nkinesis-agg: 1 of 1 records malformed; passed through\n"
        );
        assert_eq!((&*ran.stderr, ran.code), (&*expected, 1), "{from}: {input}");
        assert_eq!(ran.lines().len(), 1, "{from}: {input}");
    }
}

/// A file of one kind may hold documents of several shapes, on one line or on
/// many; a line may be a document.
#[test]
fn shapes_may_be_mixed() {
    let mut all = String::new();
    let mut count = 0;
    for (name, _) in SAMPLES {
        all += &sample(name);
        count += run("deaggregate", sample(name)).lines().len();
    }
    assert_eq!(run("deaggregate", &all).fine().len(), count);
    let one_a_line = SAMPLES.map(|(name, _)| {
        let value: Value = serde_json::from_str(&sample(name)).unwrap();
        value.to_string() + "\n"
    });
    let input = format!("{{\"Data\":\"aGk=\"}}\n{}", one_a_line.concat());
    assert_eq!(run("deaggregate", input).fine().len(), count + 1);
}

/// What people paste is read, or told what it looks like.
#[test]
fn what_people_paste() {
    let blob = naive::encode(&[TestRecord::new("k", &[b'x'; 90])]);
    let text = base64(&blob);
    let hex = |width: usize| {
        let bytes = blob
            .chunks(width)
            .map(|line| String::from_iter(line.iter().map(|byte| format!(" {byte:02x}"))) + "\n");
        String::from_iter(bytes)
    };
    let object = |data: &str| format!("{{\"PartitionKey\":\"k\",\"Data\":\"{data}\"}}");
    for (input, records) in [
        // As a query prints it: a string, and a list of strings.
        (format!("\"{text}\"\n"), 1),
        (format!("[\n    \"{text}\",\n    \"{text}\"\n]\n"), 2),
        (format!("[\"{text}\"]"), 1),
        // As od and hexdump print it.
        (hex(16), 1),
        (hex(20), 1),
        // As Firehose joins records.
        (
            format!("{}{} {}\n", object(&text), object(&text), object("aGk=")),
            3,
        ),
    ] {
        assert_eq!(run("deaggregate", &input).fine().len(), records, "{input}");
    }
    for (input, said) in [
        (
            format!("2026-11-25 got {text}\n"),
            "base64 of an aggregate begins at byte 16: cut it out",
        ),
        (
            "00000000: f389 9ac2\n".to_owned(),
            "xxd -r makes the bytes again",
        ),
        (
            "f3:89:9a:c2\n".to_owned(),
            "leave nothing but digits and spaces",
        ),
    ] {
        let ran = run("deaggregate", &input);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert_eq!(ran.code, 1);
    }
    let ran = run("deaggregate", b"\xff\xfe{\0}\0");
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("this is UTF-16"), "{}", ran.stderr);
    let ran = run("deaggregate", b"\x1f\x8b\x08\x00");
    assert!(
        ran.stderr.contains("is it a compressed file?"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.code, 0);
}

/// A blank line in base64 may have been empty data: that is said.
#[test]
fn blank_lines_are_told() {
    let blob = naive::encode(&[TestRecord::new("k", b""), TestRecord::new("k", b"a")]);
    let ran = run("deaggregate --to data", blob);
    assert_eq!(ran.stdout, "\nYQ==\n");
    let again = run("deaggregate --from base64", format!("YQ=={}\n", ran.stdout));
    assert_eq!((again.lines().len(), again.code), (2, 0));
    assert_eq!(again.stderr, "");
    let again = run(
        "deaggregate --from base64",
        format!("YQ==\n{}\n", ran.stdout),
    );
    assert_eq!(
        again.stderr,
        "kinesis-agg: <stdin>:2: 1 blank line is no record\n"
    );
}

/// Where a document has two places for its records, none is taken for the other.
#[test]
fn two_places_for_records() {
    for (input, fields) in [
        (
            "{\"Records\":[],\"records\":[{\"recordId\":\"1\",\"data\":\"aGk=\"}]}",
            "Records and records",
        ),
        (
            "{\n\"Data\":\"aGk=\",\"PartitionKey\":\"k\",\"Records\":[]}",
            "Records and Data",
        ),
    ] {
        let ran = run("deaggregate", input);
        let said = format!("kinesis-agg: <stdin>:1: {fields} stand side by side\n");
        assert!(ran.stderr.starts_with(&said), "{}", ran.stderr);
        assert_eq!((ran.code, ran.lines().len()), (1, 1), "{input}");
    }
}

/// A first record that tells nothing does not decide on the others.
#[test]
fn the_first_record_may_be_bad() {
    let good = naive::encode(&[TestRecord::new("k", b"1")]);
    for first in [
        "null",
        "{}",
        "{\"SequenceNumber\":\"1\",\"PartitionKey\":\"k\"}",
    ] {
        let second = json!({"Data": base64(&good), "PartitionKey": "k", "SequenceNumber": "2"});
        let ran = run("deaggregate", format!("{{\"Records\":[{first},{second}]}}"));
        assert_eq!(ran.code, 1, "{first}");
        assert_eq!(
            ran.lines()[1]["Aggregated"],
            true,
            "{first}: {}",
            ran.stdout
        );
    }
}

/// A request that is cut goes on to the same stream.
#[test]
fn cut_requests_go_to_the_same_stream() {
    let records = vec![json!({"PartitionKey": "k", "Data": "aGk="}); 600];
    let request = json!({"StreamName": "orders", "Records": records, "StreamARN": "arn"});
    let requests = run("deaggregate --to put-records", request.to_string()).fine();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(
            (&request["StreamName"], &request["StreamARN"]),
            (&json!("orders"), &json!("arn"))
        );
    }
}

/// What an event says about its stream goes along to the other kind of event, and
/// no shard is made up.
#[test]
fn nothing_known_is_made_up() {
    let input = sample("lambda-kinesis");
    let event: Value = serde_json::from_str(&input).unwrap();
    let known = &event["Records"][0];
    let pipes = run("deaggregate --to pipes", &input);
    let batch: Value = serde_json::from_str(&pipes.stdout).unwrap();
    for field in [
        "eventID",
        "eventSourceARN",
        "awsRegion",
        "invokeIdentityArn",
    ] {
        assert_eq!(batch[0][field], known[field], "{field}");
    }
    let back: Value =
        serde_json::from_str(&run("deaggregate --to lambda", &pipes.stdout).stdout).unwrap();
    assert_eq!(back["Records"][0]["eventID"], known["eventID"]);
    assert_eq!(back["Records"][0]["kinesis"]["kinesisSchemaVersion"], "1.0");
    let firehose: Value =
        serde_json::from_str(&run("deaggregate --to firehose", &input).stdout).unwrap();
    let shard = &firehose["records"][0]["kinesisRecordMetadata"]["shardId"];
    assert!(
        known["eventID"]
            .as_str()
            .unwrap()
            .starts_with(shard.as_str().unwrap())
    );
    // All user records of one Kinesis record share its number, known or not.
    let blob = naive::encode(&[TestRecord::new("a", b"1"), TestRecord::new("b", b"2")]);
    for to in ["lambda", "firehose", "get-records"] {
        let ran = run(&format!("deaggregate --to {to}"), &blob);
        assert!(!ran.stdout.contains("shardId"), "{}", ran.stdout);
        let apart = run("deaggregate", &ran.stdout).fine();
        assert_eq!(
            apart[0]["SequenceNumber"], apart[1]["SequenceNumber"],
            "{to}"
        );
    }
}

/// Odd tags and keys are kept as they are, or named; tags that get lost end in
/// exit code 1.
#[test]
fn nothing_is_lost_without_a_word() {
    let odd = "{\"Data\":\"aGk=\",\"PartitionKey\":\"k\",\"Tags\":{\"a\":\"b\"}}";
    for to in ["lambda", "pipes", "firehose", "get-records"] {
        let ran = run(&format!("deaggregate --to {to}"), odd);
        assert!(ran.stdout.contains("{\"a\":\"b\"}"), "{to}: {}", ran.stdout);
    }
    let ran = run("deaggregate --to put-records", odd);
    assert_eq!(ran.code, 1);
    let escaped = r#"{"Data":"aGk=","PartitionKey":"k","Tags":[{"\u004bey":"t"}]}"#;
    assert!(
        run("deaggregate --to lambda", escaped)
            .stdout
            .contains("{\"key\":\"t\"}")
    );
    let no_key = r#"{"Data":"aGk=","ExplicitHashKey":"7","SubSequenceNumber":"3"}"#;
    let again = run(
        "deaggregate",
        run("deaggregate --to firehose", no_key).stdout,
    )
    .fine();
    assert_eq!(
        (&again[0]["ExplicitHashKey"], &again[0]["SubSequenceNumber"]),
        (&json!("7"), &json!(3))
    );
    for (record, said) in [
        (
            r#"{"Data":"aGk=","PartitionKey":null}"#,
            "it has no partition key",
        ),
        (
            r#"{"Data":"aGk=","PartitionKey":"k","ExplicitHashKey":5}"#,
            "its keys are no text",
        ),
    ] {
        let ran = run("deaggregate --to put-records", record);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert_eq!((ran.code, ran.stdout.contains("aGk=")), (1, false));
    }
}
