//! The flat table of what a batch holds: what crosses a language boundary.
//!
//! Rows of plain numbers and no pointers. The other side slices its own buffers
//! by them, so one crossing serves a whole batch.

use super::notes::{NO_KEY, Note, Notes};
use super::range::RangePolicy;
use super::verdict::{BlobNote, Verdict};
use crate::wire::Span;
use crate::{NotAggregated, Placement};
use core::ops::Range;

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
///     let key = table.partition_key(row.partition_key).unwrap();
///     println!("{:?} {:?}", &blobs[row.blob][key], &blobs[row.blob][row.data]);
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
    /// Number of its partition key.
    pub partition_key: usize,
    /// Number of its explicit hash key, if it has one.
    pub explicit_hash_key: Option<usize>,
    /// Where the record lies that has its tags, if it has any: a protobuf message
    /// with the tags in its fields 4.
    pub tagged: Option<Range<usize>>,
    /// Where its hash key lies; `None` when no range was asked for.
    pub placement: Option<Placement>,
    /// Whether the policy hands it out.
    pub kept: bool,
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

    /// The user records of all aggregates, dropped ones included, in the order
    /// of the batch.
    pub fn user_records(&self) -> impl Iterator<Item = UserRecordRow> + use<'s> {
        let table = *self;
        let numbers = 0..table.notes.blobs.len();
        numbers.flat_map(move |blob| table.user_records_of(blob, 0).into_iter().flatten())
    }

    /// The user records of the blob number `blob` from the sub-sequence number
    /// `from` on, dropped ones included; `None` when there is no such blob.
    #[inline]
    pub fn user_records_of(
        &self,
        blob: usize,
        from: usize,
    ) -> Option<impl ExactSizeIterator<Item = UserRecordRow> + use<'s>> {
        let Self { notes, policy } = *self;
        let note = notes.blobs.get(blob)?;
        let from = from.min(note.records.len());
        let start = note.records.start + from;
        let found = &notes.records[start..note.records.end];
        Some(found.iter().enumerate().map(move |(behind, record)| {
            let sub_sequence_number = (from + behind) as u64;
            row(
                notes,
                policy,
                blob,
                note,
                sub_sequence_number,
                start + behind,
                record,
            )
        }))
    }

    /// Where the partition key `number` lies in the blob of its user records.
    #[inline]
    pub fn partition_key(&self, number: usize) -> Option<Range<usize>> {
        self.notes.partition_keys.get(number).copied().map(range)
    }

    /// Where the explicit hash key `number` lies in the blob of its user
    /// records.
    #[inline]
    pub fn explicit_hash_key(&self, number: usize) -> Option<Range<usize>> {
        self.notes
            .explicit_hash_keys
            .get(number)
            .copied()
            .map(range)
    }
}

#[inline]
fn row(
    notes: &Notes,
    policy: RangePolicy,
    number: usize,
    blob: &BlobNote,
    sub_sequence_number: u64,
    place: usize,
    note: &Note,
) -> UserRecordRow {
    let tagged = if blob.tagged.is_empty() {
        None
    } else {
        notes.tagged_at(blob, place)
    };
    UserRecordRow {
        blob: number,
        sub_sequence_number,
        data: range(note.data()),
        partition_key: blob.partition_keys.start + note.partition_key() as usize,
        explicit_hash_key: match note.explicit_hash_key() {
            NO_KEY => None,
            number => Some(blob.explicit_hash_keys.start + number as usize),
        },
        tagged: tagged.map(range),
        placement: notes.placed.then(|| note.placement()),
        kept: blob.verdict != Verdict::Dropped && note.is_kept(policy),
    }
}

const fn range(span: Span) -> Range<usize> {
    span.offset as usize..span.offset as usize + span.len as usize
}
