//! Packs user records so that a KCL reader gets all of them: each aggregate
//! holds only what belongs together.
//!
//! A KCL reader drops an aggregate whole when one user record in it lies outside
//! the hash keys of its shard. So user records are grouped before they are
//! packed, in one of the ways of [`Grouping`], and cut anew when shards split.
//!
//! Knows nothing of the service: the caller brings the shard map, and sends.

mod groups;
mod many;
mod recut;

use crate::aggregate::{Checked, KeyHasher};
use crate::{
    AggregatedRecord, Full, HashKey, Judgement, NewUserRecord, Options, OptionsError, PushError,
    ShardMap, Unsealed, seal_many,
};
use alloc::string::String;
use alloc::vec::Vec;
use groups::{Arrival, GroupId, Groups};
pub use many::PushedMany;
use recut::recut;

/// Which user records may share an aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grouping {
    /// Any. Only for readers that ignore hash key ranges, as Lambda does: a KCL
    /// reader would drop each aggregate that reaches beyond its shard.
    ///
    /// Also the only one that packs anything on a stream with the record
    /// distribution AUTO, which ignores keys; there no grouping is safe for a
    /// KCL reader.
    None,
    /// Those with the same hash key.
    ///
    /// Needs no shard map, and no split or merge can divide an aggregate. Packs
    /// poorly when keys are many.
    HashKey,
    /// Those that the map predicts to land in the same shard, as the KPL does.
    ///
    /// Packs best. Needs [`update_shard_map`](ShardedAggregator::update_shard_map)
    /// when shards change, and [`ShardMap::judge`] over each answer.
    Shard(ShardMap),
    /// Those that the map predicts to land in the same shard, and each without
    /// an explicit hash key of its own is given the aggregate's: the hash key of
    /// the first user record.
    ///
    /// Always inside any shard it lands in, whatever splits. Readers see that
    /// hash key as explicit one; a user record that leaves alone, without a frame,
    /// goes with it too. User records with an explicit hash key are
    /// grouped by it and keep it. Order across aggregates is not kept through a
    /// split.
    Pinned(ShardMap),
    /// The same without a map: all are given this hash key, and land in the
    /// shard that owns it.
    PinnedTo(HashKey),
}

impl Grouping {
    /// Its name in one word: `none`, `hash-key`, `shard` or `pinned`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::HashKey => "hash-key",
            Self::Shard(_) => "shard",
            Self::Pinned(_) | Self::PinnedTo(_) => "pinned",
        }
    }
}

/// Packs user records into aggregates of one stream, grouped so that none is
/// lost.
///
/// Keeps one open aggregate for each group, and bounds how many and how large
/// they are together: beyond, the one that was opened first comes out.
///
/// # Examples
///
/// ```
/// use kinesis_agg::{Grouping, NewUserRecord, ShardedAggregator, seal_many};
///
/// let mut aggregator = ShardedAggregator::new(Grouping::HashKey);
/// let mut full = Vec::new();
/// for number in 0..100 {
///     let partition_key = if number % 2 == 0 { "even" } else { "odd" };
///     full.extend(aggregator.push(NewUserRecord::new(partition_key, b"click"))?);
/// }
/// full.extend(aggregator.finish());
/// let records = seal_many(full);
/// assert_eq!(records.len(), 2);
/// # Ok::<(), kinesis_agg::PushErrorKind>(())
/// ```
#[derive(Debug)]
pub struct ShardedAggregator {
    grouping: Grouping,
    /// What answers are judged by under groupings that need no map to pack.
    map: Option<ShardMap>,
    groups: Groups,
    /// The partition key hashed last, and its hash key.
    last: (String, HashKey),
}

impl ShardedAggregator {
    /// An aggregator with the default [`Options`].
    #[cfg(feature = "std")]
    pub fn new(grouping: Grouping) -> Self {
        Self::with_hasher(grouping, Options::new(), KeyHasher::of_this_process())
    }

    /// An aggregator with these options, its key hash seeded for this process.
    ///
    /// # Errors
    ///
    /// [`OptionsError::OuterHashKey`] when aggregates are to go without explicit
    /// hash key: only [`Grouping::None`] allows that, since an aggregate would
    /// not land where it was grouped for.
    #[cfg(feature = "std")]
    pub fn with_options(grouping: Grouping, options: Options) -> Result<Self, OptionsError> {
        check(&grouping, &options)?;
        Ok(Self::with_hasher(
            grouping,
            options,
            KeyHasher::of_this_process(),
        ))
    }

