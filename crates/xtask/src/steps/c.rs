//! The step of the C library: built by `CMake`, and used as C programs use it.
//!
//! ```text
//! the README's commands   build, install into an empty prefix, examples in C and C++
//! CTest                   the tests in C and C++: plain, sanitized, under valgrind
//! the installed files     name, symbols, the system's libraries, size when linked in
//! other programs          by find_package and by pkg-config, shared and static
//! ```
//!
//! A tool that is missing fails the step: what does not run must not pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::readme::Section;
use crate::{command, workspace};

const SOURCE: &str = "crates/kinesis-agg-ffi";

/// The README's section.
const SECTION: &str = "## C and C++";

/// Where the README's commands build and install.
const FOLDER: &str = "target/c";
const BUILD: &str = "target/c/build";
const PREFIX: &str = "target/c/prefix";
const SHARED: &str = "target/c/prefix/lib/libkinesis_agg.so";
const STATIC: &str = "target/c/prefix/lib/libkinesis_agg.a";

/// What a program asks for when it starts.
const NAME: &str = "libkinesis_agg.so.0";

/// Functions that `kinesis_agg.hpp` leaves out: its head says why.
const NOT_IN_CPP: [&str; 3] = [
    "kagg_aggregator_push_spans",
    "kagg_deaggregator_read_joined",
    "kagg_sharded_aggregator_push_spans",
];

/// What the static library may add to a stripped program.
const MAX_ADDED: u64 = 1 << 20;

/// The programs that are called, and what Debian calls their packages.
const TOOLS: [&str; 9] = [
    "cmake",
    "ctest",
    "make",
    "cc",
    "c++",
    "valgrind",
    "pkg-config",
    "nm",
    "readelf",
];
const PACKAGES: &str = "cmake make gcc g++ valgrind pkg-config binutils";

pub(super) fn run() -> Result<()> {
    ensure_tools()?;
    for stale in ["prefix", "examples-c", "examples-cpp", "programs"] {
        remove(&path(FOLDER).join(stale))?;
    }
    readme()?;
    tests()?;
    installed_files()?;
    size()?;
    found_by_cmake()?;
    found_by_pkg_config()
}

fn ensure_tools() -> Result<()> {
    let missing = Vec::from_iter(TOOLS.into_iter().filter(|tool| !command::is_there(tool)));
    ensure!(
        missing.is_empty(),
        "missing: {}; on Debian: apt-get install {PACKAGES}",
        missing.join(", ")
    );
    Ok(())
}

/// The README's programs are examples, and run as shown.
fn readme() -> Result<()> {
    let section = Section::read(SECTION)?;
    section.prints("c", "examples/c/first.c")?;
    section.prints("cpp", "examples/cpp/first.cpp")?;
    section.runs_as_shown()
}

/// Builds a target of the tests in C and C++, with the library.
fn build_tests(target: &str) -> Result<()> {
    let mut configure = command::at_root("cmake");
    configure.args(["-S", SOURCE, "-B", BUILD, "-DBUILD_TESTING=ON"]);
    command::run(&mut configure)?;
    command::run(command::at_root("cmake").args(["--build", BUILD, "--target", target]))
}

/// Builds one of the programs in `tests-c`, and says where it lies.
pub(super) fn test_program(target: &str) -> Result<PathBuf> {
    ensure_tools()?;
    build_tests(target)?;
    Ok(path(BUILD).join("tests-c").join(target))
}

/// The tests in C and C++, against what was just built.
fn tests() -> Result<()> {
    build_tests("all")?;
    let mut test = command::at_root("ctest");
    test.args(["--test-dir", BUILD, "--output-on-failure"]);
    command::run(test.args(["--no-tests=error", "--timeout", "120"]))
}

/// The shared library has its name, and exports what `symbols.txt` lists; the
/// system's libraries are those that rustc names.
fn installed_files() -> Result<()> {
    let dynamic = command::read(command::at_root("readelf").args(["--dynamic", SHARED]))?;
    ensure!(
        dynamic.contains(&format!("soname: [{NAME}]")),
        "{SHARED} is not called {NAME}"
    );
    let mut nm = command::at_root("nm");
    nm.args(["--dynamic", "--defined-only", "--format=posix", SHARED]);
    let table = command::read(&mut nm)?;
    let mut exported = Vec::from_iter(table.lines().filter_map(|line| line.split(' ').next()));
    exported.sort_unstable();
    let listed = workspace::read("crates/kinesis-agg-ffi/symbols.txt")?;
    let listed = Vec::from_iter(listed.lines());
    ensure!(
        exported == listed,
        "{SHARED} exports {exported:?}, symbols.txt lists {listed:?}"
    );
    println!("{SHARED} exports the {} symbols", listed.len());
    every_symbol_is_in_cpp(&listed)?;
    system_libraries()
}

/// The header for C++ has all functions but those it leaves out.
fn every_symbol_is_in_cpp(symbols: &[&str]) -> Result<()> {
    let header = workspace::read("include/kinesis_agg.hpp")?;
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let code = header
        .lines()
        .filter(|line| !line.trim_start().starts_with(['/', '*']));
    let words = Vec::from_iter(code.flat_map(|line| line.split(|it| !is_word(it))));
    for symbol in symbols {
        let left_out = NOT_IN_CPP.contains(symbol);
        ensure!(
            words.contains(symbol) != left_out,
            "include/kinesis_agg.hpp and NOT_IN_CPP do not agree over {symbol}"
        );
    }
    Ok(())
}

