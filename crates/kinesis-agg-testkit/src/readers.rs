//! Models of the readers: who hands out what of the same blobs.
//!
//! | reader | aggregate | index outside | user record out of range | unplaceable |
//! |---|---|---|---|---|
//! | [`Reader::KclInRange`] | KCL's rule | head kept, rest lost | drops the aggregate | lost, or drops the aggregate |
//! | [`Reader::KclWithoutRange`] | KCL's rule | head kept, rest lost | every hash key is in | lost, or drops the aggregate |
//! | [`Reader::LambdaModule`] | KCL's rule | head kept, rest lost | kept | kept |
//! | [`Reader::KeepAll`] | KCL's rule | passes through | kept | kept |
//! | [`Reader::KeepInRange`] | KCL's rule | passes through | dropped alone | kept |
//! | [`Reader::DropAggregate`] | KCL's rule | passes through | drops the aggregate | drops the aggregate |
//!
//! *Unplaceable*: an explicit hash key that is not ASCII digits below 2^128.
//! The last three are this project's promises, built on [`protobuf_java`] and
//! [`hash_key`](crate::hash_key), not on the crate that keeps them.
//!
//! Who sees which user record how often, after a shard split for example, is
//! counted by putting one set of blobs through several of them.
//!
//! Source: for the KCL, [`kcl`]; for the modules, what awslabs'
//! kinesis-aggregation does with a well-formed aggregate; for ours, the promises
//! in the crate's documentation.

use std::fmt;

use crate::frame::{self, NotFramed};
use crate::hash_key::{HashKeyRange, ascii_decimal, of_partition_key};
use crate::protobuf_java::{self, Message, Record};
use crate::{jdk_text, kcl};

/// A reader of Kinesis records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The KCL on the shard with this range.
    KclInRange(HashKeyRange),
    /// The KCL when it has no range, which it takes as 0 to 2^128-1.
    KclWithoutRange,
    /// An awslabs module in a Lambda function: no range, explicit hash keys not
    /// looked at, checksum verified. Where an index is outside its table it
    /// hands out the head, as the modules for Java and Python do. What else
    /// they do with odd messages, each in its way, is not modelled.
    LambdaModule,
    /// Ours, default: everything.
    KeepAll,
    /// Ours: each user record on its own. Unplaceable ones are kept.
    KeepInRange(HashKeyRange),
    /// Ours: one user record out of range, or unplaceable, drops all of its
    /// aggregate.
    DropAggregate(HashKeyRange),
}

/// A user record as handed out. Keys are the bytes of the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReadRecord {
    /// Which blob it came from, from 0.
    pub blob: usize,
    /// Number of the user record in its Kinesis record, from 0, counting those
    /// that were not handed out.
    pub sub_sequence_number: u64,
    /// Partition key.
    pub partition_key: Vec<u8>,
    /// Explicit hash key, if it has one.
    pub explicit_hash_key: Option<Vec<u8>>,
    /// Data.
    pub data: Vec<u8>,
    /// Tags in order. The KCL shows none.
    pub tags: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// The effective hash key by our rule; `None` when unplaceable.
    pub hash_key: Option<u128>,
}

/// What a reader made of some blobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The user records handed out, in order.
    pub user_records: Vec<ReadRecord>,
    /// The blobs handed on unchanged, by their place.
    pub passed_through: Vec<usize>,
    /// How many user records of aggregates were not handed out, for whatever
    /// reason: dropped alone, with their aggregate, or lost behind an error.
    pub dropped: usize,
}

/// Why our readers hand a blob on unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotAggregated {
    /// The frame does not hold.
    Frame(NotFramed),
    /// The message does not parse.
    Message(protobuf_java::Error),
    /// A record names a partition key outside the table.
    PartitionKeyIndex {
        /// Number of the record, from 0.
        record: usize,
        /// The index, all 64 bits.
        index: u64,
    },
    /// A record names an explicit hash key outside the table.
    ExplicitHashKeyIndex {
        /// Number of the record, from 0.
        record: usize,
        /// The index, all 64 bits.
        index: u64,
    },
}

