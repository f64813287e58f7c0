//! The deaggregator: blobs in, rows of numbers out.
//!
//! ```text
//! kagg_deaggregator_read          many blobs, read and checked together
//! kagg_deaggregator_blobs         what became of each blob
//! kagg_deaggregator_user_records  the user records, as many rows as there is room
//! ```
//!
//! Rows hold offsets and no pointers, and nothing that was given is kept. So the
//! other side slices its own buffers, and one call serves hundreds of user
//! records.

use crate::arguments::{Places, kagg_blob, slice, text};
use crate::failure::{Failure, kagg_error};
use crate::handle::{self, Handle, give, guard, opaque, out, with};
use crate::hash_key::range;
use crate::status::{
    KAGG_DROPPED, KAGG_END, KAGG_ERR_LENGTH, KAGG_ERR_OPTION, KAGG_OK, kagg_status, of_reason,
};
use core::ops::Range;
use core::ptr::null_mut;
use kinesis_agg::{BlobRow, Deaggregator, NotAggregated, Placement, RangePolicy, UserRecordRow};
use libc::{c_char, c_int};

/// All user records are handed out, and those out of range marked.
pub const KAGG_POLICY_KEEP_ALL: c_int = 0;
/// User records out of range are left out, and counted.
pub const KAGG_POLICY_KEEP_IN_RANGE: c_int = 1;
/// An aggregate with a user record out of range is dropped whole, as the KCL does.
pub const KAGG_POLICY_DROP_AGGREGATE: c_int = 2;

/// The user record has an explicit hash key.
pub const KAGG_HAS_EXPLICIT_HASH_KEY: u32 = 1;
/// Its hash key lies outside the range that was set.
pub const KAGG_OUT_OF_RANGE: u32 = 2;
/// Its explicit hash key is no hash key, so it lies nowhere.
pub const KAGG_UNPLACEABLE: u32 = 4;
/// It has tags.
pub const KAGG_HAS_TAGS: u32 = 8;

/// The place of no record, in `kagg_blob_row`.
pub const KAGG_NO_RECORD: usize = usize::MAX;

/// Takes aggregated records apart, with memory that it uses again.
///
/// One thread at a time may use one; different ones are independent.
#[derive(Debug)]
pub struct kagg_deaggregator(Handle<Reading>);

opaque!(kagg_deaggregator, Reading);

/// What was read last, and how far it was handed out.
#[derive(Debug, Default)]
pub struct Reading {
    deaggregator: Deaggregator,
    /// Blobs that were read.
    blobs: usize,
    /// The blob whose row is next.
    next_blob: usize,
    /// The blob whose user records are next, and which of them.
    at: (usize, usize),
}

/// What became of a blob.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct kagg_blob_row {
    /// `KAGG_OK` for an aggregate whose user records are handed out,
    /// `KAGG_DROPPED` for one that the policy dropped. All others say why it is no
    /// aggregate: hand the Kinesis record on unchanged.
    pub status: kagg_status,
    /// User records inside that are handed out.
    pub user_record_count: u32,
    /// User records inside that the policy leaves out.
    pub dropped_count: u32,
    /// Where in the blob the fault lies, for faults that lie somewhere; else 0.
    pub byte_offset: usize,
    /// Which record of the message has the fault, from 0, or `KAGG_NO_RECORD`.
    pub record_index: usize,
}

/// A user record. Offsets are those of its blob, in bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct kagg_user_record {
    /// Which blob holds it, from 0.
    pub blob: u32,
    /// Its sub-sequence number: its place in the blob, from 0.
    pub sub_sequence_number: u32,
    /// Where the data begins.
    pub data_offset: u32,
    /// Bytes of the data.
    pub data_len: u32,
    /// Where the partition key begins. Its bytes may be no UTF-8.
    pub partition_key_offset: u32,
    /// Bytes of the partition key.
    pub partition_key_len: u32,
    /// Where the explicit hash key begins.
    pub explicit_hash_key_offset: u32,
    /// Bytes of the explicit hash key; 0 without `KAGG_HAS_EXPLICIT_HASH_KEY`.
    pub explicit_hash_key_len: u32,
    /// The number of the partition key: user records with the same number share
    /// one, and its bytes. Counted from 0 in each call of
    /// `kagg_deaggregator_read`.
    pub partition_key_number: u32,
    /// Of `KAGG_HAS_EXPLICIT_HASH_KEY`, `KAGG_OUT_OF_RANGE`, `KAGG_UNPLACEABLE` and
    /// `KAGG_HAS_TAGS`.
    pub flags: u32,
}

/// Makes a deaggregator. `deaggregator` becomes a new handle, ended by
/// `kagg_deaggregator_free`.
///
/// # Safety
///
/// - `deaggregator`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_new(
    deaggregator: *mut *mut kagg_deaggregator,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        guard(null_mut(), || {
            let place = out(deaggregator)?;
            give(kagg_deaggregator(Handle::new(Reading::default())), place);
            Ok(KAGG_OK)
        })
    }
}

