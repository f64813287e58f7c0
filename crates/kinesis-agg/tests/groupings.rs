//! Every grouping gives back what went in, and none reaches beyond its shard.

mod common;

use common::stream::Stream;
use common::{SEED, hash_key, shard_map, sharded, with_new};
use kinesis_agg::{
    AggregatedRecord, Grouping, HashKey, Judgement, NewUserRecord, Options, PushErrorKind,
    ShardedAggregator, Unsealed, seal_many,
};
use kinesis_agg_testkit::generate::{self, DataSize, Dice, Profile};
use kinesis_agg_testkit::{TestRecord, readers::Reader};
use std::collections::{HashMap, HashSet};

const RECORDS: usize = 100_000;

/// Records with tags, keys of all kinds, and enough different ones for indexes
/// of two bytes.
const PROFILE: Profile = Profile {
    distinct_keys: 700,
    data: DataSize::UpTo(40),
    ..Profile::MIXED
};

fn aggregate(grouping: Grouping, records: &[TestRecord]) -> Vec<AggregatedRecord> {
    let options = Options::new().with_max_size(51_200).unwrap();
    let mut aggregator = ShardedAggregator::with_seed(grouping, options, SEED).unwrap();
    let mut full = Vec::new();
    for record in records {
        full.extend(with_new(record, |new| aggregator.push(new).unwrap()));
    }
    full.extend(aggregator.finish());
    assert_eq!(aggregator.user_record_count(), 0);
    seal_many(full)
}

/// The user records of each partition key and explicit hash key, in their order.
/// Only for those is there one: they share a shard.
fn by_keys(records: &[TestRecord]) -> HashMap<(&str, Option<&str>), Vec<&TestRecord>> {
    let mut keys: HashMap<_, Vec<&TestRecord>> = HashMap::new();
    for record in records {
        let key = (
            &record.partition_key[..],
            record.explicit_hash_key.as_deref(),
        );
        keys.entry(key).or_default().push(record);
    }
    keys
}

fn without_explicit_hash_keys(records: &[TestRecord]) -> Vec<TestRecord> {
    let bare = |record: &TestRecord| TestRecord {
        explicit_hash_key: None,
        ..record.clone()
    };
    records.iter().map(bare).collect()
}

fn sorted(mut records: Vec<TestRecord>) -> Vec<TestRecord> {
    records.sort_by(|one, other| {
        let key = |record: &TestRecord| {
            let TestRecord {
                partition_key,
                explicit_hash_key,
                data,
                tags,
            } = record.clone();
            (partition_key, explicit_hash_key, data, tags)
        };
        key(one).cmp(&key(other))
    });
    records
}

/// By shard and by hash key, KCL readers of all shards hand out just what was
/// pushed, in the order of each key; every aggregate lies inside the shard it
/// lands in.
#[test]
fn kcl_readers_get_all_of_it() {
    let records = generate::user_records(1, RECORDS, PROFILE);
    let map = generate::ShardMap::random(2, 13);
    for grouping in [Grouping::Shard(shard_map(&map)), Grouping::HashKey] {
        let name = grouping.name();
        let mut stream = Stream::new(map.clone());
        let sealed = aggregate(grouping, &records);
        for record in &sealed {
            assert_eq!(stream.put_and_judge(record), Judgement::Delivered);
        }
        let (read, dropped) = stream.read_by_kcl();
        assert_eq!((read.len(), dropped), (RECORDS, 0), "{name}");
        assert!(
            by_keys(&read) == by_keys(&records),
            "{name}: other user records"
        );
    }
}

