//! A vector that is used again and again, and gives memory back after an
//! outlier.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// Elements that are always worth keeping.
const KEPT: usize = 1024;

/// A vector that keeps its memory from use to use.
///
/// Shrinks when it holds more than four times what recent uses needed. What
/// "recent" remembers fades by an eighth at each use: after one large batch
/// among small ones the first memory goes after about a dozen.
#[derive(Clone, Debug)]
pub(crate) struct Reused<T> {
    items: Vec<T>,
    recent: Recent,
}

/// How many elements recent uses needed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recent(usize);

impl Recent {
    /// Notes a use of `len` elements. Returns the capacity to shrink to, when
    /// `capacity` is far more than recent uses needed.
    pub(crate) fn shrunk(&mut self, len: usize, capacity: usize) -> Option<usize> {
        self.0 = len.max(self.0 - self.0 / 8);
        let needed = self.0.max(KEPT);
        (capacity > 4 * needed).then_some(2 * needed)
    }
}

impl<T> Default for Reused<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            recent: Recent::default(),
        }
    }
}

impl<T> Reused<T> {
    /// Empties the vector for the next use.
    pub(crate) fn restart(&mut self) {
        let len = self.items.len();
        self.items.clear();
        if let Some(capacity) = self.recent.shrunk(len, self.items.capacity()) {
            self.items.shrink_to(capacity);
        }
    }
}

impl<T> Deref for Reused<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.items
    }
}

impl<T> DerefMut for Reused<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.items
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Reused};

    /// A large use among small ones is given back; uses of one size keep theirs.
    #[test]
    fn an_outlier_is_given_back() {
        // Miri takes its time.
        let (large, usual) = if cfg!(miri) {
            (20_000, 5_000)
        } else {
            (1_000_000, 50_000)
        };
        let mut reused = Reused::default();
        reused.extend(0..large);
        for _ in 0..80 {
            reused.restart();
            reused.extend(0..10);
        }
        assert!(reused.capacity() <= 4 * KEPT, "{}", reused.capacity());

        reused.extend(0..usual);
        let capacity = reused.capacity();
        for _ in 0..10 {
            reused.restart();
            reused.extend(0..usual);
            assert_eq!(reused.capacity(), capacity);
        }
    }
}
