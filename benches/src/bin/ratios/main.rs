//! Prints how much longer others take than we do, measured side by side.
//!
//! ```text
//! ratios [SECONDS]      for each line of a table; 1 if not given
//! ```
//!
//! Each cell is the time for a user record, and how many times that of the
//! first column it is. Load on the machine moves the times more than the
//! ratios; still, only a quiet machine tells the truth.

mod table;

use std::process::ExitCode;
use std::time::Duration;

use kinesis_agg_bench::contest::Score;
use kinesis_agg_bench::{Corpus, works};
use table::Table;

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    let Ok(seconds) = argument.as_deref().unwrap_or("1").parse() else {
        eprintln!("usage: ratios [SECONDS]");
        return ExitCode::FAILURE;
    };
    let time = Duration::from_secs(seconds);
    println!("ns per user record, and times the first column\n");
    print_table(
        "one aggregate of 50 KB, read without checksum",
        Corpus::to_read(),
        |corpus| works::parse(corpus).run(time),
    );
    print_table(
        "one aggregate of 50 KB, read with its checksum",
        Corpus::to_read(),
        |corpus| works::one_by_one(corpus).run(time),
    );
    print_table(
        "a batch of 200 aggregates of 50 KB, read with checksums",
        Corpus::batches(),
        |corpus| works::batch(corpus).run(time),
    );
    print_table(
        "16 aggregates of 50 KB, packed without any MD5",
        Corpus::to_write(),
        |corpus| works::push(corpus).run(time),
    );
    print_table(
        "16 aggregates of 50 KB, packed and sealed together",
        Corpus::to_write(),
        |corpus| works::flush(corpus).run(time),
    );
    ExitCode::SUCCESS
}

fn print_table(
    title: &'static str,
    corpora: impl Iterator<Item = Corpus>,
    measure: impl Fn(&Corpus) -> Vec<Score>,
) {
    let mut table = Table::new(title);
    for corpus in corpora {
        table.add(&corpus, &measure(&corpus));
    }
    table.finish();
}
