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
//! each byte. This one departs from it in three points:
//!
//! 1. It loads eight bytes at a time: one at the record, one at its body, with
//!    an explicit hash key one more. The loads cannot run past the blob, since
//!    sixteen bytes of checksum follow the message.
//! 2. It decodes varints of up to three bytes without a branch on their length,
//!    so a table of more than 127 keys costs no mispredictions.
//! 3. It compares the end of the data with the end of the record, which proves
//!    at once that nothing else is in it.
//!
//! Whatever looks different in any way (tags, unknown fields, another order,
//! long varints, faults) is left to the plain loop: this one only returns where
//! it stopped. Benchmark: group `parse` of the bench `deaggregate`, `usual`
//! against `plain`.

use crate::wire::Span;

/// Lowest bytes first, as they stand on the wire.
const RECORD_TAG: u64 = 0x1a;
const PARTITION_KEY_INDEX_TAG: u64 = 0x08;
const EXPLICIT_HASH_KEY_INDEX_TAG: u64 = 0x10;
const DATA_TAG: u64 = 0x1a;

/// A record of the usual shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UsualRecord {
    pub(crate) partition_key: u32,
    pub(crate) explicit_hash_key: Option<u32>,
    pub(crate) data: Span,
}

/// Reads a record of the usual shape at `position` of a message that ends at
/// `end`; returns it with the position behind it, or `None` for anything else.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "the loop that calls it is the hot one"
)]
pub(crate) fn record(blob: &[u8], position: usize, end: usize) -> Option<(UsualRecord, usize)> {
    let head = window(blob, position)?;
    if head & 0xff != RECORD_TAG {
        return None;
    }
    let (len, len_size) = short_varint(head >> 8)?;
    let body = position + 1 + len_size;
    let body_end = body + len as usize;
    if body_end > end {
        return None;
    }

    // At most 1 + 3 + 1 + 3 bytes: what the window holds.
    let mut window_start = body;
    let mut bits = window(blob, body)?;
    if bits & 0xff != PARTITION_KEY_INDEX_TAG {
        return None;
    }
    let (partition_key, size) = short_varint(bits >> 8)?;
    bits >>= 8 * (1 + size);
    window_start += 1 + size;

    let mut explicit_hash_key = None;
    if bits & 0xff == EXPLICIT_HASH_KEY_INDEX_TAG {
        let (index, size) = short_varint(bits >> 8)?;
        explicit_hash_key = Some(index);
        window_start += 1 + size;
        bits = window(blob, window_start)?;
    }

    if bits & 0xff != DATA_TAG {
        return None;
    }
    let (data_len, size) = short_varint(bits >> 8)?;
    let data = window_start + 1 + size;
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
    tag: u64,
) -> Option<(Span, usize)> {
    let head = window(blob, position)?;
    if head & 0xff != tag {
        return None;
    }
    let (len, size) = short_varint(head >> 8)?;
    let key = position + 1 + size;
    let key_end = key + len as usize;
    (key_end <= end).then_some((Span::new(key, len as usize), key_end))
}

/// The eight bytes at `position`, lowest first.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one load")]
fn window(blob: &[u8], position: usize) -> Option<u64> {
    let bytes = blob.get(position..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
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
    use super::{record, short_varint, table_entry};
    use crate::message::{Field, Record, next_field};
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

    /// Bytes of records and of things that are none: where this reader takes
    /// them, the plain one says the same.
    #[test]
    fn what_it_takes_the_plain_reader_takes_alike() {
        let mut taken = 0;
        let mut state = 1_u64;
        let rounds = if cfg!(miri) { 200 } else { 200_000 };
        for _ in 0..rounds {
            let mut bytes = Vec::from(*b"\x1a\x08\x08\x01\x10\x02\x1a\x02");
            if state.is_multiple_of(3) {
                bytes.splice(4..6, []);
                bytes[1] = 6;
            }
            // Change up to two bytes to interesting values.
            for _ in 0..state % 3 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let at = (state >> 33) as usize % bytes.len();
                bytes[at] = [0, 1, 2, 3, 6, 8, 0x0a, 0x10, 0x1a, 0x80, 0x81, 0xff]
                    [(state >> 50) as usize % 12];
            }
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            bytes.extend([7; 4]);
            let end = bytes.len();
            bytes.extend([0xff; 16]);

            let Some((found, position)) = record(&bytes, 0, end) else {
                continue;
            };
            taken += 1;
            let mut reader = Reader::new(&bytes, 0, end);
            let field = next_field(&mut reader, 0).expect("the plain reader reads it");
            let Some(Field::Record(Record {
                partition_key,
                explicit_hash_key,
                data,
                tagged,
            })) = field
            else {
                panic!("{bytes:x?} is no record for the plain reader");
            };
            assert_eq!(u64::from(found.partition_key), partition_key.value);
            assert_eq!(
                found.explicit_hash_key.map(u64::from),
                explicit_hash_key.map(|index| index.value)
            );
            assert_eq!((found.data, None), (data, tagged));
            assert_eq!(position, reader.position());
        }
        assert!(taken > rounds / 10, "only {taken} of {rounds} were records");
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
