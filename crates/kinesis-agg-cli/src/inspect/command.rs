//! Runs `inspect`: its options, and the records that the reader finds.

use std::env;
use std::io::{self, IsTerminal};

use terminal_size::{Width, terminal_size};

use super::{Found, InspectOptions, Inspector};
use crate::args::{Color, Inspect};
use crate::exit::{Failure, Outcome};
use crate::output::Output;
use crate::reader::{self, Batch, Reader, Sink};

/// Columns where nothing tells.
const WIDTH: usize = 80;

/// Shows what the files hold.
pub(crate) fn run(options: &Inspect) -> Result<Outcome, Failure> {
    let mut shown = Shown {
        inspector: Inspector::new(InspectOptions {
            explain: options.explain,
            all: options.all,
            json: options.json,
            color: is_colored(options.color),
            width: options.width.unwrap_or_else(width),
            range: options.hash_key_range,
        }),
        output: if options.json {
            Output::json()
        } else {
            Output::stdout()
        },
    };
    let result = Reader::new(options.input.from, None).read(&options.input, &mut shown);
    shown.finish(result)
}

fn is_colored(color: Color) -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb,
    }
}

/// Columns of the terminal, or those that the environment tells.
fn width() -> usize {
    let terminal = terminal_size().filter(|_| io::stdout().is_terminal());
    if let Some((Width(columns), _)) = terminal {
        return usize::from(columns);
    }
    let told = env::var("COLUMNS").ok();
    let told = told.and_then(|columns| columns.parse().ok());
    told.unwrap_or(WIDTH)
}

/// What was found goes to stdout.
#[derive(Debug)]
struct Shown {
    inspector: Inspector,
    output: Output,
}

impl Shown {
    /// Writes the summary, whatever became of the input, unless nobody takes it.
    fn finish(mut self, result: Result<usize, Failure>) -> Result<Outcome, Failure> {
        if !matches!(result, Err(Failure::Write(_))) {
            if self.inspector.has_records() {
                let out = &mut self.output;
                self.inspector.finish(out).map_err(Failure::Write)?;
            }
            self.output.flush()?;
        }
        Ok(match (result?, self.inspector.has_faults()) {
            (0, false) => Outcome::Fine,
            (0, true) => Outcome::Malformed,
            _ => Outcome::Unread,
        })
    }
}

impl Sink for Shown {
    fn take(&mut self, batch: &Batch<'_>) -> Result<(), Failure> {
        for found in batch.records() {
            let found = of_reader(batch, found);
            let out = &mut self.output;
            self.inspector.record(&found, out).map_err(Failure::Write)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.output.flush()
    }
}

fn of_reader<'f>(batch: &'f Batch<'_>, found: &'f reader::Found<'_>) -> Found<'f> {
    let record = found.record.as_ref();
    Found {
        file: batch.file,
        place: found.place,
        partition_key: record.and_then(|record| record.partition_key().ok().flatten()),
        explicit_hash_key: record.and_then(|record| record.explicit_hash_key().ok().flatten()),
        sequence_number: record.and_then(kinesis_agg_events::Record::sequence_number),
        blob: batch
            .blob(found)
            .map_err(|fault| (fault.name(), fault.to_string())),
    }
}
