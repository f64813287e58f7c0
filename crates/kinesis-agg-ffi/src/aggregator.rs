//! The aggregator: packs user records one after the other, wherever they belong.

use crate::arguments::{Places, kagg_new_user_record, kagg_user_record_span, slice};
use crate::failure::{Failure, kagg_error};
use crate::handle::{self, Handle, give, guard, opaque, out, with, with_ref};
use crate::packing::Packing;
use crate::records::{give_records, kagg_records};
use crate::status::{KAGG_OK, kagg_status, of_refusal};
use core::ptr::null_mut;
use kinesis_agg::{Aggregator, NewUserRecord};
use libc::{c_char, c_int};

/// Packs user records into aggregates, one after the other.
///
/// It does not look where they belong: for readers that ignore shards, as Lambda
/// does, or for user records of one shard. Else use `kagg_sharded_aggregator`.
/// One thread at a time may use one; different ones are independent.
#[derive(Debug)]
pub struct kagg_aggregator(Handle<Packing<Aggregator, ()>>);

opaque!(kagg_aggregator, Packing<Aggregator, ()>);

/// Makes an aggregator. `aggregator` becomes a new handle, ended by
/// `kagg_aggregator_free`.
///
/// # Safety
///
/// - `aggregator`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_new(aggregator: *mut *mut kagg_aggregator) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        guard(null_mut(), || {
            let place = out(aggregator)?;
            give(kagg_aggregator(Handle::new(Packing::new(())?)), place);
            Ok(KAGG_OK)
        })
    }
}

/// Sets the largest size of a Kinesis record, data and partition key, in bytes.
/// Default 1 MiB; at most 10 MiB, the largest limit of a stream.
///
/// Options are set before the first user record.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_set_max_size(
    aggregator: *mut kagg_aggregator,
    bytes: usize,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe { with(aggregator, null_mut(), |it| it.set_max_size(bytes)) }
}

/// Sets how many user records an aggregate takes at most. Default: as many as
/// its size allows.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_set_max_count(
    aggregator: *mut kagg_aggregator,
    user_records: usize,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe { with(aggregator, null_mut(), |it| it.set_max_count(user_records)) }
}

/// Sets the partition key that aggregates are sent with, one of
/// `KAGG_OUTER_PARTITION_KEY_…`. Default: that of the first user record.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_set_outer_partition_key(
    aggregator: *mut kagg_aggregator,
    outer_partition_key: c_int,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        with(aggregator, null_mut(), |it| {
            it.set_outer_partition_key(outer_partition_key)
        })
    }
}

/// Sends aggregates without explicit hash key; by default they go with the hash
/// key of their first user record.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_omit_outer_hash_key(
    aggregator: *mut kagg_aggregator,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe { with(aggregator, null_mut(), Packing::without_outer_hash_key) }
}

/// Puts a single user record into a frame, too; by default it leaves as it is.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_frame_singles(
    aggregator: *mut kagg_aggregator,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe { with(aggregator, null_mut(), Packing::with_framed_singles) }
}

/// Adds a user record, in the order of the calls.
///
/// Returns `KAGG_OK`, or `KAGG_FULL` when full aggregates wait to be sealed: at
/// once, or later and together, which is cheaper. Nothing is lost meanwhile. A
/// user record that is refused changes nothing. Everything is copied.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `partition_key`: NULL, or valid for reading `partition_key_len` bytes.
/// - `explicit_hash_key`: NULL for none, or valid for reading
///   `explicit_hash_key_len` bytes.
/// - `data`: NULL, or valid for reading `data_len` bytes.
/// - `error`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_push(
    aggregator: *mut kagg_aggregator,
    partition_key: *const c_char,
    partition_key_len: usize,
    explicit_hash_key: *const c_char,
    explicit_hash_key_len: usize,
    data: *const u8,
    data_len: usize,
    error: *mut kagg_error,
) -> kagg_status {
    let record = kagg_new_user_record {
        partition_key,
        partition_key_len,
        explicit_hash_key,
        explicit_hash_key_len,
        data,
        data_len,
    };
    // SAFETY: each by its contract.
    unsafe {
        with(aggregator, error, |it| {
            let record = record.read()?;
            it.is_used();
            let full = it.packer.push(record).map_err(|refused| refused.kind)?;
            Ok(it.keep(full))
        })
    }
}

