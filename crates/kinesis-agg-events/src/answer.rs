//! What a function answers: which records failed, or what became of each.
//!
//! ```json
//! {"batchItemFailures":[{"itemIdentifier":"4959…"}]}             of a Kinesis stream
//! {"records":[{"recordId":"1","result":"Ok","data":"aGk="}]}     of Firehose, Analytics
//! ```
//!
//! Sources: the AWS Lambda developer guide on reporting batch item failures of
//! Kinesis; the Data Firehose developer guide on transforming data.

use std::cmp::Ordering;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::text::Object;

/// The answer of a function that read a batch of a Kinesis stream, or a pipe's:
/// from which record on the batch is to be delivered again.
///
/// The event source mapping must have `ReportBatchItemFailures` set. A user record
/// fails under the sequence number of its Kinesis record, the *outer* one, which
/// all user records of an aggregate share: all of them come again. Lambda starts
/// again at the lowest sequence number that it is told, so only that is kept.
///
/// # Examples
///
/// ```
/// use kinesis_agg_events::BatchResponse;
///
/// let mut response = BatchResponse::new();
/// response.fail("49590338271490256608559692538361571108267254890371156788");
/// response.fail("49590338271490256608559692538361571095921575989136588898");
/// assert_eq!(
///     serde_json::to_string(&response)?,
///     r#"{"batchItemFailures":[{"itemIdentifier":"49590338271490256608559692538361571095921575989136588898"}]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct BatchResponse {
    lowest: Option<String>,
    state: Option<Box<RawValue>>,
}

impl BatchResponse {
    /// All went well, so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with the state of a tumbling window, to be handed to the next
    /// call for the same window.
    ///
    /// # Errors
    ///
    /// When `state` cannot be written as JSON.
    pub fn with_state(mut self, state: &(impl Serialize + ?Sized)) -> Result<Self, StateError> {
        self.state = Some(serde_json::value::to_raw_value(state).map_err(|_| StateError)?);
        Ok(self)
    }

    /// A user record of the Kinesis record `sequence_number` failed.
    ///
    /// What is no number, as the empty text, fails the whole batch: Lambda cannot
    /// tell where to start again.
    pub fn fail(&mut self, sequence_number: &str) {
        let lowest = self.lowest.as_deref();
        if lowest.is_none_or(|lowest| order(sequence_number, lowest).is_lt()) {
            self.lowest = Some(identifier(sequence_number).to_owned());
        }
    }

    /// The whole batch failed, or a record whose sequence number nobody knows.
    pub fn fail_all(&mut self) {
        self.fail("");
    }

    /// The sequence number from which on the batch comes again; the empty text for
    /// all of it.
    pub fn lowest(&self) -> Option<&str> {
        self.lowest.as_deref()
    }

    /// Whether nothing failed.
    pub const fn is_success(&self) -> bool {
        self.lowest.is_none()
    }
}

/// A state that cannot be written as JSON: a map whose keys are no text, say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateError;

impl std::fmt::Display for StateError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the state cannot be written as JSON")
    }
}

impl std::error::Error for StateError {}

/// Sequence numbers by their value, whatever is none below them all.
fn order(one: &str, other: &str) -> Ordering {
    let rank = |text: &str| {
        let digits = identifier(text).trim_start_matches('0').to_owned();
        (!identifier(text).is_empty(), digits.len(), digits)
    };
    rank(one).cmp(&rank(other))
}

/// A sequence number, or the empty text for whatever is none.
fn identifier(text: &str) -> &str {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text } else { "" }
}

impl Serialize for BatchResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        if let Some(state) = &self.state {
            object.serialize_entry("state", state)?;
        }
        object.serialize_entry("batchItemFailures", &Failures(self.lowest()))?;
        object.end()
    }
}

struct Failures<'a>(Option<&'a str>);

impl Serialize for Failures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(usize::from(self.0.is_some())))?;
        if let Some(number) = self.0 {
            list.serialize_element(&Item {
                item_identifier: number,
            })?;
        }
        list.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    item_identifier: &'a str,
}

