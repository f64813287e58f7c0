//! Any bytes as a blob: never a panic, and the same by every way of reading, with
//! new scratch and with what is left of it after a large batch.
//!
//! The mutator mends the MD5 of four inputs in five, so that the others are
//! those that a checksum refuses.
#![no_main]

mod common;

use common::{mutate, reading};
use kinesis_agg::Deaggregator;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|blob: &[u8]| {
    let outcome = reading::read_every_way(blob);
    if is_chosen(blob) {
        check_scratch(blob, &outcome);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::blob(data, size, max_size, seed)
});

/// Whether to read `blob` in a large batch too, which takes milliseconds: one in
/// sixteen of the short ones, by its last byte.
fn is_chosen(blob: &[u8]) -> bool {
    blob.len() <= 32 && blob.last().is_some_and(|byte| byte % 16 == 0)
}

/// The scratch of a large batch shrinks after a dozen small ones; the outcome stays.
fn check_scratch(blob: &[u8], expected: &reading::Outcome) {
    let mut deaggregator = Deaggregator::new();
    let blobs = vec![blob; 5_000];
    let large = deaggregator.deaggregate_batch(&blobs).report();
    for _ in 0..16 {
        let found = reading::outcome(deaggregator.deaggregate(blob));
        assert_eq!(found, *expected);
    }
    let small = deaggregator.deaggregate_batch(&blobs[..5]).report();
    assert_eq!(large.user_records, small.user_records * 1_000);
    assert_eq!(large.damaged, small.damaged * 1_000);
}
