//! The command `verify`: whether Kinesis records are sound, and whether readers
//! will get all that is in them.
//!
//! ```text
//! damaged   begins like an aggregate and is none, or cannot be read
//! range     has user records outside of a range that was given
//! shard     has user records outside of the shard where it lies, or will land: a
//!           KCL reader drops all of it; or nobody tells the shard
//! twice     is base64 of an aggregate: its producer encoded it twice, and no
//!           reader sees the user records
//! ```

mod finding;

use std::mem;
use std::sync::Arc;

use kinesis_agg::{
    Deaggregated, Deaggregator, HashKey, HashKeyRange, Shard, ShardMap, UserRecords,
};
use kinesis_agg_events::Record;

use crate::args::Verify;
use crate::content::is_base64_of_aggregate;
use crate::exit::{Failure, Outcome};
use crate::hash_keys::HashKeys;
use crate::notice;
use crate::number::counted;
use crate::output::Output;
use crate::reader::{Batch, Found, Parallel, Reader, Sink};
use crate::shard_file;
use finding::{Finding, Unplaced, What};

/// Verifies what the files hold.
pub(crate) fn run(options: &Verify) -> Result<Outcome, Failure> {
    notice::be_quiet(options.quiet);
    let against = match (&options.shards, options.hash_key_range) {
        (Some(file), _) => Against::Shards(shard_file::read(file)?),
        (None, Some(range)) => Against::Range(range),
        (None, None) => Against::Nothing,
    };
    let verifier = Verifier {
        deaggregator: Deaggregator::new(),
        against: Arc::new(against),
        json: options.json,
        output: if options.json {
            Output::json()
        } else {
            Output::stdout()
        },
        records: 0,
        findings: 0,
    };
    let reader = Reader::new(options.input.from, None);
    let threads = options.threads.count();
    let (verifier, result) = reader.read_in_threads(&options.input, threads, verifier);
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
    /// Nobody can tell, for this reason.
    Unknown(Unplaced),
}

#[derive(Debug)]
struct Verifier {
    deaggregator: Deaggregator,
    against: Arc<Against>,
    json: bool,
    output: Output,
    records: u64,
    findings: u64,
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
                Ok(blob) => outcomes
                    .next()
                    .and_then(|outcome| judge(&self.against, found, blob, outcome)),
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

impl Parallel for Verifier {
    fn fork(&self, output: Output) -> Self {
        Self {
            deaggregator: Deaggregator::new(),
            against: Arc::clone(&self.against),
            json: self.json,
            output,
            records: 0,
            findings: 0,
        }
    }

    fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    fn settle(&mut self, whole: &mut Self) {
        whole.records += mem::take(&mut self.records);
        whole.findings += mem::take(&mut self.findings);
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
        let records = counted(self.records, "record", "records");
        let text = match (self.records, self.findings) {
            (0, _) => "no records".to_owned(),
            (_, 0) => format!("{records}, nothing found"),
            (_, findings) => {
                let findings = counted(findings, "finding", "findings");
                format!("{findings} in {records}")
            }
        };
        notice::say(&text);
    }
}

/// What there is to say of a record whose data is `blob`.
fn judge(
    against: &Against,
    found: &Found<'_>,
    blob: &[u8],
    outcome: Deaggregated<'_, '_>,
) -> Option<What> {
    match outcome {
        Deaggregated::NotAggregated(reason) if reason.has_magic() => Some(What::Damaged(reason)),
        Deaggregated::NotAggregated(_) => {
            is_base64_of_aggregate(blob).then_some(What::EncodedTwice)
        }
        Deaggregated::Aggregated(user_records) => outside(against.home(found), user_records),
        Deaggregated::Dropped { .. } => None,
    }
}

impl Against {
    /// Where the aggregate that was found has to lie.
    fn home(&self, found: &Found<'_>) -> Home {
        match self {
            Self::Nothing => Home::Anywhere,
            Self::Range(range) => Home::Range(*range, None),
            Self::Shards(map) => match shard_of(map, found.record.as_ref()) {
                Ok(shard) => Home::Range(shard.range(), Some(shard.id().to_owned())),
                Err(unplaced) => Home::Unknown(unplaced),
            },
        }
    }
}

/// The shard where `record` lies, or will land.
///
/// An event names the shard. Else it follows from the hash key; but the service
/// hands out no explicit hash key, so what was in a stream is only placed when it
/// has one all the same.
fn shard_of<'m>(map: &'m ShardMap, record: Option<&Record<'_>>) -> Result<&'m Shard, Unplaced> {
    let record = record.ok_or(Unplaced::Untold)?;
    if let Some(id) = record.shard_id() {
        let shard = map.find(&id);
        return shard.ok_or_else(|| Unplaced::UnknownShard(id.into_owned()));
    }
    let keys = (record.explicit_hash_key(), record.partition_key());
    let (Ok(explicit), Ok(key)) = keys else {
        return Err(Unplaced::BadKey);
    };
    let hash_key = match (explicit, key) {
        (Some(explicit), _) => {
            HashKey::from_decimal(explicit.as_bytes()).ok_or(Unplaced::BadKey)?
        }
        (None, Some(key)) if record.sequence_number().is_none() => HashKey::of_partition_key(&key),
        _ => return Err(Unplaced::Untold),
    };
    Ok(map.predict(hash_key))
}

/// Which of the user records lie outside of `home`.
fn outside(home: Home, user_records: UserRecords<'_, '_>) -> Option<What> {
    let (range, shard) = match home {
        Home::Anywhere => return None,
        Home::Unknown(unplaced) => return Some(What::Unplaced(unplaced)),
        Home::Range(range, shard) => (range, shard),
    };
    let total = user_records.len();
    let mut hash_keys = HashKeys::default();
    let is_outside = |key: Option<HashKey>| key.is_none_or(|key| !range.contains(key));
    let outside = user_records.filter(|user_record| is_outside(hash_keys.of(user_record)));
    let numbers = Vec::from_iter(outside.map(|user_record| user_record.sub_sequence_number));
    (!numbers.is_empty()).then_some(What::Outside {
        numbers,
        total,
        shard,
    })
}
