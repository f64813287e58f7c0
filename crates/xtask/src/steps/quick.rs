//! The quick steps: minutes, while working.
//!
//! Each is a cargo command or two on the toolchain that runs us.

use std::process::Command;

use anyhow::Result;

use crate::{command, rustup, workspace};

/// The libraries that work without `std`.
const ALLOC_ONLY: [&str; 4] = ["-p", "kinesis-agg-md5", "-p", "kinesis-agg"];

/// A 32-bit target whose toolchain has no `std` at all: only there does a
/// build prove that none is used.
const WITHOUT_STD: &str = "thumbv7m-none-eabi";

const WASM: &str = "wasm32-unknown-unknown";

pub(super) fn fmt() -> Result<()> {
    for manifest in ["Cargo.toml"].into_iter().chain(workspace::BESIDE) {
        let mut fmt = command::cargo();
        fmt.args(["fmt", "--all", "--check", "--manifest-path", manifest]);
        command::run(&mut fmt)?;
    }
    Ok(())
}

pub(super) fn clippy() -> Result<()> {
    let mut clippy = locked("clippy");
    clippy.args(["--workspace", "--all-targets", "--all-features"]);
    command::run(clippy.args(["--", "-D", "warnings"]))
}

pub(super) fn test() -> Result<()> {
    command::run(locked("test").arg("--workspace"))
}

pub(super) fn alloc_only() -> Result<()> {
    rustup::ensure_target(&rustup::active()?, WITHOUT_STD)?;
    let without_std = ["--target", WITHOUT_STD];
    command::run(alloc_only_command("build").args(without_std))?;
    // The documentation's examples use the default features.
    command::run(alloc_only_command("test").args(["--lib", "--tests"]))
}

pub(super) fn wasm() -> Result<()> {
    rustup::ensure_target(&rustup::active()?, WASM)?;
    let core = ["-p", "kinesis-agg", "--target", WASM];
    command::run(locked("build").args(core))?;
    command::run(locked("build").args(core).arg("--no-default-features"))
}

pub(super) fn docs() -> Result<()> {
    let mut doc = locked("doc");
    doc.args(["--workspace", "--no-deps", "--all-features"]);
    command::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn alloc_only_command(verb: &str) -> Command {
    let mut command = locked(verb);
    command.args(ALLOC_ONLY).arg("--no-default-features");
    command
}

/// `cargo VERB --locked`: a step never changes the lock file.
fn locked(verb: &str) -> Command {
    let mut command = command::cargo();
    command.args([verb, "--locked"]);
    command
}
