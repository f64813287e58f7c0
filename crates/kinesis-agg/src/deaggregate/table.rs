//! The flat table of what a batch holds: what crosses a language boundary.
//!
//! Rows of plain numbers and no pointers. The other side slices its own buffers
//! by them, so one crossing serves a whole batch.

use super::notes::{NO_KEY, Note, Notes, SkipMask};
use super::range::{RangePolicy, Report};
use super::verdict::{BlobNote, Verdict};
use crate::message::Tags;
use crate::wire::Span;
use crate::{NotAggregated, Placement};
use core::iter::FusedIterator;
use core::ops::Range;
use core::slice;

/// What a batch holds, as rows of numbers.
///
/// Offsets and lengths are in bytes, counted from the start of the blob that a
/// row belongs to. Blobs, user records and keys are numbered from 0.
///
/// # Examples
///
/// ```
/// use kinesis_agg::{Aggregator, Deaggregator, NewUserRecord, seal_many};
///
/// let mut aggregator = Aggregator::new();
/// let mut full = Vec::new();
/// full.extend(aggregator.push(NewUserRecord::new("customer-7", b"click"))?);
/// full.extend(aggregator.push(NewUserRecord::new("customer-9", b"buy"))?);
/// full.extend(aggregator.finish());
/// let records = seal_many(full);
///
/// let blobs = [&b"plain"[..], records[0].data()];
/// let mut deaggregator = Deaggregator::new();
/// let batch = deaggregator.deaggregate_batch(&blobs);
/// let table = batch.table();
/// for row in table.user_records() {
///     let blob = blobs[row.blob];
///     println!("{:?} {:?}", &blob[row.partition_key.bytes], &blob[row.data]);
/// }
/// # assert_eq!(table.user_records().count(), 2);
/// # Ok::<(), kinesis_agg::PushErrorKind>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Table<'s> {
    notes: &'s Notes,
    policy: RangePolicy,
}

/// One blob of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlobRow {
    /// Why it is not aggregated; `None` when it is.
    pub not_aggregated: Option<NotAggregated>,
    /// User records inside, handed out or not.
    pub user_records: usize,
    /// Those of them that the policy hands out.
    pub kept_user_records: usize,
    /// True when the policy dropped it whole.
    pub dropped: bool,
}

/// One user record of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserRecordRow {
    /// Number of the blob that holds it.
    pub blob: usize,
    /// Its place in that blob.
    pub sub_sequence_number: u64,
    /// Where its data lies.
    pub data: Range<usize>,
    /// Its partition key.
    pub partition_key: KeyRow,
    /// Its explicit hash key, if it has one.
    pub explicit_hash_key: Option<KeyRow>,
    /// Where the record lies that has its tags, if it has any: a protobuf message
    /// with the tags in its fields 4.
    pub tagged: Option<Range<usize>>,
    /// Where its hash key lies; `None` when no range was asked for.
    pub placement: Option<Placement>,
    /// Whether the policy hands it out.
    pub kept: bool,
}

impl UserRecordRow {
    /// Its tags. `blob` is the blob that holds it; of another one there may be
    /// none.
    pub fn tags<'blob>(&self, blob: &'blob [u8]) -> Tags<'blob> {
        let tagged = self.tagged.clone().and_then(|tagged| blob.get(tagged));
        Tags::of_record(tagged.unwrap_or_default())
    }
}

/// A key of a [`UserRecordRow`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyRow {
    /// Its number: user records with the same number share the key.
    pub number: usize,
    /// Where it lies in the blob.
    pub bytes: Range<usize>,
}

impl<'s> Table<'s> {
    pub(super) const fn new(notes: &'s Notes, policy: RangePolicy) -> Self {
        Self { notes, policy }
    }

    /// The blobs, in the order of the batch.
    pub fn blobs(&self) -> impl ExactSizeIterator<Item = BlobRow> + use<'s> {
        let Self { notes, policy } = *self;
        notes.blobs.iter().map(move |blob| {
            let dropped = blob.verdict == Verdict::Dropped;
            BlobRow {
                not_aggregated: match blob.verdict {
                    Verdict::NotAggregated(reason) => Some(reason),
                    Verdict::Aggregated | Verdict::Dropped => None,
                },
                user_records: blob.records.len(),
                kept_user_records: if dropped {
                    0
                } else {
                    blob.records.len() - notes.skipped(blob, policy)
                },
                dropped,
            }
        })
    }

    /// Counts what was handed out, passed through and dropped. Walks over all
    /// user records.
    pub fn report(&self) -> Report {
        let Self { notes, policy } = *self;
        let mut report = Report::default();
        for blob in notes.blobs.iter() {
            report.blobs += 1;
            match blob.verdict {
                Verdict::NotAggregated(reason) if reason.has_magic() => report.damaged += 1,
                Verdict::NotAggregated(_) => report.plain += 1,
                Verdict::Dropped => report.dropped_aggregates += 1,
                Verdict::Aggregated if blob.records.is_empty() => report.empty += 1,
                Verdict::Aggregated => {}
            }
            let dropped = blob.verdict == Verdict::Dropped;
            for note in &notes.records[blob.records.clone()] {
                if dropped || !note.is_kept(policy) {
                    report.dropped_user_records += 1;
                } else {
                    report.user_records += 1;
                }
                match note.placement() {
                    Placement::InRange => {}
                    Placement::OutOfRange => report.out_of_range += 1,
                    Placement::Unplaceable => report.unplaceable += 1,
                }
            }
        }
        report
    }

    /// The user records of all aggregates, dropped ones included, in the order
    /// of the batch.
    pub fn user_records(&self) -> impl Iterator<Item = UserRecordRow> + use<'s> {
        let table = *self;
        let numbers = 0..table.notes.blobs.len();
        numbers.flat_map(move |blob| table.user_records_of(blob, 0).into_iter().flatten())
    }

    /// The user records of the blob number `blob` from the sub-sequence number
    /// `from` on, dropped ones included; `None` when there is no such blob.
    pub fn user_records_of(&self, blob: usize, from: usize) -> Option<UserRecordRows<'s>> {
        let Self { notes, policy } = *self;
        let note = notes.blobs.get(blob)?;
        let from = from.min(note.records.len());
        let start = note.records.start + from;
        Some(UserRecordRows {
            notes: notes.records[start..note.records.end].iter(),
            sub_sequence_number: from,
            source: Source {
                blob,
                partition_keys: Keys::of(&notes.partition_keys, &note.partition_keys),
                explicit_hash_keys: Keys::of(&notes.explicit_hash_keys, &note.explicit_hash_keys),
                tagged: (!note.tagged.is_empty()).then_some((notes, note)),
                placed: notes.placed,
                skip: SkipMask::of(policy),
                dropped: note.verdict == Verdict::Dropped,
            },
        })
    }
}

