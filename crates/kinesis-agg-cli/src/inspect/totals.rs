//! What is summed up over all Kinesis records.
//!
//! Takes a bounded amount of memory, however many records there are.

use std::collections::BTreeMap;

use super::facts::{Aggregate, Facts, Packing};
use super::histogram::Histogram;
use super::keys::{KeyCounts, Tally};
use crate::content::Content;
use crate::cost::Cost;

/// The sums.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) records: u64,
    pub(super) aggregates: u64,
    /// Aggregates without any user record.
    pub(super) empty: u64,
    /// Plain records by what their data looks like.
    pub(super) plain: BTreeMap<Content, u64>,
    /// Damaged records by the name of the reason.
    pub(super) damaged: BTreeMap<&'static str, u64>,
    /// Records without data, by the name of the reason.
    pub(super) unread: BTreeMap<Box<str>, u64>,
    /// User records in aggregates.
    pub(super) user_records: u64,
    pub(super) with_explicit_hash_key: u64,
    pub(super) tags: u64,
    pub(super) nested: u64,
    pub(super) unplaceable: u64,
    /// Of the data of user records, plain ones too.
    pub(super) sizes: Histogram,
    pub(super) per_aggregate: Histogram,
    pub(super) keys: KeyCounts,
    pub(super) packing: Packing,
    /// As user records one by one.
    pub(super) single: Cost,
    /// As they are.
    pub(super) sent: Cost,
    /// Records whose partition key is not known, and so costs nothing here.
    pub(super) without_key: u64,
    pub(super) dropped: Dropped,
}

/// What the KCL drops in the range that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dropped {
    pub(super) aggregates: u64,
    pub(super) user_records: u64,
    /// Those of them that lie outside of the range.
    pub(super) outside: u64,
    /// Those of them that lie nowhere.
    pub(super) unplaceable: u64,
}

impl Dropped {
    /// Those that lie in the range, and are dropped for the sake of the others.
    pub(super) const fn inside(&self) -> u64 {
        self.user_records - self.outside - self.unplaceable
    }
}

impl Totals {
    /// Adds a record whose data takes `len` bytes.
    pub(super) fn add(&mut self, facts: &Facts<'_>, partition_key: Option<&str>, len: usize) {
        self.records += 1;
        match facts {
            Facts::Aggregate(aggregate) => self.add_aggregate(aggregate),
            Facts::Plain(content) => self.add_plain(*content, partition_key, len),
            Facts::Damaged { reason, .. } => {
                *self.damaged.entry(reason.name()).or_default() += 1;
            }
            Facts::Unread(name, _) => {
                *self.unread.entry((*name).into()).or_default() += 1;
                return;
            }
        }
        self.without_key += u64::from(partition_key.is_none());
        let size = len + partition_key.map_or(0, str::len);
        self.sent.add_record(size);
        if let Facts::Aggregate(aggregate) = facts {
            self.single.add(&aggregate.single);
        } else {
            self.single.add_record(size);
        }
    }

    fn add_aggregate(&mut self, aggregate: &Aggregate<'_>) {
        self.aggregates += 1;
        self.empty += u64::from(aggregate.user_records == 0);
        self.user_records += aggregate.user_records;
        self.with_explicit_hash_key += aggregate.with_explicit_hash_key;
        self.tags += aggregate.tags;
        self.nested += aggregate.nested;
        self.unplaceable += aggregate.unplaceable;
        self.sizes.merge(&aggregate.sizes);
        self.per_aggregate.add(aggregate.user_records);
        self.packing.add(aggregate.packing());
        for (key, tally) in aggregate.tallies() {
            self.keys.add(key, tally);
        }
        if aggregate.is_dropped() {
            self.dropped.aggregates += 1;
            self.dropped.user_records += aggregate.user_records;
            self.dropped.outside += aggregate.outside;
            self.dropped.unplaceable += aggregate.unplaceable;
        }
    }

    fn add_plain(&mut self, content: Content, partition_key: Option<&str>, len: usize) {
        *self.plain.entry(content).or_default() += 1;
        self.sizes.add(len as u64);
        if let Some(key) = partition_key {
            let tally = Tally {
                user_records: 1,
                bytes: len as u64,
            };
            self.keys.add(key.as_bytes(), tally);
        }
    }

    /// Plain records.
    pub(super) fn plain_records(&self) -> u64 {
        self.plain.values().sum()
    }

    /// User records, of which a plain record is one.
    pub(super) fn all_user_records(&self) -> u64 {
        self.user_records + self.plain_records()
    }
}
