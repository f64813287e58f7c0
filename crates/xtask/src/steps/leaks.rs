//! The steps of `cargo xtask soak` that look for leaks: a program a language.
//!
//! ```text
//! builds what its step of `cargo xtask test` builds
//! runs   PROGRAM with a number of user records
//! wants  exit code 0, and the line
//!        10000000 user records, resident 3.1 MiB after the first 1000000, 3.2 MiB at the end
//! ```
//!
//! What a program does is told in `tests-c/soak.h`, and the same in C, C++ and Go:
//! rounds of some hundred user records that differ, through both aggregators, a
//! shard map that is renewed, and a deaggregator; handles that are kept and handles
//! that are not; refusals and damaged blobs between them. It compares the number and
//! a checksum of what was written and read, and its memory. Python, Node.js and Java
//! pack and take apart alone; their other tests go into the corners.
//!
//! Another language is a function here, and a line in [`SOAK`](super::SOAK).

use std::process::Command;

use anyhow::{Result, ensure};

use super::{c, go, java, node, python};
use crate::{command, verbs};

pub(super) fn c(user_records: u64) -> Result<()> {
    built_by_cmake("soak_c", user_records)
}

pub(super) fn cpp(user_records: u64) -> Result<()> {
    built_by_cmake("soak_cpp", user_records)
}

fn built_by_cmake(target: &str, user_records: u64) -> Result<()> {
    ensure_linux()?;
    let program = c::test_program(target)?;
    nothing_leaks(
        command::at_root(program).arg(user_records.to_string()),
        user_records,
    )
}

pub(super) fn go_native(user_records: u64) -> Result<()> {
    ensure_linux()?;
    verbs::go::static_library()?;
    let mut test = verbs::go::go(verbs::go::FOLDER);
    in_go(go::native(test.arg("test")), user_records)
}

pub(super) fn go_webassembly(user_records: u64) -> Result<()> {
    ensure_linux()?;
    verbs::go::compare()?;
    let mut test = verbs::go::go(verbs::go::FOLDER);
    in_go(go::webassembly(test.arg("test")), user_records)
}

pub(super) fn python(user_records: u64) -> Result<()> {
    ensure_linux()?;
    nothing_leaks(&mut python::soak(user_records)?, user_records)
}

pub(super) fn node_native(user_records: u64) -> Result<()> {
    ensure_linux()?;
    nothing_leaks(&mut node::soak_native(user_records)?, user_records)
}

pub(super) fn node_webassembly(user_records: u64) -> Result<()> {
    ensure_linux()?;
    nothing_leaks(&mut node::soak_webassembly(user_records)?, user_records)
}

pub(super) fn java(user_records: u64) -> Result<()> {
    ensure_linux()?;
    nothing_leaks(&mut java::soak(user_records)?, user_records)
}

fn in_go(test: &mut Command, user_records: u64) -> Result<()> {
    test.args([
        "-run=^TestNothingLeaks$",
        "-v",
        "-count=1",
        "-timeout=0",
        ".",
    ]);
    nothing_leaks(
        test.args(["-user-records", &user_records.to_string()]),
        user_records,
    )
}

/// Elsewhere nothing would be compared.
fn ensure_linux() -> Result<()> {
    ensure!(
        cfg!(target_os = "linux"),
        "resident memory is read from /proc, which Linux alone has"
    );
    Ok(())
}

/// Runs a program, which must tell that so many user records went through it: one
/// that runs nothing ends well, too.
fn nothing_leaks(program: &mut Command, user_records: u64) -> Result<()> {
    let output = command::run_and_read(program)?;
    ensure!(
        tells(&output, user_records),
        "the program does not say that {user_records} user records went through it"
    );
    Ok(())
}

fn tells(output: &str, user_records: u64) -> bool {
    let told = format!(" {user_records} user records, resident ");
    output
        .lines()
        .any(|line| format!(" {line}").contains(&told))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number counts, wherever in its line it stands.
    #[test]
    fn the_line_is_found() {
        let line = "1000 user records, resident 3.1 MiB after the first 100, 3.2 MiB at the end";
        for (output, found) in [
            (line.to_owned(), true),
            (format!("=== RUN\n    file:12: {line}\nok\n"), true),
            (format!("1{line}"), false),
            ("ok, no tests to run".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(tells(&output, 1000), found, "{output}");
        }
    }
}
