//! Shards, and the map that tells which shard a hash key belongs to.
//!
//! Source: the service's description of `ListShards`. A shard without ending
//! sequence number is open; the open shards of a stream own each hash key once.

use crate::{AggregatedRecord, HashKey, HashKeyRange};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A shard: its identifier and the hash keys that it owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    id: String,
    range: HashKeyRange,
}

impl Shard {
    /// The shard `id`, which owns `range`.
    pub fn new(id: impl Into<String>, range: HashKeyRange) -> Self {
        Self {
            id: id.into(),
            range,
        }
    }

    /// The identifier, as `shardId-000000000000`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The hash keys that it owns.
    pub const fn range(&self) -> HashKeyRange {
        self.range
    }
}

/// The shards of a stream at one time.
///
/// # Examples
///
/// ```
/// use kinesis_agg::{HashKey, HashKeyRange, Shard, ShardMap};
///
/// let middle = HashKey::new(1 << 127);
/// let below = HashKey::new((1 << 127) - 1);
/// let map = ShardMap::new([
///     Shard::new("shardId-000000000001", HashKeyRange::new(HashKey::MIN, below).unwrap()),
///     Shard::new("shardId-000000000002", HashKeyRange::new(middle, HashKey::MAX).unwrap()),
/// ])?;
/// assert_eq!(map.predict(middle).id(), "shardId-000000000002");
/// # Ok::<(), kinesis_agg::ShardMapError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardMap {
    /// Sorted by starting hash key; each hash key belongs to exactly one.
    open: Vec<Shard>,
    /// Places in `open`, sorted by the identifiers there.
    open_by_id: Vec<usize>,
    /// Sorted by identifier.
    closed: Vec<Shard>,
}

/// Why shards make no map.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShardMapError {
    /// No open shard owns these hash keys.
    Gap {
        /// The hash keys that nobody owns.
        range: HashKeyRange,
    },
    /// Two open shards own the same hash key.
    Overlap {
        /// Identifiers of the two.
        ids: [String; 2],
    },
}

impl fmt::Display for ShardMapError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { range } => write!(formatter, "no open shard owns the hash keys {range}"),
            Self::Overlap { ids: [one, other] } => {
                write!(formatter, "the open shards {one} and {other} overlap")
            }
        }
    }
}

impl core::error::Error for ShardMapError {}

/// What the shard in the service's answer means for an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an aggregate that is not delivered is to be sent again"]
pub enum Judgement {
    /// Every reader of that shard gets all of its user records.
    Delivered,
    /// It reaches beyond the shard it landed in, and a KCL reader drops it
    /// whole: send *all* of its user records again.
    SendAgain,
    /// The map does not know the shard: judge again with a fresh map, which has
    /// the closed shards too. Do not send again yet.
    UnknownShard,
    /// Its hash key does not belong to that shard: the stream ignores keys, as
    /// with the record distribution AUTO. No aggregate is safe there for a KCL
    /// reader, and sending again helps nobody: send single user records, or see
    /// to it that readers ignore ranges.
    KeysIgnored,
}

impl ShardMap {
    /// A map of the open shards of a stream, in any order.
    ///
    /// # Errors
    ///
    /// When a hash key belongs to none of them, or to two.
    pub fn new(open: impl IntoIterator<Item = Shard>) -> Result<Self, ShardMapError> {
        let mut open = Vec::from_iter(open);
        open.sort_by_key(|shard| shard.range.start());
        check_cover(&open)?;
        let mut open_by_id = Vec::from_iter(0..open.len());
        open_by_id.sort_by_key(|place| &open[*place].id);
        Ok(Self {
            open_by_id,
            open,
            closed: Vec::new(),
        })
    }

    /// The same map that also knows these closed shards, so that it can
    /// [`judge`](Self::judge) answers which name one of them.
    #[must_use]
    pub fn with_closed(mut self, closed: impl IntoIterator<Item = Shard>) -> Self {
        self.closed.extend(closed);
        self.closed.sort_by(|one, other| one.id.cmp(&other.id));
        self
    }

    /// The open shards, by ascending hash keys.
    pub fn open_shards(&self) -> &[Shard] {
        &self.open
    }

    /// The shard that owns `hash_key`, by binary search.
    pub fn predict(&self, hash_key: HashKey) -> &Shard {
        &self.open[self.position(hash_key)]
    }

    /// The place in [`open_shards`](Self::open_shards) of the owner of
    /// `hash_key`.
    pub(crate) fn position(&self, hash_key: HashKey) -> usize {
        // The first shard starts at 0, so at least one starts at or below.
        self.open
            .partition_point(|shard| shard.range.start() <= hash_key)
            - 1
    }

    /// The open or closed shard of this identifier, by binary search.
    pub fn find(&self, id: &str) -> Option<&Shard> {
        let by_id = |shard: &Shard| shard.id.as_str().cmp(id);
        let open = |place: &usize| by_id(&self.open[*place]);
        if let Ok(found) = self.open_by_id.binary_search_by(open) {
            return self.open.get(self.open_by_id[found]);
        }
        let found = self.closed.binary_search_by(by_id).ok()?;
        self.closed.get(found)
    }

