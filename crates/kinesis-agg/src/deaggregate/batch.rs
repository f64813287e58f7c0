//! What reading hands out: for each blob its user records, or why there are
//! none.

use super::notes::{NO_KEY, Note, Notes, SkipMask};
use super::range::{RangePolicy, Report};
use super::table::Table;
use super::verdict::Verdict;
use crate::message::Tags;
use crate::wire::Span;
use crate::{Key, NotAggregated, UserRecord};
use core::iter::FusedIterator;
use core::slice;

/// What became of one blob.
#[derive(Clone, Debug)]
#[must_use = "the user records are in it, or the reason to hand the blob on"]
pub enum Deaggregated<'s, 'blob> {
    /// An aggregate: its user records, as the policy hands them out. There may
    /// be none.
    Aggregated(UserRecords<'s, 'blob>),
    /// Not an aggregate: hand the Kinesis record on unchanged.
    NotAggregated(NotAggregated),
    /// An aggregate that [`RangePolicy::DropAggregate`] dropped whole.
    Dropped {
        /// How many user records it holds.
        user_records: usize,
    },
}

/// What became of many blobs.
#[derive(Clone, Copy, Debug)]
#[must_use = "the user records are in it, and the reasons to hand blobs on"]
pub struct Batch<'s, 'blob> {
    blobs: &'s [&'blob [u8]],
    notes: &'s Notes,
    policy: RangePolicy,
}

impl<'s, 'blob> Batch<'s, 'blob> {
    pub(super) const fn new(
        blobs: &'s [&'blob [u8]],
        notes: &'s Notes,
        policy: RangePolicy,
    ) -> Self {
        Self {
            blobs,
            notes,
            policy,
        }
    }

    /// How many blobs there are.
    pub const fn len(&self) -> usize {
        self.blobs.len()
    }

    /// True for a batch of no blobs.
    pub const fn is_empty(&self) -> bool {
        self.blobs.is_empty()
    }

    /// What became of the blob number `blob`, counted from 0.
    pub fn get(&self, blob: usize) -> Option<Deaggregated<'s, 'blob>> {
        let bytes = self.blobs.get(blob)?;
        Some(deaggregated(bytes, self.notes, blob, self.policy))
    }

    /// What became of each blob, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Deaggregated<'s, 'blob>> + use<'s, 'blob> {
        let Self {
            blobs,
            notes,
            policy,
        } = *self;
        let numbered = blobs.iter().enumerate();
        numbered.map(move |(blob, bytes)| deaggregated(bytes, notes, blob, policy))
    }

    /// The user records inside the aggregates, each with the number of its blob.
    ///
    /// Plain records and others that pass through are *not* among them: see
    /// [`iter`](Self::iter).
    pub fn aggregated_user_records(
        &self,
    ) -> impl Iterator<Item = (usize, UserRecord<'blob>)> + use<'s, 'blob> {
        self.iter().enumerate().flat_map(|(blob, deaggregated)| {
            let user_records = match deaggregated {
                Deaggregated::Aggregated(user_records) => Some(user_records),
                Deaggregated::NotAggregated(_) | Deaggregated::Dropped { .. } => None,
            };
            let user_records = user_records.into_iter().flatten();
            user_records.map(move |user_record| (blob, user_record))
        })
    }

    /// The same as rows of numbers.
    pub const fn table(&self) -> Table<'s> {
        Table::new(self.notes, self.policy)
    }

    /// Counts what was handed out, passed through and dropped: see
    /// [`Table::report`].
    pub fn report(&self) -> Report {
        self.table().report()
    }
}

