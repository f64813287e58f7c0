//! The field `Data`: bytes in base64, as the AWS SDKs and the AWS CLI write it.
//!
//! The standard alphabet, padded; some libraries escape its characters in JSON, as
//! `\/` or `\u002b`. What the bytes are is for others to say.

use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use base64::engine::{Engine, GeneralPurposeConfig, Simd};
use base64::{DecodeError, encoded_len};
use serde_json::value::RawValue;

use crate::json;

/// Looks once which instructions the machine has.
static STANDARD: LazyLock<Simd> = LazyLock::new(|| Simd::standard(GeneralPurposeConfig::new()));

/// Why a field `Data` gives no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadData {
    /// It is another JSON value than a string.
    NoString,
    /// It is no base64.
    Base64(DecodeError),
}

impl fmt::Display for BadData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoString => formatter.write_str("Data is no string"),
            Self::Base64(DecodeError::InvalidByte(offset, byte)) => {
                let byte = byte.escape_ascii();
                write!(
                    formatter,
                    "Data is no base64: '{byte}' at character {offset}"
                )
            }
            Self::Base64(DecodeError::InvalidLastSymbol { offset, .. }) => write!(
                formatter,
                "Data is no base64: bits left over at character {offset}"
            ),
            Self::Base64(DecodeError::InvalidLength(len)) => {
                write!(formatter, "Data is no base64: cut after {len} characters")
            }
            Self::Base64(DecodeError::InvalidPadding) => {
                formatter.write_str("Data is no base64: the padding is missing or wrong")
            }
        }
    }
}

/// Appends the bytes that the JSON value `data` means to `bytes`, and tells
/// where they lie.
pub(crate) fn decode(data: &RawValue, bytes: &mut Vec<u8>) -> Result<Range<usize>, BadData> {
    let text = json::text(data.get()).ok_or(BadData::NoString)?;
    let start = bytes.len();
    match STANDARD.decode_vec(text.as_bytes(), bytes) {
        Ok(()) => Ok(start..bytes.len()),
        Err(error) => {
            bytes.truncate(start);
            Err(BadData::Base64(error))
        }
    }
}

/// Appends `bytes` in base64 to `text`.
pub(crate) fn encode(bytes: &[u8], text: &mut Vec<u8>) {
    let start = text.len();
    // More than half of the address space in bytes would not be here.
    let len = encoded_len(bytes.len(), true).unwrap_or(usize::MAX);
    text.resize(start + len, 0);
    let written = STANDARD.encode_slice(bytes, &mut text[start..]);
    debug_assert_eq!(written, Ok(len));
}

#[cfg(test)]
mod tests {
    use super::{BadData, decode, encode};
    use serde_json::value::RawValue;

    fn decoded(json: &str) -> Result<Vec<u8>, String> {
        let value: &RawValue = serde_json::from_str(json).unwrap();
        let mut bytes = b"before".to_vec();
        let span = decode(value, &mut bytes).map_err(|bad: BadData| bad.to_string())?;
        assert_eq!(&bytes[..6], b"before");
        Ok(bytes[span].to_vec())
    }

    /// Standard base64 with its padding is read, escaped or not; what is wrong
    /// in anything else is named with its place.
    #[test]
    fn base64_in_a_json_string() {
        let no_base64 = |what: &str| Err(format!("Data is no base64: {what}"));
        for (json, expected) in [
            (r#""""#, Ok(vec![])),
            (r#""+/8=""#, Ok(vec![0xfb, 0xff])),
            (r#""\u002b\/8\u003d""#, Ok(vec![0xfb, 0xff])),
            (r#""-_8=""#, no_base64("'-' at character 0")),
            (r#""ab\ncd""#, no_base64("'\\n' at character 2")),
            (r#""+/8""#, no_base64("the padding is missing or wrong")),
            (r#""+/9=""#, no_base64("bits left over at character 2")),
            (r#""abcde""#, no_base64("cut after 5 characters")),
            ("7", Err("Data is no string".to_owned())),
            ("[\"\"]", Err("Data is no string".to_owned())),
            (r#""\ud800""#, Err("Data is no string".to_owned())),
        ] {
            assert_eq!(decoded(json), expected, "{json}");
        }
    }

    /// What is written is read again, for all lengths of the padding and of the
    /// vectors' blocks.
    #[test]
    fn written_base64_is_read_again() {
        for len in 0..200_usize {
            let bytes = Vec::from_iter((0..len).map(|byte| byte.to_le_bytes()[0] ^ 0xa5));
            let mut text = b"\"".to_vec();
            encode(&bytes, &mut text);
            text.push(b'"');
            let text = String::from_utf8(text).unwrap();
            assert_eq!(decoded(&text), Ok(bytes), "{len}");
        }
    }
}
