//! A JSON document with a list of Kinesis records: which shape it has, and where
//! its records stand.
//!
//! ```text
//! {"invocationId":"…","records":[ {…}, {…} ],"region":"…"}
//! '------------- head ----------''------------- tail ----'
//! ```
//!
//! Each record is read on its own, so that a damaged one does not take the others
//! with it, and nothing gathers. Whatever stands around the records stays text, so
//! it survives a round trip byte for byte.
//!
//! What people cut out of a document is read as well: a bare list of its records,
//! or one record alone.

use crate::shape::Role;
use crate::{DocumentError, Record, RecordError, Shape, json};

/// A document of which shape and list were found.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    text: &'a str,
    shape: Shape,
    /// The list with its brackets, or the one record that there is.
    records: &'a str,
}

impl<'a> Document<'a> {
    /// Finds the records in `text`, whatever its shape.
    ///
    /// # Errors
    ///
    /// [`DocumentError`] says what is wrong, and where.
    pub fn read(text: &'a [u8]) -> Result<Self, DocumentError> {
        Self::find(text, None)
    }

    /// The same for a document that is to have `shape`.
    ///
    /// # Errors
    ///
    /// [`DocumentError`] says what is wrong, and where.
    pub fn read_as(text: &'a [u8], shape: Shape) -> Result<Self, DocumentError> {
        Self::find(text, Some(shape))
    }

    fn find(text: &'a [u8], wanted: Option<Shape>) -> Result<Self, DocumentError> {
        let bom = text.strip_prefix(b"\xef\xbb\xbf");
        let skipped = bom.map_or(0, |_| 3);
        let text = bom.unwrap_or(text);
        Self::find_in(text, wanted).map_err(|error| moved(error, skipped))
    }

    fn find_in(text: &'a [u8], wanted: Option<Shape>) -> Result<Self, DocumentError> {
        let text = simdutf8::compat::from_utf8(text).map_err(|error| DocumentError::NotJson {
            offset: error.valid_up_to(),
            what: "no UTF-8".to_owned(),
            is_cut: error.error_len().is_none(),
        })?;
        if let Some(offset) = json::too_deep(text) {
            return Err(DocumentError::TooDeep { offset });
        }
        let white = text.len() - text.trim_ascii_start().len();
        let value = text.trim_ascii();
        match value.as_bytes() {
            [b'{', ..] => Self::of_object(value, wanted).map_err(|error| moved(error, white)),
            [b'[', ..] => Self::of_list(value, wanted).map_err(|error| moved(error, white)),
            _ => Err(other(value, white)),
        }
    }

    fn of_list(value: &'a str, wanted: Option<Shape>) -> Result<Self, DocumentError> {
        // Only to see that it is one.
        serde_json::from_str::<&serde_json::value::RawValue>(value)
            .map_err(|error| not_json(value, &error))?;
        let guessed = || shape_of_any(value).unwrap_or(Shape::Pipes);
        Ok(Self {
            text: value,
            shape: wanted.unwrap_or_else(guessed),
            records: value,
        })
    }

    fn of_object(value: &'a str, wanted: Option<Shape>) -> Result<Self, DocumentError> {
        let mut names = Names::default();
        json::each_field(value, |name, value| names.add(&json::name(name), value))
            .map_err(|error| not_json(value, &error))?;
        if let Some(fields) = names.ambiguity() {
            return Err(DocumentError::Ambiguous { fields });
        }
        let list = match wanted {
            Some(shape) if shape.list() == "records" => names.lower,
            Some(_) => names.upper,
            None => names.upper.or(names.lower),
        };
        match list {
            Some(list) if list.is_twice => Err(DocumentError::ListTwice { list: list.name }),
            Some(list) => Ok(Self {
                text: value,
                shape: wanted.unwrap_or_else(|| names.shape(list.value)),
                records: list.value,
            }),
            None => Self::of_record(value, wanted),
        }
    }

    /// A document that is one record.
    fn of_record(value: &'a str, wanted: Option<Shape>) -> Result<Self, DocumentError> {
        let shape = wanted.or_else(|| bare_shape(value)).unwrap_or(Shape::Pipes);
        let is_record = Record::read(value, shape)
            .is_ok_and(|record| record.data.is_some() || record.inner.is_some());
        if !is_record {
            let list = shape.list();
            return Err(DocumentError::NoList { list });
        }
        Ok(Self {
            text: value,
            shape,
            records: value,
        })
    }

    /// The shape of its records.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// All of it, without white space around.
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Whether it is one record alone, cut out of a document.
    pub fn is_bare_record(&self) -> bool {
        self.records.starts_with('{')
    }

    /// What stands before the first record, and behind the last.
    pub(crate) fn around(&self) -> (&'a str, &'a str) {
        let start = self.records.as_ptr().addr() - self.text.as_ptr().addr();
        let end = start + self.records.len();
        if self.is_bare_record() {
            return ("", "");
        }
        (&self.text[..=start], &self.text[end - 1..])
    }

    /// Calls `each` with each record: its number from 0, its text, and what it
    /// says. Stops when `each` fails.
    ///
    /// # Errors
    ///
    /// Whatever `each` returns.
    pub fn each_record<E>(
        &self,
        mut each: impl FnMut(usize, &'a str, Result<Record<'a>, RecordError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let read = |text| Record::read(text, self.shape);
        if self.is_bare_record() {
            return each(0, self.records, read(self.records));
        }
        let mut number = 0;
        json::each_value(self.records, |text| {
            each(number, text, read(text))?;
            number += 1;
            Ok(())
        })
    }
}

/// A list of records found in an object.
#[derive(Clone, Copy, Debug)]
struct List<'a> {
    name: &'static str,
    value: &'a str,
    is_twice: bool,
}

