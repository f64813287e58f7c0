//! What other producers wrote, written again byte for byte from the same user
//! records.

mod common;

use common::{aggregator, bare_record, with_new};
use kinesis_agg::{AggregatedRecord, Options, OuterPartitionKey, seal_many};
use kinesis_agg_testkit::TestRecord;
use kinesis_agg_testkit::vectors::{self, File, Vector};

/// The KPL takes leading zeros off an explicit hash key, and the vector says
/// what it was given. From the user records that the KCL reads back, this one is
/// the same as the others.
const KPL_CHANGED: &str = "kpl-1.0.7/ehk-leading-zeros/1-shards/0";

/// What is not written again, and why.
const EXCEPTIONS: [(&str, &str); 3] = [
    (
        "python-aiokpl-0.2.0/ehk-leading-zeros",
        "the service takes no explicit hash key with leading zeros",
    ),
    (
        "python-aiokpl-0.2.0/ehk-empty-string",
        "the empty text is no explicit hash key",
    ),
    (
        "python-aiokpl-0.2.0/empty-key",
        "a partition key has at least one character",
    ),
];

/// All of `records` in one aggregate, or the reason why one is refused.
fn aggregate(options: &Options, records: &[TestRecord]) -> Result<AggregatedRecord, String> {
    let mut aggregator = aggregator(options.clone());
    let mut sealed = Vec::new();
    for record in records {
        let full = with_new(record, |new| {
            let after = aggregator.size_after(&new);
            let full = aggregator.push(new).map_err(|error| error.to_string())?;
            if full.is_empty() {
                assert_eq!(aggregator.size(), after, "the size that was said");
            }
            Ok::<_, String>(full)
        })?;
        sealed.extend(full);
    }
    sealed.extend(aggregator.finish());
    let mut sealed = seal_many(sealed);
    assert_eq!(sealed.len(), 1, "one aggregate");
    Ok(sealed.remove(0))
}

fn rewritten(file: File, options: &Options) -> impl Iterator<Item = (Vector, AggregatedRecord)> {
    let options = options.clone();
    vectors::file(file).into_iter().filter_map(move |vector| {
        let mut input = vector.input.clone().expect("user records");
        if vector.id == KPL_CHANGED {
            input = read_back(&vector);
        }
        let excepted = EXCEPTIONS.iter().any(|(id, _)| *id == vector.id);
        match aggregate(&options, &input) {
            Ok(record) => {
                assert!(!excepted, "{} is written after all", vector.id);
                Some((vector, record))
            }
            Err(error) => {
                assert!(excepted, "{}: {error}", vector.id);
                None
            }
        }
    })
}

/// The user records as the KCL reads them.
fn read_back(vector: &Vector) -> Vec<TestRecord> {
    let records = vector.kcl.records.iter();
    let record = records.map(|record| TestRecord {
        explicit_hash_key: record.explicit_hash_key.clone(),
        ..TestRecord::new(&record.partition_key, &record.data)
    });
    record.collect()
}

/// The KPL's aggregates, and the keys of their Kinesis records.
#[test]
fn the_kpl_writes_the_same_bytes() {
    let options = Options::new().with_outer_partition_key(OuterPartitionKey::Kpl);
    let mut count = 0;
    for (vector, record) in rewritten(File::Kpl, &options) {
        assert_eq!(record.data(), vector.blob(), "{}", vector.id);
        let outer = vector.kinesis_partition_key.as_deref();
        assert_eq!(Some(record.partition_key()), outer, "{}", vector.id);
        // The KPL gives each Kinesis record an explicit hash key; a bare one of
        // ours goes with its own keys, and lands in the same place.
        let outer = vector.kinesis_explicit_hash_key;
        let lands = record.hash_key_span().start().to_string();
        let first = record
            .explicit_hash_key()
            .map_or(lands, |key| key.to_string());
        assert_eq!(Some(first), outer, "{}", vector.id);
        count += 1;
    }
    assert_eq!(count, 83);
}

/// aiokpl's aggregates, tags included; its outer hash key is the explicit one of
/// the first user record, so that one has to be compared only where there is one.
#[test]
fn aiokpl_writes_the_same_bytes() {
    let mut count = 0;
    for (vector, record) in rewritten(File::Aiokpl, &Options::new()) {
        assert_eq!(record.data(), vector.blob(), "{}", vector.id);
        let outer = vector.kinesis_partition_key.as_deref();
        assert_eq!(Some(record.partition_key()), outer, "{}", vector.id);
        if let Some(outer) = vector.kinesis_explicit_hash_key {
            let ours = record.explicit_hash_key().expect("a hash key").to_string();
            assert_eq!(ours, outer, "{}", vector.id);
        }
        count += 1;
    }
    assert_eq!(count, 39);
}

/// The Java aggregator gives each user record an explicit hash key and frames
/// single ones: the same, from the user records that the KCL reads back.
#[test]
fn the_java_aggregator_writes_the_same_bytes() {
    let options = Options::new().with_framed_singles();
    let mut count = 0;
    for vector in vectors::file(File::Java) {
        match aggregate(&options, &read_back(&vector)) {
            Ok(record) => {
                assert_eq!(record.data(), vector.blob(), "{}", vector.id);
                let outer = vector.kinesis_partition_key.as_deref();
                assert_eq!(Some(record.partition_key()), outer, "{}", vector.id);
                count += 1;
            }
            // Its explicit hash key has leading zeros: see above.
            Err(error) => assert!(vector.id.ends_with("/ehk-leading-zeros"), "{error}"),
        }
    }
    assert_eq!(count, 38);
}

/// A single user record leaves as it is, with its own keys; with tags, or with
/// data that reads as an aggregate, it is framed.
#[test]
fn single_user_records_leave_bare_where_they_can() {
    let plain = TestRecord::new("k", b"data");
    let with_key = TestRecord {
        explicit_hash_key: Some("7".into()),
        ..plain.clone()
    };
    for record in [&plain, &with_key] {
        let sealed = aggregate(&Options::new(), std::slice::from_ref(record)).unwrap();
        assert!(!sealed.is_framed());
        assert_eq!(bare_record(&sealed), *record);
        assert_eq!(sealed.size(), 5);
    }
    let framed = aggregate(&Options::new().with_framed_singles(), &[plain]).unwrap();
    assert!(framed.is_framed());

    let tagged = TestRecord {
        tags: vec![("t".into(), None)],
        ..with_key
    };
    let nested = TestRecord::new("k", framed.data());
    let false_magic = TestRecord::new("k", &framed.data()[..framed.data().len() - 1]);
    for (record, is_framed) in [(tagged, true), (nested, true), (false_magic, false)] {
        let sealed = aggregate(&Options::new(), &[record]).unwrap();
        assert_eq!(sealed.is_framed(), is_framed);
    }
}
