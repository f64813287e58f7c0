//! `cargo xtask peers`: the other implementations and ours, side by side.
//!
//! Builds the program `peers` of the package `kinesis-agg-bench`, and the peer
//! that is ours, as they are released; the rest is theirs. This is no step of
//! `cargo xtask test`: it takes a JDK, Maven, Node.js, Python and Go.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::{command, measuring};

const PROGRAMS: [&str; 2] = ["peers", "peer-ours"];

/// Measures the other implementations and ours on the same corpora.
///
/// Installs each by its package client into target/peers: needs java and mvn,
/// node and npm, python3, and go. What is missing counts as failed. A whole run
/// without failures renews what is committed in benches/peers.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// One corpus and few rounds, to see that it runs.
    #[arg(long)]
    quick: bool,
    /// This peer alone: ours, kcl, java, go, node, python or aiokpl.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Measure nothing; draw chart and page from results.json again.
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    draw: bool,
}

/// # Errors
///
/// The programs do not build, or the run fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    command::run(&mut measuring::build(&PROGRAMS))?;
    let mut peers = Command::new(measuring::path(PROGRAMS[0])?);
    command::run(peers.args(arguments(options)))
}

fn arguments(options: &Options) -> Vec<&str> {
    let flag = |wanted: bool, name| wanted.then_some(name);
    let flags = [flag(options.quick, "--quick"), flag(options.draw, "--draw")];
    let only = options.only.as_deref().map(|name| ["--only", name]);
    let flags = flags.into_iter().flatten();
    flags.chain(only.into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The program gets the options as they were given.
    #[test]
    fn options_are_passed_on() {
        let mut options = Options {
            quick: false,
            only: None,
            draw: false,
        };
        assert!(arguments(&options).is_empty());
        options.quick = true;
        options.only = Some("go".to_owned());
        assert_eq!(arguments(&options), ["--quick", "--only", "go"]);
    }
}