/// Adds many user records, in their order, as `kagg_aggregator_push` one after the
/// other. What is refused keeps none of the others out.
///
/// Writes the status of each into `statuses`, and how many were refused into
/// `refused`. Returns `KAGG_OK` or `KAGG_FULL`.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `records`: NULL, or valid for reading `count` user records, whose pointers
///   are as for `kagg_aggregator_push`.
/// - `error`: NULL, or valid for writing.
/// - `statuses`: NULL, or valid for writing `count` statuses.
/// - `refused`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_push_many(
    aggregator: *mut kagg_aggregator,
    records: *const kagg_new_user_record,
    count: usize,
    error: *mut kagg_error,
    statuses: *mut kagg_status,
    refused: *mut usize,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(aggregator, error, |it| {
            let given = slice(records, count)?.iter();
            let (places, refused) = (Places::new(statuses, count)?, out(refused)?);
            let read = given.map(|record| record.read());
            let (status, count) = push_many(it, read, places);
            refused.write(count);
            Ok(status)
        })
    }
}

/// The same with the user records by their places in the `bytes_len` bytes at
/// `bytes`. A place outside of them has the status `KAGG_ERR_LENGTH`.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `bytes`: NULL, or valid for reading `bytes_len` bytes.
/// - `records`: NULL, or valid for reading `count` places.
/// - `error`: NULL, or valid for writing.
/// - `statuses`: NULL, or valid for writing `count` statuses.
/// - `refused`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_push_spans(
    aggregator: *mut kagg_aggregator,
    bytes: *const u8,
    bytes_len: usize,
    records: *const kagg_user_record_span,
    count: usize,
    error: *mut kagg_error,
    statuses: *mut kagg_status,
    refused: *mut usize,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(aggregator, error, |it| {
            let bytes = slice(bytes, bytes_len)?;
            let given = slice(records, count)?.iter();
            let (places, refused) = (Places::new(statuses, count)?, out(refused)?);
            let read = given.map(|record| record.read(bytes));
            let (status, count) = push_many(it, read, places);
            refused.write(count);
            Ok(status)
        })
    }
}

/// Pushes each; returns the status of the call, and how many were refused.
fn push_many<'a>(
    it: &mut Packing<Aggregator, ()>,
    records: impl Iterator<Item = Result<NewUserRecord<'a>, Failure>>,
    mut statuses: Places<kagg_status>,
) -> (kagg_status, usize) {
    it.is_used();
    let mut refused = 0;
    let mut status = it.keep_many([]);
    for record in records {
        let outcome = match record.map(|record| it.packer.push(record)) {
            Err(Failure(failure)) => failure.status,
            Ok(Err(error)) => of_refusal(&error.kind),
            Ok(Ok(full)) => {
                status = it.keep_many(full);
                KAGG_OK
            }
        };
        refused += usize::from(outcome != KAGG_OK);
        statuses.push(outcome);
    }
    (status, refused)
}

/// Ends the open aggregate: it waits to be sealed.
///
/// Returns `KAGG_FULL`, or `KAGG_OK` when there is nothing to seal.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_finish(aggregator: *mut kagg_aggregator) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        with(aggregator, null_mut(), |it| {
            let open = it.packer.finish();
            Ok(it.keep_many(open))
        })
    }
}

/// Seals all aggregates that are full, together: their checksums and hash keys
/// are computed side by side. There may be none.
///
/// `records` becomes a new handle, ended by `kagg_records_free`.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `records`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_seal(
    aggregator: *mut kagg_aggregator,
    records: *mut *mut kagg_records,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(aggregator, null_mut(), |it| {
            let place = out(records)?;
            give_records(it.seal(), place);
            Ok(KAGG_OK)
        })
    }
}

/// Tells how many user records wait in open and full aggregates.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread changes meanwhile.
/// - `count`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_user_record_count(
    aggregator: *const kagg_aggregator,
    count: *mut usize,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with_ref(aggregator, null_mut(), |it| {
            let open = it.packer.user_record_count();
            out(count)?.write(it.user_record_count(open));
            Ok(KAGG_OK)
        })
    }
}

/// Ends an aggregator. User records that wait in it are lost. NULL is none.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses; not used
///   again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_aggregator_free(aggregator: *mut kagg_aggregator) {
    // SAFETY: by contract.
    unsafe { handle::free(aggregator) }
}
