//! What each byte of a blob is: for tools that explain a record to people.
//!
//! ```text
//! blob -> verdict, by the Deaggregator
//!      -> 1. survey    the message read through: its tables, and where it stops
//!      -> 2. extent    where the message ends: before the checksum, or cut off
//!      -> 3. pieces    read again, one field at a time
//! ```
//!
//! The pieces of a blob, in the order of its bytes, leave out none and tell none
//! twice, whatever the bytes are:
//!
//! ```text
//! a frame          Magic, fields, Checksum
//! a malformed one  Magic, fields, Fault with all that was not read, Checksum
//! one cut short    Magic, fields, Fault up to the end
//! no frame         Plain, behind Magic where there is one
//! ```
//!
//! A record, and a tag in it, is a piece of its tag and length alone; its fields
//! follow as pieces of their own. Reading stops at the first fault, but not at an
//! index outside its table: the [verdict](Layout::verdict) tells that one.
//!
//! # Cut or damaged
//!
//! A blob with the magic whose checksum does not hold is one of two things. If
//! its message, all but the last sixteen bytes, parses, a byte was changed: the
//! pieces are those of a frame. If it does not parse, the blob has probably been
//! cut short, and its last bytes are no checksum but a part of the message. Then
//! the message is read up to the end of the blob, and the fault says where it is
//! cut and how much is missing:
//!
//! ```text
//! cut in a field       the fault is this field; missing: what its length says,
//!                      unless that is cut too
//! between two fields   an empty fault at the end; nothing tells how much is missing
//! in the checksum      the fault is what is left of it; missing: the rest
//! ```
//!
//! What is left of a checksum, two bytes or more, is known by being the beginning
//! of the MD5 of the message before it. The kind of these faults is
//! [`Truncated`](crate::MalformedKind::Truncated).
//!
//! Two faults are damage all the same, and the last sixteen bytes the checksum:
//! one that is there however far is read, and one that turns at the same byte
//! from a field without its end into another fault when more bytes are read.
//!
//! This module knows no rule of protobuf: it reads by the steps of `message`, as
//! the [`Deaggregator`] does, and so cannot disagree.
//!
//! # Examples
//!
//! ```
//! use kinesis_agg::layout::{Layout, Part, Piece};
//!
//! fn explain(piece: Piece<'_>) -> String {
//!     let Piece { offset, bytes, header_len, .. } = piece;
//!     let what = match piece.part {
//!         Part::PartitionKey { number, key } => format!("partition key {number}: {key}"),
//!         Part::Record { len } => format!("a record of {len} bytes"),
//!         Part::PartitionKeyIndex { index, .. } => format!("its partition key: {index}"),
//!         Part::Data => format!("its data: {}", bytes[header_len..].escape_ascii()),
//!         Part::Checksum { holds: true, .. } => "checksum".into(),
//!         Part::Fault { malformed, .. } => format!("not read: {malformed}"),
//!         other => format!("{other:?}"),
//!     };
//!     format!("{offset:2} {what}")
//! }
//!
//! let blob = b"\xf3\x89\x9a\xc2\x0a\x03mia\x1a\x09\x08\x00\x1a\x05click\
//!     \xb4\x6b\xac\xac\x16\xa4\x8c\x29\x0f\x70\x08\xfb\x31\x1e\x4e\xe5";
//! let lines = Vec::from_iter(Layout::of(blob).map(explain));
//! assert_eq!(
//!     lines,
//!     [
//!         " 0 Magic",
//!         " 4 partition key 0: mia",
//!         " 9 a record of 9 bytes",
//!         "11 its partition key: 0",
//!         "13 its data: click",
//!         "20 checksum",
//!     ]
//! );
//! ```

mod fields;
mod survey;

use crate::message::{RecordField, TagField, TopField};
use crate::wire::{Span, Tag};
use crate::{Deaggregated, Deaggregator, Key, Malformed, NotAggregated, frame};
use core::iter::FusedIterator;
use fields::{Fault, Field, Fields, Found};
use survey::{Checksum, Extent, Tables};

/// A run of bytes of a blob, and what it is.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'blob> {
    /// Where it begins in the blob.
    pub offset: usize,
    /// All of its bytes: a field's protobuf tag, length and value.
    pub bytes: &'blob [u8],
    /// How many of the bytes are protobuf tag and length; the value follows. 0
    /// for what is no field, and for a fault.
    pub header_len: usize,
    /// Which record of the message it belongs to, counted from 0; `None` outside
    /// the records.
    pub record: Option<usize>,
    /// What it is.
    pub part: Part<'blob>,
}

