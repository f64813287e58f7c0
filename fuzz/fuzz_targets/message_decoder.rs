//! Any bytes as a message: magic and a right MD5 are put around them, so that all
//! of them reach the parser.
//!
//! What holds for any blob holds here too; and under each range and policy the
//! user records handed out and the report are what the placements say.
#![no_main]

mod common;

use common::mutate;
use common::reading::{self, Outcome};
use kinesis_agg::{Deaggregator, HashKey, HashKeyRange, Placement, RangePolicy, Report};
use kinesis_agg_testkit::frame;
use kinesis_agg_testkit::readers::ReadRecord;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|message: &[u8]| {
    let blob = frame::seal(message);
    let outcome = reading::read_every_way(&blob);
    let records = match &outcome {
        Outcome::Aggregated(records) => Some(&records[..]),
        Outcome::NotAggregated(_) | Outcome::Dropped(_) => None,
    };
    let mut unverified = Deaggregator::new().unverified();
    let found = reading::outcome(unverified.deaggregate(&blob));
    assert_eq!(found, outcome, "a right MD5 changes nothing");
    for range in reading::ranges(records.unwrap_or_default()) {
        for policy in [
            RangePolicy::KeepAll,
            RangePolicy::KeepInRange,
            RangePolicy::DropAggregate,
        ] {
            check_policy(&blob, &outcome, range, policy);
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::message(data, size, max_size, seed)
});

fn check_policy(blob: &[u8], all: &Outcome, range: HashKeyRange, policy: RangePolicy) {
    let (expected, counted) = expected(all, range, policy);
    for mut deaggregator in [
        Deaggregator::with_range(range, policy),
        Deaggregator::with_range(range, policy).plain(),
    ] {
        let blobs = [blob];
        let batch = deaggregator.deaggregate_batch(&blobs);
        let found = Vec::from_iter(batch.iter().map(reading::outcome));
        assert_eq!(found, [&expected].map(Clone::clone), "{policy:?} {range}");
        let report = batch.report();
        assert_eq!(
            (report.user_records, report.dropped_user_records),
            (counted.user_records, counted.dropped_user_records),
        );
        assert_eq!(report.out_of_range, counted.out_of_range);
        assert_eq!(report.unplaceable, counted.unplaceable);
        reading::check_iterators(&batch, 1);
        reading::check_report(&batch);
        reading::check_table(&batch, &blobs);
        for (_, record) in batch.aggregated_user_records() {
            assert_eq!(record.placement, Some(placement(record.hash_key(), range)));
        }
    }
}

/// What a policy makes of what is read without one, and the counts of it.
fn expected(all: &Outcome, range: HashKeyRange, policy: RangePolicy) -> (Outcome, Report) {
    let mut report = Report::default();
    let Outcome::Aggregated(records) = all else {
        return (all.clone(), report);
    };
    let place = |record: &ReadRecord| placement(record.hash_key.map(HashKey::new), range);
    let count = |wanted| records.iter().filter(|r| place(r) == wanted).count();
    report.out_of_range = count(Placement::OutOfRange);
    report.unplaceable = count(Placement::Unplaceable);
    let is_kept = |record: &&ReadRecord| match policy {
        RangePolicy::KeepAll | RangePolicy::DropAggregate => true,
        RangePolicy::KeepInRange => place(record) != Placement::OutOfRange,
    };
    let kept = Vec::from_iter(records.iter().filter(is_kept).cloned());
    let divided = report.out_of_range + report.unplaceable > 0;
    if policy == RangePolicy::DropAggregate && divided {
        report.dropped_user_records = records.len();
        return (Outcome::Dropped(records.len()), report);
    }
    report.user_records = kept.len();
    report.dropped_user_records = records.len() - kept.len();
    (Outcome::Aggregated(kept), report)
}

fn placement(hash_key: Option<HashKey>, range: HashKeyRange) -> Placement {
    match hash_key {
        None => Placement::Unplaceable,
        Some(hash_key) if range.contains(hash_key) => Placement::InRange,
        Some(_) => Placement::OutOfRange,
    }
}
