//! `cargo xtask soak`: what takes too long for `cargo xtask test`, by hand.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::runner;
use crate::steps::SOAK;

/// Runs the checks that take long: nothing leaks, in any language.
///
/// The first failure stops the run. The last line of the output is
/// `N passed, M failed` and counts steps.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How many user records go through each language: aggregated, and read again.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    #[arg(value_parser = clap::value_parser!(u64).range(25_000..))]
    user_records: u64,
    /// Run the steps behind a failed one, too.
    #[arg(long)]
    keep_going: bool,
    /// Print the steps and what holds when they pass, and run none.
    #[arg(long)]
    list: bool,
    /// Run these steps only.
    steps: Vec<String>,
}

/// # Errors
///
/// A step that is asked for by name does not exist. A step that fails is no
/// error here: it is in the table, and the exit code tells.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let steps = runner::named(SOAK, &options.steps)?;
    if options.list {
        runner::print_list(&steps);
        return Ok(ExitCode::SUCCESS);
    }
    let report = runner::run(&steps, options.keep_going, |step| {
        step(options.user_records)
    });
    println!("\n{report}");
    Ok(report.exit_code())
}
