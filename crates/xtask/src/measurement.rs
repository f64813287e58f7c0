//! Programs that measure: those of the package `kinesis-agg-bench`, built as they
//! are released, whatever flags the caller has set.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

/// Builds `program`, and with it those `beside` it that it calls; runs it.
///
/// # Errors
///
/// The programs do not build, or the run fails.
pub(crate) fn run(program: &str, beside: &[&str], arguments: &[&str]) -> Result<()> {
    command::run(&mut build(&[&[program], beside].concat()))?;
    command::run(Command::new(path(program)?).args(arguments))
}

/// The command that builds these programs.
pub(crate) fn build(programs: &[&str]) -> Command {
    let mut build = command::cargo();
    build.env_remove("RUSTFLAGS");
    build.args(["build", "--locked", "--release", "-p", "kinesis-agg-bench"]);
    build.args(programs.iter().flat_map(|name| ["--bin", name]));
    build
}

/// Where a program lies once it is built.
///
/// # Errors
///
/// Cargo does not say where it builds.
pub(crate) fn path(program: &str) -> Result<PathBuf> {
    let target = Workspace::load()?.target_directory;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(name))
}

/// The flags that are set, of a flag and its name each.
pub(crate) fn flags<'n>(of: &[(bool, &'n str)]) -> Vec<&'n str> {
    let set = of.iter().filter(|(set, _)| *set);
    set.map(|(_, name)| *name).collect()
}