/// The user records of one blob of a [`Table`], dropped ones included.
#[derive(Clone, Debug)]
pub struct UserRecordRows<'s> {
    notes: slice::Iter<'s, Note>,
    /// That of the next one.
    sub_sequence_number: usize,
    source: Source<'s>,
}

impl UserRecordRows<'_> {
    /// The same, but no more than so many.
    #[must_use]
    pub fn up_to(mut self, rows: usize) -> Self {
        let notes = self.notes.as_slice();
        self.notes = notes[..rows.min(notes.len())].iter();
        self
    }
}

impl Iterator for UserRecordRows<'_> {
    type Item = UserRecordRow;

    #[inline]
    fn next(&mut self) -> Option<UserRecordRow> {
        let note = self.notes.next()?;
        let number = self.sub_sequence_number;
        self.sub_sequence_number += 1;
        Some(self.source.row(number, note))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.notes.size_hint()
    }

    /// Asks once, not for each row, whether there are tags, a range or explicit
    /// hash keys.
    #[inline]
    fn fold<B, F: FnMut(B, UserRecordRow) -> B>(self, init: B, mut fold: F) -> B {
        let Self {
            notes,
            sub_sequence_number: first,
            source,
        } = self;
        let notes = notes.enumerate();
        if source.tagged.is_some() || source.placed || source.dropped {
            notes.fold(init, |folded, (behind, note)| {
                fold(folded, source.row(first + behind, note))
            })
        } else if source.explicit_hash_keys.keys.is_empty() {
            notes.fold(init, |folded, (behind, note)| {
                fold(folded, source.plainest_row(first + behind, note))
            })
        } else {
            notes.fold(init, |folded, (behind, note)| {
                fold(folded, source.plain_row(first + behind, note))
            })
        }
    }
}

impl ExactSizeIterator for UserRecordRows<'_> {}
impl FusedIterator for UserRecordRows<'_> {}

/// What the rows of one blob are made from: all of it at hand, since a row is
/// made in a few nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Source<'s> {
    blob: usize,
    partition_keys: Keys<'s>,
    explicit_hash_keys: Keys<'s>,
    /// Where to ask for tags, when there are any.
    tagged: Option<(&'s Notes, &'s BlobNote)>,
    placed: bool,
    skip: SkipMask,
    dropped: bool,
}

impl Source<'_> {
    #[inline]
    fn row(&self, number: usize, note: &Note) -> UserRecordRow {
        let tagged_at = |(notes, blob): (&Notes, &BlobNote)| {
            let place = blob.records.start + number;
            notes.tagged_at(blob, place)
        };
        UserRecordRow {
            tagged: self.tagged.and_then(tagged_at).map(range),
            placement: self.placed.then(|| note.placement()),
            kept: !self.dropped && note.is_kept_by(self.skip),
            ..self.plain_row(number, note)
        }
    }

    /// The row of a user record without tags, of an aggregate that was compared
    /// with no range.
    #[inline]
    fn plain_row(&self, number: usize, note: &Note) -> UserRecordRow {
        UserRecordRow {
            explicit_hash_key: match note.explicit_hash_key() {
                NO_KEY => None,
                index => Some(self.explicit_hash_keys.row(index)),
            },
            ..self.plainest_row(number, note)
        }
    }

    /// The same, without an explicit hash key either.
    #[inline]
    fn plainest_row(&self, number: usize, note: &Note) -> UserRecordRow {
        UserRecordRow {
            blob: self.blob,
            sub_sequence_number: number as u64,
            data: range(note.data()),
            partition_key: self.partition_keys.row(note.partition_key()),
            explicit_hash_key: None,
            tagged: None,
            placement: None,
            kept: true,
        }
    }
}

/// The keys of one table of one blob.
#[derive(Clone, Copy, Debug)]
struct Keys<'s> {
    keys: &'s [Span],
    /// The number of the first.
    first: usize,
}

impl<'s> Keys<'s> {
    fn of(all: &'s [Span], range: &Range<usize>) -> Self {
        Self {
            keys: &all[range.clone()],
            first: range.start,
        }
    }

    #[inline]
    fn row(&self, index: u32) -> KeyRow {
        // Reading has compared it with the size of the table.
        let span = self.keys.get(index as usize).copied().unwrap_or_default();
        KeyRow {
            number: self.first + index as usize,
            bytes: range(span),
        }
    }
}

const fn range(span: Span) -> Range<usize> {
    span.offset as usize..span.offset as usize + span.len as usize
}
