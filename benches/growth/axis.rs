//! What grows: the size of user records, the batch, or the number of keys. The
//! rest stays.
//!
//! | axis | from | to | user records | aggregates |
//! |---|---|---|---|---|
//! | size | 20 B | 1 MB | a partition key for four | 16 of at most 1 MiB |
//! | batch | 1 | 10,000 Kinesis records | 100 B, a partition key for four | of at most 5 KiB |
//! | keys | one for all | all distinct | 100 B | 16 of at most 1 MiB |
//!
//! Sixteen aggregates fill the lanes of MD5 on any machine.

use std::collections::HashSet;

use anyhow::Result;
use kinesis_agg::Options;
use kinesis_agg_bench::{Aggregate, Corpus, Keys, Size};
use serde::{Deserialize, Serialize};

use crate::work::{WORKS, Work};

/// What grows.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Axis {
    /// Bytes of data in a user record.
    Size,
    /// Kinesis records that are read or written together.
    Batch,
    /// Partition keys in all of them.
    Keys,
}

/// What cost is divided by, to be flat when it is linear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// 1,000 bytes of aggregates.
    Kilobyte,
    UserRecord,
}

/// All, in the order of the page.
pub(crate) const AXES: [Axis; 3] = [Axis::Size, Axis::Batch, Axis::Keys];

/// Aggregates of a point, unless their number is what grows.
const AGGREGATES: usize = 16;

/// Bytes of data of a user record, unless they are what grows.
const SIZE: Size = Size::Exactly(100);

const SIZES: [usize; 10] = [
    20, 100, 316, 1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000,
];
const BATCHES: [usize; 9] = [1, 3, 10, 32, 100, 316, 1_000, 3_162, 10_000];
const KEYS: [Keys; 9] = [
    Keys::Few(1),
    Keys::Few(10),
    Keys::Few(100),
    Keys::Few(316),
    Keys::Few(1_000),
    Keys::Few(3_162),
    Keys::Few(10_000),
    Keys::Few(31_623),
    Keys::Distinct,
];

impl Axis {
    /// As a page and a picture call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Size => "Size of user records",
            Self::Batch => "Size of the batch",
            Self::Keys => "Number of keys",
        }
    }

    /// The number that grows.
    pub(crate) fn counts(self) -> &'static str {
        match self {
            Self::Size => "bytes of data in a user record",
            Self::Batch => "Kinesis records in the batch",
            Self::Keys => "partition keys in the batch",
        }
    }

    /// What stays.
    pub(crate) fn explained(self) -> &'static str {
        match self {
            Self::Size => {
                "16 aggregates of at most 1 MiB, the limit of every stream. A partition key for four user records."
            }
            Self::Batch => {
                "Aggregates of at most 5,120 bytes. User records of 100 bytes, a partition key for four."
            }
            Self::Keys => {
                "16 aggregates of at most 1 MiB. User records of 100 bytes, keys in any order; in the last line each has its own."
            }
        }
    }

    /// The user records are of one size, but on the first axis.
    pub(crate) fn unit(self) -> Unit {
        match self {
            Self::Size => Unit::Kilobyte,
            Self::Batch | Self::Keys => Unit::UserRecord,
        }
    }

    /// What is done with each batch.
    pub(crate) fn works(self) -> &'static [Work] {
        match self {
            Self::Size | Self::Keys => &WORKS[..3],
            Self::Batch => &WORKS,
        }
    }

    /// The size limit of an aggregate.
    fn max_size(self) -> usize {
        match self {
            Self::Size | Self::Keys => 1 << 20,
            Self::Batch => 5 << 10,
        }
    }

    /// The options to write with. A user record of 1 MB fills an aggregate: it
    /// is framed though it is alone.
    ///
    /// # Panics
    ///
    /// Never: the limits are limits.
    pub(crate) fn options(self) -> Options {
        let options = Options::new().with_max_size(self.max_size());
        options
            .expect("the limits are limits")
            .with_framed_singles()
    }

    /// Makes the aggregates of each point in turn; the first, the fourth and so
    /// on for a quick run.
    ///
    /// # Errors
    ///
    /// The first of a visit, which is the last one then.
    pub(crate) fn for_each(
        self,
        quick: bool,
        mut visit: impl FnMut(usize, &[Aggregate]) -> Result<()>,
    ) -> Result<()> {
        let step = if quick { 3 } else { 1 };
        let options = self.options();
        let corpus =
            |size, keys, aggregates| Corpus::within(&options, size, keys, aggregates).aggregates;
        match self {
            Self::Size => {
                for size in SIZES.into_iter().step_by(step) {
                    let aggregates = corpus(Size::Exactly(size), Keys::FourEach, AGGREGATES);
                    visit(size, &aggregates)?;
                }
            }
            Self::Batch => {
                let batches = Vec::from_iter(BATCHES.into_iter().step_by(step));
                let largest = batches.iter().copied().max().unwrap_or_default();
                let aggregates = corpus(SIZE, Keys::FourEach, largest);
                for batch in batches {
                    visit(batch, &aggregates[..batch])?;
                }
            }
            Self::Keys => {
                for keys in KEYS.into_iter().step_by(step) {
                    let aggregates = corpus(SIZE, keys, AGGREGATES);
                    visit(partition_keys(&aggregates), &aggregates)?;
                }
            }
        }
        Ok(())
    }

    /// How many points a whole run has.
    #[cfg(test)]
    pub(crate) fn points(self) -> usize {
        match self {
            Self::Size => SIZES.len(),
            Self::Batch => BATCHES.len(),
            Self::Keys => KEYS.len(),
        }
    }
}

impl Unit {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kilobyte => "KB of aggregates",
            Self::UserRecord => "user record",
        }
    }
}

/// How many different partition keys there are.
pub(crate) fn partition_keys(aggregates: &[Aggregate]) -> usize {
    let user_records = aggregates.iter().flat_map(|it| &it.user_records);
    let keys = user_records.map(|user_record| &user_record.partition_key);
    HashSet::<&String>::from_iter(keys).len()
}

#[cfg(test)]
mod tests {
    use super::{AXES, Axis};

    /// The number of each axis grows from point to point, and no aggregate is
    /// above its limit or less than half full.
    #[test]
    fn what_grows_is_what_is_said() {
        for axis in AXES {
            let mut before = 0;
            axis.for_each(true, |at, aggregates| {
                assert!(at > before, "{axis:?}: {at} after {before}");
                before = at;
                let limit = axis.max_size();
                for aggregate in aggregates {
                    let len = aggregate.blob.len();
                    assert!(len <= limit && len > limit / 2, "{axis:?} {at}: {len}");
                }
                let first = &aggregates[0].user_records[0];
                match axis {
                    Axis::Size => assert_eq!(first.data.len(), at),
                    Axis::Batch => assert_eq!(aggregates.len(), at),
                    Axis::Keys => assert_eq!(first.data.len(), 100),
                }
                Ok(())
            })
            .unwrap();
        }
    }
}
