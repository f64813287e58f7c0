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
//! else; [`next_field`] alone reads the same. It goes by the steps [`top_field`],
//! [`record_field`] and [`tag_field`], for those who want to see each field.
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

/// One field at the top of the message, a record not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TopField {
    PartitionKey(Span),
    ExplicitHashKey(Span),
    Record(Span),
    Unknown(Tag),
}

/// One field of a record, a tag of it not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordField {
    PartitionKeyIndex(Index),
    ExplicitHashKeyIndex(Index),
    Data(Span),
    Tag(Span),
    Unknown(Tag),
}

/// One field of a record's tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagField {
    Key(Span),
    Value(Span),
    Unknown(Tag),
}

/// The error as users see it; `record` is the number of the record it is in.
pub(crate) const fn malformed(error: Malformation, record: Option<usize>) -> Malformed {
    Malformed {
        kind: error.kind,
        offset: error.offset,
        record,
    }
}

/// Reads the next field of the message with all that is in it, or `None` at its
/// end.
///
/// `record` is the number of the next record, for the error.
pub(crate) fn next_field(
    reader: &mut Reader<'_>,
    record: usize,
) -> Result<Option<Field>, Malformed> {
    let Some(field) = top_field(reader, record)? else {
        return Ok(None);
    };
    Ok(Some(match field {
        TopField::PartitionKey(key) => Field::PartitionKey(key),
        TopField::ExplicitHashKey(key) => Field::ExplicitHashKey(key),
        TopField::Record(span) => Field::Record(
            read_record(reader, span).map_err(|error| malformed(error, Some(record)))?,
        ),
        TopField::Unknown(_) => Field::Unknown,
    }))
}

/// Reads the next field at the top of the message, or `None` at its end.
///
/// `record` is the number of the next record, for the error.
#[inline]
pub(crate) fn top_field(
    reader: &mut Reader<'_>,
    record: usize,
) -> Result<Option<TopField>, Malformed> {
    let outside = |error| malformed(error, None);
    let inside = |error| malformed(error, Some(record));
    let start = reader.position();
    let Some(tag) = reader.tag().map_err(outside)? else {
        return Ok(None);
    };
    Ok(Some(match (tag.number(), tag.wire_type()) {
        (PARTITION_KEY_TABLE, LENGTH_DELIMITED) => {
            TopField::PartitionKey(reader.length_delimited().map_err(outside)?)
        }
        (EXPLICIT_HASH_KEY_TABLE, LENGTH_DELIMITED) => {
            TopField::ExplicitHashKey(reader.length_delimited().map_err(outside)?)
        }
        (RECORDS, LENGTH_DELIMITED) => TopField::Record(reader.length_delimited().map_err(inside)?),
        _ => {
            reader.skip(tag, start).map_err(outside)?;
            TopField::Unknown(tag)
        }
    }))
}

/// Reads the record in `span`.
fn read_record(outer: &Reader<'_>, span: Span) -> Result<Record, Malformation> {
    let mut reader = outer.nested(span);
    let mut parts = RecordParts::default();
    while let Some(field) = record_field(&mut reader)? {
        if let RecordField::Tag(tag) = field {
            read_tag(&reader, tag)?;
        }
        parts.put(field);
    }
    parts.finish(span)
}

/// Reads the next field of a record, or `None` at its end.
#[inline]
pub(crate) fn record_field(reader: &mut Reader<'_>) -> Result<Option<RecordField>, Malformation> {
    let start = reader.position();
    let Some(tag) = reader.tag()? else {
        return Ok(None);
    };
    Ok(Some(match (tag.number(), tag.wire_type()) {
        (PARTITION_KEY_INDEX, VARINT) => RecordField::PartitionKeyIndex(read_index(reader)?),
        (EXPLICIT_HASH_KEY_INDEX, VARINT) => RecordField::ExplicitHashKeyIndex(read_index(reader)?),
        (DATA, LENGTH_DELIMITED) => RecordField::Data(reader.length_delimited()?),
        (TAGS, LENGTH_DELIMITED) => RecordField::Tag(reader.length_delimited()?),
        _ => {
            reader.skip(tag, start)?;
            RecordField::Unknown(tag)
        }
    }))
}

