//! The usual shape of a message, read at speed.
//!
//! All producers write records in one of two shapes:
//!
//! ```text
//! 1A len 08 pk       1A dlen data      without explicit hash key
//! 1A len 08 pk 10 eh 1A dlen data      with one
//! ```
//!
//! The plain loop over [`next_field`](super::next_field) reads them byte by
//! byte: a branch on each byte of each varint, and a check of the end before
//! each byte. This one departs from it in five points:
//!
//! 1. It loads eight bytes at a time. The loads cannot run past the blob, since
//!    sixteen bytes of checksum follow the message.
//! 2. With small numbers all in front of the data fits one such window. One mask
//!    then compares the tags and the ends of the varints together ([`Shape`]).
//!    Records of one shape follow each other, so each shape has its own loop.
//! 3. Else it takes a window for the record, one for its body, and with an
//!    explicit hash key one more, and decodes varints of up to three bytes
//!    without a branch on their length: mixed lengths cost no mispredictions.
//! 4. It compares the end of the data with the end of the record, which proves
//!    at once that nothing else is in it.
//! 5. Where a record begins hangs on a load from the one before, so a cache that
//!    answers late delays each of them. It loads early from where the next ones
//!    begin if they are as long as this one.
//!
//! Whatever looks different in any way (tags, unknown fields, another order,
//! long varints, faults) is left to the plain loop: this one only returns where
//! it stopped. The bench `deaggregate`, group `parse`, shows `usual` beside
//! `plain`.

use crate::wire::Span;

/// Tag of an entry of the partition key table, as it stands on the wire.
pub(crate) const PARTITION_KEY: u8 = 0x0a;
/// Tag of an entry of the explicit hash key table.
pub(crate) const EXPLICIT_HASH_KEY: u8 = 0x12;

/// Tags of a record and of its fields.
const RECORD: u8 = 0x1a;
const PARTITION_KEY_INDEX: u8 = 0x08;
const EXPLICIT_HASH_KEY_INDEX: u8 = 0x10;
const DATA: u8 = 0x1a;

/// How many records ahead the caches are told of.
const AHEAD: usize = 4;

/// A record of the usual shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UsualRecord {
    pub(crate) partition_key: u32,
    pub(crate) explicit_hash_key: Option<u32>,
    pub(crate) data: Span,
}

/// What a window has to look like: tags at some bytes, and elsewhere the last
/// byte of a varint, or one that is not the last.
#[derive(Clone, Copy)]
struct Shape {
    mask: u64,
    pattern: u64,
}

/// What a byte of a [`Shape`] is.
#[derive(Clone, Copy)]
enum Byte {
    Tag(u8),
    /// A byte of a varint with others behind it.
    More,
    /// The last byte of a varint.
    Last,
}

/// `1A len 08 pk 1A dlen`, each number in one byte.
const SMALL: Shape = Shape::new(&[
    Byte::Tag(RECORD),
    Byte::Last,
    Byte::Tag(PARTITION_KEY_INDEX),
    Byte::Last,
    Byte::Tag(DATA),
    Byte::Last,
]);

/// The same as [`SMALL`] with a partition key index of two bytes.
const MANY_KEYS: Shape = Shape::new(&[
    Byte::Tag(RECORD),
    Byte::Last,
    Byte::Tag(PARTITION_KEY_INDEX),
    Byte::More,
    Byte::Last,
    Byte::Tag(DATA),
    Byte::Last,
]);

/// The same as [`SMALL`] with lengths of two bytes: data of 124 bytes to 16 KB.
const LARGE: Shape = Shape::new(&[
    Byte::Tag(RECORD),
    Byte::More,
    Byte::Last,
    Byte::Tag(PARTITION_KEY_INDEX),
    Byte::Last,
    Byte::Tag(DATA),
    Byte::More,
    Byte::Last,
]);

/// `1A len 08 pk 10 eh 1A dlen`, each number in one byte.
const SMALL_EXPLICIT: Shape = Shape::new(&[
    Byte::Tag(RECORD),
    Byte::Last,
    Byte::Tag(PARTITION_KEY_INDEX),
    Byte::Last,
    Byte::Tag(EXPLICIT_HASH_KEY_INDEX),
    Byte::Last,
    Byte::Tag(DATA),
    Byte::Last,
]);

