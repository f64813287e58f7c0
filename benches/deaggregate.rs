//! Taking aggregated records apart, by size of the user records and by keys.
//!
//! | group | question |
//! |---|---|
//! | `deaggregate` | what an aggregate costs with its checksum, one at a time |
//! | `parse` | reading alone, no checksum: ours, and other protobuf crates |
//! | `batch` | 200 aggregates together, with and without a hash key range; md-5 and prost beside |
//!
//! In `parse`, `usual` is what users get and `plain` is the general reader,
//! which reads the same by the plain loop.

mod common;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kinesis_agg::{Deaggregator, RangePolicy};
use kinesis_agg_bench::{Corpus, others, ours};

fn throughput(corpus: &Corpus) -> Throughput {
    Throughput::ElementsAndBytes {
        elements: corpus.user_record_count() as u64,
        bytes: corpus.size() as u64,
    }
}

fn deaggregate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deaggregate");
    for corpus in Corpus::to_read() {
        group.throughput(throughput(&corpus));
        let mut ours = Deaggregator::new();
        group.bench_function(BenchmarkId::new("ours", &corpus.name), |bencher| {
            bencher.iter(|| corpus.walk_each(|it| ours::walk(&mut ours, &it.blob)));
        });
    }
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for corpus in Corpus::to_read() {
        group.throughput(throughput(&corpus));
        let usual = Deaggregator::new().unverified();
        let plain = Deaggregator::new().unverified().plain();
        for (name, mut ours) in [("usual", usual), ("plain", plain)] {
            group.bench_function(BenchmarkId::new(name, &corpus.name), |bencher| {
                bencher.iter(|| corpus.walk_each(|it| ours::walk(&mut ours, &it.blob)));
            });
        }
        for (name, walk) in others::READERS {
            group.bench_function(BenchmarkId::new(name, &corpus.name), |bencher| {
                bencher.iter(|| corpus.walk_each(|it| walk(&it.message)));
            });
        }
    }
    group.finish();
}

fn batch(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("batch");
    group.sample_size(10);
    for corpus in Corpus::batches() {
        group.throughput(throughput(&corpus));
        let blobs = corpus.blobs();
        let in_range = Deaggregator::with_range(ours::lower_half(), RangePolicy::KeepInRange);
        for (name, mut ours) in [("ours", Deaggregator::new()), ("in-range", in_range)] {
            group.bench_function(BenchmarkId::new(name, &corpus.name), |bencher| {
                bencher.iter(|| ours::walk_batch(&mut ours, black_box(&blobs)));
            });
        }
        let (name, walk) = others::MD5_AND_PROST;
        group.bench_function(BenchmarkId::new(name, &corpus.name), |bencher| {
            bencher.iter(|| corpus.walk_each(|it| walk(&it.blob)));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = common::quickly();
    targets = deaggregate, parse, batch
}
criterion_main!(benches);
