//! The system's allocator, with a count of the allocations.

#![allow(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The system's allocator; counts.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations since the program started, those that moved a block included.
pub(crate) fn so_far() -> u64 {
    ALLOCATIONS.load(Relaxed)
}

/// Load and store, no `fetch_add`: that takes longer than some allocations, and
/// would slow down whom we measure. Two threads at once may lose a count; there
/// is only one.
fn count() {
    ALLOCATIONS.store(ALLOCATIONS.load(Relaxed) + 1, Relaxed);
}

// SAFETY: each call goes to the system's allocator as it came; the count touches
// no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's contract is passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::so_far;

    /// New blocks, zeroed blocks and moved blocks count. Tests run in threads,
    /// so others may count, too.
    #[test]
    fn allocations_are_counted() {
        let before = so_far();
        let mut block = black_box(vec![0_u8; 64]);
        block.reserve_exact(4096);
        black_box(vec![1_u8; 64]);
        assert!(so_far() > before);
    }
}
