//! Errors with a code. `lib/errors.js` makes its classes of them.

use kinesis_agg::{HashKey, HashKeyRange, OptionsError, PushErrorKind, ShardMapError};
use napi::Error;
use napi_derive::napi;

/// What a call answers; the status is the `code` of JavaScript's error.
pub(crate) type Result<T> = std::result::Result<T, Error<&'static str>>;

pub(crate) fn options(text: impl ToString) -> Error<&'static str> {
    Error::new("ERR_KINESIS_AGG_OPTIONS", text.to_string())
}

/// What was sealed, and is an aggregate no more.
pub(crate) fn changed() -> Error<&'static str> {
    let text = "the data of the record was changed";
    Error::new("ERR_KINESIS_AGG_CHANGED_RECORD", text.to_owned())
}

/// What should never be; JavaScript lets go of the object, as after a panic.
pub(crate) fn internal(text: &str) -> Error<&'static str> {
    Error::new("GenericFailure", text.to_owned())
}

pub(crate) fn of_options(error: OptionsError) -> Error<&'static str> {
    options(error)
}

pub(crate) fn shard_map(text: impl ToString) -> Error<&'static str> {
    Error::new("ERR_KINESIS_AGG_SHARD_MAP", text.to_string())
}

pub(crate) fn of_shard_map(error: ShardMapError) -> Error<&'static str> {
    shard_map(error)
}

/// A hash key in decimal digits.
pub(crate) fn hash_key(digits: &str) -> Result<HashKey> {
    HashKey::from_decimal(digits)
        .ok_or_else(|| options("a hash key is a number from 0 to 2**128 - 1"))
}

pub(crate) fn hash_key_range(start: &str, end: &str) -> Result<HashKeyRange> {
    HashKeyRange::new(hash_key(start)?, hash_key(end)?)
        .ok_or_else(|| options("the range of hash keys ends before it starts"))
}

/// A user record that was refused.
#[napi(object)]
pub struct Refused {
    /// Its place among those of the call.
    pub place: u32,
    /// The `code` of the error.
    pub code: String,
    /// Why, in words.
    pub message: String,
    /// The length or size that is above `limit`.
    pub value: Option<f64>,
    /// What it may be at most.
    pub limit: Option<f64>,
}

impl Refused {
    pub(crate) fn new(place: usize, kind: PushErrorKind) -> Self {
        let (code, bounds) = match kind {
            PushErrorKind::PartitionKeyLength { chars, max } => {
                ("ERR_KINESIS_AGG_PARTITION_KEY_LENGTH", Some((chars, max)))
            }
            PushErrorKind::TooLarge { size, max } => {
                ("ERR_KINESIS_AGG_TOO_LARGE", Some((size, max)))
            }
            _ => ("ERR_KINESIS_AGG_EXPLICIT_HASH_KEY", None),
        };
        Self {
            place: u32::try_from(place).unwrap_or(u32::MAX),
            code: code.to_owned(),
            message: kind.to_string(),
            value: bounds.map(|(value, _)| value as f64),
            limit: bounds.map(|(_, limit)| limit as f64),
        }
    }
}
