//! `cargo xtask peers`: the other implementations and ours, side by side.
//!
//! Builds the program `peers` of the package `kinesis-agg-bench`, and the peer
//! that is ours, as they are released; the rest is theirs. This is no step of
//! `cargo xtask test`: it takes a JDK, Maven, Node.js, Python and Go.

use anyhow::Result;
use clap::Args;

use crate::measurement;

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
    measurement::run("peers", &["peer-ours"], &arguments(options))
}

fn arguments(options: &Options) -> Vec<&str> {
    let flags = [(options.quick, "--quick"), (options.draw, "--draw")];
    let mut arguments = measurement::flags(&flags);
    let only = options.only.as_deref();
    arguments.extend(only.iter().flat_map(|name| ["--only", name]));
    arguments
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