impl fmt::Display for NotAggregated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(reason) => reason.fmt(f),
            Self::Message(reason) => reason.fmt(f),
            Self::PartitionKeyIndex { record, index } => {
                write!(
                    f,
                    "partition key index {index} of record {record} is outside"
                )
            }
            Self::ExplicitHashKeyIndex { record, index } => {
                write!(
                    f,
                    "explicit hash key index {index} of record {record} is outside"
                )
            }
        }
    }
}

impl std::error::Error for NotAggregated {}

/// The message of a blob that our readers take apart: frame, message and every
/// index hold. Validation comes before the first user record.
///
/// # Errors
///
/// [`NotAggregated`]: the blob passes through unchanged. It names the first
/// record whose index is outside, its partition key before its explicit hash
/// key.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::readers::{NotAggregated, open};
/// use kinesis_agg_testkit::frame;
///
/// let blob = frame::seal(b"\x1a\x04\x08\x05\x1a\x00");
/// let outside = NotAggregated::PartitionKeyIndex { record: 0, index: 5 };
/// assert_eq!(open(&blob), Err(outside));
/// ```
pub fn open(blob: &[u8]) -> Result<Message<'_>, NotAggregated> {
    let message = frame::open(blob).map_err(NotAggregated::Frame)?;
    let message = protobuf_java::decode(message).map_err(NotAggregated::Message)?;
    // Our rule, not the KCL's: all 64 bits of an index count, and one index
    // outside keeps the whole blob together.
    for (record, indexes) in message.records.iter().enumerate() {
        let index = indexes.partition_key_index;
        if entry(&message.partition_keys, index).is_none() {
            return Err(NotAggregated::PartitionKeyIndex { record, index });
        }
        if let Some(index) = indexes.explicit_hash_key_index
            && entry(&message.explicit_hash_keys, index).is_none()
        {
            return Err(NotAggregated::ExplicitHashKeyIndex { record, index });
        }
    }
    Ok(message)
}

impl Reader {
    /// Hands out what this reader hands out of `blobs`, in their order.
    ///
    /// # Examples
    ///
    /// ```
    /// use kinesis_agg_testkit::readers::Reader;
    /// use kinesis_agg_testkit::{HashKeyRange, TestRecord, naive};
    ///
    /// let record = TestRecord {
    ///     explicit_hash_key: Some("7".into()),
    ///     ..TestRecord::new("k", b"one")
    /// };
    /// let blobs = [naive::encode(&[record]), b"plain".to_vec()];
    ///
    /// let reading = Reader::KeepInRange(HashKeyRange::new(0, 6)).read(&blobs);
    /// assert!(reading.user_records.is_empty());
    /// assert_eq!(reading.dropped, 1);
    /// assert_eq!(reading.passed_through, [1]);
    /// ```
    pub fn read(&self, blobs: &[impl AsRef<[u8]>]) -> Reading {
        let mut reading = Reading::default();
        for (place, blob) in blobs.iter().enumerate() {
            let handed_out = self.read_one(blob.as_ref());
            let Some((user_records, dropped)) = handed_out else {
                reading.passed_through.push(place);
                continue;
            };
            reading.dropped += dropped;
            let user_records = user_records.into_iter();
            reading
                .user_records
                .extend(user_records.map(|record| ReadRecord {
                    blob: place,
                    ..record
                }));
        }
        reading
    }

