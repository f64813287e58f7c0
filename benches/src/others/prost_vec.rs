//! prost 0.14, data as `Vec<u8>`: what its build script generates by default,
//! written by hand.

use std::collections::HashMap;

use kinesis_agg_testkit::TestRecord;
use prost::Message;

use crate::Walk;

#[derive(Clone, PartialEq, Message)]
struct AggregatedRecord {
    #[prost(string, repeated, tag = "1")]
    partition_key_table: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    explicit_hash_key_table: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<Record>,
}

#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(uint64, required, tag = "1")]
    partition_key_index: u64,
    #[prost(uint64, optional, tag = "2")]
    explicit_hash_key_index: Option<u64>,
    #[prost(bytes = "vec", required, tag = "3")]
    data: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    tags: Vec<Tag>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Tag {
    #[prost(string, required, tag = "1")]
    key: String,
    #[prost(string, optional, tag = "2")]
    value: Option<String>,
}

/// Decodes a message and walks over its user records.
pub(super) fn walk(message: &[u8]) -> Option<Walk> {
    let decoded = AggregatedRecord::decode(message).ok()?;
    let mut walk = Walk::default();
    for record in &decoded.records {
        let partition_key = entry(&decoded.partition_key_table, record.partition_key_index)?;
        let explicit_hash_key = match record.explicit_hash_key_index {
            None => None,
            Some(index) => Some(entry(&decoded.explicit_hash_key_table, index)?),
        };
        walk.visit(partition_key, explicit_hash_key, &record.data);
    }
    Some(walk)
}

pub(super) fn entry(table: &[String], index: u64) -> Option<&[u8]> {
    let entry = table.get(usize::try_from(index).ok()?)?;
    Some(entry.as_bytes())
}

/// Encodes user records that fit one message.
pub(super) fn encode(user_records: &[TestRecord]) -> Vec<u8> {
    let mut partition_keys = Table::default();
    let mut explicit_hash_keys = Table::default();
    let mut message = AggregatedRecord::default();
    for user_record in user_records {
        let explicit_hash_key = user_record.explicit_hash_key.as_deref();
        message.records.push(Record {
            partition_key_index: partition_keys.index(&user_record.partition_key),
            explicit_hash_key_index: explicit_hash_key.map(|key| explicit_hash_keys.index(key)),
            data: user_record.data.clone(),
            tags: Vec::new(),
        });
    }
    message.partition_key_table = partition_keys.keys;
    message.explicit_hash_key_table = explicit_hash_keys.keys;
    message.encode_to_vec()
}

/// Keys in the order of their first use.
#[derive(Default)]
struct Table<'k> {
    indexes: HashMap<&'k str, u64>,
    keys: Vec<String>,
}

impl<'k> Table<'k> {
    fn index(&mut self, key: &'k str) -> u64 {
        *self.indexes.entry(key).or_insert_with(|| {
            self.keys.push(key.to_owned());
            self.keys.len() as u64 - 1
        })
    }
}
