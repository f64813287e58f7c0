//! On several threads all is as on one, whatever is in the batch.

mod common;

use std::num::NonZeroUsize;

use common::{aggregator, passed_through, to_read, with_new};
use kinesis_agg::{
    Batch, BlobRow, Deaggregator, HashKey, HashKeyRange, Options, RangePolicy, Report, Unsealed,
    UserRecordRow, seal_many, seal_many_with_threads,
};
use kinesis_agg_testkit::generate::{DataSize, Profile, mutate, mutate_message, user_records};
use kinesis_agg_testkit::readers::ReadRecord;

/// Aggregates of 6 MB together: enough for many threads.
fn aggregates(seed: u64) -> Vec<Unsealed> {
    let profile = Profile {
        distinct_keys: 0,
        odd_keys: true,
        explicit_hash_key_percent: 30,
        data: DataSize::UpTo(2_000),
        tags_percent: 5,
    };
    let options = Options::new().with_max_size(51_200);
    let mut aggregator = aggregator(options.expect("the limit is one"));
    let mut full = Vec::new();
    for record in user_records(seed, 6_000, profile) {
        with_new(&record, |new| {
            full.extend(aggregator.push(new).expect("valid"));
        });
    }
    full.extend(aggregator.finish());
    full
}

/// Some left as they are, some damaged in a way that the checksum does not see,
/// some in any way; plain ones and empty ones among them.
fn blobs() -> Vec<Vec<u8>> {
    let records = seal_many(aggregates(1));
    let blobs = (0..)
        .zip(&records)
        .map(|(number, record)| match number % 6 {
            0 => mutate(number, record.data()),
            1 => mutate_message(number, record.data()),
            2 => Vec::new(),
            3 => record.data()[4..].to_vec(),
            _ => record.data().to_vec(),
        });
    blobs.collect()
}

/// All that a batch says.
#[derive(Debug, PartialEq)]
struct Said {
    user_records: Vec<ReadRecord>,
    passed_through: Vec<usize>,
    blobs: Vec<BlobRow>,
    rows: Vec<UserRecordRow>,
    report: Report,
}

fn said(batch: &Batch<'_, '_>) -> Said {
    let table = batch.table();
    let mut rows = Vec::from_iter(table.user_records());
    for row in &mut rows {
        // Where the key lies counts, not its number.
        row.partition_key.number = 0;
        if let Some(key) = &mut row.explicit_hash_key {
            key.number = 0;
        }
    }
    Said {
        user_records: batch.aggregated_user_records().map(to_read).collect(),
        passed_through: passed_through(batch),
        blobs: table.blobs().collect(),
        rows,
        report: batch.report(),
    }
}

#[test]
fn a_batch_says_the_same() {
    let blobs = blobs();
    let slices = Vec::from_iter(blobs.iter().map(|blob| &blob[..]));
    let half = HashKeyRange::new(HashKey::MIN, HashKey::new(u128::MAX / 2)).expect("not empty");
    let ways: [fn(HashKeyRange) -> Deaggregator; 4] = [
        |_| Deaggregator::new(),
        |range| Deaggregator::with_range(range, RangePolicy::KeepAll),
        |range| Deaggregator::with_range(range, RangePolicy::KeepInRange),
        |range| Deaggregator::with_range(range, RangePolicy::DropAggregate),
    ];
    for way in ways {
        let expected = said(&way(half).deaggregate_batch(&slices));
        assert!(expected.passed_through.len() > 20 && expected.rows.len() > 2_000);
        for threads in [1, 2, 3, 8] {
            let threads = NonZeroUsize::new(threads).expect("not zero");
            let mut deaggregator = way(half).with_threads(threads);
            // Large, small and none: scratch of an earlier batch is no part of a
            // later one.
            for blobs in [&slices[..], &slices[..4], &[], &slices[..]] {
                let expected = said(&way(half).deaggregate_batch(blobs));
                assert_eq!(said(&deaggregator.deaggregate_batch(blobs)), expected);
            }
        }
    }
}

#[test]
fn aggregates_are_sealed_the_same() {
    let expected = seal_many(aggregates(2));
    assert!(expected.len() > 5);
    for threads in [1, 2, 3, 8] {
        let threads = NonZeroUsize::new(threads).expect("not zero");
        let sealed = seal_many_with_threads(aggregates(2), threads);
        assert_eq!(sealed, expected);
    }
}
