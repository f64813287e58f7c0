//! What a line looks like that is none of the formats, and what to do with it.

use std::fmt;

use crate::content::is_base64_of_aggregate;

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Base64 of an aggregate stands in it, from this byte on, counted from 1.
    Base64At(usize),
    /// Offsets and bytes in hexadecimal, as xxd and hexdump print them.
    HexDump,
    /// Bytes in hexadecimal, with something between them.
    Separated,
}

impl Hint {
    /// What `line` looks like, if it can be told.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let line = line.trim_ascii();
        let starts = 0..line.len();
        let found = starts
            .into_iter()
            .find(|at| is_base64_of_aggregate(&line[*at..]));
        if let Some(at) = found {
            return Some(Self::Base64At(at + 1));
        }
        let digits = line
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        let rest = &line[digits..];
        match (digits, rest) {
            (7.., [b':' | b' ', ..]) => Some(Self::HexDump),
            (2, [b':' | b',' | b'-', ..]) | (1, [b'x', ..]) => Some(Self::Separated),
            _ => None,
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64At(at) => write!(
                formatter,
                "base64 of an aggregate begins at byte {at}: cut it out"
            ),
            Self::HexDump => formatter
                .write_str("it looks like a hex dump with offsets: xxd -r makes the bytes again"),
            Self::Separated => formatter
                .write_str("it looks like hexadecimal: leave nothing but digits and spaces"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hint;

    /// What people paste is told by its look; what is broken JSON is not.
    #[test]
    fn what_people_paste() {
        for (line, expected) in [
            (
                "2026-11-25T09:00 data: 84mawgoBYQ==",
                Some(Hint::Base64At(24)),
            ),
            ("00000000: f389 9ac2 0a01", Some(Hint::HexDump)),
            ("0000000 f3 89 9a c2", Some(Hint::HexDump)),
            ("f3:89:9a:c2", Some(Hint::Separated)),
            ("0xf3, 0x89", Some(Hint::Separated)),
            ("{\"Data\":", None),
            ("what?", None),
            ("", None),
        ] {
            assert_eq!(Hint::of(line.as_bytes()), expected, "{line}");
        }
    }
}
