//! The command `deaggregate`: Kinesis records in, user records out.
//!
//! ```text
//! input -> ndjson, lambda   what each line or event holds, gathered in a batch
//!       -> batch            records taken apart together
//!       -> emit             a line for each user record, in the input's order
//! ```
//!
//! A batch goes out when it is large, at the end of each file, and whenever the
//! input may let us wait, so that nothing that came in stays behind.

mod batch;
mod counts;
mod emit;
mod fault;
mod lambda;
mod ndjson;
mod record;

use kinesis_agg::{Deaggregator, RangePolicy};

use crate::args::{Deaggregate, Format, InputOptions, OutputFormat};
use crate::events::{format_of, read_event};
use crate::exit::{Failure, Outcome};
use crate::input::Input;
use crate::output::Output;
use batch::Batch;
use counts::Counts;
use emit::Emitter;

/// Takes apart what the files hold.
pub(crate) fn run(options: &Deaggregate) -> Result<Outcome, Failure> {
    let OutputFormat::Ndjson = options.to;
    let mut command = Command {
        from: options.from,
        batch: Batch::default(),
        emitter: Emitter {
            deaggregator: options
                .hash_key_range
                .map_or_else(Deaggregator::new, |range| {
                    Deaggregator::with_range(range, RangePolicy::from(options.range_policy))
                }),
            output: Output::stdout(),
            counts: Counts::default(),
        },
    };
    let InputOptions { files, max_line } = &options.input;
    let result = Input::each(files, *max_line, |input| command.read(input));
    // What was read before a failure is out by now, unless nobody takes it.
    if !matches!(result, Err(Failure::Write(_))) {
        command.emitter.counts.say();
    }
    Ok(match result? {
        0 => command.emitter.counts.outcome(),
        _ => Outcome::Unread,
    })
}

/// The command at work.
struct Command {
    from: Option<Format>,
    batch: Batch,
    emitter: Emitter,
}

impl Command {
    /// Takes all of `input` apart. What comes before a failure goes out too.
    fn read(&mut self, mut input: Input) -> Result<(), Failure> {
        let read = self.read_records(&mut input);
        self.emit(&input)?;
        read
    }

    fn read_records(&mut self, input: &mut Input) -> Result<(), Failure> {
        let format = match self.from {
            Some(format) => format,
            None => format_of(input)?,
        };
        input.skip_white_space()?;
        while self.read_record(input, format)? {
            if self.batch.is_full() || input.may_wait() {
                self.emit(input)?;
            }
        }
        Ok(())
    }

    /// Adds the next line, or the next event, to the batch. False at the end.
    fn read_record(&mut self, input: &mut Input, format: Format) -> Result<bool, Failure> {
        let start = self.batch.text.len();
        let place = match format {
            Format::Ndjson => input.read_line(&mut self.batch.text)?,
            Format::Lambda => read_event(input, &mut self.batch.text)?,
        };
        let Some(place) = place else {
            return Ok(false);
        };
        match format {
            Format::Ndjson => ndjson::add_line(&mut self.batch, start, place),
            Format::Lambda => {
                let emitter = &mut self.emitter;
                lambda::add_event(&mut self.batch, start, place, |text, records| {
                    emitter.emit(input.name(), text, records)
                })?;
            }
        }
        Ok(true)
    }

    fn emit(&mut self, input: &Input) -> Result<(), Failure> {
        let Batch { text, records } = &mut self.batch;
        let emitted = self.emitter.emit(input.name(), text, records);
        self.batch.clear();
        emitted.and_then(|()| self.emitter.output.flush())
    }
}
