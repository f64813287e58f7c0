//! What a piece of work allocates: how often, and how many bytes at most.
//!
//! The allocator of this program is the system's, with counts. They are those of
//! one thread, so they need no atomics, which would be timed with the rest, and
//! tests may run beside each other. The library starts no thread.
//!
//! Crates that count have either the number (`stats_alloc`) or the peak (`cap`,
//! `peakmem-alloc`), and none counts by thread.

#![allow(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

/// What a piece of work allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heap {
    /// How often; a block that grows counts again.
    pub(crate) allocations: usize,
    /// The most bytes held at once, above those held before.
    pub(crate) peak: usize,
}

/// Does the work, drops what it returns, and counts both.
pub(crate) fn count<T>(work: impl FnOnce() -> T) -> Heap {
    let (allocations, held) = (ALLOCATIONS.get(), HELD.get());
    PEAK.set(held);
    drop(black_box(work()));
    Heap {
        allocations: ALLOCATIONS.get() - allocations,
        peak: (PEAK.get() - held).unsigned_abs(),
    }
}

// Cells that are `const` and need no drop: to touch them allocates nothing.
thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    // Signed: a thread may free what another one allocated.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn grow(size: usize) {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    HELD.set(HELD.get().wrapping_add_unsigned(size));
    PEAK.set(PEAK.get().max(HELD.get()));
}

fn shrink(size: usize) {
    HELD.set(HELD.get().wrapping_sub_unsigned(size));
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: each call goes to the system's allocator as it came; the counts touch
// no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: the caller's contract is passed on.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks may live at once.
        grow(size);
        shrink(layout.size());
        // SAFETY: the caller's contract is passed on.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Heap, count};

    /// What is freed on the way counts in the number, and in the peak as long as
    /// it lives; what was held before does not count.
    #[test]
    fn number_and_peak_are_counted() {
        let _before = vec![0_u8; 10_000];
        let found = count(|| {
            drop(Vec::<u8>::with_capacity(300));
            let mut kept = Vec::<u8>::with_capacity(100);
            drop(vec![0_u8; 50]);
            kept.reserve_exact(120);
            kept
        });
        let expected = Heap {
            allocations: 4,
            peak: 300,
        };
        assert_eq!(found, expected);
        assert_eq!(count(|| ()), Heap::default());
    }
}
