//! The numbers of `io.github.kinesisagg.Status`. Those of the C header have its
//! numbers; a test of Java compares.

use kinesis_agg::{
    BlobRow, MalformedKind, NotAggregated, OptionsError, PushErrorKind, ShardMapError,
};

pub(crate) const ERR_PANIC: i32 = -2;
pub(crate) const ERR_POISONED: i32 = -3;
pub(crate) const ERR_LENGTH: i32 = -4;
pub(crate) const ERR_NOT_UTF8: i32 = -5;
pub(crate) const ERR_EXPLICIT_HASH_KEY: i32 = -7;
pub(crate) const ERR_HASH_KEY: i32 = -13;
pub(crate) const ERR_GROUPING: i32 = -14;
pub(crate) const ERR_OTHER: i32 = -63;
/// Not of C, where a closed handle must not be used.
pub(crate) const ERR_CLOSED: i32 = -64;

/// What became of a blob.
pub(crate) fn of_blob(row: &BlobRow) -> i32 {
    match &row.not_aggregated {
        None if row.dropped => 21,
        None => 0,
        Some(reason) => of_reason(reason),
    }
}

fn of_reason(reason: &NotAggregated) -> i32 {
    match reason {
        NotAggregated::Magic => 16,
        NotAggregated::TooShort { .. } => 17,
        NotAggregated::TooLong { .. } => 18,
        NotAggregated::Checksum => 19,
        NotAggregated::IndexOutsideTable(_) => 20,
        NotAggregated::Malformed(malformed) => match malformed.kind {
            MalformedKind::Truncated => 32,
            MalformedKind::VarintTooLong => 33,
            MalformedKind::NegativeLength => 34,
            MalformedKind::FieldNumberZero => 35,
            MalformedKind::WireType => 36,
            MalformedKind::GroupEnd => 37,
            MalformedKind::GroupUnclosed => 38,
            MalformedKind::TooDeep => 39,
            MalformedKind::NoPartitionKeyIndex => 40,
            MalformedKind::NoData => 41,
            MalformedKind::NoTagKey => 42,
            _ => 63,
        },
        _ => 63,
    }
}

/// Why a user record is refused.
pub(crate) const fn of_refusal(kind: PushErrorKind) -> i32 {
    match kind {
        PushErrorKind::PartitionKeyLength { .. } => -6,
        PushErrorKind::ExplicitHashKey => ERR_EXPLICIT_HASH_KEY,
        PushErrorKind::TooLarge { .. } => -8,
        _ => ERR_OTHER,
    }
}

pub(crate) const fn of_options(error: OptionsError) -> i32 {
    match error {
        OptionsError::OuterHashKey => -15,
        _ => -9,
    }
}

pub(crate) const fn of_shard_map(error: &ShardMapError) -> i32 {
    match error {
        ShardMapError::Gap { .. } => -11,
        ShardMapError::Overlap { .. } => -12,
        _ => ERR_OTHER,
    }
}
