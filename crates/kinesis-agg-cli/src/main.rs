//! The program `kinesis-agg`: a filter that takes aggregated Kinesis records
//! apart, and one that makes them.
//!
//! ```text
//! args                    what the user asked for
//! input, events           files to lines, or to Lambda events
//! deaggregate             Kinesis records in, user records out
//! aggregate, shard_file   user records in, Kinesis records out
//! data, json              base64, and JSON piece by piece
//! output, notice          lines of JSON, lines on stderr
//! exit                    what went wrong, and the exit code of it
//! ```
//!
//! Both commands stream: they hold a batch of records, never the input. All
//! that knows the format of an aggregate is in the library `kinesis-agg`.

#![forbid(unsafe_code)]

mod aggregate;
mod args;
mod data;
mod deaggregate;
mod events;
mod exit;
mod input;
mod inspect;
mod inspect_try;
mod json;
mod notice;
mod output;
mod shard_file;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Deaggregate(options) => deaggregate::run(&options),
        Command::Aggregate(options) => aggregate::run(&options),
        Command::Inspect(options) => inspect_try::run(&options),
    };
    exit::code(result)
}
