//! What was found out about one blob of a batch.

use crate::NotAggregated;
use core::ops::Range;

/// The verdict over a blob, as it stands after the steps taken so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its user records are handed out, each as the policy says.
    Aggregated,
    /// An aggregate that the policy drops whole.
    Dropped,
    /// Passes through.
    NotAggregated(NotAggregated),
}

/// A blob, and which of the notes are about it.
///
/// The ranges are empty unless the blob's message was read to its end.
#[derive(Clone, Debug)]
pub(super) struct BlobNote {
    pub(super) verdict: Verdict,
    pub(super) records: Range<usize>,
    pub(super) partition_keys: Range<usize>,
    pub(super) explicit_hash_keys: Range<usize>,
    pub(super) tagged: Range<usize>,
}
