//! Handles: numbers in a table, never pointers. What was closed, or never was,
//! is not found; nothing else can happen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::failure::Failure;
use crate::guarded::{Fault, Guarded};
use crate::status::{ERR_CLOSED, ERR_PANIC, ERR_POISONED};

/// Counts through all registries, so that a handle of another kind is not found.
static LAST: AtomicI64 = AtomicI64::new(0);

type Shared<T> = Arc<Mutex<Guarded<T>>>;

/// All objects of one kind.
pub(crate) struct Registry<T> {
    open: RwLock<BTreeMap<i64, Shared<T>>>,
}

impl<T> Registry<T> {
    pub(crate) const fn new() -> Self {
        Self {
            open: RwLock::new(BTreeMap::new()),
        }
    }

    /// Takes it in, and returns its handle, which is not 0.
    pub(crate) fn open(&self, inside: T) -> i64 {
        let handle = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        let shared = Arc::new(Mutex::new(Guarded::Whole(inside)));
        // Panics are caught inside, so there is no poison to tell of.
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(handle, shared);
        handle
    }

    /// Works with what the handle stands for; other threads wait.
    pub(crate) fn with<R>(
        &self,
        handle: i64,
        work: impl FnOnce(&mut T) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let shared = {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            open.get(&handle).cloned()
        };
        let shared = shared.ok_or(Failure::of(ERR_CLOSED))?;
        let mut guarded = shared.lock().unwrap_or_else(PoisonError::into_inner);
        guarded.with(work).map_err(|fault| {
            Failure::of(match fault {
                Fault::Now => ERR_PANIC,
                Fault::Before => ERR_POISONED,
            })
        })?
    }

    /// Ends it; what is not there is fine. Who works with it now may finish.
    pub(crate) fn close(&self, handle: i64) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let closed = open.remove(&handle);
        drop(open);
        drop(closed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Handles that are closed, foreign or made up are not found.
    #[test]
    fn only_open_handles_are_found() {
        let (one, other) = (Registry::new(), Registry::new());
        let handle = one.open(1);
        let foreign = other.open(2);
        let status = |handle| {
            one.with(handle, |it| Ok(*it))
                .map_err(|failure| failure.status)
        };
        assert_eq!(status(handle), Ok(1));
        for wrong in [foreign, 0, -1, i64::MAX] {
            assert_eq!(status(wrong), Err(ERR_CLOSED));
        }
        one.close(handle);
        one.close(handle);
        assert_eq!(status(handle), Err(ERR_CLOSED));
    }

    /// A panic is told, and then that it was.
    #[test]
    fn panics_are_told() {
        let registry = Registry::new();
        let handle = registry.open(());
        let status = || {
            let told = registry.with(handle, |_| -> Result<(), _> { panic!("of the test") });
            told.map_err(|failure| failure.status)
        };
        assert_eq!(status(), Err(ERR_PANIC));
        assert_eq!(status(), Err(ERR_POISONED));
    }
}
