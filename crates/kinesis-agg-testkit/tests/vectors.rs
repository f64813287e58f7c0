//! The models against every recorded vector.

use std::collections::HashSet;

use kinesis_agg_testkit::kcl::{self, Outcome};
use kinesis_agg_testkit::vectors::{self, File, Vector};

/// Every file holds as many vectors as its README says, all under ids of their own.
#[test]
fn every_vector_is_read() {
    let mut ids = HashSet::new();
    for file in File::ALL {
        let vectors = vectors::file(file);
        assert_eq!(vectors.len(), file.count(), "{}", file.name());
        for vector in vectors {
            assert!(
                ids.insert(vector.id.clone()),
                "{} is there twice",
                vector.id
            );
        }
    }
    assert_eq!(ids.len(), 1_522);
}

/// The model of the KCL gives the recorded verdict for each vector: outcome,
/// exception, user records, and what passed through. Nothing is excepted.
#[test]
fn the_model_of_the_kcl_gives_every_recorded_verdict() {
    let mut wrong = Vec::new();
    for vector in vectors::all() {
        let verdict = judge(&vector);
        if verdict != vector.kcl {
            wrong.push(format!("{}: {:?} is {:?}", vector.id, vector.kcl, verdict));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A batch call says of each blob what a call of its own says.
#[test]
fn a_batch_of_one_is_the_blob_alone() {
    for vector in vectors::all() {
        for blob in &vector.blobs {
            let one = kcl::judge(blob, vector.range.as_ref());
            let batch = kcl::judge_batch(&[blob], vector.range.as_ref());
            assert_eq!(batch.outcome, Outcome::Batch);
            assert_eq!(batch.records, one.records, "{}", vector.id);
            assert_eq!(batch.passed_through, one.passed_through, "{}", vector.id);
            assert_eq!(batch.thrown, one.thrown, "{}", vector.id);
        }
    }
}

fn judge(vector: &Vector) -> kcl::Verdict {
    let range = vector.range.as_ref();
    match vector.kcl.outcome {
        Outcome::Batch => kcl::judge_batch(&vector.blobs, range),
        _ => kcl::judge(vector.blob(), range),
    }
}
