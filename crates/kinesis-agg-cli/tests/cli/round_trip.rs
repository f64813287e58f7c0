//! What `aggregate` packs, `deaggregate` takes apart again.

use std::collections::BTreeMap;

use kinesis_agg::HashKey;
use kinesis_agg_testkit::vectors::{self, File};
use serde_json::{Value, json};

use crate::program::{base64, content, example, run};

/// Partition key and explicit hash key.
type Keys = [String; 2];

/// Data and tags.
type Content = [String; 2];

/// User records by their keys, in their order: packing changes the order of
/// different keys only.
fn by_keys(lines: &[Value]) -> BTreeMap<Keys, Vec<Content>> {
    let mut by_keys = BTreeMap::<_, Vec<_>>::new();
    for line in lines {
        let text = |name: &str| line[name].to_string();
        let keys = [text("PartitionKey"), text("ExplicitHashKey")];
        let content = [text("Data"), text("Tags")];
        by_keys.entry(keys).or_default().push(content);
    }
    by_keys
}

/// The same without explicit hash keys, and so without an order.
fn by_partition_key(by_keys: BTreeMap<Keys, Vec<Content>>) -> BTreeMap<String, Vec<Content>> {
    let mut by_key = BTreeMap::<_, Vec<_>>::new();
    for ([partition_key, _], contents) in by_keys {
        by_key.entry(partition_key).or_default().extend(contents);
    }
    for contents in by_key.values_mut() {
        contents.sort();
    }
    by_key
}

/// The user records of the producers' vectors, tags and odd keys among them, and
/// those of the example.
fn user_records() -> String {
    let vectors = File::PRODUCERS.into_iter().flat_map(vectors::file);
    let records = vectors.filter_map(|vector| vector.input).flatten();
    // What Kinesis would not take, the program leaves out.
    let records = records.filter(|record| {
        let chars = record.partition_key.chars().count();
        let key = record.explicit_hash_key.as_ref();
        let is_taken = key.is_none_or(|key| HashKey::from_request(key).is_some());
        (1..=256).contains(&chars) && is_taken
    });
    let line = |record: kinesis_agg_testkit::TestRecord| {
        let tags = record.tags.iter().map(|(key, value)| match value {
            Some(value) => json!({"Key": key, "Value": value}),
            None => json!({"Key": key}),
        });
        let mut line = json!({"PartitionKey": record.partition_key, "Data": base64(record.data)});
        if let Some(key) = record.explicit_hash_key {
            line["ExplicitHashKey"] = key.into();
        }
        if !record.tags.is_empty() {
            line["Tags"] = Vec::from_iter(tags).into();
        }
        format!("{line}\n")
    };
    String::from_iter(records.map(line)) + &content("data", "records.ndjson")
}

/// For each grouping and for small and large records: all user records come back,
/// those of a key in their order.
#[test]
fn all_user_records_come_back() {
    let shards = example("shards.json");
    let input = user_records();
    let expected = by_keys(&crate::program::lines(&input));
    assert!(input.contains("Tags"));
    for grouping in ["hash-key", "none", "shard", "pinned"] {
        let with_shards = match grouping {
            "shard" | "pinned" => format!("{grouping} --shards {shards}"),
            _ => grouping.to_owned(),
        };
        for limit in ["", "--max-size 51200", "--max-count 2", "--max-count 1"] {
            let packed = run(
                &format!("aggregate --group-by {with_shards} {limit}"),
                &input,
            );
            assert_eq!(packed.code, 0, "{}", packed.stderr);
            let unpacked = run("deaggregate", &packed.stdout).fine();
            let found = by_keys(&unpacked);
            // Too long to be shown.
            let is_same = if grouping == "pinned" {
                // Readers see the pin as explicit hash key.
                by_partition_key(found) == by_partition_key(expected.clone())
            } else {
                found == expected
            };
            assert!(is_same, "{grouping} {limit}");
        }
    }
}

/// What came out of `deaggregate` can go in again, and comes out the same.
#[test]
fn the_example_event_again() {
    let once = run("deaggregate", content("data", "lambda-event.json")).fine();
    let packed = run(
        "aggregate",
        run("deaggregate", content("data", "lambda-event.json")).stdout,
    );
    let again = run("deaggregate", &packed.stdout).fine();
    assert_eq!(by_keys(&again), by_keys(&once));
}
