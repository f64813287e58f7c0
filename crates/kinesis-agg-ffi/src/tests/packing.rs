//! Packing: what goes in comes out, by either aggregator.

use super::*;
use kinesis_agg::{Aggregator, NewUserRecord, seal_many};

/// The C functions write what the core writes.
#[test]
fn aggregates_are_those_of_the_core() {
    let given = [
        ("mia", None, "click"),
        ("leo", Some("7"), "buy"),
        ("mia", None, ""),
    ];
    let mut core = Aggregator::new();
    for (key, explicit, data) in given {
        let record = NewUserRecord::new(key, data.as_bytes());
        let record = match explicit {
            Some(explicit) => record.with_explicit_hash_key(explicit),
            None => record,
        };
        assert!(core.push(record).expect("valid").is_empty());
    }
    let expected = seal_many(core.finish());
    // SAFETY: handles live.
    unsafe {
        let aggregator = made(|it| kagg_aggregator_new(it));
        for record in given {
            assert_eq!(push(aggregator, record, null_mut()), KAGG_OK);
        }
        assert_eq!(kagg_aggregator_finish(aggregator), KAGG_FULL);
        let count = made(|count| kagg_aggregator_user_record_count(aggregator, count));
        assert_eq!(count, 3);
        let sealed = made(|it| kagg_aggregator_seal(aggregator, it));
        // Records outlive what they came from.
        kagg_aggregator_free(aggregator);
        let record = &expected[0];
        let explicit = record.explicit_hash_key().map(|key| key.to_string());
        let expected = (
            record.partition_key().to_owned(),
            explicit,
            record.data().to_vec(),
        );
        assert_eq!(records(sealed), [expected]);
        let shown = made(|it| kagg_records_get(sealed, 0, it));
        assert!(shown.is_framed && shown.user_record_count == 3);
        kagg_records_free(sealed);
    }
}

/// Options count, and stand once a user record was given.
#[test]
fn options_are_set_before_the_first_user_record() {
    // SAFETY: handles live.
    unsafe {
        let aggregator = made(|it| kagg_aggregator_new(it));
        assert_eq!(kagg_aggregator_set_max_size(aggregator, 0), KAGG_ERR_OPTION);
        assert_eq!(
            kagg_aggregator_set_max_size(aggregator, 11 << 20),
            KAGG_ERR_OPTION
        );
        assert_eq!(
            kagg_aggregator_set_outer_partition_key(aggregator, 5),
            KAGG_ERR_OPTION
        );
        assert_eq!(kagg_aggregator_set_max_count(aggregator, 1), KAGG_OK);
        assert_eq!(kagg_aggregator_frame_singles(aggregator), KAGG_OK);
        assert_eq!(kagg_aggregator_omit_outer_hash_key(aggregator), KAGG_OK);
        let kpl = KAGG_OUTER_PARTITION_KEY_KPL;
        assert_eq!(
            kagg_aggregator_set_outer_partition_key(aggregator, kpl),
            KAGG_OK
        );
        assert_eq!(push(aggregator, ("k", None, "1"), null_mut()), KAGG_OK);
        assert_eq!(push(aggregator, ("k", None, "2"), null_mut()), KAGG_FULL);
        assert_eq!(
            kagg_aggregator_set_max_count(aggregator, 2),
            KAGG_ERR_IN_USE
        );
        assert_eq!(kagg_aggregator_finish(aggregator), KAGG_FULL);
        let sealed = made(|it| kagg_aggregator_seal(aggregator, it));
        let found = records(sealed);
        assert_eq!(found.len(), 2);
        assert!(
            found
                .iter()
                .all(|(key, explicit, _)| key == "a" && explicit.is_none())
        );
        kagg_records_free(sealed);
        let nothing = made(|it| kagg_aggregator_seal(aggregator, it));
        assert!(records(nothing).is_empty());
        kagg_records_free(nothing);
        kagg_aggregator_free(aggregator);
    }
}

