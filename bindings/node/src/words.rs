//! What a batch holds, as one list of 32-bit numbers.
//!
//! ```text
//! 4             how many blobs, user records, partition keys, explicit hash keys
//! 9 a blob      status, first user record, handed out, inside, offset of what is
//!               wrong, out of range, unplaceable, first partition key, first explicit
//!               hash key
//! 6 a record    data from, to, partition key, explicit hash key + 1, sub-sequence
//!               number, placement
//! 3 a key       from, to, kind; first the partition keys, then the explicit hash keys
//! ```
//!
//! `lib/table.js` reads it. Only user records that are handed out have a row.

use std::ops::Range;

use kinesis_agg::{BlobRow, KeyRow, NotAggregated, Placement, Table, UserRecordRow};

const HEADER: usize = 4;
const BLOB: usize = 9;
const RECORD: usize = 6;
/// Where there is no number.
const NONE: u32 = u32::MAX;

/// All numbers fit: blobs of 4 GiB are no aggregates.
#[expect(clippy::cast_possible_truncation)]
const fn word(number: usize) -> u32 {
    number as u32
}

/// The numbers of a batch.
pub(crate) fn of(table: &Table<'_>, blobs: &[&[u8]]) -> Vec<u32> {
    let mut words = vec![0; HEADER];
    let (mut partition_keys, mut explicit_hash_keys) = (Keys::default(), Keys::default());
    let mut first = 0;
    for row in table.blobs() {
        words.extend(of_blob(&row, first));
        first += row.kept_user_records;
    }
    words.reserve(first * RECORD);
    for (number, blob) in blobs.iter().enumerate() {
        let (mut out_of_range, mut unplaceable) = (0, 0);
        let mut first_keys = [NONE; 2];
        let rows = table.user_records_of(number, 0).into_iter().flatten();
        rows.for_each(|row| {
            match row.placement {
                Some(Placement::OutOfRange) => out_of_range += 1,
                Some(Placement::Unplaceable) => unplaceable += 1,
                Some(Placement::InRange) | None => {}
            }
            if !row.kept {
                return;
            }
            let key = partition_keys.note(&row.partition_key, blob);
            first_keys[0] = first_keys[0].min(key);
            if let Some(key) = &row.explicit_hash_key {
                let key = explicit_hash_keys.note(key, blob);
                first_keys[1] = first_keys[1].min(key);
            }
            words.extend_from_slice(&of_record(&row));
        });
        let counted = [out_of_range, unplaceable, first_keys[0], first_keys[1]];
        let end = HEADER + (number + 1) * BLOB;
        words[end - counted.len()..end].copy_from_slice(&counted);
    }
    let keys = [partition_keys.count(), explicit_hash_keys.count()];
    words[..HEADER].copy_from_slice(&[word(blobs.len()), word(first), keys[0], keys[1]]);
    words.extend(partition_keys.words);
    words.extend(explicit_hash_keys.words);
    words
}

/// Where in its blob the data of each user record lies, of a batch of one.
pub(crate) fn data_of(table: &[u32]) -> impl Iterator<Item = Range<usize>> {
    let rows = table.get(HEADER + BLOB..).unwrap_or_default();
    let count = table.get(1).map_or(0, |&count| count as usize);
    let rows = rows.chunks_exact(RECORD).take(count);
    rows.map(|row| row[0] as usize..row[1] as usize)
}

fn of_blob(row: &BlobRow, first: usize) -> [u32; BLOB] {
    let offset = row.not_aggregated.and_then(|reason| reason.offset());
    let offset = offset.map_or(NONE, word);
    let (kept, all) = (word(row.kept_user_records), word(row.user_records));
    [status(row), word(first), kept, all, offset, 0, 0, 0, 0]
}

/// The place of the word in the list of `lib/table.js`.
fn status(row: &BlobRow) -> u32 {
    match row.not_aggregated {
        None => u32::from(row.dropped),
        Some(NotAggregated::Magic) => 2,
        Some(NotAggregated::TooShort { .. }) => 3,
        Some(NotAggregated::TooLong { .. }) => 4,
        Some(NotAggregated::Checksum) => 5,
        Some(NotAggregated::IndexOutsideTable(_)) => 7,
        Some(_) => 6,
    }
}

fn of_record(row: &UserRecordRow) -> [u32; RECORD] {
    let explicit_hash_key = row.explicit_hash_key.as_ref();
    [
        word(row.data.start),
        word(row.data.end),
        word(row.partition_key.number),
        explicit_hash_key.map_or(0, |key| word(key.number) + 1),
        u32::try_from(row.sub_sequence_number).unwrap_or(NONE),
        match row.placement {
            None => 0,
            Some(Placement::InRange) => 1,
            Some(Placement::OutOfRange) => 2,
            Some(Placement::Unplaceable) => 3,
        },
    ]
}

/// The keys that are used, by their numbers; zeros for the others.
#[derive(Default)]
struct Keys {
    words: Vec<u32>,
}

impl Keys {
    const WORDS: usize = 3;

    /// Returns its number.
    #[inline]
    fn note(&mut self, key: &KeyRow, blob: &[u8]) -> u32 {
        let place = key.number * Self::WORDS;
        if place >= self.words.len() || self.words[place + 2] == 0 {
            self.add(key, blob);
        }
        word(key.number)
    }

    fn add(&mut self, key: &KeyRow, blob: &[u8]) {
        let place = key.number * Self::WORDS;
        let bytes = blob.get(key.bytes.clone()).unwrap_or_default();
        let words = [word(key.bytes.start), word(key.bytes.end), kind(bytes)];
        // Most keys are used in the order of their table.
        if place == self.words.len() {
            self.words.extend_from_slice(&words);
            return;
        }
        if place > self.words.len() {
            self.words.resize(place + Self::WORDS, 0);
        }
        self.words[place..place + Self::WORDS].copy_from_slice(&words);
    }

    fn count(&self) -> u32 {
        word(self.words.len() / Self::WORDS)
    }
}

/// 1 for ASCII, 2 for other UTF-8, 3 for what is no UTF-8.
fn kind(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return 1;
    }
    std::str::from_utf8(bytes).map_or(3, |_| 2)
}
