//! This project, through its public API alone.

use kinesis_agg::{
    Aggregator, Deaggregated, Deaggregator, Full, HashKey, HashKeyRange, Key, NewUserRecord,
    Options, Shard, ShardMap, Unsealed, UserRecord,
};
use kinesis_agg_testkit::{TestRecord, generate};

use crate::Walk;

/// The size limit of each aggregate: the KPL's default.
pub const MAX_SIZE: usize = 51_200;

/// The seed of all key hashes, so that every run probes alike.
pub const KEY_HASH_SEED: u64 = 0x6b69_6e65_7369_7331;

/// The options of each aggregator.
///
/// # Panics
///
/// Never: the limit is one.
pub fn options() -> Options {
    Options::new()
        .with_max_size(MAX_SIZE)
        .expect("the limit is one")
}

/// An aggregator of fixed seed.
pub fn aggregator() -> Aggregator {
    aggregator_with(options())
}

/// An aggregator of the same seed and other options.
pub fn aggregator_with(options: Options) -> Aggregator {
    Aggregator::with_seed(options, KEY_HASH_SEED)
}

/// The user record as the core takes it. There are no tags in corpora.
#[inline]
pub fn new_user_record(user_record: &TestRecord) -> NewUserRecord<'_> {
    let new = NewUserRecord::new(&user_record.partition_key, &user_record.data);
    match &user_record.explicit_hash_key {
        None => new,
        Some(explicit_hash_key) => new.with_explicit_hash_key(explicit_hash_key),
    }
}

/// Pushes a user record that is valid.
///
/// # Panics
///
/// When it is not.
#[inline]
pub fn push(aggregator: &mut Aggregator, user_record: &TestRecord) -> Full {
    let pushed = aggregator.push(new_user_record(user_record));
    pushed.expect("corpora hold valid user records")
}

/// Packs all user records; returns the aggregates.
#[inline]
pub fn push_all<'r>(
    aggregator: &mut Aggregator,
    user_records: impl IntoIterator<Item = &'r TestRecord>,
) -> Vec<Unsealed> {
    let mut full = Vec::new();
    for user_record in user_records {
        full.extend(push(aggregator, user_record));
    }
    full.extend(aggregator.finish());
    full
}

/// Takes one aggregate apart and walks over it; `None` when it is none.
#[inline]
pub fn walk(deaggregator: &mut Deaggregator, blob: &[u8]) -> Option<Walk> {
    let mut walk = Walk::default();
    walk_over(deaggregator.deaggregate(blob), |user_record| {
        visit(&mut walk, user_record);
    })?;
    Some(walk)
}

/// The same, with each partition key as text: what a `String` of another reader
/// has behind it already.
#[inline]
pub fn walk_text<'blob>(deaggregator: &mut Deaggregator, blob: &'blob [u8]) -> Option<Walk> {
    let mut walk = Walk::default();
    walk_over(deaggregator.deaggregate(blob), |user_record| {
        let text = |key: Key<'blob>| key.to_str().unwrap_or_default().as_bytes();
        let explicit_hash_key = user_record.explicit_hash_key.map(text);
        walk.visit(
            text(user_record.partition_key),
            explicit_hash_key,
            user_record.data,
        );
    })?;
    Some(walk)
}

/// Takes a batch apart and walks over it; `None` when one blob is no aggregate.
#[inline]
pub fn walk_batch(deaggregator: &mut Deaggregator, blobs: &[&[u8]]) -> Option<Walk> {
    let mut walk = Walk::default();
    for deaggregated in deaggregator.deaggregate_batch(blobs).iter() {
        walk_over(deaggregated, |user_record| visit(&mut walk, user_record))?;
    }
    Some(walk)
}

/// A plain loop, as users write it; `None` when there is nothing to walk over.
#[inline]
fn walk_over<'blob>(
    deaggregated: Deaggregated<'_, 'blob>,
    mut visit: impl FnMut(&UserRecord<'blob>),
) -> Option<()> {
    let Deaggregated::Aggregated(user_records) = deaggregated else {
        return None;
    };
    for user_record in user_records {
        visit(&user_record);
    }
    Some(())
}

#[inline]
fn visit(walk: &mut Walk, user_record: &UserRecord<'_>) {
    let partition_key = user_record.partition_key.as_bytes();
    let explicit_hash_key = user_record.explicit_hash_key.map(Key::as_bytes);
    walk.visit(partition_key, explicit_hash_key, user_record.data);
}

/// The lower half of all hash keys.
pub fn lower_half() -> HashKeyRange {
    range(0, u128::MAX / 2)
}

/// A map of so many shards of equal size.
///
/// # Panics
///
/// When there is none.
pub fn even_shards(count: usize) -> ShardMap {
    let even = generate::ShardMap::even(count);
    let shards = even.shards().iter();
    let open = shards.map(|(id, start, end)| Shard::new(id.as_str(), range(*start, *end)));
    ShardMap::new(open).expect("even shards own each hash key once")
}

fn range(start: u128, end: u128) -> HashKeyRange {
    HashKeyRange::new(HashKey::new(start), HashKey::new(end)).expect("not empty")
}