    /// The user records of one blob and how many were dropped; `None` when it
    /// passes through.
    fn read_one(&self, blob: &[u8]) -> Option<(Vec<ReadRecord>, usize)> {
        let (count, user_records) = match self {
            Self::KclInRange(range) => by_the_kcl(blob, Some(range))?,
            Self::KclWithoutRange => by_the_kcl(blob, None)?,
            Self::LambdaModule => by_a_module(blob)?,
            Self::KeepAll => {
                let all = take_apart(&open(blob).ok()?);
                (all.len(), all)
            }
            Self::KeepInRange(range) => {
                let mut all = take_apart(&open(blob).ok()?);
                let count = all.len();
                // Unplaceable: no other shard's reader would keep it.
                all.retain(|record| record.hash_key.is_none_or(|key| range.contains_key(key)));
                (count, all)
            }
            Self::DropAggregate(range) => {
                let mut all = take_apart(&open(blob).ok()?);
                let count = all.len();
                let inside = |record: &ReadRecord| {
                    record.hash_key.is_some_and(|key| range.contains_key(key))
                };
                if !all.iter().all(inside) {
                    all.clear();
                }
                (count, all)
            }
        };
        let dropped = count - user_records.len();
        Some((user_records, dropped))
    }
}

/// How many user records the message has, and those that the KCL hands out.
fn by_the_kcl(blob: &[u8], range: Option<&HashKeyRange>) -> Option<(usize, Vec<ReadRecord>)> {
    let message = protobuf_java::decode(frame::open(blob).ok()?).ok()?;
    let verdict = kcl::judge_message(&message, range);
    let user_records = verdict.records.into_iter().map(from_kcl).collect();
    Some((message.records.len(), user_records))
}

fn from_kcl(record: kcl::UserRecord) -> ReadRecord {
    let explicit_hash_key = record.explicit_hash_key.map(String::into_bytes);
    let partition_key = record.partition_key.into_bytes();
    ReadRecord {
        blob: record.blob,
        sub_sequence_number: record.sub_sequence_number,
        hash_key: effective(&partition_key, explicit_hash_key.as_deref()),
        partition_key,
        explicit_hash_key,
        data: record.data,
        tags: Vec::new(),
    }
}

/// How many user records the message has, and those before an index outside.
fn by_a_module(blob: &[u8]) -> Option<(usize, Vec<ReadRecord>)> {
    let message = protobuf_java::decode(frame::open(blob).ok()?).ok()?;
    Some((message.records.len(), take_apart(&message)))
}

/// The user records of a message, up to the first index outside its table; all
/// of them when [`open`] gave the message.
fn take_apart(message: &Message<'_>) -> Vec<ReadRecord> {
    let records = (0..).zip(&message.records);
    records
        .map_while(|(number, record)| user_record(message, number, record))
        .collect()
}

fn user_record(message: &Message<'_>, number: u64, record: &Record<'_>) -> Option<ReadRecord> {
    let partition_key = entry(&message.partition_keys, record.partition_key_index)?;
    let explicit_hash_key = match record.explicit_hash_key_index {
        Some(index) => Some(entry(&message.explicit_hash_keys, index)?),
        None => None,
    };
    let tags = record.tags.iter();
    Some(ReadRecord {
        blob: 0,
        sub_sequence_number: number,
        partition_key: partition_key.to_vec(),
        explicit_hash_key: explicit_hash_key.map(<[u8]>::to_vec),
        data: record.data.to_vec(),
        tags: tags
            .map(|tag| (tag.key.to_vec(), tag.value.map(<[u8]>::to_vec)))
            .collect(),
        hash_key: effective(partition_key, explicit_hash_key),
    })
}

/// The hash key by our rule. That of a partition key that is no UTF-8 is the
/// hash key of the replaced text, as in the KCL.
fn effective(partition_key: &[u8], explicit_hash_key: Option<&[u8]>) -> Option<u128> {
    match explicit_hash_key {
        Some(digits) => ascii_decimal(digits),
        None => Some(of_partition_key(&jdk_text::decode(partition_key))),
    }
}

/// The entry of a table, by all 64 bits of its index.
fn entry<'m>(table: &[&'m [u8]], index: u64) -> Option<&'m [u8]> {
    table.get(usize::try_from(index).ok()?).copied()
}
