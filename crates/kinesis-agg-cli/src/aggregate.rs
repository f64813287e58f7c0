//! The command `aggregate`: user records in, Kinesis records out.
//!
//! ```text
//! line -> user record -> push -> (full) -> sealed together -> line
//! ```
//!
//! What is full waits until it is worth sealing many at once, so that memory
//! stays bounded; the library bounds what is open.

mod user_record;

use kinesis_agg::{AggregatedRecord, Grouping, Options, ShardedAggregator, Unsealed, seal_many};

use crate::args::{Aggregate, GroupBy, InputOptions};
use crate::exit::{Failure, Outcome};
use crate::input::Input;
use crate::notice::{self, Place};
use crate::output::Output;
use crate::shard_file;
use user_record::Scratch;

/// Bytes of full aggregates that are sealed together.
const TOGETHER: usize = 8 * 1024 * 1024;

/// Number of them, for small ones.
const MANY: usize = 1024;

const UNGROUPED: &str = "warning: --group-by none packs user records of all shards together; a \
                         KCL reader drops each aggregate with a user record of another shard, \
                         and those user records are lost; Lambda reads them all";

/// Packs what the files hold.
pub(crate) fn run(options: &Aggregate) -> Result<Outcome, Failure> {
    let mut command = Command {
        aggregator: aggregator(options)?,
        full: Vec::new(),
        full_size: 0,
        output: Output::stdout(),
        scratch: Scratch::default(),
        lines: 0,
        refused: 0,
    };
    let InputOptions { files, max_line } = &options.input;
    let result = Input::each(files, *max_line, |mut input| command.read(&mut input));
    // What was read before a failure goes out too, unless nobody takes it.
    if !matches!(result, Err(Failure::Write(_))) {
        command.finish()?;
    }
    Ok(match result? {
        0 => command.outcome(),
        _ => Outcome::Unread,
    })
}

fn aggregator(options: &Aggregate) -> Result<ShardedAggregator, Failure> {
    let usage = |error: kinesis_agg::OptionsError| Failure::Usage(error.to_string());
    let mut limits = Options::new()
        .with_max_size(options.max_size)
        .map_err(usage)?;
    if let Some(count) = options.max_count {
        limits = limits.with_max_count(count).map_err(usage)?;
    }
    ShardedAggregator::with_options(grouping(options)?, limits).map_err(usage)
}

fn grouping(options: &Aggregate) -> Result<Grouping, Failure> {
    let grouping = match (options.group_by, &options.shards) {
        (GroupBy::Shard, Some(file)) => Grouping::Shard(shard_file::read(file)?),
        (GroupBy::Pinned, Some(file)) => Grouping::Pinned(shard_file::read(file)?),
        (GroupBy::Shard | GroupBy::Pinned, None) => {
            let text = "--group-by shard and pinned need --shards FILE";
            return Err(Failure::Usage(text.to_owned()));
        }
        (GroupBy::HashKey | GroupBy::None, Some(_)) => {
            let text = "--shards is for --group-by shard and pinned";
            return Err(Failure::Usage(text.to_owned()));
        }
        (GroupBy::HashKey, None) => Grouping::HashKey,
        (GroupBy::None, None) => {
            notice::say(&UNGROUPED);
            Grouping::None
        }
    };
    Ok(grouping)
}

/// The command at work.
struct Command {
    aggregator: ShardedAggregator,
    full: Vec<Unsealed>,
    full_size: usize,
    output: Output,
    scratch: Scratch,
    lines: u64,
    refused: u64,
}

impl Command {
    fn read(&mut self, input: &mut Input) -> Result<(), Failure> {
        let mut line = Vec::new();
        input.skip_white_space()?;
        while let Some(place) = input.read_line(&mut line)? {
            if !line.trim_ascii().is_empty() {
                self.push(input.name(), place, &line)?;
            }
            line.clear();
            if input.may_wait() {
                self.seal()?;
                self.output.flush()?;
            }
        }
        Ok(())
    }

    fn push(&mut self, name: &str, place: Place, line: &[u8]) -> Result<(), Failure> {
        self.lines += 1;
        let aggregator = &mut self.aggregator;
        let pushed = self.scratch.with_user_record(line, |user_record| {
            aggregator
                .push(user_record)
                .map_err(|error| error.to_string())
        });
        match pushed {
            Ok(full) => {
                self.full_size += full.iter().map(Unsealed::size).sum::<usize>();
                self.full.extend(full);
            }
            Err(refusal) => {
                self.refused += 1;
                let place = refusal.column.map_or(place, |column| place.at(column));
                notice::say_at(name, place, &format_args!("left out: {}", refusal.what));
            }
        }
        if self.full_size >= TOGETHER || self.full.len() >= MANY {
            return self.seal();
        }
        Ok(())
    }

    /// Seals what is full, and writes it.
    fn seal(&mut self) -> Result<(), Failure> {
        self.full_size = 0;
        for record in seal_many(self.full.drain(..)) {
            record_line(&record, &mut self.output)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.full.extend(self.aggregator.finish());
        self.seal()?;
        if self.refused > 0 {
            let (refused, lines) = (self.refused, self.lines);
            let text = format_args!("{refused} of {lines} lines left out: they are in no record");
            notice::say(&text);
        }
        self.output.flush()
    }

    const fn outcome(&self) -> Outcome {
        match self.refused {
            0 => Outcome::Fine,
            _ => Outcome::Malformed,
        }
    }
}

fn record_line(record: &AggregatedRecord, output: &mut Output) -> Result<(), Failure> {
    let mut line = output.object();
    line.value("PartitionKey", record.partition_key());
    if let Some(hash_key) = record.explicit_hash_key() {
        line.value("ExplicitHashKey", &hash_key.to_string());
    }
    line.base64("Data", record.data());
    line.value("UserRecords", &record.user_record_count());
    line.value("HashKeySpan", &record.hash_key_span().to_string());
    output.end_line()
}
