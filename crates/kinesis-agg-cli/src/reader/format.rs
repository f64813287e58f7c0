//! Which format a file has, told by its first bytes.
//!
//! ```text
//! f3 89 9a c2 …                      raw: a captured aggregate
//! {"PartitionKey":"k","Data":…}      a record a line, or a document a line
//! { "Records": [ …   [ { …           documents, on one line or on many
//! f3899ac20a0161…                    hexadecimal
//! 84mawgoBYR…  "84mawgoBYR…"         base64
//! ```
//!
//! Whatever is none of these is read as lines of JSON, so that each line is named;
//! what is no text at all is the data of a record.

use std::io;

use kinesis_agg::frame::MAGIC;

use super::input::{Input, white_space};
use super::{Framing, Line};
use crate::exit::Failure;
use crate::notice;

/// First keys of documents, with their quotes.
const FIRST_KEYS: [&[u8]; 9] = [
    b"\"Records\"",
    b"\"records\"",
    b"\"invocationId\"",
    b"\"deliveryStreamArn\"",
    b"\"StreamName\"",
    b"\"StreamARN\"",
    b"\"StreamId\"",
    b"\"NextShardIterator\"",
    b"\"MillisBehindLatest\"",
];

/// Lines are read as JSON when nothing speaks for another format.
const LINES: Framing = Framing::Lines(Line::Json { or_document: true });

/// How `input` is to be cut. Consumes white space only, and none of a raw file.
pub(super) fn framing_of(input: &mut Input) -> Result<Framing, Failure> {
    while MAGIC.starts_with(input.peeked()) && input.peeked().len() < MAGIC.len() {
        if !input.read_more()? {
            break;
        }
    }
    if input.peeked().starts_with(&MAGIC) {
        return Ok(Framing::Whole);
    }
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = input.peeked() {
        return Err(Failure::Read {
            name: input.name().to_owned(),
            error: io::Error::other("this is UTF-16: convert it to UTF-8"),
        });
    }
    loop {
        if is_binary(input.peeked()) {
            if is_compressed(input.peeked()) {
                let name = input.name();
                let text = "compressed: read as the data of a record; is it a compressed file?";
                notice::say(&format_args!("{name}: {text}"));
            }
            return Ok(Framing::Whole);
        }
        let text = &input.peeked()[white_space(input.peeked())..];
        if let Some(framing) = sniff(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)) {
            return Ok(framing);
        }
        if !input.read_more()? {
            // All of it, or as much of a long line as fills the buffer.
            let line = input.peeked().trim_ascii();
            let whole = if input.is_at_end() {
                line.len()
            } else {
                line.len() & !3
            };
            return Ok(sniff_line(&line[..whole]));
        }
    }
}

/// What gzip and zstd begin with.
fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08") || bytes.starts_with(b"\x28\xb5\x2f\xfd")
}

/// No JSON, and with control characters that no text has, or no UTF-8. Part of a
/// character at the end is no sign.
fn is_binary(bytes: &[u8]) -> bool {
    let first = &bytes[..bytes.len().min(512)];
    let is_json = matches!(first.trim_ascii_start(), [b'{' | b'[' | b'"', ..]);
    !is_json && looks_binary(first)
}

fn looks_binary(first: &[u8]) -> bool {
    first
        .iter()
        .any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b))
        || str::from_utf8(first).is_err_and(|error| error.error_len().is_some())
}

/// The framing of an input that begins with `bytes`; `None` when they are too few
/// to tell.
///
/// An object that goes on after its brace on the next line is no NDJSON, so it is
/// a document.
fn sniff(bytes: &[u8]) -> Option<Framing> {
    let (first, rest) = bytes.split_first()?;
    let is_broken = || rest[..white_space(rest)].contains(&b'\n');
    match first {
        b'[' => Some(Framing::Documents(None)),
        // A query for data prints it so.
        b'"' => Some(Framing::Lines(Line::Base64)),
        b'{' if is_broken() => Some(Framing::Documents(None)),
        b'{' => Some(if begins_document(bytes)? {
            Framing::Documents(None)
        } else {
            LINES
        }),
        _ => {
            let end = memchr::memchr(b'\n', bytes)?;
            Some(sniff_line(bytes[..end].trim_ascii()))
        }
    }
}

/// The framing of an input whose first line is `line`, and no JSON.
fn sniff_line(line: &[u8]) -> Framing {
    let is_hex = |byte: &u8| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace();
    let digits = line.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    if digits >= 8 && digits.is_multiple_of(2) && line.iter().all(is_hex) {
        return Framing::Lines(Line::Hex);
    }
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if line.len() >= 4 && line.len().is_multiple_of(4) && line.iter().all(is_base64) {
        return Framing::Lines(Line::Base64);
    }
    LINES
}

/// Whether `bytes` begin a document: an object whose first key is that of one;
/// `None` when they are too few to tell.
pub(super) fn begins_document(bytes: &[u8]) -> Option<bool> {
    let (first, rest) = bytes.split_first()?;
    let key = &rest[white_space(rest)..];
    if *first != b'{' {
        return Some(false);
    }
    if FIRST_KEYS.iter().any(|first| key.starts_with(first)) {
        return Some(true);
    }
    let is_open = FIRST_KEYS.iter().any(|first| first.starts_with(key));
    (!is_open).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::{LINES, framing_of, sniff};
    use crate::reader::{Framing, Input, Line};

    /// The first bytes decide, and no byte more is waited for.
    #[test]
    fn formats_by_their_first_bytes() {
        let (lines, documents) = (Some(LINES), Some(Framing::Documents(None)));
        for (bytes, expected) in [
            (&b""[..], None),
            (b"{", None),
            (b"{ \"Rec", None),
            (b"{ \"Records\"", documents),
            (b"{\"records\"", documents),
            (b"{\"StreamN", None),
            (b"{\"StreamName\"", documents),
            (b"{\n", documents),
            (b"{\r\n  \"Data\"", documents),
            (b"{}", lines),
            (b"{\"RecordsX", lines),
            (b"{\"Data\":", lines),
            (b"[", documents),
            (b"what?\n", lines),
            (b"84mawgoBYR\n", lines),
            (b"84mawgoBYRoA", None),
            (b"84mawgoBYRoA\n", Some(Framing::Lines(Line::Base64))),
            (b"f3899ac20a\n", Some(Framing::Lines(Line::Hex))),
            (b"F3 89 9A C2 0A\r\n", Some(Framing::Lines(Line::Hex))),
            (b"f3899ac20\n", lines),
        ] {
            assert_eq!(sniff(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    /// What is no text is the data of a record; so is whatever has the magic.
    #[test]
    fn binary_files_are_raw() {
        for (bytes, expected) in [
            (&b"\xf3\x89\x9a\xc2\n{\"Data\""[..], Framing::Whole),
            (b"\xf3\x89\x9a\xc2", Framing::Whole),
            (b"\x00", Framing::Whole),
            (b" {\"\x00\xff", LINES),
            (b"\x1f\x8b\x08", Framing::Whole),
            (b"a\xff\xfe", Framing::Whole),
            (b"\xf3\x89", LINES),
            (b"", LINES),
            (b"\xef\xbb\xbf {\"Data\":1}", LINES),
            (b" \n aGk=", Framing::Lines(Line::Base64)),
            (b"\x1b[2J", LINES),
        ] {
            let mut input = Input::new("test".to_owned(), Box::new(bytes), 1000);
            let framing = framing_of(&mut input).unwrap();
            assert_eq!(framing, expected, "{}", bytes.escape_ascii());
        }
    }
}
