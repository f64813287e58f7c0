//! The baseline of counted instructions, and what differs from it.
//!
//! ```text
//! benches/instructions.json
//! { "1.95.0/x86_64-unknown-linux-gnu":        rustc version / target triple
//!     { "deaggregate": { "instructions": 1088201, "records": 10000 } } }
//! ```
//!
//! A count depends on the compiler and the target, so each pair of them has a
//! baseline of its own. What is compared is instructions per user record.
//! This module does not count: that is `callgrind`.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// How many percent more than the baseline still pass.
const TOLERANCE: f64 = 3.0;

/// What one workload takes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Count {
    pub(crate) instructions: u64,
    /// User records in the workload.
    pub(crate) records: u64,
}

/// The counts of one toolchain and target, by the name of the workload.
pub(crate) type Counts = BTreeMap<String, Count>;

/// All counts, by `<rustc version>/<target triple>`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Baseline(BTreeMap<String, Counts>);

/// One line of the comparison.
#[derive(Debug)]
pub(crate) struct Line {
    workload: String,
    now: Option<Count>,
    before: Option<Count>,
}

/// What a line means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Within the tolerance.
    Same,
    /// Passes, but the baseline no longer tells what we have.
    Better,
    Worse,
    /// The baseline does not know the workload.
    New,
    /// The baseline knows a workload that is no more.
    Gone,
    /// The workload has another number of user records than it had.
    Changed,
}

impl Baseline {
    /// # Errors
    ///
    /// `json` is no baseline.
    pub(crate) fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).context("the baseline of counted instructions is damaged")
    }

    /// The text of the file, one number a line: differences read well.
    ///
    /// # Errors
    ///
    /// None that this type can meet.
    pub(crate) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Takes `counts` as the baseline of `key`; the others stay.
    pub(crate) fn bless(&mut self, key: &str, counts: Counts) {
        self.0.insert(key.to_owned(), counts);
    }

    /// Compares `counts` with those of `key`: a line for each workload of either.
    pub(crate) fn compare(&self, key: &str, counts: &Counts) -> Vec<Line> {
        let none = Counts::new();
        let before = self.0.get(key).unwrap_or(&none);
        let mut workloads: Vec<&String> = counts.keys().chain(before.keys()).collect();
        workloads.sort();
        workloads.dedup();
        let line = |workload: &String| Line {
            workload: workload.clone(),
            now: counts.get(workload).copied(),
            before: before.get(workload).copied(),
        };
        workloads.into_iter().map(line).collect()
    }
}

impl Count {
    /// Instructions per user record. Counts stay far below 2^52.
    #[expect(clippy::cast_precision_loss)]
    fn per_record(self) -> f64 {
        self.instructions as f64 / self.records as f64
    }

    /// How many percent more than `before` this is, per user record.
    fn percent_over(self, before: Self) -> f64 {
        (self.per_record() / before.per_record() - 1.0) * 100.0
    }
}

impl Line {
    pub(crate) fn verdict(&self) -> Verdict {
        let (now, before) = match (self.now, self.before) {
            (Some(now), Some(before)) => (now, before),
            (Some(_), None) => return Verdict::New,
            (None, _) => return Verdict::Gone,
        };
        if now.records != before.records {
            return Verdict::Changed;
        }
        match now.percent_over(before) {
            percent if percent > TOLERANCE => Verdict::Worse,
            percent if percent < -TOLERANCE => Verdict::Better,
            _ => Verdict::Same,
        }
    }
}

impl Verdict {
    pub(crate) fn passes(self) -> bool {
        matches!(self, Self::Same | Self::Better)
    }
}

/// workload, instructions per user record, baseline, difference, verdict.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:32}", self.workload)?;
        for count in [self.now, self.before] {
            match count {
                Some(count) => write!(f, " {:>12.2}", count.per_record())?,
                None => write!(f, " {:>12}", "none")?,
            }
        }
        match (self.now, self.before) {
            (Some(now), Some(before)) => write!(f, " {:>+8.2} %", now.percent_over(before))?,
            _ => write!(f, " {:>10}", "")?,
        }
        write!(f, "  {}", self.verdict())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Better => "better: bless it",
            Self::Worse => "WORSE",
            Self::New => "NOT IN THE BASELINE",
            Self::Gone => "NO LONGER A WORKLOAD",
            Self::Changed => "ANOTHER NUMBER OF USER RECORDS",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "1.95.0/x86_64-unknown-linux-gnu";

    fn counts(of: &[(&str, u64, u64)]) -> Counts {
        let count = |&(name, instructions, records): &(&str, u64, u64)| {
            (
                name.to_owned(),
                Count {
                    instructions,
                    records,
                },
            )
        };
        of.iter().map(count).collect()
    }

    fn verdict(before: &[(&str, u64, u64)], now: &[(&str, u64, u64)]) -> Verdict {
        let mut baseline = Baseline::default();
        baseline.bless(KEY, counts(before));
        let lines = baseline.compare(KEY, &counts(now));
        assert_eq!(lines.len(), 1);
        lines[0].verdict()
    }

    /// Three percent more pass, and not one instruction beyond them.
    #[test]
    fn more_than_three_percent_is_worse() {
        for (instructions, expected) in [
            (10_000, Verdict::Same),
            (10_299, Verdict::Same),
            (10_301, Verdict::Worse),
            (9_701, Verdict::Same),
            (9_699, Verdict::Better),
        ] {
            let found = verdict(&[("a", 10_000, 10)], &[("a", instructions, 10)]);
            assert_eq!(found, expected, "{instructions}");
        }
    }

    /// What cannot be compared does not pass.
    #[test]
    fn what_cannot_be_compared_fails() {
        let one = [("a", 10_000, 10)];
        assert_eq!(verdict(&[], &one), Verdict::New);
        assert_eq!(verdict(&one, &[]), Verdict::Gone);
        assert_eq!(verdict(&one, &[("a", 20_000, 20)]), Verdict::Changed);
        for verdict in [
            Verdict::New,
            Verdict::Gone,
            Verdict::Changed,
            Verdict::Worse,
        ] {
            assert!(!verdict.passes(), "{verdict}");
        }
    }

    /// Blessing one toolchain leaves the others, and comes back from the file.
    #[test]
    fn blessing_survives_the_file() {
        let mut baseline = Baseline::default();
        baseline.bless("other", counts(&[("a", 1, 1)]));
        baseline.bless(KEY, counts(&[("a", 10_000, 10), ("b", 5, 1)]));
        let text = baseline.to_json().unwrap();
        let read = Baseline::parse(&text).unwrap();
        let lines = read.compare(KEY, &counts(&[("a", 10_000, 10), ("b", 5, 1)]));
        assert!(
            lines.iter().all(|line| line.verdict() == Verdict::Same),
            "{text}"
        );
        let lines = read.compare("other", &counts(&[("a", 1, 1)]));
        assert!(
            lines.iter().all(|line| line.verdict() == Verdict::Same),
            "{text}"
        );
    }

    /// A line shows both counts per user record and the difference in percent.
    #[test]
    fn a_line_shows_the_numbers() {
        let mut baseline = Baseline::default();
        baseline.bless(KEY, counts(&[("a", 10_000, 10)]));
        let line = &baseline.compare(KEY, &counts(&[("a", 11_000, 10)]))[0];
        let words: Vec<String> = line
            .to_string()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        assert_eq!(words, ["a", "1100.00", "1000.00", "+10.00", "%", "WORSE"]);
    }
}
