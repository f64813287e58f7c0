//! One Kinesis record of a document, or a line: what it says, and where.
//!
//! ```text
//! record --json--> object     the fields that count, as JSON; all others stay text
//!                  inner      the object inside that has the keys, in some shapes
//! ```
//!
//! A record borrows from its text and copies nothing. Fields that count must not
//! stand twice: whichever were taken might be the wrong one.

use std::borrow::Cow;
use std::ops::Range;

use crate::shape::{Role, Shape};
use crate::{DataEncoding, DataError, Hint, RecordError, data, json, time};

/// A Kinesis record, or a user record that was one, as it stands in JSON.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "recordId is Firehose's word")]
pub struct Record<'a> {
    pub(crate) shape: Shape,
    pub(crate) object: &'a str,
    pub(crate) inner: Option<&'a str>,
    /// The fields that count, as JSON.
    pub(crate) partition_key: Option<&'a str>,
    pub(crate) explicit_hash_key: Option<&'a str>,
    pub(crate) data: Option<&'a str>,
    data_base64: Option<&'a str>,
    pub(crate) sequence_number: Option<&'a str>,
    pub(crate) sub_sequence_number: Option<&'a str>,
    pub(crate) timestamp: Option<&'a str>,
    /// That of the object inside, where both have one.
    pub(crate) inner_timestamp: Option<&'a str>,
    pub(crate) record_id: Option<&'a str>,
    pub(crate) tags: Option<&'a str>,
    /// There are fields that do not count.
    pub(crate) has_others: bool,
    /// There are fields that this project writes.
    pub(crate) has_notes: bool,
    twice: Option<Role>,
    hint: Option<Hint>,
    too_deep: Option<usize>,
}

/// A tag of a user record, in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonTag<'a> {
    /// Its key.
    pub key: Cow<'a, str>,
    /// Its value, if it has one.
    pub value: Option<Cow<'a, str>>,
}

impl<'a> Record<'a> {
    /// Reads the record that is all of `text`, an object of the shape.
    ///
    /// # Errors
    ///
    /// When it is no JSON object, nests too deep, or lacks the object inside that
    /// its shape has. Whether there is data, and what it is, is asked for later.
    pub fn read(text: &'a str, shape: Shape) -> Result<Self, RecordError> {
        let object = text.trim_ascii();
        let white = text.len() - text.trim_ascii_start().len();
        if !object.starts_with('{') {
            return Err(not_object(object, white));
        }
        let mut record = Self::empty(object, shape);
        json::each_field(object, |name, value| record.add_outer(name, value)).map_err(|error| {
            RecordError::NotObject {
                offset: white + json::offset(object, &error),
                what: json::told(&error),
            }
        })?;
        record.read_inner()?;
        match record.too_deep {
            Some(offset) => Err(RecordError::TooDeep {
                offset: white + offset,
            }),
            None => Ok(record),
        }
    }

    const fn empty(object: &'a str, shape: Shape) -> Self {
        Self {
            shape,
            object,
            inner: None,
            partition_key: None,
            explicit_hash_key: None,
            data: None,
            data_base64: None,
            sequence_number: None,
            sub_sequence_number: None,
            timestamp: None,
            inner_timestamp: None,
            record_id: None,
            tags: None,
            has_others: false,
            has_notes: false,
            twice: None,
            hint: None,
            too_deep: None,
        }
    }

    fn add_outer(&mut self, name: &'a str, value: &'a str) {
        let role = outer_role(self.shape, &json::name(name));
        if role == Role::Other && matches!(value.as_bytes(), [b'{' | b'[', ..]) {
            self.look_at(name, value);
        }
        self.add(role, value);
    }

    /// Looks at a field that does not count: how deep it is, and what it may mean.
    fn look_at(&mut self, name: &str, value: &str) {
        let start = || value.as_ptr().addr() - self.object.as_ptr().addr();
        let too_deep = json::too_deep(value).map(|at| start() + at);
        self.too_deep = self.too_deep.or(too_deep);
        if matches!(name, "\"Records\"" | "\"records\"") && value.starts_with('[') {
            self.hint = Some(Hint::List);
        }
    }

