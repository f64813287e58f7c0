//! Any bytes as a blob: never a panic, and the same by every way of reading.
//!
//! The mutator mends the MD5 of four inputs in five, so that the others are
//! those that a checksum refuses.
#![no_main]

mod common;

use common::{mutate, reading};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|blob: &[u8]| {
    reading::read_every_way(blob);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::blob(data, size, max_size, seed)
});
