//! Properties of any input, by proptest, which shrinks what breaks one.

mod common;

use common::{aggregator, passed_through, to_read, to_test, with_new};
use kinesis_agg::{
    Deaggregated, Deaggregator, HashKey, HashKeyRange, Options, OuterPartitionKey, RangePolicy,
    seal_many,
};
use kinesis_agg_testkit::readers::Reader;
use kinesis_agg_testkit::{TestRecord, frame};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn user_record() -> impl Strategy<Value = TestRecord> {
    let hash_key = prop_oneof![Just(0), Just(u128::MAX), any::<u128>()];
    let tag = (any::<String>(), option::of(any::<String>()));
    (
        prop_oneof!["[a-c]", "[0-9]{1,3}", "\\PC{1,256}"],
        option::weighted(0.3, hash_key.prop_map(|number| number.to_string())),
        vec(any::<u8>(), 0..300),
        prop_oneof![3 => Just(Vec::new()), 1 => vec(tag, 1..4)],
    )
        .prop_map(
            |(partition_key, explicit_hash_key, data, tags)| TestRecord {
                partition_key,
                explicit_hash_key,
                data,
                tags,
            },
        )
}

fn options() -> impl Strategy<Value = Options> {
    (4_000_usize..20_000, 1_usize..40, any::<[bool; 3]>()).prop_map(
        |(max_size, max_count, [kpl, framed, bare])| {
            let mut options = Options::new().with_max_size(max_size).expect("in range");
            options = options.with_max_count(max_count).expect("not 0");
            if kpl {
                options = options.with_outer_partition_key(OuterPartitionKey::Kpl);
            }
            if framed {
                options = options.with_framed_singles();
            }
            if bare {
                options = options.without_outer_hash_key();
            }
            options
        },
    )
}

proptest! {
    /// Any user records under any options come back the same and in order, in
    /// aggregates within the limits.
    #[test]
    fn what_goes_in_comes_out(records in vec(user_record(), 1..60), options in options()) {
        let mut aggregator = aggregator(options.clone());
        let mut full = Vec::new();
        let mut taken = Vec::new();
        for record in &records {
            // Keys of 256 characters with tags may not fit the smallest limit.
            if let Ok(out) = with_new(record, |new| aggregator.push(new).map_err(|e| e.kind)) {
                full.extend(out);
                taken.push(record.clone());
            }
        }
        full.extend(aggregator.finish());

        let mut deaggregator = Deaggregator::new();
        let mut read = Vec::new();
        for sealed in seal_many(full) {
            prop_assert!(sealed.size() <= options.max_size());
            prop_assert!(sealed.user_record_count() <= options.max_count());
            match deaggregator.deaggregate(sealed.data()) {
                Deaggregated::Aggregated(records) => read.extend(records.map(|r| to_test(&r))),
                Deaggregated::NotAggregated(_) => {
                    prop_assert!(!sealed.is_framed() && !options.frames_singles());
                    read.push(common::bare_record(&sealed));
                }
                Deaggregated::Dropped { .. } => unreachable!("no range was asked for"),
            }
        }
        prop_assert_eq!(read, taken);
    }

    /// Any bytes, as they are, behind the magic, and in a frame that holds, are
    /// read as the model reads them, under any range.
    #[test]
    fn any_bytes_are_read_as_by_the_model(
        bytes in vec(any::<u8>(), 0..120),
        one in any::<u128>(),
        other in any::<u128>(),
    ) {
        let blobs = [
            frame::seal(&bytes),
            [&frame::MAGIC[..], &bytes].concat(),
            bytes,
        ];
        let slices: Vec<&[u8]> = blobs.iter().map(|blob| &blob[..]).collect();
        let (start, end) = (one.min(other), one.max(other));
        let range = HashKeyRange::new(HashKey::new(start), HashKey::new(end)).expect("sorted");
        let model = Reader::KeepInRange(kinesis_agg_testkit::HashKeyRange::new(start, end));
        let expected = model.read(&blobs);
        let mut deaggregator = Deaggregator::with_range(range, RangePolicy::KeepInRange);
        let batch = deaggregator.deaggregate_batch(&slices);
        prop_assert_eq!(passed_through(&batch), expected.passed_through);
        let read: Vec<_> = batch.aggregated_user_records().map(to_read).collect();
        prop_assert_eq!(read, expected.user_records);
    }

    /// Hash keys are their decimal digits; no other text is one.
    #[test]
    fn hash_keys_are_their_digits(number: u128, text in "[0-9+ -]{0,42}") {
        let hash_key = HashKey::new(number);
        prop_assert_eq!(HashKey::from_request(hash_key.to_string()), Some(hash_key));
        match HashKey::from_decimal(&text) {
            Some(read) => {
                let digits = text.trim_start_matches('0');
                let digits = if digits.is_empty() { "0" } else { digits };
                prop_assert_eq!(read.to_string(), digits);
                prop_assert_eq!(HashKey::from_request(&text).is_some(), digits == text);
            }
            None => prop_assert!(text.parse::<u128>().is_err() || text.starts_with('+')),
        }
    }
}
