//! Shard maps that own every hash key once, and how they change.
//!
//! ```text
//! 0                       2^127                    2^128-1
//! |----------- 0 -----------|----------- 1 -----------|
//! split(1)
//! |----------- 0 -----------|---- 2 ----|---- 3 ------|
//! merge(0)
//! |------------------ 4 ----------------|---- 3 ------|
//! ```
//!
//! A new shard gets the next number, as the service does it. Closed shards are
//! not kept; the map from before is a clone.

use super::Dice;
use crate::hash_key::HashKeyRange;

/// A shard: its id, its starting and its ending hash key, both inclusive.
pub type Shard = (String, u128, u128);

/// The open shards of a stream in the order of their hash keys. Together they
/// own every hash key once.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::generate::ShardMap;
///
/// let mut map = ShardMap::even(2);
/// map.split(1);
/// assert_eq!(map.shards().len(), 3);
/// assert_eq!(map.owner(u128::MAX).0, "shardId-000000000003");
/// map.merge(0);
/// assert_eq!(map.owner(0).0, "shardId-000000000004");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardMap {
    shards: Vec<Shard>,
    next: u64,
}

impl ShardMap {
    /// `count` shards of one size, as `CreateStream` makes them.
    ///
    /// # Panics
    ///
    /// When `count` is 0.
    pub fn even(count: usize) -> Self {
        let count = count as u128;
        // 2^128 / count, rounded down. It is 0 for one shard, which has no cut.
        let exact = u128::MAX % count == count - 1;
        let size = (u128::MAX / count).wrapping_add(exact.into());
        Self::cut_at((1..count).map(|shard| shard * size).collect())
    }

    /// `count` shards of random sizes, some of a single hash key.
    ///
    /// # Panics
    ///
    /// When `count` is 0.
    pub fn random(seed: u64, count: usize) -> Self {
        assert_ne!(count, 0, "a stream has a shard");
        let mut dice = Dice::new(seed);
        let mut starts = Vec::with_capacity(count);
        while starts.len() + 1 < count {
            let start = match (starts.last(), dice.below(4)) {
                (Some(last), 0) => u128::wrapping_add(*last, 1),
                _ => dice.wide(),
            };
            if start != 0 && !starts.contains(&start) {
                starts.push(start);
            }
        }
        starts.sort_unstable();
        Self::cut_at(starts)
    }

    /// Shards that start at 0 and at each of `starts`, which ascend.
    fn cut_at(starts: Vec<u128>) -> Self {
        let mut map = Self {
            shards: Vec::new(),
            next: 0,
        };
        let mut starting = 0;
        for next in starts {
            let shard = map.new_shard(starting, next - 1);
            map.shards.push(shard);
            starting = next;
        }
        let last = map.new_shard(starting, u128::MAX);
        map.shards.push(last);
        map
    }

    fn new_shard(&mut self, starting: u128, ending: u128) -> Shard {
        let id = format!("shardId-{:012}", self.next);
        self.next += 1;
        (id, starting, ending)
    }

    /// The open shards in the order of their hash keys.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// The range of the shard at `place`.
    ///
    /// # Panics
    ///
    /// When there is no such shard.
    pub fn range(&self, place: usize) -> HashKeyRange {
        let (_, starting, ending) = self.shards[place];
        HashKeyRange::new(starting, ending)
    }

    /// Place of the shard that owns a hash key.
    pub fn place(&self, hash_key: u128) -> usize {
        self.shards.partition_point(|shard| shard.2 < hash_key)
    }

    /// The shard that owns a hash key.
    pub fn owner(&self, hash_key: u128) -> &Shard {
        &self.shards[self.place(hash_key)]
    }

    /// Splits the shard at `place` in the middle. Its children stand in its
    /// place. A shard of one hash key cannot be split and stays.
    ///
    /// # Panics
    ///
    /// When there is no such shard.
    pub fn split(&mut self, place: usize) {
        let (_, starting, ending) = self.shards[place];
        let middle = starting + (ending - starting) / 2;
        self.split_after(place, middle);
    }

    /// Splits the shard at `place`: `last` is the ending hash key of the lower
    /// child. A `last` that leaves a child empty changes nothing.
    ///
    /// # Panics
    ///
    /// When there is no such shard.
    pub fn split_after(&mut self, place: usize, last: u128) {
        let (_, starting, ending) = self.shards[place];
        if !(starting..ending).contains(&last) {
            return;
        }
        let lower = self.new_shard(starting, last);
        let upper = self.new_shard(last + 1, ending);
        self.shards.splice(place..=place, [lower, upper]);
    }

    /// Merges the shard at `place` with the one after it.
    ///
    /// # Panics
    ///
    /// When there is none after it.
    pub fn merge(&mut self, place: usize) {
        let (starting, ending) = (self.shards[place].1, self.shards[place + 1].2);
        let child = self.new_shard(starting, ending);
        self.shards.splice(place..=place + 1, [child]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dice;
    use super::ShardMap;

    /// Through any splits and merges, every hash key has one owner, and no id is
    /// given twice.
    #[test]
    fn every_hash_key_has_one_owner() {
        for seed in 0..200 {
            let mut dice = Dice::new(seed);
            let mut map = match seed % 2 {
                0 => ShardMap::even(dice.between(1, 9)),
                _ => ShardMap::random(seed, dice.between(1, 9)),
            };
            for _ in 0..12 {
                check(&map);
                let place = dice.below(map.shards().len());
                match dice.below(3) {
                    0 if place + 1 < map.shards().len() => map.merge(place),
                    1 => map.split_after(place, dice.wide()),
                    _ => map.split(place),
                }
            }
            check(&map);
        }
    }

    fn check(map: &ShardMap) {
        let shards = map.shards();
        assert_eq!(shards[0].1, 0);
        assert_eq!(shards[shards.len() - 1].2, u128::MAX);
        for (place, shard) in shards.iter().enumerate() {
            assert!(shard.1 <= shard.2, "{map:?}");
            assert_eq!(map.owner(shard.1), shard);
            assert_eq!(map.owner(shard.2), shard);
            assert_eq!(map.place(shard.1), place);
            if place > 0 {
                assert_eq!(shards[place - 1].2 + 1, shard.1, "{map:?}");
            }
            assert_eq!(shards.iter().filter(|other| other.0 == shard.0).count(), 1);
        }
    }

    /// Even shards are cut where the recorded streams are cut.
    #[test]
    fn even_shards_are_those_of_the_vectors() {
        assert_eq!(ShardMap::even(1).shards()[0].2, u128::MAX);
        assert_eq!(ShardMap::even(2).shards()[0].2, (1 << 127) - 1);
        assert_eq!(ShardMap::even(4).shards()[1].1, 1 << 126);
        let seven = ShardMap::even(7);
        let starting = 291_670_600_217_947_254_397_178_234_941_515_609_816;
        assert_eq!(
            seven.shards()[6],
            ("shardId-000000000006".into(), starting, u128::MAX)
        );
    }
}
