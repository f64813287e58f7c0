//! Changes of blobs and messages that know the format.
//!
//! ```text
//! half      libFuzzer's own: bits, bytes, pieces of other inputs
//! the rest  the testkit's: tags and varints at the edges, pieces moved
//! rarely    a message of oddities, instead of the input
//! ```
//!
//! A blob has its frame made anew, as a rule: nobody guesses an MD5.

use kinesis_agg_testkit::generate;
use libfuzzer_sys::fuzzer_mutate;

/// Changes a message; returns its new length.
pub(crate) fn message(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let changed = match seed % 32 {
        0..16 => return fuzzer_mutate(data, size, max_size),
        16 => generate::odd_message(u64::from(seed)),
        _ => generate::mutate(u64::from(seed), &data[..size]),
    };
    put(data, max_size, &changed)
}

/// Changes a blob; returns its new length.
pub(crate) fn blob(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let size = message(data, size, max_size, seed);
    if seed.is_multiple_of(5) {
        return size;
    }
    let sealed = generate::reseal(&data[..size]);
    put(data, max_size, &sealed)
}

/// Puts as much of `bytes` into `data` as there may be.
fn put(data: &mut [u8], max_size: usize, bytes: &[u8]) -> usize {
    let size = bytes.len().min(max_size);
    data[..size].copy_from_slice(&bytes[..size]);
    size
}
