//! `cargo xtask peers`: the other implementations and ours, side by side.
//!
//! Builds the program `peers` of the package `kinesis-agg-bench`, the peer that is
//! ours, and the static library that our bindings are linked with, as they are
//! released; the rest the program does. This is no step of `cargo xtask test`: it
//! takes a JDK, Maven, Node.js, Python, Go and gcc.

use anyhow::Result;
use clap::Args;

use crate::measurement;
use crate::verbs::go;

/// Measures the other implementations and ours on the same corpora.
///
/// Ours is there in Rust and through its bindings. Installs each by its package
/// client into target/peers: needs java and mvn, node and npm, python3, go, and
/// gcc. What is missing counts as failed. A whole run without failures renews what
/// is committed in benches/peers.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// One corpus and few rounds, to see that it runs.
    #[arg(long)]
    quick: bool,
    /// These peers alone, by the names in benches/peers/README.md.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    only: Vec<String>,
    /// Measure nothing; draw chart and page from results.json again.
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    draw: bool,
}

/// # Errors
///
/// The programs do not build, or the run fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.draw
        && let Err(error) = go::static_library()
    {
        // The peers that need it fail, and say so.
        eprintln!("no library for our bindings: {error:#}");
    }
    measurement::run("peers", &["peer-ours"], &arguments(options))
}

fn arguments(options: &Options) -> Vec<&str> {
    let flags = [(options.quick, "--quick"), (options.draw, "--draw")];
    let mut arguments = measurement::flags(&flags);
    arguments.extend(options.only.iter().flat_map(|name| ["--only", name]));
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
            only: Vec::new(),
            draw: false,
        };
        assert!(arguments(&options).is_empty());
        options.quick = true;
        options.only = ["ours", "go"].map(str::to_owned).to_vec();
        let expected = ["--quick", "--only", "ours", "--only", "go"];
        assert_eq!(arguments(&options), expected);
    }
}