    /// Whether `record` counts as delivered, now that the service has answered
    /// that it lies in the shard `shard_id`.
    ///
    /// This is the rule that loses nothing. The aggregate is the unit: when any
    /// of its hash keys lies outside the shard, a KCL reader drops all of it,
    /// so all of it is to be sent again. A single user record without a frame
    /// is always delivered, since readers do not filter those.
    ///
    /// What is to be sent again goes through
    /// [`update_shard_map`](crate::ShardedAggregator::update_shard_map), which
    /// cuts it. For aggregates without grouping there is nothing to judge: their
    /// readers ignore ranges.
    pub fn judge(&self, shard_id: &str, record: &AggregatedRecord) -> Judgement {
        if !record.is_framed() {
            return Judgement::Delivered;
        }
        match self.find(shard_id) {
            None => Judgement::UnknownShard,
            Some(shard) if !shard.range.contains(record.outer_hash_key()) => Judgement::KeysIgnored,
            Some(shard) if shard.range.contains_range(&record.hash_key_span()) => {
                Judgement::Delivered
            }
            Some(_) => Judgement::SendAgain,
        }
    }
}

/// Checks that shards, sorted by their start, own each hash key exactly once.
fn check_cover(open: &[Shard]) -> Result<(), ShardMapError> {
    let mut next = Some(HashKey::MIN);
    let mut last_id = "";
    for shard in open {
        let (start, end) = (shard.range.start(), shard.range.end());
        match next {
            Some(next) if start == next => {}
            Some(next) if start > next => return Err(gap(next, HashKey::new(start.get() - 1))),
            _ => {
                let ids = [last_id.into(), shard.id.clone()];
                return Err(ShardMapError::Overlap { ids });
            }
        }
        next = end.get().checked_add(1).map(HashKey::new);
        last_id = &shard.id;
    }
    match next {
        Some(next) => Err(gap(next, HashKey::MAX)),
        None => Ok(()),
    }
}

fn gap(start: HashKey, end: HashKey) -> ShardMapError {
    let range = HashKeyRange::new(start, end).unwrap_or(HashKeyRange::only(start));
    ShardMapError::Gap { range }
}

#[cfg(test)]
mod tests {
    use super::{Shard, ShardMap, ShardMapError};
    use crate::{HashKey, HashKeyRange};

    fn range(start: u128, end: u128) -> HashKeyRange {
        HashKeyRange::new(HashKey::new(start), HashKey::new(end)).unwrap()
    }

    fn shard(id: &str, start: u128, end: u128) -> Shard {
        Shard::new(id, range(start, end))
    }

    /// The owner of a hash key is found at both ends of each range.
    #[test]
    fn owners_are_found_at_the_ends() {
        let map = ShardMap::new([
            shard("c", 200, u128::MAX),
            shard("a", 0, 99),
            shard("b", 100, 199),
        ])
        .unwrap();
        for (number, id) in [
            (0, "a"),
            (99, "a"),
            (100, "b"),
            (199, "b"),
            (200, "c"),
            (u128::MAX, "c"),
        ] {
            assert_eq!(map.predict(HashKey::new(number)).id(), id, "{number}");
        }
    }

    /// Shards are found by their identifiers, open and closed ones, in any order.
    #[test]
    fn shards_are_found_by_identifier() {
        let open = [
            shard("c", 0, 99),
            shard("a", 100, 199),
            shard("e", 200, u128::MAX),
        ];
        let closed = [shard("d", 7, 9), shard("b", 0, 9), shard("f", 1, 2)];
        let map = ShardMap::new(open.clone()).unwrap();
        assert_eq!(map.find("d"), None);
        let map = map
            .with_closed(closed[..1].to_vec())
            .with_closed(closed[1..].to_vec());
        for shard in open.iter().chain(&closed) {
            assert_eq!(map.find(shard.id()), Some(shard));
        }
        assert_eq!(map.find(""), None);
        assert_eq!(map.find("g"), None);
    }

    /// Shards that leave out a hash key, or own one twice, are no map.
    #[test]
    fn gaps_and_overlaps_are_refused() {
        let gap = |start, end| {
            Err(ShardMapError::Gap {
                range: range(start, end),
            })
        };
        let overlap = |one: &str, other: &str| {
            let ids = [one.into(), other.into()];
            Err(ShardMapError::Overlap { ids })
        };
        let top = u128::MAX;
        assert_eq!(ShardMap::new([]), gap(0, top));
        assert_eq!(ShardMap::new([shard("a", 1, top)]), gap(0, 0));
        assert_eq!(ShardMap::new([shard("a", 0, 9)]), gap(10, top));
        let hole = [shard("a", 0, 9), shard("b", 12, top)];
        assert_eq!(ShardMap::new(hole), gap(10, 11));
        let twice = [shard("a", 0, 9), shard("b", 9, top)];
        assert_eq!(ShardMap::new(twice), overlap("a", "b"));
        let behind = [shard("a", 0, top), shard("b", 5, 6)];
        assert_eq!(ShardMap::new(behind), overlap("a", "b"));
    }
}
