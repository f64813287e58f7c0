//! The command `aggregate`: user records in, Kinesis records out.
//!
//! ```text
//! reader -> user record -> push -> (full) -> sealed together -> target
//! ```
//!
//! What is full waits until it is worth sealing many at once, so that memory
//! stays bounded; the library bounds what is open.

use std::borrow::Cow;

use kinesis_agg::frame::MAGIC;
use kinesis_agg::{Grouping, NewUserRecord, Options, ShardedAggregator, Tag, Unsealed, seal_many};
use kinesis_agg_events::JsonTag;

use crate::args::{Aggregate, Encoding, From, GroupBy, InputOptions};
use crate::cost::Cost;
use crate::exit::{Failure, Outcome};
use crate::notice;
use crate::number::counted;
use crate::output::Output;
use crate::reader::{Batch, Fault, Found, Item, Reader, Sink};
use crate::shard_file;
use crate::target::Target;

/// Bytes of full aggregates that are sealed together.
const TOGETHER: usize = 8 * 1024 * 1024;

/// Number of them, for small ones.
const MANY: usize = 1024;

/// Open aggregates, and bytes in them.
const MAX_OPEN: usize = 4096;
const MAX_OPEN_BYTES: usize = 24 * 1024 * 1024;

const UNGROUPED: &str = "warning: --group-by none packs user records of all shards together; a \
                         KCL reader drops each aggregate with a user record of another shard, \
                         and those user records are lost; Lambda reads them all";

/// Packs what the files hold.
pub(crate) fn run(options: &Aggregate) -> Result<Outcome, Failure> {
    notice::be_quiet(options.filter.quiet);
    let from = format(options)?;
    let mut packer = Packer {
        aggregator: aggregator(options)?,
        partition_key: options.partition_key.as_deref(),
        full: Vec::new(),
        full_size: 0,
        target: Target::new(options.to, Encoding::Base64, &options.stream_name)?,
        output: if options.to.shape().is_some() {
            Output::json()
        } else {
            Output::stdout()
        },
        counts: Counts::default(),
        strict: options.filter.strict,
    };
    let input = InputOptions {
        from,
        ..options.input.clone()
    };
    let result = Reader::new(from, options.data).read(&input, &mut packer);
    packer.finish(result)
}

/// The format to be read: with a partition key, lines of text.
fn format(options: &Aggregate) -> Result<From, Failure> {
    match (options.input.from, &options.partition_key) {
        (From::Auto, Some(_)) => Ok(From::Lines),
        (From::Lines | From::Raw | From::Base64 | From::Hex, None) => Err(Failure::Usage(
            "--from lines, raw, base64 and hex need --partition-key KEY".to_owned(),
        )),
        (from, _) => Ok(from),
    }
}

fn aggregator(options: &Aggregate) -> Result<ShardedAggregator, Failure> {
    let usage = |error: kinesis_agg::OptionsError| Failure::Usage(error.to_string());
    let mut limits = Options::new()
        .with_max_size(options.max_size)
        .map_err(usage)?;
    if let Some(count) = options.max_count {
        limits = limits.with_max_count(count).map_err(usage)?;
    }
    let aggregator = ShardedAggregator::with_options(grouping(options)?, limits).map_err(usage)?;
    Ok(aggregator.with_max_open(MAX_OPEN, MAX_OPEN_BYTES))
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

/// Packs user records, and writes what is full.
struct Packer<'o> {
    aggregator: ShardedAggregator,
    /// Of user records that have none of their own.
    partition_key: Option<&'o str>,
    full: Vec<Unsealed>,
    full_size: usize,
    target: Target,
    output: Output,
    counts: Counts,
    strict: bool,
}

/// What is said at the end.
#[derive(Debug, Default)]
struct Counts {
    records: u64,
    left_out: u64,
    /// User records whose data is an aggregate already.
    nested: u64,
    before: Cost,
    after: Cost,
}

