//! Other protobuf crates and other MD5, used as an author of a codec would use
//! them.
//!
//! The protobuf crates read and write the message; the frame around it is not
//! theirs. They are spared some of our work: an index is looked up when its user record is
//! reached, where ours checks all of them before the first is handed out.

#[cfg(kinesis_agg_openssl)]
pub mod openssl;
mod prost_bytes;
mod prost_vec;
mod quick;
mod rust_protobuf;

use bytes::Bytes;
use kinesis_agg_testkit::{TestRecord, frame};
use md5::{Digest as _, Md5};
use md5_many::Md5Many;

use crate::Walk;

/// Decodes and walks over the user records; `None` when something is damaged.
pub type Reader = fn(&Bytes) -> Option<Walk>;

/// Encodes user records that fit one message.
pub type Writer = fn(&[TestRecord]) -> Vec<u8>;

/// Replaces the digests by those of the messages.
pub type Digester = fn(&[&[u8]], &mut Vec<[u8; 16]>);

/// MD5 by others, by name: md-5 one by one, md5-many in lanes as ours, OpenSSL
/// where the build has it.
pub const DIGESTERS: &[(&str, Digester)] = &[
    ("md-5", md5_each),
    ("md5-many", |messages, digests| {
        digests.resize(messages.len(), [0; 16]);
        Md5Many::new().hash_many(messages, digests);
    }),
    #[cfg(kinesis_agg_openssl)]
    ("openssl", openssl::md5_each),
];

/// Readers of a message, by name.
pub const READERS: [(&str, Reader); 4] = [
    ("quick-protobuf", |message| quick::walk(message)),
    ("prost-bytes", prost_bytes::walk),
    ("prost-vec", |message| prost_vec::walk(message)),
    ("rust-protobuf", |message| rust_protobuf::walk(message)),
];

/// The usual Rust, for whole blobs: md-5 for the checksum, then prost.
pub const MD5_AND_PROST: (&str, Reader) = ("md-5+prost", |blob| {
    prost_vec::walk(frame::open(blob).ok()?)
});

/// Writers of a message, by name. quick-protobuf's is the naive codec of the testkit.
pub const WRITERS: [(&str, Writer); 2] = [
    ("quick-protobuf", kinesis_agg_testkit::naive::encode_message),
    ("prost", prost_vec::encode),
];

/// Replaces `digests` by those of `messages`, by the crate `md-5`.
pub fn md5_each(messages: &[&[u8]], digests: &mut Vec<[u8; 16]>) {
    digests.clear();
    let found = messages.iter().map(Md5::digest);
    digests.extend(found.map(<[u8; 16]>::from));
}
