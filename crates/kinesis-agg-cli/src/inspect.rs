//! The command `inspect`: what is in Kinesis records, for people who ask.
//!
//! ```text
//! Found -> facts               one record: an aggregate, plain, damaged; what is in it
//!       -> list, columns       a line for it, or
//!       -> explain             all of its bytes, or
//!       -> json                the same for machines
//!       -> totals -> summary   sums over all records, at the end
//!
//! keys, histogram             what is counted, and how
//! text, line                  text for a terminal
//! command                     the options, and the reader's side of it
//! ```
//!
//! Records come in one after the other and go out at once. Only the sums are
//! kept, in a bounded amount of memory, and never a blob.

mod columns;
mod command;
mod explain;
mod facts;
mod histogram;
mod json;
mod keys;
mod line;
mod list;
mod summary;
mod text;
mod totals;

use std::borrow::Cow;
use std::io::{self, Write};

use kinesis_agg::{Deaggregator, HashKeyRange, RangePolicy};

use crate::notice::Place;
pub(crate) use command::run;

use columns::Columns;
use facts::Facts;
use line::{Line, Tone};
use list::Row;
use totals::Totals;

/// One Kinesis record as the reader found it.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    /// Name of the file, printable.
    pub(crate) file: &'a str,
    /// Where in the file it stands.
    pub(crate) place: Place,
    /// Its own partition key, if the input has it.
    pub(crate) partition_key: Option<Cow<'a, str>>,
    /// Its own explicit hash key, likewise.
    pub(crate) explicit_hash_key: Option<Cow<'a, str>>,
    /// Its sequence number, likewise.
    pub(crate) sequence_number: Option<Cow<'a, str>>,
    /// Its data, or a short name that stays the same and a sentence why there
    /// is none.
    pub(crate) blob: Result<&'a [u8], (&'a str, String)>,
}

/// What is shown, and how.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the program"
)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct InspectOptions {
    /// All bytes of each record, field by field.
    pub(crate) explain: bool,
    /// Of long aggregates all fields, not only the first and the last.
    pub(crate) all: bool,
    /// JSON lines, not text for people.
    pub(crate) json: bool,
    /// Text in colours.
    pub(crate) color: bool,
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// The shard's hash keys, to say what the KCL does there.
    pub(crate) range: Option<HashKeyRange>,
}

/// The command at work: takes records, writes what is in them.
#[derive(Debug)]
pub(crate) struct Inspector {
    options: InspectOptions,
    deaggregator: Deaggregator,
    columns: Columns,
    totals: Totals,
    /// The file of the records before.
    file: Option<String>,
}

/// Columns below which lines get longer than asked for.
const LEAST_WIDTH: usize = 60;

impl Inspector {
    /// Nothing came yet.
    pub(crate) fn new(mut options: InspectOptions) -> Self {
        options.width = options.width.max(LEAST_WIDTH);
        let keep = |range| Deaggregator::with_range(range, RangePolicy::KeepAll);
        Self {
            options,
            deaggregator: options.range.map_or_else(Deaggregator::new, keep),
            columns: Columns::new(options.width, options.range.is_some()),
            totals: Totals::default(),
            file: None,
        }
    }

    /// Writes what is in one record.
    pub(crate) fn record(&mut self, found: &Found<'_>, out: &mut dyn Write) -> io::Result<()> {
        let facts = match &found.blob {
            Ok(blob) => Facts::of(blob, &mut self.deaggregator),
            Err((name, why)) => Facts::Unread(name, why),
        };
        let record = self.totals.records;
        let len = found.blob.as_ref().map_or(0, |blob| blob.len());
        self.totals.add(&facts, found.partition_key.as_deref(), len);
        let row = Row {
            record,
            found,
            facts: &facts,
        };
        self.write(row, out)
    }

    fn write(&mut self, row: Row<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.options.json {
            return json::write_record(row, self.options, out);
        }
        self.header(row.found.file, out)?;
        if self.options.explain {
            explain::write(row, self.options, out)
        } else {
            self.list(row, out)
        }
    }

    /// Writes the line of one record, and what is to be said under it.
    fn list(&self, row: Row<'_>, out: &mut dyn Write) -> io::Result<()> {
        let InspectOptions { color, width, .. } = self.options;
        row.line(&self.columns).write(color, out)?;
        let notes = row.notes(width, list::INDENT);
        notes.iter().try_for_each(|note| note.write(color, out))
    }

    /// Writes the name of `file`, and the header of the list, where it begins.
    fn header(&mut self, file: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.file.as_deref() == Some(file) {
            return Ok(());
        }
        let InspectOptions { color, explain, .. } = self.options;
        if self.file.replace(file.to_owned()).is_some() {
            out.write_all(b"\n")?;
        }
        Line::of(Tone::Strong, file).write(color, out)?;
        if explain {
            return Ok(());
        }
        let header = self.columns.header();
        header.iter().try_for_each(|line| line.write(color, out))
    }

    /// Whether any came.
    pub(crate) const fn has_records(&self) -> bool {
        self.totals.records > 0
    }

    /// Whether a record was damaged, or could not be read.
    pub(crate) fn has_faults(&self) -> bool {
        !self.totals.damaged.is_empty() || !self.totals.unread.is_empty()
    }

    /// Writes the summary.
    pub(crate) fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let InspectOptions { json, explain, .. } = self.options;
        if json {
            return json::write_summary(&self.totals, self.options.range, out);
        }
        // One record that was explained has been told already.
        if explain && self.totals.records < 2 {
            return Ok(());
        }
        summary::write(&self.totals, self.options, out)
    }
}

#[cfg(test)]
mod tests;
