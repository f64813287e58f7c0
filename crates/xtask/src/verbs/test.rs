//! `cargo xtask test`: every check, quick or full.

use std::process::ExitCode;

use anyhow::{Result, bail};
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
        print_list(&steps);
        return Ok(ExitCode::SUCCESS);
    }
    let report = runner::run(&steps, options.keep_going);
    println!("\n{report}");
    Ok(ExitCode::from(u8::from(report.has_failed())))
}

fn chosen(options: &Options) -> Result<Vec<Step>> {
    for name in &options.steps {
        if !STEPS.iter().any(|step| step.name == name) {
            bail!("there is no step {name}; `cargo xtask test --list` names them all");
        }
    }
    let wanted = |step: &&Step| {
        if options.steps.is_empty() {
            !options.quick || step.tier == Tier::Quick
        } else {
            options.steps.iter().any(|name| name == step.name)
        }
    };
    Ok(STEPS.iter().filter(wanted).copied().collect())
}

fn print_list(steps: &[Step]) {
    for step in steps {
        let tier = match step.tier {
            Tier::Quick => "quick",
            Tier::Full => "full",
        };
        println!("{:12}  {tier:5}  {}", step.name, step.rule);
    }
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

    /// A name that no step has is an error, not a run of nothing.
    #[test]
    fn an_unknown_step_is_an_error() {
        assert!(names(false, &["formt"]).is_err());
    }
}
