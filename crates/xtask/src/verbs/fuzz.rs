//! `cargo xtask fuzz`: builds the fuzz targets and runs each for some seconds.
//!
//! ```text
//! build    nightly, with AddressSanitizer and libFuzzer's counters
//! seeds    the testkit's vectors, written anew each time       fuzz/seeds, ignored
//! run      seeds + fuzz/corpus, both only read, + fuzz/grown   finds go to fuzz/grown, ignored
//! fault    the input that shows it                             fuzz/artifacts, ignored
//! ```
//!
//! How much of the code all those inputs reach is told by `--coverage`.
//!
//! cargo-fuzz would do the same with the same folder, and may: but it is a program
//! to be installed first, which takes as long as building the targets, and all that
//! it adds is the flags below. They have not changed for years; a nightly that
//! knows one no longer says so. What is left to be there is a C++ compiler, for
//! libFuzzer itself.
//!
//! Faults are crashes, inputs that take over five seconds or a gigabyte, and memory
//! that is not given back. A run without any proves nothing, but that they are rare.

mod coverage;

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::workspace::{self, Workspace};
use crate::{command, rustup};

const TOOLCHAIN: &str = "nightly";

const MANIFEST: &str = "fuzz/Cargo.toml";

/// What cargo-fuzz gives rustc. Overflow checks and the like stand in the manifest.
const FLAGS: [&str; 8] = [
    "--cfg=fuzzing",
    "-Zsanitizer=address",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-sanitizer-coverage-stack-depth",
];

/// Bounds of an input and of what one may take: bytes, megabytes, seconds.
const BOUNDS: [&str; 3] = ["-max_len=65536", "-rss_limit_mb=1024", "-timeout=5"];

/// Runs the fuzz targets, with a nightly toolchain that rustup installs.
///
/// The first build takes two minutes. Fails at the first target that crashes,
/// hangs or leaks, and says which input shows it.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// So long for each target.
    #[arg(long, value_name = "N", default_value_t = 10)]
    seconds: u32,
    /// This target alone.
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Run the target on this input alone, once: to see a fault again.
    #[arg(long, value_name = "FILE", requires = "target")]
    input: Option<PathBuf>,
    /// Find nothing new: tell which lines of the core's readers the inputs reach.
    #[arg(long, conflicts_with_all = ["seconds", "input"])]
    coverage: bool,
}

/// # Errors
///
/// The targets do not build, there is none of that name, or one finds a fault.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.coverage {
        return coverage::run(options.target.as_deref());
    }
    let targets = Targets::load("fuzz", &FLAGS)?;
    let chosen = targets.chosen(options.target.as_deref())?;
    targets.build(&chosen, &[])?;
    if let Some(input) = &options.input {
        let input = std::path::absolute(input)?;
        let mut once = command::at_root(targets.program(chosen[0]));
        return command::run(once.args(BOUNDS).arg(input));
    }
    command::run(&mut targets.seeds())?;
    for name in chosen {
        let mut fuzz = targets.fuzz(name)?;
        judge(
            name,
            fuzz.arg(format!("-max_total_time={}", options.seconds)),
        )?;
    }
    Ok(())
}

/// The step of `cargo xtask test`.
///
/// # Errors
///
/// A warning in the fuzz package, or as [`run`].
pub(crate) fn check() -> Result<()> {
    let mut clippy = command::cargo();
    clippy.args([
        "clippy",
        "--locked",
        "--all-targets",
        "--no-default-features",
    ]);
    clippy.args(["--manifest-path", MANIFEST]);
    clippy.arg("--target-dir").arg(target_directory("fuzz")?);
    command::run(clippy.args(["--", "-D", "warnings"]))?;
    run(&Options {
        seconds: 10,
        target: None,
        input: None,
        coverage: false,
    })
}

/// What is built, and where.
struct Targets {
    names: Vec<String>,
    host: String,
    directory: PathBuf,
    /// For rustc.
    flags: &'static [&'static str],
}

