//! The sharded aggregator: packs user records so that a KCL reader gets all of
//! them.

use crate::arguments::text;
use crate::arguments::{Places, kagg_new_user_record, kagg_user_record_span, slice};
use crate::failure::{Failure, kagg_error};
use crate::handle::{self, Handle, give, guard, opaque, out, with, with_ref};
use crate::hash_key::hash_key;
use crate::packing::{Packing, ShardedRecipe};
use crate::records::{give_records, kagg_records, record_at};
use crate::shard_map::{judgement, kagg_shard_map};
use crate::status::{KAGG_ERR_GROUPING, KAGG_OK, kagg_status, of_refusal};
use core::ptr::{NonNull, null_mut};
use kinesis_agg::{Grouping, NewUserRecord, ShardedAggregator};
use libc::{c_char, c_int};

/// Any user records share an aggregate. Only for readers that ignore hash key
/// ranges, as Lambda does.
pub const KAGG_GROUPING_NONE: c_int = 0;
/// Those with the same hash key share an aggregate. Needs no shard map, and no
/// split can divide one; packs poorly when keys are many.
pub const KAGG_GROUPING_HASH_KEY: c_int = 1;
/// Those that the shard map predicts to land in the same shard, as the KPL does.
/// Packs best. Needs new maps when shards change, and a judgement over each
/// answer of the service.
pub const KAGG_GROUPING_SHARD: c_int = 2;
/// The same, and each user record without explicit hash key is given the one of
/// the first: always inside any shard it lands in, whatever splits.
pub const KAGG_GROUPING_PINNED: c_int = 3;

/// Packs user records of one stream into aggregates, grouped so that a KCL
/// reader, which drops an aggregate whole when one user record in it belongs to
/// another shard, gets all of them.
///
/// One thread at a time may use one; different ones are independent.
#[derive(Debug)]
pub struct kagg_sharded_aggregator(Handle<Packing<ShardedAggregator, ShardedRecipe>>);

opaque!(
    kagg_sharded_aggregator,
    Packing<ShardedAggregator, ShardedRecipe>
);

/// Makes a sharded aggregator with one of the groupings `KAGG_GROUPING_…`.
///
/// `shard_map` is copied; groupings that need none take NULL.
/// `aggregator` becomes a new handle, ended by `kagg_sharded_aggregator_free`.
///
/// # Safety
///
/// - `shard_map`: NULL, or a live handle that no other thread changes meanwhile.
/// - `aggregator`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_new(
    grouping: c_int,
    shard_map: *const kagg_shard_map,
    aggregator: *mut *mut kagg_sharded_aggregator,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        guard(null_mut(), || {
            let place = out(aggregator)?;
            let map = || match NonNull::new(shard_map.cast_mut()) {
                Some(map) => handle::value(map.as_ptr()).cloned(),
                None => Err(KAGG_ERR_GROUPING.into()),
            };
            let grouping = match grouping {
                KAGG_GROUPING_NONE => Grouping::None,
                KAGG_GROUPING_HASH_KEY => Grouping::HashKey,
                KAGG_GROUPING_SHARD => Grouping::Shard(map()?),
                KAGG_GROUPING_PINNED => Grouping::Pinned(map()?),
                _ => return Err(KAGG_ERR_GROUPING.into()),
            };
            give_aggregator(grouping, place)
        })
    }
}

/// Makes a sharded aggregator that gives all user records without explicit hash
/// key this one, in decimal digits: they land in the shard that owns it.
///
/// # Safety
///
/// - `explicit_hash_key`: NULL, or valid for reading `explicit_hash_key_len`
///   bytes.
/// - `error`: NULL, or valid for writing.
/// - `aggregator`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_new_pinned_to(
    explicit_hash_key: *const c_char,
    explicit_hash_key_len: usize,
    error: *mut kagg_error,
    aggregator: *mut *mut kagg_sharded_aggregator,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        guard(error, || {
            let place = out(aggregator)?;
            let pin = hash_key(text(explicit_hash_key, explicit_hash_key_len)?)?;
            give_aggregator(Grouping::PinnedTo(pin), place)
        })
    }
}

