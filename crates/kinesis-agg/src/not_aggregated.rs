//! Why a blob is not an aggregated record: what reading answers instead of user
//! records.

use crate::wire::MalformedKind;
use core::fmt;

/// Why a blob is not an aggregated record.
///
/// Not an error: the caller hands the Kinesis record on unchanged, as the KCL
/// does. Most blobs of a stream may be plain records ([`Magic`](Self::Magic));
/// the other reasons mean that a blob begins like an aggregated record and is
/// none, which is worth a count or a log line.
///
/// The reasons stand in the order in which the KCL checks: a blob has the first
/// one that holds. Lengths and offsets are in bytes, offsets from the start of
/// the blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAggregated {
    /// The blob does not start with the magic: a plain record.
    Magic,
    /// The blob starts with the magic and has no room for a message and the
    /// checksum behind it.
    TooShort {
        /// Length of the whole blob.
        len: usize,
    },
    /// The blob has 4 GiB or more, more than any Kinesis record can have.
    TooLong {
        /// Length of the whole blob.
        len: usize,
    },
    /// The last sixteen bytes are not the MD5 of the message before them.
    Checksum,
    /// The message does not parse.
    Malformed(Malformed),
    /// A record uses a key that its table does not have.
    ///
    /// The KCL hands out the records before it and loses the rest, or takes
    /// another key for it; this crate passes the whole blob through.
    IndexOutsideTable(IndexOutsideTable),
}

/// What in a message does not parse, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Malformed {
    /// What is wrong.
    pub kind: MalformedKind,
    /// Offset in the blob of the field that is wrong.
    pub offset: usize,
    /// Which record of the message it is in, counted from 0; `None` outside
    /// the records.
    pub record: Option<usize>,
}

/// Which of the two tables of an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTableKind {
    /// `partition_key_table`.
    PartitionKey,
    /// `explicit_hash_key_table`.
    ExplicitHashKey,
}

/// Which index lies outside its table, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexOutsideTable {
    /// The table that the index points into.
    pub table: KeyTableKind,
    /// The index, all of its 64 bits.
    pub index: u64,
    /// How many keys the table has.
    pub table_len: usize,
    /// Offset in the blob of the index.
    pub offset: usize,
    /// Which record of the message it is in, counted from 0.
    pub record: usize,
}

impl NotAggregated {
    /// False for a plain record; true for a blob that begins like an aggregated
    /// record, and so may be a damaged one.
    pub const fn has_magic(&self) -> bool {
        !matches!(self, Self::Magic)
    }

    /// A short name that stays the same: `magic`, `too-short`, `too-long`,
    /// `checksum`, `malformed` or `index-outside-table`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Magic => "magic",
            Self::TooShort { .. } => "too-short",
            Self::TooLong { .. } => "too-long",
            Self::Checksum => "checksum",
            Self::Malformed(_) => "malformed",
            Self::IndexOutsideTable(_) => "index-outside-table",
        }
    }

    /// The offset in the blob of what is wrong, where there is one.
    pub const fn offset(&self) -> Option<usize> {
        match self {
            Self::Malformed(malformed) => Some(malformed.offset),
            Self::IndexOutsideTable(outside) => Some(outside.offset),
            _ => None,
        }
    }
}

impl fmt::Display for NotAggregated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => formatter.write_str("the blob does not start with the magic"),
            Self::TooShort { len } => {
                write!(
                    formatter,
                    "{len} bytes have no room for a message and its checksum"
                )
            }
            Self::TooLong { len } => write!(formatter, "{len} bytes are 4 GiB or more"),
            Self::Checksum => formatter.write_str("the checksum is not that of the message"),
            Self::Malformed(malformed) => malformed.fmt(formatter),
            Self::IndexOutsideTable(outside) => outside.fmt(formatter),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at byte {}", self.kind, self.offset)?;
        match self.record {
            Some(record) => write!(formatter, ", in record {record}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for KeyTableKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::PartitionKey => "partition key",
            Self::ExplicitHashKey => "explicit hash key",
        })
    }
}

impl fmt::Display for IndexOutsideTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} index {} at byte {}, in record {}, is outside its table of {}",
            self.table, self.index, self.offset, self.record, self.table_len
        )
    }
}

impl core::error::Error for NotAggregated {}
