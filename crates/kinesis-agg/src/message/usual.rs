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
mod tests {
    use super::{
        Head, LARGE, MANY_KEYS, SMALL, SMALL_EXPLICIT, Shape, UsualRecord, large, many_keys,
        records, run, short_varint, small, small_explicit, table_entry,
    };
    use crate::message::{Field, next_field};
    use crate::wire::{Reader, Span, varint};
    use alloc::vec::Vec;

    /// Each value of up to three bytes, in minimal form and padded with bits
    /// that do not belong to it, decodes as by the plain reader.
    #[test]
    fn short_varints_are_those_of_the_plain_reader() {
        let step = if cfg!(miri) { 9_973 } else { 7 };
        for value in (0_u32..1 << 21)
            .step_by(step)
            .chain([127, 128, 16_383, 16_384])
        {
            let mut bytes = Vec::new();
            varint::push(&mut bytes, value.into());
            let size = bytes.len();
            bytes.resize(8, 0xff);
            let window = u64::from_le_bytes(*bytes.first_chunk().unwrap());
            assert_eq!(short_varint(window), Some((value, size)), "{value}");
        }
        assert_eq!(short_varint(0x01_80_80_80), None);
        assert_eq!(
            short_varint(0x00_80_81),
            Some((1, 3)),
            "not the shortest form"
        );
    }

    /// A shape and what reads its heads; how many bytes of a record its length does
    /// not count, and how many stand in front of the data.
    type Loop = (Shape, fn(&[u8; 8]) -> Head, usize, usize);

    /// The loops, in the order of `records`.
    const LOOPS: [Loop; 4] = [
        (SMALL, small, 2, 6),
        (LARGE, large, 3, 8),
        (MANY_KEYS, many_keys, 2, 7),
        (SMALL_EXPLICIT, small_explicit, 2, 8),
    ];

    /// A head for each loop, and what may come behind it, with these lengths of
    /// the record and of its data.
    fn heads(len: usize, data_len: usize) -> [[u8; 8]; 4] {
        let byte = |number: usize| u8::try_from(number & 0xff).unwrap();
        let two = |number: usize| [byte(number) | 0x80, byte(number >> 7)];
        let ([low, high], [data_low, data_high]) = (two(len), two(data_len));
        let (len, data_len) = (byte(len), byte(data_len));
        [
            [0x1a, len, 0x08, 0x7f, 0x1a, data_len, 0xff, 0xff],
            [0x1a, low, high, 0x08, 0x7f, 0x1a, data_low, data_high],
            [0x1a, len, 0x08, 0xfe, 0x01, 0x1a, data_len, 0xff],
            [0x1a, len, 0x08, 0x7f, 0x10, 0x7e, 0x1a, data_len],
        ]
    }

    /// Runs the loop `number` alone; returns what it took, and where it stopped.
    fn run_loop(number: usize, bytes: &[u8], end: usize) -> (Vec<UsualRecord>, usize) {
        let (shape, head, ..) = LOOPS[number];
        let mut taken = Vec::new();
        let position = run(bytes, 0, end, shape, head, &mut |record| taken.push(record));
        (taken, position)
    }

    /// Each loop reads the records of its own shape up to the end of the message,
    /// and none of another shape.
    #[test]
    fn each_loop_reads_its_own_shape_up_to_the_end() {
        for (own, (_, _, uncounted, size)) in LOOPS.into_iter().enumerate() {
            let lens = if own == 1 {
                [128, 300, 16_000]
            } else {
                [0, 1, 119]
            };
            for data_len in lens {
                let len = size + data_len;
                let mut record = heads(len - uncounted, data_len)[own][..size].to_vec();
                record.resize(len, 0xff);
                let bytes = [&record[..], &record, &[0xff; 16]].concat();
                let expected = [size, len + size].map(|data| UsualRecord {
                    partition_key: if own == 2 { 254 } else { 127 },
                    explicit_hash_key: (own == 3).then_some(126),
                    data: Span::new(data, data_len),
                });
                for number in 0..LOOPS.len() {
                    let read = run_loop(number, &bytes, 2 * len);
                    if number == own {
                        assert_eq!(read, (expected.to_vec(), 2 * len), "{record:x?}");
                    } else {
                        assert_eq!(read, (Vec::new(), 0), "{number}: {record:x?}");
                    }
                }
                let read = run_loop(own, &bytes, 2 * len - 1);
                assert_eq!(read, (expected[..1].to_vec(), len), "{record:x?}");
            }
        }
    }

    /// No record is taken whose data ends elsewhere than the record.
    #[test]
    fn data_ends_where_its_record_ends() {
        let step = if cfg!(miri) { 997 } else { 1 };
        let mut bytes = alloc::vec![7; 20_000];
        let end = bytes.len();
        for (number, (_, _, uncounted, size)) in LOOPS.into_iter().enumerate() {
            let (lens, data_lens) = if number == 1 {
                (&[128, 129, 300, 5_000][..], 128..16_384)
            } else {
                (&[0, 1, 2, 3, 4, 5, 6, 7, 50, 127][..], 0..128)
            };
            let pairs =
                (lens.iter()).flat_map(|len| data_lens.clone().map(move |data| (*len, data)));
            for (len, data_len) in pairs.step_by(step) {
                bytes[..8].copy_from_slice(&heads(len, data_len)[number]);
                let together = len + uncounted == size + data_len;
                let (taken, _) = run_loop(number, &bytes, end);
                assert_eq!(!taken.is_empty(), together, "{len} {data_len}");
                let found = first_record(&bytes, end);
                assert_eq!(found.is_some(), together, "{len} {data_len}");
            }
        }
    }

