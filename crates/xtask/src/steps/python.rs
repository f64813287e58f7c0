//! The Python binding: built by maturin, and tested where it was installed.
//!
//! ```text
//! target/python/tools   an environment with maturin: wheel and source distribution
//! target/python/env     an empty one: both wheels, and what the tests need; all runs there
//! ```
//!
//! Takes Python with pip and venv, valgrind, and packages from where pip is told to find them.
//! A Python that is missing, or too old, fails the step.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{command, workspace};

const SOURCE: &str = "bindings/python";
const MANIFEST: &str = "bindings/python/Cargo.toml";
/// The module `aws_kinesis_agg`, Python alone.
const DROP_IN: &str = "bindings/python/compat";
const FOLDER: &str = "target/python";

/// What `python3` has to be; the wheel itself takes 3.9.
const CHECK: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";

/// What mypy and pyright look at, besides the packages.
const TYPED: &str = "bindings/python/examples";

/// Pytest, by the module. Names what is skipped: on Linux nothing is.
const PYTEST: [&str; 8] = [
    "-m",
    "pytest",
    "--quiet",
    "-p",
    "no:cacheprovider",
    "-rs",
    "-W",
    "ignore::DeprecationWarning",
];

pub(super) fn run() -> Result<()> {
    ensure_python()?;
    crate_itself()?;
    let tools = Environment::with_maturin()?;
    let source = tools.build("sdist", &["sdist"])?;
    let environment = Environment::with_ours(&tools)?;
    let tests = workspace::root().join(SOURCE).join("tests");
    environment.tests(&tests)?;
    environment.under_valgrind(&tests.join("test_reading.py"))?;
    environment.tests(&workspace::root().join(DROP_IN).join("tests"))?;
    environment.types()?;
    tools.wheel_of("from-sdist", source.as_ref()).map(drop)
}

/// The test of memory where the package was installed, with so many user records.
pub(super) fn soak(user_records: u64) -> Result<Command> {
    ensure_python()?;
    let environment = Environment::with_ours(&Environment::with_maturin()?)?;
    let tests = workspace::root().join(SOURCE).join("tests");
    let mut pytest = environment.pytest(&tests.join("test_memory.py"))?;
    pytest.args(["-s", "-k", "over_millions_of_user_records"]);
    pytest.env("KINESIS_AGG_USER_RECORDS", user_records.to_string());
    Ok(pytest)
}

fn ensure_python() -> Result<()> {
    let found = Command::new("python3").args(["-c", CHECK]).output();
    ensure!(
        found.is_ok_and(|found| found.status.success()),
        "missing: Python 3.10 or later with venv; on Debian: apt-get install python3-venv"
    );
    Ok(())
}

/// The crate: no warning, and what it knows without Python.
fn crate_itself() -> Result<()> {
    let mut clippy = cargo("clippy");
    command::run(clippy.args(["--all-targets", "--", "-D", "warnings"]))?;
    command::run(cargo("test").args(["--test", "guarded"]))
}

fn cargo(verb: &str) -> Command {
    let mut cargo = command::cargo();
    cargo.args([verb, "--locked", "--manifest-path", MANIFEST]);
    cargo.arg("--target-dir").arg(path("cargo"));
    cargo
}

/// A virtual environment.
struct Environment {
    root: PathBuf,
}

impl Environment {
    /// An empty one, in the place of what was there.
    fn new(name: &str) -> Result<Self> {
        let root = path(name);
        let mut venv = command::at_root("python3");
        venv.args(["-m", "venv", "--clear"]).arg(&root);
        command::run(&mut venv)?;
        Ok(Self { root })
    }

    /// One with what builds distributions.
    fn with_maturin() -> Result<Self> {
        let tools = Self::new("tools")?;
        tools.install(&["--requirement", "bindings/python/requirements-build.txt"])?;
        Ok(tools)
    }

    /// One with both distributions, built by `tools`, and what tests need.
    fn with_ours(tools: &Self) -> Result<Self> {
        let wheel = tools.build("wheel", &["build", "--release", "--locked"])?;
        let drop_in = workspace::root().join(DROP_IN);
        let drop_in = tools.wheel_of("drop-in", drop_in.as_os_str())?;
        let environment = Self::new("env")?;
        environment.install(&[&wheel, &drop_in])?;
        environment.install(&["--requirement", "bindings/python/requirements-test.txt"])?;
        Ok(environment)
    }

    /// A program of it, run in `target/python`: there is no package to be found but
    /// the installed one.
    fn program(&self, name: &str) -> Result<Command> {
        self.run_in(self.root.join("bin").join(name))
    }

