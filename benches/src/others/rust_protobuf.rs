//! rust-protobuf 3, with the code that protobuf-codegen generates: copies data
//! and keys.

#[allow(unreachable_pub, warnings, clippy::pedantic)]
#[rustfmt::skip]
#[path = "generated/mod.rs"]
mod generated;

use generated::aggregated_record::AggregatedRecord;
use protobuf::Message;

use super::prost_vec::entry;
use crate::Walk;

/// Decodes a message and walks over its user records.
pub(super) fn walk(message: &[u8]) -> Option<Walk> {
    let decoded = AggregatedRecord::parse_from_bytes(message).ok()?;
    let mut walk = Walk::default();
    for record in &decoded.records {
        let partition_key = entry(&decoded.partition_key_table, record.partition_key_index())?;
        let explicit_hash_key = match record.explicit_hash_key_index {
            None => None,
            Some(index) => Some(entry(&decoded.explicit_hash_key_table, index)?),
        };
        walk.visit(partition_key, explicit_hash_key, record.data());
    }
    Some(walk)
}
