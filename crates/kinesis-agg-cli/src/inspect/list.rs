//! The list: one line for each Kinesis record, and more where there is something
//! to say about it.
//!
//! ```text
//!                       user  distinct              over-  partition   sequence
//!     #  record      records      keys      bytes    head  key         number
//!     0  aggregate         2         2         94   57.4%  customer-7  4959…6788
//!     1  plain: JSON                           30          customer-9  4959…4678
//!     2  damaged: checksum                    120          customer-7  4959…0123
//!        ╰ events.json:1: record 2: the checksum is not that of the message
//! ```

use kinesis_agg::{HashKey, HashKeyRange, IndexOutsideTable, NotAggregated};
use serde::Serialize;

use super::Found;
use super::columns::{Column, Columns, GAP};
use super::facts::{Aggregate, Facts};
use super::line::{Line, Tone};
use super::text::{harmless, percent, preview, wrap};
use crate::content::Content;
use crate::number::{counted, thousands};

/// A record and what was found out about it.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    /// Its number, from 0.
    pub(super) record: u64,
    pub(super) found: &'r Found<'r>,
    pub(super) facts: &'r Facts<'r>,
}

/// What the KCL does with a Kinesis record in the range that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kcl {
    /// Hands out all user records.
    HandsOut,
    /// Hands out the Kinesis record unopened.
    HandsOutAsItIs,
    /// Hands out the user records before one that names a key outside its table,
    /// and loses the rest.
    HandsOutAPart,
    /// Cuts an index to 32 bits, and takes the key of another user record.
    TakesAnotherKey,
    /// Drops all of it.
    Drops,
}

/// Where notes in the list begin: under the kind.
pub(super) const INDENT: usize = 7;

impl<'r> Row<'r> {
    /// The line of the record.
    pub(super) fn line(self, columns: &Columns) -> Line {
        let mut line = Line::default();
        let mut start = 0;
        for (column, width) in &columns.0 {
            // A kind without counts has taken the place of those.
            if line.width() <= start {
                line.fill(start);
                let (tone, text) = self.cell(*column, *width);
                if column.is_number() {
                    line.right(tone, &text, *width);
                } else {
                    line.push(tone, text);
                }
            }
            start += width + GAP;
        }
        line
    }

    fn cell(self, column: Column, width: usize) -> (Tone, String) {
        let key = |key: Option<&str>| preview(key.unwrap_or_default().as_bytes(), width);
        match column {
            Column::Number => (Tone::Quiet, thousands(self.record)),
            Column::Kind => self.kind(),
            Column::UserRecords => (Tone::Plain, self.count(|of| of.user_records)),
            Column::Keys => (Tone::Plain, self.count(Aggregate::distinct_keys)),
            Column::Bytes => (Tone::Plain, self.bytes()),
            Column::Overhead => (Tone::Plain, self.overhead()),
            Column::Kcl => self.kcl_words(),
            Column::PartitionKey => (Tone::Key, key(self.found.partition_key.as_deref())),
            Column::SequenceNumber => (Tone::Plain, key(self.found.sequence_number.as_deref())),
            Column::HashKeys => (Tone::Bar, strip(self.span(), width)),
            Column::ExplicitHashKey => (Tone::Key, key(self.found.explicit_hash_key.as_deref())),
        }
    }

    /// What it is.
    pub(super) fn kind(self) -> (Tone, String) {
        match self.facts {
            Facts::Aggregate(_) => (Tone::Strong, "aggregate".to_owned()),
            Facts::Plain(content) => (Tone::Plain, format!("plain: {}", content.name())),
            Facts::Damaged { reason, .. } => (Tone::Bad, format!("damaged: {}", reason.name())),
            Facts::Unread(name, _) => (Tone::Bad, format!("unread: {name}")),
        }
    }

    /// What is in it, if it is an aggregate.
    pub(super) const fn aggregate(self) -> Option<&'r Aggregate<'r>> {
        match self.facts {
            Facts::Aggregate(aggregate) => Some(aggregate),
            _ => None,
        }
    }

    fn count(self, count: impl FnOnce(&'r Aggregate<'r>) -> u64) -> String {
        let count = self.aggregate().map(count);
        count.map_or_else(String::new, thousands)
    }

    fn bytes(self) -> String {
        let blob = self.found.blob.as_ref().ok();
        blob.map_or_else(String::new, |blob| thousands(blob.len() as u64))
    }

    fn overhead(self) -> String {
        let packing = self.aggregate().map(Aggregate::packing);
        packing.map_or_else(String::new, |of| percent(of.overhead(), of.bytes))
    }

    /// What the KCL does with it in the range that was asked for; `None` when
    /// there is no data.
    pub(super) const fn kcl(self) -> Option<Kcl> {
        match self.facts {
            Facts::Aggregate(aggregate) if aggregate.is_dropped() => Some(Kcl::Drops),
            Facts::Aggregate(_) => Some(Kcl::HandsOut),
            Facts::Damaged {
                reason: NotAggregated::IndexOutsideTable(outside),
                ..
            } => Some(kcl_on(outside)),
            Facts::Plain(_) | Facts::Damaged { .. } => Some(Kcl::HandsOutAsItIs),
            Facts::Unread(..) => None,
        }
    }

