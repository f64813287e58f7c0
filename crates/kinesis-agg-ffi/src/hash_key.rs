//! Hash keys as decimal digits.

use crate::arguments::text;
use crate::failure::{Failure, kagg_error};
use crate::handle::{guard, out};
use crate::status::{KAGG_ERR_HASH_KEY, KAGG_OK, kagg_status};
use core::ptr::NonNull;
use kinesis_agg::{HashKey, HashKeyRange};
use libc::c_char;

/// Room for any hash key in decimal digits, and a NUL.
pub const KAGG_HASH_KEY_SIZE: usize = 40;

/// Writes the hash key of a partition key, the MD5 of its text, as decimal
/// digits and a NUL into the `KAGG_HASH_KEY_SIZE` bytes at `digits`.
///
/// # Safety
///
/// - `partition_key`: NULL, or valid for reading `partition_key_len` bytes.
/// - `error`: NULL, or valid for writing.
/// - `digits`: NULL, or valid for writing `KAGG_HASH_KEY_SIZE` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_hash_key_of_partition_key(
    partition_key: *const c_char,
    partition_key_len: usize,
    error: *mut kagg_error,
    digits: *mut c_char,
) -> kagg_status {
    // SAFETY: each by its contract.
    unsafe {
        guard(error, || {
            let digits = out(digits)?;
            let partition_key = text(partition_key, partition_key_len)?;
            let mut found = HashKey::of_partition_key(partition_key).to_string();
            found.push('\0');
            debug_assert!(found.len() <= KAGG_HASH_KEY_SIZE);
            digits.copy_from_nonoverlapping(NonNull::from(found.as_bytes()).cast(), found.len());
            Ok(KAGG_OK)
        })
    }
}

/// The hash key of some digits.
pub(crate) fn hash_key(digits: &str) -> Result<HashKey, Failure> {
    HashKey::from_decimal(digits).ok_or(KAGG_ERR_HASH_KEY.into())
}

/// The range from one hash key to another, both within.
pub(crate) fn range(start: &str, end: &str) -> Result<HashKeyRange, Failure> {
    HashKeyRange::from_decimal(start, end).ok_or(KAGG_ERR_HASH_KEY.into())
}
