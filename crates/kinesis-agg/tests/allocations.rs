//! What reading and writing allocate, counted by the allocator.
//!
//! One test: the counts are of the whole process.

#![allow(unsafe_code, reason = "an allocator that counts is one")]

use kinesis_agg::{
    Aggregator, Deaggregator, Grouping, HashKey, HashKeyRange, NewUserRecord, RangePolicy,
    ShardedAggregator,
};
use kinesis_agg_testkit::frame;
use kinesis_agg_testkit::generate::{Dice, mutate_message};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The system's allocator, with counts.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grown(size: usize) {
    ALLOCATIONS.fetch_add(1, Relaxed);
    PEAK.fetch_max(HELD.fetch_add(size, Relaxed) + size, Relaxed);
}

// SAFETY: each call goes to the system's allocator as it came; the counts touch
// no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's contract is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks may live at once.
        grown(size);
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's contract is passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs `work`; returns the number of its allocations, and the most bytes that
/// it held above those held before.
fn count(work: impl FnOnce()) -> (usize, usize) {
    let (allocations, held) = (ALLOCATIONS.load(Relaxed), HELD.load(Relaxed));
    PEAK.store(held, Relaxed);
    work();
    let allocations = ALLOCATIONS.load(Relaxed) - allocations;
    (allocations, PEAK.load(Relaxed) - held)
}

/// Reads everything of everything.
fn read(deaggregator: &mut Deaggregator, blobs: &[&[u8]]) -> usize {
    let batch = deaggregator.deaggregate_batch(blobs);
    let touch = |record: kinesis_agg::UserRecord<'_>| {
        record.data.len() + record.partition_key.as_bytes().len() + record.tags.count()
    };
    batch
        .aggregated_user_records()
        .map(|(_, record)| touch(record))
        .sum()
}

fn aggregates(count: usize, keys: usize) -> Vec<Vec<u8>> {
    let options = kinesis_agg::Options::new().with_max_size(51_200).unwrap();
    let mut aggregator = Aggregator::with_options(options);
    let mut blobs = Vec::new();
    for number in 0.. {
        let key = format!("key-{}", number % keys);
        let mut record = NewUserRecord::new(&key, &[7; 100]);
        if number % 3 == 0 {
            record = record.with_explicit_hash_key("12345678901234567890");
        }
        blobs.extend(
            aggregator
                .push(record)
                .unwrap()
                .into_iter()
                .map(|full| full.seal().into_parts().2),
        );
        if blobs.len() == count {
            return blobs;
        }
    }
    unreachable!()
}

/// Once warm, reading allocates nothing: not for a user record, not for a Kinesis
/// record, not for a batch; with a range as without.
fn warm_reading_allocates_nothing() {
    let blobs = aggregates(50, 3_000);
    let slices: Vec<&[u8]> = blobs.iter().map(|blob| &blob[..]).collect();
    let half = HashKeyRange::new(HashKey::MIN, HashKey::new(u128::MAX / 2)).unwrap();
    for mut deaggregator in [
        Deaggregator::new(),
        Deaggregator::with_range(half, RangePolicy::KeepAll),
        Deaggregator::with_range(half, RangePolicy::KeepInRange),
        Deaggregator::with_range(half, RangePolicy::DropAggregate),
    ] {
        let mut batches = || {
            for _ in 0..10 {
                std::hint::black_box(read(&mut deaggregator, &slices));
            }
        };
        batches();
        assert_eq!(count(batches).0, 0, "a batch");

        // Many blobs and one key: a list is long for the one and short for the other.
        let many = vec![slices[0]; 3_000];
        let mut read_many = || read(&mut deaggregator, &many);
        read_many();
        assert_eq!(count(|| _ = read_many()).0, 0, "many blobs");

        // From batches to blobs alone the scratch shrinks, and then stays.
        let mut alone = || {
            for blob in slices.iter().cycle().take(100) {
                let _ = std::hint::black_box(deaggregator.deaggregate(blob));
            }
        };
        alone();
        assert_eq!(count(alone).0, 0, "one blob");
    }
}

