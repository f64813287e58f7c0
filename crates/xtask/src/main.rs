//! The project's own tools: `cargo xtask VERB`.
//!
//! ```text
//! verbs                             what one asks for, a file each; a verb may be a step of `test`
//! steps                             what `cargo xtask test` and `cargo xtask soak` run
//! runner                            runs steps, times them, prints the table
//! callgrind, baseline, workspace,
//! measurement                       what verbs and steps are made of
//! rustup, command                   the programs they call
//! ```
//!
//! This file only dispatches. Whatever a verb needs beyond cargo, rustup and
//! this package's own dependencies, it names in the error when it is missing.

mod baseline;
mod callgrind;
mod command;
mod measurement;
mod runner;
mod rustup;
mod steps;
mod verbs;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use verbs::{bench, codec, fuzz, go, growth, header, instructions, licenses, peers, soak, test};

/// The project's own tools.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
enum Verb {
    Test(test::Options),
    Soak(soak::Options),
    Bench(bench::Options),
    Instructions(instructions::Options),
    Peers(peers::Options),
    Growth(growth::Options),
    Go(go::Options),
    Header(header::Options),
    Codec(codec::Options),
    Fuzz(fuzz::Options),
    /// Checks the license and the origin of every dependency.
    Licenses,
}

fn main() -> ExitCode {
    let result = match Verb::parse() {
        Verb::Test(options) => test::run(&options),
        Verb::Soak(options) => soak::run(&options),
        Verb::Bench(options) => bench::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Instructions(options) => instructions::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Peers(options) => peers::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Growth(options) => growth::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Go(options) => go::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Header(options) => header::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Codec(options) => codec::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Fuzz(options) => fuzz::run(&options).map(|()| ExitCode::SUCCESS),
        Verb::Licenses => licenses::run().map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