    /// The same in words.
    pub(super) fn kcl_words(self) -> (Tone, String) {
        let outside = self.aggregate().map_or(0, |of| of.outside + of.unplaceable);
        match self.kcl() {
            None => (Tone::Plain, String::new()),
            Some(Kcl::HandsOut) => (Tone::Good, "hands out".to_owned()),
            Some(Kcl::HandsOutAsItIs) => (Tone::Plain, "hands out as it is".to_owned()),
            Some(Kcl::HandsOutAPart) => (Tone::Bad, "hands out only a part".to_owned()),
            Some(Kcl::TakesAnotherKey) => (Tone::Bad, "takes another key".to_owned()),
            Some(Kcl::Drops) => (Tone::Bad, format!("drops, {} outside", thousands(outside))),
        }
    }

    /// The hash keys inside, or its own.
    fn span(self) -> Option<HashKeyRange> {
        if let Some(aggregate) = self.aggregate() {
            return aggregate.span;
        }
        let own = match (&self.found.explicit_hash_key, &self.found.partition_key) {
            (Some(key), _) => HashKey::from_decimal(key.as_bytes()),
            (None, Some(key)) => Some(HashKey::of_partition_key(key)),
            (None, None) => None,
        };
        own.map(HashKeyRange::only)
    }

    /// What is to be said about it, `indent` columns from the left.
    pub(super) fn notes(self, width: usize, indent: usize) -> Vec<Line> {
        let mut notes = Vec::new();
        match self.facts {
            Facts::Aggregate(aggregate) => notes_on(aggregate, &mut notes),
            Facts::Plain(Content::Base64OfAggregate) => notes.push((Tone::Odd, TWICE.to_owned())),
            Facts::Plain(_) => {}
            Facts::Damaged { reason, is_cut } => {
                let more = if *is_cut { CUT } else { "" };
                notes.push((Tone::Plain, self.placed(&format!("{reason}{more}"))));
            }
            Facts::Unread(_, why) => notes.push((Tone::Plain, self.placed(why))),
        }
        let lines = notes.iter();
        Vec::from_iter(lines.flat_map(|(tone, text)| note_lines(*tone, text, width, indent)))
    }

    /// A message about the record, with its place. The path of the file stands
    /// above the list.
    fn placed(self, text: &str) -> String {
        let text = harmless(text);
        let name = self.found.file.rsplit('/').next().unwrap_or_default();
        format!("{name}:{}: {text}", self.found.place)
    }
}

/// What the KCL does with an index outside its table: see `FORMAT.md`.
const fn kcl_on(outside: &IndexOutsideTable) -> Kcl {
    if outside.index & 0xffff_ffff < outside.table_len as u64 {
        Kcl::TakesAnotherKey
    } else {
        Kcl::HandsOutAPart
    }
}

const CUT: &str = "; it looks cut short";

const TWICE: &str =
    "an aggregate in base64: its producer encoded it twice, so no reader sees the user records";

fn notes_on(aggregate: &Aggregate<'_>, notes: &mut Vec<(Tone, String)>) {
    if aggregate.nested > 0 {
        let one = "user record is an aggregate itself: readers hand it out unopened";
        let many = "user records are aggregates themselves: readers hand them out unopened";
        notes.push((Tone::Odd, counted(aggregate.nested, one, many)));
    }
    if aggregate.unplaceable > 0 {
        let count = counted(
            aggregate.unplaceable,
            "user record has",
            "user records have",
        );
        let text = "an explicit hash key that is no number from 0 to 2^128-1";
        notes.push((Tone::Odd, format!("{count} {text}")));
    }
}

fn note_lines(tone: Tone, text: &str, width: usize, indent: usize) -> Vec<Line> {
    let room = width.saturating_sub(indent + 2).max(20);
    let texts = wrap(text, room).into_iter().enumerate();
    let line = |(at, text): (usize, String)| {
        let mut line = Line::default();
        line.fill(indent);
        line.push(Tone::Quiet, if at == 0 { "╰ " } else { "  " });
        line.push(tone, text);
        line
    };
    Vec::from_iter(texts.map(line))
}

/// All hash keys in `columns` columns, those of `span` marked.
fn strip(span: Option<HashKeyRange>, columns: usize) -> String {
    let Some(span) = span else {
        return String::new();
    };
    let cell_of = |key: HashKey| ((key.get() >> 64) * columns as u128) >> 64;
    let marked = cell_of(span.start())..=cell_of(span.end());
    let cell = |at| if marked.contains(&at) { '━' } else { '·' };
    String::from_iter((0..columns as u128).map(cell))
}

#[cfg(test)]
mod tests {
    use super::strip;
    use kinesis_agg::{HashKey, HashKeyRange};

    /// Each hash key marks one cell at least, and all of them mark all.
    #[test]
    fn strips_show_where_hash_keys_lie() {
        let only = |number| Some(HashKeyRange::only(HashKey::new(number)));
        for (span, expected) in [
            (None, ""),
            (only(0), "━···"),
            (only(u128::MAX / 2 + 2), "··━·"),
            (Some(HashKeyRange::ALL), "━━━━"),
        ] {
            assert_eq!(strip(span, 4), expected, "{span:?}");
        }
        let top = strip(only(u128::MAX), 16);
        assert_eq!(top.matches('━').count(), 1, "{top}");
    }
}
