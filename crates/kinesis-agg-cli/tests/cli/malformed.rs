//! `deaggregate` on bad input: nothing is lost, all is named.

use kinesis_agg_testkit::{TestRecord, naive};
use serde_json::json;

use crate::program::{base64, kinesis_record, lambda_event, run};

const PLAIN: &str = "{\"Data\":\"aGk=\"}\n";

/// Each kind of bad line comes out as a JSON object, between its neighbours, and
/// is named with file, line and what is wrong.
#[test]
fn bad_lines() {
    let not_json = |line: &[u8]| json!({"Aggregated": false, "NotAggregated": "not-json", "Line": base64(line)});
    let cases: [(&[u8], serde_json::Value, &str); 12] = [
        (
            b"{",
            not_json(b"{"),
            ":1: no JSON object: EOF while parsing an object",
        ),
        (
            b"hello\x1b[2J",
            not_json(b"hello\x1b[2J"),
            ":1: no JSON object: it does not begin with a brace",
        ),
        (
            b"{\"Data\":\"aGk=\"} x\r",
            not_json(b"{\"Data\":\"aGk=\"} x\r"),
            ":17: no JSON object: trailing characters",
        ),
        (
            b"{\"Data\":\"aGk",
            not_json(b"{\"Data\":\"aGk"),
            ":12: no JSON object: EOF while parsing a string",
        ),
        (
            b"{\"k\":\"\xff\"}",
            not_json(b"{\"k\":\"\xff\"}"),
            ":7: no JSON object: no UTF-8",
        ),
        (
            b"[{}]",
            not_json(b"[{}]"),
            ":1: no JSON object: it is a list",
        ),
        (
            b"{}",
            json!({"Aggregated": false, "NotAggregated": "no-data"}),
            ": no Kinesis record: it has no Data",
        ),
        (
            b"{\"data\":\"\",\"Data\":null}",
            json!({"data": "", "Data": null, "Aggregated": false, "NotAggregated": "no-data"}),
            ": no Kinesis record: it has no Data, but data: fields are named as in the AWS SDKs",
        ),
        (
            b"{\"Data\":[104]}",
            json!({"Data": [104], "Aggregated": false, "NotAggregated": "bad-data"}),
            ": Data is no text",
        ),
        (
            b"{\"Data\":\"a\\u001bGk=\",\"x\":1}",
            json!({
                "Data": "a\u{1b}Gk=", "x": 1, "Aggregated": false, "NotAggregated": "bad-data",
            }),
            ": Data is no base64: '\\x1b' at character 1",
        ),
        (
            b"{\"Data\":\"aGk\"}",
            json!({"Data": "aGk", "Aggregated": false, "NotAggregated": "bad-data"}),
            ": Data is no base64: the padding is missing or wrong",
        ),
        (
            b"{\"Data\":\"84mawgo=\"}",
            json!({
                "Data": "84mawgo=", "Aggregated": false, "NotAggregated": "too-short",
            }),
            ": not aggregated: 5 bytes have no room for a message and its checksum",
        ),
    ];
    for (line, expected, said) in cases {
        let name = line.escape_ascii();
        let input = [PLAIN.as_bytes(), line, b"\n", PLAIN.as_bytes()].concat();
        let ran = run("deaggregate", input);
        let plain = json!({"Data": "aGk=", "Aggregated": false, "NotAggregated": "magic"});
        assert_eq!(ran.lines(), [plain.clone(), expected, plain], "{name}");
        let stderr = format!(
            "kinesis-agg: <stdin>:2{said}\n\
             kinesis-agg: 1 of 3 records malformed; passed through\n"
        );
        assert_eq!(ran.stderr, stderr, "{name}");
        assert_eq!(ran.code, 1, "{name}");
    }
}

