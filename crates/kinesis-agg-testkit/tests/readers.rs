//! The models of the readers: on the vectors, and on aggregates that lie across
//! shards.

use std::collections::HashMap;

use kinesis_agg_testkit::generate::{
    Dice, Profile, ShardMap, mutate_message, odd_message, user_records,
};
use kinesis_agg_testkit::hash_key::java_big_integer;
use kinesis_agg_testkit::kcl::{self, Outcome, Thrown, UserRecord};
use kinesis_agg_testkit::readers::{NotAggregated, ReadRecord, Reader, Reading, open};
use kinesis_agg_testkit::vectors::{self, File};
use kinesis_agg_testkit::{HashKeyRange, frame, jdk_text, naive};

/// Our default differs from the KCL in three ways and no other: an index
/// outside its table keeps the blob together, explicit hash keys are not looked
/// at, and nothing is dropped.
#[test]
fn keep_all_differs_from_the_kcl_by_its_rules_alone() {
    let odd = (0..5_000).map(|seed| frame::seal(&odd_message(seed)));
    let vectors = vectors::all().into_iter().flat_map(|vector| vector.blobs);
    for blob in vectors.chain(odd) {
        let reading = Reader::KeepAll.read(&[&blob]);
        let verdict = kcl::judge(&blob, None);
        match open(&blob) {
            Err(NotAggregated::Frame(_) | NotAggregated::Message(_)) => {
                assert_eq!(verdict.outcome, Outcome::Passthrough);
                assert_eq!(reading.passed_through, [0]);
            }
            // The KCL keeps the head or, where the low 32 bits are inside, takes
            // another key.
            Err(_) => {
                assert_ne!(verdict.outcome, Outcome::Passthrough);
                assert_eq!(reading.passed_through, [0]);
            }
            Ok(message) => {
                assert_eq!(reading.user_records.len(), message.records.len());
                assert_ne!(verdict.thrown, Some(Thrown::IndexOutOfBounds));
                let handed_out = verdict.records.len();
                assert_eq!(text(&reading.user_records[..handed_out]), verdict.records);
            }
        }
        assert_eq!(reading.dropped, 0);
    }
}

/// The tags of the one producer that writes them are handed out.
#[test]
fn tags_are_handed_out() {
    let mut tags = 0;
    for vector in vectors::file(File::Aiokpl) {
        let reading = Reader::KeepAll.read(&vector.blobs);
        let input = vector.input.expect("a producer has input");
        for (given, read) in input.iter().zip(&reading.user_records) {
            let given = given.tags.iter().map(|(key, value)| {
                (
                    key.clone().into_bytes(),
                    value.clone().map(String::into_bytes),
                )
            });
            assert_eq!(given.collect::<Vec<_>>(), read.tags, "{}", vector.id);
            tags += read.tags.len();
        }
    }
    assert_eq!(tags, 3);
}

/// With a range, dropping the aggregate is the KCL's rule wherever the KCL does
/// not stumble over an index or an explicit hash key that only Java reads.
#[test]
fn drop_aggregate_is_the_rule_of_the_kcl() {
    let mut compared = 0;
    for vector in vectors::file(File::Ranges) {
        let Some(range) = vector.range.filter(|range| range.as_hash_keys().is_some()) else {
            continue;
        };
        if vector.kcl.outcome == Outcome::Partial || open(&vector.blobs[0]).is_err() {
            continue;
        }
        let reading = Reader::DropAggregate(range.clone()).read(&vector.blobs);
        assert_eq!(
            text(&reading.user_records),
            vector.kcl.records,
            "{}",
            vector.id
        );
        let model = Reader::KclInRange(range).read(&vector.blobs);
        assert_eq!(model.dropped, reading.dropped, "{}", vector.id);
        compared += 1;
    }
    assert!(compared > 80, "{compared}");
}

/// For what producers write, readers without a range agree, and so do the two
/// that drop aggregates.
#[test]
fn readers_agree_on_what_producers_write() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let map = ShardMap::random(seed, dice.between(1, 5));
        let blobs: Vec<Vec<u8>> = (0..4)
            .map(|_| {
                naive::encode(&user_records(
                    dice.number(),
                    dice.below(6) + 1,
                    Profile::TINY,
                ))
            })
            .collect();
        let all = Reader::KeepAll.read(&blobs);
        assert_eq!(Reader::KclWithoutRange.read(&blobs), all);
        assert_eq!(Reader::LambdaModule.read(&blobs), all);
        for shard in 0..map.shards().len() {
            let kcl = Reader::KclInRange(map.range(shard)).read(&blobs);
            assert_eq!(Reader::DropAggregate(map.range(shard)).read(&blobs), kcl);
        }
    }
}

