//! Writes records in any shape.
//!
//! ```text
//! open                  {"invocationId":…,"records":[     as it stood, in the same shape
//!   user_record           {…},                            one of an aggregate
//!   record                {…},                            one that passes through
//!   aggregated            {…}                             one that was made
//! close                 ],"region":…}
//! ```
//!
//! In the shape that a record came in, all that it says beside its keys and data
//! stays with it, and with each user record made of it. Another shape has only
//! what both know. What a shape cannot do without, and nobody told, is made up so
//! that it can be seen: numbers counted from 1 for what identifies a record, the
//! time given to [`Writer::with_time`] for when it arrived, the account
//! 000000000000, the region us-east-1, and names as STREAM, ROLE and APP. No shard
//! is ever made up.

mod item;
mod outer;

use kinesis_agg::{AggregatedRecord, Key, NotAggregated, UserRecord};

use crate::shape::Shape;
use crate::text::{Object, push_line};
use crate::{Document, Record, time};
use item::{Item, Payload, Text};
use outer::others_in_line;

pub use outer::Outer;

/// How the data of a record is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataEncoding {
    /// In base64, as AWS does.
    #[default]
    Base64,
    /// As text. Data that is no UTF-8 is written in base64, in a field of the
    /// name `DataBase64`.
    Utf8,
    /// In hexadecimal.
    Hex,
}

/// Records that one request of `PutRecords` takes.
pub const MAX_PUT_RECORDS: usize = 500;

/// Bytes of data and partition keys that one request of `PutRecords` takes.
pub const MAX_PUT_BYTES: usize = 10 << 20;

/// Why a record cannot be written in a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// The shape needs a partition key, and the record has none.
    NoPartitionKey,
    /// The shape needs keys that are text, and those of the record are not.
    BadKey,
    /// The record gives no data, and is of another shape.
    NoData,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NoPartitionKey => "it has no partition key, which this format needs",
            Self::BadKey => "its keys are no text, which this format needs",
            Self::NoData => "it gives no data to be written in this format",
        })
    }
}

impl std::error::Error for WriteError {}

/// Why a record passes through, to be written next to it in [`Shape::Ndjson`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Passed<'a> {
    /// Its data is no aggregate.
    NotAggregated(NotAggregated),
    /// It gives no data, for the reason of this name.
    Name(&'a str),
}

impl Passed<'_> {
    fn name(&self) -> &str {
        match self {
            Self::NotAggregated(reason) => reason.name(),
            Self::Name(name) => name,
        }
    }

    fn offset(&self) -> Option<usize> {
        match self {
            Self::NotAggregated(reason) => reason.offset(),
            Self::Name(_) => None,
        }
    }
}

/// Writes records of one shape to buffers.
#[derive(Clone, Debug)]
pub struct Writer {
    shape: Shape,
    encoding: DataEncoding,
    stream_name: String,
    now: i64,
    /// What stands around the records of the document that is open.
    around: Option<[String; 2]>,
    /// The open document came in the same shape.
    is_same: bool,
    /// Records in the document, and their bytes.
    records: usize,
    bytes: usize,
    /// Made-up numbers: of records written, and of Kinesis records without one.
    written: u64,
    unnumbered: u64,
    lost_tags: u64,
}

impl Writer {
    /// A writer of `shape`.
    pub fn new(shape: Shape) -> Self {
        Self {
            shape,
            encoding: DataEncoding::Base64,
            stream_name: "STREAM".to_owned(),
            now: 0,
            around: None,
            is_same: false,
            records: 0,
            bytes: 0,
            written: 0,
            unnumbered: 0,
            lost_tags: 0,
        }
    }

    /// The same with another encoding of the data, for [`Shape::Ndjson`]; all
    /// others are base64 by definition.
    #[must_use]
    pub fn with_encoding(mut self, encoding: DataEncoding) -> Self {
        if self.shape == Shape::Ndjson {
            self.encoding = encoding;
        }
        self
    }

    /// The same with the name of the stream, for [`Shape::PutRecords`].
    #[must_use]
    pub fn with_stream_name(mut self, name: impl Into<String>) -> Self {
        self.stream_name = name.into();
        self
    }

    /// The same with a time of arrival for records that come without, in
    /// milliseconds since 1970.
    #[must_use]
    pub const fn with_time(mut self, millis: i64) -> Self {
        self.now = millis;
        self
    }

    /// The shape that it writes.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// How many user records had tags that the shape has no place for.
    pub const fn lost_tags(&self) -> u64 {
        self.lost_tags
    }

    /// Whether a document is open.
    pub const fn is_open(&self) -> bool {
        self.around.is_some()
    }

    /// Begins a document: with what stood around the records of `document`, if
    /// that has the same shape. Lines have none.
    pub fn open(&mut self, document: Option<&Document<'_>>, out: &mut Vec<u8>) {
        self.close(out);
        let same = document.filter(|document| document.shape() == self.shape);
        self.is_same = same.is_some();
        if self.shape == Shape::Ndjson {
            return;
        }
        let made_up;
        let around = match same {
            // One record alone, and each made of it, stands alone again.
            Some(document) if document.is_bare_record() => return,
            Some(document) => document.around(),
            None => {
                let tail = if self.shape == Shape::Pipes {
                    "]"
                } else {
                    "]}"
                };
                made_up = self.head();
                (&*made_up, tail)
            }
        };
        push_line(out, around.0);
        self.around = Some([around.0, around.1].map(str::to_owned));
        (self.records, self.bytes) = (0, 0);
    }

