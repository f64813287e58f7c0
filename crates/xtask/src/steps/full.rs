//! The full steps: what a change must also pass before it goes in.
//!
//! They take other toolchains, release builds, or both.

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::{self, Package, Workspace};
use crate::{command, rustup};

/// The oldest Rust of the libraries in [`PROMISED`]: a promise to their users.
const OLDEST: &str = "1.89.0";

/// The libraries that promise [`OLDEST`]; all else takes the pinned toolchain.
const PROMISED: [&str; 4] = [
    "kinesis-agg-md5",
    "kinesis-agg",
    "kinesis-agg-events",
    "kinesis-agg-ffi",
];

/// The libraries whose unit tests Miri runs: the core, and the two homes of
/// `unsafe`, below and above it.
const UNDER_MIRI: [&str; 6] = [
    "-p",
    "kinesis-agg-md5",
    "-p",
    "kinesis-agg",
    "-p",
    "kinesis-agg-ffi",
];

/// Parts of the names of unit tests that take too long under Miri. A test
/// rather does less when `cfg!(miri)` holds; this list is the last resort.
const NOT_UNDER_MIRI: [&str; 0] = [];

pub(super) fn msrv() -> Result<()> {
    let workspace = Workspace::load()?;
    let pinned = workspace::pinned_toolchain()?;
    for member in workspace.members() {
        check_rust_version(member, &pinned)?;
    }
    rustup::ensure_toolchain(OLDEST, &[])?;
    for features in [&[][..], &["--no-default-features"], &["--all-features"]] {
        let mut build = command::cargo_of(OLDEST);
        build.args(["build", "--locked"]);
        build.args(PROMISED.iter().flat_map(|name| ["-p", name]));
        command::run(build.args(features))?;
    }
    Ok(())
}

fn check_rust_version(member: &Package, pinned: &str) -> Result<()> {
    let promised = PROMISED.contains(&member.name.as_str());
    let wanted = minor(if promised { OLDEST } else { pinned });
    let found = member.rust_version.as_deref();
    ensure!(
        found.map(minor) == Some(wanted),
        "{} says rust-version {}, expected {wanted}: a library that promises Rust {OLDEST} \
         is listed in crates/xtask/src/steps/full.rs, all else takes the pinned toolchain",
        member.name,
        found.unwrap_or("nowhere"),
    );
    Ok(())
}

/// `1.89` of `1.89.0`.
fn minor(version: &str) -> &str {
    let mut dots = version.match_indices('.').map(|(at, _)| at);
    dots.nth(1).map_or(version, |second| &version[..second])
}

pub(super) fn readme() -> Result<()> {
    let text = workspace::read("README.md")?;
    let line = first_cargo_run(&text)?;
    println!("$ {line}");
    let output = command::read(command::cargo().args(line.split_whitespace().skip(1)))?;
    check_json_lines(&output)
}

/// The first line of the README that starts with `cargo run`.
fn first_cargo_run(text: &str) -> Result<&str> {
    let mut lines = text.lines().map(|line| line.trim_start_matches("$ "));
    let found = lines.find(|line| line.starts_with("cargo run "));
    found.context("README.md shows no line that starts with `cargo run`")
}

fn check_json_lines(output: &str) -> Result<()> {
    ensure!(!output.trim().is_empty(), "the command prints nothing");
    for (number, line) in output.lines().enumerate() {
        serde_json::from_str::<serde::de::IgnoredAny>(line)
            .with_context(|| format!("line {} of the output is no JSON: {line}", number + 1))?;
    }
    Ok(())
}

pub(super) fn examples() -> Result<()> {
    let workspace = Workspace::load()?;
    let package = workspace.member("kinesis-agg-examples")?;
    let examples = package.targets_of("example");
    let programs = package.targets_of("bin");
    if examples.is_empty() && programs.is_empty() {
        bail!("package {} has no examples", package.name);
    }
    for (kind, names) in [("--example", examples), ("--bin", programs)] {
        for name in names {
            let mut run = command::cargo();
            run.args(["run", "--locked", "-p", &package.name, kind, name]);
            command::run(&mut run)?;
        }
    }
    Ok(())
}

pub(super) fn benches() -> Result<()> {
    let workspace = Workspace::load()?;
    let package = workspace.member("kinesis-agg-bench")?;
    let benches = package.targets_of("bench");
    if benches.is_empty() {
        bail!("package {} has no benchmarks", package.name);
    }
    let mut bench = command::cargo();
    bench.args(["bench", "--locked", "-p", &package.name]);
    bench.args(benches.iter().flat_map(|name| ["--bench", name]));
    // Criterion's test mode: each benchmark once, nothing measured.
    command::run(bench.args(["--", "--test"]))
}

pub(super) fn miri() -> Result<()> {
    rustup::ensure_toolchain("nightly", &["miri", "rust-src"])?;
    let mut miri = command::cargo_of("nightly");
    miri.args(["miri", "test", "--locked", "--lib"]);
    miri.args(UNDER_MIRI);
    // The time of each test: Miri is slow, and this tells which tests are.
    miri.args(["--", "-Zunstable-options", "--report-time"]);
    miri.args(NOT_UNDER_MIRI.iter().flat_map(|name| ["--skip", name]));
    // Tests may read the environment and the clock, as they do without Miri.
    miri.env("MIRIFLAGS", "-Zmiri-disable-isolation");
    command::run(&mut miri)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A patch level does not matter, everything before it does.
    #[test]
    fn versions_are_compared_without_the_patch_level() {
        for (version, expected) in [("1.89.0", "1.89"), ("1.89", "1.89"), ("2", "2")] {
            assert_eq!(minor(version), expected);
        }
    }

    /// The command is found with or without a prompt, and only at the start of a line.
    #[test]
    fn the_first_command_of_the_readme_is_found() {
        let text = "Use `cargo run x`.\n```sh\n$ cargo run --bin a -- b\ncargo run c\n```\n";
        assert_eq!(first_cargo_run(text).unwrap(), "cargo run --bin a -- b");
        assert!(first_cargo_run("nothing here").is_err());
    }

    /// At least one line, and each a JSON value of its own.
    #[test]
    fn output_is_json_lines() {
        for (output, good) in [
            ("{\"a\":1}\n{}\n", true),
            ("", false),
            ("\n", false),
            ("{}\n{\n}\n", false),
            ("{}\nhello\n", false),
        ] {
            assert_eq!(check_json_lines(output).is_ok(), good, "{output:?}");
        }
    }
}
