//! The data of a record: bytes in base64, as the AWS SDKs write it in JSON.
//!
//! The standard alphabet, padded; some libraries escape its characters in JSON, as
//! `\/` or `\u002b`. What the bytes are is for others to say.

use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use base64::engine::{Engine, GeneralPurposeConfig, Simd};
use base64::{DecodeError, encoded_len};

use crate::json;

/// Looks once which instructions the machine has.
static STANDARD: LazyLock<Simd> = LazyLock::new(|| Simd::standard(GeneralPurposeConfig::new()));

/// Why a field gives no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataError {
    /// It is another JSON value than a string, or one with half a character.
    NotString,
    /// A byte that base64 does not have.
    Byte {
        /// The byte.
        byte: u8,
        /// Its place in the text, counted from 0.
        offset: usize,
    },
    /// The last character has bits that belong to no byte.
    BitsLeftOver {
        /// Its place in the text, counted from 0.
        offset: usize,
    },
    /// The text ends within a group of four.
    Cut {
        /// How many characters there are.
        len: usize,
    },
    /// The `=` at the end are missing, or too many.
    Padding,
    /// It should be hexadecimal and is none.
    Hex(HexError),
}

impl From<HexError> for DataError {
    fn from(error: HexError) -> Self {
        Self::Hex(error)
    }
}

impl From<DecodeError> for DataError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::InvalidByte(offset, byte) => Self::Byte { byte, offset },
            DecodeError::InvalidLastSymbol { offset, .. } => Self::BitsLeftOver { offset },
            DecodeError::InvalidLength(len) => Self::Cut { len },
            DecodeError::InvalidPadding => Self::Padding,
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hex(error) => error.fmt(formatter),
            Self::NotString => formatter.write_str("no text"),
            Self::Byte { byte, offset } => {
                let byte = byte.escape_ascii();
                write!(formatter, "no base64: '{byte}' at character {offset}")
            }
            Self::BitsLeftOver { offset } => {
                write!(formatter, "no base64: bits left over at character {offset}")
            }
            Self::Cut { len } => write!(formatter, "no base64: cut after {len} characters"),
            Self::Padding => formatter.write_str("no base64: the padding is missing or wrong"),
        }
    }
}

impl std::error::Error for DataError {}

/// Appends the bytes that `text` is the base64 of to `bytes`, and tells where
/// they lie. The standard alphabet, with its padding.
///
/// # Errors
///
/// What in `text` is no base64; then `bytes` is as it was.
pub fn decode_base64(text: &[u8], bytes: &mut Vec<u8>) -> Result<Range<usize>, DataError> {
    let start = bytes.len();
    match STANDARD.decode_vec(text, bytes) {
        Ok(()) => Ok(start..bytes.len()),
        Err(error) => {
            bytes.truncate(start);
            Err(error.into())
        }
    }
}

/// Appends `bytes` in base64 to `text`.
pub fn encode_base64(bytes: &[u8], text: &mut Vec<u8>) {
    let start = text.len();
    // More than half of the address space in bytes would not be here.
    let len = encoded_len(bytes.len(), true).unwrap_or(usize::MAX);
    text.resize(start + len, 0);
    let written = STANDARD.encode_slice(bytes, &mut text[start..]);
    debug_assert_eq!(written, Ok(len));
}

/// Appends `bytes` in hexadecimal to `text`, in lower case.
pub fn encode_hex(bytes: &[u8], text: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| DIGITS[usize::from(half)];
    text.extend(
        bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]),
    );
}