/// A damaged record of an event is named by its number, and its fellows come out.
#[test]
fn bad_records_of_events() {
    let good = naive::encode(&[TestRecord::new("k", b"1")]);
    let mut damaged = good.clone();
    damaged[10] ^= 1;
    let mut event = lambda_event(&[&good, &damaged, &good, &good, &good, &good]);
    event["Records"][2] = json!({"dynamodb": {"a": "b\n"}, "x": 1.5});
    event["Records"][3] = json!({"kinesis": {"partitionKey": "k", "data": "!"}});
    event["Records"][4] = json!(7);
    for (layout, text) in [
        ("flat", event.to_string()),
        ("pretty", serde_json::to_string_pretty(&event).unwrap()),
    ] {
        let ran = run("deaggregate", format!("\n{text}"));
        let user_record = json!({
            "PartitionKey": "k", "Data": "MQ==", "SequenceNumber": "7",
            "SubSequenceNumber": 0, "Aggregated": true,
        });
        let expected = [
            user_record.clone(),
            json!({
                "PartitionKey": "outer", "Data": base64(&damaged), "SequenceNumber": "7",
                "Aggregated": false, "NotAggregated": "checksum",
            }),
            json!({
                "dynamodb": {"a": "b\n"}, "x": 1.5,
                "Aggregated": false, "NotAggregated": "no-kinesis",
            }),
            json!({
                "PartitionKey": "k", "Data": "!",
                "Aggregated": false, "NotAggregated": "bad-data",
            }),
            json!({"Aggregated": false, "NotAggregated": "not-json", "Line": "Nw=="}),
            user_record,
        ];
        assert_eq!(ran.lines(), expected, "{layout}");
        let stderr = "kinesis-agg: <stdin>:2: record 1: not aggregated: the checksum is not that of the \
             message\n\
             kinesis-agg: <stdin>:2: record 2: no record of a Kinesis stream: it has no kinesis \
             object\n\
             kinesis-agg: <stdin>:2: record 3: data is no base64: '!' at character 0\n\
             kinesis-agg: <stdin>:2: record 4: no JSON object: it is a number\n\
             kinesis-agg: 4 of 6 records malformed; passed through\n";
        assert_eq!((&*ran.stderr, ran.code), (stderr, 1), "{layout}");
    }
}

/// What is no event among events comes out on a line, and the next is read.
#[test]
fn bad_events() {
    let event = lambda_event(&[b"hi"]).to_string();
    let not_json = |line: &str| json!({"Aggregated": false, "NotAggregated": "not-json", "Line": base64(line)});
    let no_event = "no event and no answer of AWS: it has no list Records, and no data either";
    for (bad, expected, said) in [
        (
            "{\n \"Dat\": \"aGk=\"\n}\n",
            json!({"Dat": "aGk=", "Aggregated": false, "NotAggregated": "no-records"}),
            format!("2: {no_event}"),
        ),
        (
            "{\"Records\": 5}",
            json!({"Records": 5, "Aggregated": false, "NotAggregated": "no-records"}),
            format!("2: {no_event}"),
        ),
        (
            "what?\n",
            not_json("what?"),
            "2:1: no JSON object: it does not begin with a brace".to_owned(),
        ),
        (
            "{\"Records\": [{\n",
            not_json("{\"Records\": [{"),
            "2:14: no JSON object: the document opened in line 2 is not closed".to_owned(),
        ),
        (
            "{\"Records\": [{\n\n  \"kinesis\": {\n",
            not_json("{\"Records\": [{\n\n  \"kinesis\": {"),
            "4:14: no JSON object: the document opened in line 2 is not closed".to_owned(),
        ),
        (
            "{\"Records\":\n [\"abc\n",
            not_json("{\"Records\":\n [\"abc"),
            "3:6: no JSON object: the document opened in line 2 is not closed".to_owned(),
        ),
        (
            "{\"Records\":\n ]}\n",
            not_json("{\"Records\":\n ]"),
            "3:2: no JSON object: expected value".to_owned(),
        ),
    ] {
        let input = format!("{event}\n{bad}{event}");
        let ran = run("deaggregate", input);
        assert_eq!(ran.code, 1, "{bad}");
        assert_eq!(ran.lines()[1], expected, "{bad}");
        let first = ran.stderr.lines().next().unwrap_or_default();
        assert_eq!(first, format!("kinesis-agg: <stdin>:{said}"), "{bad}");
        // Of a second brace too many, a line is left; then comes the event.
        let last = ran.lines().pop().unwrap();
        assert_eq!(last["Data"], "aGk=", "{bad}");
    }
}

