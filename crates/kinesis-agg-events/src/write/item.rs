//! One record to be written: what it says, and how each shape says it.

use std::borrow::Cow;

use kinesis_agg::{Key, Placement, Tags};
use serde::Serialize;

use super::DataEncoding;
use crate::record::outer_role;
use crate::shape::{FROM_FIREHOSE, Role, Shape};
use crate::text::Object;
use crate::{JsonTag, Record, json, time};

/// What all user records of one Kinesis record share: read once, written with
/// each.
#[derive(Clone, Debug, Default)]
pub struct Outer<'a> {
    /// As JSON.
    sequence_number: Option<&'a str>,
    timestamp: Option<Cow<'a, str>>,
    record_id: Option<&'a str>,
    partition_key: Option<&'a str>,
    explicit_hash_key: Option<&'a str>,
    /// Of a record that is a user record already.
    tags: Vec<JsonTag<'a>>,
    /// Fields that do not count, each with a comma in front: of the record's own
    /// object, and of the one inside.
    others: String,
    inner_others: String,
    /// The record came in the shape that is written.
    is_same: bool,
}

impl<'a> Outer<'a> {
    /// What `record` tells, to be written in the shape `to`.
    pub fn of(record: &Record<'a>, to: Shape) -> Self {
        let from = record.shape;
        let mut outer = Self {
            sequence_number: record.sequence_number.filter(|number| *number != "null"),
            timestamp: record.timestamp.map(|value| time::convert(value, from, to)),
            record_id: record.record_id,
            partition_key: record.partition_key,
            explicit_hash_key: record.explicit_hash_key,
            tags: record.tags().unwrap_or_default(),
            is_same: from == to,
            ..Self::default()
        };
        let keeps = from == to || (from.is_sdk() && to.is_sdk());
        if record.has_others && keeps && to != Shape::PutRecords {
            outer.others = others(record.object, |name| outer_role(from, name));
            outer.inner_others = record
                .inner
                .filter(|inner| inner.starts_with('{'))
                .map(|inner| others(inner, |name| from.role(name)))
                .unwrap_or_default();
        }
        outer
    }

    /// An item with the keys of this record.
    pub(super) fn item<'i>(&'i self, data: Payload<'i>) -> Item<'i> {
        Item {
            outer: self,
            partition_key: self.partition_key.map(Text::Json),
            explicit_hash_key: self.explicit_hash_key.map(Text::Json),
            data,
            sub_sequence_number: None,
            tags: Tags::default(),
            placement: None,
            aggregated: None,
        }
    }
}

/// The fields of `object` that do not count, each with a comma in front.
fn others(object: &str, role: impl Fn(&str) -> Role) -> String {
    let mut others = String::new();
    let walked = json::each_field(object, |name, value| {
        if role(&json::name(name)) == Role::Other {
            for part in [",", name, ":", value] {
                others.push_str(part);
            }
        }
    });
    debug_assert!(walked.is_ok(), "{walked:?}");
    others
}

/// The fields that do not count, in a line of NDJSON for a record that passes
/// through: those of the object that has its keys, or, where there is none, its
/// own.
pub(super) fn others_in_line(record: &Record<'_>, line: &mut Object<'_>) {
    let inner = record.inner.filter(|inner| inner.starts_with('{'));
    let object = inner.unwrap_or(record.object);
    let role = |name: &str| match (Shape::Ndjson.role(name), inner) {
        (Role::Other, Some(_)) => record.shape.role(name),
        (Role::Other, None) => outer_role(record.shape, name),
        // It would stand in the line twice.
        (role, _) => role,
    };
    if record.has_others {
        line.fields(&others(object, role));
    }
}

/// A text to be written: plain, or as JSON.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'a> {
    Plain(&'a str),
    Json(&'a str),
}

impl Text<'_> {
    fn put(self, name: &str, object: &mut Object<'_>) {
        match self {
            Self::Plain(text) => object.value(name, text),
            Self::Json(json) => object.raw(name, json),
        }
    }
}

/// Data to be written: bytes, or the JSON that stood there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload<'a> {
    Bytes(&'a [u8]),
    Json(Option<&'a str>),
}

/// A record to be written.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub(super) outer: &'a Outer<'a>,
    pub(super) partition_key: Option<Text<'a>>,
    pub(super) explicit_hash_key: Option<Text<'a>>,
    pub(super) data: Payload<'a>,
    pub(super) sub_sequence_number: Option<u64>,
    pub(super) tags: Tags<'a>,
    pub(super) placement: Option<Placement>,
    pub(super) aggregated: Option<bool>,
}

/// What a shape cannot do without, when nobody told.
#[derive(Debug)]
pub(super) struct MadeUp {
    pub(super) number: u64,
    pub(super) time: String,
}

