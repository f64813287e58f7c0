//! A Lambda event of a Kinesis stream.
//!
//! ```json
//! {"Records":[{"kinesis":{"partitionKey":"…","sequenceNumber":"…","data":"…"}, …}, …]}
//! ```
//!
//! Each record is read on its own, so that a damaged one does not take the others
//! with it, and goes out when enough of them wait: an event takes little more
//! memory than its text, whatever stands in it. What Lambda adds around the object
//! `kinesis` is not looked at.
//!
//! Source: the AWS documentation, "Using Lambda to process records from Amazon
//! Kinesis Data Streams".

use serde_json::value::RawValue;

use super::batch::{Batch, Entry, Records, Source, span_of};
use super::fault::Fault;
use super::record::{Record, Spelling};
use crate::data;
use crate::exit::Failure;
use crate::json;
use crate::notice::Place;

/// Adds the records of the event that begins at `start` in the batch's text.
/// Each time the batch is full, `emit` empties it.
pub(super) fn add_event(
    batch: &mut Batch,
    start: usize,
    place: Place,
    mut emit: impl FnMut(&[u8], &mut Records) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Batch { text, records } = batch;
    let whole = Place::line(place.line);
    let list = match event(&text[start..], place) {
        Ok(list) => list,
        Err(no_event) => {
            records.entries.push(no_event.entry(text, start, place));
            return Ok(());
        }
    };
    let mut number = 0;
    json::each_value(list, |record| {
        let entry = record_entry(text, &mut records.blobs, record, whole.record(number));
        records.entries.push(entry);
        number += 1;
        if records.is_full() {
            return emit(text, records);
        }
        Ok(())
    })
}

/// What stands where an event should.
enum NoEvent<'a> {
    /// An object of which no one list `Records` can be read.
    Object(&'a str, Fault),
    /// No JSON object.
    NotJson {
        /// The line of the text where it goes wrong, from 0.
        line: u64,
        /// The byte of that line, from 1.
        column: u64,
        what: String,
    },
}

impl NoEvent<'_> {
    /// An entry for what begins at `start` of `text` and at `place`.
    fn entry(self, text: &[u8], start: usize, place: Place) -> Entry {
        let (line, column, what) = match self {
            Self::Object(object, fault) => {
                return object_entry(text, object, Place::line(place.line), fault);
            }
            Self::NotJson { line, column, what } => (line, column, what),
        };
        Entry {
            place: match line {
                0 => place.at(place.column.unwrap_or(1) + column - 1),
                _ => Place::line(place.line + line).at(column),
            },
            source: Source::Other(start..text.len()),
            sequence_number: None,
            blob: Err(Fault::NotJson(what)),
        }
    }
}

/// The list `Records` of the event that is all of `text`, and begins at `place`.
fn event(text: &[u8], place: Place) -> Result<&str, NoEvent<'_>> {
    let text = str::from_utf8(text).map_err(|error| no_utf8(text, error.valid_up_to()))?;
    let object = text.trim_ascii();
    let not_json = |line: usize, column: usize, what| NoEvent::NotJson {
        line: line.saturating_sub(1) as u64,
        column: column.max(1) as u64,
        what,
    };
    if !object.starts_with('{') {
        return Err(not_json(1, 1, json::instead_of_object(object).to_owned()));
    }
    let records = field(text, "Records").map_err(|error| {
        let what = if error.is_eof() {
            format!("the event opened in line {} is not closed", place.line)
        } else {
            json::told(&error)
        };
        not_json(error.line(), error.column(), what)
    })?;
    match records {
        Found::Once(list) if list.get().starts_with('[') => Ok(list.get()),
        Found::Once(_) | Found::Never => Err(NoEvent::Object(object, Fault::NoRecords)),
        Found::Twice => Err(NoEvent::Object(object, Fault::Twice("Records"))),
    }
}

fn no_utf8(text: &[u8], valid: usize) -> NoEvent<'_> {
    let valid = &text[..valid];
    let last = memchr::memrchr(b'\n', valid).map_or(0, |at| at + 1);
    NoEvent::NotJson {
        line: memchr::memchr_iter(b'\n', valid).count() as u64,
        column: (valid.len() - last) as u64 + 1,
        what: "no UTF-8".to_owned(),
    }
}

/// How often a field stands in an object, and what it holds.
enum Found<'a> {
    Never,
    Once(&'a RawValue),
    Twice,
}

fn field<'a>(object: &'a str, wanted: &str) -> serde_json::Result<Found<'a>> {
    let mut found = Found::Never;
    json::each_field(object, |name, value| {
        if json::text(name).is_some_and(|name| name == wanted) {
            found = match found {
                Found::Never => Found::Once(value),
                Found::Once(_) | Found::Twice => Found::Twice,
            };
        }
    })?;
    Ok(found)
}

fn record_entry(text: &[u8], blobs: &mut Vec<u8>, record: &str, place: Place) -> Entry {
    let (object, kinesis, data) = match kinesis(record) {
        Ok(found) => found,
        Err(fault) => return object_entry(text, record, place, fault),
    };
    Entry {
        place,
        source: Source::Kinesis(span_of(text, object)),
        sequence_number: kinesis.sequence_number().map(|json| span_of(text, json)),
        blob: data.and_then(|data| data::decode(data, blobs).map_err(Fault::BadData)),
    }
}

type Data<'a> = Result<&'a RawValue, Fault>;

/// The object `kinesis` of an event's record, what it holds, and its data.
fn kinesis(record: &str) -> Result<(&str, Record<'_>, Data<'_>), Fault> {
    let found = match field(record, "kinesis") {
        Ok(Found::Once(value)) => value.get(),
        Ok(Found::Twice) => return Err(Fault::Twice("kinesis")),
        Ok(Found::Never) | Err(_) => return Err(Fault::NoKinesis),
    };
    let kinesis = Record::read(found, Spelling::Lambda).map_err(|_| Fault::NoKinesis)?;
    match kinesis.data() {
        // All of it goes out as it stands.
        Err(Fault::Twice("Data")) => Err(Fault::Twice("data")),
        Err(Fault::Twice("SequenceNumber")) => Err(Fault::Twice("sequenceNumber")),
        // A hint would speak of the other spelling.
        Err(Fault::NoData(_)) => Ok((found, kinesis, Err(Fault::NoData(None)))),
        data => Ok((found, kinesis, data)),
    }
}

/// An entry for `object`, a part of `text`, that is what `fault` says.
fn object_entry(text: &[u8], object: &str, place: Place, fault: Fault) -> Entry {
    let source = match Record::read(object, Spelling::Sdk) {
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