fn read_index(reader: &mut Reader<'_>) -> Result<Index, Malformation> {
    let offset = reader.position();
    let value = reader.varint()?;
    Ok(Index { value, offset })
}

/// What was met so far of a record.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecordParts {
    partition_key: Option<Index>,
    explicit_hash_key: Option<Index>,
    data: Option<Span>,
    tagged: bool,
}

impl RecordParts {
    /// Takes a field in. The last of a singular field counts, so each simply
    /// overwrites.
    #[inline]
    pub(crate) const fn put(&mut self, field: RecordField) {
        match field {
            RecordField::PartitionKeyIndex(index) => self.partition_key = Some(index),
            RecordField::ExplicitHashKeyIndex(index) => self.explicit_hash_key = Some(index),
            RecordField::Data(data) => self.data = Some(data),
            RecordField::Tag(_) => self.tagged = true,
            RecordField::Unknown(_) => {}
        }
    }

    /// The whole record, which lies in `span`.
    #[inline]
    pub(crate) fn finish(self, span: Span) -> Result<Record, Malformation> {
        let missing = |kind| Malformation {
            kind,
            offset: span.offset as usize,
        };
        Ok(Record {
            partition_key: (self.partition_key)
                .ok_or(missing(MalformedKind::NoPartitionKeyIndex))?,
            explicit_hash_key: self.explicit_hash_key,
            data: self.data.ok_or(missing(MalformedKind::NoData))?,
            tagged: self.tagged.then_some(span),
        })
    }
}

/// Reads the tag in `span`: where its key lies, and its value if it has one.
fn read_tag(outer: &Reader<'_>, span: Span) -> Result<(Span, Option<Span>), Malformation> {
    let mut reader = outer.nested(span);
    let mut parts = TagParts::default();
    while let Some(field) = tag_field(&mut reader)? {
        parts.put(field);
    }
    parts.finish(span)
}

/// Reads the next field of a record's tag, or `None` at its end.
#[inline]
pub(crate) fn tag_field(reader: &mut Reader<'_>) -> Result<Option<TagField>, Malformation> {
    let start = reader.position();
    let Some(tag) = reader.tag()? else {
        return Ok(None);
    };
    Ok(Some(match (tag.number(), tag.wire_type()) {
        (TAG_KEY, LENGTH_DELIMITED) => TagField::Key(reader.length_delimited()?),
        (TAG_VALUE, LENGTH_DELIMITED) => TagField::Value(reader.length_delimited()?),
        _ => {
            reader.skip(tag, start)?;
            TagField::Unknown(tag)
        }
    }))
}

/// What was met so far of a record's tag.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TagParts {
    key: Option<Span>,
    value: Option<Span>,
}

impl TagParts {
    /// Takes a field in; the last of each counts.
    #[inline]
    pub(crate) const fn put(&mut self, field: TagField) {
        match field {
            TagField::Key(key) => self.key = Some(key),
            TagField::Value(value) => self.value = Some(value),
            TagField::Unknown(_) => {}
        }
    }

    /// Key and value of the whole tag, which lies in `span`.
    #[inline]
    pub(crate) fn finish(self, span: Span) -> Result<(Span, Option<Span>), Malformation> {
        let missing = Malformation {
            kind: MalformedKind::NoTagKey,
            offset: span.offset as usize,
        };
        Ok((self.key.ok_or(missing)?, self.value))
    }
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
        Self::of_record(record.of(blob))
    }

    /// The tags in all of a record that [`next_field`] gave as tagged.
    pub(crate) const fn of_record(record: &'blob [u8]) -> Self {
        Self { rest: record }
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
