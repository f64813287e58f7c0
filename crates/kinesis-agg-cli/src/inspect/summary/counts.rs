//! How many records of which kind, and what the KCL does with them.

use crate::number::counted;
use kinesis_agg::{HashKey, HashKeyRange};

use super::blocks::{Block, Row};
use crate::inspect::line::{Line, Tone};
use crate::inspect::text::shorten;
use crate::inspect::totals::Totals;

/// Counts of Kinesis records by kind, and of user records.
pub(super) fn block(totals: &Totals, width: usize) -> Block {
    let mut block = Block::titled("Records", width);
    kinesis_records(totals, &mut block);
    user_records(totals, &mut block);
    keys(totals, &mut block);
    block
}

/// A row of the first level, of the second, or of the third.
fn row(level: usize, label: &str, value: u64) -> Row<'_> {
    Row {
        indent: 2 * level,
        label,
        value,
        ..Row::default()
    }
}

fn kinesis_records(totals: &Totals, block: &mut Block) {
    let of = Some(totals.records);
    let share = |label, value| Row {
        of,
        ..row(2, label, value)
    };
    let bad = |row| Row {
        tone: Tone::Bad,
        label_tone: Tone::Bad,
        ..row
    };
    block.row(row(1, "Kinesis records", totals.records));
    block.row(share("aggregates", totals.aggregates));
    block.row_if_any(row(3, "without user records", totals.empty));
    block.row(share("plain", totals.plain_records()));
    for (content, count) in &totals.plain {
        block.row(row(3, content.name(), *count));
    }
    for (label, reasons) in [
        (
            "damaged",
            totals
                .damaged
                .iter()
                .map(|(name, count)| (*name, *count))
                .collect(),
        ),
        (
            "unread",
            totals
                .unread
                .iter()
                .map(|(name, count)| (&**name, *count))
                .collect(),
        ),
    ] {
        let reasons: Vec<(&str, u64)> = reasons;
        let count = reasons.iter().map(|(_, count)| count).sum();
        block.row_if_any(bad(share(label, count)));
        for (name, count) in reasons {
            block.row(row(3, name, count));
        }
    }
}

fn user_records(totals: &Totals, block: &mut Block) {
    let odd = |label, value| Row {
        tone: Tone::Odd,
        label_tone: Tone::Odd,
        ..row(2, label, value)
    };
    block.row(row(1, "user records", totals.all_user_records()));
    block.row(row(2, "in aggregates", totals.user_records));
    block.row_if_any(row(
        2,
        "with explicit hash key",
        totals.with_explicit_hash_key,
    ));
    block.row_if_any(odd("explicit hash key is no number", totals.unplaceable));
    block.row_if_any(odd("aggregates themselves", totals.nested));
    block.row_if_any(row(2, "tags", totals.tags));
}

fn keys(totals: &Totals, block: &mut Block) {
    let known = totals.keys.len();
    block.row(row(1, "distinct partition keys", known));
    let others = totals.keys.others().user_records;
    if others > 0 {
        let count = counted(others, "user record", "user records");
        block.remark(&format!(
            "and more: the keys of {count} that came after those are not told apart"
        ));
    }
}

/// What the KCL drops in `range`; `None` when there are no aggregates.
pub(super) fn kcl_block(totals: &Totals, range: HashKeyRange, width: usize) -> Option<Block> {
    if totals.aggregates == 0 {
        return None;
    }
    let mut title = Line::of(Tone::Strong, "The KCL in the range ");
    let room = width.saturating_sub(title.width());
    let both = range.to_string();
    if both.len() <= room {
        title.push(Tone::Strong, both);
    } else {
        let end = |end: HashKey| shorten(&end.to_string(), room.saturating_sub(1) / 2).into_owned();
        let (start, end) = (end(range.start()), end(range.end()));
        title.push(Tone::Strong, format!("{start}-{end}"));
    }
    let mut block = Block::new(title, width);
    kcl_rows(totals, &mut block);
    Some(block)
}

fn kcl_rows(totals: &Totals, block: &mut Block) {
    let dropped = totals.dropped;
    let share = |label, value, whole, tone| Row {
        of: Some(whole),
        tone,
        label_tone: tone,
        ..row(1, label, value)
    };
    let tone = if dropped.aggregates > 0 {
        Tone::Bad
    } else {
        Tone::Plain
    };
    let (aggregates, all) = (totals.aggregates, totals.user_records);
    block.row(share(
        "aggregates handed out",
        aggregates - dropped.aggregates,
        aggregates,
        Tone::Plain,
    ));
    block.row(share(
        "aggregates dropped whole",
        dropped.aggregates,
        aggregates,
        tone,
    ));
    block.row(share(
        "user records dropped with them",
        dropped.user_records,
        all,
        tone,
    ));
    block.row_if_any(row(2, "outside of the range", dropped.outside));
    block.row_if_any(row(2, "of no hash key at all", dropped.unplaceable));
    block.row_if_any(Row {
        tone,
        label_tone: tone,
        ..row(2, "inside, dropped all the same", dropped.inside())
    });
}
