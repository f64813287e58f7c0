//! Reads fields from a stretch of a blob, and skips those nobody asked for.
//!
//! A [`Reader`] keeps the whole blob and moves two positions inside it, so each
//! error carries the offset in the blob for nothing. It never recurses: open
//! groups stand on a small stack of their field numbers.

use super::field::{FIXED32, FIXED64, GROUP_END, GROUP_START, LENGTH_DELIMITED, Tag, VARINT};
use super::varint::{self, NotVarint};
use core::fmt;

/// How deep messages and groups may nest together: protobuf-java's limit.
const MAX_DEPTH: usize = 100;

/// Where a run of bytes lies in a blob shorter than 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) offset: u32,
    pub(crate) len: u32,
}

impl Span {
    /// Both numbers fit: no blob of 4 GiB or more is read.
    #[expect(clippy::cast_possible_truncation, reason = "blobs are below 4 GiB")]
    pub(crate) const fn new(offset: usize, len: usize) -> Self {
        Self {
            offset: offset as u32,
            len: len as u32,
        }
    }

    /// The same bytes, once `by` others stand before them.
    pub(crate) const fn moved(self, by: usize) -> Self {
        Self::new(self.offset as usize + by, self.len as usize)
    }

    /// The bytes in `blob`, the one that this span was made for.
    #[inline]
    pub(crate) fn of(self, blob: &[u8]) -> &[u8] {
        let offset = self.offset as usize;
        blob.get(offset..offset + self.len as usize)
            .unwrap_or_default()
    }
}

/// What is wrong with the protobuf of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MalformedKind {
    /// The message, record or tag ends within a field.
    Truncated,
    /// A varint of more than ten bytes.
    VarintTooLong,
    /// A length of 2^31 or more, once cut to 32 bits.
    NegativeLength,
    /// The field number 0.
    FieldNumberZero,
    /// Wire type 6 or 7, which mean nothing.
    WireType,
    /// The end of a group that was not open.
    GroupEnd,
    /// A group that does not end where what holds it ends.
    GroupUnclosed,
    /// Messages and groups nested more than a hundred deep.
    TooDeep,
    /// A record without `partition_key_index`.
    NoPartitionKeyIndex,
    /// A record without `data`.
    NoData,
    /// A tag without `key`.
    NoTagKey,
}

impl fmt::Display for MalformedKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Truncated => "a field runs past the end of what holds it",
            Self::VarintTooLong => "a varint has more than ten bytes",
            Self::NegativeLength => "a length is 2^31 or more",
            Self::FieldNumberZero => "a field has the number 0",
            Self::WireType => "a field has wire type 6 or 7",
            Self::GroupEnd => "a group ends that was not open",
            Self::GroupUnclosed => "a group is not closed",
            Self::TooDeep => "groups are nested more than a hundred deep",
            Self::NoPartitionKeyIndex => "a record has no partition key index",
            Self::NoData => "a record has no data",
            Self::NoTagKey => "a tag has no key",
        })
    }
}

/// A [`MalformedKind`], and the offset in the blob of the item that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformation {
    pub(crate) kind: MalformedKind,
    pub(crate) offset: usize,
}

/// Reads fields from `blob[position..end]`.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'blob> {
    blob: &'blob [u8],
    position: usize,
    end: usize,
    /// How many messages hold this one.
    depth: usize,
    /// How many bytes behind the end the last field has by its length or type.
    missing: Option<u64>,
}

impl<'blob> Reader<'blob> {
    /// A reader of the top-level message in `blob[start..end]`.
    pub(crate) const fn new(blob: &'blob [u8], start: usize, end: usize) -> Self {
        Self {
            blob,
            position: start,
            end,
            depth: 0,
            missing: None,
        }
    }

    /// A reader of the message in `span`, one level below this one.
    pub(crate) const fn nested(&self, span: Span) -> Self {
        let start = span.offset as usize;
        Self {
            blob: self.blob,
            position: start,
            end: start + span.len as usize,
            depth: self.depth + 1,
            missing: None,
        }
    }

    /// The offset in the blob of the next byte.
    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    /// Goes on at `position`.
    pub(crate) const fn set_position(&mut self, position: usize) {
        self.position = position;
    }

    /// After [`Truncated`](MalformedKind::Truncated): how many bytes more the field
    /// has by its length or type; `None` when the varint that would say so is cut.
    pub(crate) const fn missing(&self) -> Option<u64> {
        self.missing
    }

    const fn fault(offset: usize, kind: MalformedKind) -> Malformation {
        Malformation { kind, offset }
    }

