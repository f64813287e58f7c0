//! The partition keys under which most stands.

use super::blocks::{Block, Row};
use crate::inspect::keys::Tally;
use crate::inspect::line::Tone;
use crate::inspect::text::preview;
use crate::inspect::totals::Totals;

/// Keys that are shown.
const ROWS: usize = 5;

/// By user records.
pub(super) fn by_user_records(totals: &Totals, width: usize) -> Option<Block> {
    block(
        "Top partition keys by user records",
        totals,
        width,
        |tally| tally.user_records,
    )
}

/// By bytes of data.
pub(super) fn by_bytes(totals: &Totals, width: usize) -> Option<Block> {
    block(
        "Top partition keys by bytes of data",
        totals,
        width,
        |tally| tally.bytes,
    )
}

/// One key alone needs no list.
fn block(title: &str, totals: &Totals, width: usize, size: fn(&Tally) -> u64) -> Option<Block> {
    if totals.keys.len() < 2 {
        return None;
    }
    let mut block = Block::titled(title, width);
    let whole = totals.keys.sum(size);
    let top = totals.keys.top(ROWS, size);
    let full = top.first().map(|(_, tally)| size(tally));
    for (key, tally) in top {
        block.row(Row {
            indent: 2,
            label: &preview(key, Block::label_width(width) - 2),
            label_tone: Tone::Key,
            value: size(&tally),
            of: Some(whole),
            full,
            ..Row::default()
        });
    }
    Some(block)
}
