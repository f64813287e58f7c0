//! The command `deaggregate`: Kinesis records in, user records out.
//!
//! ```text
//! reader -> a batch of records
//!        -> all taken apart together
//!        -> each user record, and each record that passes through, to the target,
//!           in the order of the input
//! ```

mod counts;

use std::mem;

use kinesis_agg::{
    Deaggregated, Deaggregator, HashKeyRange, NotAggregated, RangePolicy, UserRecord,
};
use kinesis_agg_events::{Outer, Passed, WriteError};

use crate::args::{Deaggregate, To};
use crate::exit::{Failure, Outcome};
use crate::notice;
use crate::output::Output;
use crate::reader::{Batch, Fault, Found, Item, Parallel, Reader, Sink};
use crate::target::Target;
use counts::Counts;

/// Takes apart what the files hold.
pub(crate) fn run(options: &Deaggregate) -> Result<Outcome, Failure> {
    notice::be_quiet(options.filter.quiet);
    let policy = RangePolicy::from(options.range_policy);
    let range = options.hash_key_range.map(|range| (range, policy));
    let emitter = Emitter {
        deaggregator: deaggregator(range),
        range,
        target: Target::new(options.to, options.data, &options.stream_name)?,
        output: if options.to.shape().is_some() {
            Output::json()
        } else {
            Output::stdout()
        },
        counts: Counts::default(),
        strict: options.filter.strict,
    };
    let reader = Reader::new(options.input.from, None);
    // What other formats write depends on all that was written before.
    let threads = match options.to {
        To::Ndjson | To::Data => options.threads.count(),
        _ => 1,
    };
    let (emitter, result) = reader.read_in_threads(&options.input, threads, emitter);
    emitter.finish(result)
}

fn deaggregator(range: Option<(HashKeyRange, RangePolicy)>) -> Deaggregator {
    range.map_or_else(Deaggregator::new, |(range, policy)| {
        Deaggregator::with_range(range, policy)
    })
}

/// Takes records apart and writes what comes out.
#[derive(Debug)]
struct Emitter {
    deaggregator: Deaggregator,
    range: Option<(HashKeyRange, RangePolicy)>,
    target: Target,
    output: Output,
    counts: Counts,
    strict: bool,
}

impl Emitter {
    /// Ends the output, whatever became of the input. What was read before a
    /// failure is out then, unless nobody takes it.
    fn finish(mut self, result: Result<usize, Failure>) -> Result<Outcome, Failure> {
        if !matches!(result, Err(Failure::Write(_))) {
            self.target.close(&mut self.output.buffer);
            self.output.flush()?;
            self.counts.lost_tags = self.target.lost_tags();
            self.counts.say();
        }
        Ok(match result? {
            0 => self.counts.outcome(),
            _ => Outcome::Unread,
        })
    }
}

impl Sink for Emitter {
    fn take(&mut self, batch: &Batch<'_>) -> Result<(), Failure> {
        let blobs = batch.records().filter_map(|found| batch.blob(found).ok());
        let blobs = Vec::from_iter(blobs);
        let read = self.deaggregator.deaggregate_batch(&blobs);
        self.counts.add(batch.records().count(), &read.report());
        let mut outcomes = read.iter();
        let mut emission = Emission {
            batch,
            target: &mut self.target,
            output: &mut self.output,
            counts: &mut self.counts,
            strict: self.strict,
        };
        for item in &batch.items {
            match item {
                Item::Open(document) => emission.open(document),
                Item::Close => emission.close(),
                Item::Record(found) => match batch.blob(found) {
                    Err(fault) => emission.fault(found, fault)?,
                    Ok(blob) => {
                        let outcome = outcomes.next();
                        outcome.map_or(Ok(()), |outcome| emission.record(found, blob, outcome))?;
                    }
                },
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.output.flush()
    }
}

impl Parallel for Emitter {
    fn fork(&self, output: Output) -> Self {
        Self {
            deaggregator: deaggregator(self.range),
            range: self.range,
            target: self.target.clone(),
            output,
            counts: Counts::default(),
            strict: self.strict,
        }
    }

    fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    fn settle(&mut self, whole: &mut Self) {
        whole.counts.add_all(&mem::take(&mut self.counts));
    }
}

/// A batch on its way out.
struct Emission<'e> {
    batch: &'e Batch<'e>,
    target: &'e mut Target,
    output: &'e mut Output,
    counts: &'e mut Counts,
    strict: bool,
}

impl Emission<'_> {
    fn open(&mut self, document: &kinesis_agg_events::Document<'_>) {
        self.target.open(document, &mut self.output.buffer);
    }

