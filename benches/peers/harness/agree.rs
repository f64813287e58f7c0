//! Whether a peer did the work: the same user records, in the same order.
//!
//! Aggregates are taken apart by the testkit's model of the KCL, which shares
//! no code with any peer. A Kinesis record that is no aggregate is a user record.

use std::path::Path;

use anyhow::{Context, Result, bail};
use kinesis_agg_bench::pairs;
use kinesis_agg_testkit::kcl;

use crate::peer::Work;

/// # Errors
///
/// `answer` does not hold the user records of `expected`.
pub(crate) fn check(work: Work, expected: &[u8], answer: &Path) -> Result<()> {
    let found = std::fs::read(answer).context("the answer is missing")?;
    match work {
        Work::Deaggregate => same(expected, &found),
        Work::Aggregate => same(expected, &apart(&found)?),
    }
}

/// The user records of all Kinesis records.
fn apart(records: &[u8]) -> Result<Vec<u8>> {
    let mut user_records = Vec::new();
    for (partition_key, data) in pairs::read(records)? {
        let verdict = kcl::judge(data, None);
        if !verdict.passed_through.is_empty() {
            pairs::write(&mut user_records, partition_key, data);
        }
        for user_record in verdict.records {
            let partition_key = &user_record.partition_key;
            pairs::write(&mut user_records, partition_key, &user_record.data);
        }
    }
    Ok(user_records)
}

fn same(expected: &[u8], found: &[u8]) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    let (expected, found) = (pairs::read(expected)?, pairs::read(found)?);
    let mut both = expected.iter().zip(&found);
    match both.position(|(expected, found)| expected != found) {
        Some(at) => bail!("user record {at} differs from the one that was put in"),
        None => bail!("{} user records, not {}", found.len(), expected.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::{apart, same};
    use kinesis_agg_bench::pairs;
    use kinesis_agg_testkit::{TestRecord, naive};

    fn file(of: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = Vec::new();
        for (partition_key, data) in of {
            pairs::write(&mut file, partition_key, data);
        }
        file
    }

    /// A user record that is another, lost or too many is said.
    #[test]
    fn disagreement_is_said() {
        let expected = file(&[("a", b"1"), ("b", b"2")]);
        assert!(same(&expected, &expected).is_ok());
        for (found, says) in [
            (file(&[("a", b"1"), ("a", b"2")]), "user record 1 differs"),
            (file(&[("a", b"1")]), "1 user records, not 2"),
            (
                file(&[("a", b"1"), ("b", b"2"), ("b", b"")]),
                "3 user records, not 2",
            ),
        ] {
            let error = same(&expected, &found).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    /// Aggregates are taken apart; what is none stays.
    #[test]
    fn aggregates_are_taken_apart() {
        let blob = naive::encode(&[TestRecord::new("a", b"1"), TestRecord::new("b", b"2")]);
        let records = file(&[("a", &blob), ("c", b"3")]);
        let expected = file(&[("a", b"1"), ("b", b"2"), ("c", b"3")]);
        assert_eq!(apart(&records).unwrap(), expected);
    }
}