fn system_libraries() -> Result<()> {
    let mut rustc = command::cargo();
    rustc.args(["rustc", "--locked", "--package", "kinesis-agg-ffi"]);
    rustc.args(["--lib", "--crate-type", "staticlib"]);
    rustc.args(["--", "--print", "native-static-libs"]);
    let output = rustc.output().context("cannot start cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let needed = said.split_once("native-static-libs: ");
    let (_, needed) = needed.with_context(|| format!("rustc names no libraries:\n{said}"))?;
    let needed = needed.lines().next().unwrap_or_default().trim();
    let file = fs::read_to_string(path(PREFIX).join("lib/pkgconfig/kinesis_agg.pc"));
    let file = file.context("kinesis_agg.pc is not installed")?;
    ensure!(
        file.contains(&format!("\nLibs.private: {needed}\n")),
        "kinesis_agg.pc has other libraries than rustc, which names {needed}"
    );
    Ok(())
}

/// What the static library adds to a program that packs and reads.
fn size() -> Result<()> {
    let with = [
        "-DWITH_LIBRARY",
        "-Itarget/c/prefix/include",
        STATIC,
        "-lgcc_s",
        "-lm",
    ];
    let (with, without) = (linked("with", &with)?, linked("without", &[])?);
    let added = with.saturating_sub(without);
    let shared = fs::metadata(path(SHARED))?.len();
    println!("the static library adds {added} bytes to a program of {without}");
    println!("the shared library has {shared} bytes");
    ensure!(
        added < MAX_ADDED,
        "that is more than the {MAX_ADDED} it may add"
    );
    Ok(())
}

/// The length of the stripped program, which also runs.
fn linked(name: &str, arguments: &[&str]) -> Result<u64> {
    let program = program(&format!("size-{name}"))?;
    let mut compile = command::at_root("cc");
    compile.args(["-O2", "-s", "-Wl,--gc-sections", "-o"]);
    compile
        .arg(&program)
        .arg(format!("{SOURCE}/tests-c/size.c"));
    command::run(compile.args(arguments))?;
    command::run(&mut Command::new(&program))?;
    Ok(fs::metadata(&program)?.len())
}

/// Where the programs made here go.
fn program(name: &str) -> Result<PathBuf> {
    let folder = path(FOLDER).join("programs");
    fs::create_dir_all(&folder).context("cannot make a folder for programs")?;
    Ok(folder.join(name))
}

/// Projects that look for the library by `find_package`.
fn found_by_cmake() -> Result<()> {
    for language in ["c", "cpp"] {
        for (linking, shared) in [("shared", "ON"), ("static", "OFF")] {
            let build = program(&format!("cmake-{language}-{linking}"))?;
            let mut configure = command::at_root("cmake");
            configure.args(["-S", &format!("examples/{language}"), "-B"]);
            configure.arg(&build);
            configure.arg(format!("-DCMAKE_PREFIX_PATH={}", path(PREFIX).display()));
            configure.arg(format!("-DBUILD_SHARED_LIBS={shared}"));
            command::run(&mut configure)?;
            command::run(command::at_root("cmake").arg("--build").arg(&build))?;
            check_program(&build.join("deaggregate"), linking)?;
            check_aggregate(&build.join("aggregate"))?;
        }
    }
    Ok(())
}

/// Programs built by hand, with what pkg-config says.
fn found_by_pkg_config() -> Result<()> {
    for (compiler, language) in [("cc -std=c11", "c"), ("c++ -std=c++17", "cpp")] {
        // `--static` adds the system's libraries. The shared library stands behind
        // the static one, and is not needed any more.
        for (linking, first, query) in [
            ("shared", "", "--cflags --libs"),
            ("static", STATIC, "--static --cflags --libs"),
        ] {
            let program = program(&format!("pkg-config-{language}-{linking}"))?;
            let line = format!(
                "{compiler} -Wall -Wextra -Wpedantic -Werror -O2 \
                 examples/{language}/deaggregate.{language} {first} -Wl,--as-needed \
                 $(pkg-config {query} kinesis_agg) -o {}",
                program.display()
            );
            let mut compile = command::at_root("sh");
            compile.args(["-e", "-c", &line]);
            compile.env("PKG_CONFIG_PATH", path(PREFIX).join("lib/pkgconfig"));
            command::run(&mut compile)?;
            check_program(&program, linking)?;
        }
    }
    Ok(())
}

/// The program is linked as told, and takes a captured record apart.
fn check_program(program: &Path, linking: &str) -> Result<()> {
    let name = program.display();
    let dynamic = command::read(command::at_root("readelf").arg("--dynamic").arg(program))?;
    let asks = dynamic.contains(&format!("Shared library: [{NAME}]"));
    ensure!(
        asks == (linking == "shared"),
        "{name} is not linked as {linking}"
    );
    let mut run = command::at_root(program);
    run.arg("examples/data/captured-record.bin");
    run.env("LD_LIBRARY_PATH", path(PREFIX).join("lib"));
    Section::read(SECTION)?.shows(&command::read(&mut run)?)
}

/// The program packs the README's lines as shown there.
fn check_aggregate(program: &Path) -> Result<()> {
    let lines = r"customer-7 click\ncustomer-9 view\ncustomer-7 buy\n";
    let line = format!("printf '{lines}' | '{}'", program.display());
    let output = command::read(command::at_root("sh").args(["-e", "-c", &line]))?;
    Section::read(SECTION)?.shows(&output)
}

fn path(from_root: &str) -> PathBuf {
    workspace::root().join(from_root)
}

fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}
