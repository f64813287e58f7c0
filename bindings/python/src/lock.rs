//! The lock around what an object holds, which any thread may use.
//!
//! Waiting for it releases the GIL. Nothing of the user's runs under it: no
//! callback, no iterator, no finalizer.
//!
//! A process that is forked off while another thread holds the lock never sees it
//! released. So the lock remembers in which process it was taken last, and says so
//! instead of waiting for ever.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use pyo3::prelude::*;
use pyo3::sync::MutexExt;

use crate::errors;
use crate::guarded::Guarded;

/// How often this process and its forebears were forked.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// Called in the child.
pub(crate) fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

pub(crate) struct Lock<T> {
    inside: Mutex<Guarded<T>>,
    /// `FORKS` when the lock was taken last.
    taken_after: AtomicU64,
}

impl<T: Send> Lock<T> {
    pub(crate) fn new(inside: T) -> Self {
        Self {
            inside: Mutex::new(Guarded::Open(inside)),
            taken_after: AtomicU64::new(0),
        }
    }

    /// Works with what is inside; the GIL is held.
    pub(crate) fn with<R>(&self, py: Python<'_>, work: impl FnOnce(&mut T) -> R) -> PyResult<R> {
        self.locked(py, |inside| inside.with(work))?
            .map_err(|fault| errors::fault(py, fault))
    }

    /// The same without the GIL: for work that takes long.
    pub(crate) fn with_detached<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut T) -> R + Send,
    ) -> PyResult<R> {
        self.locked(py, |inside| py.detach(|| inside.with(work)))?
            .map_err(|fault| errors::fault(py, fault))
    }

    /// Puts `Closed` in the place of what `may_close` lets go; it comes out, to be
    /// dropped without the lock.
    pub(crate) fn close(
        &self,
        py: Python<'_>,
        may_close: impl FnOnce(&T) -> PyResult<()>,
    ) -> PyResult<Guarded<T>> {
        self.locked(py, |inside| {
            if let Guarded::Open(open) = inside {
                may_close(open)?;
            }
            Ok(std::mem::replace(inside, Guarded::Closed))
        })?
    }

    /// What was taken out of it was lost by a fault: only closing is left.
    pub(crate) fn break_for_good(&self, py: Python<'_>) -> PyResult<()> {
        self.locked(py, |inside| *inside = Guarded::Broken)
    }

    pub(crate) fn is_closed(&self, py: Python<'_>) -> PyResult<bool> {
        self.locked(py, |inside| matches!(inside, Guarded::Closed))
    }

    fn locked<R>(&self, py: Python<'_>, work: impl FnOnce(&mut Guarded<T>) -> R) -> PyResult<R> {
        let now = FORKS.load(Ordering::Relaxed);
        let mut guard = match self.inside.try_lock() {
            Ok(guard) => guard,
            // Panics are caught inside, so there is no poison to tell of.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                if self.taken_after.load(Ordering::Relaxed) != now {
                    return Err(errors::forked(py));
                }
                self.inside
                    .lock_py_attached(py)
                    .unwrap_or_else(PoisonError::into_inner)
            }
        };
        self.taken_after.store(now, Ordering::Relaxed);
        Ok(work(&mut guard))
    }
}
