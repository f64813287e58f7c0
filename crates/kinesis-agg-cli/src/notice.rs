//! Lines on stderr: each names the program, and the record if it is about one.
//!
//! Whatever comes from the input is escaped where the text is made, so nothing
//! here can move the cursor of a terminal.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::progress;

/// Characters of a text from the input that are shown.
const SHOWN: usize = 100;

/// Where in its file a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the line, from 1. Of a document, its first.
    pub(crate) line: u64,
    /// Number of the byte in the line, from 1, when it is known.
    pub(crate) column: Option<u64>,
    /// Number of the record in its document, from 0.
    pub(crate) record: Option<usize>,
}

impl Place {
    /// The line `line`.
    pub(crate) const fn line(line: u64) -> Self {
        Self {
            line,
            column: None,
            record: None,
        }
    }

    /// The same with the number of a byte, from 1.
    pub(crate) const fn at(self, column: u64) -> Self {
        Self {
            column: Some(column),
            ..self
        }
    }

    /// The same with the number of a record, from 0.
    pub(crate) const fn record(self, record: usize) -> Self {
        Self {
            record: Some(record),
            ..self
        }
    }
}

impl Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.line)?;
        if let Some(column) = self.column {
            write!(formatter, ":{column}")?;
        }
        match self.record {
            Some(record) => write!(formatter, ": record {record}"),
            None => Ok(()),
        }
    }
}

/// Nobody wants to hear more than why it stopped.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Says nothing from here on but why it stopped.
pub(crate) fn be_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

/// Says `text` on stderr, unless it is to be quiet.
pub(crate) fn say(text: &impl Display) {
    if !QUIET.load(Ordering::Relaxed) {
        say_why(text);
    }
}

/// Says on stderr why it stopped. Who closed stderr does not want to know.
pub(crate) fn say_why(text: &impl Display) {
    let line = format!("kinesis-agg: {text}\n");
    let is_held = HELD.with_borrow_mut(|held| held.as_mut().map(|held| held.push_str(&line)));
    if is_held.is_none() {
        write(&line);
    }
}

fn write(lines: &str) {
    progress::aside(|| drop(io::stderr().write_all(lines.as_bytes())));
}

thread_local! {
    /// What this thread has to say, if it is not its turn.
    static HELD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What this thread says waits from here on.
pub(crate) fn hold() {
    HELD.set(Some(String::new()));
}

/// Says what waited; from here on nothing waits.
pub(crate) fn release() {
    if let Some(lines) = HELD.take().filter(|lines| !lines.is_empty()) {
        write(&lines);
    }
}

/// How many bytes wait.
pub(crate) fn held() -> usize {
    HELD.with_borrow(|held| held.as_ref().map_or(0, String::len))
}

/// Says `text` about the record at `place` of the file `name`.
pub(crate) fn say_at(name: &str, place: Place, text: &impl Display) {
    say(&format_args!("{name}:{place}: {text}"));
}

/// The first characters of a text from the input, fit for a terminal.
pub(crate) fn shown(text: &str) -> String {
    let (start, is_cut) = match text.char_indices().nth(SHOWN) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    };
    let more = if is_cut { "…" } else { "" };
    format!("{}{more}", start.escape_debug())
}

/// Whether a character may get out as it is: it neither moves the cursor nor turns
/// the direction of writing, and can be seen.
pub(crate) fn is_printable(char: char) -> bool {
    char == ' ' || char.is_ascii_graphic() || char.escape_debug().len() == 1
}
