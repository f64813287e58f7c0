//! Varints: seven bits a byte, least significant first, the top bit set on all
//! bytes but the last.

use alloc::vec::Vec;

/// The longest varint that is read: ten bytes hold 64 bits.
pub(crate) const MAX_LEN: usize = 10;

/// Why bytes are no varint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotVarint {
    /// The bytes end within it.
    Truncated,
    /// The tenth byte says that an eleventh follows.
    TooLong,
}

/// Returns how many bytes [`push`] writes for `value`: 1 to 10.
pub(crate) const fn len(value: u64) -> usize {
    // Bits, rounded up to a multiple of seven: 9 / 64 is close enough to 1 / 7, and
    // gives 0 its byte.
    ((64 - value.leading_zeros()) as usize * 9 + 64) / 64
}

/// Appends `value` as its shortest varint.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a byte takes the low seven bits"
)]
pub(crate) fn push(buffer: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        buffer.push(value as u8 | 0x80);
        value >>= 7;
    }
    buffer.push(value as u8);
}

/// Reads the varint at the start of `bytes`; returns it with its length.
///
/// Longer forms than the shortest are read, up to ten bytes. Bits above the
/// 64th are dropped, as protobuf-java drops them.
#[inline]
pub(crate) fn read(bytes: &[u8]) -> Result<(u64, usize), NotVarint> {
    match bytes {
        [byte, ..] if *byte < 0x80 => Ok((u64::from(*byte), 1)),
        _ => read_long(bytes),
    }
}

fn read_long(bytes: &[u8]) -> Result<(u64, usize), NotVarint> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(MAX_LEN).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            return Ok((value, index + 1));
        }
    }
    if bytes.len() < MAX_LEN {
        Err(NotVarint::Truncated)
    } else {
        Err(NotVarint::TooLong)
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_LEN, NotVarint, len, push, read};
    use alloc::vec::Vec;

    /// Values on both sides of each length, and the largest.
    fn edges() -> impl Iterator<Item = u64> {
        (0..64)
            .flat_map(|bit| {
                let power = 1_u64 << bit;
                [power - 1, power, power + 1]
            })
            .chain([u64::MAX])
    }

    /// What is written is read back, is as long as said, and the shortest.
    #[test]
    fn written_varints_are_read_back() {
        for value in edges() {
            let mut bytes = Vec::new();
            push(&mut bytes, value);
            assert_eq!(bytes.len(), len(value), "length of {value}");
            assert_eq!(read(&bytes), Ok((value, bytes.len())));
            assert!(bytes.len() == 1 || bytes.last() != Some(&0), "{value}");
        }
    }

    /// Each cut of a varint is truncated, never read.
    #[test]
    fn cut_varints_are_truncated() {
        for value in edges() {
            let mut bytes = Vec::new();
            push(&mut bytes, value);
            for cut in 0..bytes.len() {
                assert_eq!(read(&bytes[..cut]), Err(NotVarint::Truncated));
            }
        }
    }

    /// Ten bytes are read whatever they hold, with bits above the 64th dropped;
    /// an eleventh is refused.
    #[test]
    fn ten_bytes_are_read_and_an_eleventh_refused() {
        let mut bytes = [0x80; MAX_LEN + 1];
        bytes[0] = 0x85;
        bytes[MAX_LEN - 1] = 0;
        assert_eq!(read(&bytes), Ok((5, MAX_LEN)));
        bytes[MAX_LEN - 1] = 0x7e;
        assert_eq!(read(&bytes), Ok((5, MAX_LEN)), "bits above the 64th");
        bytes[MAX_LEN - 1] = 0x7f;
        assert_eq!(read(&bytes), Ok((5 | 1 << 63, MAX_LEN)));
        bytes[MAX_LEN - 1] = 0x80;
        bytes[MAX_LEN] = 0;
        assert_eq!(read(&bytes), Err(NotVarint::TooLong));
        assert_eq!(read(&bytes[..MAX_LEN]), Err(NotVarint::TooLong), "the end");
    }
}
