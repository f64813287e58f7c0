//! The aggregation format of the Kinesis Producer Library, both ways.
#![forbid(unsafe_code)]
#![no_std]

#[cfg(feature = "std")]
extern crate std;

extern crate alloc;

mod aggregate;
mod deaggregate;
pub mod frame;
mod hash_key;
mod key;
mod message;
mod not_aggregated;
mod record;
mod shard;
mod sharded;
mod tag;
mod wire;

pub use aggregate::{
    Aggregator, MAX_RECORD_SIZE, Options, OptionsError, OuterPartitionKey, PushError,
    PushErrorKind, Unsealed, seal_many,
};
pub use deaggregate::{
    Batch, BlobRow, Deaggregated, Deaggregator, RangePolicy, Report, Table, UserRecordRow,
    UserRecords,
};
pub use hash_key::{HashKey, HashKeyRange};
pub use key::Key;
pub use message::Tags;
pub use not_aggregated::{IndexOutsideTable, KeyTableKind, Malformed, NotAggregated};
pub use record::{AggregatedRecord, NewUserRecord, Placement, UserRecord};
pub use shard::{Judgement, Shard, ShardMap, ShardMapError};
pub use sharded::{Grouping, ShardedAggregator};
pub use tag::Tag;
pub use wire::MalformedKind;
