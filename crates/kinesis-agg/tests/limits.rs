//! Limits: at the edge a user record is taken, one past it comes back with the
//! numbers, and the aggregate is as it was.

mod common;

use common::{SEED, aggregator, with_new};
use kinesis_agg::{
    Grouping, HashKey, MAX_RECORD_SIZE, NewUserRecord, Options, OptionsError, OuterPartitionKey,
    PushErrorKind, ShardedAggregator, Unsealed,
};
use kinesis_agg_testkit::generate::{self, Dice, Profile};

/// A bare record: data and partition key, up to the limit and not a byte more.
#[test]
fn a_bare_record_fits_up_to_the_limit() {
    for max in [1_048_576, 51_200, MAX_RECORD_SIZE] {
        let options = Options::new().with_max_size(max).unwrap();
        let mut aggregator = aggregator(options);
        let data = vec![7; max];
        let refused = aggregator
            .push(NewUserRecord::new("key", &data[..max - 2]))
            .unwrap_err();
        assert_eq!(refused.kind, PushErrorKind::TooLarge { size: max + 1, max });
        assert_eq!(refused.record.data.len(), max - 2, "the record is back");
        assert!(aggregator.is_empty() && aggregator.finish().is_none());

        let fits = NewUserRecord::new("key", &data[..max - 3]);
        assert_eq!(aggregator.size_after(&fits), max);
        assert!(aggregator.push(fits).unwrap().is_empty());
        assert_eq!(aggregator.size(), max);
        let sealed = aggregator.finish().unwrap().seal();
        assert_eq!((sealed.size(), sealed.is_framed()), (max, false));
    }
}

/// A frame: at the edge it is full to the byte, one past it the aggregate comes
/// out and the user record opens the next.
#[test]
fn an_aggregate_is_filled_to_the_byte() {
    for max in [1_048_576, 51_200, MAX_RECORD_SIZE] {
        for past in [0, 1] {
            let options = Options::new().with_max_size(max).unwrap();
            let mut aggregator = aggregator(options);
            assert!(
                aggregator
                    .push(NewUserRecord::new("key", b"first"))
                    .unwrap()
                    .is_empty()
            );
            let empty = aggregator.size_after(&NewUserRecord::new("key", &[]));
            // Lengths of this size take three bytes where that of no data took
            // one: twice, for the record and for its data.
            let growth = if max > 1 << 21 { 6 } else { 4 };
            let data = vec![7; max - empty - growth + past];
            let record = NewUserRecord::new("key", &data);
            assert_eq!(aggregator.size_after(&record), max + past);
            let full = aggregator.push(record).unwrap();
            assert_eq!(!full.is_empty(), past == 1, "limit {max}");
            let sealed = aggregator.finish().unwrap().seal();
            assert_eq!(sealed.user_record_count(), 2 - past);
            if past == 0 {
                assert_eq!(sealed.size(), max);
            }
        }
    }
}

/// A user record that is refused while others wait leaves them as they were.
#[test]
fn a_refused_record_changes_nothing() {
    let long = "k".repeat(257);
    let large = vec![7; 2 << 20];
    for (record, kind) in [
        (
            NewUserRecord::new("", b"x"),
            PushErrorKind::PartitionKeyLength { chars: 0, max: 256 },
        ),
        (
            NewUserRecord::new(&long, b"x"),
            PushErrorKind::PartitionKeyLength {
                chars: 257,
                max: 256,
            },
        ),
        (
            NewUserRecord::new("k", b"x").with_explicit_hash_key("07"),
            PushErrorKind::ExplicitHashKey,
        ),
        (
            NewUserRecord::new("new-key", &large),
            PushErrorKind::TooLarge {
                size: (2 << 20) + 7,
                max: 1 << 20,
            },
        ),
    ] {
        let [mut aggregator, mut untouched] = [(); 2].map(|()| aggregator(Options::new()));
        for aggregator in [&mut aggregator, &mut untouched] {
            for data in [b"one", b"two"] {
                assert!(
                    aggregator
                        .push(NewUserRecord::new("key", data))
                        .unwrap()
                        .is_empty()
                );
            }
        }
        let (partition_key, data) = (record.partition_key, record.data);
        let refused = aggregator.push(record).unwrap_err();
        assert_eq!(refused.kind, kind);
        assert_eq!(
            (refused.record.partition_key, refused.record.data),
            (partition_key, data)
        );
        assert_eq!(aggregator.size(), untouched.size());
        for aggregator in [&mut aggregator, &mut untouched] {
            assert!(
                aggregator
                    .push(NewUserRecord::new("new-key", b"three"))
                    .unwrap()
                    .is_empty()
            );
        }
        let [one, other] = [aggregator, untouched].map(|mut a| a.finish().unwrap().seal());
        assert_eq!(one, other);
    }
}

