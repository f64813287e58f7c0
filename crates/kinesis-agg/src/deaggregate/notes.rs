//! What reading notes down about the blobs of a batch: scratch memory, used
//! again from batch to batch.
//!
//! A user record takes one [`Note`] of 16 bytes, a table entry a span of 8. The
//! smallest user record has six bytes and the smallest table entry two, so the
//! notes are bounded by the length of the blobs. Nothing is reserved by a count
//! found in the input: the vectors grow by what is really there.

use super::range::RangePolicy;
use super::verdict::{BlobNote, Verdict};
use crate::message::{Field, Index, Record, next_field, usual};
use crate::reused::{Recent, Reused};
use crate::wire::{Reader, Span};
use crate::{
    HashKeyRange, IndexOutsideTable, KeyTableKind, Malformed, NotAggregated, Placement, frame,
};
use alloc::vec::Vec;
use core::ops::Range;
use kinesis_agg_md5 as md5;

/// The number of no key, and of one that is outside any table. No table can have
/// so many entries: each takes two bytes or more of a blob below 4 GiB.
pub(super) const NO_KEY: u32 = FLAG - 1;
/// The top bit of a number, which no key number needs.
const FLAG: u32 = 1 << 31;

/// What is noted of one user record: sixteen bytes.
///
/// The top bits of the two key numbers hold the placement: out of range, and
/// unplaceable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    data: Span,
    partition_key: u32,
    explicit_hash_key: u32,
}

const _: () = assert!(size_of::<Note>() == 16);

impl Note {
    /// Where the data lies in the blob.
    #[inline]
    pub(super) const fn data(&self) -> Span {
        self.data
    }

    /// The number of the partition key in the table of its blob.
    #[inline]
    pub(super) const fn partition_key(&self) -> u32 {
        self.partition_key & !FLAG
    }

    /// The number of the explicit hash key, or [`NO_KEY`].
    #[inline]
    pub(super) const fn explicit_hash_key(&self) -> u32 {
        self.explicit_hash_key & !FLAG
    }

    /// Where the hash key lies; `InRange` until [`place`](Self::place) is called.
    #[inline]
    pub(super) const fn placement(&self) -> Placement {
        if self.partition_key & FLAG != 0 {
            Placement::OutOfRange
        } else if self.explicit_hash_key & FLAG != 0 {
            Placement::Unplaceable
        } else {
            Placement::InRange
        }
    }

    /// Notes the placement.
    pub(super) const fn place(&mut self, placement: Placement) {
        match placement {
            Placement::InRange => {}
            Placement::OutOfRange => self.partition_key |= FLAG,
            Placement::Unplaceable => self.explicit_hash_key |= FLAG,
        }
    }

    /// Whether `policy` hands it out, its aggregate not being dropped.
    #[inline]
    pub(super) const fn is_kept(&self, policy: RangePolicy) -> bool {
        self.is_kept_by(SkipMask::of(policy))
    }

    /// The same for a loop that asks many times.
    #[inline]
    pub(super) const fn is_kept_by(&self, skip: SkipMask) -> bool {
        self.partition_key & skip.0 == 0
    }
}

/// The bits of a partition key's number that keep a user record from being
/// handed out.
#[derive(Clone, Copy, Debug)]
pub(super) struct SkipMask(u32);

impl SkipMask {
    pub(super) const fn of(policy: RangePolicy) -> Self {
        match policy {
            RangePolicy::KeepInRange => Self(FLAG),
            RangePolicy::KeepAll | RangePolicy::DropAggregate => Self(0),
        }
    }
}

