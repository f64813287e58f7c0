//! A batch taken apart on several threads: each reads a run of blobs into notes
//! of its own, and these are put behind each other.
//!
//! Putting together copies 16 bytes a user record. In return all that comes
//! after reading knows nothing of threads.

use super::notes::Notes;
use super::range::RangePolicy;
use crate::{HashKeyRange, parallel};
use alloc::vec::Vec;
use core::iter;
use core::num::NonZeroUsize;

/// How many threads, and the notes of all but the first.
#[derive(Debug)]
pub(super) struct Threads {
    count: NonZeroUsize,
    others: Vec<Notes>,
}

impl Default for Threads {
    fn default() -> Self {
        Self::new(NonZeroUsize::MIN)
    }
}

impl Threads {
    pub(super) const fn new(count: NonZeroUsize) -> Self {
        Self {
            count,
            others: Vec::new(),
        }
    }

    /// Replaces `notes` by those about `blobs`, unless it is not worth several
    /// threads; returns whether it was.
    pub(super) fn read(
        &mut self,
        blobs: &[&[u8]],
        range: Option<(HashKeyRange, RangePolicy)>,
        notes: &mut Notes,
    ) -> bool {
        if self.count == NonZeroUsize::MIN {
            return false;
        }
        let parts = parallel::parts(blobs, self.count, |blob| blob.len());
        if parts.len() == 1 {
            return false;
        }
        let others = parts.len() - 1;
        self.others.resize_with(others, Notes::default);
        for other in &mut self.others {
            other.plain = notes.plain;
            other.unverified = notes.unverified;
        }
        let jobs = parts
            .into_iter()
            .zip(iter::once(&mut *notes).chain(&mut self.others));
        parallel::for_each(Vec::from_iter(jobs), |(blobs, notes)| {
            notes.read(blobs, range);
        });
        for other in &self.others {
            notes.append(other);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Threads;
    use crate::deaggregate::notes::Notes;
    use alloc::vec;
    use core::num::NonZeroUsize;

    /// A large batch is read on as many threads as asked for, each but the first
    /// with notes of its own; one thread, or a small batch, leaves it to the
    /// caller.
    #[test]
    fn large_batches_are_read_on_several_threads() {
        let blob = vec![0; 300 << 10];
        let large = [&blob[..]; 4];
        for (blobs, count, others) in [
            (&large[..], 4, Some(3)),
            (&large, 2, Some(1)),
            (&large, 1, None),
            (&large[..1], 4, None),
            (&[], 4, None),
        ] {
            let mut threads = Threads::new(NonZeroUsize::new(count).unwrap());
            let mut notes = Notes::default();
            let read = threads.read(blobs, None, &mut notes);
            assert_eq!(read.then_some(threads.others.len()), others);
            assert_eq!(notes.blobs.len(), others.map_or(0, |_| blobs.len()));
        }
    }
}