/// What a [`Piece`] is.
///
/// Numbers of table entries count from 0, as the indexes do.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'blob> {
    /// All that follows the magic, if there is one, in a blob that is no frame.
    /// May be empty.
    Plain,
    /// The magic.
    Magic,
    /// An entry of the table of partition keys.
    PartitionKey {
        /// Its place in the table.
        number: usize,
        /// The key.
        key: Key<'blob>,
    },
    /// An entry of the table of explicit hash keys.
    ExplicitHashKey {
        /// Its place in the table.
        number: usize,
        /// The key.
        key: Key<'blob>,
    },
    /// Tag and length of a record; its fields follow.
    Record {
        /// How many bytes the fields have together.
        len: usize,
    },
    /// Which partition key a record has. Of more than one the last counts.
    PartitionKeyIndex {
        /// The index, all of its 64 bits.
        index: u64,
        /// The key that it points at, wherever the table stands; `None` when the
        /// index is outside.
        key: Option<Key<'blob>>,
    },
    /// Which explicit hash key a record has. Of more than one the last counts.
    ExplicitHashKeyIndex {
        /// The index, all of its 64 bits.
        index: u64,
        /// The key that it points at, wherever the table stands; `None` when the
        /// index is outside.
        key: Option<Key<'blob>>,
    },
    /// The data of a record: `bytes[header_len..]`. Of more than one the last
    /// counts.
    Data,
    /// Tag and length of a tag of a record; its fields follow.
    Tag {
        /// How many bytes the fields have together.
        len: usize,
    },
    /// The key of a tag. Of more than one the last counts.
    TagKey {
        /// The key.
        key: Key<'blob>,
    },
    /// The value of a tag. Of more than one the last counts.
    TagValue {
        /// The value.
        key: Key<'blob>,
    },
    /// A field of no meaning here, a group with all that is in it.
    Unknown {
        /// Its number.
        number: u32,
        /// Its wire type, 0 to 5.
        wire_type: u32,
    },
    /// The last sixteen bytes of a frame.
    Checksum {
        /// The MD5 of the message.
        computed: [u8; frame::CHECKSUM_LEN],
        /// Whether it is what stands here.
        holds: bool,
    },
    /// Where reading stopped: from the field at fault to the end of the message,
    /// unread. May be empty. In a blob that is [cut](self#cut-or-damaged), up to
    /// the end.
    ///
    /// A required field that is missing is told where its record or tag ends;
    /// `malformed.offset` is where that begins.
    Fault {
        /// What is wrong, and where.
        malformed: Malformed,
        /// Of a field that runs past the end of what holds it, how many bytes
        /// there are too few, by its length or wire type; of a checksum that is
        /// cut, likewise. `None` when nothing tells, and for other faults.
        missing: Option<u64>,
    },
}

/// The pieces of a blob, in the order of its bytes.
///
/// Borrows from the blob, and keeps eight bytes for each entry of its tables.
/// Making one takes the blob apart as the [`Deaggregator`] does and reads it again,
/// a few times if it is cut; see the [module](self) for the pieces.
#[derive(Clone, Debug)]
pub struct Layout<'blob> {
    blob: &'blob [u8],
    verdict: Option<NotAggregated>,
    /// What comes next, and where it begins.
    next: Next,
    position: usize,
    extent: Extent,
    fields: Fields<'blob>,
    tables: Tables,
    /// How many entries of the tables were given out.
    partition_keys: usize,
    explicit_hash_keys: usize,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Magic,
    Plain,
    Field,
    /// What stands behind the message: the checksum, or nothing.
    End,
    Nothing,
}

impl<'blob> Layout<'blob> {
    /// The pieces of `blob`, the data of one Kinesis record, already
    /// base64-decoded, of any length.
    pub fn of(blob: &'blob [u8]) -> Self {
        let verdict = match Deaggregator::new().deaggregate(blob) {
            Deaggregated::NotAggregated(reason) => Some(reason),
            Deaggregated::Aggregated(_) | Deaggregated::Dropped { .. } => None,
        };
        let (extent, tables) = survey::extent(blob);
        Self {
            blob,
            verdict,
            next: match verdict {
                Some(NotAggregated::Magic) => Next::Plain,
                _ => Next::Magic,
            },
            position: 0,
            extent,
            fields: Fields::new(blob, extent.message_end(blob)),
            tables,
            partition_keys: 0,
            explicit_hash_keys: 0,
        }
    }

    /// Why the blob is no aggregate, as the [`Deaggregator`] says; `None` for an
    /// aggregate.
    pub const fn verdict(&self) -> Option<NotAggregated> {
        self.verdict
    }

    /// The piece from here to `end`.
    fn piece(&mut self, end: usize, part: Part<'blob>) -> Piece<'blob> {
        let offset = core::mem::replace(&mut self.position, end);
        Piece {
            offset,
            bytes: self.blob.get(offset..end).unwrap_or_default(),
            header_len: 0,
            record: None,
            part,
        }
    }

    fn magic(&mut self) -> Piece<'blob> {
        self.next = match self.extent {
            Extent::NoFrame => Next::Plain,
            Extent::Frame(_) | Extent::Cut { .. } => Next::Field,
        };
        self.piece(frame::MAGIC.len(), Part::Magic)
    }

