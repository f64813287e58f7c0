//! Prints how much faster many MD5 are together than one by one.
//!
//! ```text
//! md5 [SECONDS [PART]]   for each line; 1 if not given; PART of its name
//! ```
//!
//! The yardstick is the crate `md-5`, one message after the other, measured by
//! turns with each path that this machine has. Load on the machine moves the
//! times more than the ratios; still, only a quiet machine tells the truth.

use std::process::ExitCode;
use std::time::Duration;

use kinesis_agg_bench::contest::Score;
use kinesis_agg_bench::messages::Batch;
use kinesis_agg_bench::{others, works};
use kinesis_agg_md5::Path;

/// Batches above it are left out: they measure the memory.
const MOST_BYTES: usize = 64 << 20;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Ok(seconds) = arguments.next().as_deref().unwrap_or("1").parse() else {
        eprintln!("usage: md5 [SECONDS [PART]]");
        return ExitCode::FAILURE;
    };
    let part = arguments.next().unwrap_or_default();
    print!("{:26}{:>9}{:>9}", "messages", "md-5", "ns each");
    let others = others::DIGESTERS.iter().map(|(name, _)| *name);
    for name in others.skip(1).chain(paths().map(|path| path.name())) {
        print!("{name:>9}");
    }
    println!();
    for batch in batches() {
        if batch.name.contains(&part) {
            print_line(&batch, &measure(&batch, Duration::from_secs(seconds)));
        }
    }
    ExitCode::SUCCESS
}

/// All paths but the one that is there for tests.
fn paths() -> impl Iterator<Item = Path> {
    Path::all().filter(|path| path.name() != "one-by-one")
}

fn batches() -> Vec<Batch> {
    let mut batches = Vec::new();
    let sizes = [
        ("5 KB", 5_000),
        ("25 KB", 25_000),
        ("50 KB", 50_000),
        ("1 MB", 1 << 20),
    ];
    for (size, len) in sizes {
        for count in [1, 2, 4, 8, 16, 64, 500] {
            batches.push(Batch::equal(count, size, len));
        }
    }
    batches.retain(|batch| batch.size() <= MOST_BYTES);

    batches.push(Batch::mixed(64, "5 KB to 1 MB", 5_000, 1 << 20));
    batches.push(Batch::mixed(500, "5 to 100 KB", 5_000, 100_000));
    batches.push(Batch::mixed(10_000, "0.1 to 1.9 KB", 100, 1_900));
    batches.push(Batch::equal(10_000, "1 KB", 1_000));
    batches.push(Batch::keys(10_000, 36));
    batches.push(Batch::keys(10_000, 16));
    batches.push(Batch::mixed(10_000, "5 to 50 B", 5, 50));
    batches.push(Batch::keys(10_000, 100));
    batches.push(Batch::keys(16, 36));
    batches.push(Batch::keys(4, 36));
    batches
}

fn measure(batch: &Batch, time: Duration) -> Vec<Score> {
    let bytes = batch.bytes();
    let messages = batch.cut(&bytes);
    works::digest(&messages, paths()).run(time)
}

/// The yardstick in GB/s, then how many times faster each path is.
fn print_line(batch: &Batch, scores: &[Score]) {
    let number = |number: usize| u32::try_from(number).map_or(f64::NAN, f64::from);
    let yardstick = scores[0].1.as_secs_f64();
    let speed = number(batch.size()) / yardstick / 1e9;
    let each = yardstick * 1e9 / number(batch.count());
    print!("{:26}{speed:9.3}{each:9.0}", batch.name);
    for (_, time) in &scores[1..] {
        print!("{:9.2}", yardstick / time.as_secs_f64());
    }
    println!();
}
