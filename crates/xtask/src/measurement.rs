//! Programs that measure: those of the package `kinesis-agg-bench`, built as they
//! are released and then run.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

const PACKAGE: &str = "kinesis-agg-bench";

/// Builds `program`, and with it those `beside` it that it calls; runs it.
///
/// # Errors
///
/// The programs do not build, or the run fails.
pub(crate) fn run(program: &str, beside: &[&str], arguments: &[&str]) -> Result<()> {
    let target = Workspace::load()?.target_directory;
    let mut build = command::cargo();
    // As it is released, whatever flags the caller has set.
    build.env_remove("RUSTFLAGS");
    build.args(["build", "--locked", "--release", "-p", PACKAGE]);
    let programs = [&[program], beside].concat();
    command::run(build.args(programs.iter().flat_map(|name| ["--bin", name])))?;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let mut measure = Command::new(target.join("release").join(name));
    command::run(measure.args(arguments))
}

/// The flags that are set, of a flag and its name each.
pub(crate) fn flags<'n>(of: &[(bool, &'n str)]) -> Vec<&'n str> {
    let set = of.iter().filter(|(set, _)| *set);
    set.map(|(_, name)| *name).collect()
}
