//! Between the testkit's records and the crate's own, for all tests.
#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod stream;

use kinesis_agg::{
    AggregatedRecord, Aggregator, Batch, Deaggregated, Grouping, HashKey, HashKeyRange, Key,
    NewUserRecord, Options, Shard, ShardMap, ShardedAggregator, Tag, UserRecord,
};
use kinesis_agg_testkit::readers::ReadRecord;
use kinesis_agg_testkit::{TestRecord, generate};

/// The seed of the key hash: the tests build without `std` too, which has none.
pub(crate) const SEED: u64 = 7;

/// An aggregator with these options.
pub(crate) fn aggregator(options: Options) -> Aggregator {
    Aggregator::with_seed(options, SEED)
}

/// A sharded aggregator with the default options.
pub(crate) fn sharded(grouping: Grouping) -> ShardedAggregator {
    let aggregator = ShardedAggregator::with_seed(grouping, Options::new(), SEED);
    aggregator.expect("the default options suit any grouping")
}

/// Runs `read` on `record` as the crate takes it.
pub(crate) fn with_new<R>(record: &TestRecord, read: impl FnOnce(NewUserRecord<'_>) -> R) -> R {
    let tag = |(key, value): &'_ (String, Option<String>)| -> (String, Option<String>) {
        (key.clone(), value.clone())
    };
    let owned: Vec<_> = record.tags.iter().map(tag).collect();
    let tags: Vec<Tag<'_>> = owned
        .iter()
        .map(|(key, value)| Tag::new(key, value.as_deref()))
        .collect();
    let mut new = NewUserRecord::new(&record.partition_key, &record.data).with_tags(&tags);
    new.explicit_hash_key = record.explicit_hash_key.as_deref();
    read(new)
}

/// A user record that was read, as the testkit compares it.
pub(crate) fn to_test(record: &UserRecord<'_>) -> TestRecord {
    let text = |key: Key<'_>| key.as_str().into_owned();
    TestRecord {
        partition_key: text(record.partition_key),
        explicit_hash_key: record.explicit_hash_key.map(text),
        data: record.data.to_vec(),
        tags: record
            .tags
            .clone()
            .map(|tag| (text(tag.key), tag.value.map(text)))
            .collect(),
    }
}

/// A user record that was read, as the testkit's reader models give it.
pub(crate) fn to_read((blob, record): (usize, UserRecord<'_>)) -> ReadRecord {
    let bytes = |key: Key<'_>| key.as_bytes().to_vec();
    ReadRecord {
        blob,
        sub_sequence_number: record.sub_sequence_number,
        hash_key: record.hash_key().map(HashKey::get),
        partition_key: bytes(record.partition_key),
        explicit_hash_key: record.explicit_hash_key.map(bytes),
        data: record.data.to_vec(),
        tags: record
            .tags
            .map(|tag| (bytes(tag.key), tag.value.map(bytes)))
            .collect(),
    }
}

/// The numbers of the blobs that pass through.
pub(crate) fn passed_through(batch: &Batch<'_, '_>) -> Vec<usize> {
    let passed = batch.iter().enumerate().filter_map(|(blob, deaggregated)| {
        matches!(deaggregated, Deaggregated::NotAggregated(_)).then_some(blob)
    });
    passed.collect()
}

/// What goes to the stream, in the testkit's terms: for a record without a frame
/// its own keys, for all the data.
pub(crate) fn bare_record(record: &AggregatedRecord) -> TestRecord {
    TestRecord {
        explicit_hash_key: record.explicit_hash_key().map(|key| key.to_string()),
        ..TestRecord::new(record.partition_key(), record.data())
    }
}

/// The effective hash key of a user record.
pub(crate) fn hash_key(record: &TestRecord) -> HashKey {
    match &record.explicit_hash_key {
        Some(key) => HashKey::from_decimal(key).expect("a hash key"),
        None => HashKey::of_partition_key(&record.partition_key),
    }
}

/// A shard map of the testkit as one of the crate.
pub(crate) fn shard_map(map: &generate::ShardMap) -> ShardMap {
    let shard = |(id, start, end): &generate::Shard| Shard::new(id, range(*start, *end));
    ShardMap::new(map.shards().iter().map(shard)).expect("covers all hash keys")
}

/// A range of hash keys.
pub(crate) fn range(start: u128, end: u128) -> HashKeyRange {
    HashKeyRange::new(HashKey::new(start), HashKey::new(end)).expect("not reversed")
}
