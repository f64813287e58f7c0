//! A Lambda event of a Kinesis stream.
//!
//! ```json
//! {"Records":[{"kinesis":{"partitionKey":"…","sequenceNumber":"…","data":"…"}, …}, …]}
//! ```
//!
//! Each record is read on its own, so that a damaged one does not take the others
//! with it. What Lambda adds around the object `kinesis` is not looked at.
//!
//! Source: the AWS documentation, "Using Lambda to process records from Amazon
//! Kinesis Data Streams".

use serde::Deserialize;
use serde_json::value::RawValue;

use super::batch::{Batch, Entry, Kinesis, Source, span_of};
use super::fault::Fault;
use super::ndjson::Record;
use crate::data;
use crate::notice::Place;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct EventRecord<'a> {
    #[serde(borrow)]
    kinesis: Kinesis<&'a RawValue>,
}

/// Adds the records of the event that begins at `start` in the batch's text.
pub(super) fn add_event(batch: &mut Batch, start: usize, place: Place) {
    let Batch {
        text,
        blobs,
        entries,
    } = batch;
    let whole = Place {
        column: None,
        ..place
    };
    match event(&text[start..]) {
        Ok(Event { records }) => {
            for (number, record) in records.into_iter().enumerate() {
                entries.push(record_entry(text, blobs, record, whole.record(number)));
            }
        }
        Err(NoEvent::Object(object)) => {
            entries.push(object_entry(text, object, whole, Fault::NoRecords));
        }
        Err(NoEvent::NotJson { line, column, what }) => entries.push(Entry {
            place: match line {
                0 => place.at(place.column.unwrap_or(1) + column - 1),
                _ => Place::line(place.line + line).at(column),
            },
            source: Source::Other(start..text.len()),
            sequence_number: None,
            blob: Err(Fault::NotJson(what)),
        }),
    }
}

/// What stands where an event should.
enum NoEvent<'a> {
    /// An object without a list `Records`.
    Object(&'a str),
    /// No JSON object.
    NotJson {
        /// The line of the text where it goes wrong, from 0.
        line: u64,
        /// The byte of that line, from 1.
        column: u64,
        what: String,
    },
}

fn event(text: &[u8]) -> Result<Event<'_>, NoEvent<'_>> {
    let text = str::from_utf8(text).map_err(|error| {
        let valid = &text[..error.valid_up_to()];
        let last = memchr::memrchr(b'\n', valid).map_or(0, |at| at + 1);
        NoEvent::NotJson {
            line: memchr::memchr_iter(b'\n', valid).count() as u64,
            column: (valid.len() - last) as u64 + 1,
            what: "no UTF-8".to_owned(),
        }
    })?;
    let error = match serde_json::from_str::<Event<'_>>(text) {
        Ok(event) => return Ok(event),
        Err(error) => error,
    };
    match serde_json::from_str::<Record<'_>>(text) {
        Ok(_) => Err(NoEvent::Object(text.trim_ascii())),
        Err(_) => Err(NoEvent::NotJson {
            line: error.line().saturating_sub(1) as u64,
            column: error.column().max(1) as u64,
            what: data::told(&error),
        }),
    }
}

fn record_entry(text: &[u8], blobs: &mut Vec<u8>, record: &RawValue, place: Place) -> Entry {
    let span = |raw: &&RawValue| span_of(text, raw.get());
    let Ok(EventRecord { kinesis }) = serde_json::from_str(record.get()) else {
        return object_entry(text, record.get(), place, Fault::NoKinesis);
    };
    Entry {
        place,
        sequence_number: kinesis.sequence_number.as_ref().map(span),
        source: Source::Kinesis(kinesis.map(span)),
        blob: match kinesis.data {
            None => Err(Fault::NoData),
            Some(data) => data::decode(data, blobs).map_err(Fault::BadData),
        },
    }
}

/// An entry for `object`, a part of `text`, that is what `fault` says.
fn object_entry(text: &[u8], object: &str, place: Place, fault: Fault) -> Entry {
    let source = match serde_json::from_str::<Record<'_>>(object) {
        Ok(record) => record.source(text, object),
        Err(_) => Source::Other(span_of(text, object)),
    };
    Entry {
        place,
        source,
        sequence_number: None,
        blob: Err(fault),
    }
}
