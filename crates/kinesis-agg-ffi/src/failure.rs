//! Why a call failed: a status, with the numbers that the caller can act on.

use crate::status::{self, kagg_status};
use kinesis_agg::{OptionsError, PushErrorKind, ShardMapError};

/// Why a call failed. Plain values: nothing to free.
///
/// Functions that take one write it on failure alone. NULL is taken, too.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct kagg_error {
    /// The status that was returned.
    pub status: kagg_status,
    /// Where in the bytes that were given; 0 where there is no place to name.
    pub byte_offset: usize,
    /// Which of the user records, blobs or shards that were given, from 0.
    pub record_index: usize,
    /// The number that is out of bounds; 0 where there is none.
    pub value: usize,
    /// The bound.
    pub limit: usize,
}

/// A failure on its way out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure(pub(crate) kagg_error);

/// What the body of a function gives.
pub(crate) type Outcome = Result<kagg_status, Failure>;

impl Failure {
    /// The same, of the thing at `index` of those that were given.
    pub(crate) const fn at(mut self, index: usize) -> Self {
        self.0.record_index = index;
        self
    }

    pub(crate) const fn at_byte(status: kagg_status, byte_offset: usize) -> Self {
        let mut failure = Self::of(status);
        failure.0.byte_offset = byte_offset;
        failure
    }

    const fn out_of_bounds(status: kagg_status, value: usize, limit: usize) -> Self {
        let mut failure = Self::of(status);
        failure.0.value = value;
        failure.0.limit = limit;
        failure
    }

    const fn of(status: kagg_status) -> Self {
        Self(kagg_error {
            status,
            byte_offset: 0,
            record_index: 0,
            value: 0,
            limit: 0,
        })
    }
}

impl From<kagg_status> for Failure {
    fn from(status: kagg_status) -> Self {
        Self::of(status)
    }
}

impl From<PushErrorKind> for Failure {
    fn from(kind: PushErrorKind) -> Self {
        let status = status::of_refusal(&kind);
        match kind {
            PushErrorKind::PartitionKeyLength { chars, max } => {
                Self::out_of_bounds(status, chars, max)
            }
            PushErrorKind::TooLarge { size, max } => Self::out_of_bounds(status, size, max),
            _ => Self::of(status),
        }
    }
}

impl From<OptionsError> for Failure {
    fn from(error: OptionsError) -> Self {
        let status = status::of_options(&error);
        match error {
            OptionsError::MaxSize { given, max } => Self::out_of_bounds(status, given, max),
            _ => Self::of(status),
        }
    }
}

impl From<ShardMapError> for Failure {
    fn from(error: ShardMapError) -> Self {
        Self::of(status::of_shard_map(&error))
    }
}
