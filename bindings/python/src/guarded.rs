//! What is done to an object of the core: while it is open, and until a fault.
//!
//! Knows nothing of Python, so that it is tested without.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The core has panicked: its fault, and what it was doing is half done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Does `work`, and answers a panic with an error.
pub(crate) fn catch<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

/// Why there is nothing to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It was closed.
    Closed,
    /// The core has panicked here, now or before.
    Broken,
}

/// Something of the core that can be closed, and that a panic breaks for good.
#[derive(Debug)]
pub(crate) enum Guarded<T> {
    Open(T),
    Closed,
    Broken,
}

impl<T> Guarded<T> {
    /// Works with it, if it is open and whole.
    pub(crate) fn with<R>(&mut self, work: impl FnOnce(&mut T) -> R) -> Result<R, Fault> {
        let inside = match self {
            Self::Open(inside) => inside,
            Self::Closed => return Err(Fault::Closed),
            Self::Broken => return Err(Fault::Broken),
        };
        catch(|| work(inside)).map_err(|Panicked| {
            *self = Self::Broken;
            Fault::Broken
        })
    }
}