    fn run_in(&self, program: impl AsRef<OsStr>) -> Result<Command> {
        let mut command = command::at_root(program);
        command.env("PATH", before_path(&self.root.join("bin"))?);
        command.env("VIRTUAL_ENV", &self.root);
        command.env_remove("PYTHONPATH").env_remove("PYTHONHOME");
        command.current_dir(path("."));
        Ok(command)
    }

    fn pip(&self, verb: &str) -> Result<Command> {
        let mut pip = self.program("python")?;
        pip.args(["-m", "pip", verb, "--quiet", "--disable-pip-version-check"]);
        Ok(pip)
    }

    fn install(&self, arguments: &[&str]) -> Result<()> {
        let mut pip = self.pip("install")?;
        command::run(pip.args(arguments).current_dir(workspace::root()))
    }

    /// Lets maturin build a distribution into an empty folder; returns its file.
    fn build(&self, folder: &str, verb: &[&str]) -> Result<String> {
        let folder = path(folder);
        empty(&folder)?;
        let mut maturin = self.program("maturin")?;
        maturin.args(verb).arg("--out").arg(&folder);
        maturin
            .arg("--manifest-path")
            .arg(workspace::root().join(MANIFEST));
        command::run(maturin.env("CARGO_TARGET_DIR", path("cargo")))?;
        only_file(&folder)
    }

    /// Lets pip build the wheel of a source, folder or file, with what is installed
    /// here: so a source distribution has all that a wheel is built from.
    fn wheel_of(&self, folder: &str, source: &OsStr) -> Result<String> {
        let folder = path(folder);
        empty(&folder)?;
        let mut pip = self.pip("wheel")?;
        pip.args(["--no-deps", "--no-build-isolation", "--wheel-dir"]);
        pip.arg(&folder).arg(source);
        command::run(pip.env("CARGO_TARGET_DIR", path("cargo")))?;
        only_file(&folder)
    }

    fn tests(&self, folder: &Path) -> Result<()> {
        command::run(&mut self.pytest(folder)?)
    }

    fn pytest(&self, tests: &Path) -> Result<Command> {
        let mut pytest = self.program("python")?;
        pytest.args(PYTEST).arg(tests);
        Ok(pytest)
    }

    /// Tests once more, with each access to memory looked at: walks hand out the
    /// objects of user records again. Python's own values count as initialised.
    fn under_valgrind(&self, tests: &Path) -> Result<()> {
        ensure!(
            command::is_there("valgrind"),
            "missing: valgrind; on Debian: apt-get install valgrind"
        );
        let mut valgrind = self.run_in("valgrind")?;
        valgrind.args(["--quiet", "--error-exitcode=9", "--undef-value-errors=no"]);
        valgrind.arg("python").args(PYTEST).arg(tests);
        command::run(valgrind.env("PYTHONMALLOC", "malloc"))
    }

    /// The types of the stub are those of the module, and both type checkers agree
    /// with the package and its examples.
    fn types(&self) -> Result<()> {
        let examples = workspace::root().join(TYPED);
        let mut stub = self.program("python")?;
        command::run(stub.args(["-m", "mypy.stubtest", "kinesis_agg._native"]))?;
        let mut mypy = self.program("mypy")?;
        let packages = ["--package", "kinesis_agg", "--package", "aws_kinesis_agg"];
        command::run(mypy.arg("--strict").args(packages))?;
        for file in python_files(&examples)? {
            command::run(self.program("mypy")?.arg("--strict").arg(file))?;
        }
        for package in ["kinesis_agg", "aws_kinesis_agg"] {
            let mut pyright = self.program("pyright")?;
            command::run(pyright.args(["--verifytypes", package, "--ignoreexternal"]))?;
        }
        command::run(self.program("pyright")?.arg(&examples))
    }
}

/// `PATH` with a folder before all others.
fn before_path(folder: &Path) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&rest));
    env::join_paths(folders).context("cannot put a folder before PATH")
}

fn python_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = files(folder)?.into_iter();
    let mut files =
        Vec::from_iter(files.filter(|file| file.extension().is_some_and(|it| it == "py")));
    files.sort();
    ensure!(!files.is_empty(), "no Python in {}", folder.display());
    Ok(files)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder);
    let files = files.with_context(|| format!("cannot list {}", folder.display()))?;
    files.map(|file| Ok(file?.path())).collect()
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    Ok(())
}

/// The path of the one file in a folder.
fn only_file(folder: &Path) -> Result<String> {
    let files = files(folder)?;
    let [file] = &files[..] else {
        bail!("{} files in {}, not one", files.len(), folder.display());
    };
    println!("{}: {} bytes", file.display(), fs::metadata(file)?.len());
    let path = file.to_str().map(str::to_owned);
    path.context("the path is no UTF-8")
}

/// A place in the folder that all is built in.
fn path(inside: &str) -> PathBuf {
    workspace::root().join(FOLDER).join(inside)
}
