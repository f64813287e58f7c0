//! Any user records, under any limits and each grouping: what was taken comes out
//! again, each once, those of one key in order; and no aggregate is over its limit,
//! holds what may not stand together, or says something else than what is in it.
#![no_main]

mod common;

use arbitrary::Arbitrary;
use common::convert::{SEED, bare_record, hash_key, to_test, with_new};
use common::model::Model;
use common::records::{Given, GivenGrouping, GivenOptions, with_all};
use common::{compare, reading};
use kinesis_agg::{
    AggregatedRecord, Aggregator, Deaggregated, Deaggregator, Grouping, HashKeyRange,
    ShardedAggregator, Unsealed, seal_many,
};
use kinesis_agg_testkit::TestRecord;
use kinesis_agg_testkit::generate::ShardMap;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Plan {
    options: GivenOptions,
    grouping: GivenGrouping,
    shards: (u64, u8),
    /// How many aggregates may be open, and how many bytes of them.
    max_open: Option<(u8, u16)>,
    /// All at once, or one after the other.
    at_once: bool,
    records: Vec<Given>,
}

/// User records of one run.
const MOST: usize = 100;

fuzz_target!(|plan: Plan| {
    let records = plan.records.iter().take(MOST);
    let records = Vec::from_iter(records.map(|given| given.0.clone()));
    let map = ShardMap::random(plan.shards.0, 1 + usize::from(plan.shards.1 % 9));
    let grouping = plan.grouping.with(&map);
    let options = plan.options.0.clone();
    let aggregator = ShardedAggregator::with_seed(grouping.clone(), options.clone(), SEED);
    let mut aggregator = aggregator.expect("the options have an outer hash key");
    if let Some((aggregates, bytes)) = plan.max_open {
        aggregator = aggregator.with_max_open(aggregates.into(), usize::from(bytes) * 16);
    }

    let (mut unsealed, refused) = if plan.at_once {
        push_many(&mut aggregator, &records)
    } else {
        push_each(&mut aggregator, &records)
    };
    unsealed.extend(aggregator.finish());
    assert_eq!(aggregator.user_record_count(), 0);
    let taken = Vec::from_iter(
        (records.iter().enumerate())
            .filter(|(place, _)| !refused.contains(place))
            .map(|(_, record)| record.clone()),
    );
    if !plan.grouping.is_pinned() {
        // A pin is longer or shorter than what the model can know.
        assert_eq!(taken, taken_by_the_model(&plan, &records));
    }

    let mut read = Vec::new();
    for sealed in seal_many(unsealed) {
        assert!(sealed.size() <= options.max_size());
        assert!(sealed.user_record_count() <= options.max_count());
        let user_records = user_records(&sealed);
        check_span(&sealed, &user_records, &grouping);
        read.extend(user_records);
    }
    if plan.grouping.is_pinned() {
        compare::but_for_pins(&read, &taken, true);
    } else if grouping == Grouping::None && plan.max_open.is_none() {
        assert_eq!(read, taken);
    } else {
        compare::by_keys(&read, &taken);
    }
    check_sizes(&plan, &records);
});

/// Pushes one after the other; returns what came out and the places of those that
/// were refused.
fn push_each(
    aggregator: &mut ShardedAggregator,
    records: &[TestRecord],
) -> (Vec<Unsealed>, Vec<usize>) {
    let (mut unsealed, mut refused) = (Vec::new(), Vec::new());
    for (place, record) in records.iter().enumerate() {
        match with_new(record, |new| {
            aggregator.push(new).map_err(|refused| refused.kind)
        }) {
            Ok(full) => unsealed.extend(full),
            Err(_) => refused.push(place),
        }
    }
    (unsealed, refused)
}

fn push_many(
    aggregator: &mut ShardedAggregator,
    records: &[TestRecord],
) -> (Vec<Unsealed>, Vec<usize>) {
    let pushed = with_all(records, |all| aggregator.push_many(all));
    let refused = pushed.refused.iter().map(|(place, _)| *place);
    (Vec::from_iter(pushed.full), refused.collect())
}

fn taken_by_the_model(plan: &Plan, records: &[TestRecord]) -> Vec<TestRecord> {
    let mut model = Model::new(plan.options.0.clone());
    let mut taken = records.to_vec();
    taken.retain(|record| {
        model.open.clear();
        model.push(record).is_ok()
    });
    taken
}

/// The user records of a Kinesis record, which every reader must see in it.
fn user_records(sealed: &AggregatedRecord) -> Vec<TestRecord> {
    reading::read_every_way(sealed.data());
    let mut deaggregator = Deaggregator::new();
    let user_records = match deaggregator.deaggregate(sealed.data()) {
        Deaggregated::Aggregated(records) => {
            assert!(sealed.is_framed());
            Vec::from_iter(records.map(|record| to_test(&record)))
        }
        Deaggregated::NotAggregated(_) => {
            assert!(!sealed.is_framed());
            vec![bare_record(sealed)]
        }
        Deaggregated::Dropped { .. } => unreachable!("no range was asked for"),
    };
    assert_eq!(user_records.len(), sealed.user_record_count());
    user_records
}

/// The span is that of the user records, goes out by the first of them, and does
/// not reach beyond what the grouping allows.
fn check_span(sealed: &AggregatedRecord, user_records: &[TestRecord], grouping: &Grouping) {
    let keys = user_records.iter().map(hash_key);
    let ends = keys.clone().min().zip(keys.max());
    let span = sealed.hash_key_span();
    assert_eq!(ends, Some((span.start(), span.end())));
    assert_eq!(sealed.outer_hash_key(), hash_key(&user_records[0]));
    match grouping {
        Grouping::Shard(map) => {
            let shard = map.predict(sealed.outer_hash_key());
            assert!(shard.range().contains_range(&span));
        }
        Grouping::HashKey | Grouping::Pinned(_) | Grouping::PinnedTo(_) => {
            assert_eq!(span, HashKeyRange::only(sealed.outer_hash_key()));
        }
        _ => {}
    }
}

/// The size that is said before is the size after, and no grouping is a plain
/// aggregator.
fn check_sizes(plan: &Plan, records: &[TestRecord]) {
    let options = &plan.options.0;
    let mut aggregator = Aggregator::with_seed(options.clone(), SEED);
    let mut sealed = Vec::new();
    for record in records {
        let (said, before) = with_new(record, |new| {
            (aggregator.size_after(&new), aggregator.size())
        });
        let count = aggregator.user_record_count();
        let Ok(full) = with_new(record, |new| {
            aggregator.push(new).map_err(|refused| refused.kind)
        }) else {
            assert_eq!(aggregator.size(), before);
            continue;
        };
        if full.is_empty() {
            assert_eq!(aggregator.size(), said);
        } else {
            assert!(said > options.max_size() || count == options.max_count());
            let pushed_out = full.into_iter().map(|unsealed| {
                assert_eq!(unsealed.size(), before);
                unsealed.seal()
            });
            sealed.extend(pushed_out);
        }
    }
    sealed.extend(aggregator.finish().map(Unsealed::seal));
    let none = ShardedAggregator::with_seed(Grouping::None, options.clone(), SEED);
    let mut none = none.expect("the options suit any grouping");
    let (mut unsealed, _) = push_many(&mut none, records);
    unsealed.extend(none.finish());
    assert_eq!(seal_many(unsealed), sealed);
}
