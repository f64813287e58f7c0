//! From a batch to lines: one for each user record, and one for each record that
//! passes through, in the order of the input.

use std::borrow::Cow;

use kinesis_agg::{Deaggregated, Deaggregator, Key, Placement, UserRecord};
use serde::Serialize;

use super::batch::{Batch, Entry, Kinesis, Source, Span};
use super::counts::Counts;
use super::ndjson::{Field, Fields};
use crate::exit::Failure;
use crate::notice;
use crate::output::{Object, Output};

/// Takes the records of `batch` apart and writes what comes out.
pub(super) fn emit(
    name: &str,
    batch: &Batch,
    deaggregator: &mut Deaggregator,
    output: &mut Output,
    counts: &mut Counts,
) -> Result<(), Failure> {
    let blobs = batch
        .entries
        .iter()
        .filter_map(|entry| entry.blob.as_ref().ok());
    let blobs = Vec::from_iter(blobs.map(|span| &batch.blobs[span.clone()]));
    let read = deaggregator.deaggregate_batch(&blobs);
    counts.add(batch.entries.len(), &read.report());
    let mut outcomes = read.iter();
    for entry in &batch.entries {
        let outcome = match &entry.blob {
            Ok(_) => outcomes.next(),
            Err(fault) => {
                notice::say_at(name, entry.place, fault);
                counts.malformed += 1;
                pass_through(batch, entry, fault.name(), None, output)?;
                continue;
            }
        };
        match outcome {
            // Counted above.
            None | Some(Deaggregated::Dropped) => {}
            Some(Deaggregated::Aggregated(user_records)) => {
                let sequence_number = entry.sequence_number.clone();
                let sequence_number = sequence_number.map(|span| &batch.text[span]);
                for user_record in user_records {
                    user_record_line(&user_record, sequence_number, output, counts)?;
                }
            }
            Some(Deaggregated::NotAggregated(reason)) => {
                if reason.has_magic() {
                    notice::say_at(name, entry.place, &format_args!("not aggregated: {reason}"));
                }
                pass_through(batch, entry, reason.name(), reason.offset(), output)?;
            }
        }
    }
    Ok(())
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
    batch: &Batch,
    entry: &Entry,
    reason: &str,
    offset: Option<usize>,
    output: &mut Output,
) -> Result<(), Failure> {
    let text = |span: &Span| &batch.text[span.clone()];
    let mut line = match &entry.source {
        Source::Object {
            span,
            is_empty,
            has_ours: false,
        } => output.object_from(text(span), *is_empty),
        Source::Object { span, .. } => without_ours(text(span), output),
        Source::Kinesis(kinesis) => of_kinesis(&kinesis.map(text), output),
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

/// A record of a Lambda event in the spelling of all others.
fn of_kinesis<'o>(kinesis: &Kinesis<&[u8]>, output: &'o mut Output) -> Object<'o> {
    let mut line = output.object();
    for (name, value) in [
        ("PartitionKey", kinesis.partition_key),
        ("ExplicitHashKey", kinesis.explicit_hash_key),
        ("Data", kinesis.data),
        ("SequenceNumber", kinesis.sequence_number),
        (
            "ApproximateArrivalTimestamp",
            kinesis.approximate_arrival_timestamp,
        ),
    ] {
        if let Some(value) = value {
            line.raw(name, value);
        }
    }
    line
}

/// The fields of `object` but for those that we add, which would stand there
/// twice. They come from an earlier run.
fn without_ours<'o>(object: &[u8], output: &'o mut Output) -> Object<'o> {
    let mut line = output.object();
    // It was read before, so it is an object.
    let fields = serde_json::from_slice(object).map_or(Vec::new(), |Fields(fields)| fields);
    for (name, value) in fields {
        let is_ours = serde_json::from_str(name.get()).is_ok_and(Field::is_ours);
        if !is_ours {
            line.raw_field(name.get(), value.get());
        }
    }
    line
}
