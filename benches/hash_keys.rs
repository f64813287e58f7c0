//! Hash keys: of partition keys, from decimal digits, and the shard of each.
//!
//! 10,000 at a time, so that neither the branches nor the shard map are known
//! by heart.

mod common;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kinesis_agg::HashKey;
use kinesis_agg_bench::ours;
use kinesis_agg_testkit::generate::Dice;

const COUNT: usize = 10_000;
const SHARDS: usize = 1000;

/// Throws of one pair of dice.
fn thrown<T>(mut throw: impl FnMut(&mut Dice) -> T) -> Vec<T> {
    let mut dice = Dice::new(1);
    (0..COUNT).map(|_| throw(&mut dice)).collect()
}

fn of_partition_key(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("of-partition-key");
    group.throughput(Throughput::Elements(COUNT as u64));
    for len in [16, 36] {
        let keys = thrown(|dice| format!("{:0len$x}", dice.wide() >> 64));
        group.bench_function(BenchmarkId::from_parameter(format!("{len}B")), |bencher| {
            bencher.iter(|| {
                for key in &keys {
                    black_box(HashKey::of_partition_key(black_box(key)));
                }
            });
        });
    }
    group.finish();
}

fn from_decimal(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("from-decimal");
    group.throughput(Throughput::Elements(COUNT as u64));
    let keys = thrown(|dice| dice.wide().to_string());
    group.bench_function("random", |bencher| {
        bencher.iter(|| {
            for key in &keys {
                black_box(HashKey::from_decimal(black_box(key)));
            }
        });
    });
    group.finish();
}

fn predict(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("predict");
    group.throughput(Throughput::Elements(COUNT as u64));
    let map = ours::even_shards(SHARDS);
    let keys = thrown(|dice| HashKey::new(dice.wide()));
    group.bench_function(format!("{SHARDS}-shards"), |bencher| {
        bencher.iter(|| {
            for key in &keys {
                black_box(map.predict(black_box(*key)));
            }
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = common::quickly();
    targets = of_partition_key, from_decimal, predict
}
criterion_main!(benches);
