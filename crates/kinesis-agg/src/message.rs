//! The message inside a frame: two tables of keys, and records that use them.
//!
//! ```text
//! AggregatedRecord { 1 repeated string partition_key_table
//!                    2 repeated string explicit_hash_key_table
//!                    3 repeated Record records }
//! Record           { 1 required uint64 partition_key_index
//!                    2 optional uint64 explicit_hash_key_index
//!                    3 required bytes  data
//!                    4 repeated Tag    tags }
//! Tag              { 1 required string key
//!                    2 optional string value }
//! ```
//!
//! [`next_field`] reads whatever protobuf allows: fields in any order, unknown
//! ones, singular ones that come again (the last counts), long varints. The
//! walk over the usual shape at speed is [`usual`], which stops before anything
//! else; [`next_field`] alone reads the same.
//!
//! Knows nothing of frames, nor whether an index lies in its table.
//!
//! Source: the KPL's `messages.proto`, and protobuf-java for the rules.

pub(crate) mod usual;

use crate::tag::Tag as UserTag;
use crate::wire::{LENGTH_DELIMITED, Malformation, MalformedKind, Reader, Span, Tag, VARINT};
use crate::{Key, Malformed};
use core::iter::FusedIterator;

pub(crate) const PARTITION_KEY_TABLE: u32 = 1;
pub(crate) const EXPLICIT_HASH_KEY_TABLE: u32 = 2;
pub(crate) const RECORDS: u32 = 3;

pub(crate) const PARTITION_KEY_INDEX: u32 = 1;
pub(crate) const EXPLICIT_HASH_KEY_INDEX: u32 = 2;
pub(crate) const DATA: u32 = 3;
pub(crate) const TAGS: u32 = 4;

pub(crate) const TAG_KEY: u32 = 1;
pub(crate) const TAG_VALUE: u32 = 2;

/// One field of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    PartitionKey(Span),
    ExplicitHashKey(Span),
    Record(Record),
    /// Of no meaning here, and already stepped over.
    Unknown,
}

/// A record of the message; indexes as they stand, in the table or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) partition_key: Index,
    pub(crate) explicit_hash_key: Option<Index>,
    pub(crate) data: Span,
    /// All of the record, when there are tags in it.
    pub(crate) tagged: Option<Span>,
}

/// An index into a table, and the offset in the blob where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) value: u64,
    pub(crate) offset: usize,
}

/// Reads the next field of the message, or `None` at its end.
///
/// `record` is the number of the next record, for the error.
pub(crate) fn next_field(
    reader: &mut Reader<'_>,
    record: usize,
) -> Result<Option<Field>, Malformed> {
    let outside = |error: Malformation| Malformed {
        kind: error.kind,
        offset: error.offset,
        record: None,
    };
    let start = reader.position();
    let Some(tag) = reader.tag().map_err(outside)? else {
        return Ok(None);
    };
    let field = match (tag.number(), tag.wire_type()) {
        (PARTITION_KEY_TABLE, LENGTH_DELIMITED) => {
            Field::PartitionKey(reader.length_delimited().map_err(outside)?)
        }
        (EXPLICIT_HASH_KEY_TABLE, LENGTH_DELIMITED) => {
            Field::ExplicitHashKey(reader.length_delimited().map_err(outside)?)
        }
        (RECORDS, LENGTH_DELIMITED) => {
            let inside = |error| Malformed {
                record: Some(record),
                ..outside(error)
            };
            let span = reader.length_delimited().map_err(inside)?;
            Field::Record(read_record(reader, span).map_err(inside)?)
        }
        _ => {
            reader.skip(tag, start).map_err(outside)?;
            Field::Unknown
        }
    };
    Ok(Some(field))
}

/// Reads the record in `span`.
fn read_record(outer: &Reader<'_>, span: Span) -> Result<Record, Malformation> {
    let mut reader = outer.nested(span);
    let mut partition_key = None;
    let mut explicit_hash_key = None;
    let mut data = None;
    let mut tagged = None;
    loop {
        let start = reader.position();
        let Some(tag) = reader.tag()? else { break };
        // The last of a singular field counts, so each simply overwrites.
        match (tag.number(), tag.wire_type()) {
            (PARTITION_KEY_INDEX, VARINT) => partition_key = Some(read_index(&mut reader)?),
            (EXPLICIT_HASH_KEY_INDEX, VARINT) => explicit_hash_key = Some(read_index(&mut reader)?),
            (DATA, LENGTH_DELIMITED) => data = Some(reader.length_delimited()?),
            (TAGS, LENGTH_DELIMITED) => {
                let tag = reader.length_delimited()?;
                read_tag(&reader, tag)?;
                tagged = Some(span);
            }
            _ => reader.skip(tag, start)?,
        }
    }
    let missing = |kind| Malformation {
        kind,
        offset: span.offset as usize,
    };
    Ok(Record {
        partition_key: partition_key.ok_or(missing(MalformedKind::NoPartitionKeyIndex))?,
        explicit_hash_key,
        data: data.ok_or(missing(MalformedKind::NoData))?,
        tagged,
    })
}

fn read_index(reader: &mut Reader<'_>) -> Result<Index, Malformation> {
    let offset = reader.position();
    let value = reader.varint()?;
    Ok(Index { value, offset })
}

/// Reads the tag in `span`: where its key lies, and its value if it has one.
fn read_tag(outer: &Reader<'_>, span: Span) -> Result<(Span, Option<Span>), Malformation> {
    let mut reader = outer.nested(span);
    let mut key = None;
    let mut value = None;
    loop {
        let start = reader.position();
        let Some(tag) = reader.tag()? else { break };
        match (tag.number(), tag.wire_type()) {
            (TAG_KEY, LENGTH_DELIMITED) => key = Some(reader.length_delimited()?),
            (TAG_VALUE, LENGTH_DELIMITED) => value = Some(reader.length_delimited()?),
            _ => reader.skip(tag, start)?,
        }
    }
    let missing = Malformation {
        kind: MalformedKind::NoTagKey,
        offset: span.offset as usize,
    };
    Ok((key.ok_or(missing)?, value))
}

/// The tags of a user record, read as they are asked for.
///
/// Borrows from the blob, and yields the tags in the order of the message.
#[derive(Clone, Debug, Default)]
pub struct Tags<'blob> {
    /// What is left of a record that [`next_field`] accepted.
    rest: &'blob [u8],
}

impl<'blob> Tags<'blob> {
    /// The tags in `record`, which [`next_field`] gave as tagged in `blob`.
    pub(crate) fn new(blob: &'blob [u8], record: Span) -> Self {
        Self {
            rest: record.of(blob),
        }
    }

    /// The next tag and what is left behind it.
    fn read(&self) -> Option<(UserTag<'blob>, &'blob [u8])> {
        let record = self.rest;
        let mut reader = Reader::new(record, 0, record.len());
        loop {
            let start = reader.position();
            let tag = reader.tag().ok()??;
            if tag != Tag::new(TAGS, LENGTH_DELIMITED) {
                reader.skip(tag, start).ok()?;
                continue;
            }
            let span = reader.length_delimited().ok()?;
            let (key, value) = read_tag(&reader, span).ok()?;
            let tag = UserTag {
                key: Key::new(key.of(record)),
                value: value.map(|value| Key::new(value.of(record))),
            };
            return Some((tag, record.get(reader.position()..)?));
        }
    }
}

impl<'blob> Iterator for Tags<'blob> {
    type Item = UserTag<'blob>;

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.read().unzip();
        self.rest = rest.unwrap_or_default();
        tag
    }
}

impl FusedIterator for Tags<'_> {}