    fn plain(&mut self) -> Piece<'blob> {
        self.next = Next::Nothing;
        self.piece(self.blob.len(), Part::Plain)
    }

    fn field(&mut self) -> Option<Piece<'blob>> {
        match self.fields.read_next() {
            Ok(Some(found)) => Some(self.found(found)),
            Ok(None) => self.end(),
            Err(fault) => Some(self.fault(fault)),
        }
    }

    fn found(&mut self, found: Found) -> Piece<'blob> {
        let part = match found.field {
            Field::Top(field) => self.top(field),
            Field::Record(field) => self.record(field),
            Field::Tag(field) => self.tag(field),
        };
        Piece {
            header_len: found.header_len,
            record: found.record,
            ..self.piece(found.end, part)
        }
    }

    fn top(&mut self, field: TopField) -> Part<'blob> {
        match field {
            TopField::PartitionKey(key) => Part::PartitionKey {
                number: count(&mut self.partition_keys),
                key: self.key(key),
            },
            TopField::ExplicitHashKey(key) => Part::ExplicitHashKey {
                number: count(&mut self.explicit_hash_keys),
                key: self.key(key),
            },
            TopField::Record(span) => Part::Record {
                len: span.len as usize,
            },
            TopField::Unknown(tag) => unknown(tag),
        }
    }

    fn record(&self, field: RecordField) -> Part<'blob> {
        match field {
            RecordField::PartitionKeyIndex(index) => Part::PartitionKeyIndex {
                index: index.value,
                key: self.key_at(&self.tables.partition_keys, index.value),
            },
            RecordField::ExplicitHashKeyIndex(index) => Part::ExplicitHashKeyIndex {
                index: index.value,
                key: self.key_at(&self.tables.explicit_hash_keys, index.value),
            },
            RecordField::Data(_) => Part::Data,
            RecordField::Tag(span) => Part::Tag {
                len: span.len as usize,
            },
            RecordField::Unknown(tag) => unknown(tag),
        }
    }

    fn tag(&self, field: TagField) -> Part<'blob> {
        match field {
            TagField::Key(key) => Part::TagKey { key: self.key(key) },
            TagField::Value(value) => Part::TagValue {
                key: self.key(value),
            },
            TagField::Unknown(tag) => unknown(tag),
        }
    }

    fn key(&self, span: Span) -> Key<'blob> {
        Key::new(span.of(self.blob))
    }

    /// The key of this index, if `table` has it.
    fn key_at(&self, table: &[Span], index: u64) -> Option<Key<'blob>> {
        let place = usize::try_from(index).ok()?;
        table.get(place).map(|key| self.key(*key))
    }

    fn fault(&mut self, fault: Fault) -> Piece<'blob> {
        let (end, next) = match self.extent {
            Extent::Frame(_) => (self.extent.message_end(self.blob), Next::End),
            Extent::NoFrame | Extent::Cut { .. } => (self.blob.len(), Next::Nothing),
        };
        self.next = next;
        let part = Part::Fault {
            malformed: fault.malformed,
            missing: fault.missing,
        };
        Piece {
            record: fault.malformed.record,
            ..self.piece(end, part)
        }
    }

    /// What stands behind the message: for a blob that is cut behind a whole
    /// field, that it is.
    fn end(&mut self) -> Option<Piece<'blob>> {
        match self.extent {
            Extent::NoFrame => None,
            Extent::Frame(checksum) => Some(self.checksum(checksum)),
            Extent::Cut { end } => {
                let left = self.blob.len() - end;
                Some(self.fault(Fault::cut_off(end, left)))
            }
        }
    }

    fn checksum(&mut self, Checksum { computed, holds }: Checksum) -> Piece<'blob> {
        self.next = Next::Nothing;
        self.piece(self.blob.len(), Part::Checksum { computed, holds })
    }
}

/// Counts one more; returns how many there were.
fn count(number: &mut usize) -> usize {
    let before = *number;
    *number += 1;
    before
}

const fn unknown(tag: Tag) -> Part<'static> {
    Part::Unknown {
        number: tag.number(),
        wire_type: tag.wire_type(),
    }
}

impl<'blob> Iterator for Layout<'blob> {
    type Item = Piece<'blob>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.next {
            Next::Magic => Some(self.magic()),
            Next::Plain => Some(self.plain()),
            Next::Field => self.field(),
            Next::End => self.end(),
            Next::Nothing => None,
        }
    }
}

impl FusedIterator for Layout<'_> {}
