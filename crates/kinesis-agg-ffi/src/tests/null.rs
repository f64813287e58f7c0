//! NULL for every pointer of every function, alone and all at once.

use super::*;

/// Calls each function with NULL for all that can be NULL. Returns their names.
///
/// One line a function: a new one that has none makes the test below fail.
fn call_all_with_null() -> Vec<&'static str> {
    let mut called = Vec::new();
    /// Calls a function, and compares what it says.
    macro_rules! null {
        ($($name:ident($($argument:expr),*);)*) => {$(
            // SAFETY: NULL is allowed everywhere.
            let status = unsafe { $name($($argument),*) };
            assert_eq!(status, KAGG_ERR_NULL, stringify!($name));
            called.push(stringify!($name));
        )*};
    }
    macro_rules! free {
        ($($name:ident;)*) => {$(
            // SAFETY: NULL is allowed.
            unsafe { $name(null_mut()) };
            called.push(stringify!($name));
        )*};
    }
    let e: *mut kagg_error = null_mut();
    null! {
        kagg_aggregator_new(null_mut());
        kagg_aggregator_set_max_size(null_mut(), 1);
        kagg_aggregator_set_max_count(null_mut(), 1);
        kagg_aggregator_set_outer_partition_key(null_mut(), 0);
        kagg_aggregator_omit_outer_hash_key(null_mut());
        kagg_aggregator_frame_singles(null_mut());
        kagg_aggregator_push(null_mut(), null(), 0, null(), 0, null(), 0, e);
        kagg_aggregator_push_many(null_mut(), null(), 0, e, null_mut(), null_mut());
        kagg_aggregator_push_spans(null_mut(), null(), 0, null(), 0, e, null_mut(), null_mut());
        kagg_aggregator_finish(null_mut());
        kagg_aggregator_seal(null_mut(), null_mut());
        kagg_aggregator_user_record_count(null(), null_mut());
        kagg_deaggregator_new(null_mut());
        kagg_deaggregator_set_range(null_mut(), null(), 0, null(), 0, 0, e);
        kagg_deaggregator_read(null_mut(), null(), 0, e);
        kagg_deaggregator_read_joined(null_mut(), null(), 0, null(), 0, e);
        kagg_deaggregator_blobs(null_mut(), null_mut(), 0, null_mut());
        kagg_deaggregator_user_records(null_mut(), null_mut(), 0, null_mut());
        kagg_deaggregator_rewind(null_mut());
        kagg_hash_key_of_partition_key(null(), 0, e, null_mut());
        kagg_records_count(null(), null_mut());
        kagg_records_get(null(), 0, null_mut());
        kagg_records_remove(null_mut(), 0);
        kagg_shard_map_new(null(), 0, e, null_mut());
        kagg_shard_map_predict(null(), null(), 0, null(), 0, e, null_mut(), null_mut());
        kagg_shard_map_judge(null(), null(), 0, null(), 0, e, null_mut());
        kagg_sharded_aggregator_new(0, null(), null_mut());
        kagg_sharded_aggregator_new_pinned_to(null(), 0, e, null_mut());
        kagg_sharded_aggregator_set_max_open(null_mut(), 1, 1);
        kagg_sharded_aggregator_set_max_size(null_mut(), 1);
        kagg_sharded_aggregator_set_max_count(null_mut(), 1);
        kagg_sharded_aggregator_set_outer_partition_key(null_mut(), 0);
        kagg_sharded_aggregator_omit_outer_hash_key(null_mut());
        kagg_sharded_aggregator_frame_singles(null_mut());
        kagg_sharded_aggregator_push(null_mut(), null(), 0, null(), 0, null(), 0, e);
        kagg_sharded_aggregator_push_at(null_mut(), null(), 0, null(), 0, null(), 0, 0, e);
        kagg_sharded_aggregator_push_many(null_mut(), null(), 0, e, null_mut(), null_mut());
        kagg_sharded_aggregator_push_spans(
            null_mut(), null(), 0, null(), 0, e, null_mut(), null_mut()
        );
        kagg_sharded_aggregator_finish(null_mut());
        kagg_sharded_aggregator_finish_arrived_before(null_mut(), 0);
        kagg_sharded_aggregator_seal(null_mut(), null_mut());
        kagg_sharded_aggregator_update_shard_map(null_mut(), null(), null_mut(), null_mut());
        kagg_sharded_aggregator_judge(null(), null(), 0, null(), 0, e, null_mut());
        kagg_sharded_aggregator_user_record_count(null(), null_mut());
    }
    free! {
        kagg_aggregator_free;
        kagg_deaggregator_free;
        kagg_records_free;
        kagg_shard_map_free;
        kagg_sharded_aggregator_free;
    }
    called
}

/// Every exported function answers NULL; three take no pointer.
#[test]
fn every_function_answers_null() {
    let mut called = call_all_with_null();
    called.extend(["kagg_abi_version", "kagg_status_message", "kagg_version"]);
    called.sort_unstable();
    let exported = Vec::from_iter(include_str!("../../symbols.txt").lines());
    assert_eq!(called, exported);
}

/// With a live handle each other pointer is looked at, too, and nothing changes.
#[test]
fn each_pointer_is_looked_at() {
    // SAFETY: handles live, and all else is NULL or what it says.
    unsafe {
        let aggregator = made(|it| kagg_aggregator_new(it));
        let mut error = kagg_error::default();
        let key = "k".as_ptr().cast();
        let status =
            kagg_aggregator_push(aggregator, null(), 1, null(), 0, null(), 0, &raw mut error);
        assert_eq!((status, error.status), (KAGG_ERR_NULL, KAGG_ERR_NULL));
        let status = kagg_aggregator_push(aggregator, key, 1, null(), 0, null(), 1, null_mut());
        assert_eq!(status, KAGG_ERR_NULL);
        assert_eq!(kagg_aggregator_seal(aggregator, null_mut()), KAGG_ERR_NULL);
        let status = kagg_aggregator_user_record_count(aggregator, null_mut());
        assert_eq!(status, KAGG_ERR_NULL);
        // A count without things, and things without places for their statuses.
        let mut refused = 7;
        let status = kagg_aggregator_push_many(
            aggregator,
            null(),
            3,
            null_mut(),
            null_mut(),
            &raw mut refused,
        );
        assert_eq!((status, refused), (KAGG_ERR_NULL, 7));
        let record = kagg_new_user_record {
            partition_key: key,
            partition_key_len: 1,
            explicit_hash_key: null(),
            explicit_hash_key_len: 0,
            data: null(),
            data_len: 0,
        };
        let status = kagg_aggregator_push_many(
            aggregator,
            &raw const record,
            1,
            null_mut(),
            null_mut(),
            &raw mut refused,
        );
        assert_eq!((status, refused), (KAGG_ERR_NULL, 7));
        let count = made(|count| kagg_aggregator_user_record_count(aggregator, count));
        assert_eq!(count, 0);
        kagg_aggregator_free(aggregator);

        let deaggregator = made(|it| kagg_deaggregator_new(it));
        let one = kagg_blob {
            data: null(),
            data_len: 1,
        };
        let blobs = [blob(b""), one];
        let status = kagg_deaggregator_read(deaggregator, blobs.as_ptr(), 2, &raw mut error);
        assert_eq!((status, error.record_index), (KAGG_ERR_NULL, 1));
        let mut count = 9;
        let status = kagg_deaggregator_user_records(deaggregator, null_mut(), 4, &raw mut count);
        assert_eq!((status, count), (KAGG_ERR_NULL, 9));
        kagg_deaggregator_free(deaggregator);
    }
}
