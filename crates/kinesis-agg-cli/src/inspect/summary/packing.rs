//! What the bytes of aggregates are for.

use super::blocks::{Block, Row};
use crate::inspect::totals::Totals;

/// `None` when there are no aggregates.
pub(super) fn block(totals: &Totals, width: usize) -> Option<Block> {
    let packing = totals.packing;
    if packing.aggregates == 0 {
        return None;
    }
    let mut block = Block::titled("Bytes of aggregates", width);
    for (label, value) in [
        ("data of user records", packing.data),
        ("keys, once in each aggregate", packing.keys),
        ("protobuf: indexes, lengths, tags", packing.protobuf()),
        ("frames: magic and checksum", packing.frame),
    ] {
        block.row(Row {
            indent: 2,
            label,
            value,
            of: Some(packing.bytes),
            ..Row::default()
        });
    }
    Some(block)
}
