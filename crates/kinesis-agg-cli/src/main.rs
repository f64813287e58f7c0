//! The program `kinesis-agg`: takes aggregated Kinesis records apart, makes them,
//! and tells what is in them.
//!
//! ```text
//! args                  what the user asked for
//! reader                files of any format to records with their data
//! deaggregate           Kinesis records in, user records out
//! aggregate             user records in, Kinesis records out
//! inspect               what is in Kinesis records, for people
//! verify                whether Kinesis records are sound
//! target, output        records to JSON of any format, bytes to stdout
//! turns                 which thread writes, where there are many
//! notice, progress      lines on stderr
//! exit, interrupt       what went wrong, Ctrl-C, and the exit code of it
//! content               what data is, as far as its bytes tell
//! cost, hash_keys       what records cost; where user records belong
//! number                numbers for people
//! shard_file            the shards of a stream
//! manual                manual pages, completions
//! ```
//!
//! The commands stream: they hold a batch of records, never the input. All that
//! knows the format of an aggregate is in the library `kinesis-agg`, and all that
//! knows the shapes of JSON is in `kinesis-agg-events`.

#![forbid(unsafe_code)]

mod aggregate;
mod args;
mod content;
mod cost;
mod deaggregate;
mod exit;
mod hash_keys;
mod inspect;
mod interrupt;
mod manual;
mod notice;
mod number;
mod output;
mod progress;
mod reader;
mod shard_file;
mod target;
mod turns;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let command = Cli::parse().command;
    interrupt::listen();
    let result = match command {
        Command::Deaggregate(options) => deaggregate::run(&options),
        Command::Aggregate(options) => aggregate::run(&options),
        Command::Inspect(options) => inspect::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { folder } => manual::man(folder.as_deref()),
    };
    exit::code(result)
}
