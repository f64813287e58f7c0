//! Reading: the rows say what the core says.

use super::*;
use kinesis_agg::{Deaggregator, HashKeyRange, RangePolicy};
use kinesis_agg_testkit::frame;

const KEYS: &[u8] = b"\x0a\x03mia\x0a\x03leo\x12\x017";
const RECORDS: &[u8] =
    b"\x1a\x05\x08\x00\x1a\x01a\x1a\x07\x08\x01\x10\x00\x1a\x01b\x1a\x05\x08\x00\x1a\x01c";

fn aggregate() -> Vec<u8> {
    frame::seal(&[KEYS, RECORDS].concat())
}

/// Rows point at data and keys, number them, and come in pages of any size.
#[test]
fn rows_point_into_the_blobs() {
    let blobs = [b"plain".to_vec(), aggregate(), aggregate()];
    let given = Vec::from_iter(blobs.iter().map(|it| blob(it)));
    // SAFETY: handles live.
    unsafe {
        let deaggregator = made(|it| kagg_deaggregator_new(it));
        let status = kagg_deaggregator_read(deaggregator, given.as_ptr(), given.len(), null_mut());
        assert_eq!(status, KAGG_OK);
        let at = |row: &kagg_user_record, offset: u32, len: u32| {
            let blob = &blobs[row.blob as usize];
            String::from_utf8(blob[offset as usize..][..len as usize].to_vec()).unwrap()
        };
        for at_a_time in [1, 2, 4, 100] {
            let rows = rows(deaggregator, at_a_time);
            let seen = rows.iter().map(|row| {
                (
                    row.blob,
                    row.sub_sequence_number,
                    at(row, row.partition_key_offset, row.partition_key_len),
                    at(row, row.explicit_hash_key_offset, row.explicit_hash_key_len),
                    at(row, row.data_offset, row.data_len),
                    row.partition_key_number,
                    row.flags,
                )
            });
            let expected = [
                (1, 0, "mia", "", "a", 0, 0),
                (1, 1, "leo", "7", "b", 1, KAGG_HAS_EXPLICIT_HASH_KEY),
                (1, 2, "mia", "", "c", 0, 0),
                (2, 0, "mia", "", "a", 2, 0),
                (2, 1, "leo", "7", "b", 3, KAGG_HAS_EXPLICIT_HASH_KEY),
                (2, 2, "mia", "", "c", 2, 0),
            ];
            let expected = expected.map(|(blob, sub, key, explicit, data, number, flags)| {
                (
                    blob,
                    sub,
                    key.to_owned(),
                    explicit.to_owned(),
                    data.to_owned(),
                    number,
                    flags,
                )
            });
            assert_eq!(Vec::from_iter(seen), expected);
            assert_eq!(kagg_deaggregator_rewind(deaggregator), KAGG_OK);
        }
        let statuses = blob_rows(deaggregator, 10).into_iter();
        let statuses = statuses.map(|row| (row.status, row.user_record_count));
        assert_eq!(
            Vec::from_iter(statuses),
            [(KAGG_PLAIN, 0), (KAGG_OK, 3), (KAGG_OK, 3)]
        );
        let mut count = 7;
        let status = kagg_deaggregator_blobs(deaggregator, null_mut(), 0, &raw mut count);
        assert_eq!((status, count), (KAGG_END, 0));
        kagg_deaggregator_free(deaggregator);
    }
}

/// A handle that has read nothing, or no blobs, has nothing to hand out.
#[test]
fn nothing_read_is_nothing_handed_out() {
    // SAFETY: handles live.
    unsafe {
        let deaggregator = made(|it| kagg_deaggregator_new(it));
        assert!(rows(deaggregator, 3).is_empty());
        assert_eq!(
            kagg_deaggregator_read(deaggregator, null(), 0, null_mut()),
            KAGG_OK
        );
        assert!(rows(deaggregator, 3).is_empty());
        kagg_deaggregator_free(deaggregator);
    }
}

/// Blobs one after the other are read as those with pointers; lengths beyond the
/// end are refused, and name the blob.
#[test]
fn joined_blobs_are_the_same() {
    let one = aggregate();
    let joined = [&one[..], b"plain", &one].concat();
    let lengths = [one.len(), 5, one.len()];
    // SAFETY: handles live.
    unsafe {
        let deaggregator = made(|it| kagg_deaggregator_new(it));
        let status = kagg_deaggregator_read_joined(
            deaggregator,
            joined.as_ptr(),
            joined.len(),
            lengths.as_ptr(),
            3,
            null_mut(),
        );
        assert_eq!(status, KAGG_OK);
        assert_eq!(rows(deaggregator, 9).len(), 6);
        let mut error = kagg_error::default();
        let status = kagg_deaggregator_read_joined(
            deaggregator,
            joined.as_ptr(),
            joined.len() - 1,
            lengths.as_ptr(),
            3,
            &raw mut error,
        );
        assert_eq!((status, error.record_index), (KAGG_ERR_LENGTH, 2));
        kagg_deaggregator_free(deaggregator);
    }
}

