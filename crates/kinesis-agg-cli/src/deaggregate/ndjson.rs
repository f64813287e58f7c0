//! A line of NDJSON: a Kinesis record in the spelling of the AWS SDKs.
//!
//! ```json
//! {"PartitionKey":"customer-7","SequenceNumber":"4959…","Data":"84mawgoD…"}
//! ```
//!
//! Only `Data` must be there.

use super::batch::{Batch, Entry, Source, span_of};
use super::fault::Fault;
use super::record::{Record, Spelling};
use crate::data;
use crate::json;
use crate::notice::Place;

/// Adds the line that begins at `start` in the batch's text. Blank lines are
/// nothing.
pub(super) fn add_line(batch: &mut Batch, start: usize, place: Place) {
    let Batch { text, records } = batch;
    let line = &text[start..];
    let entry = match record(line) {
        Ok((object, record)) => Entry {
            place,
            source: record.source(text, object),
            sequence_number: record.sequence_number().map(|json| span_of(text, json)),
            blob: record
                .data()
                .and_then(|data| data::decode(data, &mut records.blobs).map_err(Fault::BadData)),
        },
        Err(_) if line.trim_ascii().is_empty() => return,
        Err((column, what)) => Entry {
            place: place.at(column),
            source: Source::Other(start..text.len()),
            sequence_number: None,
            blob: Err(Fault::NotJson(what)),
        },
    };
    records.entries.push(entry);
}

/// The object in `line` and what it holds, else the column, from 1, where it
/// goes wrong, and how.
fn record(line: &[u8]) -> Result<(&str, Record<'_>), (u64, String)> {
    let line = str::from_utf8(line)
        .map_err(|error| (error.valid_up_to() as u64 + 1, "no UTF-8".to_owned()))?;
    let object = line.trim_ascii();
    let white = line.len() - line.trim_ascii_start().len();
    if !object.starts_with('{') {
        return Err((white as u64 + 1, json::instead_of_object(object).to_owned()));
    }
    let record = Record::read(object, Spelling::Sdk).map_err(|error| {
        let column = white + error.column().max(1);
        (column as u64, json::told(&error))
    })?;
    Ok((object, record))
}