    fn read_inner(&mut self) -> Result<(), RecordError> {
        let Some(name) = self.shape.inner() else {
            return Ok(());
        };
        let shape = self.shape;
        let no_inner = RecordError::NoInner { inner: name };
        match self.inner {
            Some(inner) if inner.starts_with('{') => {
                let mut inner_timestamp = None;
                let walked = json::each_field(inner, |name, value| {
                    match shape.role(&json::name(name)) {
                        // Firehose has the time in both objects.
                        Role::Timestamp
                            if self.timestamp.is_some() && inner_timestamp.is_none() =>
                        {
                            inner_timestamp = Some(value);
                        }
                        role => self.add(role, value),
                    }
                });
                self.inner_timestamp = inner_timestamp;
                // It was read before, as part of the object.
                debug_assert!(walked.is_ok(), "{walked:?}");
                let start = inner.as_ptr().addr() - self.object.as_ptr().addr();
                let too_deep = json::too_deep(inner).map(|at| start + at);
                self.too_deep = self.too_deep.or(too_deep);
                Ok(())
            }
            // Records that were put straight into Firehose have no keys.
            _ if shape != Shape::Lambda => Ok(()),
            _ => Err(no_inner),
        }
    }

    fn add(&mut self, role: Role, value: &'a str) {
        let slot = match role {
            Role::PartitionKey => &mut self.partition_key,
            Role::ExplicitHashKey => &mut self.explicit_hash_key,
            Role::Data => &mut self.data,
            Role::DataBase64 => &mut self.data_base64,
            Role::SequenceNumber => &mut self.sequence_number,
            Role::SubSequenceNumber => &mut self.sub_sequence_number,
            Role::Timestamp => &mut self.timestamp,
            Role::RecordId => &mut self.record_id,
            Role::Tags => &mut self.tags,
            Role::Inner => &mut self.inner,
            Role::Note => {
                self.has_notes = true;
                return;
            }
            Role::Other => {
                self.has_others = true;
                return;
            }
        };
        match slot {
            None => *slot = Some(value),
            Some(_) => self.twice = Some(role),
        }
    }

    /// Whether a field that counts stands there twice.
    pub(crate) const fn is_ambiguous(&self) -> bool {
        self.twice.is_some()
    }

