//! The statuses: their numbers, fixed for ever, and what they mean.

use core::ffi::CStr;
use kinesis_agg::{MalformedKind, NotAggregated, OptionsError, PushErrorKind, ShardMapError};
use libc::{c_char, c_int};

/// What a function answers, and what became of a blob: 0 is fine, above 0 is not
/// a failure, below 0 is one.
pub type kagg_status = c_int;

/// Done.
pub const KAGG_OK: kagg_status = 0;
/// There is nothing more.
pub const KAGG_END: kagg_status = 1;
/// Done, and aggregates are full: seal them now or later.
pub const KAGG_FULL: kagg_status = 2;

/// The blob is a plain record: it does not start with the magic.
pub const KAGG_PLAIN: kagg_status = 16;
/// The blob starts with the magic and has no room for a message and its
/// checksum.
pub const KAGG_TOO_SHORT: kagg_status = 17;
/// The blob has 4 GiB or more.
pub const KAGG_TOO_LONG: kagg_status = 18;
/// The checksum is not that of the message.
pub const KAGG_CHECKSUM: kagg_status = 19;
/// An index of a record lies outside its table.
pub const KAGG_INDEX_OUTSIDE_TABLE: kagg_status = 20;
/// The blob is an aggregate, and the policy dropped it whole.
pub const KAGG_DROPPED: kagg_status = 21;

/// A field runs past the end of what holds it.
pub const KAGG_TRUNCATED: kagg_status = 32;
/// A varint has more than ten bytes.
pub const KAGG_VARINT_TOO_LONG: kagg_status = 33;
/// A length is 2^31 or more.
pub const KAGG_NEGATIVE_LENGTH: kagg_status = 34;
/// A field has the number 0.
pub const KAGG_FIELD_NUMBER_ZERO: kagg_status = 35;
/// A field has wire type 6 or 7.
pub const KAGG_WIRE_TYPE: kagg_status = 36;
/// A group ends that was not open.
pub const KAGG_GROUP_END: kagg_status = 37;
/// A group is not closed.
pub const KAGG_GROUP_UNCLOSED: kagg_status = 38;
/// Groups are nested more than a hundred deep.
pub const KAGG_TOO_DEEP: kagg_status = 39;
/// A record has no partition key index.
pub const KAGG_NO_PARTITION_KEY_INDEX: kagg_status = 40;
/// A record has no data.
pub const KAGG_NO_DATA: kagg_status = 41;
/// A tag has no key.
pub const KAGG_NO_TAG_KEY: kagg_status = 42;
/// The message is malformed in a way that this header does not know.
pub const KAGG_MALFORMED: kagg_status = 63;

/// A pointer is NULL that must not be.
pub const KAGG_ERR_NULL: kagg_status = -1;
/// A panic: a fault of the library. The handle may only be freed.
pub const KAGG_ERR_PANIC: kagg_status = -2;
/// A panic went before: the handle may only be freed.
pub const KAGG_ERR_POISONED: kagg_status = -3;
/// A length is beyond what memory can hold, or a count beyond 2^32-1.
pub const KAGG_ERR_LENGTH: kagg_status = -4;
/// A text is not UTF-8; `byte_offset` says from where on.
pub const KAGG_ERR_NOT_UTF8: kagg_status = -5;
/// The partition key does not have 1 to 256 Unicode characters: it has
/// `value` and may have `limit`.
pub const KAGG_ERR_PARTITION_KEY_LENGTH: kagg_status = -6;
/// The explicit hash key is no decimal number from 0 to 2^128-1 without
/// leading zeros.
pub const KAGG_ERR_EXPLICIT_HASH_KEY: kagg_status = -7;
/// The user record takes `value` bytes alone, and may take `limit`.
pub const KAGG_ERR_TOO_LARGE: kagg_status = -8;
/// An option has a value that it cannot have.
pub const KAGG_ERR_OPTION: kagg_status = -9;
/// Options are set before the first user record and the first new shard map.
pub const KAGG_ERR_IN_USE: kagg_status = -10;
/// No open shard owns some hash keys.
pub const KAGG_ERR_SHARD_GAP: kagg_status = -11;
/// Open shards overlap.
pub const KAGG_ERR_SHARD_OVERLAP: kagg_status = -12;
/// The hash keys are no decimal numbers from 0 to 2^128-1, or end before they
/// start.
pub const KAGG_ERR_HASH_KEY: kagg_status = -13;
/// There is no such grouping, or it needs a shard map and has none.
pub const KAGG_ERR_GROUPING: kagg_status = -14;
/// Grouped aggregates need an outer hash key, to land together.
pub const KAGG_ERR_OUTER_HASH_KEY: kagg_status = -15;
/// The index is beyond the last.
pub const KAGG_ERR_INDEX: kagg_status = -16;
/// The library refused for a reason that this header does not know.
pub const KAGG_ERR_OTHER: kagg_status = -63;

