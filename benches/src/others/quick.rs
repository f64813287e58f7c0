//! quick-protobuf 0.8, with the code that pb-rs generates: borrows what it
//! reads.
//!
//! Only for messages of our own: quick-protobuf must never see untrusted bytes.

// As pb-rs generated it for the testkit.
#[allow(missing_docs, unreachable_pub, warnings, clippy::all, clippy::pedantic)]
#[rustfmt::skip]
#[path = "../../../crates/kinesis-agg-testkit/src/generated/mod.rs"]
mod generated;

use std::borrow::Cow;

use generated::aggregated_record::{AggregatedRecord, Record};
use quick_protobuf::{BytesReader, MessageRead};

use crate::Walk;

/// Decodes a message and walks over its user records.
pub(super) fn walk(message: &[u8]) -> Option<Walk> {
    let mut reader = BytesReader::from_bytes(message);
    let decoded = AggregatedRecord::from_reader(&mut reader, message).ok()?;
    let mut walk = Walk::default();
    for record in &decoded.records {
        visit(&mut walk, &decoded, record)?;
    }
    Some(walk)
}

fn visit(walk: &mut Walk, message: &AggregatedRecord<'_>, record: &Record<'_>) -> Option<()> {
    let partition_key = entry(&message.partition_key_table, record.partition_key_index)?;
    let explicit_hash_key = match record.explicit_hash_key_index {
        None => None,
        Some(index) => Some(entry(&message.explicit_hash_key_table, index)?),
    };
    walk.visit(partition_key, explicit_hash_key, &record.data);
    Some(())
}

fn entry<'m>(table: &'m [Cow<'_, str>], index: u64) -> Option<&'m [u8]> {
    let entry = table.get(usize::try_from(index).ok()?)?;
    Some(entry.as_bytes())
}