    /// The shape that it was read as.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// All of the record, as it stands in the text.
    pub const fn object(&self) -> &'a str {
        self.object
    }

    /// The partition key. Records put straight into Firehose have none.
    ///
    /// # Errors
    ///
    /// When it is no string.
    pub fn partition_key(&self) -> Result<Option<Cow<'a, str>>, RecordError> {
        self.key(self.partition_key, Role::PartitionKey)
    }

    /// The explicit hash key. The service never tells that of a Kinesis record;
    /// user records, and requests to it, have one.
    ///
    /// # Errors
    ///
    /// When it is no string.
    pub fn explicit_hash_key(&self) -> Result<Option<Cow<'a, str>>, RecordError> {
        self.key(self.explicit_hash_key, Role::ExplicitHashKey)
    }

    fn key(&self, value: Option<&'a str>, role: Role) -> Result<Option<Cow<'a, str>>, RecordError> {
        let Some(value) = not_null(value) else {
            return Ok(None);
        };
        let wrong = RecordError::Kind {
            field: self.shape.field(role),
            found: match json::kind(value) {
                "a string" => "a string with half a character",
                kind => kind,
            },
            expected: "text",
        };
        json::text(value).ok_or(wrong).map(Some)
    }

    /// The sequence number of the Kinesis record: the *outer* one. None where a
    /// field that counts stands twice: it might be the wrong one.
    pub fn sequence_number(&self) -> Option<Cow<'a, str>> {
        let value = not_null(self.sequence_number).filter(|_| !self.is_ambiguous())?;
        // Some write it as a number, which stands for itself.
        Some(json::text(value).unwrap_or(Cow::Borrowed(value)))
    }

    /// The place among the user records of the same sequence number, in an event
    /// that was already deaggregated.
    pub fn sub_sequence_number(&self) -> Option<u64> {
        let value = self.sub_sequence_number?;
        let text = json::text(value).unwrap_or(Cow::Borrowed(value));
        text.parse().ok()
    }

    /// The identifier that Firehose and Analytics want back.
    pub fn record_id(&self) -> Option<Cow<'a, str>> {
        json::text(not_null(self.record_id)?)
    }

    /// The shard that the record was read from, in an event that tells it.
    pub fn shard_id(&self) -> Option<Cow<'a, str>> {
        let mut found = None;
        for object in [Some(self.object), self.inner].into_iter().flatten() {
            let _ = json::each_field(object, |name, value| match &*json::name(name) {
                // The shard, and the sequence number behind a colon.
                "eventID" | "shardId" => found = found.take().or(json::text(value)),
                _ => {}
            });
        }
        let id = found?;
        let len = id.find(':').unwrap_or(id.len());
        id.starts_with("shardId-").then(|| match id {
            Cow::Borrowed(id) => Cow::Borrowed(&id[..len]),
            Cow::Owned(id) => Cow::Owned(id[..len].to_owned()),
        })
    }

    /// When the record arrived, in milliseconds since 1970, as far as it is told.
    pub fn arrival_millis(&self) -> Option<i64> {
        time::millis(not_null(self.timestamp)?, self.shape.time_unit())
    }

    /// Decodes the data: appends its bytes to `bytes` and tells where they lie.
    ///
    /// # Errors
    ///
    /// When there is none, when it is no base64, or when any field that counts
    /// stands twice. Then `bytes` is as it was.
    pub fn decode_data(&self, bytes: &mut Vec<u8>) -> Result<Range<usize>, RecordError> {
        let value = self.data()?;
        let field = self.shape.field(Role::Data);
        data::decode_base64_json(value, bytes).map_err(|error| RecordError::Data { field, error })
    }

    /// The same for a record of [`Shape::Ndjson`] whose data is written in
    /// `encoding`; all other shapes have base64 by definition.
    ///
    /// # Errors
    ///
    /// As [`decode_data`](Self::decode_data), and when it is no hexadecimal.
    pub fn decode_data_as(
        &self,
        encoding: DataEncoding,
        bytes: &mut Vec<u8>,
    ) -> Result<Range<usize>, RecordError> {
        let in_base64 = encoding == DataEncoding::Base64 || self.shape != Shape::Ndjson;
        if in_base64 {
            return self.decode_data(bytes);
        }
        if let (DataEncoding::Utf8, None, Some(_)) = (encoding, self.data, self.data_base64) {
            let base64 = Self {
                data: self.data_base64,
                ..*self
            };
            return base64.decode_data(bytes);
        }
        let field = self.shape.field(Role::Data);
        let wrong = |error| RecordError::Data { field, error };
        let text = json::text(self.data()?).ok_or(wrong(DataError::NotString))?;
        if encoding == DataEncoding::Hex {
            return data::decode_hex(text.as_bytes(), bytes).map_err(|error| wrong(error.into()));
        }
        let start = bytes.len();
        bytes.extend_from_slice(text.as_bytes());
        Ok(start..bytes.len())
    }

    /// The data, as JSON.
    ///
    /// # Errors
    ///
    /// When there is none, or when any field that counts stands twice.
    pub fn data(&self) -> Result<&'a str, RecordError> {
        if let Some(role) = self.twice {
            let inner = self.shape.inner().unwrap_or_default();
            let field = match role {
                Role::Inner => inner,
                role => self.shape.field(role),
            };
            return Err(RecordError::Twice { field });
        }
        not_null(self.data).ok_or_else(|| RecordError::NoData {
            field: self.shape.field(Role::Data),
            hint: self.hint.or_else(|| self.spelled_otherwise()),
        })
    }

    fn spelled_otherwise(&self) -> Option<Hint> {
        let mut found = false;
        let _ = json::each_field(self.object, |name, _| found |= name == "\"data\"");
        (found && self.shape.is_sdk()).then_some(Hint::LowerCase)
    }

    /// The tags, if it is a user record that has any.
    ///
    /// # Errors
    ///
    /// When they are no list of objects with a key.
    pub fn tags(&self) -> Result<Vec<JsonTag<'a>>, RecordError> {
        let mut tags = Vec::new();
        let Some(list) = not_null(self.tags) else {
            return Ok(tags);
        };
        let wrong = || RecordError::Kind {
            field: self.shape.field(Role::Tags),
            found: json::kind(list),
            expected: "a list of objects with a Key",
        };
        if !list.starts_with('[') {
            return Err(wrong());
        }
        json::each_value(list, |value| {
            let tag = read_tag(value).ok_or(RecordError::Kind {
                field: self.shape.field(Role::Tags),
                found: "a list with something else",
                expected: "a list of objects with a Key",
            })?;
            tags.push(tag);
            Ok(())
        })?;
        Ok(tags)
    }
}

