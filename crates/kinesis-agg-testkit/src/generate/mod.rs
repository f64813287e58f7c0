//! Deterministic generators: the same seed gives the same values, for good.
//!
//! | to make | ask |
//! |---|---|
//! | user records that a producer would be given | [`user_records`] with a [`Profile`] |
//! | partition keys, hash keys | [`partition_keys`], [`hash_keys`] |
//! | shards that own all hash keys, splits and merges | [`ShardMap`] |
//! | damaged bytes | [`mutate`], [`mutate_message`], [`reseal`] |
//! | protobuf that is odd, but built on purpose | [`odd_message`] |
//!
//! The numbers come from PCG-64 (XSL-RR), whose output is defined by its
//! algorithm, and are drawn with code of this module, so neither a new version
//! of a dependency nor another machine changes what a seed means. A failing
//! test names its seed and nothing else.

mod dice;
mod mutate;
mod odd_message;
mod records;
mod shards;

pub use dice::Dice;
pub use mutate::{mutate, mutate_message, reseal};
pub use odd_message::odd_message;
pub use records::{DataSize, Profile, hash_keys, partition_keys, user_records};
pub use shards::{Shard, ShardMap};
