//! Toolchains, targets and components: there already, or installed by rustup.
//!
//! Installing is said out loud, and an installation that fails fails the step
//! that asked for it. rustup itself is never updated.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, workspace};

/// The toolchain that runs us, as rustup calls it.
///
/// # Errors
///
/// `rust-toolchain.toml` cannot be read.
pub(crate) fn active() -> Result<String> {
    match std::env::var("RUSTUP_TOOLCHAIN") {
        Ok(toolchain) => Ok(toolchain),
        Err(_) => workspace::pinned_toolchain(),
    }
}

/// The target triple of this machine, as rustc calls it.
///
/// # Errors
///
/// rustc does not run, or names no host.
pub(crate) fn host() -> Result<String> {
    let version = command::read(command::at_root("rustc").arg("-vV"))?;
    let mut lines = version.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// The folder of the programs that the component `llvm-tools` brings.
///
/// # Errors
///
/// rustc of that toolchain does not run.
pub(crate) fn llvm_tools(toolchain: &str) -> Result<PathBuf> {
    let mut rustc = Command::new("rustup");
    rustc.args(["run", toolchain, "rustc", "--print", "target-libdir"]);
    let libraries = command::read(&mut rustc)?;
    Ok(Path::new(libraries.trim_end()).with_file_name("bin"))
}

/// Makes sure that `toolchain` with `components` is installed.
///
/// # Errors
///
/// It is missing and rustup cannot install it.
pub(crate) fn ensure_toolchain(toolchain: &str, components: &[&str]) -> Result<()> {
    if !lists(&["toolchain", "list"], toolchain)? {
        return install_toolchain(toolchain, components);
    }
    for component in components {
        ensure_component(toolchain, component)?;
    }
    Ok(())
}

/// Makes sure that `toolchain` has the standard library of `target`.
///
/// # Errors
///
/// It is missing and rustup cannot install it.
pub(crate) fn ensure_target(toolchain: &str, target: &str) -> Result<()> {
    let list = ["target", "list", "--installed", "--toolchain", toolchain];
    if lists(&list, target)? {
        return Ok(());
    }
    rustup(&["target", "add", target, "--toolchain", toolchain])
        .with_context(|| format!("target {target} is missing in toolchain {toolchain}"))
}

/// A nightly may lack a component: named here, rustup takes one that has it.
fn install_toolchain(toolchain: &str, components: &[&str]) -> Result<()> {
    let mut arguments = vec!["toolchain", "install", toolchain];
    arguments.extend(["--profile", "minimal", "--no-self-update"]);
    for component in components {
        arguments.extend(["--component", component]);
    }
    rustup(&arguments).with_context(|| format!("toolchain {toolchain} is missing"))
}

fn ensure_component(toolchain: &str, component: &str) -> Result<()> {
    let list = ["component", "list", "--installed", "--toolchain", toolchain];
    if lists(&list, component)? {
        return Ok(());
    }
    rustup(&["component", "add", component, "--toolchain", toolchain])
        .with_context(|| format!("component {component} is missing in toolchain {toolchain}"))
}

fn rustup(arguments: &[&str]) -> Result<()> {
    command::run(Command::new("rustup").args(arguments))
}

fn lists(arguments: &[&str], wanted: &str) -> Result<bool> {
    let list = command::read(Command::new("rustup").args(arguments))?;
    Ok(names(&list, wanted))
}

/// Whether a list of rustup's names `wanted`, alone or with a host behind it.
fn names(list: &str, wanted: &str) -> bool {
    let mut names = list.lines().filter_map(|line| line.split(' ').next());
    names.any(|name| {
        let rest = name.strip_prefix(wanted);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name counts with or without a host, but not as the head of another.
    #[test]
    fn lists_are_read_by_whole_names() {
        let list = "1.89.0-x86_64-unknown-linux-gnu (active)\nmiri-x86_64-apple-darwin\nrust-src\n";
        for (wanted, there) in [
            ("1.89.0", true),
            ("1.89.0-x86_64-unknown-linux-gnu", true),
            ("miri", true),
            ("rust-src", true),
            ("1.8", false),
            ("1.95.0", false),
            ("src", false),
        ] {
            assert_eq!(names(list, wanted), there, "{wanted}");
        }
    }
}