/// The notes about a batch.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) blobs: Reused<BlobNote>,
    pub(super) records: Reused<Note>,
    pub(super) partition_keys: Reused<Span>,
    pub(super) explicit_hash_keys: Reused<Span>,
    /// Records with tags: their place in `records`, and where they lie.
    pub(super) tagged: Reused<(usize, Span)>,
    /// Whether placements were noted.
    pub(super) placed: bool,
    digests: Reused<md5::Digest>,
    pub(super) key_digests: Reused<md5::Digest>,
    /// Empty between uses; keeps the memory of a list of slices.
    pub(super) messages: Vec<&'static [u8]>,
    recent_messages: Recent,
    /// What is known of each key, and the places of those that are being hashed:
    /// see `placement`.
    pub(super) partition_key_states: Reused<u8>,
    pub(super) explicit_hash_key_states: Reused<u8>,
    pub(super) hashing: Reused<usize>,
    /// Reads everything by the general reader: for tests and benchmarks.
    pub(super) plain: bool,
    /// Looks at no checksum: for benchmarks and fuzzing.
    pub(super) unverified: bool,
}

/// How long the notes are: where the next blob's begin.
#[derive(Clone, Copy, Debug)]
struct Marks {
    records: usize,
    partition_keys: usize,
    explicit_hash_keys: usize,
    tagged: usize,
}

/// The highest key numbers met in a message; 0 where none was.
#[derive(Clone, Copy, Debug, Default)]
struct Highest {
    partition_key: u32,
    explicit_hash_key: u32,
}

impl Notes {
    /// Forgets the last batch, and keeps its memory.
    fn clear(&mut self) {
        self.blobs.restart();
        self.records.restart();
        self.partition_keys.restart();
        self.explicit_hash_keys.restart();
        self.tagged.restart();
        self.digests.restart();
        self.key_digests.restart();
        self.partition_key_states.restart();
        self.explicit_hash_key_states.restart();
        self.hashing.restart();
        self.placed = false;
    }

    /// All steps: replaces the notes by those about `blobs`.
    pub(super) fn read(&mut self, blobs: &[&[u8]], range: Option<(HashKeyRange, RangePolicy)>) {
        self.clear();
        for blob in blobs {
            self.read_blob(blob);
        }
        if !self.unverified {
            self.check(blobs);
        }
        if let Some((range, policy)) = range {
            self.place(blobs, range, policy);
        }
    }

    /// Step 1: reads frame and message of the next blob.
    fn read_blob(&mut self, blob: &[u8]) {
        let marks = self.marks();
        let verdict = match self.read_message(blob, marks) {
            Ok(()) => Verdict::Aggregated,
            Err(reason) => {
                self.forget_from(marks);
                Verdict::NotAggregated(reason)
            }
        };
        self.blobs.push(BlobNote {
            verdict,
            records: marks.records..self.records.len(),
            partition_keys: marks.partition_keys..self.partition_keys.len(),
            explicit_hash_keys: marks.explicit_hash_keys..self.explicit_hash_keys.len(),
            tagged: marks.tagged..self.tagged.len(),
        });
    }

    fn marks(&self) -> Marks {
        Marks {
            records: self.records.len(),
            partition_keys: self.partition_keys.len(),
            explicit_hash_keys: self.explicit_hash_keys.len(),
            tagged: self.tagged.len(),
        }
    }

    fn forget_from(&mut self, marks: Marks) {
        self.records.truncate(marks.records);
        self.partition_keys.truncate(marks.partition_keys);
        self.explicit_hash_keys.truncate(marks.explicit_hash_keys);
        self.tagged.truncate(marks.tagged);
    }

    fn read_message(&mut self, blob: &[u8], marks: Marks) -> Result<(), NotAggregated> {
        let frame = frame::split(blob)?;
        let message = frame::MAGIC.len()..frame::MAGIC.len() + frame.message.len();
        let highest = self
            .read_fields(blob, message.clone(), marks)
            .map_err(NotAggregated::Malformed)?;

        // The tables may come after the records, so indexes are compared last.
        let partition_keys = self.partition_keys.len() - marks.partition_keys;
        let explicit_hash_keys = self.explicit_hash_keys.len() - marks.explicit_hash_keys;
        let records = self.records.len() - marks.records;
        let outside = records > 0 && highest.partition_key as usize >= partition_keys
            // An index counts from 1 here, so that 0 says "none".
            || highest.explicit_hash_key as usize > explicit_hash_keys;
        if outside {
            let sizes = [partition_keys, explicit_hash_keys];
            return Err(find_outside(blob, message, sizes));
        }
        Ok(())
    }

