//! A line of NDJSON: a Kinesis record in the spelling of the AWS SDKs.
//!
//! ```json
//! {"PartitionKey":"customer-7","SequenceNumber":"4959…","Data":"84mawgoD…"}
//! ```
//!
//! Only `Data` must be there. It and the sequence number are looked at, all
//! other fields are only carried along, whatever they hold.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::batch::{Batch, Entry, Source, span_of};
use super::fault::Fault;
use crate::data;
use crate::notice::Place;

/// Adds the line that begins at `start` in the batch's text. Blank lines are
/// nothing.
pub(super) fn add_line(batch: &mut Batch, start: usize, place: Place) {
    let Batch {
        text,
        blobs,
        entries,
    } = batch;
    let line = &text[start..];
    let entry = match record(line) {
        Ok((object, record)) => Entry {
            place,
            source: record.source(text, object),
            sequence_number: record.sequence_number.map(|raw| span_of(text, raw.get())),
            blob: match record.data {
                None => Err(Fault::NoData),
                Some(data) => data::decode(data, blobs).map_err(Fault::BadData),
            },
        },
        Err(_) if line.trim_ascii().is_empty() => return,
        Err((column, what)) => Entry {
            place: place.at(column),
            source: Source::Other(start..text.len()),
            sequence_number: None,
            blob: Err(Fault::NotJson(what)),
        },
    };
    entries.push(entry);
}

/// The object in `line` and what it holds, else the column, from 1, where it
/// goes wrong, and how.
fn record(line: &[u8]) -> Result<(&str, Record<'_>), (u64, String)> {
    let line = str::from_utf8(line)
        .map_err(|error| (error.valid_up_to() as u64 + 1, "no UTF-8".to_owned()))?;
    let record = serde_json::from_str(line)
        .map_err(|error| (error.column().max(1) as u64, data::told(&error)))?;
    Ok((line.trim_ascii(), record))
}

/// What is looked at in a record.
#[derive(Debug)]
pub(super) struct Record<'a> {
    data: Option<&'a RawValue>,
    sequence_number: Option<&'a RawValue>,
    is_empty: bool,
    has_ours: bool,
}

impl Record<'_> {
    /// The source of a record that is all of `object`, a part of `text`.
    pub(super) fn source(&self, text: &[u8], object: &str) -> Source {
        Source::Object {
            span: span_of(text, object),
            is_empty: self.is_empty,
            has_ours: self.has_ours,
        }
    }
}

/// Names of fields that mean something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(field_identifier)]
pub(super) enum Field {
    Data,
    SequenceNumber,
    Aggregated,
    NotAggregated,
    Offset,
    #[serde(other)]
    Other,
}

impl Field {
    /// Whether a record that passes through is given a field of this name.
    pub(super) const fn is_ours(self) -> bool {
        matches!(self, Self::Aggregated | Self::NotAggregated | Self::Offset)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Record<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    /// As everywhere, the last of two fields of one name counts.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut record = Record {
            data: None,
            sequence_number: None,
            is_empty: true,
            has_ours: false,
        };
        while let Some(field) = map.next_key::<Field>()? {
            record.is_empty = false;
            record.has_ours |= field.is_ours();
            match field {
                Field::Data => record.data = map.next_value()?,
                Field::SequenceNumber => record.sequence_number = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(record)
    }
}

/// All fields of an object: names and values, both as JSON.
pub(super) struct Fields<'a>(pub(super) Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}
