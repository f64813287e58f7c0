//! Packs user records into aggregates: exact sizes, and none over its limit.
//!
//! ```text
//! user record -> push -> open aggregate -> (full, or finish) -> Unsealed -> seal -> AggregatedRecord
//! ```
//!
//! Adding and sealing are two steps. `push` only copies bytes; the checksum and
//! the hash keys, all MD5, are computed when an aggregate is sealed, and those
//! of many aggregates together.
//!
//! Written messages are canonical: fields in ascending order, each key once, in
//! the order of first use, shortest varints. That is what the KPL writes for the
//! same user records, byte for byte.
//!
//! Knows nothing of shards; that is `sharded`, one layer up.

mod key_hasher;
mod key_table;
mod options;
mod push;
mod push_plain;
mod seal;

pub use options::{MAX_RECORD_SIZE, Options, OptionsError, OuterPartitionKey};
pub use push::{PushError, PushErrorKind};
#[cfg(feature = "parallel")]
pub use seal::seal_many_with_threads;
pub use seal::{Full, Unsealed, seal_many};

pub(crate) use key_hasher::KeyHasher;
pub(crate) use push::{Checked, Pin};

use crate::message::{EXPLICIT_HASH_KEY_TABLE, PARTITION_KEY_TABLE};
use crate::reused::Reused;
use crate::{HashKey, HashKeyRange, NewUserRecord};
use alloc::string::String;
use core::fmt;
use key_table::KeyTable;

/// Packs user records into aggregates, one after the other.
///
/// Each aggregate takes user records until the next one would carry it over its
/// limits. It does not look where they belong: for a KCL reader use
/// [`ShardedAggregator`](crate::ShardedAggregator), or give this one only user
/// records of one shard.
///
/// Pushing costs one hash of the partition key unless it is that of the user
/// record before, and a copy of the data. The buffers are used again.
///
/// # Examples
///
/// ```
/// use kinesis_agg::{Aggregator, NewUserRecord, seal_many};
///
/// let mut aggregator = Aggregator::new();
/// let mut full = Vec::new();
/// for number in 0..1000 {
///     let partition_key = format!("customer-{number}");
///     full.extend(aggregator.push(NewUserRecord::new(&partition_key, b"click"))?);
/// }
/// full.extend(aggregator.finish());
/// let sealed = seal_many(full);
/// assert_eq!(sealed.len(), 1);
/// assert_eq!(sealed[0].user_record_count(), 1000);
/// # Ok::<(), kinesis_agg::PushErrorKind>(())
/// ```
pub struct Aggregator {
    options: Options,
    partition_keys: KeyTable,
    explicit_hash_keys: KeyTable,
    /// The fields `records`, as they will stand in the message.
    records: Reused<u8>,
    count: usize,
    first: First,
    /// Lowest and highest hash key among those that are known.
    span: Option<HashKeyRange>,
}

/// What is remembered of the first user record of an aggregate.
#[derive(Clone, Debug, Default)]
struct First {
    partition_key: String,
    /// The hash key by which it goes, if it is known.
    hash_key: Option<HashKey>,
    /// Its explicit hash key: its own, or the one it is pinned to.
    explicit_hash_key: Option<HashKey>,
    /// Whether it leaves without a frame when it stays alone.
    bare: bool,
    data_len: usize,
}

#[cfg(feature = "std")]
impl Default for Aggregator {
    fn default() -> Self {
        Self::new()
    }
}

impl Aggregator {
    /// An aggregator with the default [`Options`].
    #[cfg(feature = "std")]
    pub fn new() -> Self {
        Self::with_options(Options::new())
    }

    /// An aggregator with these options, its key hash seeded for this process.
    #[cfg(feature = "std")]
    pub fn with_options(options: Options) -> Self {
        Self::with_hasher(options, KeyHasher::of_this_process())
    }

    /// An aggregator with these options and the key hash seeded with `seed`.
    ///
    /// Partition keys may be chosen by strangers. Who knows the seed can choose
    /// keys that collide and cost time: give one they cannot know.
    pub fn with_seed(options: Options, seed: u64) -> Self {
        Self::with_hasher(options, KeyHasher::with_seed(seed))
    }

    pub(crate) fn with_hasher(options: Options, hasher: KeyHasher) -> Self {
        Self {
            options,
            partition_keys: KeyTable::new(PARTITION_KEY_TABLE, hasher.clone()),
            explicit_hash_keys: KeyTable::new(EXPLICIT_HASH_KEY_TABLE, hasher),
            records: Reused::default(),
            count: 0,
            first: First::default(),
            span: None,
        }
    }

    /// The options it was made with.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// User records in the open aggregate.
    pub const fn user_record_count(&self) -> usize {
        self.count
    }

    /// True when no user record waits in the open aggregate.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a user record.
    ///
    /// When the open aggregate has no room for it, that one comes out, and the
    /// user record is the first of the next.
    ///
    /// # Errors
    ///
    /// The user record comes back with the reason when its keys are not what
    /// Kinesis takes, or when it does not fit an aggregate of its own. The open
    /// aggregate is as it was. Where the record borrows from what ends sooner than
    /// the error, `.map_err(|refused| refused.kind)?` leaves the record behind.
    pub fn push<'a>(&mut self, record: NewUserRecord<'a>) -> Result<Full, PushError<'a>> {
        if self.push_plain(&record) {
            return Ok(Full::default());
        }
        let pushed = Checked::new(&record).and_then(|checked| self.push_checked(&record, &checked));
        match pushed {
            Ok(full) => Ok(Full::from_iter(full)),
            Err(kind) => Err(PushError { record, kind }),
        }
    }

    /// Lowest and highest hash key in the open aggregate, as far as they are
    /// known.
    pub(crate) const fn known_span(&self) -> Option<HashKeyRange> {
        self.span
    }

    /// Bytes of memory that the buffers take, rounded.
    pub(crate) fn held(&self) -> usize {
        size_of::<Self>()
            + self.partition_keys.held()
            + self.explicit_hash_keys.held()
            + self.records.capacity()
    }

    /// Takes the open aggregate out; `None` when it is empty.
    #[must_use = "the user records inside are lost with it"]
    pub fn finish(&mut self) -> Option<Unsealed> {
        (self.count > 0).then(|| self.take())
    }
}

impl fmt::Debug for Aggregator {
    /// Counts and sizes, not the user records.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Aggregator")
            .field("options", &self.options)
            .field("user_record_count", &self.count)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
