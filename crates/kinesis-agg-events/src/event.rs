//! A whole event: its records decoded, taken apart together, and handed out as
//! user records.
//!
//! ```text
//! text -> Document -> Record, Record, …   each on its own
//!                  -> data, data, …       decoded into one buffer
//!                  -> Deaggregator        all together
//!                  -> EventUserRecord     in the order of the event
//! ```
//!
//! For an event in memory. What streams past is read record by record, with
//! [`Document`] and [`Record`].

use std::borrow::Cow;
use std::ops::Range;

use kinesis_agg::{
    Batch, Deaggregated, Deaggregator, Key, NotAggregated, Placement, Tags, UserRecord,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Document, DocumentError, Record, RecordError, Shape};

/// Records of one event that are read at once. AWS sends 10,000 at most.
pub const MAX_RECORDS: usize = 100_000;

/// An event as it came, for a runtime that wants an owned value: keeps its JSON,
/// so that no field is lost, and reads it when asked.
///
/// Comes from `serde_json` and goes back to it; other formats of serde cannot
/// hold JSON as it stands.
///
/// # Examples
///
/// ```
/// use kinesis_agg_events::Event;
///
/// let json = r#"{"Records":[{"kinesis":{"data":"aGk="}}],"new":1.50}"#;
/// let event: Event = serde_json::from_str(json)?;
/// assert_eq!(event.json(), json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Event(Box<RawValue>);

impl Event {
    /// All of it, as it came.
    pub fn json(&self) -> &str {
        self.0.get()
    }
}

/// The records of one event, their data decoded.
///
/// # Examples
///
/// ```
/// use kinesis_agg::Deaggregator;
/// use kinesis_agg_events::{BatchResponse, EventRecords};
///
/// let event = br#"{"Records":[{"kinesis":{
///     "partitionKey":"k","sequenceNumber":"7","data":"aGk="}}]}"#;
///
/// let mut buffer = Vec::new();
/// let records = EventRecords::decode(event, &mut buffer)?;
/// let mut deaggregator = Deaggregator::new();
/// let mut response = BatchResponse::new();
/// for user_record in records.deaggregate(&mut deaggregator).user_records() {
///     match user_record {
///         Ok(user_record) => assert_eq!(user_record.data, b"hi"),
///         Err(failed) => response.fail(&failed.sequence_number.unwrap_or_default()),
///     }
/// }
/// assert!(response.is_success());
/// # Ok::<(), kinesis_agg_events::DocumentError>(())
/// ```
#[derive(Debug)]
pub struct EventRecords<'a> {
    document: Document<'a>,
    found: Vec<Found<'a>>,
    blobs: Vec<&'a [u8]>,
}

/// A record of the event, and where its data lies in the buffer.
#[derive(Debug)]
struct Found<'a> {
    record: Option<Record<'a>>,
    data: Result<Range<usize>, RecordError>,
}

impl<'a> EventRecords<'a> {
    /// Reads `text`, an event or an answer of AWS in whatever shape, and decodes
    /// the data of its records into `buffer`, which is emptied first.
    ///
    /// # Errors
    ///
    /// When it holds no records at all, or more than [`MAX_RECORDS`]. What is wrong
    /// with one record is told with that record.
    pub fn decode(text: &'a [u8], buffer: &'a mut Vec<u8>) -> Result<Self, DocumentError> {
        Self::of_document(Document::read(text)?, buffer)
    }

    /// The same for a document that was found already.
    ///
    /// # Errors
    ///
    /// When it has more than [`MAX_RECORDS`] records.
    pub fn of_document(
        document: Document<'a>,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Self, DocumentError> {
        buffer.clear();
        let mut found = Vec::new();
        document.each_record(|number, _, record| {
            if number == MAX_RECORDS {
                return Err(DocumentError::TooManyRecords { max: MAX_RECORDS });
            }
            found.push(match record {
                Err(error) => Found {
                    record: None,
                    data: Err(error),
                },
                Ok(record) => Found {
                    record: Some(record),
                    data: record.decode_data(buffer),
                },
            });
            Ok(())
        })?;
        let buffer: &'a [u8] = buffer;
        let spans = found.iter().filter_map(|found| found.data.as_ref().ok());
        let blobs = Vec::from_iter(spans.map(|span| &buffer[span.clone()]));
        Ok(Self {
            document,
            found,
            blobs,
        })
    }

    /// The shape of the event.
    pub const fn shape(&self) -> Shape {
        self.document.shape()
    }

    /// How many records it has, sound or not.
    pub const fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Takes all of them apart.
    pub fn deaggregate<'s>(&'s self, deaggregator: &'s mut Deaggregator) -> EventBatch<'s, 'a> {
        EventBatch {
            records: self,
            batch: deaggregator.deaggregate_batch(&self.blobs),
        }
    }
}

/// The records of one event, taken apart.
#[derive(Clone, Copy, Debug)]
pub struct EventBatch<'s, 'a> {
    records: &'s EventRecords<'a>,
    batch: Batch<'s, 'a>,
}