fn read_tag(object: &str) -> Option<JsonTag<'_>> {
    let (mut key, mut value) = (None, None);
    let mut is_sound = object.starts_with('{');
    json::each_field(object, |name, text| {
        let slot = match &*json::name(name) {
            "Key" | "key" => &mut key,
            "Value" | "value" if text == "null" => return,
            "Value" | "value" => &mut value,
            _ => return,
        };
        is_sound &= slot.is_none();
        *slot = json::text(text);
        is_sound &= slot.is_some();
    })
    .ok()?;
    is_sound.then_some(JsonTag { key: key?, value })
}

/// What a field of the record's own object is.
pub(crate) fn outer_role(shape: Shape, name: &str) -> Role {
    match (shape, shape.role(name)) {
        // All that counts is inside.
        (Shape::Lambda, Role::Inner) => Role::Inner,
        (Shape::Lambda, _) => Role::Other,
        (_, role) => role,
    }
}

fn not_null(value: Option<&str>) -> Option<&str> {
    value.filter(|value| *value != "null")
}

fn not_object(text: &str, offset: usize) -> RecordError {
    let is_json = serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
    let what = match json::kind(text) {
        kind if is_json => format!("it is {kind}"),
        _ => "it does not begin with a brace".to_owned(),
    };
    RecordError::NotObject { offset, what }
}

#[cfg(test)]
mod tests {
    use super::Record;
    use crate::{RecordError, Shape};