    /// Reads a varint.
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, Malformation> {
        let rest = self.blob.get(self.position..self.end).unwrap_or_default();
        let (value, len) = varint::read(rest).map_err(|error| {
            let kind = match error {
                NotVarint::Truncated => MalformedKind::Truncated,
                NotVarint::TooLong => MalformedKind::VarintTooLong,
            };
            Self::fault(self.position, kind)
        })?;
        self.position += len;
        Ok(value)
    }

    /// Reads a tag, or `None` at the end.
    #[inline]
    pub(crate) fn tag(&mut self) -> Result<Option<Tag>, Malformation> {
        let start = self.position;
        if start >= self.end {
            return Ok(None);
        }
        let tag = Tag(low_32_bits(self.varint()?));
        // protobuf-java's readTag: the number 0 is an invalid tag, whatever the type.
        if tag.number() == 0 {
            return Err(Self::fault(start, MalformedKind::FieldNumberZero));
        }
        Ok(Some(tag))
    }

    /// Reads a length and steps over as many bytes; returns where they lie.
    #[inline]
    pub(crate) fn length_delimited(&mut self) -> Result<Span, Malformation> {
        let start = self.position;
        let len = low_32_bits(self.varint()?);
        // protobuf-java takes the length as a signed number of 32 bits.
        if len > i32::MAX.unsigned_abs() {
            return Err(Self::fault(start, MalformedKind::NegativeLength));
        }
        let span = Span::new(self.position, len as usize);
        self.advance(len as usize, start)?;
        Ok(span)
    }

    /// Steps over `len` bytes; `start` is where their field began.
    #[inline]
    fn advance(&mut self, len: usize, start: usize) -> Result<(), Malformation> {
        let left = self.end - self.position;
        if len > left {
            self.missing = Some((len - left) as u64);
            return Err(Self::fault(start, MalformedKind::Truncated));
        }
        self.position += len;
        Ok(())
    }

    /// Steps over the value of an unknown field whose `tag` was just read at
    /// `start`, groups and all that they hold included.
    #[cold]
    pub(crate) fn skip(&mut self, tag: Tag, start: usize) -> Result<(), Malformation> {
        if tag.wire_type() != GROUP_START {
            return self.skip_scalar(tag, start);
        }
        let mut open = OpenGroups::new(MAX_DEPTH - self.depth);
        open.push(tag.number(), start)?;
        loop {
            let start = self.position;
            let Some(tag) = self.tag()? else {
                return Err(Self::fault(start, MalformedKind::GroupUnclosed));
            };
            match tag.wire_type() {
                GROUP_START => open.push(tag.number(), start)?,
                GROUP_END => {
                    if open.pop(tag.number(), start)? {
                        return Ok(());
                    }
                }
                _ => self.skip_scalar(tag, start)?,
            }
        }
    }

    fn skip_scalar(&mut self, tag: Tag, start: usize) -> Result<(), Malformation> {
        match tag.wire_type() {
            VARINT => self.varint().map(drop),
            FIXED64 => self.advance(8, start),
            LENGTH_DELIMITED => self.length_delimited().map(drop),
            FIXED32 => self.advance(4, start),
            GROUP_END => Err(Self::fault(start, MalformedKind::GroupEnd)),
            _ => Err(Self::fault(start, MalformedKind::WireType)),
        }
    }
}

/// Tags and lengths are read as 32 bits; the rest is dropped.
#[expect(clippy::cast_possible_truncation, reason = "that is the point")]
const fn low_32_bits(value: u64) -> u32 {
    value as u32
}

/// The field numbers of the groups that are open, outermost first.
struct OpenGroups {
    numbers: [u32; MAX_DEPTH],
    len: usize,
    limit: usize,
}

impl OpenGroups {
    const fn new(limit: usize) -> Self {
        Self {
            numbers: [0; MAX_DEPTH],
            len: 0,
            limit,
        }
    }

    fn push(&mut self, number: u32, offset: usize) -> Result<(), Malformation> {
        let slot = self.numbers[..self.limit].get_mut(self.len);
        *slot.ok_or(Reader::fault(offset, MalformedKind::TooDeep))? = number;
        self.len += 1;
        Ok(())
    }

