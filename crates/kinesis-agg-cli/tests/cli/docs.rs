//! The pages in `docs` show what the program prints: each command in a block of
//! the kind `console` is run, and what it prints compared.
//!
//! `UPDATE_EXPECTED=1 cargo test -p kinesis-agg-cli --test cli docs` writes what
//! it prints into the pages instead.

#![cfg(unix)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What `command` prints, to stdout and then to stderr, in the project's folder.
fn printed(command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_kinesis-agg"));
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders = program
        .parent()
        .map(Path::to_owned)
        .into_iter()
        .chain(env::split_paths(&folders));
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(root())
        .env("PATH", env::join_paths(folders).unwrap())
        .env("COLUMNS", "80")
        .output()
        .expect("a shell is at hand");
    let mut text = String::from_utf8(output.stdout).unwrap();
    text += str::from_utf8(&output.stderr).unwrap();
    if !output.status.success() {
        let code = output.status.code().unwrap().to_string();
        text.extend(["[exit code ", &code, "]\n"]);
    }
    text
}

/// The page with its blocks as the program prints them now, and how many commands
/// there are.
fn renewed(page: &str) -> (String, usize) {
    let mut text = String::new();
    let mut commands = 0;
    let mut lines = page.lines().peekable();
    let mut in_block = false;
    while let Some(line) = lines.next() {
        let is_fence = line.starts_with("```");
        if in_block && !is_fence && !line.starts_with("$ ") {
            // What was printed once.
            continue;
        }
        text.extend([line, "\n"]);
        if is_fence {
            in_block = line == "```console";
        } else if let Some(first) = line.strip_prefix("$ ").filter(|_| in_block) {
            let mut command = first.to_owned();
            while command.ends_with('\\') {
                let more = lines.next().expect("a command ends");
                text.extend([more, "\n"]);
                command.extend(["\n", more]);
            }
            let printed = printed(&command);
            assert!(printed.is_empty() || printed.ends_with('\n'), "{command}");
            text += &printed;
            commands += 1;
        }
    }
    (text, commands)
}

/// Every page shows what the program prints.
#[test]
fn pages_show_what_the_program_prints() {
    let folder = root().join("docs");
    let mut commands = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let page = fs::read_to_string(&path).unwrap();
        let (text, more) = renewed(&page);
        commands += more;
        if env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&path, text).unwrap();
        } else {
            assert_eq!(page, text, "{}", path.display());
        }
    }
    assert!(commands >= 10, "{commands} commands");
}
