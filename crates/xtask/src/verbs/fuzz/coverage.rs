//! `cargo xtask fuzz --coverage`: which lines of the core's readers the inputs
//! reach that are there: corpus, seeds and what was found on this machine.
//!
//! ```text
//! build    nightly, with rustc's counters     target/fuzz-coverage
//! run      each input of a target once        its profile
//! export   llvm-profdata, then llvm-cov       lcov's text: DA:line,count
//! tell     lines, reached by any target or by none, by file and by module
//! ```
//!
//! Each target is exported alone: of a function that several programs have,
//! llvm-cov believes the first, also where that one never calls it.
//!
//! What the features of the fuzz package leave out, and tests, are not compiled,
//! so they do not count. A line counts as reached when any part of it is.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{TOOLCHAIN, Targets, judge};
use crate::{command, rustup};

const FLAGS: [&str; 2] = ["--cfg=fuzzing", "-Cinstrument-coverage"];

/// Where a program with counters writes them to.
const PROFILE: &str = "LLVM_PROFILE_FILE";

const SOURCES: &str = "crates/kinesis-agg/src/";

/// What reads bytes that nobody vouches for.
const MODULES: [&str; 4] = ["wire", "frame", "message", "deaggregate"];

/// # Errors
///
/// The targets do not build, one finds a fault, or LLVM's tools fail.
pub(super) fn run(target: Option<&str>) -> Result<()> {
    let targets = Targets::load("fuzz-coverage", &FLAGS)?;
    let chosen = targets.chosen(target)?;
    targets.build(&chosen, &["llvm-tools"])?;
    let tools = rustup::llvm_tools(TOOLCHAIN)?;
    let profile = |name: &str| targets.directory.join(name).with_extension("profraw");
    let mut seeds = targets.seeds();
    command::run(seeds.env(PROFILE, profile("seeds")))?;
    let mut files = Files::new();
    for name in chosen {
        let raw = profile(name);
        judge(name, targets.fuzz(name)?.arg("-runs=0").env(PROFILE, &raw))?;
        read(&export(&tools, &raw, &targets.program(name))?, &mut files)?;
    }
    println!("\n{}", table(&files)?);
    Ok(())
}

/// What `program` counted in the profile `raw`, as lcov's text.
fn export(tools: &Path, raw: &Path, program: &Path) -> Result<String> {
    let indexed = raw.with_extension("profdata");
    let mut index = command::at_root(tools.join("llvm-profdata"));
    index.args(["merge", "-sparse", "-o"]).arg(&indexed);
    command::pass_on(index.arg(raw))?;
    let mut export = command::at_root(tools.join("llvm-cov"));
    export.args(["export", "-format=lcov", "-instr-profile"]);
    export.arg(indexed).arg(program);
    command::read(export.args(["-sources", SOURCES]))
}

/// The lines of a file that hold code, and whether any input reaches them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lines(BTreeMap<u32, bool>);

/// By module, and by the path below `SOURCES`.
type Files = BTreeMap<&'static str, BTreeMap<String, Lines>>;

/// Adds what lcov's text says of the files of our modules.
fn read(lcov: &str, files: &mut Files) -> Result<()> {
    let mut current = None;
    for line in lcov.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            current = module(path).map(|(module, name)| {
                let of_module = files.entry(module).or_default();
                of_module.entry(name.to_owned()).or_default()
            });
        } else if let (Some(lines), Some(count)) = (&mut current, line.strip_prefix("DA:")) {
            let (number, reached) = counted(count).with_context(|| format!("what is {line}?"))?;
            *lines.0.entry(number).or_default() |= reached;
        }
    }
    Ok(())
}

/// The module that the file at `path` is of, and its name below `SOURCES`.
fn module(path: &str) -> Option<(&'static str, &str)> {
    let (_, name) = path.split_once(SOURCES)?;
    let (first, _) = name.split_once(['/', '.'])?;
    let module = MODULES.into_iter().find(|module| *module == first)?;
    Some((module, name))
}

/// The number of a line, and whether it was reached, from `line,count`.
fn counted(text: &str) -> Option<(u32, bool)> {
    let (line, count) = text.split_once(',')?;
    let count: u64 = count.parse().ok()?;
    Some((line.parse().ok()?, count > 0))
}

impl Lines {
    fn sum(&self) -> Sum {
        let mut sum = Sum::default();
        for reached in self.0.values() {
            sum.lines += 1;
            sum.covered += u32::from(*reached);
        }
        sum
    }

