//! The summary behind the list: counts, histograms, top keys, packing and cost.
//!
//! Made of blocks, a title and rows, which stand below each other, or side by
//! side on wide terminals.

mod blocks;
mod cost;
mod counts;
mod histograms;
mod packing;
mod top;

use std::io::{self, Write};

use kinesis_agg::HashKeyRange;

use super::InspectOptions;
use super::line::Line;
use super::totals::Totals;

/// Writes the summary.
pub(super) fn write(
    totals: &Totals,
    options: InspectOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines = lines(totals, options.range, options.width);
    lines
        .iter()
        .try_for_each(|line| line.write(options.color, out))
}

fn lines(totals: &Totals, range: Option<HashKeyRange>, width: usize) -> Vec<Line> {
    let lines = width;
    let width = blocks::block_width(width);
    let mut blocks = vec![counts::block(totals, width)];
    blocks.extend(range.and_then(|range| counts::kcl_block(totals, range, width)));
    blocks.extend(cost::block(totals, width));
    blocks.extend(packing::block(totals, width));
    blocks.extend(histograms::sizes(totals, width));
    blocks.extend(histograms::per_aggregate(totals, width));
    blocks.extend(top::by_user_records(totals, width));
    blocks.extend(top::by_bytes(totals, width));
    blocks::arranged(blocks, lines)
}