impl Shape {
    const fn new(bytes: &[Byte]) -> Self {
        let (mut mask, mut pattern) = (0, 0);
        let mut index = 0;
        while index < bytes.len() {
            let (byte_mask, byte) = match bytes[index] {
                Byte::Tag(tag) => (0xff_u8, tag),
                Byte::More => (0x80, 0x80),
                Byte::Last => (0x80, 0),
            };
            mask |= (byte_mask as u64) << (8 * index);
            pattern |= (byte as u64) << (8 * index);
            index += 1;
        }
        Self { mask, pattern }
    }

    const fn fits(self, window: u64) -> bool {
        window & self.mask == self.pattern
    }
}

/// Reads the records of the usual shape that follow each other from `position`
/// of a message that ends at `end`, and hands each to `take`; returns where
/// anything else begins.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the hot loop")]
pub(crate) fn records(
    blob: &[u8],
    mut position: usize,
    end: usize,
    mut take: impl FnMut(UsualRecord),
) -> usize {
    loop {
        let start = position;
        position = run(blob, position, end, SMALL, small, &mut take);
        position = run(blob, position, end, LARGE, large, &mut take);
        position = run(blob, position, end, MANY_KEYS, many_keys, &mut take);
        position = run(
            blob,
            position,
            end,
            SMALL_EXPLICIT,
            small_explicit,
            &mut take,
        );
        if position == start {
            let Some((record, next)) = long_record(blob, position, end) else {
                return position;
            };
            take(record);
            position = next;
        }
    }
}

/// What stands in front of the data of a record.
struct Head {
    partition_key: u32,
    explicit_hash_key: Option<u32>,
    data_len: u32,
    /// How many bytes this head has.
    size: u32,
    /// How many bytes the whole record has.
    len: u32,
}

/// Reads the head that fits [`SMALL`].
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few loads")]
fn small(bytes: &[u8; 8]) -> Head {
    Head {
        partition_key: one(bytes, 3),
        explicit_hash_key: None,
        data_len: one(bytes, 5),
        size: 6,
        len: 2 + one(bytes, 1),
    }
}

/// Reads the head that fits [`LARGE`].
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few loads")]
fn large(bytes: &[u8; 8]) -> Head {
    Head {
        partition_key: one(bytes, 4),
        explicit_hash_key: None,
        data_len: two(bytes, 6),
        size: 8,
        len: 3 + two(bytes, 1),
    }
}

/// Reads the head that fits [`MANY_KEYS`].
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few loads")]
fn many_keys(bytes: &[u8; 8]) -> Head {
    Head {
        partition_key: two(bytes, 3),
        explicit_hash_key: None,
        data_len: one(bytes, 6),
        size: 7,
        len: 2 + one(bytes, 1),
    }
}

/// Reads the head that fits [`SMALL_EXPLICIT`].
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few loads")]
fn small_explicit(bytes: &[u8; 8]) -> Head {
    Head {
        partition_key: one(bytes, 3),
        explicit_hash_key: Some(one(bytes, 5)),
        data_len: one(bytes, 7),
        size: 8,
        len: 2 + one(bytes, 1),
    }
}

/// Reads records of one shape while they follow each other.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the hot loop")]
fn run(
    blob: &[u8],
    mut position: usize,
    end: usize,
    shape: Shape,
    head: impl Fn(&[u8; 8]) -> Head,
    take: &mut impl FnMut(UsualRecord),
) -> usize {
    while let Some(bytes) = eight(blob, position)
        && shape.fits(u64::from_le_bytes(*bytes))
    {
        let head = head(bytes);
        let next = position + head.len as usize;
        if head.size + head.data_len != head.len || next > end {
            break;
        }
        touch_ahead(blob, next, head.len as usize);
        take(UsualRecord {
            partition_key: head.partition_key,
            explicit_hash_key: head.explicit_hash_key,
            data: Span::new(position + head.size as usize, head.data_len as usize),
        });
        position = next;
    }
    position
}

/// Brings what comes [`AHEAD`] records of `len` bytes behind `position` into the
/// first cache, as a prefetch does, but in safe code.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one load")]
fn touch_ahead(blob: &[u8], position: usize, len: usize) {
    if let Some(byte) = blob.get(position + AHEAD * len) {
        core::hint::black_box(*byte);
    }
}

