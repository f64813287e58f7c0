//! The exported functions, called as C calls them. Miri runs these, too.

mod misuse;
mod null;
mod packing;
mod reading;

use crate::*;
use core::ffi::CStr;
use core::ptr::{null, null_mut};
use libc::c_char;

/// What one of our functions wrote into an output, after it said that it is
/// fine.
fn made<T>(make: impl FnOnce(*mut T) -> kagg_status) -> T {
    let mut place = core::mem::MaybeUninit::uninit();
    assert_eq!(make(place.as_mut_ptr()), KAGG_OK);
    // SAFETY: outputs are written on success.
    unsafe { place.assume_init() }
}

/// A text as C gives it.
fn text(text: &str) -> (*const c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

/// What lies at a borrowed place.
fn bytes<'a>(pointer: *const u8, len: usize) -> &'a [u8] {
    // SAFETY: tests look while the owner lives.
    unsafe { core::slice::from_raw_parts(pointer, len) }
}

fn blob(bytes: &[u8]) -> kagg_blob {
    kagg_blob {
        data: bytes.as_ptr(),
        data_len: bytes.len(),
    }
}

/// Pushes a user record of texts.
fn push(
    aggregator: *mut kagg_aggregator,
    (partition_key, explicit_hash_key, data): (&str, Option<&str>, &str),
    error: *mut kagg_error,
) -> kagg_status {
    let (key, key_len) = text(partition_key);
    let (explicit, explicit_len) = explicit_hash_key.map_or((null(), 0), text);
    // SAFETY: the handle lives, and texts are what they say.
    unsafe {
        kagg_aggregator_push(
            aggregator,
            key,
            key_len,
            explicit,
            explicit_len,
            data.as_ptr(),
            data.len(),
            error,
        )
    }
}

/// The records of an aggregator, sealed: partition key, explicit hash key, data.
fn records(handle: *const kagg_records) -> Vec<(String, Option<String>, Vec<u8>)> {
    // SAFETY: the handle lives.
    let count = made(|count| unsafe { kagg_records_count(handle, count) });
    let owned = |pointer: *const c_char, len| {
        String::from_utf8(bytes(pointer.cast(), len).to_vec()).expect("UTF-8")
    };
    let one = |index| {
        // SAFETY: the handle lives.
        let record = made(|record| unsafe { kagg_records_get(handle, index, record) });
        let explicit = record.explicit_hash_key;
        (
            owned(record.partition_key, record.partition_key_len),
            (!explicit.is_null()).then(|| owned(explicit, record.explicit_hash_key_len)),
            bytes(record.data, record.data_len).to_vec(),
        )
    };
    (0..count).map(one).collect()
}

/// All user records of what was read, as rows, fetched a few at a time.
fn rows(deaggregator: *mut kagg_deaggregator, at_a_time: usize) -> Vec<kagg_user_record> {
    let mut rows = Vec::new();
    loop {
        let mut page = Vec::with_capacity(at_a_time);
        let mut count = usize::MAX;
        // SAFETY: the handle lives, and there is room for so many rows.
        let status = unsafe {
            kagg_deaggregator_user_records(
                deaggregator,
                page.as_mut_ptr(),
                at_a_time,
                &raw mut count,
            )
        };
        if status == KAGG_END {
            assert_eq!(count, 0);
            return rows;
        }
        assert_eq!(status, KAGG_OK);
        // SAFETY: so many were written.
        unsafe { page.set_len(count) };
        rows.append(&mut page);
    }
}

/// What became of the blobs.
fn blob_rows(deaggregator: *mut kagg_deaggregator, capacity: usize) -> Vec<kagg_blob_row> {
    let mut rows = Vec::with_capacity(capacity);
    let count = made(|count| {
        // SAFETY: the handle lives, and there is room for so many rows.
        unsafe { kagg_deaggregator_blobs(deaggregator, rows.as_mut_ptr(), capacity, count) }
    });
    // SAFETY: so many were written.
    unsafe { rows.set_len(count) };
    rows
}

/// No two statuses share a number, each has a text, and failures are below 0.
#[test]
fn statuses_are_told_apart() {
    for (place, (status, found)) in TEXTS.iter().enumerate() {
        // SAFETY: the text lives as long as the program.
        let said = unsafe { CStr::from_ptr(kagg_status_message(*status)) };
        assert_eq!(said, *found);
        assert!(TEXTS[..place].iter().all(|(other, _)| other != status));
    }
    // SAFETY: as above.
    let unknown = unsafe { CStr::from_ptr(kagg_status_message(12_345)) };
    assert_eq!(unknown, c"no status");
    // SAFETY: as above.
    let version = unsafe { CStr::from_ptr(kagg_version()) };
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
    assert_eq!(kagg_abi_version(), KAGG_ABI_VERSION);
}

/// The structs have the sizes that programs are built with.
#[test]
fn structs_keep_their_sizes() {
    let word = size_of::<usize>();
    assert_eq!(size_of::<kagg_user_record>(), 40);
    assert_eq!(size_of::<kagg_user_record_span>(), 24);
    assert_eq!(size_of::<kagg_blob>(), 2 * word);
    assert_eq!(size_of::<kagg_new_user_record>(), 6 * word);
    assert_eq!(size_of::<kagg_error>(), 5 * word);
    assert_eq!(size_of::<kagg_shard>(), 7 * word);
    assert_eq!(size_of::<kagg_record>(), 8 * word);
}
