//! Lines of text in a few colours, laid out by columns.
//!
//! A [`Line`] knows how many columns it takes, so lines can be filled up and put
//! beside each other; colours come in when it is written, or not at all. Colour
//! only repeats what the words say.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::text::{shorten, width};

/// What a piece of text is, which decides over its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// What may be overlooked: headers, padding, framing bytes.
    Quiet,
    /// Titles and totals.
    Strong,
    /// Partition keys and other keys.
    Key,
    /// Bars of histograms.
    Bar,
    /// A check that holds.
    Good,
    /// Something odd, that nobody loses a record by.
    Odd,
    /// Something wrong, or lost.
    Bad,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Quiet => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
            Self::Key => AnsiColor::Cyan.on_default(),
            Self::Bar => AnsiColor::Blue.on_default(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Odd => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
        }
    }
}

/// A line that is being laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pieces: Vec<(Tone, String)>,
    width: usize,
}

impl Line {
    /// A line that begins with `text`.
    pub(super) fn of(tone: Tone, text: impl Into<String>) -> Self {
        let mut line = Self::default();
        line.push(tone, text);
        line
    }

    /// How many columns it takes.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// Adds `text` as it is.
    pub(super) fn push(&mut self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        self.width += width(&text);
        self.pieces.push((tone, text));
    }

    /// Adds spaces up to `column`.
    pub(super) fn fill(&mut self, column: usize) {
        if let Some(missing @ 1..) = column.checked_sub(self.width) {
            self.push(Tone::Plain, " ".repeat(missing));
        }
    }

    /// Adds `text` at the left of a field of `columns`, cut to it.
    pub(super) fn left(&mut self, tone: Tone, text: &str, columns: usize) {
        let end = self.width + columns;
        self.push(tone, shorten(text, columns));
        self.fill(end);
    }

    /// Adds `text` at the right of a field of `columns`; a longer one is added
    /// as it is, since numbers are never cut.
    pub(super) fn right(&mut self, tone: Tone, text: &str, columns: usize) {
        self.fill((self.width + columns).saturating_sub(width(text)));
        self.push(tone, text);
    }

    /// Adds `other` behind this one.
    pub(super) fn append(&mut self, other: Self) {
        self.width += other.width;
        self.pieces.extend(other.pieces);
    }

    /// Writes the line and its end, with colours if asked for, without spaces at
    /// the end.
    pub(super) fn write(&self, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let is_seen = |(_, text): &(Tone, String)| !text.trim_end().is_empty();
        let seen = self.pieces.iter().rposition(is_seen).map_or(0, |at| at + 1);
        for (at, (tone, text)) in self.pieces[..seen].iter().enumerate() {
            let text = if at + 1 == seen {
                text.trim_end()
            } else {
                text
            };
            let style = if color { tone.style() } else { Style::new() };
            write!(out, "{style}{text}{style:#}")?;
        }
        out.write_all(b"\n")
    }
}

/// A bar of `share` of `columns`, in eighths of a column; the least thing is
/// still seen.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a few columns, between 0 and all"
)]
pub(super) fn bar(share: f64, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * columns as f64 * 8.0).round() as usize;
    let eighths = if share > 0.0 { eighths.max(1) } else { 0 };
    let eighths = eighths.min(columns * 8);
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::{Line, Tone, bar};

    fn written(line: &Line, color: bool) -> String {
        let mut out = Vec::new();
        line.write(color, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Fields stand where they should, in wide characters too; the end of a line
    /// has no spaces.
    #[test]
    fn fields_are_aligned() {
        let mut line = Line::of(Tone::Strong, "\u{4f60}");
        line.fill(4);
        line.left(Tone::Plain, "abcdef", 3);
        line.right(Tone::Key, "7", 3);
        line.right(Tone::Plain, "12345", 2);
        line.left(Tone::Plain, "", 9);
        assert_eq!(written(&line, false), "\u{4f60}  a…f  712345\n");
        assert_eq!(
            written(&Line::of(Tone::Key, "k "), true),
            "\u{1b}[36mk\u{1b}[0m\n"
        );
        assert_eq!(written(&Line::of(Tone::Key, "  "), true), "\n");
    }

    /// Bars are as long as their share, and never vanish nor overflow.
    #[test]
    fn bars() {
        for (share, expected) in [
            (0.0, ""),
            (0.0001, "▏"),
            (0.5, "██"),
            (0.53, "██▏"),
            (1.0, "████"),
            (1.7, "████"),
        ] {
            assert_eq!(bar(share, 4), expected, "{share}");
        }
    }
}