/// The scratch stays under 24 bytes for each byte of the blobs, for the inputs
/// that need most: the smallest records, the smallest table entries, both.
fn scratch_is_bounded() {
    let record = b"\x1a\x04\x08\x00\x1a\x00";
    let tagged = b"\x1a\x08\x08\x00\x1a\x00\x22\x02\x0a\x00";
    let sized = |count: usize| {
        let many = |field: &[u8]| field.repeat(count);
        let mut used = many(b"\x0a\x00");
        for number in 0..count.min(127) {
            used.extend([0x1a, 4, 8, u8::try_from(number).unwrap(), 0x1a, 0]);
        }
        let mut wide = b"\x0a\x00\x12\x00".repeat(count);
        wide.extend(many(record));
        [
            [&b"\x0a\x00"[..], &many(record)].concat(),
            [&b"\x0a\x00"[..], &many(tagged)].concat(),
            many(b"\x0a\x00"),
            many(b"\x12\x00"),
            used,
            wide,
            // Malformed at its very end.
            [&b"\x0a\x00"[..], &many(record), b"\x0f"].concat(),
        ]
    };
    let lengths = [100, 1_000, 30_000, 100_001, 131_073];
    for message in lengths.into_iter().flat_map(sized) {
        scratch_of(&frame::seal(&message));
    }
    // One key used by each record: every table entry is hashed.
    let mut distinct = Vec::new();
    for _ in 0..50_000 {
        distinct.extend(b"\x0a\x00");
    }
    for number in 0_u32..50_000 {
        let [low, middle, high] = [number & 0x7f, number >> 7 & 0x7f, number >> 14];
        let index = [low | 0x80, middle | 0x80, high].map(|byte| u8::try_from(byte).unwrap());
        distinct.extend([&[0x1a, 6, 8][..], &index, &[0x1a, 0]].concat());
    }
    scratch_of(&frame::seal(&distinct));

    let mut dice = Dice::new(1);
    for (seed, blob) in (0..).zip(aggregates(20, 50).iter().cycle().take(400)) {
        scratch_of(&mutate_message(seed, blob));
        let len = dice.below(3_000);
        scratch_of(&frame::seal(&dice.bytes(len)));
    }
}

/// Scratch of the reading machine itself, which a blob of a few bytes needs too.
const CONSTANT: usize = 1024;

fn scratch_of(blob: &[u8]) {
    for policy in [None, Some(RangePolicy::KeepInRange)] {
        let mut deaggregator = match policy {
            None => Deaggregator::new(),
            Some(policy) => Deaggregator::with_range(HashKeyRange::ALL, policy),
        };
        let (_, peak) = count(|| {
            std::hint::black_box(read(&mut deaggregator, &[blob]));
        });
        let most = 24 * blob.len() + CONSTANT;
        assert!(
            peak <= most,
            "{peak} bytes of scratch for {} of input",
            blob.len()
        );
    }
}

/// After an outlier the scratch shrinks to what the usual blobs need.
fn scratch_shrinks_after_an_outlier() {
    let outlier = frame::seal(
        &[
            &b"\x0a\x00"[..],
            &b"\x1a\x04\x08\x00\x1a\x00".repeat(170_000),
        ]
        .concat(),
    );
    let usual = aggregates(1, 100);
    let mut deaggregator = Deaggregator::new();
    let before = HELD.load(Relaxed);
    read(&mut deaggregator, &[&outlier]);
    let large = HELD.load(Relaxed) - before;
    for _ in 0..80 {
        read(&mut deaggregator, &[&usual[0]]);
    }
    let small = HELD.load(Relaxed) - before;
    assert!(
        large > 2_000_000 && small < 300_000,
        "{large}, then {small}"
    );
}

/// Writing allocates for an aggregate, not for a user record.
fn warm_writing_allocates_for_aggregates_alone() {
    let options = kinesis_agg::Options::new().with_max_size(51_200).unwrap();
    let mut aggregator = Aggregator::with_options(options);
    let keys: Vec<String> = (0..500).map(|number| format!("key-{number}")).collect();
    let mut push_all = || {
        let mut full = Vec::with_capacity(100);
        for number in 0..10_000 {
            let record = NewUserRecord::new(&keys[number % keys.len()], &[7; 100]);
            full.extend(aggregator.push(record).unwrap());
        }
        full.len()
    };
    push_all();
    let mut aggregates = 0;
    let (allocations, _) = count(|| aggregates = push_all());
    // The list, and for each aggregate its data, its partition key, and which
    // keys to hash.
    assert!(aggregates > 10);
    assert!(
        allocations <= 1 + 4 * aggregates,
        "{allocations} for {aggregates}"
    );
}

/// Groups that were large once hold no more than their bound says, and what is
/// kept for the next ones.
fn open_aggregates_hold_what_their_bound_says() {
    const BOUND: usize = 8 << 20;
    let aggregator = ShardedAggregator::new(Grouping::HashKey);
    let mut aggregator = aggregator.with_max_open(4_096, BOUND);
    let before = HELD.load(Relaxed);
    let data = vec![7; 900_000];
    for number in 0..300 {
        let key = format!("key-{number}");
        for data in [&data[..], &data, &data[..1]] {
            drop(aggregator.push(NewUserRecord::new(&key, data)).unwrap());
        }
        let held = HELD.load(Relaxed) - before;
        assert!(
            held < BOUND + (6 << 20),
            "{held} bytes for a bound of {BOUND}"
        );
    }
}

fn main() {
    for (name, test) in [
        (
            "warm_reading_allocates_nothing",
            warm_reading_allocates_nothing as fn(),
        ),
        ("scratch_is_bounded", scratch_is_bounded),
        (
            "scratch_shrinks_after_an_outlier",
            scratch_shrinks_after_an_outlier,
        ),
        (
            "open_aggregates_hold_what_their_bound_says",
            open_aggregates_hold_what_their_bound_says,
        ),
        (
            "warm_writing_allocates_for_aggregates_alone",
            warm_writing_allocates_for_aggregates_alone,
        ),
    ] {
        test();
        println!("test {name} ... ok");
    }
}