impl Item<'_> {
    /// Bytes that count against the limits of a request.
    pub(super) fn size(&self) -> usize {
        let key = match self.partition_key {
            Some(Text::Plain(text)) => text.len(),
            // Without its quotes; escapes make it count for more than it is.
            Some(Text::Json(json)) => json.len().saturating_sub(2),
            None => 0,
        };
        let data = match self.data {
            Payload::Bytes(bytes) => bytes.len(),
            Payload::Json(json) => json.map_or(0, str::len),
        };
        key + data
    }

    /// The fields that all shapes with the names of the SDKs have.
    pub(super) fn sdk_fields(&self, encoding: DataEncoding, line: &mut Object<'_>) {
        self.keys(Shape::Ndjson, line);
        self.data(encoding, line);
        let outer = self.outer;
        if let Some(number) = outer.sequence_number {
            line.raw("SequenceNumber", number);
        }
        if let Some(number) = self.sub_sequence_number {
            line.value("SubSequenceNumber", &number);
        }
        if let Some(time) = &outer.timestamp {
            line.raw("ApproximateArrivalTimestamp", time);
        }
    }

    /// What is told about a user record, and what its Kinesis record said.
    pub(super) fn sdk_notes(&self, line: &mut Object<'_>) {
        if let Some(aggregated) = self.aggregated {
            line.value("Aggregated", &aggregated);
        }
        self.put_tags(Shape::Ndjson, line);
        if let Some(placement) = self.placement {
            line.value("InRange", &(placement == Placement::InRange));
        }
        line.fields(&self.outer.others);
    }

    fn keys(&self, shape: Shape, object: &mut Object<'_>) {
        for (key, role) in [
            (self.partition_key, Role::PartitionKey),
            (self.explicit_hash_key, Role::ExplicitHashKey),
        ] {
            if let Some(key) = key {
                key.put(shape.field(role), object);
            }
        }
    }

    fn data(&self, encoding: DataEncoding, object: &mut Object<'_>) {
        let bytes = match self.data {
            Payload::Bytes(bytes) => bytes,
            Payload::Json(Some(json)) => return object.raw("Data", json),
            Payload::Json(None) => return,
        };
        match (encoding, str::from_utf8(bytes)) {
            (DataEncoding::Utf8, Ok(text)) => object.value("Data", text),
            (DataEncoding::Utf8, Err(_)) => object.base64("DataBase64", bytes),
            (DataEncoding::Base64, _) => object.base64("Data", bytes),
            (DataEncoding::Hex, _) => object.hex("Data", bytes),
        }
    }

    fn camel_data(&self, object: &mut Object<'_>) {
        match self.data {
            Payload::Bytes(bytes) => object.base64("data", bytes),
            Payload::Json(json) => object.raw("data", json.unwrap_or("null")),
        }
    }

    /// The tags of the user record, or of the record that is one already.
    pub(super) fn all_tags(&self) -> impl Iterator<Item = JsonTag<'_>> {
        let own = self.tags.clone().map(|tag| {
            let value = tag.value.map(Key::as_str);
            (tag.key.as_str(), value)
        });
        let is_whole = self.aggregated.is_none();
        let outer = self.outer.tags.iter().filter(move |_| is_whole);
        own.chain(outer.cloned())
    }

    pub(super) fn put_tags(&self, shape: Shape, object: &mut Object<'_>) {
        let mut tags = self.all_tags().peekable();
        if tags.peek().is_none() {
            return;
        }
        let name = shape.field(Role::Tags);
        if shape.is_sdk() {
            let tags = tags.map(|(key, value)| SdkTag { key, value });
            object.value(name, &Vec::from_iter(tags));
        } else {
            let tags = tags.map(|(key, value)| CamelTag { key, value });
            object.value(name, &Vec::from_iter(tags));
        }
    }

    /// The sequence number, which these shapes have as a string.
    fn sequence_number(&self, name: &str, made_up: &MadeUp, object: &mut Object<'_>) {
        match self.outer.sequence_number {
            Some(json) if json.starts_with('"') => object.raw(name, json),
            Some(number) => object.value(name, number),
            None => object.value(name, &made_up.number.to_string()),
        }
    }

    fn time<'t>(&'t self, made_up: &'t MadeUp) -> &'t str {
        self.outer.timestamp.as_deref().unwrap_or(&made_up.time)
    }

    /// A record of a `PutRecords` request: nothing but what it takes.
    pub(super) fn request(&self, out: &mut Vec<u8>) {
        let mut record = Object::open(out);
        self.data(DataEncoding::Base64, &mut record);
        self.keys(Shape::PutRecords, &mut record);
        record.close();
    }

    /// A record of a `GetRecords` answer.
    pub(super) fn answer(&self, made_up: &MadeUp, out: &mut Vec<u8>) {
        let mut record = Object::open(out);
        self.sequence_number("SequenceNumber", made_up, &mut record);
        record.raw("ApproximateArrivalTimestamp", self.time(made_up));
        self.data(DataEncoding::Base64, &mut record);
        self.keys(Shape::GetRecords, &mut record);
        if let Some(number) = self.sub_sequence_number {
            record.value("SubSequenceNumber", &number);
        }
        self.sdk_notes(&mut record);
        record.close();
    }

    /// A record of a Lambda event.
    pub(super) fn lambda(&self, made_up: &MadeUp, out: &mut Vec<u8>) {
        let mut record = Object::open(out);
        record.object("kinesis", |kinesis| {
            self.kinesis(Shape::Lambda, made_up, kinesis);
            kinesis.fields(&self.outer.inner_others);
        });
        self.around(made_up, &mut record);
        record.close();
    }

    /// A record of a pipe's batch.
    pub(super) fn pipes(&self, made_up: &MadeUp, out: &mut Vec<u8>) {
        let mut record = Object::open(out);
        self.kinesis(Shape::Pipes, made_up, &mut record);
        self.around(made_up, &mut record);
        record.close();
    }

    fn kinesis(&self, shape: Shape, made_up: &MadeUp, object: &mut Object<'_>) {
        if !self.outer.is_same {
            object.value("kinesisSchemaVersion", "1.0");
        }
        self.keys(shape, object);
        self.sequence_number("sequenceNumber", made_up, object);
        if let Some(number) = self.sub_sequence_number {
            object.value("subSequenceNumber", &number);
        }
        self.camel_data(object);
        object.raw("approximateArrivalTimestamp", self.time(made_up));
        self.camel_notes(shape, object);
    }

    fn camel_notes(&self, shape: Shape, object: &mut Object<'_>) {
        if let Some(aggregated) = self.aggregated {
            object.value("aggregated", &aggregated);
        }
        self.put_tags(shape, object);
        if let Some(placement) = self.placement {
            object.value("inRange", &(placement == Placement::InRange));
        }
    }

    /// What Lambda and Pipes put around the keys and the data.
    fn around(&self, made_up: &MadeUp, object: &mut Object<'_>) {
        if self.outer.is_same {
            return object.fields(&self.outer.others);
        }
        let number = self.outer.sequence_number.and_then(json::text);
        let number = number.unwrap_or_else(|| made_up.number.to_string().into());
        object.value("eventSource", "aws:kinesis");
        object.value("eventVersion", "1.0");
        object.value("eventID", &format!("shardId-000000000000:{number}"));
        object.value("eventName", "aws:kinesis:record");
        object.value("invokeIdentityArn", "arn:aws:iam::000000000000:role/ROLE");
        object.value("awsRegion", "us-east-1");
        let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/STREAM";
        object.value("eventSourceARN", arn);
    }

    /// A record of an event of Firehose or Analytics.
    pub(super) fn transform(&self, shape: Shape, made_up: &MadeUp, out: &mut Vec<u8>) {
        let mut record = Object::open(out);
        record.value("recordId", &self.transform_id(made_up));
        if shape == Shape::Firehose {
            record.raw("approximateArrivalTimestamp", self.time(made_up));
        }
        self.camel_data(&mut record);
        // A record that was put straight into Firehose has none of it.
        if self.partition_key.is_some() || self.outer.sequence_number.is_some() {
            record.object(shape.inner().unwrap_or_default(), |metadata| {
                self.metadata(shape, made_up, metadata);
            });
        } else if shape == Shape::Analytics {
            record.object(FROM_FIREHOSE, |metadata| {
                metadata.raw("approximateArrivalTimestamp", self.time(made_up));
            });
        }
        record.fields(&self.outer.others);
        record.close();
    }

    fn metadata(&self, shape: Shape, made_up: &MadeUp, metadata: &mut Object<'_>) {
        if self.outer.sequence_number.is_some() {
            self.sequence_number("sequenceNumber", made_up, metadata);
        }
        if let Some(number) = self.sub_sequence_number {
            let name = match shape {
                Shape::Firehose => "subsequenceNumber",
                _ => "subSequenceNumber",
            };
            metadata.value(name, &number);
        }
        self.keys(shape, metadata);
        metadata.raw("approximateArrivalTimestamp", self.time(made_up));
        self.camel_notes(shape, metadata);
        if !self.outer.is_same {
            metadata.value("shardId", "shardId-000000000000");
        }
        metadata.fields(&self.outer.inner_others);
    }

    /// The answer names records by it, so no two may have the same.
    fn transform_id(&self, made_up: &MadeUp) -> String {
        match (
            self.outer.record_id.and_then(json::text),
            self.sub_sequence_number,
        ) {
            (None, _) => made_up.number.to_string(),
            (Some(id), None) => id.into_owned(),
            (Some(id), Some(number)) => format!("{id}.{number}"),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SdkTag<'a> {
    key: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct CamelTag<'a> {
    key: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Cow<'a, str>>,
}