    /// What a document begins with that came in another shape.
    fn head(&self) -> String {
        let arn =
            |service, resource| format!("arn:aws:{service}:us-east-1:000000000000:{resource}");
        if self.shape == Shape::Pipes {
            return "[".to_owned();
        }
        let mut text = Vec::new();
        let mut head = Object::open(&mut text);
        match self.shape {
            Shape::PutRecords => head.value("StreamName", &self.stream_name),
            Shape::Firehose => {
                head.value("invocationId", NO_INVOCATION);
                head.value(
                    "deliveryStreamArn",
                    &arn("firehose", "deliverystream/STREAM"),
                );
                head.value("region", "us-east-1");
            }
            Shape::Analytics => {
                head.value("invocationId", NO_INVOCATION);
                head.value(
                    "applicationArn",
                    &arn("kinesisanalytics", "application/APP"),
                );
                head.value("streamArn", &arn("kinesis", "stream/STREAM"));
            }
            _ => {}
        }
        head.raw(self.shape.list(), "[");
        // What we wrote is text.
        String::from_utf8(text).unwrap_or_default()
    }

    /// Ends the document that is open, and its line.
    pub fn close(&mut self, out: &mut Vec<u8>) {
        if let Some([_, tail]) = self.around.take() {
            push_line(out, &tail);
            out.push(b'\n');
        }
    }

