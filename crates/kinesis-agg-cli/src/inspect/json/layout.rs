//! All bytes of a blob, field by field.

use std::borrow::Cow;

use kinesis_agg::Key;
use kinesis_agg::layout::{Layout, Part, Piece};
use serde::{Serialize, Serializer};

/// The list of the pieces of a blob. Made as it is written, so it takes no
/// memory.
#[derive(Debug)]
pub(super) struct Pieces<'b>(pub(super) &'b [u8]);

impl Serialize for Pieces<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(Layout::of(self.0).map(Line::of))
    }
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'b> {
    offset: usize,
    part: &'static str,
    /// All of the bytes, and how many of them are tag and length.
    hex: String,
    header_length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<usize>,
    /// Of a table entry, or of an unknown field.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    /// Of the fields of a record or a tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'b, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wire_type: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    computed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Where the message says that something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<u64>,
}

impl<'b> Line<'b> {
    fn of(piece: Piece<'b>) -> Self {
        Self {
            offset: piece.offset,
            hex: hex(piece.bytes),
            header_length: piece.header_len,
            record: piece.record,
            ..Self::of_part(piece.part)
        }
    }

    fn of_part(part: Part<'b>) -> Self {
        let named = |part| Self {
            part,
            ..Self::default()
        };
        match part {
            Part::Plain => named("plain"),
            Part::Magic => named("magic"),
            Part::PartitionKey { number, key } => Self::entry("partition-key", number, key),
            Part::ExplicitHashKey { number, key } => Self::entry("explicit-hash-key", number, key),
            Part::Record { len } => Self::holder("record", len),
            Part::PartitionKeyIndex { index, key } => {
                Self::index("partition-key-index", index, key)
            }
            Part::ExplicitHashKeyIndex { index, key } => {
                Self::index("explicit-hash-key-index", index, key)
            }
            Part::Data => named("data"),
            Part::Tag { len } => Self::holder("tag", len),
            Part::TagKey { key } => Self::of_key("tag-key", key),
            Part::TagValue { key } => Self::of_key("tag-value", key),
            Part::Unknown { number, wire_type } => Self {
                number: usize::try_from(number).ok(),
                wire_type: Some(wire_type),
                ..named("unknown")
            },
            Part::Checksum { computed, holds } => Self {
                computed: Some(hex(&computed)),
                holds: Some(holds),
                ..named("checksum")
            },
            Part::Fault { malformed, missing } => Self {
                message: Some(malformed.to_string()),
                fault_offset: Some(malformed.offset),
                missing,
                ..named("fault")
            },
            _ => named("other"),
        }
    }

    fn entry(part: &'static str, number: usize, key: Key<'b>) -> Self {
        Self {
            number: Some(number),
            ..Self::of_key(part, key)
        }
    }

    fn index(part: &'static str, index: u64, key: Option<Key<'b>>) -> Self {
        Self {
            part,
            index: Some(index),
            key: key.map(Key::as_str),
            ..Self::default()
        }
    }

    fn of_key(part: &'static str, key: Key<'b>) -> Self {
        Self {
            part,
            key: Some(key.as_str()),
            ..Self::default()
        }
    }

    fn holder(part: &'static str, length: usize) -> Self {
        Self {
            part,
            length: Some(length),
            ..Self::default()
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]);
    bytes.iter().flat_map(digits).collect()
}
