//! `--hash-key-range` and `--range-policy`.

use kinesis_agg_testkit::{TestRecord, naive};
use serde_json::Value;

use crate::program::{Ran, kinesis_record, run};

/// An aggregate of user records with these explicit hash keys, their data the
/// same.
fn aggregate(explicit_hash_keys: &[&str]) -> String {
    let record = |key: &&str| TestRecord {
        explicit_hash_key: Some((*key).to_owned()),
        ..TestRecord::new("k", key.as_bytes())
    };
    let records = Vec::from_iter(explicit_hash_keys.iter().map(record));
    kinesis_record(naive::encode(&records))
}

/// Explicit hash key, sub-sequence number and `InRange` of each user record.
fn kept(ran: &Ran) -> Vec<(String, u64, Option<bool>)> {
    let kept = |line: &Value| {
        let key = line["ExplicitHashKey"].as_str().unwrap_or("plain");
        let number = line["SubSequenceNumber"].as_u64().unwrap_or(0);
        let in_range = line
            .get("InRange")
            .map(|in_range| in_range == &Value::Bool(true));
        (key.to_owned(), number, in_range)
    };
    ran.lines().iter().map(kept).collect()
}

/// Each policy keeps what its name says, tells what is in range, and counts what
/// it drops. Plain records have no part in it.
#[test]
fn policies() {
    let input = [
        aggregate(&["9", "10", "x", "20", "21"]),
        aggregate(&["0010", "20"]),
        kinesis_record("plain"),
    ]
    .concat();
    let (inside, outside) = (Some(true), Some(false));
    let nowhere = "1 user records in no range: their explicit hash key is no hash key";
    let dropped = |count: u32, whole: u32| {
        format!("{count} user records dropped by --range-policy; aggregates dropped whole: {whole}")
    };
    let second = [("0010", 0, inside), ("20", 1, inside), ("plain", 0, None)];
    let all = [
        ("9", 0, outside),
        ("10", 1, inside),
        ("x", 2, outside),
        ("20", 3, inside),
        ("21", 4, outside),
    ];
    for (policy, first, said) in [
        ("keep-all", &all[..], vec![nowhere.to_owned()]),
        (
            "keep-in-range",
            &all[1..4],
            vec![dropped(2, 0), nowhere.to_owned()],
        ),
        (
            "drop-aggregate",
            &[],
            vec![dropped(5, 1), nowhere.to_owned()],
        ),
    ] {
        let arguments = format!("deaggregate --hash-key-range 10-20 --range-policy {policy}");
        let ran = run(&arguments, &input);
        let expected = first.iter().chain(&second);
        let expected = expected.map(|(key, number, range)| ((*key).to_owned(), *number, *range));
        assert_eq!(kept(&ran), Vec::from_iter(expected), "{policy}");
        let said = said.iter().map(|said| format!("kinesis-agg: {said}\n"));
        assert_eq!(ran.stderr, String::from_iter(said), "{policy}");
        assert_eq!(ran.code, 0, "{policy}");
    }
    // The default keeps all.
    let default = run("deaggregate --hash-key-range 10-20", &input);
    let named = run(
        "deaggregate --hash-key-range 10-20 --range-policy keep-all",
        &input,
    );
    assert_eq!(default, named);
    // Without a range nobody asks where a user record lies.
    let ran = run("deaggregate", &input);
    assert!(kept(&ran).iter().all(|(_, _, in_range)| in_range.is_none()));
    assert_eq!(ran.stderr, "");
}
