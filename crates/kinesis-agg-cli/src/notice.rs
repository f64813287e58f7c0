//! Lines on stderr: each names the program, and the record if it is about one.
//!
//! Whatever comes from the input is escaped where the text is made, so nothing
//! here can move the cursor of a terminal.

use std::fmt::{self, Display};
use std::io::{self, Write};

/// Where in its file a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the line, from 1. Of a Lambda event, its first.
    pub(crate) line: u64,
    /// Number of the byte in the line, from 1, when it is known.
    pub(crate) column: Option<u64>,
    /// Number of the record in its Lambda event, from 0.
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

/// Says `text` on stderr. Who closed stderr does not want to know.
pub(crate) fn say(text: &impl Display) {
    let line = format!("kinesis-agg: {text}\n");
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Says `text` about the record at `place` of the file `name`.
pub(crate) fn say_at(name: &str, place: Place, text: &impl Display) {
    say(&format_args!("{name}:{place}: {text}"));
}