/// Pinned, they get all of it but for the explicit hash keys: whoever had one of
/// his own kept it, and the others' lies in the shard.
#[test]
fn pinned_aggregates_keep_all_but_the_hash_key() {
    let records = generate::user_records(3, RECORDS, PROFILE);
    let map = generate::ShardMap::random(4, 13);
    let pin = HashKey::new(1 << 100);
    for grouping in [Grouping::Pinned(shard_map(&map)), Grouping::PinnedTo(pin)] {
        let mut stream = Stream::new(map.clone());
        for record in &aggregate(grouping.clone(), &records) {
            assert_eq!(stream.put_and_judge(record), Judgement::Delivered);
        }
        let (read, dropped) = stream.read_by_kcl();
        assert_eq!((read.len(), dropped), (RECORDS, 0));
        let [plain_read, plain] = [&read, &records].map(|list| without_explicit_hash_keys(list));
        assert!(sorted(plain_read) == sorted(plain), "other user records");

        let own = |list: &[TestRecord]| {
            list.iter()
                .filter_map(|r| r.explicit_hash_key.clone())
                .count()
        };
        assert!(own(&read) > own(&records), "nothing was pinned");
        if let Grouping::Pinned(map) = grouping {
            // Who was given a hash key was given one of the shard it belongs to.
            let had: HashSet<_> = records
                .iter()
                .filter_map(|record| record.explicit_hash_key.as_ref())
                .collect();
            for record in &read {
                let given = record.explicit_hash_key.as_ref();
                if given.is_some_and(|key| !had.contains(key)) {
                    let own = HashKey::of_partition_key(&record.partition_key);
                    assert_eq!(map.predict(hash_key(record)), map.predict(own));
                }
            }
        }
    }
}

/// Without grouping, readers that ignore ranges get all of it, in order.
#[test]
fn ungrouped_aggregates_are_for_readers_without_range() {
    let records = generate::user_records(5, RECORDS, PROFILE);
    let sealed = aggregate(Grouping::None, &records);
    let blobs: Vec<&[u8]> = sealed.iter().map(AggregatedRecord::data).collect();
    for reader in [
        Reader::LambdaModule,
        Reader::KclWithoutRange,
        Reader::KeepAll,
    ] {
        let reading = reader.read(&blobs);
        assert_eq!(reading.passed_through, [0; 0]);
        assert_eq!(reading.user_records.len(), RECORDS);
        for (read, record) in reading.user_records.iter().zip(&records) {
            assert_eq!(read.data, record.data);
            assert_eq!(read.partition_key, record.partition_key.as_bytes());
            let explicit = record.explicit_hash_key.as_ref().map(String::as_bytes);
            assert_eq!(read.explicit_hash_key.as_deref(), explicit);
            // The KCL shows no tags.
            if reader == Reader::KeepAll {
                let bytes = |text: &String| text.clone().into_bytes();
                let tag = |(key, value): &(String, Option<String>)| {
                    (bytes(key), value.as_ref().map(bytes))
                };
                assert_eq!(read.tags, record.tags.iter().map(tag).collect::<Vec<_>>());
            }
        }
    }
}

/// No aggregate is over its limit, and each says what is in it.
#[test]
fn aggregates_say_what_they_hold() {
    let records = generate::user_records(6, 20_000, PROFILE);
    let map = generate::ShardMap::even(3);
    for record in aggregate(Grouping::Shard(shard_map(&map)), &records) {
        assert!(record.size() <= 51_200);
        let reading = Reader::KeepAll.read(&[record.data()]);
        if record.is_framed() {
            assert_eq!(reading.user_records.len(), record.user_record_count());
            let hash_keys = reading.user_records.iter().filter_map(|read| read.hash_key);
            let lowest = hash_keys.clone().min().map(HashKey::new);
            let highest = hash_keys.max().map(HashKey::new);
            let span = record.hash_key_span();
            assert_eq!((Some(span.start()), Some(span.end())), (lowest, highest));
            let first = reading.user_records[0].hash_key.map(HashKey::new);
            assert_eq!(record.explicit_hash_key(), first);
        }
    }
}

/// A stream splits and merges while user records are open, sealed and unsent, and
/// in flight. With the rule of delivery, and the map that is sometimes old, KCL
/// readers get each user record once, and those of one key in order.
#[test]
fn resharding_loses_and_doubles_nothing() {
    let (mut sent_again, mut cut) = (0, 0);
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let records = generate::user_records(seed, 600, PROFILE);
        let mut stream = Stream::new(generate::ShardMap::random(seed, 1 + dice.below(6)));
        let map = stream.list_shards();
        let pinned = seed % 3 == 0;
        let grouping = if pinned {
            Grouping::Pinned(map)
        } else {
            Grouping::Shard(map)
        };
        let options = Options::new()
            .with_max_size(2_600 + dice.below(4_000))
            .unwrap();
        let aggregator = ShardedAggregator::with_seed(grouping, options, SEED).unwrap();
        let mut producer = Producer {
            aggregator: aggregator.with_max_open(1 + dice.below(9), 20_000),
            queue: Vec::new(),
            sent_again: 0,
            cut: 0,
        };
        for record in &records {
            producer.push(record);
            if dice.chance(5) {
                let (choice, split) = (dice.below(1000), dice.chance(60));
                stream.reshard(choice, split);
            }
            if dice.chance(2) {
                producer.update(stream.list_shards());
            }
            if dice.chance(20) {
                let count = dice.below(4);
                producer.send(&mut stream, count);
            }
        }
        producer.finish();
        producer.send(&mut stream, usize::MAX);

        let (read, dropped) = stream.read_by_kcl();
        if pinned {
            assert_eq!(
                producer.sent_again, 0,
                "seed {seed}: a pinned aggregate was divided"
            );
            let [read, records] = [&read, &records].map(|list| without_explicit_hash_keys(list));
            assert!(sorted(read) == sorted(records), "seed {seed}");
        } else {
            assert!(by_keys(&read) == by_keys(&records), "seed {seed}");
        }
        // What the readers drop was sent again: nothing else.
        assert_eq!(dropped > 0, producer.sent_again > 0, "seed {seed}");
        sent_again += producer.sent_again;
        cut += producer.cut;
    }
    assert!(
        sent_again > 100 && cut > 100,
        "{sent_again} sent again, {cut} cut"
    );
}

