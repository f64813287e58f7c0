//! How large aggregates may become, and the keys of their Kinesis record.

use core::fmt;
use core::num::NonZeroUsize;

/// The largest record limit that a stream can be given: 10 MiB.
pub const MAX_RECORD_SIZE: usize = 10 * 1024 * 1024;

/// Limits of an aggregate, and the keys of the Kinesis record that carries it.
///
/// # Examples
///
/// ```
/// use kinesis_agg::Options;
///
/// // As the KPL packs by default: two payload units of 25 KB.
/// let options = Options::new().with_max_size(51_200)?;
/// assert_eq!(options.max_size(), 51_200);
/// # Ok::<(), kinesis_agg::OptionsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    max_size: usize,
    max_count: NonZeroUsize,
    outer_partition_key: OuterPartitionKey,
    outer_hash_key: bool,
    frame_single: bool,
}

/// The partition key of the Kinesis record that carries an aggregate.
///
/// Readers of the aggregate do not see it. A single user record that leaves
/// without a frame has its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OuterPartitionKey {
    /// That of the first user record.
    #[default]
    First,
    /// Always `a`, as in the KPL.
    Kpl,
}

/// Why a limit is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionsError {
    /// No stream takes records of this size.
    MaxSize {
        /// The size asked for, in bytes.
        given: usize,
        /// [`MAX_RECORD_SIZE`].
        max: usize,
    },
    /// The maximum size or count is 0.
    Zero,
    /// User records are grouped by where they belong, but the aggregates would
    /// land elsewhere: without outer hash key.
    OuterHashKey,
}

impl fmt::Display for OptionsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxSize { given, max } => {
                write!(formatter, "a maximum size of {given} bytes is above {max}")
            }
            Self::Zero => formatter.write_str("a maximum of 0 leaves no room"),
            Self::OuterHashKey => {
                formatter.write_str("grouped aggregates need an outer hash key to land together")
            }
        }
    }
}

impl core::error::Error for OptionsError {}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// 1 MiB, any number of user records, and the keys of the first user record.
    pub const fn new() -> Self {
        Self {
            max_size: 1024 * 1024,
            max_count: NonZeroUsize::MAX,
            outer_partition_key: OuterPartitionKey::First,
            outer_hash_key: true,
            frame_single: false,
        }
    }

    /// Limits the size of the Kinesis record: its data and its partition key, in
    /// bytes. Default 1 MiB, which every stream takes.
    ///
    /// # Errors
    ///
    /// When it is 0 or above [`MAX_RECORD_SIZE`].
    pub const fn with_max_size(mut self, max_size: usize) -> Result<Self, OptionsError> {
        if max_size == 0 {
            return Err(OptionsError::Zero);
        }
        if max_size > MAX_RECORD_SIZE {
            return Err(OptionsError::MaxSize {
                given: max_size,
                max: MAX_RECORD_SIZE,
            });
        }
        self.max_size = max_size;
        Ok(self)
    }

    /// Limits the number of user records in an aggregate. Default: no limit.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub const fn with_max_count(mut self, max_count: usize) -> Result<Self, OptionsError> {
        match NonZeroUsize::new(max_count) {
            Some(max_count) => {
                self.max_count = max_count;
                Ok(self)
            }
            None => Err(OptionsError::Zero),
        }
    }

    /// Sets the partition key of the Kinesis record. Default: that of the first
    /// user record.
    #[must_use]
    pub const fn with_outer_partition_key(mut self, key: OuterPartitionKey) -> Self {
        self.outer_partition_key = key;
        self
    }

    /// Sends aggregates without explicit hash key, as the modules of
    /// kinesis-aggregation do. Default: with the hash key of the first user
    /// record.
    ///
    /// Such a record lands where its *outer* partition key belongs, which may be
    /// another shard than that of its user records.
    #[must_use]
    pub const fn without_outer_hash_key(mut self) -> Self {
        self.outer_hash_key = false;
        self
    }

    /// Frames single user records too. Default: a single user record leaves as
    /// it is, with its own keys, if it has no tags and its data does not read as
    /// an aggregate itself.
    #[must_use]
    pub const fn with_framed_singles(mut self) -> Self {
        self.frame_single = true;
        self
    }

    /// The largest size of data and partition key together, in bytes.
    pub const fn max_size(&self) -> usize {
        self.max_size
    }

    /// The largest number of user records.
    pub const fn max_count(&self) -> usize {
        self.max_count.get()
    }

    /// The partition key of the Kinesis record.
    pub const fn outer_partition_key(&self) -> OuterPartitionKey {
        self.outer_partition_key
    }

    /// Whether an aggregate goes with an explicit hash key.
    pub const fn outer_hash_key(&self) -> bool {
        self.outer_hash_key
    }

    /// Whether single user records are framed too.
    pub const fn frames_singles(&self) -> bool {
        self.frame_single
    }

    /// Bytes that the partition key of an aggregate takes whose first user
    /// record has `first` for one.
    pub(super) const fn outer_len(&self, first: &str) -> usize {
        match self.outer_partition_key {
            OuterPartitionKey::First => first.len(),
            OuterPartitionKey::Kpl => KPL_PARTITION_KEY.len(),
        }
    }
}

/// The partition key that the KPL gives aggregates.
pub(super) const KPL_PARTITION_KEY: &str = "a";
