//! Which columns the list of records has, for a terminal of some width.
//!
//! What a record is and how large stands there at any width. The keys and the
//! sequence number are shortened to what is left, and get more as there is more;
//! the last ones come in only on wide terminals.

use super::line::{Line, Tone};

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Number,
    Kind,
    UserRecords,
    Keys,
    Bytes,
    Overhead,
    Kcl,
    PartitionKey,
    SequenceNumber,
    HashKeys,
    ExplicitHashKey,
}

/// Space between columns.
pub(super) const GAP: usize = 2;

/// Columns that are always there, and their widths.
const ALWAYS: [(Column, usize); 6] = [
    (Column::Number, 5),
    (Column::Kind, 12),
    (Column::UserRecords, 7),
    (Column::Keys, 8),
    (Column::Bytes, 9),
    (Column::Overhead, 6),
];

/// Columns that are there when there is room, the most important first: their
/// least width, and the one they grow to.
const WHEN_ROOM: [(Column, usize, usize); 5] = [
    (Column::Kcl, 21, 21),
    (Column::PartitionKey, 10, 20),
    (Column::SequenceNumber, 9, 56),
    (Column::HashKeys, 16, 16),
    (Column::ExplicitHashKey, 11, 39),
];

/// The columns for a width, each with its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns(pub(super) Vec<(Column, usize)>);

impl Columns {
    /// Those for lines of `width`; what the KCL does only when asked for.
    pub(super) fn new(width: usize, kcl: bool) -> Self {
        let taken = ALWAYS.iter().map(|(_, columns)| columns + GAP);
        let mut left = (width + GAP).saturating_sub(taken.sum());
        let mut columns = Vec::from(ALWAYS);
        for (column, least, _) in WHEN_ROOM {
            if left >= least + GAP && (kcl || column != Column::Kcl) {
                left -= least + GAP;
                columns.push((column, least));
            }
        }
        for (column, width) in &mut columns {
            let most = WHEN_ROOM.iter().find(|(name, ..)| name == column);
            let more = most.map_or(0, |(.., most)| left.min(most - *width));
            *width += more;
            left -= more;
        }
        Self(columns)
    }

    /// The two lines above the list.
    pub(super) fn header(&self) -> [Line; 2] {
        [0, 1].map(|row| {
            let mut line = Line::default();
            for (at, (column, width)) in self.0.iter().enumerate() {
                if at > 0 {
                    line.push(Tone::Plain, " ".repeat(GAP));
                }
                let text = column.header()[row];
                if column.is_number() {
                    line.right(Tone::Quiet, text, *width);
                } else {
                    line.left(Tone::Quiet, text, *width);
                }
            }
            line
        })
    }
}

impl Column {
    const fn header(self) -> [&'static str; 2] {
        match self {
            Self::Number => ["", "#"],
            Self::Kind => ["", "record"],
            Self::UserRecords => ["user", "records"],
            Self::Keys => ["distinct", "keys"],
            Self::Bytes => ["", "bytes"],
            Self::Overhead => ["over-", "head"],
            Self::Kcl => ["", "the KCL"],
            Self::PartitionKey => ["partition", "key"],
            Self::SequenceNumber => ["sequence", "number"],
            Self::HashKeys => ["hash keys", "0 ····· 2^128-1"],
            Self::ExplicitHashKey => ["explicit", "hash key"],
        }
    }

    /// Whether it holds numbers, which stand at the right.
    pub(super) const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Number | Self::UserRecords | Self::Keys | Self::Bytes | Self::Overhead
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Column::{ExplicitHashKey, HashKeys, Kcl, PartitionKey, SequenceNumber};
    use super::{Columns, GAP};

    fn taken(width: usize, kcl: bool) -> usize {
        let Columns(columns) = Columns::new(width, kcl);
        let taken = columns.iter().map(|(_, width)| width + GAP);
        taken.sum::<usize>() - GAP
    }

    /// The list takes no more than its width, unless that is very little, and
    /// all of it where terminals are as wide as they used to be.
    #[test]
    fn the_list_fits_its_width() {
        for kcl in [false, true] {
            for width in 0..300 {
                assert!(taken(width, kcl) <= width.max(57), "{width}");
            }
            assert_eq!(taken(80, kcl), 80);
        }
    }

    /// What is there at 80 columns, and at 200.
    #[test]
    fn columns_by_width() {
        let names = |width, kcl| {
            let Columns(columns) = Columns::new(width, kcl);
            Vec::from_iter(columns.into_iter().skip(6))
        };
        assert_eq!(names(57, false), []);
        assert_eq!(names(80, false), [(PartitionKey, 10), (SequenceNumber, 9)]);
        assert_eq!(names(80, true), [(Kcl, 21)]);
        assert_eq!(
            names(200, false),
            [
                (PartitionKey, 20),
                (SequenceNumber, 56),
                (HashKeys, 16),
                (ExplicitHashKey, 39)
            ]
        );
    }
}
