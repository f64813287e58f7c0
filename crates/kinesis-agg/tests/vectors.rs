//! All vectors against the KCL's verdict: the same for each, but for those listed
//! here, each under the rule of `FORMAT.md` that makes the difference.

mod common;

use common::{passed_through, range, to_read};
use kinesis_agg::{
    Batch, Deaggregated, Deaggregator, HashKey, HashKeyRange, NotAggregated, Placement, RangePolicy,
};
use kinesis_agg_testkit::kcl::UserRecord as KclRecord;
use kinesis_agg_testkit::readers::Reader;
use kinesis_agg_testkit::vectors::{self, File, Vector};
use std::collections::BTreeSet;

/// Difference 1: an index outside its table, compared as 64 bits, passes the blob
/// through. The KCL keeps the head of the aggregate and loses the rest, or cuts
/// the index to 32 bits and takes another key.
const INDEX_OUTSIDE_TABLE: &[&str] = &[
    "node-aws-kinesis-agg-4.2.8/prototype-key-proto",
    "malformed/table-missing-both",
    "malformed/table-missing-ehk",
    "malformed/index-pk-first",
    "malformed/index-ehk-first",
    "malformed/index-pk-middle",
    "malformed/index-ehk-middle",
    "malformed/index-pk-last",
    "malformed/index-ehk-last",
    "malformed/index-pk-all",
    "malformed/index-pk-2p31-1",
    "malformed/index-ehk-2p31-1",
    "malformed/index-pk-2p31",
    "malformed/index-ehk-2p31",
    "malformed/index-pk-2p32-1",
    "malformed/index-ehk-2p32-1",
    "malformed/index-pk-2p32",
    "malformed/index-ehk-2p32",
    "malformed/index-pk-2p32+1",
    "malformed/index-ehk-2p32+1",
    "malformed/index-pk-2p63",
    "malformed/index-ehk-2p63",
    "malformed/index-pk-2p64-1",
    "malformed/index-ehk-2p64-1",
    "malformed/index-pk-2p40+1",
    "malformed/index-ehk-2p40+1",
    "malformed/dup-pk-index-bad-last",
    "malformed/ehk-max-plus-1-then-index",
    "malformed/ehk-index-then-max-plus-1",
    "mutated/flip-000-ff",
    "mutated/flip-043-01",
    "mutated/flip-059-01",
    "mutated/random-0073",
    "mutated/random-0367",
    "ranges/range-index-error-after-in",
    "ranges/range-index-error-first",
    "ranges/range-out-then-index-error",
    "ranges/range-in-out-index-error",
    "batches/batch-partial-in-middle",
    "batches/batch-all-odd",
];

/// Difference 2: an explicit hash key is ASCII digits. The KCL takes a sign and
/// digits of other scripts, and loses an aggregate from the first key on that it
/// cannot read; here such a user record is unplaceable.
const EXPLICIT_HASH_KEY: &[&str] = &[
    "malformed/ehk-bad-utf8",
    "malformed/ehk-minus-0",
    "malformed/ehk-plus-7",
    "malformed/ehk-plus-minus",
    "malformed/ehk-empty",
    "malformed/ehk-minus",
    "malformed/ehk-space-before",
    "malformed/ehk-space-after",
    "malformed/ehk-hex",
    "malformed/ehk-letters",
    "malformed/ehk-exponent",
    "malformed/ehk-underscore",
    "malformed/ehk-point",
    "malformed/ehk-full-width",
    "malformed/ehk-arabic",
    "malformed/ehk-nul",
    "malformed/ehk-newline",
    "malformed/ehk-mixed-digits",
    "malformed/ehk-mathematical-digits",
    "malformed/ehk-superscript",
    "mutated/flip-017-80",
    "mutated/flip-017-ff",
    "mutated/flip-018-80",
    "mutated/flip-018-ff",
    "mutated/flip-019-80",
    "mutated/flip-019-ff",
    "mutated/flip-020-80",
    "mutated/flip-020-ff",
    "mutated/flip-021-80",
    "mutated/flip-021-ff",
    "mutated/flip-022-80",
    "mutated/flip-022-ff",
    "mutated/flip-023-80",
    "mutated/flip-023-ff",
    "mutated/flip-024-80",
    "mutated/flip-024-ff",
    "mutated/flip-025-80",
    "mutated/flip-025-ff",
    "mutated/flip-026-80",
    "mutated/flip-026-ff",
    "mutated/flip-027-80",
    "mutated/flip-027-ff",
    "mutated/flip-028-80",
    "mutated/flip-028-ff",
    "mutated/random-0056",
    "mutated/random-0127",
    "mutated/random-0140",
    "mutated/random-0214",
    "mutated/random-0263",
    "mutated/random-0318",
    "mutated/random-0327",
    "mutated/random-0333",
    "mutated/random-0398",
    "ranges/range-bad-ehk",
];