/// Appends the bytes that `text` is the hexadecimal of to `bytes`, and tells
/// where they lie. Digits of either case; white space between them counts for
/// nothing.
///
/// # Errors
///
/// What in `text` is no hexadecimal; then `bytes` is as it was.
pub fn decode_hex(text: &[u8], bytes: &mut Vec<u8>) -> Result<Range<usize>, HexError> {
    let start = bytes.len();
    let mut first = None;
    for (offset, byte) in text.iter().enumerate() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        let Some(digit) = char::from(*byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
        else {
            bytes.truncate(start);
            return Err(HexError::Byte {
                byte: *byte,
                offset,
            });
        };
        match first.take() {
            None => first = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if first.is_some() {
        bytes.truncate(start);
        return Err(HexError::Odd);
    }
    Ok(start..bytes.len())
}

/// Why a text is no hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HexError {
    /// A byte that is no digit.
    Byte {
        /// The byte.
        byte: u8,
        /// Its place in the text, counted from 0.
        offset: usize,
    },
    /// The number of digits is odd.
    Odd,
}

impl fmt::Display for HexError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte { byte, offset } => {
                let byte = byte.escape_ascii();
                write!(formatter, "no hexadecimal: '{byte}' at character {offset}")
            }
            Self::Odd => formatter.write_str("no hexadecimal: a digit is missing"),
        }
    }
}

impl std::error::Error for HexError {}

/// The same as [`decode_base64`] for a JSON value, which should be a string.
///
/// # Errors
///
/// What in `value` is no base64, or that it is no text; then `bytes` is as it was.
pub fn decode_base64_json(value: &str, bytes: &mut Vec<u8>) -> Result<Range<usize>, DataError> {
    let text = json::text(value).ok_or(DataError::NotString)?;
    decode_base64(text.as_bytes(), bytes)
}

#[cfg(test)]
mod tests {
    use super::{HexError, decode_base64_json, decode_hex, encode_base64, encode_hex};

    fn decoded(json: &str) -> Result<Vec<u8>, String> {
        let mut bytes = b"before".to_vec();
        let span = decode_base64_json(json, &mut bytes).map_err(|bad| bad.to_string())?;
        assert_eq!(&bytes[..6], b"before");
        Ok(bytes[span].to_vec())
    }

    /// Standard base64 with its padding is read, escaped or not; what is wrong
    /// in anything else is named with its place.
    #[test]
    fn base64_in_a_json_string() {
        let no_base64 = |what: &str| Err(format!("no base64: {what}"));
        for (json, expected) in [
            (r#""""#, Ok(vec![])),
            (r#""+/8=""#, Ok(vec![0xfb, 0xff])),
            (r#""\u002b\/8\u003d""#, Ok(vec![0xfb, 0xff])),
            (r#""-_8=""#, no_base64("'-' at character 0")),
            (r#""ab\ncd""#, no_base64("'\\n' at character 2")),
            (r#""+/8""#, no_base64("the padding is missing or wrong")),
            (r#""+/9=""#, no_base64("bits left over at character 2")),
            (r#""abcde""#, no_base64("cut after 5 characters")),
            ("7", Err("no text".to_owned())),
            ("[\"\"]", Err("no text".to_owned())),
            (r#""\ud800""#, Err("no text".to_owned())),
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
            encode_base64(&bytes, &mut text);
            text.push(b'"');
            let text = String::from_utf8(text).unwrap();
            assert_eq!(decoded(&text), Ok(bytes), "{len}");
        }
    }

    /// Hexadecimal is read as it is written, spaced or not; faults have a place.
    #[test]
    fn hexadecimal() {
        let mut text = Vec::new();
        encode_hex(&[0, 0x9a, 0xff], &mut text);
        assert_eq!(text, b"009aff");
        let mut bytes = vec![7];
        assert_eq!(decode_hex(b"00 9A:ff", &mut bytes), byte(b':', 5));
        assert_eq!(decode_hex(b"009", &mut bytes), Err(HexError::Odd));
        assert_eq!(bytes, [7]);
        assert_eq!(decode_hex(b" 00 9A\tff ", &mut bytes), Ok(1..4));
        assert_eq!(bytes, [7, 0, 0x9a, 0xff]);
    }

    fn byte(byte: u8, offset: usize) -> Result<std::ops::Range<usize>, HexError> {
        Err(HexError::Byte { byte, offset })
    }
}
