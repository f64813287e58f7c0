//! The command `verify`: whether Kinesis records are sound, and whether readers
//! will get all that is in them.
//!
//! ```text
//! damaged   begins like an aggregate and is none, or cannot be read
//! range     has user records outside of a range that was given
//! shard     has user records outside of the shard where it lies, or will land: a
//!           KCL reader drops all of it
//! ```

mod finding;

use kinesis_agg::{Deaggregated, Deaggregator, HashKey, HashKeyRange, ShardMap, UserRecords};
use kinesis_agg_events::Record;

use crate::args::Verify;
use crate::exit::{Failure, Outcome};
use crate::notice;
use crate::output::Output;
use crate::reader::{Batch, Found, Reader, Sink};
use crate::shard_file;
use finding::{Finding, What};

/// Verifies what the files hold.
pub(crate) fn run(options: &Verify) -> Result<Outcome, Failure> {
    notice::be_quiet(options.quiet);
    let against = match (&options.shards, options.hash_key_range) {
        (Some(file), _) => Against::Shards(shard_file::read(file)?),
        (None, Some(range)) => Against::Range(range),
        (None, None) => Against::Nothing,
    };
    let mut verifier = Verifier {
        deaggregator: Deaggregator::new(),
        against,
        json: options.json,
        output: Output::stdout(),
        records: 0,
        findings: 0,
        unknown: 0,
    };
    let result = Reader::new(options.input.from, None).read(&options.input, &mut verifier);
    verifier.finish(result)
}

/// What hash keys are held against.
#[derive(Debug)]
enum Against {
    Nothing,
    Range(HashKeyRange),
    Shards(ShardMap),
}

/// Where an aggregate has to lie.
enum Home {
    /// Anywhere: nobody asked.
    Anywhere,
    /// In these hash keys, those of the shard of this name if it is one.
    Range(HashKeyRange, Option<String>),
    /// Nobody told.
    Unknown,
}

#[derive(Debug)]
struct Verifier {
    deaggregator: Deaggregator,
    against: Against,
    json: bool,
    output: Output,
    records: u64,
    findings: u64,
    /// Aggregates of which nobody told where they lie.
    unknown: u64,
}

impl Sink for Verifier {
    fn take(&mut self, batch: &Batch<'_>) -> Result<(), Failure> {
        let blobs = batch.records().filter_map(|found| batch.blob(found).ok());
        let blobs = Vec::from_iter(blobs);
        let read = self.deaggregator.deaggregate_batch(&blobs);
        let mut outcomes = read.iter();
        for found in batch.records() {
            self.records += 1;
            let what = match batch.blob(found) {
                Err(fault) => Some(What::Unreadable {
                    name: fault.name(),
                    reason: fault.to_string(),
                }),
                Ok(_) => match outcomes.next() {
                    Some(Deaggregated::NotAggregated(reason)) if reason.has_magic() => {
                        Some(What::Damaged(reason))
                    }
                    Some(Deaggregated::Aggregated(user_records)) => {
                        let home = self.against.home(found);
                        self.unknown += u64::from(matches!(home, Home::Unknown));
                        outside(&home, user_records)
                    }
                    _ => None,
                },
            };
            if let Some(what) = what {
                self.findings += 1;
                let finding = Finding {
                    file: batch.file,
                    place: found.place,
                    what,
                };
                finding.write(self.json, &mut self.output.buffer);
                self.output.written()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.output.flush()
    }
}

impl Verifier {
    fn finish(mut self, result: Result<usize, Failure>) -> Result<Outcome, Failure> {
        if !matches!(result, Err(Failure::Write(_))) {
            self.output.flush()?;
            self.say();
        }
        Ok(match (result?, self.findings) {
            (0, 0) => Outcome::Fine,
            (0, _) => Outcome::Found,
            _ => Outcome::Unread,
        })
    }

    fn say(&self) {
        let (records, findings, unknown) = (self.records, self.findings, self.unknown);
        if unknown > 0 {
            notice::say(&format_args!(
                "{unknown} aggregates not held against their shard: nobody told where they lie; \
                 give --hash-key-range of the shard that they were read from"
            ));
        }
        let text = match findings {
            0 => format!("{records} records, nothing found"),
            _ => format!("{findings} findings in {records} records"),
        };
        notice::say(&text);
    }
}

impl Against {
    /// Where the aggregate that was found has to lie.
    fn home(&self, found: &Found<'_>) -> Home {
        match self {
            Self::Nothing => Home::Anywhere,
            Self::Range(range) => Home::Range(*range, None),
            Self::Shards(map) => found
                .record
                .as_ref()
                .and_then(|record| shard_of(map, record))
                .map_or(Home::Unknown, |(range, id)| Home::Range(range, Some(id))),
        }
    }
}

/// The shard where `record` lies, or will land.
///
/// An event names the shard. Else it follows from the hash key; but the service
/// hands out no explicit hash key, so what was in a stream is only placed when it
/// has one all the same.
fn shard_of(map: &ShardMap, record: &Record<'_>) -> Option<(HashKeyRange, String)> {
    let shard = match record.shard_id() {
        Some(id) => map.find(&id)?,
        None => map.predict(outer_hash_key(record)?),
    };
    Some((shard.range(), shard.id().to_owned()))
}

fn outer_hash_key(record: &Record<'_>) -> Option<HashKey> {
    if let Some(key) = record.explicit_hash_key().ok()? {
        return HashKey::from_decimal(key.as_bytes());
    }
    if record.sequence_number().is_some() {
        return None;
    }
    let key = record.partition_key().ok()??;
    Some(HashKey::of_partition_key(&key))
}

/// Which of the user records lie outside of `home`.
fn outside(home: &Home, user_records: UserRecords<'_, '_>) -> Option<What> {
    let Home::Range(range, shard) = home else {
        return None;
    };
    let total = user_records.len();
    let is_outside = |key: Option<HashKey>| key.is_none_or(|key| !range.contains(key));
    let outside = user_records.filter(|user_record| is_outside(user_record.hash_key()));
    let numbers = Vec::from_iter(outside.map(|user_record| user_record.sub_sequence_number));
    if numbers.is_empty() {
        return None;
    }
    Some(What::Outside {
        numbers,
        total,
        shard: shard.clone(),
    })
}
