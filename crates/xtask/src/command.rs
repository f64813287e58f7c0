//! Other programs: said before they run, judged by how they end.
//!
//! This module knows how to start cargo, of this toolchain or of another, and
//! how to name a command in an error. It does not know what the commands do.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// The cargo that runs us, in the root of the workspace.
pub(crate) fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    at_root(cargo)
}

/// The cargo of another toolchain, in the root of the workspace.
///
/// Nothing of our own toolchain reaches it through the environment.
pub(crate) fn cargo_of(toolchain: &str) -> Command {
    let mut command = at_root("rustup");
    command.args(["run", toolchain, "cargo"]);
    for ours in ["CARGO", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH"] {
        command.env_remove(ours);
    }
    command
}

/// `program`, to be run in the root of the workspace.
pub(crate) fn at_root(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    command
}

/// Whether `program` can be started.
pub(crate) fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// Runs `command` with its output where ours goes.
///
/// # Errors
///
/// It cannot be started, or it does not end with exit code 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", line(command));
    pass_on(command)
}

/// The same without a word of ours: all that is written is its own.
///
/// # Errors
///
/// It cannot be started, or it does not end with exit code 0.
pub(crate) fn pass_on(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| not_started(command))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(())
}

/// Runs `command` and returns its standard output; its errors go where ours go.
///
/// # Errors
///
/// It cannot be started, does not end with exit code 0, or writes no UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| not_started(command))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", line(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| not_utf8(command))
}

/// Runs `command` with its output where ours goes, line by line, and returns it.
///
/// # Errors
///
/// It cannot be started, does not end with exit code 0, or writes no UTF-8.
pub(crate) fn run_and_read(command: &mut Command) -> Result<String> {
    println!("$ {}", line(command));
    let started = command.stdout(Stdio::piped()).spawn();
    let mut child = started.with_context(|| not_started(command))?;
    let stdout = child.stdout.take().context("there is no pipe to read")?;
    let mut output = String::new();
    for line in BufReader::new(stdout).lines() {
        let line = line.with_context(|| not_utf8(command))?;
        println!("{line}");
        output.extend([&line, "\n"]);
    }
    let status = child.wait().with_context(|| not_started(command))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(output)
}

fn not_utf8(command: &Command) -> String {
    format!("`{}` wrote something else than UTF-8", line(command))
}

fn not_started(command: &Command) -> String {
    format!("cannot start `{}`", line(command))
}

/// The command as one would type it, without the folder of the program.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// An error names the command as typed, and how it ended.
    #[test]
    fn errors_name_the_command() {
        let error = run(Command::new("/bin/sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`sh -c exit 3` ended with exit status: 3"
        );
        let error = run_and_read(Command::new("/bin/sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`sh -c exit 3` ended with exit status: 3"
        );
        let error = read(&mut Command::new("/no/such/program")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start `program`");
    }
}