/// # Safety
///
/// `place`: valid for writing.
unsafe fn give_aggregator(
    grouping: Grouping,
    place: NonNull<*mut kagg_sharded_aggregator>,
) -> Result<kagg_status, Failure> {
    let packing = Packing::new((grouping, None))?;
    // SAFETY: by contract.
    unsafe { give(kagg_sharded_aggregator(Handle::new(packing)), place) };
    Ok(KAGG_OK)
}

/// Bounds the open aggregates: how many, and how many bytes of memory they take
/// together. Default 4,096 and 64 MiB. Beyond, the one opened first is full.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_set_max_open(
    aggregator: *mut kagg_sharded_aggregator,
    aggregates: usize,
    bytes: usize,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        with(aggregator, null_mut(), |it| {
            let ((grouping, _), options) = it.recipe_and_options();
            it.remake((grouping, Some((aggregates, bytes))), options)
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
pub unsafe extern "C" fn kagg_sharded_aggregator_set_max_size(
    aggregator: *mut kagg_sharded_aggregator,
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
pub unsafe extern "C" fn kagg_sharded_aggregator_set_max_count(
    aggregator: *mut kagg_sharded_aggregator,
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
pub unsafe extern "C" fn kagg_sharded_aggregator_set_outer_partition_key(
    aggregator: *mut kagg_sharded_aggregator,
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
/// Only without grouping: an aggregate would not land where it was grouped for.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_omit_outer_hash_key(
    aggregator: *mut kagg_sharded_aggregator,
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
pub unsafe extern "C" fn kagg_sharded_aggregator_frame_singles(
    aggregator: *mut kagg_sharded_aggregator,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe { with(aggregator, null_mut(), Packing::with_framed_singles) }
}

/// Adds a user record, to the open aggregate of its group.
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
pub unsafe extern "C" fn kagg_sharded_aggregator_push(
    aggregator: *mut kagg_sharded_aggregator,
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

/// Adds a user record that came at `time`, so that
/// `kagg_sharded_aggregator_finish_arrived_before` can bound how long it waits.
/// The clock and its unit are the caller's.
///
/// # Safety
///
/// As `kagg_sharded_aggregator_push`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_push_at(
    aggregator: *mut kagg_sharded_aggregator,
    partition_key: *const c_char,
    partition_key_len: usize,
    explicit_hash_key: *const c_char,
    explicit_hash_key_len: usize,
    data: *const u8,
    data_len: usize,
    time: u64,
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
            let pushed = it.packer.push_at(record, time);
            let full = pushed.map_err(|refused| refused.kind)?;
            Ok(it.keep(full))
        })
    }
}

/// Adds many user records, in their order, as `kagg_sharded_aggregator_push` one after the
/// other, and
/// faster where grouping takes their hash keys. What is refused keeps none of the others out.
///
/// Writes the status of each into `statuses`, and how many were refused into
/// `refused`. Returns `KAGG_OK` or `KAGG_FULL`.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `records`: NULL, or valid for reading `count` user records, whose pointers
///   are as for `kagg_sharded_aggregator_push`.
/// - `error`: NULL, or valid for writing.
/// - `statuses`: NULL, or valid for writing `count` statuses.
/// - `refused`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_push_many(
    aggregator: *mut kagg_sharded_aggregator,
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
pub unsafe extern "C" fn kagg_sharded_aggregator_push_spans(
    aggregator: *mut kagg_sharded_aggregator,
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

/// Pushes those that could be read; returns the status of the call, and how many
/// were refused.
fn push_many<'a>(
    it: &mut Packing<ShardedAggregator, ShardedRecipe>,
    records: impl Iterator<Item = Result<NewUserRecord<'a>, Failure>>,
    mut statuses: Places<kagg_status>,
) -> (kagg_status, usize) {
    it.is_used();
    let mut found = Vec::with_capacity(statuses.left());
    let mut readable = Vec::with_capacity(statuses.left());
    let mut places = Vec::with_capacity(statuses.left());
    for record in records {
        match record {
            Ok(record) => {
                places.push(found.len());
                readable.push(record);
                found.push(KAGG_OK);
            }
            Err(Failure(failure)) => found.push(failure.status),
        }
    }
    let pushed = it.packer.push_many(&readable);
    for (place, kind) in pushed.refused {
        found[places[place]] = of_refusal(&kind);
    }
    let refused = found.iter().filter(|status| **status != KAGG_OK).count();
    for status in found {
        statuses.push(status);
    }
    (it.keep_many(pushed.full), refused)
}

/// Ends the open aggregates whose first user record came before `time`: they
/// wait to be sealed.
///
/// Knows the times given to `kagg_sharded_aggregator_push_at` alone. Returns
/// `KAGG_FULL`, or `KAGG_OK` when there is nothing to seal.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_finish_arrived_before(
    aggregator: *mut kagg_sharded_aggregator,
    time: u64,
) -> kagg_status {
    // SAFETY: by contract.
    unsafe {
        with(aggregator, null_mut(), |it| {
            let open = it.packer.finish_arrived_before(time);
            Ok(it.keep_many(open))
        })
    }
}

/// Goes on with the shards of a new map, which is copied.
///
/// `unsent` are records of this aggregator that wait to be sent, or that are to
/// be sent again, in the order of sending; NULL for none. On success that handle
/// is ended, and `records` becomes a new one that takes its place: what reached
/// beyond a shard was cut into several that do not. Full aggregates that were not
/// sealed yet are among them.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
/// - `shard_map`: NULL, or a live handle that no other thread changes meanwhile.
/// - `unsent`: NULL, or a live handle that no other thread uses; not used again
///   when the call succeeds.
/// - `records`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_update_shard_map(
    aggregator: *mut kagg_sharded_aggregator,
    shard_map: *const kagg_shard_map,
    unsent: *mut kagg_records,
    records: *mut *mut kagg_records,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with(aggregator, null_mut(), |it| {
            let place = out(records)?;
            let map = handle::value(shard_map)?.clone();
            let mut queue = Vec::new();
            if !unsent.is_null() {
                let unsent = core::mem::take(handle::value_mut(unsent)?);
                queue.extend(unsent.into_iter().map(|record| record.record));
            }
            queue.extend(it.seal());
            it.is_used();
            give_records(it.packer.update_shard_map(map, queue), place);
            handle::free(unsent);
            Ok(KAGG_OK)
        })
    }
}