    fn close(&mut self) {
        self.target.close(&mut self.output.buffer);
    }

    /// What the library made of one blob.
    fn record(
        &mut self,
        found: &Found<'_>,
        blob: &[u8],
        outcome: Deaggregated<'_, '_>,
    ) -> Result<(), Failure> {
        match outcome {
            // Counted as the library reports it.
            Deaggregated::Dropped { .. } => Ok(()),
            Deaggregated::Aggregated(mut user_records) => {
                if user_records.len() + user_records.dropped() == 0 {
                    let told = "an aggregate without user records";
                    notice::say_at(self.batch.file, found.place, &told);
                }
                let outer = self.target.outer(found.record.as_ref());
                user_records.try_for_each(|user_record| self.user_record(&outer, &user_record))
            }
            Deaggregated::NotAggregated(reason) => {
                if reason.has_magic() {
                    let told = format_args!("not aggregated: {reason}");
                    notice::say_at(self.batch.file, found.place, &told);
                }
                self.pass_through(found, blob, reason)?;
                self.stop_if_strict(reason.has_magic())
            }
        }
    }

    fn user_record(
        &mut self,
        outer: &Outer<'_>,
        user_record: &UserRecord<'_>,
    ) -> Result<(), Failure> {
        self.counts.not_utf8 += u64::from(!is_utf8(user_record));
        let out = &mut self.output.buffer;
        self.target.user_record(outer, user_record, out);
        self.output.written()
    }

    fn pass_through(
        &mut self,
        found: &Found<'_>,
        blob: &[u8],
        reason: NotAggregated,
    ) -> Result<(), Failure> {
        let out = &mut self.output.buffer;
        let passed = Passed::NotAggregated(reason);
        let written = match &found.record {
            Some(record) => self.target.record(record, Some(blob), passed, out),
            None => self.target.blob(blob, reason, out),
        };
        self.left_out(found, written)?;
        self.output.written()
    }

    /// A record without data, or what is none.
    fn fault(&mut self, found: &Found<'_>, fault: &Fault) -> Result<(), Failure> {
        notice::say_at(self.batch.file, found.place, fault);
        let out = &mut self.output.buffer;
        let written = match &found.record {
            Some(record) => {
                let passed = Passed::Name(fault.name());
                self.target.record(record, None, passed, out)
            }
            None => self.target.no_record(found.text, fault.name(), out),
        };
        self.counts.malformed += u64::from(written.is_ok());
        self.left_out(found, written)?;
        self.output.written()?;
        self.stop_if_strict(true)
    }

    /// Says that a record has no place in the output.
    fn left_out(
        &mut self,
        found: &Found<'_>,
        written: Result<(), WriteError>,
    ) -> Result<(), Failure> {
        let Err(error) = written else {
            return Ok(());
        };
        self.counts.left_out += 1;
        let told = format_args!("left out: {error}");
        notice::say_at(self.batch.file, found.place, &told);
        self.stop_if_strict(true)
    }

    const fn stop_if_strict(&self, is_malformed: bool) -> Result<(), Failure> {
        if self.strict && is_malformed {
            return Err(Failure::Strict);
        }
        Ok(())
    }
}

/// Whether all of its keys are text. Tags are looked at where there are any.
fn is_utf8(user_record: &UserRecord<'_>) -> bool {
    let is_text = |key: kinesis_agg::Key<'_>| key.to_str().is_ok();
    is_text(user_record.partition_key)
        && user_record.explicit_hash_key.is_none_or(is_text)
        && user_record
            .tags
            .clone()
            .all(|tag| is_text(tag.key) && tag.value.is_none_or(is_text))
}
