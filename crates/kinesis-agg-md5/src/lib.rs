//! MD5 of one message ([`digest`]) and of many messages at once
//! ([`digest_many`]).
//!
//! MD5 is where the time of the aggregation format goes: one checksum for each
//! aggregated record, one hash key for each partition key. One message alone is
//! bound by the latency of MD5's own chain of steps; many messages are
//! independent of each other. So callers hand over whole batches, and this
//! crate decides how to walk them.
//!
//! MD5 is no protection against an attacker. The format prescribes it as a
//! checksum, and Kinesis as the hash that places a record on a shard.
//!
//! Source: RFC 1321. `no_std` with `alloc`.
//!
//! # Examples
//!
//! ```
//! use kinesis_agg_md5::{digest, digest_many};
//!
//! let mut digests = Vec::new();
//! digest_many(&[b"abc", b""], &mut digests);
//! assert_eq!(digests, [digest(b"abc"), digest(b"")]);
//! assert_eq!(digest(b"abc")[..4], [0x90, 0x01, 0x50, 0x98]);
//! ```
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod plain;

use alloc::vec::Vec;

/// An MD5 digest: sixteen bytes, in the order that RFC 1321 writes them.
pub type Digest = [u8; 16];

/// Returns the MD5 of `message`, of any length.
pub fn digest(message: &[u8]) -> Digest {
    plain::digest(message)
}

/// Replaces the content of `digests` by the MD5 of each of `messages`, in their
/// order.
///
/// The messages may differ in length. Nothing is allocated when `digests` has
/// the capacity for `messages.len()` digests.
pub fn digest_many(messages: &[&[u8]], digests: &mut Vec<Digest>) {
    digests.clear();
    digests.extend(messages.iter().map(|message| plain::digest(message)));
}
