//! The protobuf wire format: as much of it as the aggregation format can meet.
//!
//! ```text
//! field   = tag value
//! tag     = varint(field number << 3 | wire type)
//! value   = varint | 8 bytes | varint(length) bytes | fields... end tag | 4 bytes
//! ```
//!
//! Knows varints, fields and how to skip what it does not know; knows nothing of
//! Kinesis. That is `message`, one layer up.
//!
//! Source: protobuf's encoding guide, and where that leaves room, what
//! protobuf-java does: tags and lengths are cut to 32 bits, bits of a varint
//! above the 64th are dropped, groups nest up to a hundred deep.

mod field;
mod reader;
pub(crate) mod varint;
mod writer;

pub(crate) use field::{LENGTH_DELIMITED, Tag, VARINT};
pub(crate) use reader::{Malformation, Reader, Span};
pub(crate) use writer::{Head, bytes_field_len, push_bytes_field, push_length, varint_field_len};

pub use reader::MalformedKind;
