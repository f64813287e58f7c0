//! Shards, and the map that tells which shard a hash key belongs to.

use crate::arguments::{optional_text, slice, text};
use crate::failure::{Failure, kagg_error};
use crate::handle::{self, Handle, give, guard, opaque, out, with_ref};
use crate::hash_key::range;
use crate::records::{kagg_records, record_at};
use crate::status::{KAGG_ERR_EXPLICIT_HASH_KEY, KAGG_OK, kagg_status};
use kinesis_agg::{HashKey, Judgement, Shard, ShardMap};
use libc::{c_char, c_int};

/// All user records of the Kinesis record are where readers look for them.
pub const KAGG_JUDGEMENT_DELIVERED: c_int = 0;
/// The Kinesis record reaches beyond its shard: readers drop it. Send all of it
/// again, cut by a new shard map.
pub const KAGG_JUDGEMENT_SEND_AGAIN: c_int = 1;
/// The map does not know the shard: get a new one, and ask again.
pub const KAGG_JUDGEMENT_UNKNOWN_SHARD: c_int = 2;
/// The record landed where its hash key does not belong: the stream ignores keys,
/// and no grouping is safe for readers that look at ranges.
pub const KAGG_JUDGEMENT_KEYS_IGNORED: c_int = 3;

/// The shards of a stream at one time. Several threads may read one at a time.
#[derive(Debug)]
pub struct kagg_shard_map(Handle<ShardMap>);

opaque!(kagg_shard_map, ShardMap);

/// A shard, as `ListShards` tells of it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kagg_shard {
    /// Its identifier, UTF-8.
    pub id: *const c_char,
    /// Bytes of the identifier.
    pub id_len: usize,
    /// Its lowest hash key in decimal digits.
    pub starting_hash_key: *const c_char,
    /// Bytes of the lowest hash key.
    pub starting_hash_key_len: usize,
    /// Its highest hash key in decimal digits.
    pub ending_hash_key: *const c_char,
    /// Bytes of the highest hash key.
    pub ending_hash_key_len: usize,
    /// True for a shard that has an ending sequence number: it is known by name,
    /// and owns no hash keys any more.
    pub is_closed: bool,
}

/// Makes a map of the shards of a stream. Those that are open own each hash key
/// once.
///
/// On failure `error` names the shard; of a gap or an overlap it cannot.
/// `shard_map` becomes a new handle, ended by `kagg_shard_map_free`.
///
/// # Safety
///
/// - `shards`: NULL, or valid for reading `count` shards, whose pointers are NULL
///   or valid for reading so many bytes.
/// - `error`: NULL, or valid for writing.
/// - `shard_map`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_shard_map_new(
    shards: *const kagg_shard,
    count: usize,
    error: *mut kagg_error,
    shard_map: *mut *mut kagg_shard_map,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        guard(error, || {
            let place = out(shard_map)?;
            let (mut open, mut closed) = (Vec::new(), Vec::new());
            for (index, shard) in slice(shards, count)?.iter().enumerate() {
                let read = shard.read().map_err(|failure| failure.at(index))?;
                if shard.is_closed {
                    closed.push(read);
                } else {
                    open.push(read);
                }
            }
            let map = ShardMap::new(open)?.with_closed(closed);
            give(kagg_shard_map(Handle::new(map)), place);
            Ok(KAGG_OK)
        })
    }
}

impl kagg_shard {
    /// # Safety
    ///
    /// All pointers NULL, or valid for reading so many bytes.
    unsafe fn read(&self) -> Result<Shard, Failure> {
        // SAFETY: by contract.
        let (id, start, end) = unsafe {
            (
                text(self.id, self.id_len)?,
                text(self.starting_hash_key, self.starting_hash_key_len)?,
                text(self.ending_hash_key, self.ending_hash_key_len)?,
            )
        };
        Ok(Shard::new(id, range(start, end)?))
    }
}

/// Tells which open shard a user record with these keys lands in.
///
/// `id` and `id_len` become its identifier, not ended by NUL, which lies in the
/// map: it is valid until the map is freed.
///
/// # Safety
///
/// - `shard_map`: NULL, or a live handle that no other thread changes meanwhile.
/// - `partition_key`: NULL, or valid for reading `partition_key_len` bytes.
/// - `explicit_hash_key`: NULL for none, or valid for reading
///   `explicit_hash_key_len` bytes.
/// - `error`: NULL, or valid for writing.
/// - `id`, `id_len`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_shard_map_predict(
    shard_map: *const kagg_shard_map,
    partition_key: *const c_char,
    partition_key_len: usize,
    explicit_hash_key: *const c_char,
    explicit_hash_key_len: usize,
    error: *mut kagg_error,
    id: *mut *const c_char,
    id_len: *mut usize,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with_ref(shard_map, error, |map| {
            let (id, id_len) = (out(id)?, out(id_len)?);
            let partition_key = text(partition_key, partition_key_len)?;
            let hash_key = match optional_text(explicit_hash_key, explicit_hash_key_len)? {
                None => HashKey::of_partition_key(partition_key),
                Some(digits) => HashKey::from_request(digits).ok_or(KAGG_ERR_EXPLICIT_HASH_KEY)?,
            };
            let shard = map.predict(hash_key);
            id.write(shard.id().as_ptr().cast());
            id_len.write(shard.id().len());
            Ok(KAGG_OK)
        })
    }
}

/// Tells whether the record at `index` counts as delivered, now that the service
/// has answered that it lies in the shard `shard_id`: one of `KAGG_JUDGEMENT_…`.
///
/// # Safety
///
/// - `shard_map`, `records`: NULL, or live handles that no other thread changes
///   meanwhile.
/// - `shard_id`: NULL, or valid for reading `shard_id_len` bytes.
/// - `error`: NULL, or valid for writing.
/// - `found`: NULL, or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_shard_map_judge(
    shard_map: *const kagg_shard_map,
    records: *const kagg_records,
    index: usize,
    shard_id: *const c_char,
    shard_id_len: usize,
    error: *mut kagg_error,
    found: *mut c_int,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        with_ref(shard_map, error, |map| {
            let place = out(found)?;
            let shard_id = text(shard_id, shard_id_len)?;
            let record = record_at(handle::value(records)?, index)?;
            place.write(judgement(map.judge(shard_id, &record.record)));
            Ok(KAGG_OK)
        })
    }
}

/// The number of a judgement.
pub(crate) const fn judgement(judgement: Judgement) -> c_int {
    match judgement {
        Judgement::Delivered => KAGG_JUDGEMENT_DELIVERED,
        Judgement::SendAgain => KAGG_JUDGEMENT_SEND_AGAIN,
        Judgement::UnknownShard => KAGG_JUDGEMENT_UNKNOWN_SHARD,
        Judgement::KeysIgnored => KAGG_JUDGEMENT_KEYS_IGNORED,
    }
}

/// Ends a shard map. NULL is none.
///
/// # Safety
///
/// - `shard_map`: NULL, or a live handle that no other thread uses; not used
///   again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_shard_map_free(shard_map: *mut kagg_shard_map) {
    // SAFETY: by contract.
    unsafe { handle::free(shard_map) }
}