/// All statuses, and their texts.
pub(crate) const TEXTS: &[(kagg_status, &CStr)] = &[
    (KAGG_OK, c"done"),
    (KAGG_END, c"there is nothing more"),
    (KAGG_FULL, c"done, and aggregates are full"),
    (
        KAGG_PLAIN,
        c"a plain record: the blob does not start with the magic",
    ),
    (
        KAGG_TOO_SHORT,
        c"the blob has no room for a message and its checksum",
    ),
    (KAGG_TOO_LONG, c"the blob has 4 GiB or more"),
    (KAGG_CHECKSUM, c"the checksum is not that of the message"),
    (KAGG_INDEX_OUTSIDE_TABLE, c"an index lies outside its table"),
    (KAGG_DROPPED, c"an aggregate that the policy dropped whole"),
    (
        KAGG_TRUNCATED,
        c"a field runs past the end of what holds it",
    ),
    (KAGG_VARINT_TOO_LONG, c"a varint has more than ten bytes"),
    (KAGG_NEGATIVE_LENGTH, c"a length is 2^31 or more"),
    (KAGG_FIELD_NUMBER_ZERO, c"a field has the number 0"),
    (KAGG_WIRE_TYPE, c"a field has wire type 6 or 7"),
    (KAGG_GROUP_END, c"a group ends that was not open"),
    (KAGG_GROUP_UNCLOSED, c"a group is not closed"),
    (KAGG_TOO_DEEP, c"groups are nested more than a hundred deep"),
    (
        KAGG_NO_PARTITION_KEY_INDEX,
        c"a record has no partition key index",
    ),
    (KAGG_NO_DATA, c"a record has no data"),
    (KAGG_NO_TAG_KEY, c"a tag has no key"),
    (KAGG_MALFORMED, c"the message is malformed"),
    (KAGG_ERR_NULL, c"a pointer is NULL"),
    (
        KAGG_ERR_PANIC,
        c"a fault of the library: the handle may only be freed",
    ),
    (
        KAGG_ERR_POISONED,
        c"a fault of the library went before: the handle may only be freed",
    ),
    (KAGG_ERR_LENGTH, c"a length or a count is out of bounds"),
    (KAGG_ERR_NOT_UTF8, c"a text is not UTF-8"),
    (
        KAGG_ERR_PARTITION_KEY_LENGTH,
        c"the partition key does not have 1 to 256 characters",
    ),
    (
        KAGG_ERR_EXPLICIT_HASH_KEY,
        c"the explicit hash key is no decimal number from 0 to 2^128-1 without leading zeros",
    ),
    (
        KAGG_ERR_TOO_LARGE,
        c"the user record does not fit an aggregate of its own",
    ),
    (KAGG_ERR_OPTION, c"an option cannot have this value"),
    (
        KAGG_ERR_IN_USE,
        c"options are set before the first user record",
    ),
    (KAGG_ERR_SHARD_GAP, c"no open shard owns some hash keys"),
    (KAGG_ERR_SHARD_OVERLAP, c"open shards overlap"),
    (KAGG_ERR_HASH_KEY, c"no hash key, or no range of hash keys"),
    (
        KAGG_ERR_GROUPING,
        c"no such grouping, or one that needs a shard map",
    ),
    (
        KAGG_ERR_OUTER_HASH_KEY,
        c"grouped aggregates need an outer hash key",
    ),
    (KAGG_ERR_INDEX, c"the index is beyond the last"),
    (KAGG_ERR_OTHER, c"refused"),
];