/// The answer of a function that transforms records for Firehose or Analytics:
/// one result for each record of the event, under its `recordId`.
///
/// An aggregate is one record there and stays one: what is made of its user
/// records is joined, one after the other.
///
/// # Examples
///
/// ```
/// use kinesis_agg_events::TransformResponse;
///
/// let mut response = TransformResponse::new();
/// response.ok("1", [&b"a\n"[..], b"b\n"]);
/// response.dropped("2");
/// assert_eq!(
///     response.into_json(),
///     r#"{"records":[{"recordId":"1","result":"Ok","data":"YQpiCg=="},{"recordId":"2","result":"Dropped"}]}"#,
/// );
/// ```
#[derive(Clone, Debug)]
pub struct TransformResponse {
    json: Vec<u8>,
    is_empty: bool,
}

impl Default for TransformResponse {
    fn default() -> Self {
        Self::new()
    }
}

impl TransformResponse {
    /// No record yet.
    pub fn new() -> Self {
        Self {
            json: b"{\"records\":[".to_vec(),
            is_empty: true,
        }
    }

    /// The record became `pieces`, joined as they are.
    pub fn ok<'p>(&mut self, record_id: &str, pieces: impl IntoIterator<Item = &'p [u8]>) {
        let data = pieces.into_iter().fold(Vec::new(), |mut data, piece| {
            data.extend_from_slice(piece);
            data
        });
        self.add(record_id, "Ok", Some(&data));
    }

    /// The record is left out on purpose.
    pub fn dropped(&mut self, record_id: &str) {
        self.add(record_id, "Dropped", None);
    }

    /// The record could not be read: it goes where failed ones go, as it came.
    pub fn failed(&mut self, record_id: &str, data: &[u8]) {
        self.add(record_id, "ProcessingFailed", Some(data));
    }

    fn add(&mut self, record_id: &str, result: &str, data: Option<&[u8]>) {
        if !self.is_empty {
            self.json.push(b',');
        }
        self.is_empty = false;
        let mut record = Object::open(&mut self.json);
        record.value("recordId", record_id);
        record.value("result", result);
        if let Some(data) = data {
            record.base64("data", data);
        }
        record.close();
    }

    /// The answer, as JSON.
    pub fn into_json(mut self) -> String {
        self.json.extend_from_slice(b"]}");
        // What we wrote is text.
        String::from_utf8(self.json).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::BatchResponse;
    use serde_json::value::RawValue;

    fn lowest(numbers: &[&str]) -> Option<String> {
        let mut response = BatchResponse::new();
        for number in numbers {
            response.fail(number);
        }
        response.lowest().map(str::to_owned)
    }

    /// The lowest number wins, whatever the order, by value and not as text.
    #[test]
    fn the_lowest_wins() {
        assert_eq!(lowest(&[]), None);
        for numbers in [["9", "10", "11"], ["11", "10", "9"], ["10", "9", "11"]] {
            assert_eq!(lowest(&numbers).as_deref(), Some("9"), "{numbers:?}");
        }
        let (low, high) = (
            "49590338271490256608559692538361571095921575989136588898",
            "5",
        );
        assert_eq!(lowest(&[low, high]).as_deref(), Some("5"));
        assert_eq!(lowest(&["010", "9"]).as_deref(), Some("9"));
    }

    /// What is no number fails all, and so does no number at all.
    #[test]
    fn what_is_no_number_fails_all() {
        for numbers in [["", "7"], ["7", "LATEST"], ["7", ""]] {
            assert_eq!(lowest(&numbers).as_deref(), Some(""), "{numbers:?}");
        }
        let mut response = BatchResponse::new();
        response.fail("7");
        response.fail_all();
        let json = serde_json::to_string(&response).unwrap();
        assert_eq!(json, r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#);
    }

    /// Success is an empty list; a window's state goes along.
    #[test]
    fn success_and_state() {
        let json = |response: &BatchResponse| serde_json::to_string(response).unwrap();
        let response = BatchResponse::new();
        assert!(response.is_success());
        assert_eq!(json(&response), r#"{"batchItemFailures":[]}"#);
        let state = RawValue::from_string("{\"n\": 1.50}".to_owned()).unwrap();
        let response = response.with_state(&state).unwrap();
        assert_eq!(
            json(&response),
            r#"{"state":{"n": 1.50},"batchItemFailures":[]}"#
        );
    }
}
