//! Bytes in hex, in a column of fixed width.
//!
//! ```text
//! 1a 05 63 6c 69 63 6b        all of a few bytes
//! 12 27 31 37 …  32 30 36     both ends of many
//! 1a 90 03 08 00 1a 05 …      the first of many, when only those are of interest
//! ```

use super::super::line::{Line, Tone};

/// Columns that nested fields are moved to the right by.
const NESTING: usize = 4;

/// How many bytes stand in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hex {
    bytes: usize,
}

impl Hex {
    /// For lines of `width`: bytes take less than half, and no more than eyes can
    /// follow; words have the rest.
    pub(super) fn new(width: usize) -> Self {
        let columns = (width * 9 / 20).saturating_sub(NESTING);
        Self {
            bytes: (columns / 3).clamp(5, 16),
        }
    }

    /// How many bytes stand in each of many rows: a number that the eye knows.
    pub(super) const fn bytes_of_rows(self) -> usize {
        match self.bytes {
            16.. => 16,
            8.. => 8,
            few => few,
        }
    }

    /// How many columns the bytes take, nested ones too.
    pub(super) const fn columns(self) -> usize {
        3 * self.bytes - 1 + NESTING
    }

    /// Whether [`begun`](Self::begun) shows the byte number `byte` of `len`, or
    /// the end of all.
    pub(super) const fn begins_with(self, byte: usize, len: usize) -> bool {
        byte < self.shown(len) || byte == len && len <= self.bytes
    }

    /// How many of `len` bytes [`begun`](Self::begun) shows.
    const fn shown(self, len: usize) -> usize {
        if len <= self.bytes {
            len
        } else {
            self.bytes - 1
        }
    }

    /// Where in its row the byte number `byte` stands, if it is shown.
    pub(super) fn column_of(self, byte: usize) -> usize {
        3 * byte.min(self.bytes)
    }

    /// `bytes`, of which the first `header` are tag and length of a field and the
    /// others its value; the middle of a longer value left out.
    pub(super) fn shortened(self, bytes: &[u8], header: usize, value: Tone) -> Line {
        let tone = |at| if at < header { Tone::Quiet } else { value };
        let (start, end) = if bytes.len() <= self.bytes {
            (bytes.len(), bytes.len())
        } else {
            let start = self.bytes / 2;
            (start, bytes.len() - (self.bytes - start - 1))
        };
        let mut line = Line::default();
        for (at, byte) in bytes[..start].iter().enumerate() {
            push(&mut line, tone(at), *byte);
        }
        if start < end {
            line.push(Tone::Quiet, "…  ");
        }
        for (at, byte) in bytes.iter().enumerate().skip(end) {
            push(&mut line, tone(at), *byte);
        }
        line
    }

    /// The first of `bytes`.
    pub(super) fn begun(self, bytes: &[u8], tone: Tone) -> Line {
        let shown = self.shown(bytes.len());
        let mut line = Line::default();
        for byte in &bytes[..shown] {
            push(&mut line, tone, *byte);
        }
        if shown < bytes.len() {
            line.push(Tone::Quiet, "…");
        }
        line
    }
}

/// All of `bytes`; those that differ from `others` stand out.
pub(super) fn differing(bytes: &[u8], others: &[u8]) -> Line {
    let mut line = Line::default();
    for (at, byte) in bytes.iter().enumerate() {
        let is_same = others.get(at) == Some(byte);
        let tone = if is_same { Tone::Quiet } else { Tone::Odd };
        push(&mut line, tone, *byte);
    }
    line
}

fn push(line: &mut Line, tone: Tone, byte: u8) {
    line.push(tone, format!("{byte:02x} "));
}

#[cfg(test)]
mod tests {
    use super::{Hex, Tone};

    fn text(line: &super::Line) -> String {
        let mut out = Vec::new();
        line.write(false, &mut out).unwrap();
        String::from_utf8(out).unwrap().trim_end().to_owned()
    }

    /// Rows are as wide as they may be and show both ends, or the start.
    #[test]
    fn rows_of_bytes() {
        let hex = Hex { bytes: 6 };
        let bytes: Vec<u8> = (1..=9).collect();
        for (len, both, begun) in [
            (0, "", ""),
            (1, "01", "01"),
            (6, "01 02 03 04 05 06", "01 02 03 04 05 06"),
            (7, "01 02 03 …  06 07", "01 02 03 04 05 …"),
            (9, "01 02 03 …  08 09", "01 02 03 04 05 …"),
        ] {
            let bytes = &bytes[..len];
            assert_eq!(text(&hex.shortened(bytes, 1, Tone::Plain)), both);
            assert_eq!(text(&hex.begun(bytes, Tone::Plain)), begun);
        }
        for (byte, len, expected) in [
            (0, 0, true),
            (5, 6, true),
            (6, 6, true),
            (4, 7, true),
            (5, 7, false),
            (7, 7, false),
        ] {
            assert_eq!(hex.begins_with(byte, len), expected, "{byte} of {len}");
        }
    }

    /// Half of the line is for words, however wide it is.
    #[test]
    fn bytes_leave_room_for_words() {
        for width in 30..300 {
            let columns = Hex::new(width).columns();
            assert!(columns <= (width / 2).max(18), "{columns} of {width}");
        }
    }
}
