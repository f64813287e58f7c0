//! What is found out about one Kinesis record.
//!
//! Everything that is shown of it, in words or as JSON, stands here first. Holds
//! counts and the distinct keys of one blob, never its data.

use std::collections::{HashMap, HashSet};

use kinesis_agg::layout::{Layout, Part};
use kinesis_agg::{
    Deaggregated, Deaggregator, HashKeyRange, Key, NotAggregated, Placement, UserRecord,
};

use super::histogram::Histogram;
use super::keys::Tally;
use crate::content::{Content, is_frame};
use crate::cost::Cost;
use crate::hash_keys::{HashKeys, place};

/// What a Kinesis record is.
#[derive(Debug)]
pub(super) enum Facts<'a> {
    /// An aggregate, and what is in it.
    Aggregate(Box<Aggregate<'a>>),
    /// The user's own record.
    Plain(Content),
    /// It begins like an aggregate and is none.
    Damaged {
        /// Why it is none.
        reason: NotAggregated,
        /// Its bytes end in the midst of a field, and no checksum follows.
        is_cut: bool,
    },
    /// The reader found no data: a short name, and a sentence.
    Unread(&'a str, &'a str),
}

impl<'a> Facts<'a> {
    /// Reads `blob`. `deaggregator` keeps all user records.
    pub(super) fn of(blob: &'a [u8], deaggregator: &mut Deaggregator) -> Self {
        match deaggregator.deaggregate(blob) {
            Deaggregated::Aggregated(user_records) => {
                let mut aggregate = Aggregate {
                    bytes: blob.len() as u64,
                    ..Aggregate::default()
                };
                user_records.for_each(|user_record| aggregate.add(&user_record));
                Self::Aggregate(Box::new(aggregate))
            }
            Deaggregated::NotAggregated(reason) if reason.has_magic() => Self::Damaged {
                reason,
                is_cut: is_cut(blob),
            },
            // With its policy nothing is dropped.
            Deaggregated::NotAggregated(_) | Deaggregated::Dropped { .. } => {
                Self::Plain(Content::of(blob))
            }
        }
    }
}

/// Whether a damaged blob ends before its checksum.
fn is_cut(blob: &[u8]) -> bool {
    let last = Layout::of(blob).last();
    last.is_some_and(|piece| matches!(piece.part, Part::Fault { .. }))
}

/// What is in an aggregate.
#[derive(Debug, Default)]
pub(super) struct Aggregate<'a> {
    /// Bytes of the blob.
    pub(super) bytes: u64,
    /// Bytes of the user records' data.
    pub(super) data: u64,
    pub(super) user_records: u64,
    pub(super) with_explicit_hash_key: u64,
    pub(super) tags: u64,
    /// User records whose data is an aggregate.
    pub(super) nested: u64,
    /// User records whose explicit hash key is no hash key.
    pub(super) unplaceable: u64,
    /// User records outside of the range that was asked for, unplaceable ones
    /// not among them.
    pub(super) outside: u64,
    /// From the lowest to the highest hash key.
    pub(super) span: Option<HashKeyRange>,
    pub(super) sizes: Histogram,
    /// What the user records would cost one by one.
    pub(super) single: Cost,
    /// By where the key lies: see [`place`].
    partition_keys: HashMap<(usize, usize), UnderKey<'a>>,
    explicit_hash_keys: HashMap<(usize, usize), Key<'a>>,
    hash_keys: HashKeys,
}

#[derive(Debug)]
struct UnderKey<'a> {
    key: Key<'a>,
    tally: Tally,
}

/// Bytes of an aggregate, by what they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Packing {
    pub(super) aggregates: u64,
    pub(super) bytes: u64,
    pub(super) data: u64,
    /// Keys that are used, each once.
    pub(super) keys: u64,
    /// Magic and checksum.
    pub(super) frame: u64,
}

/// Bytes of magic and checksum.
const FRAME: u64 = 20;

impl<'a> Aggregate<'a> {
    fn add(&mut self, record: &UserRecord<'a>) {
        let len = record.data.len() as u64;
        self.user_records += 1;
        self.data += len;
        self.sizes.add(len);
        let key_len = record.partition_key.as_bytes().len();
        self.single.add_record(record.data.len() + key_len);
        self.with_explicit_hash_key += u64::from(record.explicit_hash_key.is_some());
        self.tags += record.tags.clone().count() as u64;
        self.nested += u64::from(is_frame(record.data));
        self.outside += u64::from(record.placement == Some(Placement::OutOfRange));
        self.add_keys(record);
    }

    fn add_keys(&mut self, record: &UserRecord<'a>) {
        let key = record.partition_key;
        let under_key = self.partition_keys.entry(place(key));
        let under_key = under_key.or_insert_with(|| UnderKey {
            key,
            tally: Tally::default(),
        });
        under_key.tally.add(Tally {
            user_records: 1,
            bytes: record.data.len() as u64,
        });
        if let Some(key) = record.explicit_hash_key {
            self.explicit_hash_keys.insert(place(key), key);
        }
        let hash_key = self.hash_keys.of(record);
        let Some(hash_key) = hash_key else {
            self.unplaceable += 1;
            return;
        };
        let span = self.span.unwrap_or(HashKeyRange::only(hash_key));
        self.span = Some(span.including(hash_key));
    }

    /// How many partition keys the user records have.
    pub(super) fn distinct_keys(&self) -> u64 {
        let keys = self.partition_keys.values();
        let distinct = HashSet::<&[u8]>::from_iter(keys.map(|under| under.key.as_bytes()));
        distinct.len() as u64
    }

    /// What stands under each partition key, in no order.
    pub(super) fn tallies(&self) -> impl Iterator<Item = (&'a [u8], Tally)> {
        let under_keys = self.partition_keys.values();
        under_keys.map(|under| (under.key.as_bytes(), under.tally))
    }

    /// What its bytes are for.
    pub(super) fn packing(&self) -> Packing {
        let keys = self.partition_keys.values().map(|under| under.key);
        let keys = keys.chain(self.explicit_hash_keys.values().copied());
        Packing {
            aggregates: 1,
            bytes: self.bytes,
            data: self.data,
            keys: keys.map(|key| key.as_bytes().len() as u64).sum(),
            frame: FRAME,
        }
    }

    /// Whether the KCL, reading the range that was asked for, drops all of it.
    pub(super) const fn is_dropped(&self) -> bool {
        self.outside > 0 || self.unplaceable > 0
    }
}

impl Packing {
    pub(super) fn add(&mut self, other: Self) {
        self.aggregates += other.aggregates;
        self.bytes += other.bytes;
        self.data += other.data;
        self.keys += other.keys;
        self.frame += other.frame;
    }

    /// Bytes that are no data.
    pub(super) const fn overhead(&self) -> u64 {
        self.bytes.saturating_sub(self.data)
    }

    /// Bytes of the message that are neither data nor keys: tags and lengths,
    /// indexes, keys that nobody uses, tags of user records.
    pub(super) const fn protobuf(&self) -> u64 {
        self.overhead().saturating_sub(self.keys + self.frame)
    }
}
