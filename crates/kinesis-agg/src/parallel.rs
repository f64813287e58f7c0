//! Work on several threads, for whoever asks: the feature `parallel`.
//!
//! ```text
//! items -> parts, of about as many bytes each -> one thread for each part
//! ```
//!
//! The threads live as long as the call. One is started for each part but the
//! first, which costs some ten microseconds; so a part has [`WORTH`] bytes or
//! more, and a small batch stays on the thread that has it.

use alloc::vec::Vec;
use core::num::NonZeroUsize;
use kinesis_agg_md5 as md5;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Bytes that are worth a thread: MD5 in lanes takes 50 microseconds for them,
/// alone ten times as long.
const WORTH: usize = 256 << 10;

/// Cuts `items` into runs of about as many bytes each: at most `threads`, and
/// none that is not worth a thread, but for a single one.
pub(crate) fn parts<T>(items: &[T], threads: NonZeroUsize, len: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut bytes = items.iter().map(&len).sum::<usize>();
    let count = (bytes / WORTH).clamp(1, threads.get());
    let mut parts = Vec::with_capacity(count);
    let mut rest = items;
    for left in (2..=count).rev() {
        let share = bytes / left;
        let mut taken = 0;
        let enough = rest.iter().position(|item| {
            taken += len(item);
            taken >= share
        });
        let (part, behind) = rest.split_at(enough.map_or(rest.len(), |last| last + 1));
        parts.push(part);
        rest = behind;
        bytes -= taken;
    }
    parts.push(rest);
    parts
}

/// Does all `jobs`, each by one call of `work`, on as many threads, this one
/// among them. Where the system starts fewer, those that run do them all.
///
/// # Panics
///
/// When `work` does.
pub(crate) fn for_each<J: Send>(jobs: Vec<J>, work: impl Fn(J) + Sync) {
    let helpers = jobs.len().saturating_sub(1);
    let jobs = Mutex::new(jobs.into_iter());
    let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work_through = || {
        while let Some(job) = next() {
            work(job);
        }
    };
    thread::scope(|scope| {
        for _ in 0..helpers {
            // A thread that cannot be started leaves its job to the others.
            let _ = thread::Builder::new().spawn_scoped(scope, work_through);
        }
        work_through();
    });
}

/// The MD5 of each of `messages`, in their order.
pub(crate) fn digest_many(messages: &[&[u8]], threads: NonZeroUsize) -> Vec<md5::Digest> {
    let parts = parts(messages, threads, |message| message.len());
    let mut digests = Vec::new();
    digests.resize_with(parts.len(), Vec::new);
    let jobs = Vec::from_iter(parts.into_iter().zip(&mut digests));
    for_each(jobs, |(messages, digests)| {
        md5::digest_many(messages, digests);
    });
    digests.concat()
}

#[cfg(test)]
mod tests {
    use super::{WORTH, digest_many, for_each, parts};
    use alloc::vec::Vec;
    use core::num::NonZeroUsize;
    use core::sync::atomic::{AtomicUsize, Ordering};
    use kinesis_agg_md5 as md5;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    /// All items, in order, in parts of about as many bytes.
    #[test]
    fn parts_are_of_about_as_many_bytes() {
        let items = Vec::from_iter((0..2_000).map(|number| number % 2_001));
        let bytes = items.iter().sum::<usize>();
        for count in 1..9 {
            let parts = parts(&items, threads(count), |len| *len);
            assert_eq!(parts.concat(), items);
            assert_eq!(parts.len(), count.min(bytes / WORTH));
            for part in &parts {
                let own = part.iter().sum::<usize>();
                assert!(own.abs_diff(bytes / parts.len()) <= 2_000 * count, "{own}");
            }
        }
    }

    /// What is not worth two threads stays whole; so does nothing at all, and
    /// one long item among others is a part of its own.
    #[test]
    fn small_work_stays_whole() {
        let many = threads(8);
        let len = |len: &usize| *len;
        assert_eq!(parts(&[], many, len), [&[][..]]);
        assert_eq!(parts(&[WORTH, WORTH - 1], many, len).len(), 1);
        assert_eq!(parts(&[WORTH, WORTH], many, len).len(), 2);
        let parts = parts(&[10 * WORTH, 1, 1], threads(2), len);
        assert_eq!(parts, [&[10 * WORTH][..], &[1, 1]]);
    }

    /// Each job is done once, on whichever thread.
    #[test]
    fn each_job_is_done_once() {
        let done = Vec::from_iter((0..5).map(|_| AtomicUsize::new(0)));
        for_each(Vec::from_iter(&done), |job| {
            job.fetch_add(1, Ordering::Relaxed);
        });
        for job in done {
            assert_eq!(job.into_inner(), 1);
        }
        for_each(Vec::<u8>::new(), |_| unreachable!("there is no job"));
    }

    /// Digests are those of one thread, in order.
    #[test]
    fn digests_are_those_of_one_thread() {
        let bytes = Vec::from_iter((0..251).cycle().take(3 * WORTH));
        let messages = Vec::from_iter(bytes.chunks(100_001));
        let mut expected = Vec::new();
        md5::digest_many(&messages, &mut expected);
        for count in [1, 2, 3, 8] {
            assert_eq!(digest_many(&messages, threads(count)), expected);
        }
    }
}