/// Refusals say why, where and by how much, and change nothing.
#[test]
fn refusals_name_what_and_where() {
    let long = "x".repeat(257);
    let large = "y".repeat(300);
    // SAFETY: handles live.
    unsafe {
        let aggregator = made(|it| kagg_aggregator_new(it));
        assert_eq!(kagg_aggregator_set_max_size(aggregator, 200), KAGG_OK);
        for (record, expected) in [
            (("", None, "d"), (KAGG_ERR_PARTITION_KEY_LENGTH, 0, 256)),
            (
                (&long[..], None, "d"),
                (KAGG_ERR_PARTITION_KEY_LENGTH, 257, 256),
            ),
            (("k", Some("007"), "d"), (KAGG_ERR_EXPLICIT_HASH_KEY, 0, 0)),
            (("k", None, &large[..]), (KAGG_ERR_TOO_LARGE, 301, 200)),
        ] {
            let mut error = kagg_error::default();
            let status = push(aggregator, record, &raw mut error);
            assert_eq!(status, error.status);
            assert_eq!((status, error.value, error.limit), expected);
        }
        let mut error = kagg_error::default();
        let key = b"ab\xff";
        let status = kagg_aggregator_push(
            aggregator,
            key.as_ptr().cast(),
            3,
            null(),
            0,
            null(),
            0,
            &raw mut error,
        );
        assert_eq!((status, error.byte_offset), (KAGG_ERR_NOT_UTF8, 2));
        let count = made(|count| kagg_aggregator_user_record_count(aggregator, count));
        assert_eq!(count, 0);
        kagg_aggregator_free(aggregator);
    }
}

/// Many at once, by pointers and by places: what is refused keeps none out.
#[test]
fn many_are_pushed_at_once() {
    let buffer = b"miaclick170";
    let span = |key: (u32, u32), explicit: (u32, u32), data: (u32, u32)| kagg_user_record_span {
        partition_key_offset: key.0,
        partition_key_len: key.1,
        explicit_hash_key_offset: explicit.0,
        explicit_hash_key_len: explicit.1,
        data_offset: data.0,
        data_len: data.1,
    };
    let spans = [
        span((0, 3), (0, 0), (3, 5)),
        span((0, 0), (0, 0), (3, 5)),
        span((0, 3), (8, 3), (0, 11)),
        span((10, 2), (0, 0), (3, 5)),
        span((0, 1), (0, 0), (u32::MAX, u32::MAX)),
    ];
    let expected = [
        KAGG_OK,
        KAGG_ERR_PARTITION_KEY_LENGTH,
        KAGG_OK,
        KAGG_ERR_LENGTH,
        KAGG_ERR_LENGTH,
    ];
    // SAFETY: handles live, and there are as many places as things.
    unsafe {
        let plain = made(|it| kagg_aggregator_new(it));
        let sharded = made(|it| kagg_sharded_aggregator_new(KAGG_GROUPING_HASH_KEY, null(), it));
        let mut refused = 0;
        let mut statuses = [99; 5];
        let status = kagg_aggregator_push_spans(
            plain,
            buffer.as_ptr(),
            buffer.len(),
            spans.as_ptr(),
            spans.len(),
            null_mut(),
            statuses.as_mut_ptr(),
            &raw mut refused,
        );
        assert_eq!((status, statuses, refused), (KAGG_OK, expected, 3));
        let mut statuses = [99; 5];
        let status = kagg_sharded_aggregator_push_spans(
            sharded,
            buffer.as_ptr(),
            buffer.len(),
            spans.as_ptr(),
            spans.len(),
            null_mut(),
            statuses.as_mut_ptr(),
            &raw mut refused,
        );
        assert_eq!((status, statuses, refused), (KAGG_OK, expected, 3));

        let record = |key: &str, data: &str| kagg_new_user_record {
            partition_key: key.as_ptr().cast(),
            partition_key_len: key.len(),
            explicit_hash_key: null(),
            explicit_hash_key_len: 0,
            data: data.as_ptr(),
            data_len: data.len(),
        };
        let given = [record("mia", "a"), record("", "b"), record("leo", "c")];
        let mut statuses = [99; 3];
        let status = kagg_sharded_aggregator_push_many(
            sharded,
            given.as_ptr(),
            3,
            null_mut(),
            statuses.as_mut_ptr(),
            &raw mut refused,
        );
        let expected = [KAGG_OK, KAGG_ERR_PARTITION_KEY_LENGTH, KAGG_OK];
        assert_eq!((status, statuses, refused), (KAGG_OK, expected, 1));
        let status = kagg_aggregator_push_many(
            plain,
            given.as_ptr(),
            3,
            null_mut(),
            statuses.as_mut_ptr(),
            &raw mut refused,
        );
        assert_eq!((status, statuses, refused), (KAGG_OK, expected, 1));

        for count in [
            made(|count| kagg_aggregator_user_record_count(plain, count)),
            made(|count| kagg_sharded_aggregator_user_record_count(sharded, count)),
        ] {
            assert_eq!(count, 4);
        }
        // mia's hash key, 170, and leo's.
        assert_eq!(kagg_sharded_aggregator_finish(sharded), KAGG_FULL);
        let sealed = made(|it| kagg_sharded_aggregator_seal(sharded, it));
        assert_eq!(records(sealed).len(), 3);
        kagg_records_free(sealed);
        kagg_aggregator_free(plain);
        kagg_sharded_aggregator_free(sharded);
    }
}

