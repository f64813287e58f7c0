//! What a host of the WebAssembly module has to bring: memory, which C has from
//! `malloc`, and a random number, which other systems give.
//!
//! ```text
//! kagg_wasm_seed(seed)                        once, before the first aggregator
//! kagg_wasm_alloc(len)          -> place      the host writes its bytes there,
//! kagg_<type>_<verb>(place, …)                calls,
//! kagg_wasm_free(place, len)                  and gives the memory back
//! ```
//!
//! These three are no part of the C ABI, and stand in no header. A panic is a trap
//! here: the host ends the instance, and all handles in it are gone.

use core::sync::atomic::{AtomicU64, Ordering};
use std::alloc::{Layout, alloc, dealloc};

/// The seed of the key tables of all aggregators.
static SEED: AtomicU64 = AtomicU64::new(0);

/// Seeds the key tables of the aggregators that are made from now on, so that
/// nobody can choose partition keys that collide. WebAssembly alone has no source
/// of such a number.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn kagg_wasm_seed(seed: u64) {
    SEED.store(seed, Ordering::Relaxed);
}

/// The seed that the host gave.
pub(crate) fn seed() -> u64 {
    SEED.load(Ordering::Relaxed)
}

/// What all rows of the C ABI are content with.
const ALIGN: usize = 8;

/// Gives `len` bytes of memory, or NULL when there are none, or `len` is 0.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn kagg_wasm_alloc(len: usize) -> *mut u8 {
    match Layout::from_size_align(len, ALIGN) {
        // SAFETY: the size is not 0.
        Ok(layout) if len > 0 => unsafe { alloc(layout) },
        _ => core::ptr::null_mut(),
    }
}

/// Takes memory back. NULL is none.
///
/// # Safety
///
/// - `place`: NULL, or from [`kagg_wasm_alloc`] with this `len`; not used again.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn kagg_wasm_free(place: *mut u8, len: usize) {
    if let (false, Ok(layout)) = (place.is_null(), Layout::from_size_align(len, ALIGN)) {
        // SAFETY: by contract, from `alloc` with this layout.
        unsafe { dealloc(place, layout) };
    }
}