/// A producer with the rule of delivery.
struct Producer {
    aggregator: ShardedAggregator,
    queue: Vec<AggregatedRecord>,
    sent_again: usize,
    /// Pieces that came of records that were cut.
    cut: usize,
}

impl Producer {
    fn push(&mut self, record: &TestRecord) {
        let full = with_new(record, |new| self.aggregator.push(new).unwrap());
        self.queue.extend(seal_many(full));
    }

    fn finish(&mut self) {
        let open = self.aggregator.finish();
        self.queue.extend(seal_many(open));
    }

    fn update(&mut self, map: kinesis_agg::ShardMap) {
        let unsent = std::mem::take(&mut self.queue);
        let before = unsent.len();
        self.queue = self.aggregator.update_shard_map(map, unsent);
        self.cut += self.queue.len() - before;
    }

    /// Sends up to `count` records, one after the other. One that is to be sent
    /// again brings a fresh map, and goes before the others.
    fn send(&mut self, stream: &mut Stream, count: usize) {
        for _ in 0..count {
            if self.queue.is_empty() {
                return;
            }
            match stream.put_and_judge(&self.queue[0]) {
                Judgement::Delivered => drop(self.queue.remove(0)),
                Judgement::SendAgain => {
                    self.sent_again += 1;
                    self.update(stream.list_shards());
                }
                Judgement::UnknownShard => panic!("the map is fresh and has the closed shards"),
                Judgement::KeysIgnored => panic!("the stream goes by keys"),
            }
        }
    }
}

/// An answer that names a shard where the record's hash key does not belong shows
/// a stream that ignores keys. A record without a frame is delivered even there.
#[test]
fn a_stream_that_ignores_keys_is_seen() {
    let map = generate::ShardMap::even(2);
    let records = generate::user_records(9, 50, PROFILE);
    let aggregator = sharded(Grouping::Shard(shard_map(&map)));
    for record in aggregate(Grouping::Shard(shard_map(&map)), &records) {
        let owner = map.place(record.outer_hash_key().get());
        let [own, other] = [owner, 1 - owner].map(|place| &map.shards()[place].0[..]);
        assert_eq!(aggregator.judge(own, &record), Judgement::Delivered);
        let elsewhere = aggregator.judge(other, &record);
        let expected = if record.is_framed() {
            Judgement::KeysIgnored
        } else {
            Judgement::Delivered
        };
        assert_eq!(elsewhere, expected);
        let unmapped = sharded(Grouping::None);
        assert_eq!(unmapped.judge(other, &record), Judgement::Delivered);
    }
}

/// An answer that names a shard unknown to the map is not judged.
#[test]
fn unknown_shards_are_not_judged() {
    let records = generate::user_records(7, 100, PROFILE);
    let mut stream = Stream::new(generate::ShardMap::even(1));
    let old = stream.list_shards();
    let sealed = aggregate(Grouping::None, &records);
    assert!(sealed[0].is_framed());
    stream.reshard(0, true);
    let shard = stream.put(&sealed[0]);
    assert_eq!(old.judge(&shard, &sealed[0]), Judgement::UnknownShard);
    let judgement = stream.list_shards().judge(&shard, &sealed[0]);
    assert_eq!(judgement, Judgement::SendAgain);
}

