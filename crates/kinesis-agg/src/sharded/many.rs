//! Many user records at once: what one by one would do, but with the MD5 of
//! their partition keys computed together.

use super::{Grouping, ShardedAggregator};
use crate::{Full, HashKey, NewUserRecord, PushErrorKind};
use alloc::vec::Vec;
use kinesis_agg_md5 as md5;

/// How many user records are looked at together: enough for all lanes, and a
/// bound for the list of their keys.
const TOGETHER: usize = 1024;

/// What came of many user records.
#[derive(Clone, Debug, Default)]
#[must_use = "the user records in full aggregates are lost with it"]
pub struct PushedMany {
    /// Aggregates that are full: to be sealed together with others.
    pub full: Full,
    /// The user records that were refused, by their place, counted from 0, and
    /// why. All others were added.
    pub refused: Vec<(usize, PushErrorKind)>,
}

impl ShardedAggregator {
    /// Adds user records, in their order: the same as [`push`](Self::push) of one
    /// after the other, and faster where grouping takes their hash keys.
    ///
    /// What is refused keeps none of the others out.
    ///
    /// # Examples
    ///
    /// ```
    /// use kinesis_agg::{Grouping, NewUserRecord, PushErrorKind, ShardedAggregator};
    ///
    /// let mut aggregator = ShardedAggregator::new(Grouping::HashKey);
    /// let clicks = ["mia", "", "leo"].map(|key| NewUserRecord::new(key, b"click"));
    /// let pushed = aggregator.push_many(&clicks);
    /// assert_eq!(aggregator.user_record_count(), 2);
    /// let (place, reason) = pushed.refused[0];
    /// assert!(matches!(reason, PushErrorKind::PartitionKeyLength { .. }));
    /// assert_eq!(place, 1);
    /// ```
    pub fn push_many(&mut self, records: &[NewUserRecord<'_>]) -> PushedMany {
        self.push_many_arrived(records, None)
    }

    /// Adds user records that came at `time`: see [`push_at`](Self::push_at).
    pub fn push_many_at(&mut self, records: &[NewUserRecord<'_>], time: u64) -> PushedMany {
        self.push_many_arrived(records, Some(time))
    }

    fn push_many_arrived(
        &mut self,
        records: &[NewUserRecord<'_>],
        time: Option<u64>,
    ) -> PushedMany {
        let mut pushed = PushedMany::default();
        let (mut keys, mut digests) = (Vec::new(), Vec::new());
        let mut place = 0;
        for records in records.chunks(TOGETHER) {
            keys.clear();
            let mut runs = Runs::default();
            for record in records {
                let key = self.key_to_hash(record);
                if runs.begins(key) {
                    keys.extend(key.map(str::as_bytes));
                }
            }
            md5::digest_many(&keys, &mut digests);

            let mut runs = Runs::default();
            let mut hash_keys = digests.iter().map(|digest| HashKey::from_digest(*digest));
            let mut hash_key = None;
            for record in records {
                if runs.begins(self.key_to_hash(record)) {
                    hash_key = hash_keys.next();
                }
                match self.push_hashed(record.clone(), hash_key, time) {
                    Ok(full) => pushed.full.extend(full),
                    Err(error) => pushed.refused.push((place, error.kind)),
                }
                place += 1;
            }
        }
        pushed
    }

    /// The partition key, where its MD5 decides the group.
    fn key_to_hash<'a>(&self, record: &NewUserRecord<'a>) -> Option<&'a str> {
        match self.grouping {
            Grouping::HashKey | Grouping::Shard(_) | Grouping::Pinned(_) => {
                let explicit = record.explicit_hash_key.is_some();
                (!explicit).then_some(record.partition_key)
            }
            Grouping::None | Grouping::PinnedTo(_) => None,
        }
    }
}

/// Runs of one partition key, which is hashed once.
#[derive(Clone, Copy, Debug, Default)]
struct Runs<'a> {
    last: Option<&'a str>,
}

impl<'a> Runs<'a> {
    /// Whether `key` begins a run; a record without key to hash is in none, and
    /// ends none.
    fn begins(&mut self, key: Option<&'a str>) -> bool {
        let begins = key.is_some() && key != self.last;
        self.last = key.or(self.last);
        begins
    }
}
