//! What is looked at in the JSON object of a Kinesis record, in both spellings.
//!
//! ```text
//! AWS SDKs   PartitionKey  ExplicitHashKey  Data  SequenceNumber  ApproximateArrivalTimestamp
//! Lambda     partitionKey  explicitHashKey  data  sequenceNumber  approximateArrivalTimestamp
//! ```
//!
//! Data and sequence number are looked at, and must not stand twice. All other
//! fields are only carried along, whatever they hold.

use serde_json::value::RawValue;

use super::batch::{Source, span_of};
use super::fault::{Fault, Hint};
use crate::json;

/// The fields that have another name in Lambda events than in the output, both
/// names, in the order of the output.
pub(super) const RENAMED: [(&str, &str); 5] = [
    ("partitionKey", "PartitionKey"),
    ("explicitHashKey", "ExplicitHashKey"),
    ("data", "Data"),
    ("sequenceNumber", "SequenceNumber"),
    ("approximateArrivalTimestamp", "ApproximateArrivalTimestamp"),
];

/// How the fields of a Kinesis record are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As in the AWS SDKs.
    Sdk,
    /// As in the object `kinesis` of a Lambda event.
    Lambda,
}

impl Spelling {
    /// What a field called `name` is called in the output.
    fn in_output(self, name: &str) -> &str {
        let renamed = RENAMED.iter().find(|(lambda, _)| *lambda == name);
        match (self, renamed) {
            (Self::Lambda, Some((_, sdk))) => sdk,
            _ => name,
        }
    }
}

/// Whether the program writes the field `name` itself: what stands there came
/// from an earlier run.
pub(super) fn is_ours(name: &str) -> bool {
    matches!(
        name,
        "Aggregated" | "NotAggregated" | "Offset" | "InRange" | "SubSequenceNumber"
    )
}

/// What is looked at in a record.
#[derive(Debug)]
pub(super) struct Record<'a> {
    data: Option<&'a RawValue>,
    sequence_number: Option<&'a RawValue>,
    is_empty: bool,
    has_ours: bool,
    twice: Option<&'static str>,
    hint: Option<Hint>,
}

impl<'a> Record<'a> {
    /// Looks at the fields of `object`.
    pub(super) fn read(object: &'a str, spelling: Spelling) -> serde_json::Result<Self> {
        let mut record = Self {
            data: None,
            sequence_number: None,
            is_empty: true,
            has_ours: false,
            twice: None,
            hint: None,
        };
        json::each_field(object, |name, value| {
            let name = json::text(name).unwrap_or_default();
            record.add(spelling.in_output(&name), value);
        })?;
        Ok(record)
    }

    fn add(&mut self, name: &str, value: &'a RawValue) {
        self.is_empty = false;
        self.has_ours |= is_ours(name);
        match name {
            "Data" if self.data.replace(value).is_some() => self.twice = Some("Data"),
            "SequenceNumber" if self.sequence_number.replace(value).is_some() => {
                self.twice = Some("SequenceNumber");
            }
            "Records" if value.get().starts_with('[') => self.hint = Some(Hint::Records),
            "data" => self.hint = self.hint.or(Some(Hint::LowerCase)),
            _ => {}
        }
    }

    /// The data, as JSON.
    pub(super) fn data(&self) -> Result<&'a RawValue, Fault> {
        match (self.twice, self.data) {
            (Some(name), _) => Err(Fault::Twice(name)),
            (None, Some(data)) if data.get() != "null" => Ok(data),
            _ => Err(Fault::NoData(self.hint)),
        }
    }

    /// The sequence number, as JSON.
    pub(super) fn sequence_number(&self) -> Option<&'a str> {
        let number = self.sequence_number.map(RawValue::get);
        number.filter(|number| *number != "null")
    }

    /// The source of a record that is all of `object`, a part of `text`.
    pub(super) fn source(&self, text: &[u8], object: &str) -> Source {
        Source::Object {
            span: span_of(text, object),
            is_empty: self.is_empty,
            has_ours: self.has_ours,
        }
    }
}
