//! Any bytes as a message, read by us and by others.
//!
//! ```text
//! the testkit's decoder   protobuf-java, rule by rule: accept or reject, every user
//!                         record, and what each policy hands out
//! prost                   every user record, where both accept
//! ```
//!
//! prost takes fewer messages, as it refuses a known field of another wire type,
//! and more, as it misses no required field. Where it takes one that we take too,
//! it must hold the same.
#![no_main]

mod common;

use common::reading::{self, Outcome};
use common::{convert, mutate};
use kinesis_agg::{Deaggregator, NotAggregated, RangePolicy};
use kinesis_agg_testkit::readers::{self, ReadRecord, Reader};
use kinesis_agg_testkit::{HashKeyRange, frame};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use prost::Message;

fuzz_target!(|message: &[u8]| {
    let blob = frame::seal(message);
    let found = reading::outcome(Deaggregator::new().deaggregate(&blob));
    match (readers::open(&blob), &found) {
        (Ok(_), Outcome::Aggregated(records)) => {
            let expected = Reader::KeepAll.read(&[&blob]);
            assert_eq!(*records, expected.user_records);
            check_policies(&blob, records);
            check_prost(message, records);
        }
        (Err(expected), Outcome::NotAggregated(reason)) => {
            assert!(are_the_same(expected, *reason), "{expected:?} {reason:?}");
        }
        (expected, found) => panic!("expected {expected:?}, found {found:?}"),
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::message(data, size, max_size, seed)
});

/// Whether both name the same kind of reason, and the same index outside.
fn are_the_same(expected: readers::NotAggregated, found: NotAggregated) -> bool {
    use readers::NotAggregated as Expected;
    match (expected, found) {
        (Expected::Frame(frame::NotFramed::TooShort), NotAggregated::TooShort { .. })
        | (Expected::Message(_), NotAggregated::Malformed(_)) => true,
        (
            Expected::PartitionKeyIndex { record, index }
            | Expected::ExplicitHashKeyIndex { record, index },
            NotAggregated::IndexOutsideTable(outside),
        ) => (record, index) == (outside.record, outside.index),
        _ => false,
    }
}

/// Each policy hands out what its model hands out, under ranges that part the
/// user records.
fn check_policies(blob: &[u8], records: &[ReadRecord]) {
    for range in reading::ranges(records) {
        let model = || HashKeyRange::new(range.start().get(), range.end().get());
        for (policy, reader) in [
            (RangePolicy::KeepInRange, Reader::KeepInRange(model())),
            (RangePolicy::DropAggregate, Reader::DropAggregate(model())),
        ] {
            let expected = reader.read(&[blob]);
            let mut deaggregator = Deaggregator::with_range(range, policy);
            let blobs = [blob];
            let batch = deaggregator.deaggregate_batch(&blobs);
            let found = batch.aggregated_user_records().map(convert::to_read);
            assert_eq!(Vec::from_iter(found), expected.user_records);
            assert_eq!(batch.report().dropped_user_records, expected.dropped);
        }
    }
}

fn check_prost(message: &[u8], records: &[ReadRecord]) {
    let Ok(parsed) = AggregatedRecord::decode(message) else {
        return;
    };
    let read = parsed.records.iter().map(|record| {
        let index = |index: u64| usize::try_from(index).expect("found before");
        let explicit = record.explicit_hash_key_index.map(index);
        let tags = record.tags.iter();
        (
            &parsed.partition_keys[index(record.partition_key_index)][..],
            explicit.map(|index| &parsed.explicit_hash_keys[index][..]),
            &record.data[..],
            Vec::from_iter(tags.map(|tag| (tag.key.clone(), tag.value.clone()))),
        )
    });
    let expected = records.iter().map(|record| {
        (
            &record.partition_key[..],
            record.explicit_hash_key.as_deref(),
            &record.data[..],
            record.tags.clone(),
        )
    });
    assert_eq!(Vec::from_iter(read), Vec::from_iter(expected));
}

/// The message as prost reads it; text as bytes, since the KCL takes any.
#[derive(Message)]
struct AggregatedRecord {
    #[prost(bytes = "vec", repeated, tag = "1")]
    partition_keys: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    explicit_hash_keys: Vec<Vec<u8>>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<Record>,
}

#[derive(Message)]
struct Record {
    #[prost(uint64, required, tag = "1")]
    partition_key_index: u64,
    #[prost(uint64, optional, tag = "2")]
    explicit_hash_key_index: Option<u64>,
    #[prost(bytes = "vec", required, tag = "3")]
    data: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    tags: Vec<Tag>,
}

#[derive(Message)]
struct Tag {
    #[prost(bytes = "vec", required, tag = "1")]
    key: Vec<u8>,
    #[prost(bytes = "vec", optional, tag = "2")]
    value: Option<Vec<u8>>,
}
