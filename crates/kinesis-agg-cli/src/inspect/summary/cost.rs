//! What sending costs: the user records one by one, and as they are.

use super::blocks::{Block, NUMBER};
use crate::inspect::line::{Line, Tone};
use crate::inspect::text::percent;
use crate::inspect::totals::Totals;
use crate::number::{counted, thousands};

/// `None` when nothing was read.
pub(super) fn block(totals: &Totals, width: usize) -> Option<Block> {
    let (single, sent) = (totals.single, totals.sent);
    if sent.records == 0 {
        return None;
    }
    let mut block = Block::new(title(width), width);
    for (label, single, sent) in [
        ("Kinesis records", single.records, sent.records),
        ("bytes, partition keys included", single.bytes, sent.bytes),
        ("PUT payload units of 25 KB", single.units, sent.units),
        ("bytes in whole KB, on demand", single.rounded, sent.rounded),
    ] {
        block.line(row(label, single, sent, width));
    }
    if totals.without_key > 0 {
        let count = counted(totals.without_key, "record", "records");
        block.remark(&format!(
            "{count} came without partition key: not counted there"
        ));
    }
    Some(block)
}

/// Three numbers stand behind a label.
fn label_width(width: usize) -> usize {
    Block::label_width(width).min(width.saturating_sub(3 * NUMBER))
}

fn title(width: usize) -> Line {
    let mut line = Line::default();
    line.left(Tone::Strong, "Cost", label_width(width));
    for text in ["one by one", "as it is", "saved"] {
        line.right(Tone::Quiet, text, NUMBER);
    }
    line
}

fn row(label: &str, single: u64, sent: u64, width: usize) -> Line {
    let mut line = Line::of(Tone::Plain, "  ");
    line.left(Tone::Plain, label, label_width(width) - 2);
    line.right(Tone::Plain, &thousands(single), NUMBER);
    line.right(Tone::Plain, &thousands(sent), NUMBER);
    let (sign, saved) = match single.checked_sub(sent) {
        Some(saved) => ("", saved),
        None => ("-", sent - single),
    };
    let tone = if sign.is_empty() {
        Tone::Good
    } else {
        Tone::Odd
    };
    line.right(tone, &format!("{sign}{}", percent(saved, single)), NUMBER);
    line
}
