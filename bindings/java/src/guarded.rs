//! What is done to an object of the core, until a fault.
//!
//! Knows nothing of Java, so that it is tested without.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The core has panicked, now or before: what it was doing is half done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Now,
    Before,
}

/// Something of the core that a panic breaks for good.
#[derive(Debug)]
pub(crate) enum Guarded<T> {
    Whole(T),
    Broken,
}

impl<T> Guarded<T> {
    /// Works with it, if it is whole.
    pub(crate) fn with<R>(&mut self, work: impl FnOnce(&mut T) -> R) -> Result<R, Fault> {
        let Self::Whole(inside) = self else {
            return Err(Fault::Before);
        };
        catch_unwind(AssertUnwindSafe(|| work(inside))).map_err(|_| {
            *self = Self::Broken;
            Fault::Now
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After a panic nothing works any more, and both are told.
    #[test]
    fn a_panic_breaks_it_for_good() {
        let mut guarded = Guarded::Whole(7);
        assert_eq!(guarded.with(|number| *number + 1), Ok(8));
        assert_eq!(
            guarded.with(|_| panic!("of the test")),
            Err::<(), _>(Fault::Now)
        );
        assert_eq!(guarded.with(|number| *number), Err(Fault::Before));
    }
}