/// Partition keys have 1 to 256 characters, however many bytes those take.
#[test]
fn partition_keys_are_counted_in_characters() {
    for character in ["k", "\u{e9}", "\u{20ac}", "\u{1f600}"] {
        let mut aggregator = aggregator(Options::new());
        let fits = character.repeat(256);
        let past = character.repeat(257);
        assert!(aggregator.push(NewUserRecord::new(&fits, b"")).is_ok());
        let refused = aggregator.push(NewUserRecord::new(&past, b"")).unwrap_err();
        let kind = PushErrorKind::PartitionKeyLength {
            chars: 257,
            max: 256,
        };
        assert_eq!(refused.kind, kind, "{character}");
    }
}

/// Explicit hash keys go up to 2^128-1.
#[test]
fn explicit_hash_keys_go_up_to_the_top() {
    let mut aggregator = aggregator(Options::new());
    let top = "340282366920938463463374607431768211455";
    let past = "340282366920938463463374607431768211456";
    for (key, fits) in [
        ("0", true),
        (top, true),
        (past, false),
        ("-1", false),
        ("", false),
    ] {
        let pushed = aggregator.push(NewUserRecord::new("k", b"").with_explicit_hash_key(key));
        assert_eq!(pushed.is_ok(), fits, "{key}");
    }
    let sealed = aggregator.finish().unwrap().seal();
    assert_eq!(sealed.hash_key_span().start(), HashKey::MIN);
    assert_eq!(sealed.hash_key_span().end(), HashKey::MAX);
}

/// An aggregate never holds more than its maximum count.
#[test]
fn the_maximum_count_is_kept() {
    for max in [1, 2, 5] {
        let options = Options::new().with_max_count(max).unwrap();
        let mut aggregator = aggregator(options);
        let mut counts = Vec::new();
        for _ in 0..11 {
            let full = aggregator.push(NewUserRecord::new("k", b"x")).unwrap();
            counts.extend(full.iter().map(Unsealed::user_record_count));
        }
        counts.extend(
            aggregator
                .finish()
                .map(|unsealed| unsealed.user_record_count()),
        );
        let (last, full) = counts.split_last().unwrap();
        assert!(full.iter().all(|count| *count == max), "{counts:?}");
        assert_eq!(full.len() * max + last, 11);
    }
}

/// Options that leave no room, or that no stream takes, are refused.
#[test]
fn limits_that_are_none_are_refused() {
    let past = MAX_RECORD_SIZE + 1;
    let too_large = OptionsError::MaxSize {
        given: past,
        max: MAX_RECORD_SIZE,
    };
    assert_eq!(Options::new().with_max_size(past), Err(too_large));
    assert_eq!(Options::new().with_max_size(0), Err(OptionsError::Zero));
    assert_eq!(Options::new().with_max_count(0), Err(OptionsError::Zero));
    let outer = Options::new().without_outer_hash_key();
    let grouped = ShardedAggregator::with_seed(Grouping::HashKey, outer.clone(), SEED);
    assert_eq!(grouped.unwrap_err(), OptionsError::OuterHashKey);
    assert!(ShardedAggregator::with_seed(Grouping::None, outer, SEED).is_ok());
}

/// The size said before is the size after, and the size of what is sealed, for
/// any user records under any options.
#[test]
fn sizes_are_exact() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let mut options = Options::new()
            .with_max_size(3_000 + dice.below(3_000))
            .unwrap();
        if dice.chance(50) {
            options = options.with_outer_partition_key(OuterPartitionKey::Kpl);
        }
        if dice.chance(50) {
            options = options.with_framed_singles();
        }
        let max = options.max_size();
        let mut aggregator = aggregator(options);
        for record in generate::user_records(seed, 60, Profile::MIXED) {
            let (said, before) = with_new(&record, |new| {
                (aggregator.size_after(&new), aggregator.size())
            });
            match with_new(&record, |new| {
                aggregator.push(new).map_err(|error| error.kind)
            }) {
                Ok(full) if full.is_empty() => assert_eq!(aggregator.size(), said),
                Ok(full) => {
                    assert!(said > max);
                    for unsealed in full {
                        assert_eq!(unsealed.size(), before);
                        assert_eq!(unsealed.seal().size(), before);
                    }
                }
                Err(kind) => {
                    assert!(matches!(kind, PushErrorKind::TooLarge { size, .. } if size > max));
                    assert_eq!(aggregator.size(), before);
                }
            }
            assert!(aggregator.size() <= max);
        }
    }
}
