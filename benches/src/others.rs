//! Other protobuf crates, used as an author of a codec would use them.
//!
//! They read and write the message; the frame around it is not theirs. They
//! are spared some of our work: an index is looked up when its user record is
//! reached, where ours checks all of them before the first is handed out.

mod prost_bytes;
mod prost_vec;
mod quick;
mod rust_protobuf;

use bytes::Bytes;
use kinesis_agg_testkit::{TestRecord, frame};

use crate::Walk;

/// Decodes and walks over the user records; `None` when something is damaged.
pub type Reader = fn(&Bytes) -> Option<Walk>;

/// Encodes user records that fit one message.
pub type Writer = fn(&[TestRecord]) -> Vec<u8>;

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
