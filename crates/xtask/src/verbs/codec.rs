//! `cargo xtask codec`: the code that others' generators make of our .proto.
//!
//! ```text
//!                                ┌─ pb-rs ────────────> the testkit's naive codec
//! proto/aggregated_record.proto ─┤
//!                                └─ protobuf-codegen ─> a reader of the benchmarks
//! ```
//!
//! The generated files are committed, so that nothing else builds a generator.
//! They are compared byte for byte: they tell rustfmt to skip them. Both
//! generators are pinned to one version, as their output is what we compare.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use pb_rs::ConfigBuilder;
use pb_rs::types::FileDescriptor;
use protobuf_codegen::{Codegen, Customize};

use crate::workspace::{self, Workspace};

const PROTO: &str = "crates/kinesis-agg-testkit/proto/aggregated_record.proto";

/// Whose code lies where.
struct Output {
    generator: &'static str,
    folder: &'static str,
    /// Makes files of a .proto, in an empty folder.
    generate: fn(proto: &Path, folder: &Path) -> Result<()>,
}

const OUTPUTS: [Output; 2] = [
    Output {
        generator: "pb-rs",
        folder: "crates/kinesis-agg-testkit/src/generated",
        generate: pb_rs,
    },
    Output {
        generator: "protobuf-codegen",
        folder: "benches/src/others/generated",
        generate: protobuf_codegen,
    },
];

/// Compares committed code with what its generators make of the testkit's .proto.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write what they make instead of comparing.
    #[arg(long)]
    write: bool,
}

/// The files of a folder, by name.
type Files = BTreeMap<String, String>;

/// # Errors
///
/// A generator refuses the .proto, or the generated code is another.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.write { write() } else { compare() }
}

/// # Errors
///
/// A generator refuses the .proto, or the generated code is another.
pub(crate) fn compare() -> Result<()> {
    for output in OUTPUTS {
        let Output {
            generator, folder, ..
        } = output;
        let wanted = output.wanted()?;
        let found = files(&workspace::root().join(folder))?;
        let differing = differing(&wanted, &found);
        if !differing.is_empty() {
            let names = differing.join(", ");
            bail!(
                "{folder} is not what {generator} makes of {PROTO}: see {names}; \
                 `cargo xtask codec --write` makes it so"
            );
        }
        println!(
            "{} files of {generator} are as they should be",
            wanted.len()
        );
    }
    Ok(())
}

fn write() -> Result<()> {
    for output in OUTPUTS {
        let wanted = output.wanted()?;
        let folder = workspace::root().join(output.folder);
        empty(&folder)?;
        for (name, text) in &wanted {
            fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
            println!("wrote {}/{name}", output.folder);
        }
    }
    Ok(())
}

impl Output {
    /// What the generator makes today.
    fn wanted(&self) -> Result<Files> {
        let folder = Workspace::load()?.target_directory.join("codec");
        empty(&folder)?;
        let proto = workspace::root().join(PROTO);
        let refuses = || format!("{} refuses {PROTO}", self.generator);
        (self.generate)(&proto, &folder).with_context(refuses)?;
        files(&folder)
    }
}

fn pb_rs(proto: &Path, folder: &Path) -> Result<()> {
    let include = folder_of(proto)?;
    // Strings and bytes are borrowed, and one module is enough: no package.
    let config = ConfigBuilder::new(&[proto], None, Some(&folder), &[include])?;
    FileDescriptor::run(&config.single_module(true).build())?;
    Ok(())
}

fn protobuf_codegen(proto: &Path, folder: &Path) -> Result<()> {
    // Without descriptors, which no reader needs: half the code.
    let lite = Customize::default().lite_runtime(true);
    let mut codegen = Codegen::new();
    codegen.pure().customize(lite).out_dir(folder);
    codegen.include(folder_of(proto)?).input(proto).run()
}

fn folder_of(proto: &Path) -> Result<&Path> {
    proto.parent().context("the .proto lies in no folder")
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
