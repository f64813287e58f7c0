//! Writes fields, and tells how long they will be before they are written.

use super::field::{LENGTH_DELIMITED, Tag};
use super::varint;
use alloc::vec::Vec;

/// Length of a field with a one-byte tag and a varint value.
pub(crate) const fn varint_field_len(value: u64) -> usize {
    1 + varint::len(value)
}

/// Length of a field with a one-byte tag and `len` bytes behind their length; saturates.
pub(crate) const fn bytes_field_len(len: usize) -> usize {
    len.saturating_add(1 + varint::len(len as u64))
}

/// What comes before bytes, gathered to be appended in one piece: a buffer that takes
/// byte after byte looks at its room before each.
pub(crate) struct Head {
    bytes: [u8; HEAD_ROOM],
    len: usize,
}

/// Room for five fields of a one-byte tag and a number of 32 bits.
const HEAD_ROOM: usize = 32;

impl Head {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; HEAD_ROOM],
            len: 0,
        }
    }

    /// Adds a tag of one byte and a number.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a byte takes the low seven bits"
    )]
    pub(crate) fn put(&mut self, tag: Tag, mut number: u32) {
        self.put_byte(tag.0 as u8);
        while number >= 0x80 {
            self.put_byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.put_byte(number as u8);
    }

    #[inline]
    fn put_byte(&mut self, byte: u8) {
        debug_assert!(self.len < HEAD_ROOM, "no more than five fields");
        // Never changes a place that is right, and needs no check of it.
        self.bytes[self.len % HEAD_ROOM] = byte;
        self.len += 1;
    }

    /// Appends what was put in. The whole room is copied and the rest taken back: a copy
    /// of fixed size is a few moves, where any other is a call.
    #[inline]
    pub(crate) fn append_to(&self, buffer: &mut Vec<u8>) {
        let end = buffer.len() + self.len;
        buffer.extend_from_slice(&self.bytes);
        buffer.truncate(end);
    }
}

/// Appends the tag and the length of a length-delimited field.
pub(crate) fn push_length(buffer: &mut Vec<u8>, number: u32, len: usize) {
    varint::push(buffer, u64::from(Tag::new(number, LENGTH_DELIMITED).0));
    varint::push(buffer, len as u64);
}

/// Appends a whole length-delimited field.
pub(crate) fn push_bytes_field(buffer: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    push_length(buffer, number, bytes.len());
    buffer.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::{
        HEAD_ROOM, Head, LENGTH_DELIMITED, Tag, bytes_field_len, push_bytes_field, varint,
        varint_field_len,
    };
    use alloc::vec::Vec;

    /// The length said is the length written, at the edges of its varint.
    #[test]
    fn fields_are_as_long_as_said() {
        for len in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
            let mut buffer = Vec::new();
            push_bytes_field(&mut buffer, 3, &alloc::vec![7; len]);
            assert_eq!(buffer.len(), bytes_field_len(len));
            assert_eq!(buffer[0], 0x1a);
        }
        for value in [0, 1, 127, 128, 16_383, 16_384, u64::MAX] {
            let mut buffer = alloc::vec![0x08];
            varint::push(&mut buffer, value);
            assert_eq!(buffer.len(), varint_field_len(value));
        }
    }

    /// A head holds what is appended byte by byte without it, also when it is full.
    #[test]
    fn a_head_is_what_it_was_put_together_of() {
        let numbers = [0, 127, 128, 16_383, 16_384, u32::MAX];
        for number in numbers {
            let [mut gathered, mut plain] = [alloc::vec![9], alloc::vec![9]];
            let mut head = Head::new();
            for field in 1..=5 {
                let tag = Tag::new(field, LENGTH_DELIMITED);
                head.put(tag, number);
                varint::push(&mut plain, tag.0.into());
                varint::push(&mut plain, number.into());
            }
            head.append_to(&mut gathered);
            assert_eq!(gathered, plain);
            assert!(plain.len() <= 1 + HEAD_ROOM);
        }
    }
}