/// Many at once are packed as one by one, what is refused among them, and runs
/// of one key.
#[test]
fn many_at_once_are_packed_as_one_by_one() {
    let map = || shard_map(&generate::ShardMap::even(5));
    let groupings = [
        Grouping::None,
        Grouping::HashKey,
        Grouping::Shard(map()),
        Grouping::Pinned(map()),
        Grouping::PinnedTo(HashKey::new(1 << 90)),
    ];
    let mut records = generate::user_records(11, 5_000, PROFILE);
    for place in (0..records.len()).step_by(97) {
        records[place].partition_key = "x".repeat(if place % 2 == 0 { 0 } else { 300 });
    }
    for place in (0..records.len()).step_by(89) {
        records[place].explicit_hash_key = Some("007".to_owned());
    }
    for place in (1..records.len()).step_by(3) {
        records[place].partition_key = records[place - 1].partition_key.clone();
    }
    let records = Vec::from_iter(records.iter().map(|record| {
        let mut new = NewUserRecord::new(&record.partition_key, &record.data);
        new.explicit_hash_key = record.explicit_hash_key.as_deref();
        new
    }));
    for grouping in groupings {
        let name = grouping.name();
        let [mut one_by_one, mut many] = [sharded(grouping.clone()), sharded(grouping)];
        let (mut full, mut refused) = (Vec::new(), Vec::new());
        for (place, record) in records.iter().enumerate() {
            match one_by_one.push_at(record.clone(), 1) {
                Ok(out) => full.extend(out),
                Err(error) => refused.push((place, error.kind)),
            }
        }
        full.extend(one_by_one.finish_arrived_before(2));

        let pushed = many.push_many_at(&records, 1);
        assert_eq!(pushed.refused, refused, "{name}");
        assert!(refused.len() > 100, "{name}: {}", refused.len());
        let mut at_once = Vec::from_iter(pushed.full);
        at_once.extend(many.finish_arrived_before(2));
        assert_eq!(seal_many(at_once), seal_many(full), "{name}");
    }
}

/// Who is told the time gives out what has waited, and nothing else.
#[test]
fn aggregates_come_out_by_the_time_of_their_first_record() {
    let mut aggregator = sharded(Grouping::HashKey);
    let push = |aggregator: &mut ShardedAggregator, key, time| {
        let full = aggregator
            .push_at(NewUserRecord::new(key, b"x"), time)
            .unwrap();
        assert!(full.is_empty());
    };
    for (key, time) in [("a", 10), ("b", 11), ("a", 12), ("c", 13)] {
        push(&mut aggregator, key, time);
    }
    assert!(
        aggregator
            .push(NewUserRecord::new("untold", b"x"))
            .unwrap()
            .is_empty()
    );
    assert!(aggregator.finish_arrived_before(10).is_empty());
    // Told late, or of an earlier time: the first time counts.
    push(&mut aggregator, "untold", 30);
    push(&mut aggregator, "c", 12);
    let waited = seal_many(aggregator.finish_arrived_before(12));
    let keys: Vec<&str> = waited.iter().map(AggregatedRecord::partition_key).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(waited[0].user_record_count(), 2);
    assert_eq!(aggregator.user_record_count(), 4);
    let waited = seal_many(aggregator.finish_arrived_before(31));
    let keys: Vec<&str> = waited.iter().map(AggregatedRecord::partition_key).collect();
    assert_eq!(keys, ["c", "untold"]);

    // What a full aggregate leaves open came with the record that pushed it out.
    let options = Options::new().with_max_count(1).unwrap();
    let mut aggregator = ShardedAggregator::with_seed(Grouping::HashKey, options, SEED).unwrap();
    for (time, out) in [(1, 0), (50, 1)] {
        let full = aggregator
            .push_at(NewUserRecord::new("k", b"x"), time)
            .unwrap();
        assert_eq!(full.len(), out);
    }
    assert!(aggregator.finish_arrived_before(50).is_empty());
    assert_eq!(aggregator.finish_arrived_before(51).len(), 1);
}