/// Of a field that counts and stands twice, none is taken: all of it comes out as
/// it stands, and is named.
#[test]
fn fields_that_stand_twice() {
    let ours = r#""Aggregated":false,"NotAggregated":"stands-twice"}"#;
    let kinesis = r#"{"kinesis":{"data":"aGk="}}"#;
    for (input, object, said) in [
        (
            r#"{"Data":"!","x":1,"\u0044ata":"aGk="}"#.to_owned(),
            r#"{"Data":"!","x":1,"\u0044ata":"aGk=""#,
            ": Data stands twice",
        ),
        (
            r#"{"Data":null,"SequenceNumber":"1","SequenceNumber":"2"}"#.to_owned(),
            r#"{"Data":null,"SequenceNumber":"1","SequenceNumber":"2""#,
            ": SequenceNumber stands twice",
        ),
        (
            format!(r#"{{"Records":[{kinesis}],"x":1,"Records":[]}}"#),
            r#"{"Records":[{"kinesis":{"data":"aGk="}}],"x":1,"Records":[]"#,
            ": Records stands twice",
        ),
        (
            r#"{"Records":[{"kinesis":{"data":"aGk="},"kinesis":null}]}"#.to_owned(),
            r#"{"kinesis":{"data":"aGk="},"kinesis":null"#,
            ": record 0: kinesis stands twice",
        ),
        (
            r#"{"Records":[{"kinesis":{"data":"aGk=","data":"aGk="}}]}"#.to_owned(),
            r#"{"kinesis":{"data":"aGk=","data":"aGk="}"#,
            ": record 0: data stands twice",
        ),
        (
            r#"{"Records":[{"kinesis":{"data":"","partitionKey":"a","partitionKey":"b"}}]}"#
                .to_owned(),
            r#"{"kinesis":{"data":"","partitionKey":"a","partitionKey":"b"}"#,
            ": record 0: partitionKey stands twice",
        ),
    ] {
        let ran = run("deaggregate", &input);
        assert_eq!(ran.stdout, format!("{object},{ours}\n"), "{input}");
        let first = ran.stderr.lines().next().unwrap_or_default();
        assert_eq!(first, format!("kinesis-agg: <stdin>:1{said}"), "{input}");
        assert_eq!(ran.code, 1, "{input}");
    }
}

/// A cut event takes nothing of the next along, be it longer than the limit.
#[test]
fn events_behind_a_cut_one_are_read() {
    let good = lambda_event(&[b"hi"]).to_string() + "\n";
    let cut = good.replace("]}\n", "\n");
    let input = format!("{good}{cut}{}", good.repeat(100));
    let ran = run("deaggregate --max-line 1000", input);
    assert_eq!(ran.lines().len(), 102);
    let stderr = "kinesis-agg: <stdin>:2:111: no JSON object: the document opened in line 2 is not \
                  closed\nkinesis-agg: 1 of 102 records malformed; passed through\n";
    assert_eq!((&*ran.stderr, ran.code), (stderr, 1));
}

/// Messages quote no more of the input than a line of a terminal.
#[test]
fn messages_are_short() {
    let long = "x\u{7f}".repeat(100_000);
    for (command, line) in [
        ("deaggregate", format!("\"{long}\"")),
        ("aggregate", format!("\"{long}\"")),
        ("aggregate", format!("{{\"Tags\":\"{long}\"}}")),
        ("aggregate", format!("{{\"Tags\":[\"{long}\"]}}")),
    ] {
        let ran = run(command, line);
        assert!(ran.stderr.len() < 300, "{command}: {}", ran.stderr.len());
        assert!(!ran.stderr.contains("struct"), "{}", ran.stderr);
        assert_eq!(ran.code, 1, "{command}");
    }
}

/// Aggregates without user records, and keys that are no UTF-8, are counted.
#[test]
fn oddities_are_counted() {
    let unknown_field = kinesis_agg_testkit::frame::seal(b"\x50\x00");
    let ran = run("deaggregate", kinesis_record(unknown_field));
    let said = "kinesis-agg: <stdin>:1: an aggregate without user records\n";
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str(), ran.code),
        ("", said, 0)
    );

    let message = b"\x0a\x02\xff!\x1a\x04\x08\x00\x1a\x00";
    let ran = run(
        "deaggregate",
        kinesis_record(kinesis_agg_testkit::frame::seal(message)),
    );
    assert_eq!(ran.lines()[0]["PartitionKey"], "\u{fffd}!");
    let said = "kinesis-agg: 1 user records with a key that is not UTF-8, shown with U+FFFD\n";
    assert_eq!((ran.stderr.as_str(), ran.code), (said, 0));
}
