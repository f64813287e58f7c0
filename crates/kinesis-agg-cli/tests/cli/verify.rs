//! `verify`: what it finds, and the exit code.

use kinesis_agg_testkit::{TestRecord, naive};
use serde_json::{Value, json};

use crate::program::{Ran, base64, content, example, lambda_event, run};

/// Two user records whose hash keys lie in different halves.
fn straddling() -> Vec<u8> {
    let mut low = TestRecord::new("k", b"1");
    low.explicit_hash_key = Some("5".to_owned());
    let mut high = TestRecord::new("k", b"2");
    high.explicit_hash_key = Some((1_u128 << 127).to_string());
    naive::encode(&[low, high])
}

fn found(ran: &Ran) -> Vec<&str> {
    ran.stdout.lines().collect()
}

/// Nothing to find is exit code 0 and no list.
#[test]
fn sound_records() {
    for arguments in [
        "verify",
        "verify --json",
        "verify --hash-key-range 0-340282366920938463463374607431768211455",
    ] {
        let ran = run(&format!("{arguments} {}", example("lambda-event.json")), "");
        assert_eq!((ran.code, &*ran.stdout), (0, ""), "{arguments}");
        assert_eq!(ran.stderr, "kinesis-agg: 4 records, nothing found\n");
    }
    let ran = run("verify --quiet", "{\"Data\":\"aGk=\"}");
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, "", ""));
}

/// What is damaged, or cannot be read, is listed with place and reason.
#[test]
fn damaged_records() {
    let good = naive::encode(&[TestRecord::new("k", b"1")]);
    let mut damaged = good.clone();
    damaged[9] ^= 1;
    let event = lambda_event(&[&good, &damaged, b"plain", &good[..good.len() - 1]]);
    let ran = run("verify", event.to_string());
    assert_eq!(
        found(&ran),
        [
            "<stdin>:1: record 1: checksum: the checksum is not that of the message",
            "<stdin>:1: record 3: checksum: the checksum is not that of the message",
        ]
    );
    assert_eq!(ran.stderr, "kinesis-agg: 2 findings in 4 records\n");
    assert_eq!(ran.code, 4);

    let twice = format!("{{\"Data\":\"{}\"}}", base64(base64(&good)));
    let ran = run("verify", twice);
    assert!(ran.stdout.contains("encoded-twice"), "{}", ran.stdout);
    assert_eq!(ran.code, 4);

    let ran = run("verify", "{\"Data\":\"!\"}\n{\"x\":1}\n");
    assert_eq!(
        found(&ran),
        [
            "<stdin>:1: bad-data: Data is no base64: '!' at character 0",
            "<stdin>:2: no-data: no Kinesis record: it has no Data",
        ]
    );
    assert_eq!(ran.code, 4);
}

/// User records outside of the range are counted, and listed by their numbers.
#[test]
fn user_records_outside_of_a_range() {
    let line = format!("{{\"Data\":\"{}\"}}", base64(straddling()));
    let half = "verify --hash-key-range 0-170141183460469231731687303715884105727";
    let ran = run(half, &line);
    assert_eq!(
        found(&ran),
        [
            "<stdin>:1: outside: 1 of 2 user records are out of the range; a KCL reader drops them \
          all: 1"
        ]
    );
    assert_eq!(ran.code, 4);
    let finding: Value =
        serde_json::from_str(&run(&format!("{half} --json"), &line).stdout).unwrap();
    assert_eq!(
        finding,
        json!({"File": "<stdin>", "Line": 1, "Finding": "outside", "UserRecords": 2, "Outside": [1]})
    );
}

/// An aggregate is held against the shard where it lies or will land: the one that
/// the event names, or the one of its hash key. Where nobody tells, that is said.
#[test]
fn aggregates_beyond_their_shard() {
    let shards = format!("verify --shards {}", example("shards.json"));
    let listed: Value = serde_json::from_str(&content("data", "shards.json")).unwrap();
    let open = listed["Shards"].as_array().unwrap();
    let open = Vec::from_iter(open.iter().filter(|shard| {
        shard["SequenceNumberRange"]
            .get("EndingSequenceNumber")
            .is_none()
    }));
    let id = |at: usize| open[at]["ShardId"].as_str().unwrap();
    let start = |at: usize| {
        open[at]["HashKeyRange"]["StartingHashKey"]
            .as_str()
            .unwrap()
    };

    let mut inside = TestRecord::new("k", b"1");
    inside.explicit_hash_key = Some(start(1).to_owned());
    let inside = naive::encode(&[inside]);

    // To be sent: by the explicit hash key, else by the partition key.
    let request = json!({"StreamName": "s", "Records": [
        {"PartitionKey": "a", "ExplicitHashKey": start(1), "Data": base64(&inside)},
        {"PartitionKey": "a", "ExplicitHashKey": start(0), "Data": base64(&inside)},
        {"PartitionKey": "a", "ExplicitHashKey": start(0), "Data": base64(b"plain")},
    ]});
    let ran = run(&shards, request.to_string());
    let expected = format!(
        "<stdin>:1: record 1: outside: 1 of 1 user records do not belong to {}; a KCL reader \
         drops them all: 0",
        id(0)
    );
    assert_eq!((found(&ran), ran.code), (vec![&*expected], 4));

    // As it came: by the shard that the event names.
    for (shard, code) in [(id(1), 0), (id(0), 4)] {
        let event = json!({"Records": [{
            "eventID": format!("{shard}:4959"),
            "kinesis": {"partitionKey": "a", "sequenceNumber": "4959", "data": base64(&inside)},
        }]});
        assert_eq!(run(&shards, event.to_string()).code, code, "{shard}");
    }

    // The service tells no explicit hash key, so the key "a" says nothing.
    let answer = json!({"Records": [
        {"PartitionKey": "a", "SequenceNumber": "4959", "Data": base64(&inside)},
    ], "NextShardIterator": "x"});
    let unknown = json!({"Records": [{
        "eventID": "shardId-999:4959",
        "kinesis": {"partitionKey": "a", "sequenceNumber": "4959", "data": base64(&inside)},
    }]});
    let bad = json!({"StreamName": "s", "Records": [
        {"PartitionKey": "a", "ExplicitHashKey": "nonsense", "Data": base64(&inside)},
    ]});
    for (input, name) in [
        (answer, "shard-not-told"),
        (unknown, "unknown-shard"),
        (bad, "bad-key"),
    ] {
        let ran = run(&shards, input.to_string());
        assert_eq!((ran.code, found(&ran).len()), (4, 1), "{name}");
        assert!(
            ran.stdout.contains(&format!(": {name}: ")),
            "{}",
            ran.stdout
        );
    }
}

/// What the program packs by shard is in its shard, and verified as such.
#[test]
fn what_is_packed_by_shard_is_sound() {
    let shards = example("shards.json");
    for grouping in ["shard --shards", "pinned --shards"] {
        let arguments = format!(
            "aggregate --to put-records --group-by {grouping} {shards} {}",
            example("records.ndjson")
        );
        let packed = run(&arguments, "").stdout;
        let ran = run(&format!("verify --shards {shards}"), packed);
        assert_eq!(ran.code, 0, "{grouping}: {}", ran.stdout);
    }
    let packed = run(
        &format!(
            "aggregate --to put-records --group-by none {}",
            example("records.ndjson")
        ),
        "",
    );
    assert_eq!(
        run(&format!("verify --shards {shards}"), packed.stdout).code,
        4
    );
}