/// A user record of an event: one of an aggregate, or a Kinesis record that is
/// one by itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EventUserRecord<'s, 'a> {
    /// Its partition key; none if it was put straight into Firehose, or if it is no
    /// text: [`record`](Self::record) tells.
    pub partition_key: Option<Cow<'a, str>>,
    /// Its explicit hash key.
    pub explicit_hash_key: Option<Cow<'a, str>>,
    /// Its data.
    pub data: &'a [u8],
    /// Sequence number of its Kinesis record, the outer one: all user records of
    /// an aggregate share it.
    pub sequence_number: Option<Cow<'a, str>>,
    /// Its place among those of the same sequence number. `None` for a Kinesis
    /// record that is no aggregate, unless the event tells: some are deaggregated
    /// before they come.
    pub sub_sequence_number: Option<u64>,
    /// Where its hash key lies, if a range was asked for and it is one of an
    /// aggregate.
    pub placement: Option<Placement>,
    /// Its tags, if it is one of an aggregate.
    pub tags: Tags<'a>,
    /// Why its Kinesis record is no aggregate; `None` for one of an aggregate.
    pub not_aggregated: Option<NotAggregated>,
    /// Number of its Kinesis record in the event, from 0.
    pub number: usize,
    /// Its Kinesis record, with all that the event tells of it.
    pub record: &'s Record<'a>,
}

/// A record of an event that gives no data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedRecord<'s, 'a> {
    /// Its number in the event, from 0.
    pub number: usize,
    /// What is wrong with it.
    pub error: &'s RecordError,
    /// Its sequence number, as far as it can be read.
    pub sequence_number: Option<Cow<'a, str>>,
}

impl std::fmt::Display for FailedRecord<'_, '_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "record {}: {}", self.number, self.error)
    }
}

impl std::error::Error for FailedRecord<'_, '_> {}

impl<'s, 'a> EventBatch<'s, 'a> {
    /// The user records, in the order of the event; in the place of a record that
    /// gives no data, what is wrong with it. Those that a range policy drops are
    /// not among them: [`report`](Self::report) counts them.
    pub fn user_records(
        &self,
    ) -> impl Iterator<Item = Result<EventUserRecord<'s, 'a>, FailedRecord<'s, 'a>>> + use<'s, 'a>
    {
        let Self { records, batch } = *self;
        let mut next_blob = 0;
        let found = records.found.iter().enumerate();
        found.flat_map(move |(number, found)| {
            let blob = next_blob;
            next_blob += usize::from(found.data.is_ok());
            of_record(records, batch, blob, number, found)
        })
    }

    /// Counts what was handed out, passed through and dropped.
    pub fn report(&self) -> kinesis_agg::Report {
        self.batch.report()
    }
}

type Outcome<'s, 'a> = Result<EventUserRecord<'s, 'a>, FailedRecord<'s, 'a>>;

/// What one record, the owner of the blob number `blob`, gives.
fn of_record<'s, 'a>(
    records: &'s EventRecords<'a>,
    batch: Batch<'s, 'a>,
    blob: usize,
    number: usize,
    found: &'s Found<'a>,
) -> impl Iterator<Item = Outcome<'s, 'a>> + use<'s, 'a> {
    let (record, data) = (found.record.as_ref(), found.data.as_ref());
    let deaggregated = data.ok().and_then(|_| batch.get(blob));
    let mut one = None;
    let mut many = None;
    match (record, data, deaggregated) {
        (Some(record), _, Some(Deaggregated::Aggregated(user_records))) => {
            many = Some(
                user_records.map(move |user_record| Ok(of_aggregate(user_record, number, record))),
            );
        }
        (Some(record), _, Some(Deaggregated::NotAggregated(reason))) => {
            one = Some(Ok(alone(records.blobs[blob], reason, number, record)));
        }
        (_, Err(error), _) => one = Some(Err(failed(number, error, record))),
        // Dropped by a policy, and counted.
        _ => {}
    }
    one.into_iter().chain(many.into_iter().flatten())
}

fn of_aggregate<'s, 'a>(
    user_record: UserRecord<'a>,
    number: usize,
    record: &'s Record<'a>,
) -> EventUserRecord<'s, 'a> {
    EventUserRecord {
        partition_key: Some(user_record.partition_key.as_str()),
        explicit_hash_key: user_record.explicit_hash_key.map(Key::as_str),
        data: user_record.data,
        sequence_number: record.sequence_number(),
        sub_sequence_number: Some(user_record.sub_sequence_number),
        placement: user_record.placement,
        tags: user_record.tags,
        not_aggregated: None,
        number,
        record,
    }
}

/// A Kinesis record that is a user record by itself.
fn alone<'s, 'a>(
    data: &'a [u8],
    reason: NotAggregated,
    number: usize,
    record: &'s Record<'a>,
) -> EventUserRecord<'s, 'a> {
    EventUserRecord {
        // A key that is no text is none; the record tells what it is.
        partition_key: record.partition_key().ok().flatten(),
        explicit_hash_key: record.explicit_hash_key().ok().flatten(),
        data,
        sequence_number: record.sequence_number(),
        sub_sequence_number: record.sub_sequence_number(),
        placement: None,
        tags: Tags::default(),
        not_aggregated: Some(reason),
        number,
        record,
    }
}

fn failed<'s, 'a>(
    number: usize,
    error: &'s RecordError,
    record: Option<&Record<'a>>,
) -> FailedRecord<'s, 'a> {
    FailedRecord {
        number,
        error,
        sequence_number: record.and_then(Record::sequence_number),
    }
}
