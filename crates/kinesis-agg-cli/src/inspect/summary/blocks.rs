//! Blocks of the summary: a title, and rows on one grid.
//!
//! ```text
//! title
//!   label                                 number  percent  bar
//! ```
//!
//! The same grid in all blocks, so that the eye finds numbers where they were.

use crate::inspect::line::{Line, Tone, bar};
use crate::inspect::text::{percent, share};
use crate::number::thousands;

/// Columns of a number, and of a percentage behind it.
pub(super) const NUMBER: usize = 14;
const PERCENT: usize = 9;

/// Least columns of a bar.
const BAR: usize = 10;

/// Columns between two blocks side by side, and the least that each takes then.
const GUTTER: usize = 6;
const LEAST: usize = 72;

/// A title and rows.
#[derive(Clone, Debug)]
pub(super) struct Block {
    lines: Vec<Line>,
    width: usize,
}

/// A row of a block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row<'r> {
    pub(super) indent: usize,
    pub(super) tone: Tone,
    pub(super) label: &'r str,
    pub(super) label_tone: Tone,
    pub(super) value: u64,
    /// What the value is a share of, shown in percent and as a bar.
    pub(super) of: Option<u64>,
    /// The value of a full bar, when that is not the whole.
    pub(super) full: Option<u64>,
}

impl Block {
    /// A block of `width` columns without rows.
    pub(super) fn new(title: Line, width: usize) -> Self {
        let lines = vec![title];
        Self { lines, width }
    }

    /// A block with a plain title.
    pub(super) fn titled(title: &str, width: usize) -> Self {
        Self::new(Line::of(Tone::Strong, title), width)
    }

    /// Columns of a label: a bar must have room behind it.
    pub(super) fn label_width(width: usize) -> usize {
        let numbers = NUMBER + PERCENT + 2 + BAR;
        width.saturating_sub(numbers).clamp(18, 34)
    }

    /// Adds a row.
    pub(super) fn row(&mut self, row: Row<'_>) {
        let label = Self::label_width(self.width);
        let mut line = Line::default();
        line.fill(row.indent);
        line.left(row.label_tone, row.label, label.saturating_sub(row.indent));
        let tone = if row.value == 0 {
            Tone::Quiet
        } else {
            row.tone
        };
        line.right(tone, &thousands(row.value), NUMBER);
        if let Some(whole) = row.of {
            line.right(Tone::Quiet, &percent(row.value, whole), PERCENT);
            let columns = self.width.saturating_sub(line.width() + 2);
            line.push(Tone::Plain, "  ");
            line.push(
                Tone::Bar,
                bar(share(row.value, row.full.unwrap_or(whole)), columns),
            );
        }
        self.lines.push(line);
    }

    /// Adds a row that is only there when its value is not 0.
    pub(super) fn row_if_any(&mut self, row: Row<'_>) {
        if row.value > 0 {
            self.row(row);
        }
    }

    /// Adds a line of another make.
    pub(super) fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds a remark.
    pub(super) fn remark(&mut self, text: &str) {
        for text in crate::inspect::text::wrap(text, self.width.saturating_sub(2).max(20)) {
            self.line(Line::of(Tone::Quiet, format!("  {text}")));
        }
    }
}

/// Columns of a block when lines have `width`.
pub(super) fn block_width(width: usize) -> usize {
    if width >= 2 * LEAST + GUTTER {
        ((width - GUTTER) / 2).min(100)
    } else {
        width.min(100)
    }
}

/// All blocks in lines of `width` columns: in two columns where there is room,
/// each block in the one that is shorter so far.
pub(super) fn arranged(blocks: Vec<Block>, width: usize) -> Vec<Line> {
    let is_wide = width >= 2 * LEAST + GUTTER;
    let [mut left, mut right] = [Vec::new(), Vec::new()];
    for block in blocks {
        let is_left = !is_wide || left.len() <= right.len();
        let column = if is_left { &mut left } else { &mut right };
        column.push(Line::default());
        column.extend(block.lines);
    }
    let mut right = right.into_iter();
    left.resize_with(left.len().max(right.len()), Line::default);
    for line in &mut left {
        if let Some(beside) = right.next() {
            line.fill(block_width(width) + GUTTER);
            line.append(beside);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::{Block, Row, arranged, block_width};

    /// No row is wider than its block, however large the numbers.
    #[test]
    fn rows_fit_their_block() {
        for width in [60, 80, 100, 150, 200, 400] {
            let width = block_width(width);
            let mut block = Block::titled("title", width);
            for value in [0, 1, 999_999_999_999] {
                let label = "a label that is longer than its part of the row";
                block.row(Row {
                    indent: 4,
                    label,
                    value,
                    of: Some(999_999_999_999),
                    ..Row::default()
                });
            }
            for line in &block.lines {
                assert!(line.width() <= width, "{} of {width}", line.width());
            }
        }
    }

    /// Two columns take less than half of the lines and a block more, and no
    /// line is wider than it may be.
    #[test]
    fn blocks_stand_side_by_side() {
        let blocks = |width| Vec::from_iter((0..6).map(|_| Block::titled("title", width)));
        assert_eq!(arranged(blocks(80), 80).len(), 12);
        let lines = arranged(blocks(block_width(200)), 200);
        assert_eq!(lines.len(), 6);
        assert!(lines.iter().all(|line| line.width() <= 200));
    }
}
