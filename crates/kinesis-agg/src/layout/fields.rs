//! The fields of a message in the order of their bytes, those inside records and
//! tags included.
//!
//! ```text
//! message   | table entry | record  ...            | table entry |
//! record                  |        | index | tag ...             |
//! tag                                      |    | key | value    |
//! found       1             2        3       4    5     6          7
//! ```
//!
//! Reads by the steps of `message` and stops where they do: at the first fault.

use crate::Malformed;
use crate::frame::{CHECKSUM_LEN, MAGIC};
use crate::message::{
    RecordField, RecordParts, TagField, TagParts, TopField, malformed, record_field, tag_field,
    top_field,
};
use crate::wire::{LENGTH_DELIMITED, Malformation, MalformedKind, Reader, Span};

/// A field, and where it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) field: Field,
    pub(super) header_len: usize,
    /// Where it ends; a record or a tag where its own fields begin.
    pub(super) end: usize,
    /// Which record it belongs to.
    pub(super) record: Option<usize>,
}

/// A field of any level.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    Top(TopField),
    Record(RecordField),
    Tag(TagField),
}

/// Why the message is read no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) malformed: Malformed,
    /// How many bytes are missing from a field that says how many it has.
    pub(super) missing: Option<u64>,
}

/// Reads the fields of a message.
///
/// Nothing is to be read after a fault.
#[derive(Clone, Debug)]
pub(super) struct Fields<'blob> {
    message: Reader<'blob>,
    record: Option<Open<'blob, RecordParts>>,
    tag: Option<Open<'blob, TagParts>>,
    /// How many records were begun.
    records: usize,
}

/// A record or tag whose fields are being read.
#[derive(Clone, Debug)]
struct Open<'blob, Parts> {
    reader: Reader<'blob>,
    span: Span,
    parts: Parts,
}

impl<'blob, Parts: Default> Open<'blob, Parts> {
    /// The record or tag in `span`, one level below `outer`.
    fn new(outer: &Reader<'blob>, span: Span) -> Self {
        Self {
            reader: outer.nested(span),
            span,
            parts: Parts::default(),
        }
    }
}

impl Open<'_, RecordParts> {
    fn read_next(&mut self) -> Result<Option<RecordField>, Malformation> {
        let field = record_field(&mut self.reader)?;
        match field {
            Some(field) => self.parts.put(field),
            None => self.parts.finish(self.span).map(drop)?,
        }
        Ok(field)
    }
}

impl Open<'_, TagParts> {
    fn read_next(&mut self) -> Result<Option<TagField>, Malformation> {
        let field = tag_field(&mut self.reader)?;
        match field {
            Some(field) => self.parts.put(field),
            None => self.parts.finish(self.span).map(drop)?,
        }
        Ok(field)
    }
}

impl<'blob> Fields<'blob> {
    /// The fields of the message behind the magic, which ends at `end`.
    pub(super) const fn new(blob: &'blob [u8], end: usize) -> Self {
        Self {
            message: Reader::new(blob, MAGIC.len(), end),
            record: None,
            tag: None,
            records: 0,
        }
    }

    /// Reads the next field, or `None` at the end of the message.
    pub(super) fn read_next(&mut self) -> Result<Option<Found>, Fault> {
        if let Some(found) = self.in_tag()? {
            return Ok(Some(found));
        }
        if let Some(found) = self.in_record()? {
            return Ok(Some(found));
        }
        self.at_top()
    }

    /// The next field of the tag that is open, if one is; closes it at its end.
    fn in_tag(&mut self) -> Result<Option<Found>, Fault> {
        let Some(open) = &mut self.tag else {
            return Ok(None);
        };
        let before = open.reader.clone();
        let record = self.records.checked_sub(1);
        let field = open
            .read_next()
            .map_err(|error| Fault::new(malformed(error, record), &open.reader))?;
        let Some(field) = field else {
            self.tag = None;
            return Ok(None);
        };
        let end = open.reader.position();
        Ok(Some(Found::new(Field::Tag(field), before, end, record)))
    }

    /// The next field of the record that is open, if one is; closes it at its end.
    fn in_record(&mut self) -> Result<Option<Found>, Fault> {
        let Some(open) = &mut self.record else {
            return Ok(None);
        };
        let before = open.reader.clone();
        let record = self.records.checked_sub(1);
        let field = open
            .read_next()
            .map_err(|error| Fault::new(malformed(error, record), &open.reader))?;
        let Some(field) = field else {
            self.record = None;
            return Ok(None);
        };
        let mut end = open.reader.position();
        if let RecordField::Tag(span) = field {
            self.tag = Some(Open::new(&open.reader, span));
            end = span.offset as usize;
        }
        Ok(Some(Found::new(Field::Record(field), before, end, record)))
    }

    /// The next field at the top of the message.
    fn at_top(&mut self) -> Result<Option<Found>, Fault> {
        let before = self.message.clone();
        let field = top_field(&mut self.message, self.records)
            .map_err(|malformed| Fault::new(malformed, &self.message))?;
        let Some(field) = field else {
            return Ok(None);
        };
        let mut end = self.message.position();
        let mut record = None;
        if let TopField::Record(span) = field {
            self.record = Some(Open::new(&self.message, span));
            end = span.offset as usize;
            record = Some(self.records);
            self.records += 1;
        }
        Ok(Some(Found::new(Field::Top(field), before, end, record)))
    }
}

impl Found {
    /// A field that `before` stood at and that ends at `end`.
    fn new(field: Field, before: Reader<'_>, end: usize, record: Option<usize>) -> Self {
        Self {
            field,
            header_len: header_len(before),
            end,
            record,
        }
    }
}

/// How many bytes tag and length have of the field that `reader` stands at, one
/// that was read already.
fn header_len(mut reader: Reader<'_>) -> usize {
    let start = reader.position();
    let tag = reader.tag().ok().flatten();
    let is_long = tag.is_some_and(|tag| tag.wire_type() == LENGTH_DELIMITED);
    let span = is_long.then(|| reader.length_delimited().ok()).flatten();
    let value = span.map_or(reader.position(), |span| span.offset as usize);
    value - start
}

impl Fault {
    /// What `reader` stopped at.
    const fn new(malformed: Malformed, reader: &Reader<'_>) -> Self {
        Self {
            malformed,
            missing: reader.missing(),
        }
    }

    /// A blob whose message ends at `end`, behind a whole field, and that has
    /// `left` bytes of its checksum: none, when nothing tells whether the message
    /// goes on.
    pub(super) fn cut_off(end: usize, left: usize) -> Self {
        let error = Malformation {
            kind: MalformedKind::Truncated,
            offset: end,
        };
        Self {
            malformed: malformed(error, None),
            missing: (left > 0).then_some((CHECKSUM_LEN - left) as u64),
        }
    }
}