    /// Heads of each shape, of longer numbers, and of things that are none: where
    /// this reader takes them, the plain one says the same.
    #[test]
    fn what_it_takes_the_plain_reader_takes_alike() {
        const HEADS: [&[u8]; 6] = [
            b"\x1a\x06\x08\x01\x1a\x02",
            b"\x1a\x07\x08\x81\x01\x1a\x02",
            b"\x1a\x08\x08\x01\x10\x02\x1a\x02",
            b"\x1a\x85\x01\x08\x01\x1a\x80\x01",
            b"\x1a\x88\x01\x08\x81\x01\x10\x02\x1a\x80\x01",
            b"\x1a\x87\x01\x08\x81\x81\x01\x1a\x80\x01",
        ];
        const VALUES: [u8; 14] = [0, 1, 2, 3, 5, 6, 7, 8, 0x0a, 0x10, 0x1a, 0x80, 0x81, 0xff];
        let mut taken = [0; HEADS.len()];
        let mut state = 1_u64;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % below
        };
        let rounds = if cfg!(miri) { 300 } else { 200_000 };
        for round in 0..rounds {
            let shape = round % HEADS.len();
            let mut bytes = HEADS[shape].to_vec();
            for _ in 0..next(3) {
                let at = next(bytes.len());
                bytes[at] = VALUES[next(VALUES.len())];
            }
            bytes.extend([7; 140]);
            let end = bytes.len() - next(8);
            let found = first_record(&bytes, end);
            taken[shape] += usize::from(found.is_some());
            if let Some(found) = found {
                assert_plain_reader_takes(&bytes, end, found);
            }
        }
        for (shape, taken) in taken.into_iter().enumerate() {
            assert!(taken > rounds / 100, "shape {shape} taken {taken} times");
        }
    }

    /// A record with longer numbers is taken up to the end of the message, not one
    /// byte past it.
    #[test]
    fn long_records_end_inside_the_message() {
        for head in [
            &b"\x1a\x88\x01\x08\x81\x01\x10\x02\x1a\x80\x01"[..],
            b"\x1a\x87\x01\x08\x81\x81\x01\x1a\x80\x01",
        ] {
            let end = head.len() + 128;
            let bytes = [head, &[7; 128 + 16]].concat();
            let (record, position) = first_record(&bytes, end).expect("a record");
            assert_eq!((record.data, position), (Span::new(head.len(), 128), end));
            assert_eq!(first_record(&bytes, end - 1), None);
        }
    }

    /// The record with which `bytes` begin, and where it ends. What follows is
    /// none.
    fn first_record(bytes: &[u8], end: usize) -> Option<(UsualRecord, usize)> {
        let mut found = None;
        let position = records(bytes, 0, end, |record| {
            assert!(found.is_none(), "{bytes:x?}");
            found = Some(record);
        });
        Some((found?, position))
    }

    fn assert_plain_reader_takes(bytes: &[u8], end: usize, found: (UsualRecord, usize)) {
        let (found, position) = found;
        let mut reader = Reader::new(bytes, 0, end);
        let Ok(Some(Field::Record(plain))) = next_field(&mut reader, 0) else {
            panic!("{bytes:x?} is no record for the plain reader");
        };
        assert_eq!(u64::from(found.partition_key), plain.partition_key.value);
        let plain_index = plain.explicit_hash_key.map(|index| index.value);
        assert_eq!(found.explicit_hash_key.map(u64::from), plain_index);
        assert_eq!((found.data, None), (plain.data, plain.tagged));
        assert_eq!(position, reader.position());
    }

    /// Any two bytes begin a table entry where the plain reader says so, with one
    /// of up to three bytes for its length.
    #[test]
    fn table_entries_are_those_of_the_plain_reader() {
        let mut bytes = [0; 200];
        let step = if cfg!(miri) { 997 } else { 1 };
        for start in (0..=u16::MAX).step_by(step) {
            *bytes.first_chunk_mut().unwrap() = start.to_be_bytes();
            for (tag, own) in [(0x0a, 0), (0x12, 1)] {
                let mut reader = Reader::new(&bytes, 0, bytes.len());
                let plain = match next_field(&mut reader, 0) {
                    Ok(Some(Field::PartitionKey(key))) if own == 0 => Some(key),
                    Ok(Some(Field::ExplicitHashKey(key))) if own == 1 => Some(key),
                    _ => None,
                };
                let plain = plain.map(|key| (key, reader.position()));
                let found = table_entry(&bytes, 0, bytes.len(), tag);
                // Only the plain reader takes a tag that is not its shortest.
                let expected = plain.filter(|_| bytes[0] == tag);
                assert_eq!(found, expected, "{start:x}");
            }
        }
    }

    /// A table entry up to the end of the message is taken, one past it is not.
    #[test]
    fn table_entries_end_inside_the_message() {
        let bytes = *b"\x0a\x03key\xff\xff\xff\xff";
        let key = Span::new(2, 3);
        assert_eq!(table_entry(&bytes, 0, 5, 0x0a), Some((key, 5)));
        assert_eq!(table_entry(&bytes, 0, 4, 0x0a), None);
        assert_eq!(table_entry(&bytes, 0, 5, 0x12), None);
    }
}
