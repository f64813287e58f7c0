//! `cargo xtask growth`: how time and heap of this project grow.
//!
//! Builds the program `growth` of the package `kinesis-agg-bench` as it is
//! released; the rest is its own. This is no step of `cargo xtask test`: times
//! are worth something on a quiet machine alone.

use anyhow::Result;
use clap::Args;

use crate::measurement;

/// Measures time and heap along the size of user records, the batch and the keys.
///
/// A whole run takes less than three minutes and renews what is committed in
/// benches/growth.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A third of the points and few rounds, to see that it runs.
    #[arg(long)]
    quick: bool,
    /// Measure nothing; draw chart and page from results.json again.
    #[arg(long, conflicts_with = "quick")]
    draw: bool,
}

/// # Errors
///
/// The program does not build, or the run fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    let flags = [(options.quick, "--quick"), (options.draw, "--draw")];
    measurement::run("growth", &[], &measurement::flags(&flags))
}
