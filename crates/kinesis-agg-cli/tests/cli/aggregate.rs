//! `aggregate`: fields, limits, and what is left out.

use serde_json::{Value, json};

use crate::program::{data, example, run};

const MAGIC: &[u8] = b"\xf3\x89\x9a\xc2";

fn user_record(key: &str, data: &str) -> String {
    let data = crate::program::base64(data);
    format!("{}\n", json!({"PartitionKey": key, "Data": data}))
}

/// All fields of a Kinesis record, in their order; a lone user record is bare.
#[test]
fn fields_of_a_kinesis_record() {
    let input = [
        user_record("a", "1"),
        user_record("a", "2"),
        user_record("b", "3"),
    ]
    .concat();
    let ran = run("aggregate", &input);
    // The hash keys that Kinesis gives "a" and "b".
    let (a, b) = (
        "16955237001963240173058271559858726497",
        "195289424170611159128911017612795795343",
    );
    let expected = format!(
        "{{\"PartitionKey\":\"a\",\"ExplicitHashKey\":\"{a}\",\"Data\":\"{}\",\"UserRecords\":2,\
         \"HashKeySpan\":\"{a}-{a}\"}}\n\
         {{\"PartitionKey\":\"b\",\"Data\":\"Mw==\",\"UserRecords\":1,\"HashKeySpan\":\"{b}-{b}\"}}\n",
        ran.lines()[0]["Data"].as_str().unwrap()
    );
    assert_eq!((ran.stdout.as_str(), ran.code), (&*expected, 0));
    assert!(data(&ran.lines()[0]).starts_with(MAGIC));
    assert_eq!(ran.said(), "");
}

/// Each grouping packs what belongs together; none says what it means.
#[test]
fn groupings() {
    let (records, shards) = (example("records.ndjson"), example("shards.json"));
    for (grouping, expected) in [
        // By hash key: three customers with several, and four alone.
        ("hash-key".to_owned(), &[3, 3, 2, 1, 1, 1, 1][..]),
        ("none".to_owned(), &[12]),
        // Two of the four shards have any.
        (format!("shard --shards {shards}"), &[8, 4]),
        // User records with an explicit hash key of their own stay apart.
        (format!("pinned --shards {shards}"), &[7, 3, 1, 1]),
    ] {
        let ran = run(&format!("aggregate --group-by {grouping} {records}"), "");
        let counts = ran.lines();
        let counts = Vec::from_iter(counts.iter().map(|line| line["UserRecords"].as_u64()));
        let expected = Vec::from_iter(expected.iter().copied().map(Some));
        assert_eq!((counts, ran.code), (expected, 0), "{grouping}");
        let warned = ran
            .said()
            .starts_with("kinesis-agg: warning: --group-by none packs");
        assert_eq!(warned, grouping == "none", "{grouping}");
        assert_eq!(
            ran.said().lines().count(),
            usize::from(warned),
            "{grouping}"
        );
    }
}

/// No Kinesis record is over its limits, and none could take one more.
#[test]
fn limits_are_kept() {
    let input = user_record("key", "0123456789").repeat(100);
    for size in [64, 100, 333, 51_200] {
        let arguments = format!("aggregate --max-size {size}");
        let lines = run(&arguments, &input).fine();
        let counts = lines
            .iter()
            .map(|line| line["UserRecords"].as_u64().unwrap());
        assert_eq!(counts.sum::<u64>(), 100, "{size}");
        let sizes = Vec::from_iter(lines.iter().map(|line| data(line).len() + "key".len()));
        assert!(sizes.iter().all(|len| *len <= size), "{sizes:?} of {size}");
        // A user record takes 16 bytes here.
        let full = &sizes[..sizes.len() - 1];
        assert!(
            full.iter().all(|len| len + 16 > size),
            "{sizes:?} of {size}"
        );
    }
    let lines = run("aggregate --max-count 30", &input).fine();
    let counts = Vec::from_iter(
        lines
            .iter()
            .map(|line| line["UserRecords"].as_u64().unwrap()),
    );
    assert_eq!(counts, [30, 30, 30, 10]);
}

