//! Packs user records into Kinesis records in each way to group them, and counts
//! what comes out.
//!
//! `cargo run -p kinesis-agg-examples --example aggregate`

use kinesis_agg::{
    AggregatedRecord, Deaggregator, Grouping, HashKey, HashKeyRange, NewUserRecord, Options, Shard,
    ShardMap, ShardedAggregator, seal_many,
};
use std::error::Error;

/// A user record: its partition key and its data.
type Click = (String, String);

fn main() -> Result<(), Box<dyn Error>> {
    let clicks: Vec<Click> = (0..20_000).map(click).collect();
    let shards = ShardMap::new(shards().ok_or("no hash keys")?)?;
    for grouping in [
        Grouping::HashKey,
        Grouping::Shard(shards.clone()),
        Grouping::Pinned(shards),
        Grouping::None,
    ] {
        let name = grouping.name();
        let records = pack(grouping, &clicks)?;

        // To be sent by PutRecords: partition_key(), explicit_hash_key(), data().
        let size: usize = records.iter().map(AggregatedRecord::size).sum();
        println!("{name:8} {} Kinesis records, {size} bytes", records.len());

        let data = Vec::from_iter(records.iter().map(AggregatedRecord::data));
        let mut deaggregator = Deaggregator::new();
        let inside = deaggregator.deaggregate_batch(&data).report().user_records;
        assert_eq!(inside, clicks.len(), "{name}");
    }
    Ok(())
}

fn pack(grouping: Grouping, clicks: &[Click]) -> Result<Vec<AggregatedRecord>, Box<dyn Error>> {
    // As the KPL packs by default. Without this: 1 MiB.
    let options = Options::new().with_max_size(51_200)?;
    let mut aggregator = ShardedAggregator::with_options(grouping, options)?;
    let mut full = Vec::new();
    for (customer, text) in clicks {
        let user_record = NewUserRecord::new(customer, text.as_bytes());
        let pushed = aggregator.push(user_record);
        full.extend(pushed.map_err(|refused| refused.kind)?);
    }
    // Sooner, if they may not wait: `push_at` and `finish_arrived_before`.
    full.extend(aggregator.finish());
    Ok(seal_many(full))
}

/// The shards of the stream: what ListShards says of each.
fn shards() -> Option<Vec<Shard>> {
    let rows = [
        (
            "shardId-000000000000",
            "0",
            "170141183460469231731687303715884105727",
        ),
        (
            "shardId-000000000001",
            "170141183460469231731687303715884105728",
            "340282366920938463463374607431768211455",
        ),
    ];
    let shards = rows.into_iter().map(|(id, start, end)| {
        let start = HashKey::from_decimal(start)?;
        let end = HashKey::from_decimal(end)?;
        Some(Shard::new(id, HashKeyRange::new(start, end)?))
    });
    shards.collect()
}

fn click(number: usize) -> Click {
    let customer = format!("customer-{}", number % 500);
    (customer, format!("click {number}"))
}