/// Difference 3: a range whose end is below its start is none.
const REVERSED_RANGE: &str = "ranges/range-one-reversed";

/// Every vector gives the KCL's verdict: the same user records, with the same
/// keys, data and sub-sequence numbers, and the same blobs passed through. The
/// lists of differences are exact.
#[test]
fn each_vector_gives_the_verdict_of_the_kcl() {
    let all = vectors::all();
    assert_eq!(
        all.len(),
        83 + 39 + 49 + 39 + 42 + 425 + 144 + 586 + 103 + 12
    );
    let different = all.iter().filter(|vector| !gives_the_verdict(vector));
    let different: BTreeSet<&str> = different.map(|vector| &vector.id[..]).collect();
    let listed = INDEX_OUTSIDE_TABLE.iter().chain(EXPLICIT_HASH_KEY);
    let listed: BTreeSet<&str> = listed.copied().chain([REVERSED_RANGE]).collect();
    let unlisted = Vec::from_iter(different.difference(&listed));
    let same = Vec::from_iter(listed.difference(&different));
    assert!(
        unlisted.is_empty(),
        "different and not listed: {unlisted:#?}"
    );
    assert!(same.is_empty(), "listed and not different: {same:#?}");
}

fn gives_the_verdict(vector: &Vector) -> bool {
    let Some(range) = asked_range(vector) else {
        return false;
    };
    let blobs = blobs(vector);
    let mut deaggregator = Deaggregator::with_range(range, RangePolicy::DropAggregate);
    let batch = deaggregator.deaggregate_batch(&blobs);
    let (user_records, passed_through) = as_the_kcl(&batch);
    user_records == vector.kcl.records && passed_through == vector.kcl.passed_through
}

fn blobs(vector: &Vector) -> Vec<&[u8]> {
    vector.blobs.iter().map(|blob| &blob[..]).collect()
}

/// The range of the vector; without one the KCL takes all hash keys. What lies
/// below 0 and above 2^128-1 holds no hash key.
fn asked_range(vector: &Vector) -> Option<HashKeyRange> {
    let Some(asked) = &vector.range else {
        return Some(HashKeyRange::ALL);
    };
    let number = |number: &dyn ToString, beyond| {
        let text = number.to_string();
        if text.starts_with('-') {
            0
        } else {
            text.parse().unwrap_or(beyond)
        }
    };
    let start = HashKey::new(number(&asked.starting, u128::MAX));
    let end = HashKey::new(number(&asked.ending, u128::MAX));
    HashKeyRange::new(start, end)
}

fn as_the_kcl(batch: &Batch<'_, '_>) -> (Vec<KclRecord>, Vec<usize>) {
    let user_records = batch
        .aggregated_user_records()
        .map(|(blob, record)| KclRecord {
            blob,
            partition_key: record.partition_key.as_str().into_owned(),
            explicit_hash_key: record
                .explicit_hash_key
                .map(|key| key.as_str().into_owned()),
            data: record.data.to_vec(),
            sub_sequence_number: record.sub_sequence_number,
        });
    (user_records.collect(), passed_through(batch))
}

