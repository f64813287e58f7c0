//! The programs that measure, of the package `kinesis-agg-bench`, as they are
//! released: whatever flags the caller has set.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

/// The command that builds these programs.
pub(crate) fn build(names: &[&str]) -> Command {
    let mut build = command::cargo();
    build.env_remove("RUSTFLAGS");
    build.args(["build", "--locked", "--release", "-p", "kinesis-agg-bench"]);
    build.args(names.iter().flat_map(|name| ["--bin", name]));
    build
}

/// Where a program lies once it is built.
///
/// # Errors
///
/// Cargo does not say where it builds.
pub(crate) fn path(name: &str) -> Result<PathBuf> {
    let target = Workspace::load()?.target_directory;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(name))
}