/// The text of a status: one line in English, for logs.
///
/// Never NULL; it lives as long as the program. A number that is no status has a
/// text of its own.
#[unsafe(no_mangle)]
pub extern "C" fn kagg_status_message(status: kagg_status) -> *const c_char {
    let found = TEXTS.iter().find(|(number, _)| *number == status);
    found.map_or(c"no status", |(_, text)| text).as_ptr()
}

/// The status of a reason to pass a blob through.
pub(crate) const fn of_reason(reason: &NotAggregated) -> kagg_status {
    match reason {
        NotAggregated::Magic => KAGG_PLAIN,
        NotAggregated::TooShort { .. } => KAGG_TOO_SHORT,
        NotAggregated::TooLong { .. } => KAGG_TOO_LONG,
        NotAggregated::Checksum => KAGG_CHECKSUM,
        NotAggregated::IndexOutsideTable(_) => KAGG_INDEX_OUTSIDE_TABLE,
        NotAggregated::Malformed(malformed) => of_malformed(malformed.kind),
        _ => KAGG_MALFORMED,
    }
}

const fn of_malformed(kind: MalformedKind) -> kagg_status {
    match kind {
        MalformedKind::Truncated => KAGG_TRUNCATED,
        MalformedKind::VarintTooLong => KAGG_VARINT_TOO_LONG,
        MalformedKind::NegativeLength => KAGG_NEGATIVE_LENGTH,
        MalformedKind::FieldNumberZero => KAGG_FIELD_NUMBER_ZERO,
        MalformedKind::WireType => KAGG_WIRE_TYPE,
        MalformedKind::GroupEnd => KAGG_GROUP_END,
        MalformedKind::GroupUnclosed => KAGG_GROUP_UNCLOSED,
        MalformedKind::TooDeep => KAGG_TOO_DEEP,
        MalformedKind::NoPartitionKeyIndex => KAGG_NO_PARTITION_KEY_INDEX,
        MalformedKind::NoData => KAGG_NO_DATA,
        MalformedKind::NoTagKey => KAGG_NO_TAG_KEY,
        _ => KAGG_MALFORMED,
    }
}

/// The status of a user record that was refused.
pub(crate) const fn of_refusal(kind: &PushErrorKind) -> kagg_status {
    match kind {
        PushErrorKind::PartitionKeyLength { .. } => KAGG_ERR_PARTITION_KEY_LENGTH,
        PushErrorKind::ExplicitHashKey => KAGG_ERR_EXPLICIT_HASH_KEY,
        PushErrorKind::TooLarge { .. } => KAGG_ERR_TOO_LARGE,
        _ => KAGG_ERR_OTHER,
    }
}

pub(crate) const fn of_options(error: &OptionsError) -> kagg_status {
    match error {
        OptionsError::OuterHashKey => KAGG_ERR_OUTER_HASH_KEY,
        _ => KAGG_ERR_OPTION,
    }
}

pub(crate) const fn of_shard_map(error: &ShardMapError) -> kagg_status {
    match error {
        ShardMapError::Gap { .. } => KAGG_ERR_SHARD_GAP,
        ShardMapError::Overlap { .. } => KAGG_ERR_SHARD_OVERLAP,
        _ => KAGG_ERR_OTHER,
    }
}