impl Sink for Packer<'_> {
    fn take(&mut self, batch: &Batch<'_>) -> Result<(), Failure> {
        for item in &batch.items {
            if let Item::Record(found) = item {
                self.push(batch, found)?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.seal()?;
        self.output.flush()
    }
}

impl Packer<'_> {
    fn push(&mut self, batch: &Batch<'_>, found: &Found<'_>) -> Result<(), Failure> {
        self.counts.records += 1;
        if let Err(what) = self.try_push(batch.blob(found), found) {
            self.counts.left_out += 1;
            notice::say_at(batch.file, found.place, &format_args!("left out: {what}"));
            if self.strict {
                return Err(Failure::Strict);
            }
        }
        if self.full_size >= TOGETHER || self.full.len() >= MANY {
            return self.seal();
        }
        Ok(())
    }

    fn try_push(&mut self, blob: Result<&[u8], &Fault>, found: &Found<'_>) -> Result<(), String> {
        let data = blob.map_err(ToString::to_string)?;
        let keys = Keys::of(found)?;
        let partition_key = keys.partition_key.as_deref().or(self.partition_key);
        let partition_key = partition_key.ok_or("it has no partition key (--partition-key)")?;
        let tags = keys.tags.iter().map(as_tag);
        let tags = Vec::from_iter(tags);
        let mut user_record = NewUserRecord::new(partition_key, data).with_tags(&tags);
        if let Some(key) = &keys.explicit_hash_key {
            user_record = user_record.with_explicit_hash_key(key);
        }
        let full = self.aggregator.push(user_record);
        let full = full.map_err(|refused| refused.to_string())?;
        self.full_size += full.iter().map(Unsealed::size).sum::<usize>();
        self.full.extend(full);
        self.counts.nested += u64::from(data.starts_with(&MAGIC));
        let size = data.len() + partition_key.len();
        self.counts.before.add_record(size);
        Ok(())
    }

    /// Seals what is full, and writes it.
    fn seal(&mut self) -> Result<(), Failure> {
        self.full_size = 0;
        for record in seal_many(self.full.drain(..)) {
            self.counts.after.add_record(record.size());
            self.target.aggregated(&record, &mut self.output.buffer);
            self.output.written()?;
        }
        Ok(())
    }

    /// Writes what is open, whatever became of the input, unless nobody takes it.
    fn finish(mut self, result: Result<usize, Failure>) -> Result<Outcome, Failure> {
        if !matches!(result, Err(Failure::Write(_))) {
            self.full.extend(self.aggregator.finish());
            self.seal()?;
            self.target.close(&mut self.output.buffer);
            self.counts.say();
            self.output.flush()?;
        }
        Ok(match (result?, self.counts.left_out) {
            (0, 0) => Outcome::Fine,
            (0, _) => Outcome::Malformed,
            _ => Outcome::Unread,
        })
    }
}

impl Counts {
    fn say(&self) {
        let Self {
            records,
            left_out,
            nested,
            ..
        } = self;
        if *records == 0 {
            notice::say(&"no user records in the input");
        }
        if *left_out > 0 && self.before.records == 0 {
            let text = "is each line of text the data of a user record? Then give --partition-key";
            notice::say(&text);
        }
        if *left_out > 0 {
            let text = format_args!(
                "{left_out} of {records} user records left out: they are in no record"
            );
            notice::say(&text);
        }
        if *nested > 0 {
            let text = format_args!(
                "warning: {nested} user records begin like aggregates; if they are, deaggregate first"
            );
            notice::say(&text);
        }
        if self.after.records > 0 {
            say_cost("before:", &self.before);
            say_cost("after: ", &self.after);
        }
    }
}

fn say_cost(when: &str, cost: &Cost) {
    notice::say(&format_args!(
        "{when} {}, {}; charged as {} of 25 KB, or {} in whole KB",
        counted(cost.records, "record", "records"),
        counted(cost.bytes, "byte", "bytes"),
        counted(cost.units, "payload unit", "payload units"),
        counted(cost.rounded, "byte", "bytes"),
    ));
}

/// The keys and tags of a user record.
struct Keys<'a> {
    partition_key: Option<Cow<'a, str>>,
    explicit_hash_key: Option<Cow<'a, str>>,
    tags: Vec<JsonTag<'a>>,
}

impl<'a> Keys<'a> {
    fn of(found: &Found<'a>) -> Result<Self, String> {
        let Some(record) = &found.record else {
            return Ok(Self {
                partition_key: None,
                explicit_hash_key: None,
                tags: Vec::new(),
            });
        };
        let read = || {
            Ok(Self {
                partition_key: record.partition_key()?,
                explicit_hash_key: record.explicit_hash_key()?,
                tags: record.tags()?,
            })
        };
        read().map_err(|error: kinesis_agg_events::RecordError| error.reason().to_string())
    }
}

fn as_tag<'t>(tag: &'t JsonTag<'_>) -> Tag<'t> {
    Tag::new(&tag.key, tag.value.as_deref())
}