/// A line that cannot be packed is named with the reason; the others come out.
#[test]
fn bad_user_records_are_left_out() {
    let long = json!({"PartitionKey": "k".repeat(257), "Data": ""}).to_string();
    let large = user_record("k", &"x".repeat(2000));
    for (line, said) in [
        (
            "{",
            ":1: left out: no JSON object: EOF while parsing an object",
        ),
        (
            r#"["k",null,""]"#,
            ":1: left out: no JSON object: it is a list",
        ),
        (
            r#"{"PartitionKey":7,"Data":""}"#,
            ": left out: PartitionKey is a number, not text",
        ),
        (
            r#"{"Data":""}"#,
            ": left out: it has no partition key (--partition-key)",
        ),
        (
            r#"{"PartitionKey":"k"}"#,
            ": left out: no Kinesis record: it has no Data",
        ),
        (
            r#"{"PartitionKey":"k","Data":"*"}"#,
            ": left out: Data is no base64: '*' at character 0",
        ),
        (
            r#"{"PartitionKey":"","Data":""}"#,
            ": left out: the partition key has 0 characters, not 1 to 256",
        ),
        (
            &long,
            ": left out: the partition key has 257 characters, not 1 to 256",
        ),
        (
            r#"{"PartitionKey":"k","ExplicitHashKey":"007","Data":""}"#,
            ": left out: the explicit hash key is no decimal number from 0 to 2^128-1 without \
             leading zeros",
        ),
        (
            r#"{"PartitionKey":"k","Data":"","Tags":[{"Value":"v"}]}"#,
            ": left out: Tags is a list with something else, not a list of objects with a Key",
        ),
        (
            r#"{"PartitionKey":"k","Data":"","Data":""}"#,
            ": left out: Data stands twice",
        ),
        (
            r#"{"PartitionKey":"k","Data":"","Tags":[7]}"#,
            ": left out: Tags is a list with something else, not a list of objects with a Key",
        ),
        (
            r#"{"PartitionKey":"k","Data":"","Tags":[[]]}"#,
            ": left out: Tags is a list with something else, not a list of objects with a Key",
        ),
        (
            r#"{"PartitionKey":"k","Data":"","Tags":{}}"#,
            ": left out: Tags is an object, not a list of objects with a Key",
        ),
        (
            r#"{"PartitionKey":"k","data":1,"data":2}"#,
            ": left out: no Kinesis record: it has no Data, but data: fields are named as in the AWS SDKs",
        ),
        (
            large.trim_end(),
            ": left out: alone the user record takes 2001 bytes, more than 1000",
        ),
    ] {
        let good = user_record("a", "1");
        let ran = run(
            "aggregate --max-size 1000",
            format!("{good}\n{line}\n{good}"),
        );
        assert_eq!(ran.code, 1, "{line}");
        let counts = Vec::from_iter(ran.lines().iter().map(|line| line["UserRecords"].clone()));
        assert_eq!(counts, [2], "{line}");
        let stderr = format!(
            "kinesis-agg: <stdin>:3{said}\n\
             kinesis-agg: 1 of 3 user records left out: they are in no record\n"
        );
        assert_eq!(ran.said(), stderr, "{line}");
    }
}

/// Null is the same as absent; other fields do not matter.
#[test]
fn absent_fields() {
    let input = r#"{"x":[1],"PartitionKey":"a","ExplicitHashKey":null,"Data":"","Tags":null}"#;
    let lines = run("aggregate", input).fine();
    assert_eq!(lines[0]["Data"], Value::from(""));
    assert_eq!(lines[0].get("ExplicitHashKey"), None);
}

/// Shards that are no map of the whole stream are refused.
#[test]
fn shards_must_cover_the_stream() {
    let folder = std::env::temp_dir().join(format!("kinesis-agg-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("shards.json");
    let arguments = format!("aggregate --group-by shard --shards {}", file.display());
    let long = "s".repeat(1000);
    let shard = |id: &str, start: &str, end: &str| {
        json!({
            "ShardId": id, "HashKeyRange": {"StartingHashKey": start, "EndingHashKey": end},
        })
    };
    let top = "340282366920938463463374607431768211455";
    for (shards, said) in [
        (
            json!([shard("s", "0", "9")]),
            "no open shard owns the hash keys 10-340",
        ),
        (
            json!([shard("s", "0", top), shard("a\u{1b}\nb", "0", top)]),
            "the open shards s and a\\u{1b}\\nb overlap\n",
        ),
        (
            json!([shard(&long, "0", top), shard("s", "0", top)]),
            &format!("the open shards {}… and s overlap\n", &long[..100]),
        ),
        (
            json!([shard("s", "0", "1"), shard("s", "2", top)]),
            "the shard s stands twice\n",
        ),
        (
            json!([shard("s\u{7f}", "9", "0")]),
            "the hash key range of s\\u{7f} is reversed\n",
        ),
        (
            json!([shard("s", "", top)]),
            "the hash keys of s are no decimal numbers from 0 to 2^128-1\n",
        ),
        (
            json!([shard("s", "0", top), {"ShardId": 7}]),
            "no answer of ListShards: a number where a string should stand, at line 1 column ",
        ),
    ] {
        std::fs::write(&file, json!({"Shards": shards}).to_string()).unwrap();
        let ran = run(&arguments, "");
        assert_eq!(ran.code, 2, "{shards}");
        assert!(ran.stderr.contains(said), "{shards}: {}", ran.stderr);
    }
    let good = json!({"Shards": [shard("s", "0", top)]});
    std::fs::write(&file, format!("\u{feff}{good}")).unwrap();
    let ran = run(&arguments, "");
    let said = "kinesis-agg: no user records in the input\n";
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, "", said));
    let ran = run("aggregate --group-by shard --shards /dev/zero", "");
    let said = "/dev/zero: no answer of ListShards: it is longer than 32 MiB\n";
    assert!(ran.stderr.ends_with(said), "{}", ran.stderr);
    std::fs::remove_dir_all(&folder).unwrap();
}