/// Why a blob is no aggregate, at which byte, in which record.
#[test]
fn blobs_say_what_is_wrong_and_where() {
    let index = frame::seal(b"\x0a\x01k\x1a\x05\x08\x00\x1a\x01a\x1a\x05\x08\x04\x1a\x01a");
    let cut = frame::seal(b"\x0a\x01k\x1a\x05\x08\x00\x1a\x01a\x1a\x05\x08");
    let mut turned = aggregate();
    turned[6] ^= 1;
    let blobs: [&[u8]; 5] = [&index, &cut, &turned, &frame::MAGIC, b""];
    let given = blobs.map(blob);
    // SAFETY: handles live.
    unsafe {
        let deaggregator = made(|it| kagg_deaggregator_new(it));
        kagg_deaggregator_read(deaggregator, given.as_ptr(), given.len(), null_mut());
        let rows = blob_rows(deaggregator, 5);
        let found = rows
            .iter()
            .map(|row| (row.status, row.byte_offset, row.record_index));
        let expected = [
            (KAGG_INDEX_OUTSIDE_TABLE, 17, 1),
            (KAGG_TRUNCATED, rows[1].byte_offset, 1),
            (KAGG_CHECKSUM, 0, KAGG_NO_RECORD),
            (KAGG_TOO_SHORT, 0, KAGG_NO_RECORD),
            (KAGG_PLAIN, 0, KAGG_NO_RECORD),
        ];
        assert_eq!(Vec::from_iter(found), expected);
        assert!(rows[1].byte_offset >= 14);
        kagg_deaggregator_free(deaggregator);
    }
}

/// Each policy does what the core's does.
#[test]
fn policies_are_those_of_the_core() {
    let blobs = [aggregate()];
    let given = [blob(&blobs[0])];
    // The explicit hash key 7 is in range, mia's MD5 is not.
    let range = HashKeyRange::from_decimal("0", "9").unwrap();
    for (number, policy, statuses) in [
        (KAGG_POLICY_KEEP_ALL, RangePolicy::KeepAll, (KAGG_OK, 3, 0)),
        (
            KAGG_POLICY_KEEP_IN_RANGE,
            RangePolicy::KeepInRange,
            (KAGG_OK, 1, 2),
        ),
        (
            KAGG_POLICY_DROP_AGGREGATE,
            RangePolicy::DropAggregate,
            (KAGG_DROPPED, 0, 3),
        ),
    ] {
        let mut core = Deaggregator::with_range(range, policy);
        let slices = [&blobs[0][..]];
        let batch = core.deaggregate_batch(&slices);
        let expected = batch.aggregated_user_records().map(|(_, record)| {
            let out = record.placement == Some(kinesis_agg::Placement::OutOfRange);
            (record.sub_sequence_number, out)
        });
        // SAFETY: handles live.
        unsafe {
            let deaggregator = made(|it| kagg_deaggregator_new(it));
            let (start, start_len) = text("0");
            let (end, end_len) = text("9");
            let set = |policy| {
                let error = null_mut();
                kagg_deaggregator_set_range(
                    deaggregator,
                    start,
                    start_len,
                    end,
                    end_len,
                    policy,
                    error,
                )
            };
            assert_eq!(set(3), KAGG_ERR_OPTION);
            assert_eq!(set(number), KAGG_OK);
            kagg_deaggregator_read(deaggregator, given.as_ptr(), 1, null_mut());
            let row = blob_rows(deaggregator, 1)[0];
            assert_eq!(
                (row.status, row.user_record_count, row.dropped_count),
                statuses
            );
            let found = rows(deaggregator, 2).into_iter().map(|row| {
                (
                    u64::from(row.sub_sequence_number),
                    row.flags & KAGG_OUT_OF_RANGE != 0,
                )
            });
            assert_eq!(
                Vec::from_iter(found),
                Vec::from_iter(expected),
                "{policy:?}"
            );
            kagg_deaggregator_free(deaggregator);
        }
    }
}

/// Digits of a partition key's hash key, as the service counts it.
#[test]
fn hash_keys_are_digits() {
    let mut digits = [0; KAGG_HASH_KEY_SIZE];
    let (key, len) = text("a");
    // SAFETY: there is room.
    let status =
        unsafe { kagg_hash_key_of_partition_key(key, len, null_mut(), digits.as_mut_ptr()) };
    assert_eq!(status, KAGG_OK);
    // SAFETY: it ends with NUL.
    let found = unsafe { CStr::from_ptr(digits.as_ptr()) };
    assert_eq!(found, c"16955237001963240173058271559858726497");
}