    /// Closes the innermost group, which must be `number`. True when it was the
    /// outermost.
    fn pop(&mut self, number: u32, offset: usize) -> Result<bool, Malformation> {
        self.len -= 1;
        if self.numbers[self.len] != number {
            return Err(Reader::fault(offset, MalformedKind::GroupEnd));
        }
        Ok(self.len == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Malformation, MalformedKind, Reader, Span};
    use crate::wire::Tag;
    use alloc::vec::Vec;

    fn skip(bytes: &[u8]) -> Result<usize, Malformation> {
        let mut reader = Reader::new(bytes, 0, bytes.len());
        let tag = reader.tag()?.expect("a field");
        reader.skip(tag, 0)?;
        Ok(reader.position())
    }

    fn fault(kind: MalformedKind, offset: usize) -> Malformation {
        Malformation { kind, offset }
    }

    /// The bytes of a span are those of a moved one behind so many others.
    #[test]
    fn moved_spans_hold_the_same_bytes() {
        let span = Span::new(2, 3);
        assert_eq!(span.of(b"..key."), b"key");
        assert_eq!(span.moved(5).of(b"--.....key."), b"key");
        assert_eq!(span.of(b"..ke"), b"", "of another blob");
    }

    /// A value of each wire type is stepped over, and no byte more.
    #[test]
    fn each_wire_type_is_skipped() {
        for (bytes, len) in [
            (&[0x28, 0x81, 0x01, 9][..], 3),
            (&[0x29, 1, 2, 3, 4, 5, 6, 7, 8, 9], 9),
            (&[0x2a, 2, 1, 2, 9], 4),
            (&[0x2b, 0x08, 1, 0x13, 0x14, 0x2c, 9], 6),
            (&[0x2d, 1, 2, 3, 4, 9], 5),
        ] {
            assert_eq!(skip(bytes), Ok(len), "{bytes:x?}");
            for cut in 1..len {
                assert!(skip(&bytes[..cut]).is_err(), "{bytes:x?} cut to {cut}");
            }
        }
    }

    /// Faults name the offset of the field that has them.
    #[test]
    fn faults_name_the_field() {
        for (bytes, expected) in [
            (&[0x2c][..], fault(MalformedKind::GroupEnd, 0)),
            (&[0x2e], fault(MalformedKind::WireType, 0)),
            (&[0x2f], fault(MalformedKind::WireType, 0)),
            (
                &[0x05, 1, 2, 3, 4],
                fault(MalformedKind::FieldNumberZero, 0),
            ),
            (&[0x2b, 0x34], fault(MalformedKind::GroupEnd, 1)),
            (&[0x2b, 0x08, 1], fault(MalformedKind::GroupUnclosed, 3)),
            (&[0x2b, 0x08, 0x81], fault(MalformedKind::Truncated, 2)),
            (&[0x2b, 0x0e], fault(MalformedKind::WireType, 1)),
            (&[0x2a, 3, 1, 2], fault(MalformedKind::Truncated, 1)),
            (
                &[0x2a, 0xff, 0xff, 0xff, 0xff, 0x0f],
                fault(MalformedKind::NegativeLength, 1),
            ),
            (
                &[0x2a, 0x80, 0x80, 0x80, 0x80, 0x08],
                fault(MalformedKind::NegativeLength, 1),
            ),
            (
                &[0x2a, 0xff, 0xff, 0xff, 0xff, 0x07],
                fault(MalformedKind::Truncated, 1),
            ),
        ] {
            assert_eq!(skip(bytes), Err(expected), "{bytes:x?}");
        }
    }

    /// A hundred levels in all: groups, and the messages around them.
    #[test]
    fn groups_nest_up_to_the_limit() {
        for (depth, levels) in [(0, 100), (1, 99), (2, 98)] {
            for groups in [1, levels, levels + 1] {
                let mut bytes = Vec::from_iter([0x2b].repeat(groups));
                bytes.extend([0x2c].repeat(groups));
                let mut reader = Reader::new(&bytes, 0, bytes.len());
                reader.depth = depth;
                let tag = reader.tag().unwrap().unwrap();
                let expected = if groups <= levels {
                    Ok(())
                } else {
                    Err(fault(MalformedKind::TooDeep, levels))
                };
                assert_eq!(reader.skip(tag, 0), expected, "{groups} at {depth}");
            }
        }
    }

    /// Tags and lengths count by their low 32 bits.
    #[test]
    fn tags_and_lengths_are_cut_to_32_bits() {
        let bytes = [
            0x8a, 0x80, 0x80, 0x80, 0x80, 0x01, 0x81, 0x80, 0x80, 0x80, 0x10, 7,
        ];
        let mut reader = Reader::new(&bytes, 0, bytes.len());
        assert_eq!(reader.tag(), Ok(Some(Tag::new(1, 2))));
        assert_eq!(reader.length_delimited(), Ok(Span::new(11, 1)));
    }
}