/// What the names of an object's fields say.
#[derive(Debug, Default)]
struct Names<'a> {
    upper: Option<List<'a>>,
    lower: Option<List<'a>>,
    is_answer: bool,
    is_request: bool,
    is_analytics: bool,
    /// The data of a record, or the object that has it.
    data: Option<&'static str>,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &str, value: &'a str) {
        match name {
            "Records" => add_list(&mut self.upper, "Records", value),
            "records" => add_list(&mut self.lower, "records", value),
            "NextShardIterator" | "MillisBehindLatest" | "ChildShards" => self.is_answer = true,
            "StreamName" | "StreamARN" | "StreamId" => self.is_request = true,
            "applicationArn" => self.is_analytics = true,
            "Data" => self.data = Some("Data"),
            "data" => self.data = Some("data"),
            "kinesis" => self.data = Some("kinesis"),
            _ => {}
        }
    }

    /// The shape of the document with this `list`.
    fn shape(&self, list: &str) -> Shape {
        let of_records = shape_of_any(list);
        if self.upper.is_none() {
            let is_analytics = self.is_analytics || of_records == Some(Shape::Analytics);
            return if is_analytics {
                Shape::Analytics
            } else {
                Shape::Firehose
            };
        }
        match (self.is_answer, self.is_request, of_records) {
            (true, _, _) => Shape::GetRecords,
            (_, true, _) => Shape::PutRecords,
            (_, _, Some(Shape::Ndjson)) if is_request(list) => Shape::PutRecords,
            (_, _, Some(Shape::Ndjson)) => Shape::GetRecords,
            _ => Shape::Lambda,
        }
    }

    /// Two places for records, of which only one could be read.
    fn ambiguity(&self) -> Option<[&'static str; 2]> {
        match (&self.upper, &self.lower, self.data) {
            (Some(_), Some(_), _) => Some(["Records", "records"]),
            (Some(list), _, Some(data)) | (_, Some(list), Some(data)) => Some([list.name, data]),
            _ => None,
        }
    }
}

fn add_list<'a>(slot: &mut Option<List<'a>>, name: &'static str, value: &'a str) {
    let is_twice = slot.is_some();
    if is_twice || value.starts_with('[') {
        *slot = Some(List {
            name,
            value,
            is_twice,
        });
    }
}

/// The shape of the first record in `list` that tells one.
fn shape_of_any(list: &str) -> Option<Shape> {
    // To fail is to stop there.
    json::each_value(list, |record| bare_shape(record).map_or(Ok(()), Err)).err()
}

/// Whether the records in `list` go to the service: none has a sequence number.
fn is_request(list: &str) -> bool {
    let numbered = |record| {
        let record = Record::read(record, Shape::Ndjson);
        record.is_ok_and(|record| record.sequence_number.is_some())
    };
    json::each_value(
        list,
        |record| if numbered(record) { Err(()) } else { Ok(()) },
    )
    .is_ok()
}

/// The shape of a record that stands alone, or in a list, as far as it tells.
fn bare_shape(record: &str) -> Option<Shape> {
    let mut shape = None;
    if !record.starts_with('{') {
        return None;
    }
    let _ = json::each_field(record, |name, _| {
        let name = json::name(name);
        let found = match &*name {
            "kinesis" => Shape::Lambda,
            "kinesisRecordMetadata" | "recordId" => Shape::Firehose,
            "kinesisStreamRecordMetadata"
            | "kinesisFirehoseRecordMetadata"
            | "lambdaDeliveryRecordMetadata" => Shape::Analytics,
            "data" => Shape::Pipes,
            _ => match Shape::Ndjson.role(&name) {
                Role::Data | Role::PartitionKey | Role::SequenceNumber => Shape::Ndjson,
                _ => return,
            },
        };
        // What says more comes after what says less: a recordId, or data alone.
        shape = match (shape, found) {
            (None | Some(Shape::Pipes | Shape::Firehose), Shape::Pipes) => shape.or(Some(found)),
            (None | Some(Shape::Pipes | Shape::Firehose), found) => Some(found),
            (shape, _) => shape,
        };
    });
    shape
}

fn not_json(text: &str, error: &serde_json::Error) -> DocumentError {
    DocumentError::NotJson {
        offset: json::offset(text, error),
        what: json::told(error),
        is_cut: error.is_eof(),
    }
}

fn other(value: &str, offset: usize) -> DocumentError {
    match json::kind(value) {
        "no JSON" => DocumentError::NotJson {
            offset,
            what: "it does not begin with a brace".to_owned(),
            is_cut: false,
        },
        kind => DocumentError::Other { kind },
    }
}

/// The same fault in a text with `by` more bytes in front.
fn moved(error: DocumentError, by: usize) -> DocumentError {
    match error {
        DocumentError::NotJson {
            offset,
            what,
            is_cut,
        } => DocumentError::NotJson {
            offset: offset + by,
            what,
            is_cut,
        },
        DocumentError::TooDeep { offset } => DocumentError::TooDeep {
            offset: offset + by,
        },
        other => other,
    }
}
