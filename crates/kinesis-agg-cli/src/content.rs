//! What the data of a record is, as far as its bytes tell.
//!
//! A hint for people who look at a stream they do not know. Only the cheap and
//! sure signs are looked at; whatever else there is, is called binary.

use kinesis_agg::frame;
use serde::Serialize;
use serde::de::IgnoredAny;

/// What data looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Content {
    /// No bytes.
    Empty,
    /// JSON objects or lists, one or more.
    Json,
    /// UTF-8 without control characters but for white space.
    Text,
    /// Text that is an aggregate in base64: it was encoded twice.
    Base64OfAggregate,
    /// A gzip stream.
    Gzip,
    /// A zlib stream.
    Zlib,
    /// A Zstandard frame.
    Zstd,
    /// Anything else.
    Binary,
}

/// Whether `data` begins like an aggregate in base64. Where that is the data of a
/// record, its producer encoded it twice, and no reader sees the user records.
pub(crate) fn is_base64_of_aggregate(data: &[u8]) -> bool {
    data.starts_with(MAGIC_IN_BASE64.as_bytes())
}

impl Content {
    /// What `data` looks like.
    pub(crate) fn of(data: &[u8]) -> Self {
        match data {
            [] => Self::Empty,
            [0x1f, 0x8b, 0x08, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Self::Zlib,
            _ => Self::of_text(data),
        }
    }

    fn of_text(data: &[u8]) -> Self {
        let Ok(text) = str::from_utf8(data) else {
            return Self::Binary;
        };
        if is_json(text) {
            Self::Json
        } else if text.starts_with(MAGIC_IN_BASE64) {
            Self::Base64OfAggregate
        } else if text.chars().all(is_text) {
            Self::Text
        } else {
            Self::Binary
        }
    }

    /// The hint in words.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Json => "JSON",
            Self::Text => "text",
            Self::Base64OfAggregate => "base64 of an aggregate",
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Zstd => "zstd",
            Self::Binary => "binary",
        }
    }
}

/// The magic, but for the last bits, which share a character with what follows.
const MAGIC_IN_BASE64: &str = "84maw";

/// Whether all of `text` is JSON objects and lists.
fn is_json(text: &str) -> bool {
    if !text.trim_start().starts_with(['{', '[']) {
        return false;
    }
    let values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.into_iter().all(|value| value.is_ok())
}

fn is_text(one: char) -> bool {
    !one.is_control() || one.is_ascii_whitespace()
}

/// Whether `data` is an aggregate's frame, checksum and all.
pub(crate) fn is_frame(data: &[u8]) -> bool {
    frame::open(data).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Content, is_frame};

    /// Each kind is known by its first bytes, or by all of them.
    #[test]
    fn kinds_of_data() {
        for (data, expected) in [
            (&b""[..], Content::Empty),
            (b"click", Content::Text),
            ("\u{4f60}\t\u{597d}\r\n".as_bytes(), Content::Text),
            (b"text\x1b[1m", Content::Binary),
            (b"nul\0", Content::Binary),
            (b"\xff\xfe", Content::Binary),
            (b" {\"a\": [1]}\n", Content::Json),
            (b"{\"a\":1}\n{\"a\":2}\n", Content::Json),
            (b"[]", Content::Json),
            (b"{not json}", Content::Text),
            (b"{\"a\":1", Content::Text),
            (b"17", Content::Text),
            (b"\x1f\x8b\x08\0", Content::Gzip),
            (b"\x1f\x8b", Content::Binary),
            (b"\x78\x9c\x4b", Content::Zlib),
            (b"xylophone", Content::Text),
            (b"\x28\xb5\x2f\xfd\x04", Content::Zstd),
            (b"84mawgoDbWlh", Content::Base64OfAggregate),
        ] {
            assert_eq!(Content::of(data), expected, "{}", data.escape_ascii());
        }
    }

    /// Lists nested beyond what the parser bears are text, not a crash.
    #[test]
    fn deep_json_is_text() {
        assert_eq!(Content::of("[".repeat(100_000).as_bytes()), Content::Text);
    }

    /// The magic alone makes no frame.
    #[test]
    fn frames_have_their_checksum() {
        assert!(!is_frame(b"\xf3\x89\x9a\xc2 and no checksum behind it"));
    }
}
