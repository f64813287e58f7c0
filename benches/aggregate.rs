//! Packing user records into aggregates of 50 KB, 16 of them, by size of the
//! user records and by keys.
//!
//! | group | question |
//! |---|---|
//! | `push` | what packing costs without any MD5 |
//! | `flush` | the same with the checksums: ours by `seal_many` |
//!
//! The others are written as an author would write them: a `HashMap` for the
//! keys, then the message in one go. They are given user records that fit; ours
//! finds out itself. Ours also hashes each partition key in `flush`, to know
//! which shards an aggregate reaches; the others know nothing of that.

mod common;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kinesis_agg::seal_many;
use kinesis_agg_bench::{Corpus, others, ours};
use kinesis_agg_testkit::frame;

fn throughput(corpus: &Corpus) -> Throughput {
    Throughput::ElementsAndBytes {
        elements: corpus.user_record_count() as u64,
        bytes: corpus.size() as u64,
    }
}

fn push(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("push");
    for corpus in Corpus::to_write() {
        group.throughput(throughput(&corpus));
        let mut aggregator = ours::aggregator();
        group.bench_function(BenchmarkId::new("ours", &corpus.name), |bencher| {
            bencher.iter(|| ours::push_all(&mut aggregator, corpus.user_records()));
        });
        for (name, encode) in others::WRITERS {
            group.bench_function(BenchmarkId::new(name, &corpus.name), |bencher| {
                bencher.iter(|| corpus.encode_each(encode));
            });
        }
    }
    group.finish();
}

fn flush(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("flush");
    for corpus in Corpus::to_write() {
        group.throughput(throughput(&corpus));
        let mut aggregator = ours::aggregator();
        group.bench_function(BenchmarkId::new("ours", &corpus.name), |bencher| {
            bencher.iter(|| seal_many(ours::push_all(&mut aggregator, corpus.user_records())));
        });
        for (name, encode) in others::WRITERS {
            group.bench_function(BenchmarkId::new(name, &corpus.name), |bencher| {
                bencher.iter(|| {
                    let messages = corpus.encode_each(encode);
                    Vec::from_iter(messages.iter().map(|message| frame::seal(message)))
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = common::quickly();
    targets = push, flush
}
criterion_main!(benches);
