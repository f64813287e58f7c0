//! Each view of a batch says the same: blobs by number or in order, user records
//! step by step or folded, rows of the table.

mod common;

use common::{range, to_read};
use kinesis_agg::{
    Batch, Deaggregated, Deaggregator, Key, KeyRow, NotAggregated, Placement, RangePolicy, Report,
    UserRecord, UserRecordRow,
};
use kinesis_agg_testkit::generate::{self, Profile, odd_message};
use kinesis_agg_testkit::readers::ReadRecord;
use kinesis_agg_testkit::{frame, naive};
use std::collections::{HashMap, HashSet};

/// Runs `check` on one batch under each policy: aggregates with tags and without,
/// odd ones, malformed ones, and a plain record.
fn under_each_policy(check: impl Fn(&Batch<'_, '_>, &[&[u8]])) {
    let usual = |seed| naive::encode(&generate::user_records(seed, 9, Profile::MIXED));
    let mut blobs = Vec::from_iter((0..300).map(usual));
    blobs.insert(7, b"plain".to_vec());
    blobs.extend((0..300).map(|seed| frame::seal(&odd_message(seed))));
    let slices = Vec::from_iter(blobs.iter().map(|blob| &blob[..]));
    let half = range(0, u128::MAX / 2);
    for mut deaggregator in [
        Deaggregator::new(),
        Deaggregator::with_range(half, RangePolicy::KeepAll),
        Deaggregator::with_range(half, RangePolicy::KeepInRange),
        Deaggregator::with_range(half, RangePolicy::DropAggregate),
    ] {
        check(&deaggregator.deaggregate_batch(&slices), &slices);
    }
}

/// A user record with all that it says.
type Said = (ReadRecord, Option<Placement>);

fn said(record: UserRecord<'_>) -> Said {
    let placement = record.placement;
    (to_read((0, record)), placement)
}

/// All that is said of one blob.
fn all_of(blob: Deaggregated<'_, '_>) -> (Vec<Said>, Option<NotAggregated>, usize) {
    match blob {
        Deaggregated::Aggregated(records) => {
            let dropped = records.dropped();
            (records.map(said).collect(), None, dropped)
        }
        Deaggregated::NotAggregated(reason) => (Vec::new(), Some(reason), 0),
        Deaggregated::Dropped { user_records } => (Vec::new(), None, user_records),
    }
}

/// A blob asked for by its number is the one in that place; behind the last there
/// is none.
#[test]
fn blobs_by_number_are_those_in_order() {
    under_each_policy(|batch, slices| {
        assert_eq!((batch.len(), batch.is_empty()), (slices.len(), false));
        assert_eq!(batch.iter().len(), slices.len());
        for (number, in_order) in batch.iter().enumerate() {
            let by_number = batch.get(number).expect("one of the batch");
            assert_eq!(all_of(by_number), all_of(in_order), "blob {number}");
        }
        assert!(batch.get(slices.len()).is_none());
    });
}

/// A batch of no blobs says nothing.
#[test]
fn a_batch_of_no_blobs_is_empty() {
    let mut deaggregator = Deaggregator::new();
    let batch = deaggregator.deaggregate_batch(&[]);
    assert_eq!((batch.len(), batch.is_empty()), (0, true));
    assert!(batch.get(0).is_none());
    assert_eq!(batch.report(), Report::default());
}

/// From wherever an iterator stands, folding gives what stepping gives, and as
/// many as its length says.
#[test]
fn folding_gives_what_stepping_gives() {
    under_each_policy(|batch, _| {
        for blob in batch.iter() {
            if let Deaggregated::Aggregated(records) = blob {
                assert_folds_as_it_steps(&records.map(said));
            }
        }
        for blob in 0..batch.len() {
            let rows = batch.table().user_records_of(blob, 0);
            assert_folds_as_it_steps(&rows.expect("one of the batch"));
        }
    });
}

fn assert_folds_as_it_steps<I>(items: &I)
where
    I: ExactSizeIterator<Item: PartialEq + std::fmt::Debug> + Clone,
{
    let stepped = stepped(items.clone());
    for taken in 0..=stepped.len() {
        let mut rest = items.clone();
        for _ in 0..taken {
            rest.next();
        }
        assert_eq!(rest.len(), stepped.len() - taken);
        let folded = rest.fold(Vec::new(), |mut folded, item| {
            folded.push(item);
            folded
        });
        assert_eq!(folded, stepped[taken..]);
    }
}

/// What `items` gives one by one.
fn stepped<I: Iterator>(items: I) -> Vec<I::Item> {
    let mut stepped = Vec::new();
    for item in items {
        stepped.push(item);
    }
    stepped
}

/// The table's rows say the same as the iterators.
#[test]
fn the_table_says_the_same() {
    under_each_policy(compare_with_table);
}

fn compare_with_table(batch: &Batch<'_, '_>, slices: &[&[u8]]) {
    let table = batch.table();
    assert_eq!(table.blobs().len(), slices.len());
    for (row, deaggregated) in table.blobs().zip(batch.iter()) {
        let (kept, skipped, dropped, reason) = match deaggregated {
            Deaggregated::Aggregated(records) => (records.len(), records.dropped(), false, None),
            Deaggregated::Dropped { user_records } => (0, user_records, true, None),
            Deaggregated::NotAggregated(reason) => (0, 0, false, Some(reason)),
        };
        assert_eq!(
            (row.user_records, row.kept_user_records),
            (kept + skipped, kept)
        );
        assert_eq!((row.dropped, row.not_aggregated), (dropped, reason));
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

/// The rows of a blob begin at any sub-sequence number, and are as many as asked
/// for, where there are so many.
#[test]
fn rows_begin_and_end_where_asked() {
    under_each_policy(|batch, slices| {
        let table = batch.table();
        let all = Vec::from_iter(table.user_records());
        for blob in 0..slices.len() {
            let own = |row: &&UserRecordRow| row.blob == blob;
            let own = Vec::from_iter(all.iter().filter(own).cloned());
            for from in 0..own.len() + 2 {
                let rest = &own[from.min(own.len())..];
                for most in 0..own.len() + 2 {
                    let rows = table.user_records_of(blob, from).expect("one of the batch");
                    let expected = &rest[..most.min(rest.len())];
                    assert_eq!(Vec::from_iter(rows.up_to(most)), expected);
                }
            }
        }
        assert!(table.user_records_of(slices.len(), 0).is_none());
    });
}

/// Each key of a batch has a number of its own, however many user records share
/// it.
#[test]
fn each_key_has_a_number_of_its_own() {
    under_each_policy(|batch, _| {
        for key_of in [
            (|row| Some(row.partition_key)) as fn(UserRecordRow) -> Option<KeyRow>,
            |row| row.explicit_hash_key,
        ] {
            let mut places = HashMap::new();
            for row in batch.table().user_records() {
                let blob = row.blob;
                if let Some(key) = key_of(row) {
                    let place = (blob, key.bytes);
                    let known = places.entry(key.number).or_insert_with(|| place.clone());
                    assert_eq!(*known, place, "key {}", key.number);
                }
            }
            let distinct = HashSet::<_>::from_iter(places.values());
            assert_eq!(distinct.len(), places.len());
        }
    });
}