    /// Reads the fields of a message: at speed where they have the usual shape.
    fn read_fields(
        &mut self,
        blob: &[u8],
        message: Range<usize>,
        marks: Marks,
    ) -> Result<Highest, Malformed> {
        let end = message.end;
        let mut reader = Reader::new(blob, message.start, end);
        let mut highest = Highest::default();
        loop {
            let position = self.read_usual(blob, reader.position(), end, &mut highest);
            reader.set_position(position);
            let record = self.records.len() - marks.records;
            match next_field(&mut reader, record)? {
                None => return Ok(highest),
                Some(Field::PartitionKey(key)) => self.partition_keys.push(key),
                Some(Field::ExplicitHashKey(key)) => self.explicit_hash_keys.push(key),
                Some(Field::Record(record)) => self.note(&record, &mut highest),
                Some(Field::Unknown) => {}
            }
        }
    }

    /// Reads as many fields of the usual shape as follow each other from
    /// `position`; returns where another one begins.
    ///
    /// On its own it has registers enough: inlined, it takes 8 % more instructions.
    #[inline(never)]
    fn read_usual(
        &mut self,
        blob: &[u8],
        mut position: usize,
        end: usize,
        highest: &mut Highest,
    ) -> usize {
        if self.plain {
            return position;
        }
        position = read_table(
            blob,
            position,
            end,
            usual::PARTITION_KEY,
            &mut self.partition_keys,
        );
        position = read_table(
            blob,
            position,
            end,
            usual::EXPLICIT_HASH_KEY,
            &mut self.explicit_hash_keys,
        );
        let records: &mut Vec<Note> = &mut self.records;
        let mut high = *highest;
        position = usual::records(blob, position, end, |record| {
            high.partition_key = high.partition_key.max(record.partition_key);
            let explicit_hash_key = match record.explicit_hash_key {
                None => NO_KEY,
                Some(number) => {
                    high.explicit_hash_key = high.explicit_hash_key.max(number + 1);
                    number
                }
            };
            records.push(Note {
                data: record.data,
                partition_key: record.partition_key,
                explicit_hash_key,
            });
        });
        *highest = high;
        position
    }

    /// Notes a record that the general reader read.
    fn note(&mut self, record: &Record, highest: &mut Highest) {
        let partition_key = number(record.partition_key);
        highest.partition_key = highest.partition_key.max(partition_key);
        let explicit_hash_key = match record.explicit_hash_key {
            None => NO_KEY,
            Some(index) => {
                let number = number(index);
                highest.explicit_hash_key = highest.explicit_hash_key.max(number + 1);
                number
            }
        };
        if let Some(span) = record.tagged {
            let place = self.records.len();
            self.tagged.push((place, span));
        }
        self.records.push(Note {
            data: record.data,
            partition_key,
            explicit_hash_key,
        });
    }

    /// Puts the notes about the blobs that come behind these at the end.
    #[cfg(feature = "parallel")]
    pub(super) fn append(&mut self, behind: &Self) {
        let marks = self.marks();
        let moved = |range: &Range<usize>, by| range.start + by..range.end + by;
        let blobs = behind.blobs.iter().map(|blob| BlobNote {
            verdict: blob.verdict,
            records: moved(&blob.records, marks.records),
            partition_keys: moved(&blob.partition_keys, marks.partition_keys),
            explicit_hash_keys: moved(&blob.explicit_hash_keys, marks.explicit_hash_keys),
            tagged: moved(&blob.tagged, marks.tagged),
        });
        self.blobs.extend(blobs);
        self.records.extend_from_slice(&behind.records);
        self.partition_keys
            .extend_from_slice(&behind.partition_keys);
        self.explicit_hash_keys
            .extend_from_slice(&behind.explicit_hash_keys);
        let tagged = behind.tagged.iter();
        self.tagged
            .extend(tagged.map(|(place, span)| (place + marks.records, *span)));
    }