/// What became of the blob number `number`, whose bytes are `blob`.
pub(super) fn deaggregated<'s, 'blob>(
    blob: &'blob [u8],
    notes: &'s Notes,
    number: usize,
    policy: RangePolicy,
) -> Deaggregated<'s, 'blob> {
    let note = &notes.blobs[number];
    match note.verdict {
        Verdict::Aggregated => {}
        Verdict::Dropped => {
            let user_records = note.records.len();
            return Deaggregated::Dropped { user_records };
        }
        Verdict::NotAggregated(reason) => return Deaggregated::NotAggregated(reason),
    }
    let records = &notes.records[note.records.clone()];
    let skipped = notes.skipped(note, policy);
    Deaggregated::Aggregated(UserRecords {
        notes: records.iter(),
        number: 0,
        skip: SkipMask::of(policy),
        skipped,
        dropped: skipped,
        source: Source {
            blob,
            partition_keys: &notes.partition_keys[note.partition_keys.clone()],
            explicit_hash_keys: &notes.explicit_hash_keys[note.explicit_hash_keys.clone()],
            tagged: &notes.tagged[note.tagged.clone()],
            first: note.records.start,
            placed: notes.placed,
        },
    })
}

/// The user records of one aggregate, in its order.
#[derive(Clone, Debug)]
pub struct UserRecords<'s, 'blob> {
    notes: slice::Iter<'s, Note>,
    /// Sub-sequence number of the next of the notes.
    number: u64,
    skip: SkipMask,
    /// How many of the notes are still to be skipped.
    skipped: usize,
    /// How many there were to be skipped.
    dropped: usize,
    source: Source<'s, 'blob>,
}

/// What the notes of one aggregate point into.
#[derive(Clone, Copy, Debug)]
struct Source<'s, 'blob> {
    blob: &'blob [u8],
    partition_keys: &'s [Span],
    explicit_hash_keys: &'s [Span],
    /// By ascending place among the records of the batch.
    tagged: &'s [(usize, Span)],
    /// Place of the first record of this blob.
    first: usize,
    placed: bool,
}

impl<'s, 'blob> Source<'s, 'blob> {
    #[inline]
    fn user_record(self, number: u64, note: Note) -> UserRecord<'blob> {
        UserRecord {
            partition_key: self.key(self.partition_keys, note.partition_key()),
            explicit_hash_key: match note.explicit_hash_key() {
                NO_KEY => None,
                number => Some(self.key(self.explicit_hash_keys, number)),
            },
            data: note.data().of(self.blob),
            sub_sequence_number: number,
            placement: self.placed.then(|| note.placement()),
            tags: if self.tagged.is_empty() {
                Tags::default()
            } else {
                tags(self.blob, self.tagged, self.first, number)
            },
        }
    }

    #[inline]
    fn key(self, keys: &'s [Span], number: u32) -> Key<'blob> {
        let span = keys.get(number as usize).copied().unwrap_or_default();
        Key::new(span.of(self.blob))
    }
}

/// The tags of the record `number` of a blob. Takes values alone, so that the
/// iterator need not live in memory for its sake.
#[cold]
fn tags<'blob>(
    blob: &'blob [u8],
    tagged: &[(usize, Span)],
    first: usize,
    number: u64,
) -> Tags<'blob> {
    let place = |(place, _): &(usize, Span)| (place - first) as u64;
    match tagged.binary_search_by_key(&number, place) {
        Ok(found) => Tags::new(blob, tagged[found].1),
        Err(_) => Tags::default(),
    }
}

impl UserRecords<'_, '_> {
    /// How many user records of this aggregate [`RangePolicy::KeepInRange`]
    /// leaves out.
    pub const fn dropped(&self) -> usize {
        self.dropped
    }
}

impl<'blob> Iterator for UserRecords<'_, 'blob> {
    type Item = UserRecord<'blob>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let note = self.notes.next()?;
            let number = self.number;
            self.number += 1;
            if note.is_kept_by(self.skip) {
                return Some(self.source.user_record(number, *note));
            }
            self.skipped -= 1;
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.notes.len() - self.skipped;
        (left, Some(left))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, init: B, mut fold: F) -> B {
        let Self {
            notes,
            mut number,
            skip,
            source,
            ..
        } = self;
        notes.fold(init, |folded, note| {
            let own = number;
            number += 1;
            if note.is_kept_by(skip) {
                fold(folded, source.user_record(own, *note))
            } else {
                folded
            }
        })
    }
}

impl ExactSizeIterator for UserRecords<'_, '_> {}
impl FusedIterator for UserRecords<'_, '_> {}
