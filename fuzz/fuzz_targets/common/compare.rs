//! Whether what came out is what went in: each user record once, those of each
//! key in their order.

use kinesis_agg_testkit::TestRecord;
use std::collections::BTreeMap;

/// The user records of each partition key and explicit hash key, in their order.
/// Only for those is there one: they share a shard.
///
/// # Panics
///
/// When another user record came out than went in, or in another order.
pub(crate) fn by_keys(found: &[TestRecord], expected: &[TestRecord]) {
    let key = |record: &TestRecord| {
        let explicit = record.explicit_hash_key.clone();
        (record.partition_key.clone(), explicit)
    };
    assert_eq!(grouped(found, key), grouped(expected, key));
}

/// The same but for explicit hash keys, for user records that were given some.
/// The order is that of partition keys which had none.
///
/// # Panics
///
/// When another user record came out than went in, or in another order.
pub(crate) fn but_for_pins(found: &[TestRecord], expected: &[TestRecord], in_order: bool) {
    let key = |record: &TestRecord| record.partition_key.clone();
    let [mut found, expected_by_key] = [found, expected].map(|list| grouped(list, key));
    assert_eq!(found.len(), expected_by_key.len());
    for (key, mut expected) in expected_by_key {
        let mut found = found.remove(&key).unwrap_or_default();
        let had_none = expected.iter().all(|r| r.explicit_hash_key.is_none());
        for record in found.iter_mut().chain(&mut expected) {
            record.explicit_hash_key = None;
        }
        if !in_order || !had_none {
            for list in [&mut found, &mut expected] {
                list.sort_by(|one, other| (&one.data, &one.tags).cmp(&(&other.data, &other.tags)));
            }
        }
        assert_eq!(found, expected);
    }
}

fn grouped<K: Ord>(
    records: &[TestRecord],
    key: impl Fn(&TestRecord) -> K,
) -> BTreeMap<K, Vec<TestRecord>> {
    let mut groups = BTreeMap::<K, Vec<TestRecord>>::new();
    for record in records {
        groups.entry(key(record)).or_default().push(record.clone());
    }
    groups
}