    fn read(text: &str, shape: Shape) -> Record<'_> {
        Record::read(text, shape).unwrap()
    }

    /// Each shape has the same four things in its own places.
    #[test]
    fn shapes_have_the_same_things() {
        let sdk = r#"{"Data":"aGk=","PartitionKey":"k","SequenceNumber":"7",
            "ApproximateArrivalTimestamp":1.5}"#;
        let lambda = r#"{"data":7,"kinesis":{"data":"aGk=","partitionKey":"k","sequenceNumber":"7",
            "approximateArrivalTimestamp":1.5}}"#;
        let pipes = r#"{"data":"aGk=","partitionKey":"k","sequenceNumber":"7",
            "approximateArrivalTimestamp":1.5}"#;
        let firehose = r#"{"recordId":"1","data":"aGk=","approximateArrivalTimestamp":1500,
            "kinesisRecordMetadata":{"partitionKey":"k","sequenceNumber":"7",
            "approximateArrivalTimestamp":1500}}"#;
        let analytics = &firehose.replace("kinesisRecord", "kinesisStreamRecord");
        for (text, shape) in [
            (sdk, Shape::Ndjson),
            (sdk, Shape::GetRecords),
            (sdk, Shape::PutRecords),
            (lambda, Shape::Lambda),
            (pipes, Shape::Pipes),
            (firehose, Shape::Firehose),
            (analytics, Shape::Analytics),
        ] {
            let record = read(text, shape);
            let name = shape.name();
            assert_eq!(record.partition_key().unwrap().unwrap(), "k", "{name}");
            assert_eq!(record.sequence_number().unwrap(), "7", "{name}");
            assert_eq!(record.arrival_millis(), Some(1500), "{name}");
            let mut bytes = vec![1];
            assert_eq!(record.decode_data(&mut bytes), Ok(1..3), "{name}");
            assert_eq!(bytes, b"\x01hi", "{name}");
        }
    }

    /// Faults are named with their field.
    #[test]
    fn faults_are_named() {
        let data = |text, shape| read(text, shape).data().unwrap_err().to_string();
        let twice = data(r#"{"Data":"","Data":""}"#, Shape::Ndjson);
        assert_eq!(twice, "Data stands twice");
        let twice = data(
            r#"{"kinesis":{"data":"","sequenceNumber":"1","sequenceNumber":"1"}}"#,
            Shape::Lambda,
        );
        assert_eq!(twice, "sequenceNumber stands twice");
        let twice = data(r#"{"kinesis":{},"kinesis":{}}"#, Shape::Lambda);
        assert_eq!(twice, "kinesis stands twice");
        let other = data(r#"{"data":""}"#, Shape::Ndjson);
        assert!(
            other.ends_with("fields are named as in the AWS SDKs"),
            "{other}"
        );
        let list = data(r#"{"Records":[]}"#, Shape::Ndjson);
        assert!(list.contains("a list of records"), "{list}");
        let key = read(r#"{"PartitionKey":7}"#, Shape::Ndjson).partition_key();
        assert_eq!(
            key.unwrap_err().to_string(),
            "PartitionKey is a number, not text"
        );
        for text in ["{}", "{\"kinesis\":7}"] {
            let error = Record::read(text, Shape::Lambda).unwrap_err();
            assert_eq!(error, RecordError::NoInner { inner: "kinesis" });
        }
    }

    /// A field that nests too deep is refused where it does, in either object.
    #[test]
    fn deep_fields_are_refused() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for (text, shape) in [
            (format!("{{\"x\":{deep}}}"), Shape::Ndjson),
            (format!("{{\"kinesis\":{{\"x\":{deep}}}}}"), Shape::Lambda),
        ] {
            let error = Record::read(&text, shape).unwrap_err();
            assert!(matches!(error, RecordError::TooDeep { .. }), "{error}");
        }
    }

    /// Tags in both spellings, with or without a value; anything else is refused.
    #[test]
    fn tags_are_read() {
        let tags = |json: &str| {
            let text = format!("{{\"Tags\":{json}}}");
            let record = read(&text, Shape::Ndjson);
            let tags = record.tags().ok()?;
            let tags = tags.into_iter();
            Some(Vec::from_iter(tags.map(|tag| {
                (
                    tag.key.into_owned(),
                    tag.value.map(std::borrow::Cow::into_owned),
                )
            })))
        };
        let tag = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
        assert_eq!(tags("[]"), Some(vec![]));
        assert_eq!(
            tags(r#"[{"Key":"a","Value":"b"},{"key":"c"},{"Key":"d","Value":null}]"#),
            Some(vec![tag("a", Some("b")), tag("c", None), tag("d", None)])
        );
        for wrong in [
            "7",
            "[7]",
            "[{}]",
            r#"[{"Key":1}]"#,
            r#"[{"Key":"a","Key":"b"}]"#,
        ] {
            assert_eq!(tags(wrong), None, "{wrong}");
        }
    }
}