impl Targets {
    /// Those built with `flags`, in a directory of that name.
    fn load(directory: &str, flags: &'static [&'static str]) -> Result<Self> {
        let fuzz = Workspace::of(MANIFEST)?;
        let package = fuzz.member("kinesis-agg-fuzz")?;
        let names = package.targets_of("bin");
        Ok(Self {
            names: names.into_iter().map(str::to_owned).collect(),
            host: rustup::host()?,
            directory: target_directory(directory)?,
            flags,
        })
    }

    /// The target that is asked for; else all.
    fn chosen<'a>(&'a self, wanted: Option<&'a str>) -> Result<Vec<&'a str>> {
        let names = self.names.iter().map(String::as_str);
        let Some(wanted) = wanted else {
            return Ok(names.collect());
        };
        ensure!(
            self.names.iter().any(|name| name == wanted),
            "there is no target {wanted}, but {}",
            self.names.join(", ")
        );
        Ok(vec![wanted])
    }

    /// Builds them by a toolchain that has `components`.
    fn build(&self, names: &[&str], components: &[&str]) -> Result<()> {
        rustup::ensure_toolchain(TOOLCHAIN, components)?;
        let mut build = command::cargo_of(TOOLCHAIN);
        build.args(["build", "--locked", "--release", "--example", "seeds"]);
        build.args(names.iter().flat_map(|name| ["--bin", name]));
        build.args(["--manifest-path", MANIFEST]);
        // With a target named, build scripts and macros go without the flags.
        build.args(["--target", &self.host, "--target-dir"]);
        build.arg(&self.directory);
        command::run(build.env("RUSTFLAGS", self.flags.join(" ")))
    }

    fn folder(&self) -> PathBuf {
        self.directory.join(&self.host).join("release")
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Writes the seeds.
    fn seeds(&self) -> Command {
        let mut seeds = command::at_root(self.folder().join("examples/seeds"));
        seeds.arg("fuzz/seeds");
        seeds
    }

    /// Runs a target on its folders; how long is still to be said.
    fn fuzz(&self, name: &str) -> Result<Command> {
        let [grown, artifacts] = ["grown", "artifacts"].map(|kind| format!("fuzz/{kind}/{name}"));
        for folder in [&grown, &artifacts] {
            std::fs::create_dir_all(workspace::root().join(folder))
                .with_context(|| format!("cannot make {folder}"))?;
        }
        let mut fuzz = command::at_root(self.program(name));
        fuzz.args(BOUNDS).args([
            &format!("-artifact_prefix={artifacts}/"),
            // Long inputs from the start: there is no time to let them grow.
            "-len_control=0",
            "-print_final_stats=1",
        ]);
        let dictionary = format!("fuzz/dictionaries/{name}.dict");
        if workspace::root().join(&dictionary).exists() {
            fuzz.arg(format!("-dict={dictionary}"));
        }
        // The first folder is written to, the others are read if they are there.
        let others = ["corpus", "seeds"].map(|kind| format!("fuzz/{kind}/{name}"));
        let there = |folder: &&String| workspace::root().join(folder).is_dir();
        fuzz.arg(grown).args(others.iter().filter(there));
        Ok(fuzz)
    }
}

/// Runs a target; prints how much it did, or all that it said of a fault.
fn judge(name: &str, fuzz: &mut Command) -> Result<()> {
    print!("{name:16} ");
    std::io::stdout().flush()?;
    let output = fuzz
        .output()
        .with_context(|| format!("cannot start the target {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        let runs = statistic(&said, "number_of_executed_units");
        let megabytes = statistic(&said, "peak_rss_mb");
        println!("{runs:>9} runs, {megabytes:>4} MB");
        return Ok(());
    }
    println!("finds a fault");
    eprintln!("{}", fault(&said));
    match artifact(&said) {
        Some(input) => bail!(
            "{name} finds a fault with {input}; \
             again: `cargo xtask fuzz --target {name} --input {input}`"
        ),
        None => bail!("{name} ended with {}", output.status),
    }
}

/// The value of one of libFuzzer's final statistics.
fn statistic<'a>(said: &'a str, name: &str) -> &'a str {
    let start = format!("stat::{name}:");
    let mut values = said.lines().filter_map(|line| line.strip_prefix(&start));
    values.next().map_or("?", str::trim)
}

/// The file that libFuzzer wrote the input to.
fn artifact(said: &str) -> Option<&str> {
    let (_, path) = said.split_once("Test unit written to ")?;
    path.lines().next()
}

/// What was said from the fault on, without the progress before it.
fn fault(said: &str) -> &str {
    let signs = ["\nthread '", "\n==", "\nSUMMARY:"];
    let start = signs.iter().filter_map(|sign| said.find(sign)).min();
    &said[start.unwrap_or(0)..]
}

/// Beside the main workspace's, so that neither throws the other's work away.
fn target_directory(name: &str) -> Result<PathBuf> {
    Ok(Workspace::load()?.target_directory.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRASH: &str = "#2\tINITED cov: 5\n#9\tNEW cov: 6\n\
        thread '<unnamed>' panicked at fuzz_targets/md5.rs:1:2:\nboom\n\
        ==7== ERROR: libFuzzer: deadly signal\n\
        artifact_prefix='a/'; Test unit written to a/crash-1f\nBase64: AA==\n\
        stat::number_of_executed_units: 9\nstat::peak_rss_mb:              33\n";

    /// The input and the numbers are found in what libFuzzer says.
    #[test]
    fn what_libfuzzer_says_is_read() {
        assert_eq!(artifact(CRASH), Some("a/crash-1f"));
        assert_eq!(artifact("#2\tINITED cov: 5\n"), None);
        assert_eq!(statistic(CRASH, "number_of_executed_units"), "9");
        assert_eq!(statistic(CRASH, "peak_rss_mb"), "33");
        assert_eq!(statistic("", "peak_rss_mb"), "?");
    }

    /// Progress is left out, and nothing else; what is not understood is told.
    #[test]
    fn a_fault_is_told_from_its_start() {
        assert!(fault(CRASH).starts_with("\nthread '<unnamed>' panicked"));
        assert!(fault(CRASH).ends_with("33\n"));
        assert_eq!(fault("no such option"), "no such option");
    }

    /// A name that no target has is an error that names them all.
    #[test]
    fn targets_are_chosen_by_name() {
        let targets = Targets {
            names: ["md5", "events"].map(str::to_owned).to_vec(),
            host: String::new(),
            directory: PathBuf::new(),
            flags: &[],
        };
        assert_eq!(targets.chosen(None).unwrap(), ["md5", "events"]);
        assert_eq!(targets.chosen(Some("events")).unwrap(), ["events"]);
        let error = targets.chosen(Some("md4")).unwrap_err();
        assert_eq!(error.to_string(), "there is no target md4, but md5, events");
    }
}