    /// How many user records of `blob` the policy leaves out, if it is not
    /// dropped whole.
    pub(super) fn skipped(&self, blob: &BlobNote, policy: RangePolicy) -> usize {
        let skip = SkipMask::of(policy);
        match policy {
            RangePolicy::KeepInRange => {
                let records = self.records[blob.records.clone()].iter();
                records.filter(|note| !note.is_kept_by(skip)).count()
            }
            RangePolicy::KeepAll | RangePolicy::DropAggregate => 0,
        }
    }

    /// Where the record at `place`, one of `blob`, lies, if it has tags.
    pub(super) fn tagged_at(&self, blob: &BlobNote, place: usize) -> Option<Span> {
        let tagged = &self.tagged[blob.tagged.clone()];
        let found = tagged
            .binary_search_by_key(&place, |(place, _)| *place)
            .ok()?;
        Some(tagged[found].1)
    }

    /// Step 2: checks the checksums of all blobs that have a frame, together.
    ///
    /// A wrong checksum comes before any other fault, as in the KCL.
    fn check(&mut self, blobs: &[&[u8]]) {
        let mut messages = recycle(core::mem::take(&mut self.messages));
        let frames = blobs.iter().filter_map(|blob| frame::split(blob).ok());
        messages.extend(frames.map(|frame| frame.message));
        md5::digest_many(&messages, &mut self.digests);
        let used = messages.len();
        self.messages = recycle(messages);
        let capacity = self.messages.capacity();
        if let Some(capacity) = self.recent_messages.shrunk(used, capacity) {
            self.messages.shrink_to(capacity);
        }

        let mut digests = self.digests.iter();
        for (blob, note) in blobs.iter().zip(self.blobs.iter_mut()) {
            let Ok(frame) = frame::split(blob) else {
                continue;
            };
            if digests.next() != Some(frame.checksum) {
                note.verdict = Verdict::NotAggregated(NotAggregated::Checksum);
                note.records = 0..0;
            }
        }
    }
}

/// Reads the entries of the table with the one-byte `tag` that follow each other
/// from `position`; returns where something else begins.
fn read_table(
    blob: &[u8],
    mut position: usize,
    end: usize,
    tag: u8,
    keys: &mut Vec<Span>,
) -> usize {
    while let Some((key, next)) = usual::table_entry(blob, position, end, tag) {
        keys.push(key);
        position = next;
    }
    position
}

/// The number of the key that `index` points at; [`NO_KEY`] when no table can
/// have it.
fn number(index: Index) -> u32 {
    u32::try_from(index.value).map_or(NO_KEY, |value| value.min(NO_KEY))
}

/// The first record of a message with an index outside its table; `sizes` are
/// the numbers of partition keys and explicit hash keys.
#[cold]
fn find_outside(blob: &[u8], message: Range<usize>, sizes: [usize; 2]) -> NotAggregated {
    let mut reader = Reader::new(blob, message.start, message.end);
    let mut number = 0;
    while let Ok(Some(field)) = next_field(&mut reader, number) {
        let Field::Record(record) = field else {
            continue;
        };
        let indexes = [
            (KeyTableKind::PartitionKey, Some(record.partition_key)),
            (KeyTableKind::ExplicitHashKey, record.explicit_hash_key),
        ];
        for ((table, index), table_len) in indexes.into_iter().zip(sizes) {
            let outside = index.filter(|index| index.value >= table_len as u64);
            if let Some(index) = outside {
                return NotAggregated::IndexOutsideTable(IndexOutsideTable {
                    table,
                    index: index.value,
                    table_len,
                    offset: index.offset,
                    record: number,
                });
            }
        }
        number += 1;
    }
    unreachable!("called only when an index is outside its table")
}

/// An empty vector with the memory of `slices`, for slices of another lifetime.
///
/// Collecting a mapped `Vec` into a `Vec` of the same layout reuses its memory.
pub(super) fn recycle<'to>(mut slices: Vec<&[u8]>) -> Vec<&'to [u8]> {
    slices.clear();
    slices.into_iter().map(|_| -> &[u8] { &[] }).collect()
}
