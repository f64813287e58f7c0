//! Rows of an aggregate, fetched some at a time.

use kinesis_agg::{UserRecordRow, UserRecordRows};

/// How many are fetched together: few enough to stay in the nearest cache.
const ROWS: usize = 64;

/// Rows of one aggregate, and which of them comes next.
#[derive(Default)]
pub(crate) struct Page {
    rows: Vec<UserRecordRow>,
    at: usize,
}

impl Page {
    #[inline]
    pub(crate) fn next(&mut self) -> Option<&UserRecordRow> {
        let row = self.rows.get(self.at)?;
        self.at += 1;
        Some(row)
    }

    /// Puts the first of `rows` in the place of what is there; returns how many.
    pub(crate) fn fill(&mut self, rows: UserRecordRows<'_>) -> usize {
        self.rows.clear();
        self.at = 0;
        let rows = rows.up_to(ROWS);
        self.rows.reserve(rows.len());
        rows.for_each(|row| self.rows.push(row));
        self.rows.len()
    }

    /// How many are still to come.
    pub(crate) fn left(&self) -> usize {
        self.rows.len() - self.at
    }
}
