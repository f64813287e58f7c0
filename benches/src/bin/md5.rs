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

use kinesis_agg_bench::contest::{Contest, Score};
use kinesis_agg_md5::Path;
use kinesis_agg_testkit::generate::Dice;
use md5::{Digest as _, Md5};

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
    for path in paths() {
        print!("{:>9}", path.name());
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

/// Messages of these lengths.
struct Batch {
    name: String,
    lengths: Vec<usize>,
}

impl Batch {
    fn new(name: &str, lengths: impl IntoIterator<Item = usize>) -> Self {
        Self {
            name: name.to_owned(),
            lengths: Vec::from_iter(lengths),
        }
    }

    fn bytes(&self) -> usize {
        self.lengths.iter().sum()
    }
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
            batches.push(Batch::new(&format!("{count} of {size}"), vec![len; count]));
        }
    }
    batches.retain(|batch| batch.bytes() <= MOST_BYTES);

    let mut dice = Dice::new(1);
    let mut mixed =
        |name, count, least, most| Batch::new(name, (0..count).map(|_| dice.between(least, most)));
    batches.push(mixed("64 of 5 KB to 1 MB", 64, 5_000, 1 << 20));
    batches.push(mixed("500 of 5 to 100 KB", 500, 5_000, 100_000));
    batches.push(mixed("10000 of 0.1 to 1.9 KB", 10_000, 100, 1_900));
    batches.push(Batch::new("10000 of 1 KB", vec![1_000; 10_000]));
    batches.push(Batch::new("10000 keys of 36 bytes", vec![36; 10_000]));
    batches.push(Batch::new("10000 keys of 16 bytes", vec![16; 10_000]));
    batches.push(mixed("10000 keys of 5 to 50", 10_000, 5, 50));
    batches.push(Batch::new("10000 keys of 100 bytes", vec![100; 10_000]));
    batches.push(Batch::new("16 keys of 36 bytes", vec![36; 16]));
    batches.push(Batch::new("4 keys of 36 bytes", vec![36; 4]));
    batches
}

fn measure(batch: &Batch, time: Duration) -> Vec<Score> {
    let bytes = Vec::from_iter((0..251).cycle().take(batch.bytes()));
    let mut rest = &bytes[..];
    let cut = batch.lengths.iter().map(|len| rest.split_off(..*len));
    let messages = Vec::from_iter(cut.map(|message| message.expect("long enough")));

    let mut digests = Vec::new();
    let mut contest = Contest::new();
    contest.add("md-5", || {
        digests.clear();
        let found = messages.iter().map(Md5::digest);
        digests.extend(found.map(<[u8; 16]>::from));
    });
    for path in paths() {
        let (messages, mut digests) = (&messages, Vec::new());
        contest.add(path.name(), move || {
            path.digest_many(messages, &mut digests);
        });
    }
    contest.run(time)
}

/// The yardstick in GB/s, then how many times faster each path is.
fn print_line(batch: &Batch, scores: &[Score]) {
    let number = |number: usize| u32::try_from(number).map_or(f64::NAN, f64::from);
    let yardstick = scores[0].1.as_secs_f64();
    let speed = number(batch.bytes()) / yardstick / 1e9;
    let each = yardstick * 1e9 / number(batch.lengths.len());
    print!("{:26}{speed:9.3}{each:9.0}", batch.name);
    for (_, time) in &scores[1..] {
        print!("{:9.2}", yardstick / time.as_secs_f64());
    }
    println!();
}
