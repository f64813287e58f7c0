//! `cargo xtask test`: every check, quick or full.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::runner::{self, Step, Tier};
use crate::steps::STEPS;

/// Runs the checks of the project.
///
/// The first failure stops the run. The last line of the output is
/// `N passed, M failed` and counts steps.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Leave out what takes other toolchains or release builds.
    #[arg(long)]
    quick: bool,
    /// Run the steps behind a failed one, too.
    #[arg(long)]
    keep_going: bool,
    /// Print the steps and what holds when they pass, and run none.
    #[arg(long)]
    list: bool,
    /// Run these steps only.
    #[arg(conflicts_with = "quick")]
    steps: Vec<String>,
}

/// # Errors
///
/// A step that is asked for by name does not exist. A step that fails is no
/// error here: it is in the table, and the exit code tells.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let steps = chosen(options)?;
    if options.list {
        runner::print_list(&steps);
        return Ok(ExitCode::SUCCESS);
    }
    let report = runner::run(&steps, options.keep_going, |step| step());
    println!("\n{report}");
    Ok(report.exit_code())
}

fn chosen(options: &Options) -> Result<Vec<&'static Step>> {
    let mut steps = runner::named(STEPS, &options.steps)?;
    steps.retain(|step| !options.quick || step.tier == Tier::Quick);
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(quick: bool, steps: &[&str]) -> Result<Vec<&'static str>> {
        let options = Options {
            quick,
            keep_going: false,
            list: false,
            steps: steps.iter().map(ToString::to_string).collect(),
        };
        Ok(chosen(&options)?.iter().map(|step| step.name).collect())
    }

    /// Quick is a part of full, and steps run in their own order.
    #[test]
    fn steps_are_chosen_by_tier_and_by_name() {
        let quick = names(true, &[]).unwrap();
        let full = names(false, &[]).unwrap();
        assert!(quick.len() < full.len());
        assert!(full.starts_with(&quick), "{quick:?} {full:?}");
        assert_eq!(names(false, &["miri", "fmt"]).unwrap(), ["fmt", "miri"]);
    }
}