/// Compares the hash key of each user record with the range of a shard, from
/// `starting_hash_key` to `ending_hash_key` in decimal digits, both within, and
/// does with those outside what `policy`, one of `KAGG_POLICY_…`, says.
///
/// Forgets what was read.
///
/// # Safety
///
/// - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `starting_hash_key`, `ending_hash_key`: NULL, or valid for reading so many
///   bytes.
/// - `error`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_set_range(
    deaggregator: *mut kagg_deaggregator,
    starting_hash_key: *const c_char,
    starting_hash_key_len: usize,
    ending_hash_key: *const c_char,
    ending_hash_key_len: usize,
    policy: c_int,
    error: *mut kagg_error,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(deaggregator, error, |it| {
            let start = text(starting_hash_key, starting_hash_key_len)?;
            let end = text(ending_hash_key, ending_hash_key_len)?;
            let range = range(start, end)?;
            let policy = match policy {
                KAGG_POLICY_KEEP_ALL => RangePolicy::KeepAll,
                KAGG_POLICY_KEEP_IN_RANGE => RangePolicy::KeepInRange,
                KAGG_POLICY_DROP_AGGREGATE => RangePolicy::DropAggregate,
                _ => return Err(KAGG_ERR_OPTION.into()),
            };
            *it = Reading {
                deaggregator: Deaggregator::with_range(range, policy),
                ..Reading::default()
            };
            Ok(KAGG_OK)
        })
    }
}

/// Reads blobs: those of a GetRecords answer or a Lambda event, together.
///
/// Whatever the bytes are, this succeeds: a blob that is no aggregate is known by
/// its row. Nothing that was given is kept. What was read before is forgotten.
///
/// # Safety
///
/// - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `blobs`: NULL, or valid for reading `count` blobs, whose `data` is NULL or
///   valid for reading `data_len` bytes.
/// - `error`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_read(
    deaggregator: *mut kagg_deaggregator,
    blobs: *const kagg_blob,
    count: usize,
    error: *mut kagg_error,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(deaggregator, error, |it| {
            let given = slice(blobs, count)?;
            u32::try_from(count).map_err(|_| KAGG_ERR_LENGTH)?;
            let mut blobs = Vec::with_capacity(count);
            for (index, blob) in given.iter().enumerate() {
                let bytes = slice(blob.data, blob.data_len);
                blobs.push(bytes.map_err(|failure| failure.at(index))?);
            }
            it.read(&blobs);
            Ok(KAGG_OK)
        })
    }
}

/// The same for blobs that lie one after the other in `bytes`: the first has
/// `lengths[0]` bytes, and so on.
///
/// # Safety
///
/// - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `bytes`: NULL, or valid for reading `bytes_len` bytes.
/// - `lengths`: NULL, or valid for reading `count` lengths.
/// - `error`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_read_joined(
    deaggregator: *mut kagg_deaggregator,
    bytes: *const u8,
    bytes_len: usize,
    lengths: *const usize,
    count: usize,
    error: *mut kagg_error,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(deaggregator, error, |it| {
            let mut rest = slice(bytes, bytes_len)?;
            u32::try_from(count).map_err(|_| KAGG_ERR_LENGTH)?;
            let lengths = slice(lengths, count)?;
            let mut blobs = Vec::with_capacity(count);
            for (index, length) in lengths.iter().enumerate() {
                let too_long = || Failure::from(KAGG_ERR_LENGTH).at(index);
                let (blob, behind) = rest.split_at_checked(*length).ok_or_else(too_long)?;
                blobs.push(blob);
                rest = behind;
            }
            it.read(&blobs);
            Ok(KAGG_OK)
        })
    }
}

/// Tells what became of the next blobs that were read: fills up to `capacity`
/// rows, and sets `count` to their number.
///
/// Returns `KAGG_OK`, or `KAGG_END` with a count of 0 when each blob has had its
/// row. Rows and user records are handed out independently of each other.
///
/// # Safety
///
/// - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `rows`: NULL, or valid for writing `capacity` rows.
/// - `count`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_blobs(
    deaggregator: *mut kagg_deaggregator,
    rows: *mut kagg_blob_row,
    capacity: usize,
    count: *mut usize,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(deaggregator, null_mut(), |it| {
            let (places, count) = (Places::new(rows, capacity)?, out(count)?);
            let filled = it.fill_blobs(places);
            count.write(filled);
            Ok(status(filled, capacity, it.next_blob < it.blobs))
        })
    }
}

/// Hands out the next user records of the blobs that were read, in their order:
/// fills up to `capacity` rows, and sets `count` to their number.
///
/// Returns `KAGG_OK`, or `KAGG_END` with a count of 0 when all were handed out.
/// A few hundred rows at a time stay in the cache.
///
/// # Safety
///
/// - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `rows`: NULL, or valid for writing `capacity` rows.
/// - `count`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_user_records(
    deaggregator: *mut kagg_deaggregator,
    rows: *mut kagg_user_record,
    capacity: usize,
    count: *mut usize,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(deaggregator, null_mut(), |it| {
            let (places, count) = (Places::new(rows, capacity)?, out(count)?);
            let filled = it.fill_user_records(places);
            count.write(filled);
            Ok(status(filled, capacity, it.at.0 < it.blobs))
        })
    }
}

