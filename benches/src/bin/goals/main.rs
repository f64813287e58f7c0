//! Prints how many times faster we are than others, a row for each work, and
//! what is promised: `cargo xtask bench`.
//!
//! ```text
//! goals [--seconds N] [--only PART] [--json]
//!
//! rows ── the works, whom against, what is promised      row ── one of them, judged
//! table ── rows as text, or as JSON, an object a line    allocations ── counts them
//! ```
//!
//! Speed is not a test: a row below what it must reach is said, and the program
//! ends well all the same.

mod allocations;
mod row;
mod rows;
mod table;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use kinesis_agg_bench::report::Load;

use row::Measured;
use rows::Group;

/// What the caller asks for.
#[derive(Debug)]
struct Options {
    /// For each work, divided among all who do it.
    time: Duration,
    /// Part of the name of a row.
    only: String,
    json: bool,
}

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options {
        time: Duration::from_secs(3),
        only: String::new(),
        json: false,
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seconds" => {
                let seconds = arguments.next().and_then(|number| number.parse().ok());
                options.time = Duration::from_secs(seconds.context("--seconds takes a number")?);
            }
            "--only" => options.only = arguments.next().context("--only takes a part of a name")?,
            "--json" => options.json = true,
            other => bail!("usage: goals [--seconds N] [--only PART] [--json]; not {other}"),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<()> {
    let groups = chosen(rows::all(), &options.only);
    ensure!(!groups.is_empty(), "no row has {:?} in it", options.only);
    let load = Load::now();
    let mut verdicts = Vec::new();
    options.say(&table::heading());
    for group in groups {
        for measured in group.measure(options.time) {
            println!("{}", print(&measured, options.json)?);
            verdicts.extend(measured.verdict());
        }
    }
    options.say(&table::notes(&verdicts, load.others()));
    Ok(())
}

impl Options {
    /// Says what is no row: beside the rows for machines.
    fn say(&self, text: &str) {
        if self.json {
            eprintln!("{text}");
        } else {
            println!("{text}");
        }
    }
}

/// The groups with rows that have `part` in their name, and of their rows those.
fn chosen(mut groups: Vec<Group>, part: &str) -> Vec<Group> {
    for group in &mut groups {
        group.rows.retain(|row| row.is_called(part));
    }
    groups.retain(|group| !group.rows.is_empty());
    groups
}

fn print(measured: &Measured, json: bool) -> Result<String> {
    if json {
        Ok(serde_json::to_string(&table::Line::of(measured))?)
    } else {
        Ok(table::line(measured))
    }
}

#[cfg(test)]
mod tests {
    use super::{chosen, options, rows};

    fn parse(words: &[&str]) -> anyhow::Result<super::Options> {
        options(words.iter().map(ToString::to_string))
    }

    /// Options are taken in any order; what is none is refused.
    #[test]
    fn options_are_taken_or_refused() {
        let all = parse(&["--json", "--only", "MD5", "--seconds", "5"]).unwrap();
        assert!(all.json && all.only == "MD5" && all.time.as_secs() == 5);
        let none = parse(&[]).unwrap();
        assert!(!none.json && none.only.is_empty() && none.time.as_secs() == 3);
        for words in [
            &["--only"][..],
            &["--seconds"],
            &["--seconds", "few"],
            &["--jsn"],
        ] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }

    /// Rows are chosen by a part of the work or of whom it is against; others
    /// are not even measured.
    #[test]
    fn rows_are_chosen_by_a_part_of_their_name() {
        let names = |part: &str| {
            let groups = chosen(rows::all(), part);
            let rows = groups.into_iter().flat_map(|group| group.rows);
            Vec::from_iter(rows.map(|row| (row.work, row.against)))
        };
        let all = names("");
        let parse = names("parse, ");
        assert!(!parse.is_empty() && parse.len() < all.len());
        assert!(parse.iter().all(|(work, _)| work.contains("parse, ")));
        let prost = names("prost-vec");
        assert!(!prost.is_empty());
        assert!(prost.iter().all(|(_, against)| *against == "prost-vec"));
        assert!(names("no such row").is_empty());
    }
}
