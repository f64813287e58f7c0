//! Text for people: what comes from records made harmless, cut to a width, and
//! numbers.
//!
//! Widths are columns of a terminal. Whatever the input holds, nothing made here
//! has control characters, and what is shown of a value is cut before it is
//! made, so a key of ten megabytes costs no more than one of ten bytes.

use crate::notice::is_printable;
use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const ELLIPSIS: &str = "…";

/// How many columns `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// `text`, which a program made, with what is not printable escaped; unlike
/// [`printable`] it leaves escapes alone that are in it already.
pub(super) fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for one in text.chars() {
        if is_printable(one) {
            harmless.push(one);
        } else {
            harmless.extend(one.escape_default());
        }
    }
    harmless
}

/// The text of `bytes`, in which nothing moves the cursor, turns the direction of
/// writing or cannot be seen: such characters are escaped as in Rust, bytes that
/// are no UTF-8 as `\xff`.
pub(super) fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        // Quotes need no escape: nothing is parsed again.
        for piece in chunk.valid().split_inclusive(['"', '\'']) {
            let plain = piece.trim_end_matches(['"', '\'']);
            text.extend(plain.escape_debug());
            text.push_str(&piece[plain.len()..]);
        }
        for byte in chunk.invalid() {
            // A string takes all text.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// The [`printable`] text of `bytes` in at most `max` columns.
pub(super) fn preview(bytes: &[u8], max: usize) -> String {
    // A column takes four bytes at most, so these fill it, and where they are
    // cut is not seen.
    let enough = 4 * max + 4;
    let text = if bytes.len() <= 2 * enough {
        printable(bytes)
    } else {
        let (start, end) = (&bytes[..enough], &bytes[bytes.len() - enough..]);
        printable(start) + &printable(end)
    };
    shorten(&text, max).into_owned()
}

/// `text` in at most `max` columns: of a longer one both ends.
pub(super) fn shorten(text: &str, max: usize) -> Cow<'_, str> {
    // Marks that take no column count as one, so that their number is bounded.
    let cost = |one: char| one.width().unwrap_or(1).max(1);
    let mut left = max;
    let fits = |one: char| {
        let rest = left.checked_sub(cost(one));
        left = rest.unwrap_or_default();
        rest.is_some()
    };
    if text.chars().all(fits) {
        return Cow::Borrowed(text);
    }
    let Some(room) = max.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    let start = prefix_len(text.chars(), room.div_ceil(2), cost);
    let end = prefix_len(text.chars().rev(), room / 2, cost);
    let (start, end) = (&text[..start], &text[text.len() - end..]);
    Cow::Owned([start, ELLIPSIS, end].concat())
}

/// How many bytes of `chars` take at most `max` columns.
fn prefix_len(
    chars: impl Iterator<Item = char>,
    max: usize,
    cost: impl Fn(char) -> usize,
) -> usize {
    let mut columns = 0;
    let fitting = chars.take_while(|one| {
        columns += cost(*one);
        columns <= max
    });
    fitting.map(char::len_utf8).sum()
}

/// Lines of at most `max` columns, cut at spaces where there are any.
pub(super) fn wrap(text: &str, max: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word = shorten(word, max);
        let line = lines.last_mut().map_or(0, |line| width(line));
        if line > 0 && line + 1 + width(&word) > max {
            lines.push(String::new());
        } else if line > 0 {
            word = Cow::Owned(format!(" {word}"));
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&word);
        }
    }
    lines
}

/// The share of `part` in `whole`, in percent with one digit after the point;
/// nothing of nothing is nothing.
pub(super) fn percent(part: u64, whole: u64) -> String {
    format!("{:.1}%", 100.0 * share(part, whole))
}

/// The share of `part` in `whole`, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::{harmless, percent, preview, printable, shorten, width, wrap};

    /// Nothing that a terminal obeys gets through; text of any script does.
    #[test]
    fn text_of_records_is_harmless() {
        for (bytes, expected) in [
            (&b"customer-7"[..], "customer-7"),
            (b"it's \"so\"", "it's \"so\""),
            (
                "d\u{e9}j\u{e0} \u{1f600}".as_bytes(),
                "d\u{e9}j\u{e0} \u{1f600}",
            ),
            ("\u{915}\u{94d}\u{937}".as_bytes(), "\u{915}\u{94d}\u{937}"),
            (b"\x1b[2J\r\n\t\0\x7f", "\\u{1b}[2J\\r\\n\\t\\0\\u{7f}"),
            ("\u{9b}2J".as_bytes(), "\\u{9b}2J"),
            ("a\u{202e}b\u{2066}".as_bytes(), "a\\u{202e}b\\u{2066}"),
            ("\u{200b}\u{feff}".as_bytes(), "\\u{200b}\\u{feff}"),
            (b"\\n", "\\\\n"),
            (b"ok\xff\xc3", "ok\\xff\\xc3"),
            ("\u{301}a\"\u{301}".as_bytes(), "\\u{301}a\"\\u{301}"),
        ] {
            assert_eq!(printable(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    /// Escapes are not escaped again.
    #[test]
    fn messages_are_harmless() {
        assert_eq!(harmless("'\\n' at \u{e9}"), "'\\n' at \u{e9}");
        assert_eq!(harmless("a\u{1b}\n\u{202e}"), "a\\u{1b}\\n\\u{202e}");
    }

    /// What is too long keeps both ends and never takes more than its columns.
    #[test]
    fn long_text_is_cut_in_the_middle() {
        for (text, max, expected) in [
            ("", 0, ""),
            ("abc", 3, "abc"),
            ("abcd", 3, "a…d"),
            ("abcdef", 4, "ab…f"),
            ("abcdef", 1, "…"),
            ("abcdef", 0, ""),
            (
                "\u{4f60}\u{597d}\u{4e16}\u{754c}",
                8,
                "\u{4f60}\u{597d}\u{4e16}\u{754c}",
            ),
            ("\u{4f60}\u{597d}\u{4e16}\u{754c}", 7, "\u{4f60}…\u{754c}"),
            ("\u{4f60}\u{597d}\u{4e16}\u{754c}", 4, "\u{4f60}…"),
        ] {
            assert_eq!(shorten(text, max), expected, "{text} in {max}");
            assert!(width(&shorten(text, max)) <= max, "{text} in {max}");
        }
        let marks = format!("a{}", "\u{301}".repeat(1000));
        assert_eq!(shorten(&marks, 10).chars().count(), 10);
    }

    /// A preview is the same as the shortened text of all bytes.
    #[test]
    fn previews_cut_before_they_escape() {
        for text in ["a", "\u{4f60}", "\u{1f600}", "\n", "\u{202e}"] {
            for (count, max) in [(1, 10), (9, 10), (100, 10), (1000, 10), (100_000, 7)] {
                let text = text.repeat(count);
                let expected = shorten(&printable(text.as_bytes()), max).into_owned();
                assert_eq!(preview(text.as_bytes(), max), expected, "{count} in {max}");
            }
        }
    }

    /// Lines break at spaces, and a word longer than a line is shortened.
    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two", 20), ["one two"]);
        assert_eq!(wrap("a longlonglong b", 5), ["a", "lo…ng", "b"]);
        assert_eq!(wrap("", 5), [""]);
    }

    /// A share has one digit; a share of nothing is none.
    #[test]
    fn shares() {
        assert_eq!(percent(1, 8), "12.5%");
        assert_eq!(percent(0, 0), "0.0%");
    }
}
