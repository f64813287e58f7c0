//! Any bytes are read or passed through: never a panic, never half an aggregate,
//! and the same by the fast reader, the general one and the testkit's.

mod common;

use common::{passed_through, to_read};
use kinesis_agg::{
    Batch, Deaggregated, Deaggregator, HashKey, HashKeyRange, Key, NotAggregated, Placement,
    RangePolicy, Report,
};
use kinesis_agg_testkit::generate::{self, Dice, Profile, mutate, mutate_message, odd_message};
use kinesis_agg_testkit::readers::{ReadRecord, Reader};
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

            assert_eq!(batch.report(), expected_report(&blobs, policy, range));
            for deaggregated in batch.iter() {
                if let Deaggregated::Aggregated(user_records) = deaggregated {
                    assert_eq!(user_records.len(), user_records.count());
                }
            }
            for (_, record) in batch.aggregated_user_records() {
                assert_eq!(record.placement, Some(placement(record.hash_key(), range)));
            }
            let kept = batch.table().user_records().filter(|row| row.kept);
            assert_eq!(kept.count(), expected.user_records.len());
        }
    }
}

fn placement(hash_key: Option<HashKey>, range: HashKeyRange) -> Placement {
    match hash_key {
        None => Placement::Unplaceable,
        Some(hash_key) if range.contains(hash_key) => Placement::InRange,
        Some(_) => Placement::OutOfRange,
    }
}

/// The report, counted from what the model reads blob by blob.
fn expected_report(blobs: &[Vec<u8>], policy: RangePolicy, range: HashKeyRange) -> Report {
    let mut report = Report::default();
    for blob in blobs {
        report.blobs += 1;
        let reading = Reader::KeepAll.read(std::slice::from_ref(blob));
        if !reading.passed_through.is_empty() {
            let magic = blob.starts_with(&frame::MAGIC);
            *(if magic {
                &mut report.damaged
            } else {
                &mut report.plain
            }) += 1;
            continue;
        }
        let keys = reading
            .user_records
            .iter()
            .map(|read| read.hash_key.map(HashKey::new));
        let placements: Vec<Placement> = keys.map(|key| placement(key, range)).collect();
        let count = |wanted| placements.iter().filter(|found| **found == wanted).count();
        report.out_of_range += count(Placement::OutOfRange);
        report.unplaceable += count(Placement::Unplaceable);
        let dropped = match policy {
            RangePolicy::KeepAll => 0,
            RangePolicy::KeepInRange => count(Placement::OutOfRange),
            RangePolicy::DropAggregate if count(Placement::InRange) == placements.len() => 0,
            RangePolicy::DropAggregate => placements.len(),
        };
        report.dropped_user_records += dropped;
        report.user_records += placements.len() - dropped;
        let whole = policy == RangePolicy::DropAggregate && dropped > 0;
        report.dropped_aggregates += usize::from(whole);
        report.empty += usize::from(placements.is_empty());
    }
    report
}

/// More keys than are hashed together are each placed where they belong.
#[test]
fn many_keys_are_placed() {
    let many = Profile {
        explicit_hash_key_percent: 0,
        ..Profile::SMALL
    };
    let blob = naive::encode(&generate::user_records(3, 5_000, many));
    let half = HashKeyRange::new(HashKey::MIN, HashKey::new(u128::MAX / 2)).unwrap();
    let mut deaggregator = Deaggregator::with_range(half, RangePolicy::KeepAll);
    let Deaggregated::Aggregated(records) = deaggregator.deaggregate(&blob) else {
        panic!("an aggregate");
    };
    assert_eq!(records.len(), 5_000);
    for record in records {
        assert_eq!(record.placement, Some(placement(record.hash_key(), half)));
    }
}

