//! The frame of an aggregated record: `magic | message | MD5(message)`.
//!
//! ```text
//! offset  0         4                          n-16                n
//!         +---------+--------------------------+-------------------+
//!         | magic   | AggregatedRecord message | MD5 of the message|
//!         | 4 bytes | n-20 bytes of protobuf   | 16 bytes          |
//!         +---------+--------------------------+-------------------+
//! ```
//!
//! Knows where the three parts lie and whether the checksum holds. Never looks
//! inside the message; that is `message`, one layer up.
//!
//! Source: the KPL's `aggregation-format.md`. The order of the checks is that
//! of the KCL's `AggregatorUtil`, so both call the same blobs aggregated.
//!
#![doc = include_str!("../FORMAT.md")]

use crate::NotAggregated;
use kinesis_agg_md5 as md5;

/// The first four bytes of each aggregated record.
pub const MAGIC: [u8; 4] = [0xf3, 0x89, 0x9a, 0xc2];

/// Length of the checksum, the MD5 of the message.
pub const CHECKSUM_LEN: usize = 16;

/// What a frame adds to its message: magic and checksum.
pub(crate) const OVERHEAD: usize = MAGIC.len() + CHECKSUM_LEN;

/// The parts of a frame behind the magic; nothing is checked but that they are
/// there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'blob> {
    pub(crate) message: &'blob [u8],
    pub(crate) checksum: &'blob [u8; CHECKSUM_LEN],
}

/// Takes a frame apart, its checksum unchecked.
#[inline]
pub(crate) fn split(blob: &[u8]) -> Result<Frame<'_>, NotAggregated> {
    let Some((&MAGIC, rest)) = blob.split_first_chunk() else {
        return Err(NotAggregated::Magic);
    };
    if u32::try_from(blob.len()).is_err() {
        return Err(NotAggregated::TooLong { len: blob.len() });
    }
    // The KCL's rule: more than sixteen bytes follow the magic.
    match rest.split_last_chunk::<CHECKSUM_LEN>() {
        Some((message, checksum)) if !message.is_empty() => Ok(Frame { message, checksum }),
        _ => Err(NotAggregated::TooShort { len: blob.len() }),
    }
}

/// Returns the protobuf message inside `blob`, its checksum verified.
///
/// `blob` is the data of one Kinesis record, already base64-decoded, of any
/// length. The result borrows from it: nothing is copied or allocated. Cost is
/// one MD5 over `blob.len() - 20` bytes, paid only once the magic matches.
///
/// The message may still be malformed: [`Deaggregator`](crate::Deaggregator)
/// reads it.
///
/// # Errors
///
/// [`NotAggregated`] says which check failed first.
///
/// # Examples
///
/// ```
/// use kinesis_agg::{NotAggregated, frame};
///
/// assert_eq!(frame::open(b"a plain record"), Err(NotAggregated::Magic));
/// ```
pub fn open(blob: &[u8]) -> Result<&[u8], NotAggregated> {
    let frame = split(blob)?;
    if md5::digest(frame.message) != *frame.checksum {
        return Err(NotAggregated::Checksum);
    }
    Ok(frame.message)
}

#[cfg(test)]
mod tests {
    use super::{MAGIC, open};
    use crate::NotAggregated;
    use alloc::vec::Vec;
    use kinesis_agg_md5 as md5;

    fn seal(message: &[u8]) -> Vec<u8> {
        [&MAGIC[..], message, &md5::digest(message)].concat()
    }

    /// A frame gives back its message; one of no message is none.
    #[test]
    fn frames_are_opened() {
        assert_eq!(open(&seal(b"\x0a\x01k")), Ok(&b"\x0a\x01k"[..]));
        assert_eq!(open(&seal(b"")), Err(NotAggregated::TooShort { len: 20 }));
    }

    /// A frame cut anywhere, or with any one bit turned, is never opened.
    #[test]
    fn damaged_frames_are_not_opened() {
        let blob = seal(b"\x0a\x01k");
        for len in 0..blob.len() {
            assert!(open(&blob[..len]).is_err(), "opened after {len} bytes");
        }
        for bit in 0..blob.len() * 8 {
            let mut turned = blob.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&turned).is_err(), "opened with bit {bit} turned");
        }
    }
}
