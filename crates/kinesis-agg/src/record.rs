//! The records that users of the crate hold.
//!
//! [`UserRecord`] is what reading gives, [`NewUserRecord`] what writing takes,
//! [`AggregatedRecord`] what goes to the stream.

use crate::message::Tags;
use crate::{HashKey, HashKeyRange, Key, Tag};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::Utf8Error;

/// A user record, read from an aggregated record.
///
/// Borrows from the blob alone, so it lives as long as the blob.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserRecord<'blob> {
    /// Its own partition key.
    pub partition_key: Key<'blob>,
    /// Its own explicit hash key, as it stands in the aggregate.
    pub explicit_hash_key: Option<Key<'blob>>,
    /// Its data.
    pub data: &'blob [u8],
    /// Its place in the aggregate, counted from 0.
    pub sub_sequence_number: u64,
    /// Where its hash key lies; `None` when no range was asked for.
    pub placement: Option<Placement>,
    /// Its tags.
    pub tags: Tags<'blob>,
}

impl fmt::Debug for UserRecord<'_> {
    /// The keys, and how much data there is.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UserRecord")
            .field("partition_key", &self.partition_key)
            .field("explicit_hash_key", &self.explicit_hash_key)
            .field("data_len", &self.data.len())
            .field("sub_sequence_number", &self.sub_sequence_number)
            .field("placement", &self.placement)
            .finish_non_exhaustive()
    }
}

/// Where the hash key of a user record lies, seen from a hash key range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// Inside the range.
    InRange,
    /// Outside the range.
    OutOfRange,
    /// Nowhere: its explicit hash key is no number from 0 to 2^128-1 in ASCII
    /// digits.
    Unplaceable,
}

impl UserRecord<'_> {
    /// The hash key: the explicit hash key, else the MD5 of the partition key's
    /// text. `None` when the explicit hash key is no hash key.
    pub fn hash_key(&self) -> Option<HashKey> {
        if let Some(key) = self.explicit_hash_key {
            return HashKey::from_decimal(key.as_bytes());
        }
        Some(HashKey::of_partition_key(&self.partition_key.as_str()))
    }
}

/// A user record to be aggregated.
///
/// Borrows what it consists of, so it is cheap to make and to hand back.
///
/// # Examples
///
/// ```
/// use kinesis_agg::{NewUserRecord, Tag};
///
/// let tags = [Tag::new("source", Some("web"))];
/// let record = NewUserRecord::new("customer-7", b"click")
///     .with_explicit_hash_key("170141183460469231731687303715884105728")
///     .with_tags(&tags);
/// assert_eq!(record.partition_key, "customer-7");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct NewUserRecord<'a> {
    /// The partition key: 1 to 256 Unicode characters.
    pub partition_key: &'a str,
    /// The explicit hash key: decimal digits without leading zeros, below 2^128.
    pub explicit_hash_key: Option<&'a str>,
    /// The data; may be empty.
    pub data: &'a [u8],
    /// The tags.
    pub(crate) tags: TagSource<'a>,
}

/// Where the tags of a new user record come from.
#[derive(Clone, Debug)]
pub(crate) enum TagSource<'a> {
    Given(&'a [Tag<'a>]),
    Read(Tags<'a>),
}

impl<'a> NewUserRecord<'a> {
    /// A user record without explicit hash key and without tags.
    pub const fn new(partition_key: &'a str, data: &'a [u8]) -> Self {
        Self {
            partition_key,
            explicit_hash_key: None,
            data,
            tags: TagSource::Given(&[]),
        }
    }

    /// The same with an explicit hash key.
    #[must_use]
    pub const fn with_explicit_hash_key(mut self, explicit_hash_key: &'a str) -> Self {
        self.explicit_hash_key = Some(explicit_hash_key);
        self
    }

