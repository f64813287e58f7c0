//! `cargo xtask instructions`: counted instructions per user record.
//!
//! ```text
//! instructions --list      prints the workloads, one name a line
//! instructions WORKLOAD    runs it inside a function `measured` that is never
//!                          inlined, and prints `records=N`, its user records
//! ```
//!
//! That is the contract with the program `instructions` of the package
//! `kinesis-agg-bench`; its workloads are fixed and seeded. Counting is
//! `callgrind`, comparing is `baseline`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::baseline::{Baseline, Count, Counts, Line, Verdict};
use crate::workspace::{self, Workspace};
use crate::{callgrind, command, measurement};

const PROGRAM: &str = "instructions";
const BASELINE: &str = "benches/instructions.json";
const HOW_TO_BLESS: &str = "`cargo xtask instructions --bless` takes the counts of this machine \
    as the baseline: say in the change why they differ";

/// Counts the instructions of fixed workloads and compares them with the baseline.
///
/// Needs valgrind. Fails when a workload takes over 3 % more instructions per
/// user record than the baseline in benches/instructions.json, or when that has
/// no count for this toolchain and target.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Take the counts as the new baseline of this toolchain and target.
    #[arg(long)]
    bless: bool,
}

/// # Errors
///
/// Counting fails, or the counts do not pass.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.bless { bless() } else { compare() }
}

/// # Errors
///
/// Counting fails, or a workload is worse than its baseline or has none.
pub(crate) fn compare() -> Result<()> {
    let key = key()?;
    let counts = count_all()?;
    let lines = read_baseline()?.compare(&key, &counts);
    print_table(&key, &lines);
    judge(&key, &lines)
}

fn bless() -> Result<()> {
    let key = key()?;
    let counts = count_all()?;
    let mut baseline = read_baseline()?;
    print_table(&key, &baseline.compare(&key, &counts));
    baseline.bless(&key, counts);
    let path = workspace::root().join(BASELINE);
    std::fs::write(path, baseline.to_json()?).context("cannot write the baseline")?;
    println!("{BASELINE} now holds these counts for {key}");
    Ok(())
}

fn judge(key: &str, lines: &[Line]) -> Result<()> {
    let verdicts: Vec<Verdict> = lines.iter().map(Line::verdict).collect();
    if verdicts.iter().all(|verdict| *verdict == Verdict::New) {
        bail!("{BASELINE} has no counts for {key}; {HOW_TO_BLESS}");
    }
    let failed = verdicts.iter().filter(|verdict| !verdict.passes()).count();
    if failed > 0 {
        bail!(
            "{failed} of {} workloads do not pass; {HOW_TO_BLESS}",
            lines.len()
        );
    }
    if verdicts.contains(&Verdict::Better) {
        println!("better than the baseline: {HOW_TO_BLESS}");
    }
    Ok(())
}

fn print_table(key: &str, lines: &[Line]) {
    println!("instructions per user record, {key}");
    println!(
        "{:32} {:>12} {:>12} {:>10}",
        "workload", "now", "baseline", "difference"
    );
    for line in lines {
        println!("{line}");
    }
}

fn read_baseline() -> Result<Baseline> {
    if workspace::root().join(BASELINE).exists() {
        Baseline::parse(&workspace::read(BASELINE)?)
    } else {
        Ok(Baseline::default())
    }
}

/// `<rustc version>/<target triple>` of the rustc that builds the program.
fn key() -> Result<String> {
    let version = command::read(command::at_root("rustc").arg("-vV"))?;
    key_of(&version).context("`rustc -vV` names no release and host")
}

fn key_of(version: &str) -> Option<String> {
    let field = |name: &str| version.lines().find_map(|line| line.strip_prefix(name));
    Some(format!("{}/{}", field("release: ")?, field("host: ")?))
}

fn count_all() -> Result<Counts> {
    callgrind::ensure_installed()?;
    command::run(&mut measurement::build(&[PROGRAM]))?;
    let program = measurement::path(PROGRAM)?;
    let list = command::read(Command::new(&program).arg("--list"))?;
    let workloads: Vec<&str> = list.lines().filter(|line| !line.is_empty()).collect();
    ensure!(
        !workloads.is_empty(),
        "`{PROGRAM} --list` names no workload"
    );
    let file = Workspace::load()?.target_directory.join("callgrind.out");
    let count = |name: &str| Ok((name.to_owned(), count_one(&program, name, &file)?));
    workloads.into_iter().map(count).collect()
}

fn count_one(program: &Path, workload: &str, file: &Path) -> Result<Count> {
    let run = callgrind::count(program, workload, file)
        .with_context(|| format!("cannot count workload {workload}"))?;
    let records = records(&run.output)
        .with_context(|| format!("workload {workload} prints no `records=N` above 0"))?;
    let instructions = run.instructions;
    Ok(Count {
        instructions,
        records,
    })
}

/// N of the line `records=N`.
fn records(output: &str) -> Option<u64> {
    let mut values = output
        .lines()
        .filter_map(|line| line.strip_prefix("records="));
    values.next()?.parse().ok().filter(|&records| records > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key is rustc's release and host, as `rustc -vV` prints them.
    #[test]
    fn the_key_names_toolchain_and_target() {
        let version = "rustc 1.95.0 (abc 2026-04-14)\nbinary: rustc\n\
            host: x86_64-unknown-linux-gnu\nrelease: 1.95.0\nLLVM version: 22.1.0\n";
        assert_eq!(key_of(version).unwrap(), "1.95.0/x86_64-unknown-linux-gnu");
        assert_eq!(key_of("rustc 1.95.0\n"), None);
    }

    /// A workload without user records cannot be divided by them.
    #[test]
    fn records_are_read_from_their_line() {
        for (output, expected) in [
            ("records=10000\n", Some(10_000)),
            ("seed=1\nrecords=3\n", Some(3)),
            ("records=0\n", None),
            ("records=many\n", None),
            ("", None),
        ] {
            assert_eq!(records(output), expected, "{output:?}");
        }
    }

    fn lines(before: &[(&str, u64)], now: &[(&str, u64)]) -> Vec<Line> {
        let counts = |of: &[(&str, u64)]| -> Counts {
            let count = |instructions| Count {
                instructions,
                records: 10,
            };
            of.iter()
                .map(|&(name, n)| (name.to_owned(), count(n)))
                .collect()
        };
        let mut baseline = Baseline::default();
        baseline.bless("here", counts(before));
        baseline.compare("here", &counts(now))
    }

    /// Each failure says how to bless; better passes.
    #[test]
    fn failures_say_how_to_bless() {
        for (before, now, good) in [
            (&[("a", 100)][..], &[("a", 100)][..], true),
            (&[("a", 100)], &[("a", 50)], true),
            (&[("a", 100)], &[("a", 104)], false),
            (&[("a", 100)], &[("a", 100), ("b", 100)], false),
            (&[("a", 100), ("b", 100)], &[("a", 100)], false),
            (&[], &[("a", 100)], false),
        ] {
            let result = judge("here", &lines(before, now));
            assert_eq!(result.is_ok(), good, "{before:?} {now:?}");
            if let Err(error) = result {
                assert!(error.to_string().contains("--bless"), "{error}");
            }
        }
    }
}