/// Read by one reader a shard, each record kept on its own is kept by exactly
/// one; dropped as aggregates, those that lie across shards are kept by none.
#[test]
fn every_user_record_has_one_reader_that_keeps_it() {
    let mut straddling = 0;
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let map = ShardMap::random(seed, dice.between(1, 5));
        let records = user_records(seed, dice.between(1, 8), Profile::MIXED);
        let blobs = [naive::encode(&records)];
        let all = Reader::KeepAll.read(&blobs).user_records;
        let shards: Vec<usize> = all
            .iter()
            .map(|record| map.place(record.hash_key.expect("producers write hash keys")))
            .collect();
        let inside_one = shards.iter().all(|&shard| shard == shards[0]);
        straddling += usize::from(!inside_one);

        let mut kept = HashMap::new();
        for shard in 0..map.shards().len() {
            let reading = Reader::KeepInRange(map.range(shard)).read(&blobs);
            assert_eq!(reading.user_records.len() + reading.dropped, all.len());
            for record in &reading.user_records {
                *kept.entry(record.sub_sequence_number).or_insert(0) += 1;
            }
            let dropping = Reader::DropAggregate(map.range(shard)).read(&blobs);
            let expected = if inside_one && shard == shards[0] {
                all.len()
            } else {
                0
            };
            assert_eq!(dropping.user_records.len(), expected, "seed {seed}");
        }
        assert_eq!(kept.len(), all.len(), "seed {seed}");
        assert!(kept.values().all(|&readers| readers == 1), "seed {seed}");
    }
    assert!(straddling > 100, "{straddling}");
}

/// An unplaceable user record is kept by every reader that keeps each on its
/// own, and by none that drops aggregates.
#[test]
fn unplaceable_user_records_are_kept_or_drop_their_aggregate() {
    let odd = [
        "",
        "-",
        "-1",
        "+7",
        " 7",
        "7 ",
        "0x10",
        "1e5",
        "١٢",
        "\u{FF11}",
        "340282366920938463463374607431768211456",
    ];
    for key in odd {
        let mut records = user_records(1, 3, Profile::SMALL);
        records[1].explicit_hash_key = Some(key.to_owned());
        let blobs = [naive::encode(&records)];
        let nothing = HashKeyRange::new(1, 0);
        let kept = Reader::KeepInRange(nothing).read(&blobs);
        assert_eq!(kept.user_records.len(), 1, "{key:?}");
        assert_eq!(kept.user_records[0].sub_sequence_number, 1);
        assert_eq!(kept.user_records[0].hash_key, None);
        assert_eq!(kept.dropped, 2);
        let dropped = Reader::DropAggregate(HashKeyRange::whole()).read(&blobs);
        assert_eq!(
            (dropped.user_records.len(), dropped.dropped),
            (0, 3),
            "{key:?}"
        );
    }
}

/// Whatever the bytes, each blob passes through or is taken apart, and every
/// user record of a message is handed out or counted as dropped.
#[test]
fn every_user_record_is_accounted_for() {
    let range = HashKeyRange::new(1 << 126, 1 << 127);
    let readers = [
        Reader::KclInRange(range.clone()),
        Reader::KclWithoutRange,
        Reader::LambdaModule,
        Reader::KeepAll,
        Reader::KeepInRange(range.clone()),
        Reader::DropAggregate(range),
    ];
    let whole = naive::encode(&user_records(1, 6, Profile::MIXED));
    for seed in 0..3_000 {
        let blobs = [
            frame::seal(&odd_message(seed)),
            mutate_message(seed, &whole),
            whole.clone(),
        ];
        let counts = blobs.each_ref().map(|blob| {
            let message = frame::open(blob).ok()?;
            let message = kinesis_agg_testkit::protobuf_java::decode(message).ok()?;
            Some(message.records.len())
        });
        for reader in &readers {
            let Reading {
                user_records,
                passed_through,
                dropped,
            } = reader.read(&blobs);
            let expected: usize = (0..blobs.len())
                .filter(|place| !passed_through.contains(place))
                .map(|place| counts[place].expect("taken apart"))
                .sum();
            assert_eq!(user_records.len() + dropped, expected, "{reader:?} {seed}");
        }
    }
}

/// The KCL's view of what was read, which has text and no tags.
fn text(records: &[ReadRecord]) -> Vec<UserRecord> {
    let record = |record: &ReadRecord| UserRecord {
        blob: record.blob,
        partition_key: jdk_text::decode(&record.partition_key),
        explicit_hash_key: record.explicit_hash_key.as_deref().map(jdk_text::decode),
        data: record.data.clone(),
        sub_sequence_number: record.sub_sequence_number,
    };
    records.iter().map(record).collect()
}

/// `BigInteger` reads what the vectors say it reads, and no more.
#[test]
fn explicit_hash_keys_are_read_as_java_reads_them() {
    let number = |text: &str| java_big_integer(text).map(|number| number.to_string());
    for (text, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("+7", "7"),
        ("-12", "-12"),
        ("0007", "7"),
        ("١٢", "12"),
        ("1٢", "12"),
        ("\u{FF11}\u{FF12}", "12"),
        (
            "99999999999999999999999999999999999999999",
            "99999999999999999999999999999999999999999",
        ),
    ] {
        assert_eq!(number(text).as_deref(), Some(expected), "{text:?}");
    }
    for text in [
        "",
        "-",
        "+",
        "+-7",
        "-+7",
        "--7",
        "7-",
        "7+",
        " 7",
        "7 ",
        "7\n",
        "7\0",
        "0x10",
        "1e5",
        "1_000",
        "1.0",
        "a",
        "²",
        "\u{1D7D8}",
        "\u{FFFD}",
        "\u{19DA}",
    ] {
        assert_eq!(number(text), None, "{text:?}");
    }
}
