//! One record to be written: what it says, and how each shape says it.

use std::borrow::Cow;

use kinesis_agg::{Key, Placement, Tags};
use serde::Serialize;

use super::DataEncoding;
use super::outer::Outer;
use crate::shape::{FROM_FIREHOSE, Role, Shape};
use crate::text::Object;
use crate::{JsonTag, json};

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
    pub(super) record_id: u64,
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
        match encoding {
            DataEncoding::Base64 => object.base64("Data", bytes),
            DataEncoding::Hex => object.hex("Data", bytes),
            DataEncoding::Utf8 => match str::from_utf8(bytes) {
                Ok(text) => object.value("Data", text),
                Err(_) => object.base64("DataBase64", bytes),
            },
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
        let own = self.tags.clone().map(|tag| JsonTag {
            key: tag.key.as_str(),
            value: tag.value.map(Key::as_str),
        });
        let is_whole = self.aggregated.is_none();
        let outer = self.outer.tags.iter().filter(move |_| is_whole);
        own.chain(outer.cloned())
    }

    /// Whether there are tags, or something in their place.
    pub(super) fn has_tags(&self) -> bool {
        self.odd_tags().is_some() || self.all_tags().next().is_some()
    }

    fn odd_tags(&self) -> Option<&str> {
        self.outer.odd_tags.filter(|_| self.aggregated.is_none())
    }

    pub(super) fn put_tags(&self, shape: Shape, object: &mut Object<'_>) {
        let name = shape.field(Role::Tags);
        if let Some(json) = self.odd_tags() {
            return object.raw(name, json);
        }
        let tags = self.all_tags();
        if !self.has_tags() {
            return;
        }
        if shape.is_sdk() {
            let tags = tags.map(|JsonTag { key, value }| SdkTag { key, value });
            object.value(name, &Vec::from_iter(tags));
        } else {
            let tags = tags.map(|JsonTag { key, value }| CamelTag { key, value });
            object.value(name, &Vec::from_iter(tags));
        }
    }

    /// The sequence number, which these shapes have as a string.
    fn sequence_number(&self, name: &str, object: &mut Object<'_>) {
        match self.outer.sequence_number {
            Some(json) if json.starts_with('"') => object.raw(name, json),
            _ => object.value(name, &*self.outer.number_text()),
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
        self.sequence_number("SequenceNumber", &mut record);
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
        self.around(&mut record);
        record.close();
    }

    /// A record of a pipe's batch.
    pub(super) fn pipes(&self, made_up: &MadeUp, out: &mut Vec<u8>) {
        let mut record = Object::open(out);
        self.kinesis(Shape::Pipes, made_up, &mut record);
        self.around(&mut record);
        record.close();
    }

    fn kinesis(&self, shape: Shape, made_up: &MadeUp, object: &mut Object<'_>) {
        if !self.outer.has_envelope {
            object.value("kinesisSchemaVersion", "1.0");
        }
        self.keys(shape, object);
        self.sequence_number("sequenceNumber", object);
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

    /// What Lambda and Pipes put around the keys and the data. There is no event
    /// ID without a shard.
    fn around(&self, object: &mut Object<'_>) {
        if self.outer.has_envelope {
            return object.fields(&self.outer.others);
        }
        object.value("eventSource", "aws:kinesis");
        object.value("eventVersion", "1.0");
        if let Some(shard) = &self.outer.shard_id {
            let number = self.outer.number_text();
            object.value("eventID", &format!("{shard}:{number}"));
        }
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
        let has_metadata = self.partition_key.is_some()
            || self.explicit_hash_key.is_some()
            || self.sub_sequence_number.is_some()
            || self.outer.is_numbered()
            || self.has_tags();
        if has_metadata {
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
        if self.outer.is_numbered() {
            self.sequence_number("sequenceNumber", metadata);
        }
        if let Some(number) = self.sub_sequence_number {
            let name = match shape {
                Shape::Firehose => "subsequenceNumber",
                _ => "subSequenceNumber",
            };
            metadata.value(name, &number);
        }
        self.keys(shape, metadata);
        let time = self.outer.inner_timestamp.as_deref();
        metadata.raw(
            "approximateArrivalTimestamp",
            time.unwrap_or(self.time(made_up)),
        );
        self.camel_notes(shape, metadata);
        if let Some(shard) = &self.outer.shard_id {
            metadata.value("shardId", &**shard);
        }
        metadata.fields(&self.outer.inner_others);
    }

    /// The answer names records by it, so no two may have the same.
    fn transform_id(&self, made_up: &MadeUp) -> String {
        match (
            self.outer.record_id.and_then(json::text),
            self.sub_sequence_number,
        ) {
            (None, _) => made_up.record_id.to_string(),
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
