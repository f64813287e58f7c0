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
        let text = str::from_utf8(text).map_err(|error| DocumentError::NotJson {
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
        let guessed = || first_record(value).map_or(Shape::Pipes, bare_shape);
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
        let shape = wanted.unwrap_or_else(|| bare_shape(value));
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
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &str, value: &'a str) {
        match name {
            "Records" => add_list(&mut self.upper, "Records", value),
            "records" => add_list(&mut self.lower, "records", value),
            "NextShardIterator" | "MillisBehindLatest" | "ChildShards" => self.is_answer = true,
            "StreamName" | "StreamARN" | "StreamId" => self.is_request = true,
            "applicationArn" => self.is_analytics = true,
            _ => {}
        }
    }

    /// The shape of the document with this `list`.
    fn shape(&self, list: &str) -> Shape {
        let first = first_record(list);
        if self.upper.is_none() {
            let of_record = first.map(|first| bare_shape(first) == Shape::Analytics);
            let is_analytics = self.is_analytics || of_record == Some(true);
            return if is_analytics {
                Shape::Analytics
            } else {
                Shape::Firehose
            };
        }
        match (self.is_answer, self.is_request) {
            (true, _) => Shape::GetRecords,
            (_, true) => Shape::PutRecords,
            _ => first.map_or(Shape::Lambda, upper_shape),
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

/// The first value of a list.
fn first_record(list: &str) -> Option<&str> {
    // To fail is to stop there.
    json::each_value(list, Err).err()
}

/// The shape of the records in a list `Records`, by the first of them.
fn upper_shape(first: &str) -> Shape {
    match bare_shape(first) {
        // Without sequence numbers it goes to the service.
        Shape::Ndjson => {
            let record = Record::read(first, Shape::Ndjson);
            if record.is_ok_and(|record| record.sequence_number.is_none()) {
                Shape::PutRecords
            } else {
                Shape::GetRecords
            }
        }
        _ => Shape::Lambda,
    }
}

/// The shape of a record that stands alone, or in a bare list.
fn bare_shape(record: &str) -> Shape {
    let mut shape = None;
    let _ = json::each_field(record, |name, _| {
        let name = json::name(name);
        let found = match &*name {
            "kinesis" => Shape::Lambda,
            "kinesisRecordMetadata" | "recordId" => Shape::Firehose,
            "kinesisStreamRecordMetadata"
            | "kinesisFirehoseRecordMetadata"
            | "lambdaDeliveryRecordMetadata" => Shape::Analytics,
            _ if Shape::Ndjson.role(&name) == Role::Data => Shape::Ndjson,
            _ => return,
        };
        // Both of these have a recordId, too.
        shape = match (shape, found) {
            (None | Some(Shape::Firehose), found) => Some(found),
            (shape, _) => shape,
        };
    });
    shape.unwrap_or(Shape::Pipes)
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
        other => other,
    }
}
