//! The JSON that AWS hands out Kinesis records in, read and written, with the
//! aggregates inside taken apart.
//!
//! | shape | what it is |
//! |---|---|
//! | [`Ndjson`](Shape::Ndjson) | a record a line, fields named as in the AWS SDKs |
//! | [`GetRecords`](Shape::GetRecords) | what `aws kinesis get-records` prints |
//! | [`PutRecords`](Shape::PutRecords) | what `aws kinesis put-records --cli-input-json` takes |
//! | [`Lambda`](Shape::Lambda) | an event of a Kinesis stream, with a tumbling window or without |
//! | [`Firehose`](Shape::Firehose) | an event of a function that transforms for Data Firehose |
//! | [`Analytics`](Shape::Analytics) | one that prepares records for Kinesis Data Analytics |
//! | [`Pipes`](Shape::Pipes) | a batch of an EventBridge pipe |
//!
//! In a function, [`EventRecords`] reads the event and hands out its user records,
//! and [`BatchResponse`] or [`TransformResponse`] is the answer. Tools that convert
//! read with [`Document`] and [`Record`] and write with [`Writer`]. The shards of a
//! stream come from [`read_list_shards`].
//!
//! # Examples
//!
//! ```
//! use kinesis_agg::Deaggregator;
//! use kinesis_agg_events::{BatchResponse, EventRecords};
//!
//! fn handle(event: &[u8]) -> Result<BatchResponse, kinesis_agg_events::DocumentError> {
//!     let mut response = BatchResponse::new();
//!     let mut buffer = Vec::new();
//!     let records = EventRecords::decode(event, &mut buffer)?;
//!     let mut deaggregator = Deaggregator::new();
//!     for user_record in records.deaggregate(&mut deaggregator).user_records() {
//!         match user_record {
//!             Ok(user_record) if work(user_record.data) => {}
//!             // The Kinesis record comes again, with all user records in it.
//!             Ok(failed) => response.fail(&failed.sequence_number.unwrap_or_default()),
//!             Err(failed) => response.fail(&failed.sequence_number.unwrap_or_default()),
//!         }
//!     }
//!     Ok(response)
//! }
//! # fn work(data: &[u8]) -> bool { !data.is_empty() }
//! # let response = handle(br#"{"Records":[{"kinesis":{"data":"","sequenceNumber":"7"}}]}"#)?;
//! # assert_eq!(response.lowest(), Some("7"));
//! # Ok::<(), kinesis_agg_events::DocumentError>(())
//! ```
//!
//! # What holds
//!
//! - A record that cannot be read does not take the others with it.
//! - Fields that nobody asked for survive: in the shape that a record came in, it
//!   is written as it stood, and a user record keeps all that its Kinesis record
//!   says beside its keys and data.
//! - Objects and lists may nest [`MAX_DEPTH`] deep. Memory is bounded by the text:
//!   data is never longer than its base64, and an event has at most
//!   [`MAX_RECORDS`] records.

#![forbid(unsafe_code)]

mod answer;
mod data;
mod document;
mod error;
mod event;
mod json;
mod list_shards;
mod record;
mod scan;
mod shape;
mod text;
mod time;
mod write;

pub use answer::{BatchResponse, StateError, TransformResponse};
pub use data::{
    DataError, HexError, decode_base64, decode_base64_json, decode_hex, encode_base64, encode_hex,
};
pub use document::Document;
pub use error::{DocumentError, Hint, RecordError};
pub use event::{Event, EventBatch, EventRecords, EventUserRecord, FailedRecord, MAX_RECORDS};
pub use json::MAX_DEPTH;
pub use list_shards::{ListShardsError, read_list_shards};
pub use record::{JsonTag, Record};
pub use shape::Shape;
pub use write::{DataEncoding, MAX_PUT_BYTES, MAX_PUT_RECORDS, Outer, Passed, WriteError, Writer};

/// The examples in the crate's README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
