//! Takes aggregated records apart: blobs in, user records out.
//!
//! ```text
//! blobs -> 1. frame, message   each blob read whole, user records noted in 16 bytes each
//!       -> 2. checksums        of all blobs together
//!       -> 3. placement        hash keys of the used keys, when a range was asked for
//!       -> 4. hand out
//! ```
//!
//! All checks come before the first user record: an aggregate is never half
//! handed out. A blob that fails one passes through with the reason. The verdict
//! does not depend on the order of steps 1 and 2; reading is ten times as fast
//! as MD5, and the checksums of a batch are cheaper together than one by one.
//!
//! Source: the KCL's `AggregatorUtil` for what is an aggregate; `FORMAT.md` lists
//! each difference.

mod batch;
mod notes;
mod placement;
mod range;
mod table;
#[cfg(feature = "parallel")]
mod threads;
mod verdict;

pub use batch::{Batch, Deaggregated, UserRecords};
pub use range::{RangePolicy, Report};
pub use table::{BlobRow, KeyRow, Table, UserRecordRow, UserRecordRows};

use crate::HashKeyRange;
use notes::Notes;
#[cfg(feature = "parallel")]
use threads::Threads;

/// Takes aggregated records apart, with scratch memory that it uses again.
///
/// Keep one for each thread. Once its scratch has grown to what the blobs need,
/// it allocates nothing: neither for a user record nor for a Kinesis record. The
/// scratch takes at most 24 bytes for each byte of the blobs, as a rule far less
/// than one, and a few hundred bytes for each blob of a batch; it shrinks again
/// after an outlier. (With a range, a partition key that is no UTF-8 is turned
/// into text for its hash, which allocates.)
///
/// # Examples
///
/// ```
/// use kinesis_agg::{Aggregator, Deaggregated, Deaggregator, NewUserRecord, seal_many};
///
/// let mut aggregator = Aggregator::new();
/// let mut full = Vec::new();
/// full.extend(aggregator.push(NewUserRecord::new("customer-7", b"click"))?);
/// full.extend(aggregator.push(NewUserRecord::new("customer-9", b"buy"))?);
/// full.extend(aggregator.finish());
/// let records = seal_many(full);
///
/// let mut deaggregator = Deaggregator::new();
/// match deaggregator.deaggregate(records[0].data()) {
///     Deaggregated::Aggregated(user_records) => {
///         let data = Vec::from_iter(user_records.map(|record| record.data));
///         assert_eq!(data, [&b"click"[..], b"buy"]);
///     }
///     Deaggregated::NotAggregated(reason) => println!("a plain record: {reason}"),
///     Deaggregated::Dropped { .. } => unreachable!("no range was asked for"),
/// }
/// # Ok::<(), kinesis_agg::PushErrorKind>(())
/// ```
#[derive(Debug, Default)]
pub struct Deaggregator {
    range: Option<(HashKeyRange, RangePolicy)>,
    notes: Notes,
    #[cfg(feature = "parallel")]
    threads: Threads,
}

impl Deaggregator {
    /// Hands out everything, and asks for no range.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells of each user record whether it lies in `range`, and does with the
    /// others what `policy` says.
    ///
    /// Costs one MD5 for each partition key that is used without explicit hash
    /// key.
    pub fn with_range(range: HashKeyRange, policy: RangePolicy) -> Self {
        Self {
            range: Some((range, policy)),
            ..Self::default()
        }
    }

    /// The same, but [`deaggregate_batch`](Self::deaggregate_batch) uses up to so
    /// many threads, its own among them: as many as are worth their start, which
    /// takes a quarter of a megabyte for each.
    ///
    /// The outcome is the same. The threads live as long as the call, and their
    /// start allocates.
    #[cfg(feature = "parallel")]
    #[must_use]
    pub fn with_threads(mut self, threads: core::num::NonZeroUsize) -> Self {
        self.threads = Threads::new(threads);
        self
    }

    /// The same, but all read by the general reader: what the tests hold the
    /// fast one against, and the benchmarks measure it by.
    #[doc(hidden)]
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.notes.plain = true;
        self
    }

    /// The same, but no checksum is looked at: for benchmarks of reading alone,
    /// and for fuzzing, which cannot guess an MD5.
    #[doc(hidden)]
    #[must_use]
    pub fn unverified(mut self) -> Self {
        self.notes.unverified = true;
        self
    }

    /// Takes one blob apart.
    ///
    /// `blob` is the data of one Kinesis record, already base64-decoded. For
    /// many of them, [`deaggregate_batch`](Self::deaggregate_batch) is faster.
    pub fn deaggregate<'s, 'blob>(&'s mut self, blob: &'blob [u8]) -> Deaggregated<'s, 'blob> {
        self.read(&[blob]);
        batch::deaggregated(blob, &self.notes, 0, self.policy())
    }

    /// Takes many blobs apart: those of a GetRecords answer or a Lambda event.
    pub fn deaggregate_batch<'s, 'blob>(
        &'s mut self,
        blobs: &'s [&'blob [u8]],
    ) -> Batch<'s, 'blob> {
        self.read(blobs);
        Batch::new(blobs, &self.notes, self.policy())
    }

    /// The blobs that were taken apart last, as rows of numbers: for those who
    /// hold the blobs elsewhere. See [`Batch::table`].
    pub fn table(&self) -> Table<'_> {
        Table::new(&self.notes, self.policy())
    }

    /// Without a range every user record is kept.
    fn policy(&self) -> RangePolicy {
        self.range
            .map_or(RangePolicy::KeepAll, |(_, policy)| policy)
    }

    /// Steps 1 to 3: fills the notes.
    fn read(&mut self, blobs: &[&[u8]]) {
        #[cfg(feature = "parallel")]
        if self.threads.read(blobs, self.range, &mut self.notes) {
            return;
        }
        self.notes.read(blobs, self.range);
    }
}