/// A key that is as long as it can be, used by as many records as there can be,
/// is read once: read by each of them, this would take minutes.
#[test]
fn a_long_key_used_by_many_is_read_once() {
    let long = [&b"\x12\x80\x80\x20"[..], &b"0".repeat(1 << 19)].concat();
    let record = b"\x1a\x06\x08\x00\x10\x00\x1a\x00";
    let message = [&b"\x0a\x00"[..], &long, &record.repeat(60_000)].concat();
    let blob = frame::seal(&message);
    let top = HashKeyRange::only(HashKey::MAX);
    let mut deaggregator = Deaggregator::with_range(top, RangePolicy::KeepInRange);
    let Deaggregated::Aggregated(records) = deaggregator.deaggregate(&blob) else {
        panic!("an aggregate");
    };
    assert_eq!((records.len(), records.dropped()), (0, 60_000));
}

/// Blobs of 4 GiB pass through with their own reason; their bytes are not even
/// read.
#[test]
#[cfg(target_pointer_width = "64")]
fn blobs_of_4_gib_pass_through() {
    let mut blob = vec![0; 1 << 32];
    blob[..4].copy_from_slice(&frame::MAGIC);
    let too_long = NotAggregated::TooLong { len: 1 << 32 };
    assert_eq!(kinesis_agg::frame::open(&blob), Err(too_long));
    match Deaggregator::new().deaggregate(&blob) {
        Deaggregated::NotAggregated(reason) => assert_eq!(reason, too_long),
        other => panic!("{other:?}"),
    }
}

/// The table's rows say the same as the iterators.
#[test]
fn the_table_says_the_same() {
    let mut blobs: Vec<Vec<u8>> = (0..300)
        .map(|seed| naive::encode(&generate::user_records(seed, 9, Profile::MIXED)))
        .collect();
    blobs.insert(7, b"plain".to_vec());
    blobs.extend((0..300).map(|seed| frame::seal(&odd_message(seed))));
    let slices: Vec<&[u8]> = blobs.iter().map(|blob| &blob[..]).collect();
    let half = HashKeyRange::new(HashKey::MIN, HashKey::new(u128::MAX / 2)).unwrap();
    for mut deaggregator in [
        Deaggregator::new(),
        Deaggregator::with_range(half, RangePolicy::KeepInRange),
        Deaggregator::with_range(half, RangePolicy::DropAggregate),
    ] {
        compare_with_table(&deaggregator.deaggregate_batch(&slices), &slices);
    }
}

fn compare_with_table(batch: &Batch<'_, '_>, slices: &[&[u8]]) {
    let table = batch.table();
    assert_eq!(table.blobs().len(), slices.len());
    for (row, deaggregated) in table.blobs().zip(batch.iter()) {
        let (count, dropped, reason) = match deaggregated {
            Deaggregated::Aggregated(records) => (records.len() + records.dropped(), false, None),
            Deaggregated::Dropped { user_records } => (user_records, true, None),
            Deaggregated::NotAggregated(reason) => (0, false, Some(reason)),
        };
        assert_eq!(
            (row.user_records, row.dropped, row.not_aggregated),
            (count, dropped, reason)
        );
    }
    let kept = || table.user_records().filter(|row| row.kept);
    assert_eq!(kept().count(), batch.report().user_records);
    for (row, (blob, record)) in kept().zip(batch.aggregated_user_records()) {
        let bytes = slices[row.blob];
        assert!(row.tags(bytes).eq(record.tags.clone()));
        let place = (row.blob, row.sub_sequence_number);
        assert_eq!(place, (blob, record.sub_sequence_number));
        assert_eq!(&bytes[row.data], record.data);
        assert_eq!(
            &bytes[row.partition_key.bytes],
            record.partition_key.as_bytes()
        );
        let explicit = row.explicit_hash_key.map(|key| &bytes[key.bytes]);
        assert_eq!(explicit, record.explicit_hash_key.map(Key::as_bytes));
        assert_eq!(row.placement, record.placement);
        assert_eq!(row.tagged.is_some(), record.tags.count() > 0);
    }
}
