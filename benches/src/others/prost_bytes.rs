//! prost 0.14, data as [`Bytes`]: shares the memory of the message instead of
//! copying from it. Keys stay text of their own, as prost has no other.

use bytes::Bytes;
use prost::Message;

use super::prost_vec::{Tag, entry};
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
    #[prost(bytes = "bytes", required, tag = "3")]
    data: Bytes,
    #[prost(message, repeated, tag = "4")]
    tags: Vec<Tag>,
}

/// Decodes a message and walks over its user records.
pub(super) fn walk(message: &Bytes) -> Option<Walk> {
    let decoded = AggregatedRecord::decode(message.clone()).ok()?;
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
