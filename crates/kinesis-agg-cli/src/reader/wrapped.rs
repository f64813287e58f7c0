//! Base64 and hexadecimal that a tool wrapped: one blob on many lines.
//!
//! ```text
//! 84mawgoDbXBiCgp1MDltNW9zM2FmEicxOTI2ODIwODEwNTMyODc2OTE5Nzc4NDAxMjc1NTcxMjEx
//! ODY1MDcaBggAGgJ0IhoKCAEQABoErgD/tBoGCAAaAs0CRD7FtfCbTnebFn/WYWINwQ==
//! ```
//!
//! `base64` cuts after 76 characters, PEM after 64, `xxd -p` after 60. But a line
//! is a blob here, and one of 57 bytes fills a line of 76. So lines are joined on
//! proof alone: the first begins like an aggregate, and all of them together are
//! one, checksum and all.

use std::ops::Range;

use kinesis_agg::frame;
use kinesis_agg_events::{decode_base64, decode_hex};

use super::{Line, Piece};

/// Characters after which tools cut.
const WIDTHS: [usize; 3] = [60, 64, 76];

/// If several of `pieces`, from the first on, are one aggregate: how many, and
/// where it lies in `bytes`, which it is appended to.
pub(super) fn join(
    line: Line,
    text: &[u8],
    pieces: &[Piece],
    bytes: &mut Vec<u8>,
) -> Option<(usize, Range<usize>)> {
    let count = run(line, text, pieces);
    if count < 2 {
        return None;
    }
    let lines = text.get(pieces.first()?.start..pieces.get(count - 1)?.end)?;
    let is_digit = |byte: &u8| !byte.is_ascii_whitespace();
    let joined = Vec::from_iter(lines.iter().copied().filter(is_digit));
    let start = bytes.len();
    let span = match line {
        Line::Base64 => decode_base64(&joined, bytes).ok(),
        _ => decode_hex(&joined, bytes).ok(),
    };
    let span = span.filter(|span| frame::open(&bytes[span.clone()]).is_ok());
    if span.is_none() {
        bytes.truncate(start);
    }
    Some((count, span?))
}

/// Lines that may go on in others still to come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    /// The width of a blob's lines, while all that came are full.
    width: Option<usize>,
}

impl Open {
    /// Takes the next line of the input.
    pub(super) fn add(&mut self, line: Line, text: &[u8], piece: &Piece) {
        let text = of(text, piece);
        self.width = if begins(line, text) {
            Some(text.len()).filter(|width| WIDTHS.contains(width))
        } else {
            self.width.filter(|width| text.len() == *width)
        };
    }

    pub(super) const fn is_open(self) -> bool {
        self.width.is_some()
    }
}

/// How many of `pieces` a tool may have wrapped: lines of one width up to the next
/// that begins like an aggregate, and a shorter one.
fn run(line: Line, text: &[u8], pieces: &[Piece]) -> usize {
    let mut lines = pieces.iter().map(|piece| of(text, piece));
    let Some(first) = lines.next() else { return 1 };
    if !begins(line, first) || !WIDTHS.contains(&first.len()) {
        return 1;
    }
    let mut count = 1;
    for text in lines {
        if text.is_empty() || text.len() > first.len() || begins(line, text) {
            break;
        }
        count += 1;
        if text.len() < first.len() {
            break;
        }
    }
    count
}

fn of<'t>(text: &'t [u8], piece: &Piece) -> &'t [u8] {
    text[piece.start..piece.end].trim_ascii()
}

/// Whether a line begins like an aggregate.
fn begins(line: Line, text: &[u8]) -> bool {
    match line {
        Line::Base64 => text.starts_with(b"84mawg"),
        Line::Hex => text
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"f3899ac2")),
        Line::Json { .. } | Line::Text => false,
    }
}
