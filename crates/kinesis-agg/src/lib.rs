//! The aggregation format of the Kinesis Producer Library (KPL), both ways.
//!
//! The KPL packs many *user records* into one Kinesis record, an *aggregate*.
//! The Kinesis Client Library (KCL) takes it apart again. This crate does both
//! for whoever reads or writes a stream without those two, and is made so that
//! no user record gets lost on the way. It does no I/O, reads no clock and starts
//! no thread: the caller brings the bytes, and sends them.
//!
//! ```text
//! reading
//!   blobs ---> Deaggregator -+-> Aggregated: user records
//!                            +-> NotAggregated: hand the Kinesis record on as it is
//!
//! writing
//!                 push, finish                   seal_many
//!   NewUserRecord -----------> ShardedAggregator ---------> AggregatedRecord ---> PutRecords
//!                                      ^                                              |
//!                                      |                                the shard in the answer
//!                                      |                                              v
//!                                      +-- update_shard_map <-- SendAgain -- ShardMap::judge
//!                                                                                     |
//!                                                                                     v
//!                                                                                 Delivered
//! ```
//!
//! # Reading
//!
//! ```
//! use kinesis_agg::{Deaggregated, Deaggregator};
//!
//! let blob = b"\xf3\x89\x9a\xc2\x0a\x03mia\x0a\x04noah\x12\x017\
//!     \x1a\x09\x08\x00\x1a\x05click\
//!     \x1a\x09\x08\x01\x10\x00\x1a\x03buy\
//!     \x1a\x07\x08\x00\x1a\x03bye\
//!     \x16\xcd\x31\x26\x02\x7e\x23\x2a\x4d\x24\x44\xb9\xbc\x0e\xff\x6b";
//!
//! let mut deaggregator = Deaggregator::new();
//! let Deaggregated::Aggregated(user_records) = deaggregator.deaggregate(blob) else {
//!     panic!("the Kinesis record is the user's own: hand it on");
//! };
//! let found = Vec::from_iter(user_records.map(|record| (record.partition_key, record.data)));
//! assert_eq!(found.len(), 3);
//! assert_eq!(found[1].0, "noah");
//! assert_eq!(found[1].1, b"buy");
//! ```
//!
//! Everything is checked before the first user record comes out. A blob that is
//! no aggregate is ordinary: [`NotAggregated`] says why, and the caller hands the
//! Kinesis record on unchanged. What is an aggregate, and what is in it, is what
//! the KCL says; [`frame`] has all the rules, and the few differences.
//!
//! # Writing
//!
//! ```
//! use kinesis_agg::{Grouping, NewUserRecord, ShardedAggregator, seal_many};
//!
//! let mut aggregator = ShardedAggregator::new(Grouping::HashKey);
//! let mut full = Vec::new();
//! for number in 0..1000 {
//!     let data = format!("click {number}");
//!     full.extend(aggregator.push(NewUserRecord::new("mia", data.as_bytes()))?);
//! }
//! full.extend(aggregator.finish());
//!
//! // To be sent: partition_key(), explicit_hash_key() and data() of each.
//! let records = seal_many(full);
//! assert_eq!(records.len(), 1);
//! assert_eq!(records[0].user_record_count(), 1000);
//! # Ok::<(), kinesis_agg::PushErrorKind>(())
//! ```
//!
//! # The rule that loses nothing
//!
//! A KCL reader drops an aggregate *whole* when one user record in it lies
//! outside the hash keys of its shard. So the aggregate is the unit of delivery:
//! it has arrived when its [span of hash keys](AggregatedRecord::hash_key_span)
//! lies inside the shard that the service answered with. If not, all of its user
//! records are sent again, not only those outside. [`ShardMap::judge`] gives the
//! verdict, and [`ShardedAggregator::update_shard_map`] cuts what waits by the
//! shards of a new map.
//!
//! [`Grouping`] says which user records may share an aggregate. By hash key or
//! pinned, none can reach beyond its shard, whatever splits. By shard it packs
//! best, and each answer is to be judged. Without grouping, only readers that
//! ignore ranges, as Lambda does, get everything.
//!
//! On a stream with the record distribution AUTO, keys place nothing: an
//! aggregate lands anywhere, and no grouping is safe for a KCL reader.
//!
//! # Features
//!
//! - `std`, on by default: seeds the hash of the key tables for each process, from
//!   the system's randomness. Without it the crate is `no_std` with `alloc`, and
//!   aggregators are made by [`ShardedAggregator::with_seed`] and
//!   [`Aggregator::with_seed`].
//! - `parallel`, off by default: `Deaggregator::with_threads` and
//!   `seal_many_with_threads` use several cores for large batches. Adds no
//!   dependency, and starts no thread unasked.
//!
//! # Where to start
//!
//! | to do what | see |
//! |---|---|
//! | take records apart | [`Deaggregator`], [`Deaggregated`], [`UserRecord`] |
//! | only a shard's own user records | [`Deaggregator::with_range`], [`RangePolicy`] |
//! | cross a language boundary once for many records | [`Batch::table`], [`Table`] |
//! | pack user records | [`ShardedAggregator`], [`Grouping`], [`Options`] |
//! | pack many user records at once | [`ShardedAggregator::push_many`] |
//! | pack what is grouped already | [`Aggregator`] |
//! | bound how long user records wait | [`ShardedAggregator::push_at`] |
//! | know whether an aggregate arrived | [`ShardMap`], [`Judgement`] |
//! | explain a record byte by byte | [`layout`] |
//! | know the format | [`frame`] |
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
pub mod layout;
mod message;
mod not_aggregated;
#[cfg(feature = "parallel")]
mod parallel;
mod record;
mod reread;
mod reused;
mod shard;
mod sharded;
mod tag;
mod wire;

#[cfg(feature = "parallel")]
pub use aggregate::seal_many_with_threads;
pub use aggregate::{
    Aggregator, Full, MAX_RECORD_SIZE, Options, OptionsError, OuterPartitionKey, PushError,
    PushErrorKind, Unsealed, seal_many,
};
pub use deaggregate::{
    Batch, BlobRow, Deaggregated, Deaggregator, KeyRow, RangePolicy, Report, Table, UserRecordRow,
    UserRecordRows, UserRecords,
};
pub use hash_key::{HashKey, HashKeyRange};
pub use key::Key;
pub use message::Tags;
pub use not_aggregated::{IndexOutsideTable, KeyTableKind, Malformed, NotAggregated};
pub use record::{AggregatedRecord, NewUserRecord, Placement, UserRecord};
pub use shard::{Judgement, Shard, ShardMap, ShardMapError};
pub use sharded::{Grouping, PushedMany, ShardedAggregator};
pub use tag::Tag;
pub use wire::MalformedKind;

/// The examples in the crate's README.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;
