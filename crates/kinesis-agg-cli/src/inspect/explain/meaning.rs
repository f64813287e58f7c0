//! What a piece of a blob means, in words.

use kinesis_agg::Key;
use kinesis_agg::layout::{Part, Piece};

use crate::content::{Content, is_frame};
use crate::inspect::line::{Line, Tone};
use crate::inspect::text::{preview, shorten, width};
use crate::number::{counted, thousands};

/// Words, and perhaps a value from the blob.
#[derive(Debug, Default)]
pub(super) struct Meaning<'b> {
    mark: Option<(Tone, &'static str)>,
    words: String,
    tone: Tone,
    /// Shown in what is left of the line.
    value: Option<(Tone, &'b [u8])>,
}

/// The colour of a part's value, in the bytes and in the words.
pub(super) const fn tone(part: &Part<'_>) -> Tone {
    match part {
        Part::PartitionKey { .. }
        | Part::ExplicitHashKey { .. }
        | Part::PartitionKeyIndex { .. }
        | Part::ExplicitHashKeyIndex { .. } => Tone::Key,
        Part::Magic => Tone::Strong,
        Part::Checksum { holds: true, .. } => Tone::Good,
        Part::Unknown { .. } => Tone::Odd,
        _ => Tone::Plain,
    }
}

impl<'b> Meaning<'b> {
    /// Of a field; `is_wrong` when it is the index outside its table.
    pub(super) fn of(piece: &Piece<'b>, is_wrong: bool) -> Self {
        match piece.part {
            Part::Magic => Self::plain("magic"),
            Part::PartitionKey { number: at, key } => {
                Self::key(format!("partition key {}", n(at)), key)
            }
            Part::ExplicitHashKey { number: at, key } => {
                Self::key(format!("explicit hash key {}", n(at)), key)
            }
            Part::Record { len } => Self::record(piece.record, len),
            Part::PartitionKeyIndex { index, key } => {
                Self::index("partition key index", index, key, is_wrong)
            }
            Part::ExplicitHashKeyIndex { index, key } => {
                Self::index("explicit hash key index", index, key, is_wrong)
            }
            Part::Data => Self::data(piece.bytes.get(piece.header_len..).unwrap_or_default()),
            Part::Tag { len } => Self::plain(format!("tag, {}", bytes(len))),
            Part::TagKey { key } => Self::key("tag key".to_owned(), key),
            Part::TagValue { key } => Self::key("tag value".to_owned(), key),
            Part::Unknown { number, wire_type } => Self::unknown(number, wire_type),
            Part::Checksum { .. } => Self {
                mark: Some((Tone::Good, "✓ ")),
                ..Self::plain("checksum: the MD5 of the message")
            },
            _ => Self::plain(bytes(piece.bytes.len())),
        }
    }

    /// Words alone.
    pub(super) fn plain(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            ..Self::default()
        }
    }

    /// Words about something wrong.
    pub(super) fn bad(words: impl Into<String>) -> Self {
        Self {
            mark: Some((Tone::Bad, "✗ ")),
            tone: Tone::Bad,
            ..Self::plain(words)
        }
    }

    /// The bytes as ASCII, one column each.
    pub(super) fn ascii(bytes: &[u8]) -> Self {
        let shown = |byte: &u8| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '·',
        };
        Self::plain(String::from_iter(bytes.iter().map(shown)))
    }

    /// Of bytes that were not read.
    pub(super) fn unread(len: usize) -> Self {
        match len {
            0 => Self::bad("ends here"),
            len => Self::bad(format!("{} not read", bytes(len))),
        }
    }

    fn key(words: String, key: Key<'b>) -> Self {
        Self {
            value: Some((Tone::Key, key.as_bytes())),
            ..Self::plain(words + ": ")
        }
    }

    fn record(record: Option<usize>, len: usize) -> Self {
        let record = record.map_or_else(String::new, n);
        Self {
            tone: Tone::Strong,
            ..Self::plain(format!("user record {record}, {}", bytes(len)))
        }
    }

    fn index(what: &str, index: u64, key: Option<Key<'b>>, is_wrong: bool) -> Self {
        let words = format!("{what} {}", thousands(index));
        match key {
            Some(key) => Self {
                value: Some((Tone::Key, key.as_bytes())),
                ..Self::plain(words + " → ")
            },
            None if is_wrong => Self::bad(words),
            // Another one behind it counts.
            None => Self {
                tone: Tone::Odd,
                ..Self::plain(words + ": no such key")
            },
        }
    }

    fn data(data: &'b [u8]) -> Self {
        let len = bytes(data.len());
        if is_frame(data) {
            return Self {
                tone: Tone::Odd,
                ..Self::plain(format!("data, {len}: an aggregate itself"))
            };
        }
        let content = Content::of(data);
        match content {
            Content::Empty => Self::plain("data, empty"),
            Content::Json | Content::Text => Self {
                value: Some((Tone::Plain, data)),
                ..Self::plain(format!("data, {len} of {}: ", content.name()))
            },
            Content::Binary => Self::plain(format!("data, {len}")),
            _ => Self::plain(format!("data, {len} of {}", content.name())),
        }
    }

    fn unknown(number: u32, wire_type: u32) -> Self {
        let kind = match wire_type {
            0 => "a number",
            1 => "8 bytes",
            2 => "bytes",
            3 => "a group",
            _ => "4 bytes",
        };
        Self {
            tone: Tone::Odd,
            ..Self::plain(format!("unknown field {number}: {kind}"))
        }
    }

    /// In `room` columns.
    pub(super) fn line(self, room: usize) -> Line {
        let mut line = Line::default();
        if let Some((tone, mark)) = self.mark {
            line.push(tone, mark);
        }
        let left = room.saturating_sub(line.width());
        let is_cut = width(&self.words) > left;
        line.push(self.tone, shorten(&self.words, left));
        if let Some((tone, value)) = self.value.filter(|_| !is_cut) {
            let left = room.saturating_sub(line.width());
            line.push(tone, preview(value, left));
        }
        line
    }
}

fn n(count: usize) -> String {
    thousands(count as u64)
}

fn bytes(count: usize) -> String {
    counted(count as u64, "byte", "bytes")
}