    /// The same with the key hash seeded with `seed`: see
    /// [`Aggregator::with_seed`](crate::Aggregator::with_seed).
    ///
    /// # Errors
    ///
    /// As [`with_options`](Self::with_options).
    pub fn with_seed(
        grouping: Grouping,
        options: Options,
        seed: u64,
    ) -> Result<Self, OptionsError> {
        check(&grouping, &options)?;
        Ok(Self::with_hasher(
            grouping,
            options,
            KeyHasher::with_seed(seed),
        ))
    }

    fn with_hasher(grouping: Grouping, options: Options, hasher: KeyHasher) -> Self {
        Self {
            grouping,
            map: None,
            groups: Groups::new(options, hasher),
            last: (String::new(), HashKey::of_partition_key("")),
        }
    }

    /// Bounds the open aggregates: how many, and how many bytes of memory their
    /// buffers take together. Default 4,096 and 64 MiB. Both count as at least 1.
    #[must_use]
    pub fn with_max_open(mut self, aggregates: usize, bytes: usize) -> Self {
        self.groups.set_max_open(aggregates, bytes);
        self
    }

    /// How user records are grouped, with the shard map that is used now.
    pub const fn grouping(&self) -> &Grouping {
        &self.grouping
    }

    /// The options it was made with.
    pub const fn options(&self) -> &Options {
        self.groups.options()
    }

    /// The shard map that is used now; `None` when there is none yet.
    pub const fn shard_map(&self) -> Option<&ShardMap> {
        match &self.grouping {
            Grouping::Shard(map) | Grouping::Pinned(map) => Some(map),
            Grouping::None | Grouping::HashKey | Grouping::PinnedTo(_) => self.map.as_ref(),
        }
    }

    /// Whether `record`, one of this aggregator's, counts as delivered, now that
    /// the service has answered that it lies in the shard `shard_id`.
    ///
    /// By [`ShardMap::judge`] where there is a map. Without one, an aggregate of
    /// one hash key counts as delivered: no shard can divide it. A map, given by
    /// [`update_shard_map`](Self::update_shard_map), shows a stream that ignores
    /// keys all the same. Under [`Grouping::None`] all is delivered, since its
    /// readers ignore shards.
    pub fn judge(&self, shard_id: &str, record: &AggregatedRecord) -> Judgement {
        match (&self.grouping, self.shard_map()) {
            (Grouping::None, _) | (_, None) => Judgement::Delivered,
            (_, Some(map)) => map.judge(shard_id, record),
        }
    }

    /// User records in the open aggregates.
    pub fn user_record_count(&self) -> usize {
        self.groups.user_record_count()
    }