    /// What all user records of one Kinesis record share: what `record` tells, to
    /// be written in the shape of this writer. `None` for data without a record.
    pub fn outer<'a>(&mut self, record: Option<&Record<'a>>) -> Outer<'a> {
        let mut outer = record.map_or_else(Outer::default, |record| Outer::of(record, self.shape));
        if !outer.is_numbered() {
            self.unnumbered += 1;
            outer.number = self.unnumbered;
        }
        outer
    }

    /// Writes a user record of the aggregate that `outer` was made for.
    pub fn user_record(
        &mut self,
        outer: &Outer<'_>,
        user_record: &UserRecord<'_>,
        out: &mut Vec<u8>,
    ) {
        let key = user_record.partition_key.as_str();
        let explicit = user_record.explicit_hash_key.map(Key::as_str);
        let item = Item {
            partition_key: Some(Text::Plain(&key)),
            explicit_hash_key: explicit.as_deref().map(Text::Plain),
            sub_sequence_number: Some(user_record.sub_sequence_number),
            tags: user_record.tags.clone(),
            placement: user_record.placement,
            aggregated: Some(true),
            ..outer.item(Payload::Bytes(user_record.data))
        };
        self.put(&item, out);
    }

    /// Writes a record that passes through, whose data is `blob`.
    ///
    /// # Errors
    ///
    /// When the shape needs what the record does not have. Then nothing is
    /// written.
    pub fn record(
        &mut self,
        record: &Record<'_>,
        blob: Option<&[u8]>,
        passed: Passed<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        if self.shape == Shape::Ndjson {
            self.line(record, blob, passed, out);
            return Ok(());
        }
        if record.shape() == self.shape {
            self.separate(record.object().len(), out);
            push_line(out, record.object());
            self.end_record(out);
            return Ok(());
        }
        let blob = blob.ok_or(WriteError::NoData)?;
        let keys = (record.partition_key(), record.explicit_hash_key());
        if keys.0.is_err() || keys.1.is_err() {
            return Err(WriteError::BadKey);
        }
        if self.shape == Shape::PutRecords && matches!(keys.0, Ok(None)) {
            return Err(WriteError::NoPartitionKey);
        }
        let outer = self.outer(Some(record));
        let item = Item {
            sub_sequence_number: record.sub_sequence_number(),
            ..outer.item(Payload::Bytes(blob))
        };
        self.put(&item, out);
        Ok(())
    }

    /// Writes data that came without any record around it.
    ///
    /// # Errors
    ///
    /// When the shape needs a partition key. Then nothing is written.
    pub fn blob(
        &mut self,
        blob: &[u8],
        reason: NotAggregated,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        if self.shape == Shape::PutRecords {
            return Err(WriteError::NoPartitionKey);
        }
        let passed = Passed::NotAggregated(reason);
        let outer = self.outer(None);
        let item = outer.item(Payload::Bytes(blob));
        if self.shape == Shape::Ndjson {
            let mut line = Object::open(out);
            item.sdk_fields(self.encoding, &mut line);
            end_line(line, passed);
        } else {
            self.put(&item, out);
        }
        Ok(())
    }

    /// Writes what stands in the place of a record and is none, for the reason
    /// `name`: in the document that it came in as it stood, and in
    /// [`Shape::Ndjson`] as the object that it is, or in base64.
    ///
    /// # Errors
    ///
    /// Elsewhere there is no place for it. Then nothing is written.
    pub fn no_record(
        &mut self,
        text: &[u8],
        name: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        let json = str::from_utf8(text).ok();
        if self.shape != Shape::Ndjson {
            let same = self.is_same && self.is_open();
            let json = json.filter(|_| same).ok_or(WriteError::NoData)?;
            self.separate(json.len(), out);
            push_line(out, json);
            return Ok(());
        }
        if let Some(Ok(record)) = json.map(|json| Record::read(json, Shape::Ndjson)) {
            self.line(&record, None, Passed::Name(name), out);
            return Ok(());
        }
        let mut line = Object::open(out);
        line.value("Aggregated", &false);
        line.value("NotAggregated", name);
        line.base64("Line", text.strip_suffix(b"\n").unwrap_or(text));
        line.close().push(b'\n');
        Ok(())
    }

    /// Writes a Kinesis record that was made of user records.
    pub fn aggregated(&mut self, record: &AggregatedRecord, out: &mut Vec<u8>) {
        let hash_key = record.explicit_hash_key().map(|key| key.to_string());
        let outer = self.outer(None);
        let item = Item {
            partition_key: Some(Text::Plain(record.partition_key())),
            explicit_hash_key: hash_key.as_deref().map(Text::Plain),
            ..outer.item(Payload::Bytes(record.data()))
        };
        if self.shape != Shape::Ndjson {
            return self.put(&item, out);
        }
        let mut line = Object::open(out);
        item.sdk_fields(self.encoding, &mut line);
        line.value("UserRecords", &record.user_record_count());
        line.value("HashKeySpan", &record.hash_key_span().to_string());
        line.close().push(b'\n');
    }

    /// A line of NDJSON for a record that passes through.
    fn line(
        &self,
        record: &Record<'_>,
        blob: Option<&[u8]>,
        passed: Passed<'_>,
        out: &mut Vec<u8>,
    ) {
        let as_it_stands = record.is_ambiguous() || (record.shape().is_sdk() && !record.has_notes);
        let (mut line, blob) = match blob {
            Some(blob) if self.encoding != DataEncoding::Base64 => (Object::open(out), Some(blob)),
            _ if as_it_stands => {
                let line = Object::open_with(out, record.object());
                return end_line(line, passed);
            }
            _ => (Object::open(out), None),
        };
        others_in_line(record, &mut line);
        let outer = Outer::of(record, Shape::Ndjson);
        let item = Item {
            sub_sequence_number: record.sub_sequence_number(),
            ..outer.item(blob.map_or(Payload::Json(record.data), Payload::Bytes))
        };
        item.sdk_fields(self.encoding, &mut line);
        item.put_tags(Shape::Ndjson, &mut line);
        end_line(line, passed);
    }

    fn put(&mut self, item: &Item<'_>, out: &mut Vec<u8>) {
        if self.shape == Shape::Ndjson {
            let mut line = Object::open(out);
            item.sdk_fields(self.encoding, &mut line);
            item.sdk_notes(&mut line);
            line.close().push(b'\n');
            return;
        }
        self.separate(item.size(), out);
        self.written += 1;
        let made_up = item::MadeUp {
            record_id: self.written,
            time: time::written(self.now, self.shape),
        };
        match self.shape {
            Shape::Lambda => item.lambda(&made_up, out),
            Shape::Pipes => item.pipes(&made_up, out),
            Shape::Firehose | Shape::Analytics => item.transform(self.shape, &made_up, out),
            Shape::PutRecords => {
                self.lost_tags += u64::from(item.has_tags());
                item.request(out);
            }
            Shape::Ndjson | Shape::GetRecords => item.answer(&made_up, out),
        }
        self.end_record(out);
    }

    /// What stands in front of a record of `size` bytes: a comma, or the next
    /// request.
    fn separate(&mut self, size: usize, out: &mut Vec<u8>) {
        let is_full = self.records >= MAX_PUT_RECORDS || self.bytes + size > MAX_PUT_BYTES;
        if self.shape == Shape::PutRecords && self.records > 0 && is_full && self.is_open() {
            self.next_request(out);
        }
        if self.records > 0 && self.is_open() {
            out.push(b',');
        }
        self.records += 1;
        self.bytes += size;
    }

    /// Begins the next request, for the same stream.
    fn next_request(&mut self, out: &mut Vec<u8>) {
        let around = self.around.clone();
        self.close(out);
        if let Some([head, _]) = &around {
            push_line(out, head);
        }
        self.around = around;
        (self.records, self.bytes) = (0, 0);
    }

    /// A record that stands in no document has a line of its own.
    fn end_record(&self, out: &mut Vec<u8>) {
        if !self.is_open() {
            out.push(b'\n');
        }
    }
}

const NO_INVOCATION: &str = "00000000-0000-0000-0000-000000000000";

/// Ends a line about a record that passes through.
fn end_line(mut line: Object<'_>, passed: Passed<'_>) {
    line.value("Aggregated", &false);
    line.value("NotAggregated", passed.name());
    if let Some(offset) = passed.offset() {
        line.value("Offset", &offset);
    }
    line.close().push(b'\n');
}