    /// The same with these tags.
    #[must_use]
    pub fn with_tags(mut self, tags: &'a [Tag<'a>]) -> Self {
        self.tags = TagSource::Given(tags);
        self
    }

    /// Whether there are tags.
    pub(crate) fn has_tags(&self) -> bool {
        match &self.tags {
            TagSource::Given(tags) => !tags.is_empty(),
            TagSource::Read(tags) => tags.clone().next().is_some(),
        }
    }

    /// The tags, in order.
    pub fn tags(&self) -> impl Iterator<Item = Tag<'a>> + use<'a> {
        let (given, read) = match &self.tags {
            TagSource::Given(tags) => (*tags, Tags::default()),
            TagSource::Read(tags) => (&[][..], tags.clone()),
        };
        given.iter().copied().chain(read)
    }
}

impl fmt::Debug for NewUserRecord<'_> {
    /// The keys, and how much data there is.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewUserRecord")
            .field("partition_key", &self.partition_key)
            .field("explicit_hash_key", &self.explicit_hash_key)
            .field("data_len", &self.data.len())
            .finish_non_exhaustive()
    }
}

impl<'blob> TryFrom<UserRecord<'blob>> for NewUserRecord<'blob> {
    type Error = Utf8Error;

    /// A user record that was read, to be aggregated again, tags included.
    ///
    /// # Errors
    ///
    /// When a key is no UTF-8, which Kinesis does not take.
    fn try_from(record: UserRecord<'blob>) -> Result<Self, Utf8Error> {
        Ok(Self {
            partition_key: record.partition_key.to_str()?,
            explicit_hash_key: record.explicit_hash_key.map(Key::to_str).transpose()?,
            data: record.data,
            tags: TagSource::Read(record.tags),
        })
    }
}

/// A Kinesis record, ready for `PutRecord` or an entry of `PutRecords`.
///
/// Made by [`Unsealed::seal`](crate::Unsealed::seal) and
/// [`seal_many`](crate::seal_many). Holds one or more user records.
#[derive(Clone, PartialEq, Eq)]
pub struct AggregatedRecord {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<HashKey>,
    pub(crate) data: Vec<u8>,
    pub(crate) user_record_count: usize,
    pub(crate) hash_key_span: HashKeyRange,
    pub(crate) framed: bool,
}

impl fmt::Debug for AggregatedRecord {
    /// The keys, counts and sizes, not the data.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AggregatedRecord")
            .field("partition_key", &self.partition_key)
            .field("explicit_hash_key", &self.explicit_hash_key)
            .field("data_len", &self.data.len())
            .field("user_record_count", &self.user_record_count)
            .field("hash_key_span", &self.hash_key_span)
            .field("framed", &self.framed)
            .finish()
    }
}

impl AggregatedRecord {
    /// The partition key to send it with.
    pub fn partition_key(&self) -> &str {
        &self.partition_key
    }

    /// The explicit hash key to send it with, if any.
    pub const fn explicit_hash_key(&self) -> Option<HashKey> {
        self.explicit_hash_key
    }

    /// The data: a frame, or the bare data of a single user record.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// How many user records are inside; at least 1.
    pub const fn user_record_count(&self) -> usize {
        self.user_record_count
    }

    /// From the lowest to the highest hash key inside.
    ///
    /// A KCL reader drops an aggregate whose span reaches beyond its shard, so
    /// one is delivered only when [`ShardMap::judge`](crate::ShardMap::judge)
    /// says so.
    pub const fn hash_key_span(&self) -> HashKeyRange {
        self.hash_key_span
    }

    /// True for a frame; false for a single user record that goes as it is.
    pub const fn is_framed(&self) -> bool {
        self.framed
    }

    /// Bytes that count against the record limit of the stream: data and
    /// partition key.
    pub fn size(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }

    /// The partition key, the explicit hash key and the data, without a copy. All
    /// three are to be sent.
    pub fn into_parts(self) -> (String, Option<HashKey>, Vec<u8>) {
        (self.partition_key, self.explicit_hash_key, self.data)
    }

    /// The hash key by which the service places it.
    pub fn outer_hash_key(&self) -> HashKey {
        let of_key = || HashKey::of_partition_key(&self.partition_key);
        self.explicit_hash_key.unwrap_or_else(of_key)
    }

    /// Puts other data in its place: for bindings that keep the data themselves, and bring
    /// it back before the record is cut or sent.
    #[doc(hidden)]
    pub const fn replace_data(&mut self, data: Vec<u8>) -> Vec<u8> {
        core::mem::replace(&mut self.data, data)
    }
}
