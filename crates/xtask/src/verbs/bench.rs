//! `cargo xtask bench`: one table of how many times faster we are.
//!
//! Builds the program `goals` of the package `kinesis-agg-bench` as it is
//! released, with OpenSSL where the system has it, and runs it. Speed is not a
//! test: this is no step of `cargo xtask test`, and a goal missed is no error.

use std::process::{Command, Stdio};

use anyhow::Result;
use clap::Args;

use crate::{command, measurement};

const PROGRAM: &str = "goals";

/// Measures ours against other Rust, side by side, and says which goals are reached.
///
/// Takes a little over a minute. OpenSSL takes part where pkg-config finds it.
/// Ends well whatever the numbers are.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// So long for each work, divided among all who do it; never less than
    /// twenty rounds.
    #[arg(long, value_name = "N", default_value_t = 3)]
    seconds: u64,
    /// Rows with this in the work or in whom it is against, as `MD5` or `prost`.
    #[arg(long, value_name = "PART")]
    only: Option<String>,
    /// An object a line instead: work, against, ratio, must, aim, verdict, unit,
    /// ours, theirs. Ours and theirs are for the whole work, in the unit: ns, or
    /// allocations. Null is what there is not. The rest goes to standard error.
    #[arg(long)]
    json: bool,
}

/// # Errors
///
/// The program does not build, or no row has the part in it.
pub(crate) fn run(options: &Options) -> Result<()> {
    let rustc = command::read(command::at_root("rustc").arg("--version"))?;
    let mut build = measurement::build(&[PROGRAM]);
    build.env("KINESIS_AGG_RUSTC", rustc.trim());
    if has_openssl() {
        build.env("RUSTFLAGS", "--cfg kinesis_agg_openssl");
    }
    // Only the table: with --json, whoever reads it wants nothing else.
    command::pass_on(&mut build)?;
    let mut goals = Command::new(measurement::path(PROGRAM)?);
    command::pass_on(goals.args(arguments(options)))
}

fn has_openssl() -> bool {
    let mut ask = Command::new("pkg-config");
    ask.args(["--exists", "openssl"]).stderr(Stdio::null());
    ask.status().is_ok_and(|status| status.success())
}

fn arguments(options: &Options) -> Vec<String> {
    let mut arguments = vec!["--seconds".to_owned(), options.seconds.to_string()];
    if let Some(part) = &options.only {
        arguments.extend(["--only".to_owned(), part.clone()]);
    }
    arguments.extend(options.json.then(|| "--json".to_owned()));
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The program gets the options as they were given.
    #[test]
    fn options_are_passed_on() {
        let mut options = Options {
            seconds: 1,
            only: None,
            json: false,
        };
        assert_eq!(arguments(&options), ["--seconds", "1"]);
        options.only = Some("MD5, 16".to_owned());
        options.json = true;
        let expected = ["--seconds", "1", "--only", "MD5, 16", "--json"];
        assert_eq!(arguments(&options), expected);
    }
}