/// The map of two shards that halve the hash keys.
fn two_shards() -> *mut kagg_shard_map {
    let middle = (1_u128 << 127).to_string();
    let below = ((1_u128 << 127) - 1).to_string();
    let top = u128::MAX.to_string();
    let shards = [
        shard("low", "0", &below, false),
        shard("high", &middle, &top, false),
    ];
    // SAFETY: the texts live.
    made(|map| unsafe { kagg_shard_map_new(shards.as_ptr(), 2, null_mut(), map) })
}

fn one_shard(closed: &str) -> *mut kagg_shard_map {
    let top = u128::MAX.to_string();
    let shards = [
        shard("all", "0", &top, false),
        shard(closed, "0", "9", true),
    ];
    // SAFETY: the texts live.
    made(|map| unsafe { kagg_shard_map_new(shards.as_ptr(), 2, null_mut(), map) })
}

fn shard(id: &str, start: &str, end: &str, is_closed: bool) -> kagg_shard {
    kagg_shard {
        id: id.as_ptr().cast(),
        id_len: id.len(),
        starting_hash_key: start.as_ptr().cast(),
        starting_hash_key_len: start.len(),
        ending_hash_key: end.as_ptr().cast(),
        ending_hash_key_len: end.len(),
        is_closed,
    }
}

/// An aggregate that a split divides is told to be sent again, and is cut by the
/// new map into such as arrive.
#[test]
fn a_split_loses_nothing() {
    // SAFETY: handles live.
    unsafe {
        let (before, after) = (one_shard("old"), two_shards());
        let aggregator = made(|it| kagg_sharded_aggregator_new(KAGG_GROUPING_SHARD, before, it));
        // MD5("0") begins with cf, MD5("5") with e4, MD5("1") with c4, "a" with 0c.
        for key in ["0", "a", "5", "1"] {
            let status = kagg_sharded_aggregator_push_at(
                aggregator,
                key.as_ptr().cast(),
                1,
                null(),
                0,
                key.as_ptr(),
                1,
                10,
                null_mut(),
            );
            assert_eq!(status, KAGG_OK);
        }
        assert_eq!(
            kagg_sharded_aggregator_finish_arrived_before(aggregator, 10),
            KAGG_OK
        );
        assert_eq!(
            kagg_sharded_aggregator_finish_arrived_before(aggregator, 11),
            KAGG_FULL
        );
        let unsent = made(|it| kagg_sharded_aggregator_seal(aggregator, it));
        assert_eq!(records(unsent).len(), 1);
        let judge = |records, id: &str| {
            let (id, len) = text(id);
            made(|found| {
                kagg_sharded_aggregator_judge(aggregator, records, 0, id, len, null_mut(), found)
            })
        };
        assert_eq!(judge(unsent, "all"), KAGG_JUDGEMENT_DELIVERED);
        assert_eq!(judge(unsent, "else"), KAGG_JUDGEMENT_UNKNOWN_SHARD);
        assert_eq!(judge(unsent, "old"), KAGG_JUDGEMENT_KEYS_IGNORED);
        let (id, len) = text("high");
        let found =
            made(|found| kagg_shard_map_judge(after, unsent, 0, id, len, null_mut(), found));
        assert_eq!(found, KAGG_JUDGEMENT_SEND_AGAIN);

        let cut =
            made(|it| kagg_sharded_aggregator_update_shard_map(aggregator, after, unsent, it));
        assert_eq!(records(cut).len(), 2);
        for (index, (key, _, _)) in records(cut).into_iter().enumerate() {
            let (mut id, mut len) = (null(), 0);
            let (key, key_len) = (key.as_ptr().cast(), key.len());
            let status = kagg_shard_map_predict(
                after,
                key,
                key_len,
                null(),
                0,
                null_mut(),
                &raw mut id,
                &raw mut len,
            );
            assert_eq!(status, KAGG_OK);
            let found = made(|found| {
                kagg_sharded_aggregator_judge(aggregator, cut, index, id, len, null_mut(), found)
            });
            assert_eq!(found, KAGG_JUDGEMENT_DELIVERED, "{index}");
        }
        let handed_out: usize = (0..2)
            .map(|index| made(|it| kagg_records_get(cut, index, it)).user_record_count)
            .sum();
        assert_eq!(handed_out, 4);
        assert_eq!(kagg_records_remove(cut, 1), KAGG_OK);
        assert_eq!(kagg_records_remove(cut, 1), KAGG_ERR_INDEX);
        assert_eq!(records(cut).len(), 1);
        assert_eq!(
            kagg_sharded_aggregator_set_max_open(aggregator, 1, 1),
            KAGG_ERR_IN_USE
        );

        kagg_records_free(cut);
        kagg_sharded_aggregator_free(aggregator);
        kagg_shard_map_free(before);
        kagg_shard_map_free(after);
    }
}