/// What is open is bounded, in number and in bytes; the one opened first comes
/// out, and nothing is lost.
#[test]
fn open_aggregates_are_bounded() {
    let records = generate::user_records(8, 5_000, PROFILE);
    for (aggregates, bytes) in [(1, usize::MAX), (7, usize::MAX), (usize::MAX, 4_000)] {
        let aggregator = sharded(Grouping::HashKey);
        let mut aggregator = aggregator.with_max_open(aggregates, bytes);
        let mut sealed = Vec::new();
        for record in &records {
            sealed.extend(with_new(record, |new| aggregator.push(new).unwrap()));
        }
        let open = aggregator.finish();
        assert!(open.len() <= aggregates);
        assert!(open.iter().map(Unsealed::size).sum::<usize>() <= bytes);
        let count = sealed.iter().chain(&open).map(Unsealed::user_record_count);
        assert_eq!(count.sum::<usize>(), records.len());
    }
}

/// Whether a user record fits does not depend on what is open: one that only fits
/// behind a shorter partition key is refused in any case, so no cut can leave it
/// without room.
#[test]
fn a_user_record_fits_alone_or_not_at_all() {
    let options = Options::new().with_max_size(4_000).unwrap();
    let grouping = Grouping::Shard(shard_map(&generate::ShardMap::even(1)));
    let mut aggregator = ShardedAggregator::with_seed(grouping, options, SEED).unwrap();
    let long = TestRecord {
        explicit_hash_key: Some(u128::MAX.to_string()),
        // A tag keeps it from leaving bare.
        tags: vec![("t".into(), None)],
        ..TestRecord::new(&"\u{1f600}".repeat(256), &[7; 2_800])
    };
    let refused = |aggregator: &mut ShardedAggregator| {
        with_new(&long, |new| {
            aggregator.push(new).map_err(|error| error.kind)
        })
        .unwrap_err()
    };
    let alone = refused(&mut aggregator);
    assert!(matches!(alone, PushErrorKind::TooLarge { max: 4_000, .. }));
    let short = NewUserRecord::new("k", b"").with_explicit_hash_key("0");
    assert!(aggregator.push(short).unwrap().is_empty());
    assert_eq!(refused(&mut aggregator), alone);
}

/// What was sealed under a larger limit finds room when it is cut.
#[test]
fn a_record_of_a_larger_limit_is_cut_all_the_same() {
    let records = generate::user_records(3, 400, PROFILE);
    let sealed = aggregate(Grouping::None, &records);
    let map = generate::ShardMap::even(5);
    let options = Options::new().with_max_size(100).unwrap();
    let grouping = Grouping::Shard(shard_map(&generate::ShardMap::even(1)));
    let mut small = ShardedAggregator::with_seed(grouping, options, SEED).unwrap();
    let cut = small.update_shard_map(shard_map(&map), sealed);
    let mut stream = Stream::new(map);
    for record in &cut {
        assert_eq!(stream.put_and_judge(record), Judgement::Delivered);
    }
    let (read, dropped) = stream.read_by_kcl();
    assert_eq!(dropped, 0);
    assert!(by_keys(&read) == by_keys(&records));
}

/// A user record that leaves alone under a pin goes with it, so that all of a key
/// land in one shard however they are flushed.
#[test]
fn a_user_record_alone_is_pinned_too() {
    let pin = HashKey::new(5);
    let mut aggregator = sharded(Grouping::PinnedTo(pin));
    for data in [&[b"one", b"two"][..], &[b"tre"]] {
        for data in data {
            assert!(
                aggregator
                    .push(NewUserRecord::new("mia", *data))
                    .unwrap()
                    .is_empty()
            );
        }
        let sealed = seal_many(aggregator.finish());
        assert_eq!(sealed[0].is_framed(), data.len() > 1);
        assert_eq!(sealed[0].explicit_hash_key(), Some(pin));
        assert_eq!(sealed[0].outer_hash_key(), pin);
        let span = sealed[0].hash_key_span();
        assert_eq!((span.start(), span.end()), (pin, pin));
    }
    let own = NewUserRecord::new("mia", b"own").with_explicit_hash_key("77");
    assert!(aggregator.push(own).unwrap().is_empty());
    let sealed = seal_many(aggregator.finish());
    assert_eq!(sealed[0].explicit_hash_key(), Some(HashKey::new(77)));
}

/// An answer for what landed before its shard was closed is judged by the closed
/// shard, however many splits ago.
#[test]
fn closed_shards_are_judged_by() {
    let records = generate::user_records(11, 200, PROFILE);
    let mut stream = Stream::new(generate::ShardMap::even(2));
    let sealed = aggregate(Grouping::Shard(stream.list_shards()), &records);
    let answers: Vec<String> = sealed.iter().map(|record| stream.put(record)).collect();
    for choice in 0..4 {
        stream.reshard(choice, true);
    }
    let map = stream.list_shards();
    let twice = map.clone().with_closed([]);
    for (shard, record) in answers.iter().zip(&sealed) {
        assert_eq!(map.judge(shard, record), Judgement::Delivered);
        assert_eq!(twice.judge(shard, record), Judgement::Delivered);
    }
}