    /// Adds a user record to the open aggregate of its group.
    ///
    /// Aggregates that are full come out: seal them together with others. As a
    /// rule there is none, and nothing is allocated.
    ///
    /// # Errors
    ///
    /// As [`Aggregator::push`](crate::Aggregator::push): the user record comes
    /// back with the reason, and all open aggregates are as they were.
    pub fn push<'a>(&mut self, record: NewUserRecord<'a>) -> Result<Full, PushError<'a>> {
        self.push_hashed(record, None, None)
    }

    /// Adds a user record that came at `time`, so that
    /// [`finish_arrived_before`](Self::finish_arrived_before) can bound how long
    /// it waits. The clock and its unit are the caller's; this crate reads none.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn push_at<'a>(
        &mut self,
        record: NewUserRecord<'a>,
        time: u64,
    ) -> Result<Full, PushError<'a>> {
        self.push_hashed(record, None, Some(time))
    }

    /// Adds a user record; `hashed` is the MD5 of its partition key as a hash key,
    /// if somebody has computed it.
    fn push_hashed<'a>(
        &mut self,
        record: NewUserRecord<'a>,
        hashed: Option<HashKey>,
        time: Option<u64>,
    ) -> Result<Full, PushError<'a>> {
        let checked = match Checked::new(&record) {
            Ok(checked) => checked,
            Err(kind) => return Err(PushError { record, kind }),
        };
        let (id, pin, hash_key) = self.route(&record, &checked, hashed);
        let arrival = Arrival {
            record: &record,
            checked: Checked {
                hash_key,
                ..checked
            },
            pin,
            time,
        };
        let pushed = self.groups.push(id, arrival);
        pushed.map_err(|kind| PushError { record, kind })
    }

    /// The group of a user record, what a new one would be pinned to, and the
    /// record's hash key if it was needed.
    fn route(
        &mut self,
        record: &NewUserRecord<'_>,
        checked: &Checked<'_>,
        hashed: Option<HashKey>,
    ) -> (GroupId, Option<HashKey>, Option<HashKey>) {
        let explicit = checked.explicit;
        let known = explicit.or(hashed);
        match (&self.grouping, explicit) {
            (Grouping::None, _) => (GroupId::All, None, explicit),
            (Grouping::PinnedTo(pin), None) => (GroupId::All, Some(*pin), None),
            (Grouping::Pinned(_) | Grouping::PinnedTo(_), Some(explicit)) => {
                (GroupId::HashKey(explicit), None, Some(explicit))
            }
            (Grouping::HashKey, _) => {
                let hash_key = self.hash_key(record, known);
                (GroupId::HashKey(hash_key), None, Some(hash_key))
            }
            (Grouping::Shard(_), _) => {
                let hash_key = self.hash_key(record, known);
                (self.shard_of(hash_key), None, Some(hash_key))
            }
            (Grouping::Pinned(_), None) => {
                let hash_key = self.hash_key(record, known);
                (self.shard_of(hash_key), Some(hash_key), Some(hash_key))
            }
        }
    }

    /// The group of the shard that is predicted for `hash_key`.
    fn shard_of(&self, hash_key: HashKey) -> GroupId {
        match &self.grouping {
            Grouping::Shard(map) | Grouping::Pinned(map) => GroupId::Shard(map.position(hash_key)),
            Grouping::None | Grouping::HashKey | Grouping::PinnedTo(_) => GroupId::All,
        }
    }

    /// The hash key of a user record; a run of one partition key is hashed once.
    fn hash_key(&mut self, record: &NewUserRecord<'_>, known: Option<HashKey>) -> HashKey {
        if let Some(known) = known {
            return known;
        }
        let (key, hash_key) = &mut self.last;
        if key != record.partition_key {
            key.clear();
            key.push_str(record.partition_key);
            *hash_key = HashKey::of_partition_key(key);
        }
        *hash_key
    }

    /// Takes all open aggregates out, the one opened first before the others.
    #[must_use = "the user records inside are lost with them"]
    pub fn finish(&mut self) -> Vec<Unsealed> {
        self.groups.finish()
    }

    /// Takes out the open aggregates whose first user record came before `time`.
    ///
    /// Knows the times given to [`push_at`](Self::push_at) alone. Walks over all
    /// open aggregates.
    #[must_use = "the user records inside are lost with them"]
    pub fn finish_arrived_before(&mut self, time: u64) -> Vec<Unsealed> {
        self.groups.finish_arrived_before(time)
    }

    /// Goes on with the shards of `map`.
    ///
    /// `unsent` are records sealed by this aggregator that wait to be sent, or
    /// that [`judge`](Self::judge) said to send again, in the order of sending. What
    /// comes back takes their place. Where one reaches beyond a shard of the new
    /// map it was cut, from its own bytes, into several that do not; behind them
    /// stand pieces of open aggregates that reached beyond one. The order of the
    /// user records of each key is kept. A merge of shards cuts nothing.
    ///
    /// Only [`Grouping::Shard`] ever cuts: the aggregates of the others cannot be
    /// divided, or nobody minds. Under [`Grouping::Pinned`] the order of a key is
    /// not kept through a split.
    #[must_use = "the records that are to be sent are in it"]
    pub fn update_shard_map(
        &mut self,
        map: ShardMap,
        unsent: Vec<AggregatedRecord>,
    ) -> Vec<AggregatedRecord> {
        match &mut self.grouping {
            Grouping::None | Grouping::HashKey | Grouping::PinnedTo(_) => {
                self.map = Some(map);
                return unsent;
            }
            Grouping::Shard(current) | Grouping::Pinned(current) => *current = map,
        }
        let open = self.regroup();
        let Grouping::Shard(map) = &self.grouping else {
            return unsent.into_iter().chain(open).collect();
        };
        let queue = unsent.into_iter().chain(open);
        let cut = |record| recut(record, map, self.groups.options(), self.groups.hasher());
        queue.flat_map(cut).collect()
    }

    /// Gives the open aggregates of shards the place that the new map has for
    /// them. Returns those that have none: that reach beyond a shard, or that
    /// meet another one in a merged shard.
    fn regroup(&mut self) -> Vec<AggregatedRecord> {
        let mut homeless = Vec::new();
        for (id, group) in self.groups.take_all() {
            let span = group.known_span();
            let id = match (id, span) {
                (GroupId::Shard(_), Some(span)) => {
                    let [start, end] = [span.start(), span.end()].map(|key| self.shard_of(key));
                    (start == end).then_some(start)
                }
                _ => Some(id),
            };
            homeless.extend(self.groups.put_back(id, group));
        }
        seal_many(homeless)
    }
}

fn check(grouping: &Grouping, options: &Options) -> Result<(), OptionsError> {
    if *grouping != Grouping::None && !options.outer_hash_key() {
        return Err(OptionsError::OuterHashKey);
    }
    Ok(())
}
