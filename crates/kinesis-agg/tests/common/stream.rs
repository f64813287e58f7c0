//! A stream under test: where records land, and what a KCL reader of each shard
//! gets to see.

use super::bare_record;
use kinesis_agg::{AggregatedRecord, HashKey, Judgement, Shard, ShardMap};
use kinesis_agg_testkit::readers::Reader;
use kinesis_agg_testkit::{TestRecord, generate};

/// A stream that takes records as Kinesis does, and remembers all it was given.
pub(crate) struct Stream {
    map: generate::ShardMap,
    closed: Vec<generate::Shard>,
    landed: Vec<(generate::Shard, AggregatedRecord)>,
}

impl Stream {
    pub(crate) fn new(map: generate::ShardMap) -> Self {
        Self {
            map,
            closed: Vec::new(),
            landed: Vec::new(),
        }
    }

    /// What ListShards answers, closed shards included.
    pub(crate) fn list_shards(&self) -> ShardMap {
        let closed = self.closed.iter().map(|(id, start, end)| {
            let range = super::range(*start, *end);
            Shard::new(id, range)
        });
        super::shard_map(&self.map).with_closed(closed)
    }

    /// Splits or merges a shard, as `choice` says.
    pub(crate) fn reshard(&mut self, choice: usize, split: bool) {
        let before = self.map.clone();
        let count = before.shards().len();
        if split || count == 1 {
            self.map.split(choice % count);
        } else {
            self.map.merge(choice % (count - 1));
        }
        let open = self.map.shards();
        let gone = before.shards().iter().filter(|shard| !open.contains(shard));
        self.closed.extend(gone.cloned());
    }

    /// Puts a record where its outer keys say; the answer names that shard.
    pub(crate) fn put(&mut self, record: &AggregatedRecord) -> String {
        let of_key = || HashKey::of_partition_key(record.partition_key());
        let hash_key = record.explicit_hash_key().unwrap_or_else(of_key);
        let shard = self.map.owner(hash_key.get()).clone();
        let id = shard.0.clone();
        self.landed.push((shard, record.clone()));
        id
    }

    /// Puts a record and judges the answer with a fresh map.
    pub(crate) fn put_and_judge(&mut self, record: &AggregatedRecord) -> Judgement {
        let shard = self.put(record);
        self.list_shards().judge(&shard, record)
    }

    /// All that KCL readers of the shards hand out, in the order of the stream,
    /// and how many user records they drop.
    ///
    /// The KCL shows no tags. They are taken from the policy that drops as the
    /// KCL does, once both gave the same.
    pub(crate) fn read_by_kcl(&self) -> (Vec<TestRecord>, usize) {
        let mut user_records = Vec::new();
        let mut dropped = 0;
        for ((_, start, end), record) in &self.landed {
            let range = || kinesis_agg_testkit::HashKeyRange::new(*start, *end);
            let kcl = Reader::KclInRange(range()).read(&[record.data()]);
            let with_tags = Reader::DropAggregate(range()).read(&[record.data()]);
            assert_eq!(kcl.dropped, with_tags.dropped);
            assert_eq!(kcl.user_records.len(), with_tags.user_records.len());
            dropped += kcl.dropped;
            if kcl.passed_through.is_empty() {
                user_records.extend(with_tags.user_records.into_iter().map(to_test));
            } else {
                user_records.push(bare_record(record));
            }
        }
        (user_records, dropped)
    }
}

fn to_test(record: kinesis_agg_testkit::readers::ReadRecord) -> TestRecord {
    let text = |bytes| String::from_utf8(bytes).expect("what was written is text");
    TestRecord {
        partition_key: text(record.partition_key),
        explicit_hash_key: record.explicit_hash_key.map(text),
        data: record.data,
        tags: record
            .tags
            .into_iter()
            .map(|(key, value)| (text(key), value.map(text)))
            .collect(),
    }
}
