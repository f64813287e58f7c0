//! `cargo xtask header`: the C header, made from the sources of the C ABI.
//!
//! The header is committed, so that nobody else needs the generator; the
//! documentation of each function arrives in it as it stands in Rust.

use std::fs;

use anyhow::{Context, Result, bail};
use cbindgen::{Builder, Config, DocumentationStyle, ExportConfig, Language, Style};
use clap::Args;

use crate::workspace::{self, Workspace};

const PACKAGE: &str = "kinesis-agg-ffi";
const FOLDER: &str = "crates/kinesis-agg-ffi";
const HEADER: &str = "include/kinesis_agg.h";
/// The exported symbols, one a line, sorted: what a linker may rely on.
const SYMBOLS: &str = "crates/kinesis-agg-ffi/symbols.txt";
/// What the WebAssembly module exports besides, and C has no use for.
const WASM_ALONE: [&str; 3] = ["kagg_wasm_alloc", "kagg_wasm_free", "kagg_wasm_seed"];

/// Compares the C header and the list of symbols with the sources.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write them instead of comparing.
    #[arg(long)]
    write: bool,
}

/// # Errors
///
/// The generator refuses the sources, or a committed file is another.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.write {
        return compare();
    }
    for (path, text) in made()? {
        fs::write(workspace::root().join(path), text)
            .with_context(|| format!("cannot write {path}"))?;
        println!("wrote {path}");
    }
    Ok(())
}

/// # Errors
///
/// The generator refuses the sources, or a committed file is another.
pub(crate) fn compare() -> Result<()> {
    for (path, text) in made()? {
        if workspace::read(path)? != text {
            bail!("{path} is not what the sources make: `cargo xtask header --write` makes it so");
        }
        println!("{path} is as it should be");
    }
    Ok(())
}

/// The files, as the sources make them today.
fn made() -> Result<[(&'static str, String); 2]> {
    let header = header()?;
    let symbols = symbols(&header);
    Ok([(HEADER, header), (SYMBOLS, symbols)])
}

fn header() -> Result<String> {
    let workspace = Workspace::load()?;
    let version = &workspace.member(PACKAGE)?.version;
    let source = workspace::root().join(FOLDER).join("src/lib.rs");
    let builder = Builder::new()
        .with_config(config(version)?)
        .with_src(source);
    let mut text = Vec::new();
    builder.generate()?.write(&mut text);
    let text = String::from_utf8(text)?;
    Ok(text
        .lines()
        .map(in_parentheses)
        .collect::<Vec<_>>()
        .join("\n")
        + "\n")
}

/// `(-1)` for `-1` behind a `#define`, so that it can stand in any expression.
fn in_parentheses(line: &str) -> String {
    match line.rsplit_once(" -") {
        Some((define, number)) if define.starts_with("#define ") => {
            format!("{define} (-{number})")
        }
        _ => line.to_owned(),
    }
}

fn config(version: &str) -> Result<Config> {
    let [major, minor, patch] = Vec::from_iter(version.split('.'))[..] else {
        bail!("the version {version} is not MAJOR.MINOR.PATCH");
    };
    let macros = format!(
        "\n/* The version of this header. */\n\
         #define KAGG_VERSION \"{version}\"\n\
         #define KAGG_VERSION_MAJOR {major}\n\
         #define KAGG_VERSION_MINOR {minor}\n\
         #define KAGG_VERSION_PATCH {patch}\n\n\
         /* The place of no record, in kagg_blob_row. */\n\
         #define KAGG_NO_RECORD SIZE_MAX"
    );
    Ok(Config {
        language: Language::C,
        style: Style::Both,
        cpp_compat: true,
        include_guard: Some("KINESIS_AGG_H".into()),
        usize_is_size_t: true,
        documentation_style: DocumentationStyle::Doxy,
        header: Some(
            workspace::read("crates/kinesis-agg-ffi/header.txt")?
                .trim_end()
                .into(),
        ),
        after_includes: Some(macros),
        export: ExportConfig {
            exclude: WASM_ALONE.map(String::from).into(),
            ..ExportConfig::default()
        },
        ..Config::default()
    })
}

/// The functions that the header declares.
fn symbols(header: &str) -> String {
    let mut found = Vec::new();
    for line in header
        .lines()
        .filter(|line| !line.trim_start().starts_with('*'))
    {
        let Some((before, _)) = line.split_once('(') else {
            continue;
        };
        let name = before.rsplit([' ', '*']).next().unwrap_or_default();
        if name.starts_with("kagg_") {
            found.push(name);
        }
    }
    found.sort_unstable();
    found.join("\n") + "\n"
}
