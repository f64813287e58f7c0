//! From a batch to lines: one for each user record, and one for each record that
//! passes through, in the order of the input.

use std::borrow::Cow;

use kinesis_agg::{Deaggregated, Deaggregator, Key, Placement, UserRecord};
use serde::Serialize;

use super::batch::{Entry, Records, Source, Span};
use super::counts::Counts;
use super::record::{RENAMED, is_ours};
use crate::exit::Failure;
use crate::json;
use crate::notice;
use crate::output::{Object, Output};

/// Takes records apart and writes what comes out.
#[derive(Debug)]
pub(super) struct Emitter {
    pub(super) deaggregator: Deaggregator,
    pub(super) output: Output,
    pub(super) counts: Counts,
}

impl Emitter {
    /// Writes what is in `records`, which lie in `text` of the file `name`, and
    /// empties it: nothing comes a second time, even when writing failed.
    pub(super) fn emit(
        &mut self,
        name: &str,
        text: &[u8],
        records: &mut Records,
    ) -> Result<(), Failure> {
        let emitted = self.emit_all(name, text, records);
        records.clear();
        emitted
    }

    fn emit_all(&mut self, name: &str, text: &[u8], records: &Records) -> Result<(), Failure> {
        let Self {
            deaggregator,
            output,
            counts,
        } = self;
        let blobs = records.entries.iter();
        let blobs = blobs.filter_map(|entry| entry.blob.as_ref().ok());
        let blobs = Vec::from_iter(blobs.map(|span| &records.blobs[span.clone()]));
        let read = deaggregator.deaggregate_batch(&blobs);
        counts.add(records.entries.len(), &read.report());
        let mut outcomes = read.iter();
        for entry in &records.entries {
            if let Err(fault) = &entry.blob {
                notice::say_at(name, entry.place, fault);
                counts.malformed += 1;
                pass_through(text, entry, fault.name(), None, output)?;
                continue;
            }
            if let Some(outcome) = outcomes.next() {
                outcome_lines(name, text, entry, outcome, output, counts)?;
            }
        }
        Ok(())
    }
}

/// Writes what the library made of one blob.
fn outcome_lines(
    name: &str,
    text: &[u8],
    entry: &Entry,
    outcome: Deaggregated<'_, '_>,
    output: &mut Output,
    counts: &mut Counts,
) -> Result<(), Failure> {
    match outcome {
        // Counted as the library reports it.
        Deaggregated::Dropped { .. } => Ok(()),
        Deaggregated::Aggregated(mut user_records) => {
            let sequence_number = entry.sequence_number.clone();
            let sequence_number = sequence_number.map(|span| &text[span]);
            user_records.try_for_each(|user_record| {
                user_record_line(&user_record, sequence_number, output, counts)
            })
        }
        Deaggregated::NotAggregated(reason) => {
            if reason.has_magic() {
                let told = format_args!("not aggregated: {reason}");
                notice::say_at(name, entry.place, &told);
            }
            pass_through(text, entry, reason.name(), reason.offset(), output)
        }
    }
}

fn user_record_line(
    record: &UserRecord<'_>,
    sequence_number: Option<&[u8]>,
    output: &mut Output,
    counts: &mut Counts,
) -> Result<(), Failure> {
    let all_utf8 = &mut true;
    let mut line = output.object();
    line.value("PartitionKey", &text(record.partition_key, all_utf8));
    if let Some(key) = record.explicit_hash_key {
        line.value("ExplicitHashKey", &text(key, all_utf8));
    }
    line.base64("Data", record.data);
    if let Some(number) = sequence_number {
        line.raw("SequenceNumber", number);
    }
    line.value("SubSequenceNumber", &record.sub_sequence_number);
    line.value("Aggregated", &true);
    let tags = record.tags.clone().map(|tag| TagLine {
        key: text(tag.key, all_utf8),
        value: tag.value.map(|value| text(value, all_utf8)),
    });
    let tags = Vec::from_iter(tags);
    if !tags.is_empty() {
        line.value("Tags", &tags);
    }
    if let Some(placement) = record.placement {
        line.value("InRange", &(placement == Placement::InRange));
    }
    counts.not_utf8 += u64::from(!*all_utf8);
    output.end_line()
}

/// The text of a key; says so when it had to be mended.
fn text<'blob>(key: Key<'blob>, all_utf8: &mut bool) -> Cow<'blob, str> {
    let text = key.as_str();
    *all_utf8 &= matches!(text, Cow::Borrowed(_));
    text
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TagLine<'a> {
    key: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Cow<'a, str>>,
}

/// Writes a record as it came, and why it is no aggregate.
fn pass_through(
    text: &[u8],
    entry: &Entry,
    reason: &str,
    offset: Option<usize>,
    output: &mut Output,
) -> Result<(), Failure> {
    let text = |span: &Span| &text[span.clone()];
    let mut line = match &entry.source {
        Source::Object {
            span,
            is_empty,
            has_ours: false,
        } => output.object_from(text(span), *is_empty),
        Source::Object { span, .. } => without_ours(text(span), output),
        Source::Kinesis(span) => of_kinesis(text(span), output),
        Source::Other(_) => output.object(),
    };
    line.value("Aggregated", &false);
    line.value("NotAggregated", reason);
    if let Some(offset) = offset {
        line.value("Offset", &offset);
    }
    if let Source::Other(span) = &entry.source {
        line.base64("Line", without_line_feed(text(span)));
    }
    output.end_line()
}

fn without_line_feed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// The fields of the object `kinesis` of a Lambda event: last those that all
/// records have, in the spelling of the others.
fn of_kinesis<'o>(kinesis: &[u8], output: &'o mut Output) -> Object<'o> {
    let mut renamed = [None; RENAMED.len()];
    let mut line = output.object();
    each_field(kinesis, |plain, name, value| {
        let at = RENAMED.iter().position(|(lambda, _)| *lambda == plain);
        match at.map(|at| &mut renamed[at]) {
            Some(slot @ None) => *slot = Some(value),
            None if is_ours(plain) => {}
            // One that stands there twice is with the others.
            None | Some(Some(_)) => line.raw_field(name, value),
        }
    });
    for ((_, name), value) in RENAMED.iter().zip(renamed) {
        if let Some(value) = value {
            line.raw(name, value);
        }
    }
    line
}

/// The fields of `object` but for those that we add, which would stand there
/// twice.
fn without_ours<'o>(object: &[u8], output: &'o mut Output) -> Object<'o> {
    let mut line = output.object();
    each_field(object, |plain, name, value| {
        if !is_ours(plain) {
            line.raw_field(name, value);
        }
    });
    line
}

/// Calls `each` with each field of an object that was read before: its name, the
/// same as JSON, and the value.
fn each_field<'a>(object: &'a [u8], mut each: impl FnMut(&str, &'a str, &'a [u8])) {
    let object = str::from_utf8(object).unwrap_or_default();
    let walked = json::each_field(object, |name, value| {
        let plain = json::text(name).unwrap_or_default();
        each(&plain, name, value.get().as_bytes());
    });
    debug_assert!(walked.is_ok(), "{walked:?}");
}
