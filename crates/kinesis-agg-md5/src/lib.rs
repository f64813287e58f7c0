//! MD5 of one message ([`digest`]) and of many messages at once
//! ([`digest_many`]).
//!
//! MD5 is where the time of the aggregation format goes: one checksum for each
//! aggregated record, one hash key for each partition key. One message alone is
//! bound by the latency of MD5's own chain of steps; many messages are
//! independent of each other. So callers hand over whole batches, and this
//! crate decides how to walk them: in the lanes of the vectors that the
//! processor has, AVX-512, AVX2 or SSE2, NEON, or WebAssembly's `simd128` where that is
//! enabled; one by one elsewhere.
//!
//! ```text
//! digest       message  -> single                      one message
//! digest_many  messages -> path -> order -> lanes      many: which way, who next, where
//!                                             |
//!              message (blocks, padding)    kernels    one kernel for each vector
//!                          |                  |
//!                          +---- rounds ------+        the 64 steps, written once
//! ```
//!
//! MD5 is no protection against an attacker. The format prescribes it as a
//! checksum, and Kinesis as the hash that places a record on a shard.
//!
//! Source: RFC 1321. `no_std` with `alloc`; the feature `std`, on by default,
//! looks for AVX-512 and AVX2 when the program runs. Without it nothing says
//! whether the system keeps the wide registers, and they are used when they are
//! enabled for the whole build.
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
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod kernels;
mod lanes;
mod message;
mod order;
mod path;
mod rounds;
mod single;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

#[doc(hidden)]
pub use path::Path;

/// An MD5 digest: sixteen bytes, in the order that RFC 1321 writes them.
pub type Digest = [u8; 16];

/// Returns the MD5 of `message`, of any length.
pub fn digest(message: &[u8]) -> Digest {
    single::digest(message)
}

/// Replaces the content of `digests` by the MD5 of each of `messages`, in their
/// order.
///
/// The messages may differ in length; the more of them there are, the less each
/// costs, up to about sixteen. Nothing is allocated when `digests` has the
/// capacity for `messages.len()` digests.
pub fn digest_many(messages: &[&[u8]], digests: &mut Vec<Digest>) {
    path::digest_many(messages, digests);
}
