//! The naive codec and the protobuf-java decoder, against the producers and
//! against each other.

use kinesis_agg_testkit::generate::{Profile, odd_message, user_records};
use kinesis_agg_testkit::hash_key::of_partition_key;
use kinesis_agg_testkit::kcl::Outcome;
use kinesis_agg_testkit::protobuf_java::{Message, Tag, decode};
use kinesis_agg_testkit::vectors::{self, File, Vector};
use kinesis_agg_testkit::{TestRecord, naive};

/// The naive codec writes, byte for byte, what the producers write for the same
/// user records. The exceptions are theirs, and each is named.
#[test]
fn the_naive_codec_writes_the_aggregates_of_the_producers() {
    // The KPL takes leading zeros off an explicit hash key.
    let kpl = ["kpl-1.0.7/ehk-leading-zeros/1-shards/0"];
    assert_eq!(differing(File::Kpl, same), kpl);

    // No exception: tags and odd explicit hash keys as they are.
    assert_eq!(differing(File::Aiokpl, same), [""; 0]);

    // Takes an empty explicit hash key for none.
    let python = ["python-aws_kinesis_agg-1.2.3/ehk-empty-string"];
    assert_eq!(differing(File::Python, same), python);

    // Tables are JavaScript objects: integer-like keys are sorted to the front,
    // "__proto__" is no key of its own; and an empty explicit hash key or "0"
    // is none.
    let node = [
        "node-aws-kinesis-agg-4.2.8/ehk-bounds",
        "node-aws-kinesis-agg-4.2.8/integer-keys",
        "node-aws-kinesis-agg-4.2.8/integer-keys-mixed",
        "node-aws-kinesis-agg-4.2.8/integer-ehks",
        "node-aws-kinesis-agg-4.2.8/prototype-key-proto",
        "node-aws-kinesis-agg-4.2.8/ehk-empty-string",
        "node-aws-kinesis-agg-4.2.8/ehk-leading-zeros",
        "node-aws-kinesis-agg-4.2.8/random-01",
    ];
    assert_eq!(differing(File::Node, same), node);

    // Gives every user record without explicit hash key the hash of its
    // partition key as one; with that done, no exception.
    assert_eq!(differing(File::Java, same_with_hash_keys), [""; 0]);
}

/// The ids of the aggregates in a producer's file for which `holds` is false.
fn differing(file: File, holds: fn(&[TestRecord], &Vector) -> bool) -> Vec<String> {
    let aggregates = |vector: &Vector| vector.kcl.outcome != Outcome::Passthrough;
    let vectors = vectors::file(file).into_iter().filter(aggregates);
    vectors
        .filter(|vector| {
            !holds(
                vector.input.as_deref().expect("a producer has input"),
                vector,
            )
        })
        .map(|vector| vector.id)
        .collect()
}

fn same(input: &[TestRecord], vector: &Vector) -> bool {
    naive::encode(input) == vector.blob()
}

fn same_with_hash_keys(input: &[TestRecord], vector: &Vector) -> bool {
    let mut input = input.to_vec();
    for record in &mut input {
        let hash_key = of_partition_key(&record.partition_key);
        record
            .explicit_hash_key
            .get_or_insert_with(|| hash_key.to_string());
    }
    same(&input, vector)
}

/// A single user record leaves the KPL and aiokpl without a frame.
#[test]
fn what_passes_through_a_producer_is_its_one_user_record() {
    for file in File::PRODUCERS {
        for vector in vectors::file(file) {
            if vector.kcl.outcome == Outcome::Passthrough {
                let input = vector.input.as_deref().expect("a producer has input");
                let [record] = input else {
                    panic!("{} has {} user records", vector.id, input.len());
                };
                assert_eq!(record.data, vector.blob(), "{}", vector.id);
            }
        }
    }
}

/// Both decoders read back what the naive codec wrote.
#[test]
fn user_records_come_back_as_they_were() {
    let profiles = [
        Profile::MIXED,
        Profile::SMALL,
        Profile::TINY,
        Profile::LARGE,
    ];
    for seed in 0..400 {
        for profile in profiles {
            let count = usize::try_from(seed % 9).expect("small");
            let records = user_records(seed, count, profile);
            let message = naive::encode_message(&records);
            let decoded = decode(&message).expect("naive messages are accepted");
            assert_eq!(
                text(&decoded).as_ref(),
                Some(&records),
                "{seed} {profile:?}"
            );
            let read = naive::decode_message(&message).expect("and read");
            assert_eq!(read, records, "{seed} {profile:?}");
        }
    }
}

/// Where quick-protobuf reads an odd message at all, it reads what protobuf-java
/// reads.
#[test]
fn the_decoders_agree_on_odd_messages() {
    let mut read = 0;
    for seed in 0..20_000 {
        let message = odd_message(seed);
        let Ok(records) = naive::decode_message(&message) else {
            continue;
        };
        read += 1;
        let decoded = decode(&message).expect("asked before");
        assert_eq!(text(&decoded), Some(records), "seed {seed}");
    }
    assert!(read > 2_000, "{read} of 20000 were read");
}

/// The user records of a message, when every index is inside and all is text.
fn text(message: &Message<'_>) -> Option<Vec<TestRecord>> {
    let records = message.records.iter().map(|record| {
        let explicit_hash_key = match record.explicit_hash_key_index {
            Some(index) => Some(entry(&message.explicit_hash_keys, index)?),
            None => None,
        };
        Some(TestRecord {
            partition_key: entry(&message.partition_keys, record.partition_key_index)?,
            explicit_hash_key,
            data: record.data.to_vec(),
            tags: record.tags.iter().map(tag).collect::<Option<_>>()?,
        })
    });
    records.collect()
}

fn entry(table: &[&[u8]], index: u64) -> Option<String> {
    string(table.get(usize::try_from(index).ok()?)?)
}

fn tag(tag: &Tag<'_>) -> Option<(String, Option<String>)> {
    let value = match tag.value {
        Some(value) => Some(string(value)?),
        None => None,
    };
    Some((string(tag.key)?, value))
}

fn string(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}
