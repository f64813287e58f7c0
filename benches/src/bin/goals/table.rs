//! The table: a heading, a line for each row, notes; and rows for machines.

use std::fmt::Write as _;

use kinesis_agg_bench::report::{Machine, QUIET, today};
use serde::Serialize;

use crate::row::{Measured, Unit, Verdict};

/// The compiler, as the builder said it.
const RUSTC: Option<&str> = option_env!("KINESIS_AGG_RUSTC");

/// A row for machines.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'m> {
    work: &'m str,
    against: &'static str,
    /// `theirs / ours`; `null` when ours is 0.
    ratio: Option<f64>,
    /// What the ratio must reach; of allocations, what `ours` may be.
    must: Option<f64>,
    aim: Option<f64>,
    /// "below must", "must" or "aim"; `null` without a goal.
    verdict: Option<&'static str>,
    /// "ns" or "allocations", for all of the work.
    unit: &'static str,
    ours: u64,
    theirs: u64,
}

impl<'m> Line<'m> {
    pub(crate) fn of(measured: &'m Measured) -> Self {
        let Measured { row, ours, theirs } = measured;
        Self {
            work: &row.work,
            against: row.against,
            ratio: measured.ratio(),
            must: row.goal.map(|goal| goal.must),
            aim: row.goal.map(|goal| goal.aim),
            verdict: measured.verdict().map(Verdict::name),
            unit: row.unit.name(),
            ours: *ours,
            theirs: *theirs,
        }
    }
}

/// Where and by what it is measured, and the names of the columns.
pub(crate) fn heading() -> String {
    let machine = Machine::here();
    let rustc = RUSTC.unwrap_or("rustc unknown");
    format!(
        "{}; {} processors; {}; {rustc}; {}\n\
         ratio: theirs / ours, the fastest of many rounds by turns\n\n\
         {:42} {:20} {:>7} {:>5} {:>5}  {:10} {:>9} {:>9}",
        machine.processor,
        machine.cores,
        machine.system,
        today(),
        "work",
        "against",
        "ratio",
        "must",
        "aim",
        "reaches",
        "ours",
        "theirs",
    )
}

pub(crate) fn line(measured: &Measured) -> String {
    let Measured { row, ours, theirs } = measured;
    let or_dash = |number: Option<String>| number.unwrap_or_else(|| "-".to_owned());
    let goal = |number: Option<f64>| or_dash(number.map(|goal| goal.to_string()));
    let verdict = measured.verdict().map_or("", Verdict::name);
    let [ours, theirs] = [*ours, *theirs].map(|count| amount(count, row.unit));
    format!(
        "{:42} {:20} {:>7} {:>5} {:>5}  {verdict:10} {ours:>9} {theirs:>9}",
        row.work,
        row.against,
        or_dash(measured.ratio().map(|ratio| format!("{ratio:.2}"))),
        goal(row.goal.map(|goal| goal.must)),
        goal(row.goal.map(|goal| goal.aim)),
    )
}

/// A count, or a time in a unit that leaves one to three digits before the point.
fn amount(count: u64, unit: Unit) -> String {
    if unit == Unit::Allocations {
        return count.to_string();
    }
    let time = std::time::Duration::from_nanos(count);
    match count {
        0..1_000 => format!("{count} ns"),
        1_000..1_000_000 => format!("{:.1} us", time.as_secs_f64() * 1e6),
        _ => format!("{:.2} ms", time.as_secs_f64() * 1e3),
    }
}

/// What came of all, and what is to be known of the numbers.
pub(crate) fn notes(verdicts: &[Verdict], others: f64) -> String {
    let count = |wanted| {
        verdicts
            .iter()
            .filter(|verdict| **verdict == wanted)
            .count()
    };
    let mut notes = format!(
        "\n{} reach the aim, {} what they must, {} are below that\n",
        count(Verdict::Aim),
        count(Verdict::Must),
        count(Verdict::BelowMust),
    );
    if others > QUIET {
        let _ = writeln!(
            notes,
            "other programs took {others:.2} processors: not to be quoted"
        );
    }
    notes
        + &openssl()
        + "allocations: goals are for ours, at most\n\
        the KCL, Go, Java, Node.js and Python: `cargo xtask peers`"
}

#[cfg(kinesis_agg_openssl)]
fn openssl() -> String {
    let version = kinesis_agg_bench::others::openssl::version();
    format!("openssl: {version}, EVP, one context for all\n")
}

#[cfg(not(kinesis_agg_openssl))]
fn openssl() -> String {
    "openssl: not built in; `cargo xtask bench` does where pkg-config finds it (libssl-dev)\n"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Line, heading, line, notes};
    use crate::row::{Measured, Row, Verdict};

    fn timed() -> Measured {
        Measured {
            row: Row::timed("work", "ours", "them").with_goal(9.0, 12.5),
            ours: 1_500,
            theirs: 15_000,
        }
    }

    fn counted() -> Measured {
        Measured {
            row: Row::timed("work", "ours", "them").counted(),
            ours: 0,
            theirs: 15,
        }
    }

    /// Machines find every field in every row; what there is not is null.
    #[test]
    fn machines_find_every_field() {
        let value =
            |measured: &Measured| -> Value { serde_json::to_value(Line::of(measured)).unwrap() };
        let expected = json!({
            "work": "work", "against": "them", "ratio": 10.0, "must": 9.0, "aim": 12.5,
            "verdict": "must", "unit": "ns", "ours": 1_500, "theirs": 15_000,
        });
        assert_eq!(value(&timed()), expected);
        let expected = json!({
            "work": "work", "against": "them", "ratio": null, "must": null, "aim": null,
            "verdict": null, "unit": "allocations", "ours": 0, "theirs": 15,
        });
        assert_eq!(value(&counted()), expected);
    }

    /// A line has a word for what it reaches, and stands below the heading.
    #[test]
    fn lines_say_what_they_reach() {
        let words = |measured: &Measured| {
            line(measured)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            words(&timed()),
            "work them 10.00 9 12.5 must 1.5 us 15.0 us"
        );
        assert_eq!(words(&counted()), "work them - - - 0 15");
        let heading = heading();
        let columns = heading.lines().last().unwrap();
        assert_eq!(columns.len(), line(&timed()).len());
    }

    /// The notes count the verdicts, and say when the machine was not quiet.
    #[test]
    fn notes_count_and_warn() {
        let verdicts = [Verdict::Aim, Verdict::BelowMust, Verdict::Aim];
        let quiet = notes(&verdicts, 0.0);
        assert!(quiet.contains("2 reach the aim, 0 what they must, 1 are below that"));
        assert!(!quiet.contains("quoted"));
        assert!(notes(&verdicts, 0.5).contains("not to be quoted"));
    }
}
