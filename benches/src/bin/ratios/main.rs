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

use kinesis_agg::{Deaggregator, RangePolicy, seal_many};
use kinesis_agg_bench::contest::Contest;
use kinesis_agg_bench::{Corpus, others, ours};
use kinesis_agg_testkit::frame;
use table::Table;

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    let Ok(seconds) = argument.as_deref().unwrap_or("1").parse() else {
        eprintln!("usage: ratios [SECONDS]");
        return ExitCode::FAILURE;
    };
    let time = Duration::from_secs(seconds);
    println!("ns per user record, and times the first column\n");
    parse(time);
    one_by_one(time);
    batch(time);
    push(time);
    flush(time);
    ExitCode::SUCCESS
}

fn parse(time: Duration) {
    let mut table = Table::new("one aggregate of 50 KB, read without checksum");
    for corpus in Corpus::to_read() {
        let reader = || Deaggregator::new().unverified();
        let (mut usual, mut text, mut plain) = (reader(), reader(), reader().plain());
        let mut contest = Contest::new();
        contest.add("ours", || {
            corpus.walk_each(|it| ours::walk(&mut usual, &it.blob));
        });
        contest.add("keys as text", || {
            corpus.walk_each(|it| ours::walk_text(&mut text, &it.blob));
        });
        contest.add("plain", || {
            corpus.walk_each(|it| ours::walk(&mut plain, &it.blob));
        });
        for (name, walk) in &others::READERS {
            contest.add(name, || corpus.walk_each(|it| walk(&it.message)));
        }
        table.add(&corpus, &contest.run(time));
    }
    table.finish();
}

fn one_by_one(time: Duration) {
    let mut table = Table::new("one aggregate of 50 KB, read with its checksum");
    for corpus in Corpus::to_read() {
        let mut deaggregator = Deaggregator::new();
        let mut contest = Contest::new();
        contest.add("ours", || {
            corpus.walk_each(|it| ours::walk(&mut deaggregator, &it.blob));
        });
        let (name, walk) = others::MD5_AND_PROST;
        contest.add(name, || corpus.walk_each(|it| walk(&it.blob)));
        table.add(&corpus, &contest.run(time));
    }
    table.finish();
}

fn batch(time: Duration) {
    let mut table = Table::new("a batch of 200 aggregates of 50 KB, read with checksums");
    for corpus in Corpus::batches() {
        let blobs = corpus.blobs();
        let mut keep_all = Deaggregator::new();
        let mut in_range = Deaggregator::with_range(ours::lower_half(), RangePolicy::KeepInRange);
        let mut contest = Contest::new();
        contest.add("ours", || ours::walk_batch(&mut keep_all, &blobs));
        contest.add("in range", || ours::walk_batch(&mut in_range, &blobs));
        let (name, walk) = others::MD5_AND_PROST;
        contest.add(name, || corpus.walk_each(|it| walk(&it.blob)));
        table.add(&corpus, &contest.run(time));
    }
    table.finish();
}

fn push(time: Duration) {
    let mut table = Table::new("16 aggregates of 50 KB, packed without any MD5");
    for corpus in Corpus::to_write() {
        let mut aggregator = ours::aggregator();
        let mut contest = Contest::new();
        contest.add("ours", || {
            ours::push_all(&mut aggregator, corpus.user_records())
        });
        for (name, encode) in &others::WRITERS {
            contest.add(name, || corpus.encode_each(*encode));
        }
        table.add(&corpus, &contest.run(time));
    }
    table.finish();
}

fn flush(time: Duration) {
    let mut table = Table::new("16 aggregates of 50 KB, packed and sealed together");
    for corpus in Corpus::to_write() {
        let mut aggregator = ours::aggregator();
        let mut contest = Contest::new();
        contest.add("ours", || {
            seal_many(ours::push_all(&mut aggregator, corpus.user_records()))
        });
        for (name, encode) in &others::WRITERS {
            contest.add(name, || {
                let messages = corpus.encode_each(*encode);
                Vec::from_iter(messages.iter().map(|message| frame::seal(message)))
            });
        }
        table.add(&corpus, &contest.run(time));
    }
    table.finish();
}
