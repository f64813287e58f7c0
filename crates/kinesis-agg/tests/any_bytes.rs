//! Any bytes are read or passed through: never a panic, never half an aggregate,
//! and the same by the fast reader, the general one and the testkit's.

mod common;

use common::{passed_through, to_read};
use kinesis_agg::{Batch, Deaggregated, Deaggregator, HashKey, HashKeyRange, RangePolicy};
use kinesis_agg_testkit::generate::{self, Dice, Profile, mutate, mutate_message, odd_message};
use kinesis_agg_testkit::readers::{self, ReadRecord, Reader};
use kinesis_agg_testkit::{frame, naive, vectors};

/// All that a batch says, in the testkit's terms.
fn reading(batch: &Batch<'_, '_>) -> (Vec<ReadRecord>, Vec<usize>) {
    let user_records = batch.aggregated_user_records().map(to_read);
    (user_records.collect(), passed_through(batch))
}

/// Reads `blobs` every way and compares each with the testkit's reader; returns
/// how many were aggregates.
fn read_every_way(blobs: &[Vec<u8>]) -> usize {
    let slices: Vec<&[u8]> = blobs.iter().map(|blob| &blob[..]).collect();
    let expected = Reader::KeepAll.read(blobs);
    for mut deaggregator in [Deaggregator::new(), Deaggregator::new().plain()] {
        let (user_records, passed_through) = reading(&deaggregator.deaggregate_batch(&slices));
        assert_eq!(passed_through, expected.passed_through);
        assert_eq!(user_records, expected.user_records);
    }
    for blob in blobs {
        offsets_lie_inside(blob);
    }
    blobs.len() - expected.passed_through.len()
}

/// The offset in a reason lies in the blob, or just behind its message.
fn offsets_lie_inside(blob: &[u8]) {
    if let Deaggregated::NotAggregated(reason) = Deaggregator::new().deaggregate(blob)
        && let Some(offset) = reason.offset()
    {
        assert!(
            (4..=blob.len() - 16).contains(&offset),
            "{reason} of {}",
            blob.len()
        );
    }
}

/// Structured oddities: fields in any order, groups at the depth limit, long
/// varints, indexes around the table and around 2^31, 2^32 and 2^63.
#[test]
fn odd_messages() {
    let mut aggregates = 0;
    for round in 0..600 {
        let blobs: Vec<Vec<u8>> = (0..50)
            .map(|seed| frame::seal(&odd_message(round * 50 + seed)))
            .collect();
        aggregates += read_every_way(&blobs);
    }
    assert!(
        aggregates > 1000,
        "only {aggregates} of 30,000 were aggregates"
    );
}

/// Real aggregates with bytes changed, the checksum made anew so that the change
/// reaches the parser; and without.
#[test]
fn mutated_aggregates() {
    let mut seeds: Vec<Vec<u8>> = vectors::all().into_iter().flat_map(|v| v.blobs).collect();
    seeds.retain(|blob| blob.len() < 2000);
    let generated =
        (0..50).map(|seed| naive::encode(&generate::user_records(seed, 6, Profile::TINY)));
    seeds.extend(generated);
    let mut aggregates = 0;
    for (seed, blobs) in (0..).zip(seeds.chunks(25)) {
        for round in 0..12 {
            let seed = seed * 1000 + round;
            let message = |blob: &Vec<u8>| mutate_message(seed, blob);
            aggregates += read_every_way(&blobs.iter().map(message).collect::<Vec<_>>());
        }
        let whole = |blob: &Vec<u8>| mutate(seed, blob);
        read_every_way(&blobs.iter().map(whole).collect::<Vec<_>>());
    }
    assert!(aggregates > 1000, "only {aggregates} were aggregates");
}

/// Noise behind the magic, with and without a right checksum.
#[test]
fn noise() {
    let mut dice = Dice::new(9);
    for _ in 0..2000 {
        let len = dice.below(200);
        let noise = dice.bytes(len);
        let framed = frame::seal(&noise);
        let unsealed = [&frame::MAGIC[..], &noise].concat();
        read_every_way(&[noise, framed, unsealed]);
    }
}

/// Under each policy and any range, what is handed out and what is counted is
/// what the model of that policy says.
#[test]
fn odd_messages_under_each_policy() {
    let mut dice = Dice::new(4);
    for round in 0..150 {
        let (one, other) = (dice.wide(), dice.wide());
        let (start, end) = (one.min(other), one.max(other));
        let blobs: Vec<Vec<u8>> = (0..40)
            .map(|seed| frame::seal(&odd_message(round * 40 + seed)))
            .collect();
        let slices: Vec<&[u8]> = blobs.iter().map(|blob| &blob[..]).collect();
        let range = HashKeyRange::new(HashKey::new(start), HashKey::new(end)).unwrap();
        let model_range = || kinesis_agg_testkit::HashKeyRange::new(start, end);
        for (policy, model) in [
            (RangePolicy::KeepAll, Reader::KeepAll),
            (RangePolicy::KeepInRange, Reader::KeepInRange(model_range())),
            (
                RangePolicy::DropAggregate,
                Reader::DropAggregate(model_range()),
            ),
        ] {
            let expected = model.read(&blobs);
            let mut deaggregator = Deaggregator::with_range(range, policy);
            let batch = deaggregator.deaggregate_batch(&slices);
            let (user_records, passed_through) = reading(&batch);
            assert_eq!(user_records, expected.user_records, "{policy:?}");
            assert_eq!(passed_through, expected.passed_through, "{policy:?}");

            let report = batch.report();
            assert_eq!(report.user_records, expected.user_records.len());
            assert_eq!(report.dropped_user_records, expected.dropped);
            assert_eq!(report.plain + report.damaged, passed_through.len());
            let kept = batch.table().user_records().filter(|row| row.kept);
            assert_eq!(kept.count(), expected.user_records.len());
        }
    }
}

/// The table's rows say the same as the iterators.
#[test]
fn the_table_says_the_same() {
    let blobs: Vec<Vec<u8>> = (0..300)
        .map(|seed| naive::encode(&generate::user_records(seed, 9, Profile::MIXED)))
        .collect();
    let slices: Vec<&[u8]> = blobs.iter().map(|blob| &blob[..]).collect();
    let mut deaggregator = Deaggregator::new();
    let batch = deaggregator.deaggregate_batch(&slices);
    let table = batch.table();
    assert!(readers::open(&blobs[0]).is_ok());
    assert_eq!(table.blobs().len(), blobs.len());
    assert_eq!(table.user_records().count(), 9 * blobs.len());
    for (row, (blob, record)) in table.user_records().zip(batch.aggregated_user_records()) {
        let bytes = slices[row.blob];
        assert_eq!(
            (row.blob, row.sub_sequence_number as u64),
            (blob, record.sub_sequence_number)
        );
        assert_eq!(&bytes[row.data], record.data);
        let key = table.partition_key(row.partition_key).unwrap();
        assert_eq!(&bytes[key], record.partition_key.as_bytes());
        let explicit = row
            .explicit_hash_key
            .and_then(|key| table.explicit_hash_key(key));
        let explicit = explicit.map(|key| &bytes[key]);
        assert_eq!(
            explicit,
            record.explicit_hash_key.map(kinesis_agg::Key::as_bytes)
        );
    }
}
