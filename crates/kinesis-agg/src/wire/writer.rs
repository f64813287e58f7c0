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
    use super::{bytes_field_len, push_bytes_field, varint, varint_field_len};
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
}
