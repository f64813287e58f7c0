//! `cargo xtask go`: what the Go binding is linked with, from the C ABI's crate.
//!
//! ```text
//!                    ┌─ static library ─> bindings/go/lib/<system>_<machine>/   not committed
//! kinesis-agg-ffi ───┤
//!                    └─ WebAssembly ────> bindings/go/wasm/kinesis_agg.wasm     committed
//! ```
//!
//! The WebAssembly is committed, so that nobody who imports the Go module needs
//! Rust. It is compared byte for byte: no path of this machine is in it.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::workspace::{self, Workspace};
use crate::{command, rustup};

/// The folder of the Go module.
pub(crate) const FOLDER: &str = "bindings/go";

const PACKAGE: &str = "kinesis-agg-ffi";
const WASM_TARGET: &str = "wasm32-unknown-unknown";
const STAMP: &str = "bindings/go/library.h";
const WASM: &str = "bindings/go/wasm/kinesis_agg.wasm";

/// Builds the Go binding's static library, and compares its WebAssembly.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write the WebAssembly instead of comparing it.
    #[arg(long)]
    write: bool,
}

/// # Errors
///
/// A build fails, or the committed WebAssembly is another.
pub(crate) fn run(options: &Options) -> Result<()> {
    static_library()?;
    if !options.write {
        return compare();
    }
    let made = webassembly()?;
    fs::write(workspace::root().join(WASM), &made)
        .with_context(|| format!("cannot write {WASM}"))?;
    println!("wrote {WASM}, {} bytes", made.len());
    Ok(())
}

/// A go command, in a folder named from the root.
pub(crate) fn go(folder: &str) -> Command {
    let mut command = command::at_root("go");
    command.current_dir(workspace::root().join(folder));
    command
}

/// # Errors
///
/// A build fails, or there is no Go to ask for the system's name.
pub(crate) fn static_library() -> Result<()> {
    let system = command::read(go(FOLDER).args(["env", "GOOS", "GOARCH"]))
        .context("Go is missing: https://go.dev/dl has it")?;
    let system = system.trim().replace('\n', "_");
    let mut cargo = command::cargo();
    cargo.args(["rustc", "--locked", "--release", "-p", PACKAGE, "--lib"]);
    command::run(cargo.args(["--crate-type", "staticlib"]))?;
    let folder = workspace::root().join(FOLDER).join("lib").join(&system);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let name = "libkinesis_agg_ffi.a";
    let built = target_directory()?.join("release").join(name);
    fs::copy(&built, folder.join(name))
        .with_context(|| format!("cannot copy {}", built.display()))?;
    println!("{FOLDER}/lib/{system}/{name} is new");
    stamp(&built)
}

/// Writes a header that nobody includes, with the library's checksum. Go knows a
/// package's headers and not what it is linked with: by this one it sees that the
/// library is another, and uses no result from before.
fn stamp(library: &Path) -> Result<()> {
    let bytes = fs::read(library).with_context(|| format!("cannot read {}", library.display()))?;
    let mut checksum = DefaultHasher::new();
    checksum.write(&bytes);
    let stamp = format!("// The library in lib/ is {:016x}.\n", checksum.finish());
    fs::write(workspace::root().join(STAMP), stamp).with_context(|| format!("cannot write {STAMP}"))
}

/// # Errors
///
/// The build fails, or the committed WebAssembly is another.
pub(crate) fn compare() -> Result<()> {
    let found = workspace::root().join(WASM);
    let found = fs::read(found).with_context(|| format!("cannot read {WASM}"))?;
    if found != webassembly()? {
        bail!("{WASM} is not what the sources make: `cargo xtask go --write` makes it so");
    }
    println!("{WASM} is as it should be");
    Ok(())
}

/// The WebAssembly that the sources make today.
fn webassembly() -> Result<Vec<u8>> {
    rustup::ensure_target(&rustup::active()?, WASM_TARGET)?;
    let mut cargo = command::cargo();
    cargo.args(["rustc", "--locked", "--release", "-p", PACKAGE, "--lib"]);
    cargo.args(["--crate-type", "cdylib", "--target", WASM_TARGET]);
    for (setting, value) in [("STRIP", "symbols"), ("LTO", "fat"), ("OPT_LEVEL", "3")] {
        cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", rustflags()?.join("\u{1f}"));
    command::run(&mut cargo)?;
    let built = target_directory()?.join(WASM_TARGET);
    let built = built.join("release/kinesis_agg_ffi.wasm");
    fs::read(&built).with_context(|| format!("cannot read {}", built.display()))
}

/// Vectors for MD5, and names for the folders of this machine.
fn rustflags() -> Result<Vec<String>> {
    let named = |folder: &Path, name| format!("--remap-path-prefix={}={name}", folder.display());
    Ok(vec![
        "-Ctarget-feature=+simd128".into(),
        named(workspace::root(), "/kinesis-agg"),
        named(&cargo_home()?, "/cargo"),
    ])
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = std::env::home_dir().context("there is neither CARGO_HOME nor a home folder")?;
    Ok(home.join(".cargo"))
}

fn target_directory() -> Result<PathBuf> {
    Ok(Workspace::load()?.target_directory)
}