/// Tells whether the record at `index` counts as delivered, now that the service
/// has answered that it lies in the shard `shard_id`: one of `KAGG_JUDGEMENT_…`.
///
/// # Safety
///
/// - `aggregator`, `records`: NULL, or live handles that no other thread changes
///   meanwhile.
/// - `shard_id`: NULL, or valid for reading `shard_id_len` bytes.
/// - `error`: NULL, or valid for writing.
/// - `found`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_judge(
    aggregator: *const kagg_sharded_aggregator,
    records: *const kagg_records,
    index: usize,
    shard_id: *const c_char,
    shard_id_len: usize,
    error: *mut kagg_error,
    found: *mut c_int,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with_ref(aggregator, error, |it| {
            let place = out(found)?;
            let shard_id = text(shard_id, shard_id_len)?;
            let record = record_at(handle::value(records)?, index)?;
            place.write(judgement(it.packer.judge(shard_id, &record.record)));
            Ok(KAGG_OK)
        })
    }
}

/// Ends the open aggregates: they wait to be sealed.
///
/// Returns `KAGG_FULL`, or `KAGG_OK` when there is nothing to seal.
///
/// # Safety
///
/// - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_sharded_aggregator_finish(
    aggregator: *mut kagg_sharded_aggregator,
) -> kagg_status {
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
pub unsafe extern "C" fn kagg_sharded_aggregator_seal(
    aggregator: *mut kagg_sharded_aggregator,
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
pub unsafe extern "C" fn kagg_sharded_aggregator_user_record_count(
    aggregator: *const kagg_sharded_aggregator,
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
pub unsafe extern "C" fn kagg_sharded_aggregator_free(aggregator: *mut kagg_sharded_aggregator) {
    // SAFETY: by contract.
    unsafe { handle::free(aggregator) }
}
