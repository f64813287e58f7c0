//! Kinesis records that are ready to be sent.

use crate::failure::Failure;
use crate::handle::{self, Handle, give, opaque, out, with, with_ref};
use crate::status::{KAGG_ERR_INDEX, KAGG_OK, kagg_status};
use core::ptr::{NonNull, null, null_mut};
use kinesis_agg::AggregatedRecord;
use libc::c_char;

/// Kinesis records that are ready to be sent: aggregates, and user records that
/// go as they are.
///
/// Made by `kagg_aggregator_seal`, `kagg_sharded_aggregator_seal` and
/// `kagg_sharded_aggregator_update_shard_map`; ended by `kagg_records_free`.
/// Several threads may read one at a time when none changes it.
#[derive(Debug)]
pub struct kagg_records(Handle<Vec<Record>>);

opaque!(kagg_records, Vec<Record>);

/// A record, and its explicit hash key as the service takes it.
#[derive(Debug)]
pub struct Record {
    pub(crate) record: AggregatedRecord,
    explicit_hash_key: Option<String>,
}

/// One Kinesis record of a `kagg_records`.
///
/// The pointers lie in that handle: they are valid until it is changed or freed.
/// All three, partition key, explicit hash key and data, are to be sent.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kagg_record {
    /// The partition key, UTF-8; not ended by NUL.
    pub partition_key: *const c_char,
    /// Bytes of the partition key.
    pub partition_key_len: usize,
    /// The explicit hash key in decimal digits, or NULL for none; not ended by
    /// NUL.
    pub explicit_hash_key: *const c_char,
    /// Bytes of the explicit hash key.
    pub explicit_hash_key_len: usize,
    /// The data.
    pub data: *const u8,
    /// Bytes of the data.
    pub data_len: usize,
    /// How many user records are inside; at least 1.
    pub user_record_count: usize,
    /// False for a single user record that goes as it is.
    pub is_framed: bool,
}

impl kagg_records {
    pub(crate) fn new(records: Vec<AggregatedRecord>) -> Self {
        let with_text = |record: AggregatedRecord| Record {
            explicit_hash_key: record.explicit_hash_key().map(|key| key.to_string()),
            record,
        };
        Self(Handle::new(records.into_iter().map(with_text).collect()))
    }
}

/// Gives `records` to C.
///
/// # Safety
///
/// `place`: valid for writing.
pub(crate) unsafe fn give_records(
    records: Vec<AggregatedRecord>,
    place: NonNull<*mut kagg_records>,
) {
    // SAFETY: by contract.
    unsafe { give(kagg_records::new(records), place) };
}

/// The record at `index`.
pub(crate) fn record_at(records: &[Record], index: usize) -> Result<&Record, Failure> {
    records
        .get(index)
        .ok_or_else(|| Failure::from(KAGG_ERR_INDEX).at(index))
}

/// Tells how many Kinesis records there are.
///
/// # Safety
///
/// - `records`: NULL, or a live handle that no other thread changes meanwhile.
/// - `count`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_records_count(
    records: *const kagg_records,
    count: *mut usize,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with_ref(records, null_mut(), |records| {
            out(count)?.write(records.len());
            Ok(KAGG_OK)
        })
    }
}

/// Shows the Kinesis record at `index`, counted from 0.
///
/// # Safety
///
/// - `records`: NULL, or a live handle that no other thread changes meanwhile.
/// - `record`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_records_get(
    records: *const kagg_records,
    index: usize,
    record: *mut kagg_record,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with_ref(records, null_mut(), |records| {
            let place = out(record)?;
            place.write(show(record_at(records, index)?));
            Ok(KAGG_OK)
        })
    }
}

fn show(
    Record {
        record,
        explicit_hash_key,
    }: &Record,
) -> kagg_record {
    let explicit_hash_key = explicit_hash_key.as_deref();
    kagg_record {
        partition_key: record.partition_key().as_ptr().cast(),
        partition_key_len: record.partition_key().len(),
        explicit_hash_key: explicit_hash_key.map_or(null(), |key| key.as_ptr().cast()),
        explicit_hash_key_len: explicit_hash_key.map_or(0, str::len),
        data: record.data().as_ptr(),
        data_len: record.data().len(),
        user_record_count: record.user_record_count(),
        is_framed: record.is_framed(),
    }
}

/// Takes the Kinesis record at `index` out and forgets it: one that has arrived.
///
/// Those behind it move up. Remove from the last to the first, and indexes stay
/// right. What is left can be sent again, or given to
/// `kagg_sharded_aggregator_update_shard_map`.
///
/// # Safety
///
/// - `records`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_records_remove(
    records: *mut kagg_records,
    index: usize,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        with(records, null_mut(), |records| {
            record_at(records, index)?;
            records.remove(index);
            Ok(KAGG_OK)
        })
    }
}

/// Ends Kinesis records. NULL is none.
///
/// # Safety
///
/// - `records`: NULL, or a live handle that no other thread uses; not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_records_free(records: *mut kagg_records) {
    // SAFETY: by contract.
    unsafe { handle::free(records) }
}
