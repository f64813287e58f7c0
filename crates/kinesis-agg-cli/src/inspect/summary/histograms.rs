//! Histograms: how large user records are, and how many share an aggregate.

use super::blocks::{Block, Row};
use crate::inspect::histogram::{Class, Histogram};
use crate::inspect::totals::Totals;
use crate::number::thousands;

/// Rows that a histogram may have.
const ROWS: usize = 10;

/// Sizes of the user records' data.
pub(super) fn sizes(totals: &Totals, width: usize) -> Option<Block> {
    block("User records by bytes of data", &totals.sizes, width)
}

/// User records of each aggregate.
pub(super) fn per_aggregate(totals: &Totals, width: usize) -> Option<Block> {
    block("Aggregates by user records", &totals.per_aggregate, width)
}

/// A single value needs none.
fn block(title: &str, histogram: &Histogram, width: usize) -> Option<Block> {
    let classes = histogram.classes(ROWS);
    let counts = classes.iter().map(|class| class.count);
    let (whole, full) = (counts.clone().sum(), counts.max());
    if whole < 2 {
        return None;
    }
    let mut block = Block::titled(title, width);
    let highs = classes.iter().map(|class| thousands(class.high).len());
    let digits = highs.max().unwrap_or(0);
    for class in classes {
        block.row(Row {
            indent: 2,
            label: &label(class, digits),
            value: class.count,
            of: Some(whole),
            full,
            ..Row::default()
        });
    }
    Some(block)
}

fn label(class: Class, digits: usize) -> String {
    let (low, high) = (thousands(class.low), thousands(class.high));
    if class.low == class.high {
        return format!("{low:>digits$}");
    }
    format!("{low:>digits$} to {high:>digits$}")
}
