//! `cargo xtask codec`: the testkit's naive codec, generated again.
//!
//! ```text
//! proto/aggregated_record.proto --pb-rs--> src/generated/*.rs
//! ```
//!
//! The generated files are committed, so that the testkit builds without a
//! generator. They are compared byte for byte: they tell rustfmt to skip them.
//! pb-rs is pinned to one version, as its output is what we compare.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use pb_rs::ConfigBuilder;
use pb_rs::types::FileDescriptor;

use crate::workspace::{self, Workspace};

const PROTO: &str = "crates/kinesis-agg-testkit/proto/aggregated_record.proto";
const GENERATED: &str = "crates/kinesis-agg-testkit/src/generated";

/// Compares the testkit's generated code with what pb-rs makes of its .proto.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write what pb-rs makes instead of comparing.
    #[arg(long)]
    write: bool,
}

/// The files of a folder, by name.
type Files = BTreeMap<String, String>;

/// # Errors
///
/// pb-rs refuses the .proto, or the generated code is another.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.write { write() } else { compare() }
}

/// # Errors
///
/// pb-rs refuses the .proto, or the generated code is another.
pub(crate) fn compare() -> Result<()> {
    let wanted = generate()?;
    let found = files(&workspace::root().join(GENERATED))?;
    let differing = differing(&wanted, &found);
    if !differing.is_empty() {
        let names = differing.join(", ");
        bail!(
            "{GENERATED} is not what pb-rs makes of {PROTO}: see {names}; \
             `cargo xtask codec --write` makes it so"
        );
    }
    println!("{} generated files are as they should be", wanted.len());
    Ok(())
}

fn write() -> Result<()> {
    let wanted = generate()?;
    let folder = workspace::root().join(GENERATED);
    empty(&folder)?;
    for (name, text) in &wanted {
        fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
        println!("wrote {GENERATED}/{name}");
    }
    Ok(())
}

fn generate() -> Result<Files> {
    let folder = Workspace::load()?.target_directory.join("codec");
    empty(&folder)?;
    let proto = workspace::root().join(PROTO);
    let include = proto.parent().context("the .proto lies in no folder")?;
    // Strings and bytes are borrowed, and one module is enough: no package.
    let config = ConfigBuilder::new(
        &[proto.as_path()],
        None,
        Some(&folder.as_path()),
        &[include],
    )
    .context("pb-rs refuses the paths")?
    .single_module(true);
    FileDescriptor::run(&config.build()).with_context(|| format!("pb-rs refuses {PROTO}"))?;
    files(&folder)
}

/// Makes `folder` an empty folder.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn files(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let cannot_read = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot_read)? {
        let entry = entry.with_context(cannot_read)?;
        let text = fs::read_to_string(entry.path()).with_context(cannot_read)?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    Ok(files)
}

/// The names of files that only one side has, or that are not the same in both.
fn differing<'a>(wanted: &'a Files, found: &'a Files) -> Vec<&'a str> {
    let mut names: Vec<&str> = wanted
        .keys()
        .chain(found.keys())
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|&name| wanted.get(name) != found.get(name));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that is missing, left over or changed is named; others are not.
    #[test]
    fn every_difference_is_named() {
        let files = |of: &[(&str, &str)]| -> Files {
            let file = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
            of.iter().map(file).collect()
        };
        let wanted = files(&[("changed", "1"), ("missing", "1"), ("same", "1")]);
        let found = files(&[("changed", "2"), ("left", "1"), ("same", "1")]);
        assert_eq!(differing(&wanted, &found), ["changed", "left", "missing"]);
        assert_eq!(differing(&wanted, &wanted), [""; 0]);
    }
}
