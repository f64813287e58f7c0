//! Which fields of a long aggregate are shown.
//!
//! Of the entries of each table and of the records the first four and the last
//! two, and the record at fault; of the tags of a record and of the unknown
//! fields the first few. What is left out is counted.

use crate::number::counted;
use kinesis_agg::NotAggregated;
use kinesis_agg::layout::{Layout, Part, Piece};

use crate::inspect::text::shorten;

/// How many are shown at the start, and at the end.
const FIRST: usize = 4;
const LAST: usize = 2;

/// How many tags of a record, and unknown fields at one place, are shown.
const SMALL: usize = 8;

/// Decides over each piece of a blob, in their order.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    all: bool,
    totals: Counts,
    /// The record at fault.
    at_fault: Option<usize>,
    /// Tags of the record, and unknown fields since the last known one.
    tags: usize,
    unknown: usize,
    /// What was left out since this was last asked.
    counts: Counts,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    partition_keys: usize,
    explicit_hash_keys: usize,
    records: usize,
    tags: usize,
    unknown: usize,
    bytes: usize,
}

impl LeftOut {
    /// For the pieces of `layout`; `all` leaves out none.
    pub(super) fn new(layout: &Layout<'_>, all: bool) -> Self {
        let mut totals = Counts::default();
        if !all {
            layout.clone().for_each(|piece| totals.add(&piece));
        }
        let at_fault = match layout.verdict() {
            Some(NotAggregated::IndexOutsideTable(outside)) => Some(outside.record),
            Some(NotAggregated::Malformed(malformed)) => malformed.record,
            _ => None,
        };
        Self {
            all,
            totals,
            at_fault,
            ..Self::default()
        }
    }

    /// Whether the next piece is shown.
    pub(super) fn shows(&mut self, piece: &Piece<'_>) -> bool {
        self.count_small(piece);
        let is_shown = self.all || self.is_of_interest(piece);
        if !is_shown {
            self.counts.add(piece);
            self.counts.bytes += piece.bytes.len();
        }
        is_shown
    }

    /// Counts the fields that are numbered nowhere.
    fn count_small(&mut self, piece: &Piece<'_>) {
        match piece.part {
            Part::Tag { .. } => self.tags += 1,
            Part::Unknown { .. } => self.unknown += 1,
            Part::TagKey { .. } | Part::TagValue { .. } => {}
            _ => (self.tags, self.unknown) = (0, 0),
        }
    }

    fn is_of_interest(&self, piece: &Piece<'_>) -> bool {
        if let Some(record) = piece.record {
            let is_fault = matches!(piece.part, Part::Fault { .. });
            let is_shown = is_at_an_end(record, self.totals.records);
            if !is_fault && !is_shown && self.at_fault != Some(record) {
                return false;
            }
        }
        match piece.part {
            Part::PartitionKey { number, .. } => is_at_an_end(number, self.totals.partition_keys),
            Part::ExplicitHashKey { number, .. } => {
                is_at_an_end(number, self.totals.explicit_hash_keys)
            }
            Part::Tag { .. } | Part::TagKey { .. } | Part::TagValue { .. } => self.tags <= SMALL,
            Part::Unknown { .. } => self.unknown <= SMALL && self.tags <= SMALL,
            _ => true,
        }
    }

    /// Counts bytes that are not shown for another reason.
    pub(super) const fn add_bytes(&mut self, bytes: usize) {
        self.counts.bytes += bytes;
    }

    /// What was left out since this was last asked, in words that take at most
    /// `room` columns.
    pub(super) fn take(&mut self, room: usize) -> Option<String> {
        let counts = std::mem::take(&mut self.counts);
        if counts.bytes == 0 {
            return None;
        }
        let texts = [
            (counts.partition_keys, "partition key", "partition keys"),
            (
                counts.explicit_hash_keys,
                "explicit hash key",
                "explicit hash keys",
            ),
            (counts.records, "user record", "user records"),
            (counts.tags, "tag", "tags"),
            (counts.unknown, "unknown field", "unknown fields"),
            (counts.bytes, "byte", "bytes"),
        ];
        let texts = texts.iter().filter(|(count, ..)| *count > 0);
        let texts = texts.map(|(count, one, many)| counted(*count as u64, one, many));
        let texts = Vec::from_iter(texts).join(", ");
        let full = format!("{texts} left out (--all shows all)");
        Some(if full.len() <= room {
            full
        } else {
            shorten(&format!("{texts} left out"), room).into_owned()
        })
    }
}

/// Whether `number` is among the first or the last of `total`. None alone is
/// left out: the line that says so would take its place.
const fn is_at_an_end(number: usize, total: usize) -> bool {
    total <= FIRST + LAST + 1 || number < FIRST || number >= total - LAST
}

impl Counts {
    fn add(&mut self, piece: &Piece<'_>) {
        match piece.part {
            Part::PartitionKey { .. } => self.partition_keys += 1,
            Part::ExplicitHashKey { .. } => self.explicit_hash_keys += 1,
            Part::Record { .. } => self.records += 1,
            Part::Tag { .. } => self.tags += 1,
            Part::Unknown { .. } => self.unknown += 1,
            _ => {}
        }
    }
}