/// Bounds that close the very group that was just full give out its aggregates in
/// their order.
#[test]
fn what_comes_out_keeps_its_order() {
    let options = Options::new().with_max_count(2).unwrap();
    let aggregator = ShardedAggregator::with_seed(Grouping::HashKey, options, SEED).unwrap();
    // No room for anything: each push gives out what is open.
    let mut aggregator = aggregator.with_max_open(1, 1);
    let mut order = Vec::new();
    for number in 0..9_u8 {
        let full = aggregator
            .push(NewUserRecord::new("key", &[number]))
            .unwrap();
        assert_eq!(full.len(), full.iter().count());
        for record in seal_many(full) {
            order.extend(record.data().to_vec());
        }
    }
    assert_eq!(order, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(aggregator.user_record_count(), 0);

    // One push gives out both: the full one, and for the bound what it just opened.
    let options = Options::new().with_max_count(1).unwrap();
    let aggregator = ShardedAggregator::with_seed(Grouping::HashKey, options, SEED).unwrap();
    let mut aggregator = aggregator.with_max_open(10, 20_000);
    let large = [7; 10_000].repeat(3);
    assert!(
        aggregator
            .push(NewUserRecord::new("key", b"first"))
            .unwrap()
            .is_empty()
    );
    let both = aggregator.push(NewUserRecord::new("key", &large)).unwrap();
    let lengths: Vec<usize> = seal_many(both)
        .iter()
        .map(|record| record.data().len())
        .collect();
    assert_eq!(lengths, [5, 30_000]);
}

/// The bound on bytes is one on memory, and a new shard map does not change what
/// counts.
#[test]
fn bounds_hold_through_a_new_map() {
    let map = generate::ShardMap::even(64);
    let aggregator = sharded(Grouping::Shard(shard_map(&map)));
    let mut aggregator = aggregator.with_max_open(50, usize::MAX);
    let records = generate::user_records(12, 3_000, PROFILE);
    let mut taken = 0;
    for record in &records {
        let full = with_new(record, |new| aggregator.push(new).unwrap());
        taken += full.iter().map(Unsealed::user_record_count).sum::<usize>();
        if taken % 7 == 0 {
            let unsent = aggregator.update_shard_map(shard_map(&map), Vec::new());
            assert!(unsent.is_empty(), "the same map cuts nothing");
        }
    }
    let open = aggregator.finish();
    assert!((40..=50).contains(&open.len()), "{} are open", open.len());
    taken += open.iter().map(Unsealed::user_record_count).sum::<usize>();
    assert_eq!(taken, records.len());
}

/// Under every grouping and option no aggregate is over its limit, bytes of the
/// pin included, and the outer hash key is there unless it is left out.
#[test]
fn no_aggregate_is_over_its_limit() {
    for seed in 0..80 {
        let mut dice = Dice::new(seed);
        let map = shard_map(&generate::ShardMap::random(seed, 1 + dice.below(4)));
        let pin = HashKey::new(dice.wide());
        for grouping in [
            Grouping::None,
            Grouping::HashKey,
            Grouping::Shard(map.clone()),
            Grouping::Pinned(map),
            Grouping::PinnedTo(pin),
        ] {
            let max = 60 + dice.below(2_000);
            let mut options = Options::new().with_max_size(max).unwrap();
            if dice.chance(30) {
                options = options.with_framed_singles();
            }
            let outer = grouping != Grouping::None || dice.chance(50);
            if !outer {
                options = options.without_outer_hash_key();
            }
            let mut aggregator = ShardedAggregator::with_seed(grouping, options, SEED).unwrap();
            let mut full = Vec::new();
            for record in generate::user_records(seed, 60, PROFILE) {
                let pushed = with_new(&record, |new| aggregator.push(new).map_err(|e| e.kind));
                full.extend(pushed.into_iter().flatten());
            }
            full.extend(aggregator.finish());
            for record in seal_many(full) {
                assert!(record.size() <= max, "{} over {max}", record.size());
                if record.is_framed() {
                    assert_eq!(record.explicit_hash_key().is_some(), outer);
                }
            }
        }
    }
}
