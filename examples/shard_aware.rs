//! A shard splits while aggregates wait to be sent, and no user record is lost.
//!
//! `cargo run -p kinesis-agg-examples --example shard_aware`

use kinesis_agg::{
    AggregatedRecord, Deaggregator, Grouping, HashKey, HashKeyRange, Judgement, NewUserRecord,
    RangePolicy, Shard, ShardMap, ShardMapError, ShardedAggregator, seal_many,
};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut stream = Stream::new();
    let mut map = stream.list_shards()?;
    let mut aggregator = ShardedAggregator::new(Grouping::Shard(map.clone()));
    for number in 0..1000 {
        let customer = format!("customer-{number}");
        let full = aggregator.push(NewUserRecord::new(&customer, b"click"));
        assert!(full.map_err(|refused| refused.kind)?.is_empty());
    }
    let mut queue = seal_many(aggregator.finish());

    stream.split();
    let mut sent = 0;
    while let Some(record) = queue.first() {
        let shard_id = stream.put(record);
        sent += 1;
        if map.find(&shard_id).is_none() {
            map = stream.list_shards()?;
        }
        match map.judge(&shard_id, record) {
            Judgement::Delivered => drop(queue.remove(0)),
            // All of it, in pieces that lie in one shard each.
            Judgement::SendAgain => queue = aggregator.update_shard_map(map.clone(), queue),
            Judgement::UnknownShard => return Err("ListShards does not know the shard yet".into()),
            Judgement::KeysIgnored => return Err("the stream ignores keys".into()),
        }
    }
    let read = stream.read_as_the_kcl();
    println!("1000 user records in {sent} Kinesis records, of which one was sent in vain");
    println!("readers that drop as the KCL does hand out {read}");
    assert_eq!((sent, read), (3, 1000));
    Ok(())
}

/// Stands in for the service: one shard at first, and two once it is split.
struct Stream {
    open: Vec<Shard>,
    closed: Vec<Shard>,
    landed: Vec<(Shard, AggregatedRecord)>,
}

impl Stream {
    fn new() -> Self {
        Self {
            open: vec![Shard::new("shardId-000000000000", HashKeyRange::ALL)],
            closed: Vec::new(),
            landed: Vec::new(),
        }
    }

    /// Those with an ending sequence number are the closed ones.
    fn list_shards(&self) -> Result<ShardMap, ShardMapError> {
        Ok(ShardMap::new(self.open.clone())?.with_closed(self.closed.clone()))
    }

    fn split(&mut self) {
        let halves = [(0, u128::MAX / 2), (1 << 127, u128::MAX)].map(|(start, end)| {
            HashKeyRange::new(HashKey::new(start), HashKey::new(end)).expect("start below end")
        });
        let ids = ["shardId-000000000001", "shardId-000000000002"];
        let children = ids.into_iter().zip(halves);
        let children = children.map(|(id, range)| Shard::new(id, range)).collect();
        self.closed = std::mem::replace(&mut self.open, children);
    }

    /// PutRecord: answers with the shard that the record landed in.
    fn put(&mut self, record: &AggregatedRecord) -> String {
        let of_key = || HashKey::of_partition_key(record.partition_key());
        let hash_key = record.explicit_hash_key().unwrap_or_else(of_key);
        let owner = |shard: &&Shard| shard.range().contains(hash_key);
        let shard = self.open.iter().find(owner).expect("each has an owner");
        self.landed.push((shard.clone(), record.clone()));
        shard.id().to_owned()
    }

    /// How many user records the readers of all shards hand out.
    fn read_as_the_kcl(&self) -> usize {
        let read = |(shard, record): &(Shard, AggregatedRecord)| {
            let policy = RangePolicy::DropAggregate;
            let mut deaggregator = Deaggregator::with_range(shard.range(), policy);
            let report = deaggregator.deaggregate_batch(&[record.data()]).report();
            report.user_records
        };
        self.landed.iter().map(read).sum()
    }
}