/// Hands the user records out once more, from the first on, and the rows of the
/// blobs as well.
///
/// # Safety
///
/// - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_rewind(
    deaggregator: *mut kagg_deaggregator,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        with(deaggregator, null_mut(), |it| {
            it.rewind();
            Ok(KAGG_OK)
        })
    }
}

/// Ends a deaggregator. NULL is none.
///
/// # Safety
///
/// - `deaggregator`: NULL, or a live handle that no other thread uses; not used
///   again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregator_free(deaggregator: *mut kagg_deaggregator) {
    // SAFETY: by contract.
    unsafe { handle::free(deaggregator) }
}

impl Reading {
    fn read(&mut self, blobs: &[&[u8]]) {
        let _ = self.deaggregator.deaggregate_batch(blobs);
        self.blobs = blobs.len();
        self.rewind();
    }

    fn rewind(&mut self) {
        self.next_blob = 0;
        self.at = (0, 0);
    }

    fn fill_blobs(&mut self, mut places: Places<kagg_blob_row>) -> usize {
        let table = self.deaggregator.table();
        for row in table.blobs().skip(self.next_blob).take(places.left()) {
            places.push(blob_row(&row));
        }
        self.next_blob += places.filled();
        places.filled()
    }

    fn fill_user_records(&mut self, mut places: Places<kagg_user_record>) -> usize {
        let table = self.deaggregator.table();
        let (mut blob, mut number) = self.at;
        while let Some(rows) = table.user_records_of(blob, number) {
            if rows.len() == 0 {
                (blob, number) = (blob + 1, 0);
                continue;
            }
            if places.left() == 0 {
                break;
            }
            // As many as have a place even if all are handed out.
            let rows = rows.up_to(places.left());
            number += rows.len();
            rows.for_each(|row| {
                if row.kept {
                    places.push(user_record(&row));
                }
            });
        }
        self.at = (blob, number);
        places.filled()
    }
}

/// `KAGG_END` when nothing came although there was room.
const fn status(filled: usize, capacity: usize, more: bool) -> kagg_status {
    if filled == 0 && (capacity > 0 || !more) {
        KAGG_END
    } else {
        KAGG_OK
    }
}

/// A number that the 4 GiB of a blob bound.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "bounded by a blob's length"
)]
const fn short(number: usize) -> u32 {
    number as u32
}

#[inline]
fn span(range: &Range<usize>) -> (u32, u32) {
    (short(range.start), short(range.end - range.start))
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "bounded by a blob's length"
)]
fn user_record(row: &UserRecordRow) -> kagg_user_record {
    let mut flags = 0;
    if row.explicit_hash_key.is_some() {
        flags |= KAGG_HAS_EXPLICIT_HASH_KEY;
    }
    match row.placement {
        Some(Placement::OutOfRange) => flags |= KAGG_OUT_OF_RANGE,
        Some(Placement::Unplaceable) => flags |= KAGG_UNPLACEABLE,
        Some(Placement::InRange) | None => {}
    }
    if row.tagged.is_some() {
        flags |= KAGG_HAS_TAGS;
    }
    let (data_offset, data_len) = span(&row.data);
    let (partition_key_offset, partition_key_len) = span(&row.partition_key.bytes);
    let explicit = row.explicit_hash_key.as_ref();
    let (explicit_hash_key_offset, explicit_hash_key_len) =
        explicit.map_or((0, 0), |key| span(&key.bytes));
    kagg_user_record {
        blob: short(row.blob),
        sub_sequence_number: row.sub_sequence_number as u32,
        data_offset,
        data_len,
        partition_key_offset,
        partition_key_len,
        explicit_hash_key_offset,
        explicit_hash_key_len,
        partition_key_number: short(row.partition_key.number),
        flags,
    }
}

fn blob_row(row: &BlobRow) -> kagg_blob_row {
    let (status, byte_offset, record) = match &row.not_aggregated {
        None if row.dropped => (KAGG_DROPPED, None, None),
        None => (KAGG_OK, None, None),
        Some(reason) => (of_reason(reason), reason.offset(), record_of(reason)),
    };
    kagg_blob_row {
        status,
        user_record_count: short(row.kept_user_records),
        dropped_count: short(row.user_records - row.kept_user_records),
        byte_offset: byte_offset.unwrap_or(0),
        record_index: record.unwrap_or(KAGG_NO_RECORD),
    }
}

/// The record that a reason names.
const fn record_of(reason: &NotAggregated) -> Option<usize> {
    match reason {
        NotAggregated::Malformed(malformed) => malformed.record,
        NotAggregated::IndexOutsideTable(outside) => Some(outside.record),
        _ => None,
    }
}