/// What differs from the KCL does so in the way that its rule says.
#[test]
fn differences_are_those_of_their_rule() {
    for vector in vectors::all() {
        let id = &vector.id[..];
        let mut deaggregator = Deaggregator::with_range(HashKeyRange::ALL, RangePolicy::KeepAll);
        let blobs = blobs(&vector);
        let batch = deaggregator.deaggregate_batch(&blobs);
        let outside = batch.iter().any(|deaggregated| {
            matches!(
                deaggregated,
                Deaggregated::NotAggregated(NotAggregated::IndexOutsideTable(_))
            )
        });
        assert_eq!(outside, INDEX_OUTSIDE_TABLE.contains(&id), "{id}");
        if EXPLICIT_HASH_KEY.contains(&id) {
            let placements = batch
                .aggregated_user_records()
                .map(|(_, record)| record.placement);
            let unplaceable = |placement| placement == Some(Placement::Unplaceable);
            assert_eq!(
                placements.filter(|found| unplaceable(*found)).count(),
                1,
                "{id}"
            );
        }
    }
}

/// Under each policy, and by the fast reader and the general one alike, every
/// vector gives what the model of this policy gives.
#[test]
fn each_policy_hands_out_what_its_model_does() {
    let half = range(0, u128::MAX / 2);
    let model_half = kinesis_agg_testkit::HashKeyRange::new(0, u128::MAX / 2);
    let readers = [
        (Deaggregator::new(), Reader::KeepAll),
        (Deaggregator::new().plain(), Reader::KeepAll),
        (
            Deaggregator::with_range(half, RangePolicy::KeepInRange),
            Reader::KeepInRange(model_half.clone()),
        ),
        (
            Deaggregator::with_range(half, RangePolicy::DropAggregate).plain(),
            Reader::DropAggregate(model_half.clone()),
        ),
        (
            Deaggregator::with_range(half, RangePolicy::DropAggregate),
            Reader::DropAggregate(model_half),
        ),
    ];
    for (mut deaggregator, model) in readers {
        for vector in vectors::all() {
            let expected = model.read(&vector.blobs);
            let blobs = blobs(&vector);
            let batch = deaggregator.deaggregate_batch(&blobs);
            let found = Vec::from_iter(batch.aggregated_user_records().map(to_read));
            assert_eq!(found, expected.user_records, "{} {model:?}", vector.id);
            assert_eq!(
                passed_through(&batch),
                expected.passed_through,
                "{} {model:?}",
                vector.id
            );
            let report = batch.report();
            assert_eq!(
                report.dropped_user_records, expected.dropped,
                "{}",
                vector.id
            );
            assert_eq!(report.user_records, found.len(), "{}", vector.id);
        }
    }
}

/// A blob alone is read as it is in a batch.
#[test]
fn one_blob_is_read_as_in_a_batch() {
    let mut alone = Deaggregator::new();
    let mut together = Deaggregator::new();
    let all = vectors::file(File::Malformed);
    let blobs: Vec<&[u8]> = all.iter().map(Vector::blob).collect();
    for (blob, in_batch) in blobs.iter().zip(together.deaggregate_batch(&blobs).iter()) {
        match (alone.deaggregate(blob), in_batch) {
            (Deaggregated::Aggregated(one), Deaggregated::Aggregated(other)) => {
                let one = one.map(|record| to_read((0, record)));
                let other = other.map(|record| to_read((0, record)));
                assert!(one.eq(other));
            }
            (Deaggregated::NotAggregated(one), Deaggregated::NotAggregated(other)) => {
                assert_eq!(one, other);
            }
            (one, other) => panic!("{one:?} and {other:?}"),
        }
    }
}

/// A reason says what is wrong, and names the byte and the record where there is
/// one.
#[test]
fn reasons_name_what_and_where() {
    for (id, expected) in [
        ("frame-plain-text", "the blob does not start with the magic"),
        (
            "frame-magic-only",
            "4 bytes have no room for a message and its checksum",
        ),
        (
            "frame-wrong-md5-0",
            "the checksum is not that of the message",
        ),
        (
            "index-pk-middle",
            "partition key index 2 at byte 78, in record 1, is outside its table of 2",
        ),
        (
            "bad-wire-6-record",
            "a field has wire type 6 or 7 at byte 116, in record 1",
        ),
    ] {
        let all = vectors::file(File::Malformed);
        let named = |vector: &&Vector| vector.id == format!("malformed/{id}");
        let vector = all.iter().find(named).expect(id);
        match Deaggregator::new().deaggregate(vector.blob()) {
            Deaggregated::NotAggregated(reason) => assert_eq!(reason.to_string(), expected),
            other => panic!("{id}: {other:?}"),
        }
    }
}