/// Groupings that need a map do not do without, and maps own each hash key once.
#[test]
fn maps_and_groupings_are_checked() {
    // SAFETY: handles live.
    unsafe {
        let mut place = null_mut();
        for grouping in [KAGG_GROUPING_SHARD, KAGG_GROUPING_PINNED, 4, -1] {
            let status = kagg_sharded_aggregator_new(grouping, null(), &raw mut place);
            assert_eq!(status, KAGG_ERR_GROUPING);
        }
        let aggregator = made(|it| kagg_sharded_aggregator_new(KAGG_GROUPING_HASH_KEY, null(), it));
        let status = kagg_sharded_aggregator_omit_outer_hash_key(aggregator);
        assert_eq!(status, KAGG_ERR_OUTER_HASH_KEY);
        assert_eq!(
            kagg_sharded_aggregator_set_max_open(aggregator, 3, 1 << 20),
            KAGG_OK
        );
        assert_eq!(
            kagg_sharded_aggregator_set_max_size(aggregator, 900),
            KAGG_OK
        );
        kagg_sharded_aggregator_free(aggregator);

        let (pin, len) = text("77");
        let pinned = made(|it| kagg_sharded_aggregator_new_pinned_to(pin, len, null_mut(), it));
        let (key, len) = text("mia");
        let status =
            kagg_sharded_aggregator_push(pinned, key, len, null(), 0, null(), 0, null_mut());
        assert_eq!(status, KAGG_OK);
        assert_eq!(kagg_sharded_aggregator_finish(pinned), KAGG_FULL);
        let sealed = made(|it| kagg_sharded_aggregator_seal(pinned, it));
        assert_eq!(records(sealed), [("mia".into(), Some("77".into()), vec![])]);
        kagg_records_free(sealed);
        kagg_sharded_aggregator_free(pinned);

        let top = u128::MAX.to_string();
        let mut error = kagg_error::default();
        let mut map = null_mut();
        for (shards, expected) in [
            (&[shard("a", "0", "9", false)][..], (KAGG_ERR_SHARD_GAP, 0)),
            (
                &[shard("a", "0", "9", false), shard("b", "9", &top, false)],
                (KAGG_ERR_SHARD_OVERLAP, 0),
            ),
            (
                &[shard("a", "0", &top, false), shard("b", "x", "9", true)],
                (KAGG_ERR_HASH_KEY, 1),
            ),
        ] {
            let status =
                kagg_shard_map_new(shards.as_ptr(), shards.len(), &raw mut error, &raw mut map);
            assert_eq!((status, error.record_index), expected);
            assert!(map.is_null());
        }
    }
}