    /// Those not reached, as one names them: `7, 9-12`.
    fn missed(&self) -> Vec<String> {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (&line, _) in self.0.iter().filter(|(_, reached)| !**reached) {
            match runs.last_mut() {
                Some((_, end)) if *end + 1 == line => *end = line,
                _ => runs.push((line, line)),
            }
        }
        let name = |(start, end)| {
            if start == end {
                format!("{start}")
            } else {
                format!("{start}-{end}")
            }
        };
        runs.into_iter().map(name).collect()
    }
}

/// How many lines hold code, and how many of them were reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    lines: u32,
    covered: u32,
}

impl std::iter::Sum for Sum {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        sums.fold(Self::default(), |one, other| Self {
            lines: one.lines + other.lines,
            covered: one.covered + other.covered,
        })
    }
}

/// Each module and its files, then the lines that were not reached.
///
/// # Errors
///
/// Nothing is known of a module.
fn table(files: &Files) -> Result<String> {
    for module in MODULES {
        ensure!(files.contains_key(module), "no line of {module} is known");
    }
    let mut rows = vec![format!(
        "{:28} {:>6} {:>8} {:>8}",
        "module, file", "lines", "covered", "percent"
    )];
    let mut missed = Vec::new();
    for (module, files) in files {
        rows.push(row(module, files.values().map(Lines::sum).sum()));
        for (name, lines) in files {
            rows.push(row(&format!("  {name}"), lines.sum()));
            let lines = lines.missed();
            if !lines.is_empty() {
                missed.push(format!("not reached: {name}:{}", lines.join(", ")));
            }
        }
    }
    rows.append(&mut missed);
    Ok(rows.join("\n"))
}

fn row(name: &str, sum: Sum) -> String {
    let Sum { lines, covered } = sum;
    let percent = 100.0 * f64::from(covered) / f64::from(lines);
    format!("{name:28} {lines:>6} {covered:>8} {percent:>8.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LCOV: &str = "SF:/home/a/fuzz/../crates/kinesis-agg/src/wire/reader.rs\n\
        FN:170,tag\nFNDA:3,tag\nFNF:1\nFNH:1\nBRF:0\n\
        DA:170,3\nDA:171,0\nDA:172,0\nDA:174,0\nDA:175,0\nLF:5\nLH:1\nend_of_record\n\
        SF:/home/a/crates/kinesis-agg/src/wire.rs\nDA:1,18446744073709551615\nend_of_record\n\
        SF:/home/a/crates/kinesis-agg/src/message/usual.rs\nDA:9,1\nend_of_record\n\
        SF:/home/a/crates/kinesis-agg/src/messages.rs\nDA:9,0\nend_of_record\n\
        SF:/home/a/crates/kinesis-agg/src/frame.rs\nDA:9,1\nend_of_record\n\
        SF:/home/a/crates/kinesis-agg-ffi/src/wire.rs\nDA:9,0\nend_of_record\n\
        SF:/home/a/crates/kinesis-agg/src/deaggregate/batch.rs\nDA:5,0\nend_of_record\n";

    fn tell(texts: &[&str]) -> Result<String> {
        let mut files = Files::new();
        for lcov in texts {
            read(lcov, &mut files)?;
        }
        table(&files)
    }

    /// Lines count for the file named before them, each once for all targets;
    /// files of other modules do not count.
    #[test]
    fn the_table_has_files_modules_and_what_is_not_reached() {
        let other = LCOV
            .replace("DA:172,0", "DA:172,1")
            .replace("170,3", "170,0");
        let expected = [
            "module, file                  lines  covered  percent",
            "deaggregate                       1        0      0.0",
            "  deaggregate/batch.rs            1        0      0.0",
            "frame                             1        1    100.0",
            "  frame.rs                        1        1    100.0",
            "message                           1        1    100.0",
            "  message/usual.rs                1        1    100.0",
            "wire                              6        3     50.0",
            "  wire.rs                         1        1    100.0",
            "  wire/reader.rs                  5        2     40.0",
            "not reached: deaggregate/batch.rs:5",
            "not reached: wire/reader.rs:171, 174-175",
        ];
        assert_eq!(tell(&[LCOV, &other]).unwrap(), expected.join("\n"));
    }

    /// What is not understood, or a module that is not there, is no table at all.
    #[test]
    fn what_is_not_understood_is_an_error() {
        let error = |lcov: &str| tell(&[lcov]).unwrap_err().to_string();
        let odd = LCOV.replace("DA:174,0", "DA:174");
        assert_eq!(error(&odd), "what is DA:174?");
        let without = LCOV.replace("src/frame.rs", "src/frames.rs");
        assert_eq!(error(&without), "no line of frame is known");
    }
}
