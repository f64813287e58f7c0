//! This project through its C ABI, as a C program calls it: one call reads all
//! blobs, and a page of rows comes back at a time.
//!
//! The functions are called through pointers that the optimiser does not know,
//! since a C program has no Rust to inline.

#![allow(unsafe_code, reason = "the functions are C")]

use std::hint::black_box;
use std::ptr::null_mut;

use kinesis_agg_ffi::{
    KAGG_HAS_EXPLICIT_HASH_KEY, KAGG_OK, kagg_blob, kagg_deaggregator, kagg_deaggregator_free,
    kagg_deaggregator_new, kagg_deaggregator_read, kagg_deaggregator_user_records, kagg_error,
    kagg_status, kagg_user_record,
};

use crate::Walk;

/// Rows in a page: 10 KB, which stay in the first cache.
const PAGE: usize = 256;

type Read = unsafe extern "C" fn(
    *mut kagg_deaggregator,
    *const kagg_blob,
    usize,
    *mut kagg_error,
) -> kagg_status;
type UserRecords = unsafe extern "C" fn(
    *mut kagg_deaggregator,
    *mut kagg_user_record,
    usize,
    *mut usize,
) -> kagg_status;

/// A deaggregator of the C ABI.
#[derive(Debug)]
pub struct Deaggregator {
    handle: *mut kagg_deaggregator,
    read: Read,
    user_records: UserRecords,
    page: Vec<kagg_user_record>,
}

impl Default for Deaggregator {
    fn default() -> Self {
        let mut handle = null_mut();
        // SAFETY: `handle` can be written.
        let status = unsafe { kagg_deaggregator_new(&raw mut handle) };
        assert_eq!(status, KAGG_OK);
        Self {
            handle,
            read: black_box(kagg_deaggregator_read),
            user_records: black_box(kagg_deaggregator_user_records),
            page: Vec::with_capacity(PAGE),
        }
    }
}

impl Drop for Deaggregator {
    fn drop(&mut self) {
        // SAFETY: made by `default`, and not used again.
        unsafe { kagg_deaggregator_free(self.handle) };
    }
}

impl Deaggregator {
    /// Takes a batch apart and walks over it.
    ///
    /// # Panics
    ///
    /// When a function of the C ABI fails.
    pub fn walk_batch(&mut self, blobs: &[&[u8]]) -> Walk {
        let given = Vec::from_iter(blobs.iter().map(|blob| kagg_blob {
            data: blob.as_ptr(),
            data_len: blob.len(),
        }));
        // SAFETY: the handle lives, and the blobs are slices.
        let status = unsafe { (self.read)(self.handle, given.as_ptr(), given.len(), null_mut()) };
        assert_eq!(status, KAGG_OK);
        let mut walk = Walk::default();
        while self.next_page() {
            for row in &self.page {
                // SAFETY: rows name blobs that were read.
                let blob = unsafe { blobs.get_unchecked(row.blob as usize) };
                visit(&mut walk, blob, row);
            }
        }
        walk
    }

    /// Fetches the next rows; false when there are none.
    fn next_page(&mut self) -> bool {
        let mut count = 0;
        self.page.clear();
        // SAFETY: the handle lives, and there is room for a page.
        let status = unsafe {
            (self.user_records)(self.handle, self.page.as_mut_ptr(), PAGE, &raw mut count)
        };
        if status != KAGG_OK {
            return false;
        }
        // SAFETY: so many rows were written.
        unsafe { self.page.set_len(count) };
        true
    }
}

/// Looks at a user record, as C does: without asking whether it lies in the blob.
#[inline]
fn visit(walk: &mut Walk, blob: &[u8], row: &kagg_user_record) {
    let part = |offset: u32, len: u32| {
        // SAFETY: rows lie in the blobs that were read.
        unsafe { blob.get_unchecked(offset as usize..offset as usize + len as usize) }
    };
    let explicit = (row.flags & KAGG_HAS_EXPLICIT_HASH_KEY != 0)
        .then(|| part(row.explicit_hash_key_offset, row.explicit_hash_key_len));
    walk.visit(
        part(row.partition_key_offset, row.partition_key_len),
        explicit,
        part(row.data_offset, row.data_len),
    );
}