/// The varint of one byte at `index`. Loads the byte: where the next record
/// begins hangs on it, and taking it out of the window would be later.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one load")]
fn one(bytes: &[u8; 8], index: usize) -> u32 {
    bytes[index].into()
}

/// The varint of two bytes at `index`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few instructions")]
fn two(bytes: &[u8; 8], index: usize) -> u32 {
    one(bytes, index) & 0x7f | one(bytes, index + 1) << 7
}

/// The byte number `index` of a window.
#[inline(always)]
#[expect(clippy::inline_always, reason = "two instructions")]
const fn byte(window: u64, index: usize) -> u32 {
    (window >> (8 * index) & 0xff) as u32
}

/// Reads a record of the usual shape with numbers of up to three bytes each;
/// returns it with the position behind it, or `None` for anything else.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "the loop that calls it is the hot one"
)]
fn long_record(blob: &[u8], position: usize, end: usize) -> Option<(UsualRecord, usize)> {
    let head = window(blob, position)?;
    let (len, len_size) = varint_behind(head, RECORD)?;
    let body = position + 1 + len_size;
    let body_end = body + len as usize;
    if body_end > end {
        return None;
    }

    // At most 1 + 3 + 1 + 3 bytes: what the window holds.
    let mut start = body;
    let mut bits = window(blob, start)?;
    let (partition_key, size) = varint_behind(bits, PARTITION_KEY_INDEX)?;
    bits >>= 8 * (1 + size);
    start += 1 + size;

    let mut explicit_hash_key = None;
    if byte(bits, 0) == EXPLICIT_HASH_KEY_INDEX.into() {
        let (index, size) = varint_behind(bits, EXPLICIT_HASH_KEY_INDEX)?;
        explicit_hash_key = Some(index);
        start += 1 + size;
        bits = window(blob, start)?;
    }

    let (data_len, size) = varint_behind(bits, DATA)?;
    let data = start + 1 + size;
    if data + data_len as usize != body_end {
        return None;
    }
    let record = UsualRecord {
        partition_key,
        explicit_hash_key,
        data: Span::new(data, data_len as usize),
    };
    Some((record, body_end))
}

/// Reads an entry of the table whose fields have the one-byte `tag`; returns it
/// with the position behind it, or `None` for anything else.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "the loop that calls it is the hot one"
)]
pub(crate) fn table_entry(
    blob: &[u8],
    position: usize,
    end: usize,
    tag: u8,
) -> Option<(Span, usize)> {
    let head = window(blob, position)?;
    // A key below 128 bytes, as nearly all: a branch that is never missed, where
    // the next entry waits for this one's length.
    let (len, size) = if head & 0x80ff == tag.into() {
        (byte(head, 1), 1)
    } else {
        varint_behind(head, tag)?
    };
    let key = position + 1 + size;
    let key_end = key + len as usize;
    (key_end <= end).then_some((Span::new(key, len as usize), key_end))
}

/// The value and the size of the varint behind the one-byte `tag` with which
/// `window` begins; `None` for another tag or a longer varint.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few instructions")]
fn varint_behind(window: u64, tag: u8) -> Option<(u32, usize)> {
    if byte(window, 0) != tag.into() {
        return None;
    }
    short_varint(window >> 8)
}

/// The eight bytes at `position`, lowest first.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one load")]
fn window(blob: &[u8], position: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*eight(blob, position)?))
}

/// The same as bytes.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a comparison")]
fn eight(blob: &[u8], position: usize) -> Option<&[u8; 8]> {
    blob.get(position..)?.first_chunk()
}

/// Decodes a varint of at most three bytes in the low bytes of `window`;
/// returns its value and its size, or `None` when it is longer.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few instructions")]
#[expect(clippy::cast_possible_truncation, reason = "21 bits")]
fn short_varint(window: u64) -> Option<(u32, usize)> {
    // The first byte without its top bit set is the last one.
    let stops = !window & 0x80_8080;
    if stops == 0 {
        return None;
    }
    let bytes = window & (stops ^ (stops - 1));
    let value = bytes & 0x7f | (bytes & 0x7f00) >> 1 | (bytes & 0x7f_0000) >> 2;
    Some((value as u32, (stops.trailing_zeros() as usize + 1) / 8))
}

#[cfg(test)]
mod tests;
