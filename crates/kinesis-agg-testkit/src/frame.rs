//! The frame of an aggregated record: `magic | message | MD5(message)`.
//!
//! The plain version, with the MD5 of the `md-5` crate: what the models and the
//! naive codec agree on before any of them looks at the message. It never looks
//! inside the message.
//!
//! Source: the vectors' README, rule 1, and the order of the checks in the
//! KCL's `AggregatorUtil`.

use std::fmt;

use md5::{Digest, Md5};

/// The first four bytes of every aggregate.
pub const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

/// Length of the MD5 at the end, in bytes.
pub const SUM_LEN: usize = 16;

/// Which check of the frame failed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotFramed {
    /// Not more than sixteen bytes after the magic, or not even room for it.
    TooShort,
    /// The blob starts with other bytes than [`MAGIC`].
    Magic,
    /// The last sixteen bytes are not the MD5 of the message before them.
    Checksum,
}

impl fmt::Display for NotFramed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "the blob is too short for a frame",
            Self::Magic => "the blob does not start with the magic number",
            Self::Checksum => "the MD5 is not that of the message",
        })
    }
}

impl std::error::Error for NotFramed {}

/// The MD5 of `bytes`.
pub fn md5(bytes: &[u8]) -> [u8; SUM_LEN] {
    Md5::digest(bytes).into()
}

/// Puts `message` into a frame, whatever it is.
pub fn seal(message: &[u8]) -> Vec<u8> {
    [&MAGIC, message, &md5(message)].concat()
}

/// The message in `blob`.
///
/// # Errors
///
/// [`NotFramed`] says which check failed first. A blob that is too short *and*
/// starts with other bytes is [`NotFramed::Magic`] when four bytes are there to
/// compare, as the KCL compares them first.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::frame::{NotFramed, open, seal};
///
/// assert_eq!(open(&seal(b"\x0a\x01k")), Ok(&b"\x0a\x01k"[..]));
/// assert_eq!(open(b"plain"), Err(NotFramed::Magic));
/// assert_eq!(open(&seal(b"")), Err(NotFramed::TooShort));
/// ```
pub fn open(blob: &[u8]) -> Result<&[u8], NotFramed> {
    let (magic, rest) = blob.split_first_chunk().ok_or(NotFramed::TooShort)?;
    if *magic != MAGIC {
        return Err(NotFramed::Magic);
    }
    match rest.split_last_chunk() {
        None | Some(([], _)) => Err(NotFramed::TooShort),
        Some((message, sum)) if md5(message) == *sum => Ok(message),
        Some(_) => Err(NotFramed::Checksum),
    }
}
