//! Cuts a sealed aggregate anew, from its own bytes, when its shard was split.

use crate::aggregate::{Checked, KeyHasher};
use crate::{
    AggregatedRecord, Aggregator, Deaggregated, Deaggregator, MAX_RECORD_SIZE, NewUserRecord,
    Options, ShardMap, Unsealed, UserRecord, seal_many,
};
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

/// Returns `record`, or what it must be cut into so that nothing reaches beyond
/// a shard of `map`. The pieces of each shard keep the order of their user
/// records.
pub(super) fn recut(
    record: AggregatedRecord,
    map: &ShardMap,
    options: &Options,
    hasher: &KeyHasher,
) -> Vec<AggregatedRecord> {
    let span = record.hash_key_span();
    if !record.is_framed() || map.position(span.start()) == map.position(span.end()) {
        return vec![record];
    }
    let mut pieces = Pieces {
        map,
        options: &room_for(&record, options),
        hasher,
        open: BTreeMap::new(),
        done: Vec::new(),
    };
    match pieces.add_all(record.data()) {
        Some(()) => pieces.finish(),
        // Only bytes that no aggregator wrote: whole, they are not lost here.
        None => vec![record],
    }
}

/// The options for the pieces of `record`. It may have been sealed under a larger
/// limit than this aggregator's, and each of its user records has to find room:
/// a piece may have a longer partition key than the whole.
fn room_for(record: &AggregatedRecord, options: &Options) -> Options {
    const LONGEST_PARTITION_KEY: usize = 256 * 4;
    let mut options = options.clone();
    if record.size() > options.max_size() {
        let max_size = record.size() + LONGEST_PARTITION_KEY;
        if let Ok(larger) = options.clone().with_max_size(max_size.min(MAX_RECORD_SIZE)) {
            options = larger;
        }
    }
    options
}

/// The pieces of one aggregate.
struct Pieces<'a> {
    map: &'a ShardMap,
    options: &'a Options,
    hasher: &'a KeyHasher,
    /// By the place of their shard in the map.
    open: BTreeMap<usize, Aggregator>,
    done: Vec<Unsealed>,
}

impl Pieces<'_> {
    fn add_all(&mut self, data: &[u8]) -> Option<()> {
        let mut deaggregator = Deaggregator::new();
        let Deaggregated::Aggregated(user_records) = deaggregator.deaggregate(data) else {
            return None;
        };
        for user_record in user_records {
            self.add(user_record)?;
        }
        Some(())
    }

    fn add(&mut self, user_record: UserRecord<'_>) -> Option<()> {
        let hash_key = user_record.hash_key();
        let record = NewUserRecord::try_from(user_record).ok()?;
        let checked = Checked {
            hash_key,
            ..Checked::new(&record).ok()?
        };
        let shard = self.map.position(hash_key?);
        let new = || Aggregator::with_hasher(self.options.clone(), self.hasher.clone());
        let piece = self.open.entry(shard).or_insert_with(new);
        self.done
            .extend(piece.push_checked(&record, &checked).ok()?);
        Some(())
    }

    fn finish(mut self) -> Vec<AggregatedRecord> {
        let open = self.open.values_mut().filter_map(Aggregator::finish);
        self.done.extend(open);
        seal_many(self.done)
    }
}
