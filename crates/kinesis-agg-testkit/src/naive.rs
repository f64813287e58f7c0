//! The naive codec: quick-protobuf with code that pb-rs generated.
//!
//! ```text
//! encode: user records -> two tables, one pass -> message -> frame
//! decode: message -> tables and records -> user records
//! ```
//!
//! What protobuf's own serializer writes, without any cleverness: fields
//! ascending, minimal varints, each key once in the order of its first use. It
//! is the yardstick for the bytes that the core writes.
//!
//! Reading is for messages that were already accepted, and only for those:
//! quick-protobuf 0.8.1 must never see untrusted bytes (nested lengths can take
//! it out of bounds). [`decode_message`] therefore asks
//! [`protobuf_java`] first. It reads less than the core does: groups
//! and text that is not UTF-8 are refused.
//!
//! # The generated code
//!
//! `src/generated` is written by pb-rs 0.10.0 (as a library, default features
//! off) from `proto/aggregated_record.proto`, with
//! `ConfigBuilder::new(&[proto], None, Some(&folder), &[folder_of_proto])` and
//! these settings: `single_module(true)`, `headers(true)`,
//! `dont_use_cow(false)`, `owned(false)`, `nostd(false)`, `hashbrown(false)`,
//! `gen_info(false)`, `add_deprecated_fields(false)`,
//! `custom_struct_derive(vec![])`, `custom_repr(None)`, `error_cycle(false)`,
//! `no_output(false)`; then `FileDescriptor::run(&config.build())`.
//!
//! Source: `aggregation-format.md` of the KPL.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use quick_protobuf::{BytesReader, MessageRead, MessageWrite, Writer};

use crate::generated::aggregated_record as wire;
use crate::record::TestRecord;
use crate::{frame, protobuf_java};

/// Why the naive codec did not read a message.
#[derive(Debug)]
pub enum Refused {
    /// protobuf-java would refuse it: it is not shown to quick-protobuf.
    NotAccepted(protobuf_java::Error),
    /// quick-protobuf refuses it: a group, or text that is not UTF-8.
    QuickProtobuf(quick_protobuf::Error),
    /// A record's index is outside its table.
    Index {
        /// Number of the record, from 0.
        record: usize,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccepted(error) => write!(f, "not accepted: {error}"),
            Self::QuickProtobuf(error) => write!(f, "not read: {error}"),
            Self::Index { record } => write!(f, "an index of record {record} is outside"),
        }
    }
}

impl std::error::Error for Refused {}

/// The aggregate of `records`: message and frame.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::{TestRecord, frame, naive};
///
/// let blob = naive::encode(&[TestRecord::new("k", b"")]);
/// let message = b"\x0a\x01k\x1a\x04\x08\x00\x1a\x00";
/// assert_eq!(frame::open(&blob), Ok(&message[..]));
/// ```
pub fn encode(records: &[TestRecord]) -> Vec<u8> {
    frame::seal(&encode_message(records))
}

/// The message of `records`: each key once, in the order of its first use.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn encode_message(records: &[TestRecord]) -> Vec<u8> {
    let mut partition_keys = Table::default();
    let mut explicit_hash_keys = Table::default();
    let written = records
        .iter()
        .map(|record| wire::Record {
            partition_key_index: partition_keys.index(&record.partition_key),
            explicit_hash_key_index: record
                .explicit_hash_key
                .as_deref()
                .map(|key| explicit_hash_keys.index(key)),
            data: record.data.as_slice().into(),
            tags: record.tags.iter().map(tag).collect(),
        })
        .collect();
    let message = wire::AggregatedRecord {
        partition_key_table: partition_keys.entries(),
        explicit_hash_key_table: explicit_hash_keys.entries(),
        records: written,
    };
    let mut bytes = Vec::with_capacity(message.get_size());
    message
        .write_message(&mut Writer::new(&mut bytes))
        .expect("a Vec takes all bytes");
    bytes
}

/// Reads a message that was already accepted.
///
/// # Errors
///
/// [`Refused`] for what protobuf-java refuses, and for what this narrower codec
/// does not read. It is no judge of what is an aggregate: that is
/// [`protobuf_java::decode`].
pub fn decode_message(message: &[u8]) -> Result<Vec<TestRecord>, Refused> {
    protobuf_java::decode(message).map_err(Refused::NotAccepted)?;
    let mut reader = BytesReader::from_bytes(message);
    let parsed = wire::AggregatedRecord::from_reader(&mut reader, message)
        .map_err(Refused::QuickProtobuf)?;
    let look_up = |table: &[Cow<'_, str>], index: u64, record| {
        let entry = usize::try_from(index)
            .ok()
            .and_then(|index| table.get(index));
        entry
            .map(ToString::to_string)
            .ok_or(Refused::Index { record })
    };
    let read = |(number, record): (usize, &wire::Record<'_>)| {
        Ok(TestRecord {
            partition_key: look_up(
                &parsed.partition_key_table,
                record.partition_key_index,
                number,
            )?,
            explicit_hash_key: record
                .explicit_hash_key_index
                .map(|index| look_up(&parsed.explicit_hash_key_table, index, number))
                .transpose()?,
            data: record.data.to_vec(),
            tags: record.tags.iter().map(from_tag).collect(),
        })
    };
    parsed.records.iter().enumerate().map(read).collect()
}

/// Keys in the order of their first use.
#[derive(Default)]
struct Table<'k> {
    indexes: HashMap<&'k str, u64>,
    keys: Vec<&'k str>,
}

impl<'k> Table<'k> {
    fn index(&mut self, key: &'k str) -> u64 {
        *self.indexes.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() as u64 - 1
        })
    }

    fn entries(self) -> Vec<Cow<'k, str>> {
        self.keys.into_iter().map(Into::into).collect()
    }
}

fn tag((key, value): &(String, Option<String>)) -> wire::Tag<'_> {
    wire::Tag {
        key: key.into(),
        value: value.as_ref().map(Into::into),
    }
}

fn from_tag(tag: &wire::Tag<'_>) -> (String, Option<String>) {
    (
        tag.key.to_string(),
        tag.value.as_ref().map(ToString::to_string),
    )
}
