//! Base64 and hexadecimal that a tool wrapped: one blob on many lines.
//!
//! ```text
//! 84mawgoDbXBiCgp1MDltNW9zM2FmEicxOTI2ODIwODEwNTMyODc2OTE5Nzc4NDAxMjc1NTcxMjEx
//! ODY1MDcaBggAGgJ0IhoKCAEQABoErgD/tBoGCAAaAs0CRD7FtfCbTnebFn/WYWINwQ==
//! ```
//!
//! `base64` cuts after 76 characters, PEM after 64, `xxd -p` after 60 digits,
//! `od -tx1` after 32. But a line is a blob here, and one of 57 bytes fills a line
//! of 76. So lines are joined on proof alone: the first begins like an aggregate,
//! and all of them together are one, checksum and all.

use std::ops::Range;

use kinesis_agg::frame;
use kinesis_agg_events::{decode_base64, decode_hex};

use super::Line;
use super::chunk::Piece;
use crate::content::is_base64_of_aggregate;

/// Characters after which tools cut: white space in hexadecimal does not count.
const WIDTHS: [usize; 11] = [32, 40, 48, 60, 64, 72, 76, 78, 80, 100, 128];

const MAGIC_IN_HEX: &[u8] = b"f3899ac2";

/// If several of `pieces`, from the first on, are one aggregate: how many, and
/// where it lies in `bytes`, which it is appended to.
pub(super) fn join(
    line: Line,
    text: &[u8],
    pieces: &[Piece],
    bytes: &mut Vec<u8>,
) -> Option<(usize, Range<usize>)> {
    let count = run(line, text, pieces);
    // The last line may be full, and a shorter one of another blob behind it.
    [count, count - 1]
        .into_iter()
        .filter(|count| *count > 1)
        .find_map(|count| {
            let lines = text.get(pieces.first()?.start..pieces.get(count - 1)?.end)?;
            let span = decode(line, lines, bytes)?;
            if frame::open(&bytes[span.clone()]).is_ok() {
                return Some((count, span));
            }
            bytes.truncate(span.start);
            None
        })
}

fn decode(line: Line, lines: &[u8], bytes: &mut Vec<u8>) -> Option<Range<usize>> {
    if line == Line::Hex {
        return decode_hex(lines, bytes).ok();
    }
    let is_digit = |byte: &u8| !byte.is_ascii_whitespace();
    let digits = Vec::from_iter(lines.iter().copied().filter(is_digit));
    decode_base64(&digits, bytes).ok()
}

/// Lines that may go on in others still to come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    /// The width of a blob's lines, while all that came are full.
    width: Option<usize>,
    /// Bytes of the lines that came.
    len: usize,
}

impl Open {
    /// Takes the next line of the input; no blob has more than `max` bytes of text.
    pub(super) fn add(&mut self, line: Line, text: &[u8], max: usize) {
        let width = width(line, text);
        self.len += text.len();
        self.width = if begins(line, text) {
            self.len = text.len();
            Some(width).filter(|width| WIDTHS.contains(width))
        } else {
            self.width.filter(|full| width == *full && self.len <= max)
        };
    }

    pub(super) const fn is_open(self) -> bool {
        self.width.is_some()
    }
}

/// How many of `pieces` a tool may have wrapped: lines of one width up to the next
/// that begins like an aggregate, and a shorter one.
fn run(line: Line, text: &[u8], pieces: &[Piece]) -> usize {
    let mut lines = pieces.iter().map(|piece| &text[piece.start..piece.end]);
    let Some(first) = lines.next() else { return 1 };
    let full = width(line, first);
    if !begins(line, first) || !WIDTHS.contains(&full) {
        return 1;
    }
    let mut count = 1;
    for text in lines {
        let width = width(line, text);
        if width == 0 || width > full || begins(line, text) {
            break;
        }
        count += 1;
        if width < full {
            break;
        }
    }
    count
}

/// How many characters of a line count.
fn width(line: Line, text: &[u8]) -> usize {
    match line {
        Line::Hex => text.iter().filter(|byte| byte.is_ascii_hexdigit()).count(),
        _ => text.trim_ascii().len(),
    }
}

/// Whether a line begins like an aggregate.
fn begins(line: Line, text: &[u8]) -> bool {
    let text = text.trim_ascii();
    match line {
        Line::Base64 => is_base64_of_aggregate(text),
        Line::Hex => {
            let digits = text.iter().filter(|byte| !byte.is_ascii_whitespace());
            let first = digits.take(MAGIC_IN_HEX.len()).map(u8::to_ascii_lowercase);
            first.eq(MAGIC_IN_HEX.iter().copied())
        }
        Line::Json { .. } | Line::Text => false,
    }
}
