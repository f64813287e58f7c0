//! The Node.js binding: built, packed, installed into an empty project, and tested from
//! there, over each backend.
//!
//! ```text
//! bindings/node --npm pack--> tarballs --npm install--> node/project in the target folder
//!                                                         native       tests, types, examples
//!                          without the native package:    WebAssembly  the same
//!                                     without vectors:    WebAssembly  tests
//! ```
//!
//! Takes Node.js, npm, npm's packages, and rustup for the target of WebAssembly.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::readme::Section;
use crate::workspace::{self, Workspace};
use crate::{command, rustup};

const FOLDER: &str = "bindings/node";
const WASM_TARGET: &str = "wasm32-wasip1";
/// The package that takes the place of a native one.
const WASM_PACKAGE: &str = "kinesis-agg-wasm32-wasi";

/// The examples, and what each is given.
const PROGRAMS: [(&str, &str); 3] = [
    ("deaggregate.js", "lambda-event.json"),
    ("aggregate.js", "records.ndjson"),
    ("firehose.js", "firehose-event.json"),
];

pub(super) fn run() -> Result<()> {
    installed("node")?;
    installed("npm")?;
    let target = Workspace::load()?.target_directory.join("node");
    lint(&target)?;
    let mut project = Project::new(target)?;
    project.install()?;
    project.tests()?;
    project.remove_native()?;
    project.tests()?;
    project.test_without_vectors()
}

/// The test of memory where the package was installed, with so many user records.
pub(super) fn soak_native(user_records: u64) -> Result<Command> {
    Ok(soak(&for_soak()?, user_records))
}

/// The same where no native package is.
pub(super) fn soak_webassembly(user_records: u64) -> Result<Command> {
    let mut project = for_soak()?;
    project.remove_native()?;
    Ok(soak(&project, user_records))
}

fn for_soak() -> Result<Project> {
    installed("node")?;
    installed("npm")?;
    let project = Project::new(Workspace::load()?.target_directory.join("node"))?;
    project.install()?;
    Ok(project)
}

fn soak(project: &Project, user_records: u64) -> Command {
    let mut test = project.command("node");
    test.args(["--expose-gc", "test/memory.test.js"]);
    test.arg(user_records.to_string());
    test
}

fn installed(program: &str) -> Result<()> {
    ensure!(
        command::is_there(program),
        "{program} is missing: Node.js 18 or later, with npm, is needed"
    );
    Ok(())
}

/// The native module is a workspace of its own.
fn lint(target: &Path) -> Result<()> {
    let cargo = |name| {
        let mut cargo = command::cargo();
        cargo.current_dir(workspace::root().join(FOLDER)).arg(name);
        cargo.env("CARGO_TARGET_DIR", target.join("cargo"));
        cargo
    };
    command::run(cargo("fmt").arg("--check"))?;
    let warnings = ["--all-targets", "--locked", "--", "-Dwarnings"];
    command::run(cargo("clippy").args(warnings))?;
    command::run(cargo("test").arg("--locked"))
}

/// A project that has the packages of the tests, and ours.
struct Project {
    /// The binding's part of the target folder.
    target: PathBuf,
    folder: PathBuf,
    /// What is at work there; the tests fail when it is another.
    backend: &'static str,
}

impl Project {
    fn new(target: PathBuf) -> Result<Self> {
        let folder = target.join("project");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let test = workspace::root().join(FOLDER).join("test");
        copy(&test.join("project"), &folder)?;
        copy(&test, &folder.join("test"))?;
        copy(&test.join("types"), &folder.join("test/types"))?;
        copy(
            &workspace::root().join("examples/node"),
            &folder.join("examples"),
        )?;
        Ok(Self {
            target,
            folder,
            backend: "native",
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = command::at_root(program);
        command.current_dir(&self.folder);
        command.env("KINESIS_AGG_ROOT", workspace::root());
        command.env("KINESIS_AGG_TEST_BACKEND", self.backend);
        command.env_remove("KINESIS_AGG_FORCE_WASM");
        command
    }

    /// Builds and packs, and installs the tarballs as a user would.
    fn install(&self) -> Result<()> {
        let packages = self.target.join("packages");
        if packages.exists() {
            fs::remove_dir_all(&packages)?;
        }
        fs::create_dir_all(&packages)?;
        rustup::ensure_target(&rustup::active()?, WASM_TARGET)?;
        let scripts = workspace::root().join(FOLDER).join("scripts");
        for module in [None, Some("wasm")] {
            let mut build = command::at_root("node");
            build.env("CARGO_TARGET_DIR", self.target.join("cargo"));
            command::run(build.arg(scripts.join("build.js")).args(module))?;
        }
        let mut pack = command::at_root("node");
        command::run(pack.arg(scripts.join("pack.js")).arg(&packages))?;
        command::run(self.command("npm").args(["ci", "--ignore-scripts"]))?;
        let tarballs = files(&packages)?.into_iter();
        let tarballs = tarballs.filter(|file| file.extension().is_some_and(|ext| ext == "tgz"));
        let install = [
            "install",
            "--no-save",
            "--ignore-scripts",
            "--prefer-offline",
        ];
        command::run(self.command("npm").args(install).args(tarballs))
    }

    /// Makes it one as on a platform that there is no native package for.
    fn remove_native(&mut self) -> Result<()> {
        let packages = self.folder.join("node_modules");
        let platforms = folders(&packages)?.into_iter().filter(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("kinesis-agg-") && name != WASM_PACKAGE
        });
        for platform in platforms {
            fs::remove_dir_all(platform)?;
        }
        self.backend = "wasm";
        Ok(())
    }

    /// Tests, examples, and the program of the README.
    fn tests(&self) -> Result<()> {
        self.test(&[])?;
        for (program, input) in PROGRAMS {
            self.example(program, input)?;
        }
        readme(self)
    }

    fn test_without_vectors(&self) -> Result<()> {
        let before = self.folder.join("test/no-vectors.js");
        self.test(&["--require".as_ref(), before.as_os_str()])
    }

    fn test(&self, options: &[&OsStr]) -> Result<()> {
        let tests = files(&self.folder.join("test"))?.into_iter();
        let tests = tests.filter(|file| file.to_string_lossy().ends_with(".test.js"));
        let mut node = self.command("node");
        node.args(options).args(["--expose-gc", "--test"]);
        command::run(node.args(tests))
    }

    fn example(&self, program: &str, input: &str) -> Result<()> {
        let program = self.folder.join("examples").join(program);
        let input = workspace::root().join("examples/data").join(input);
        command::run(self.command("node").arg(program).arg(input))
    }
}

/// The README's program is an example, and prints what is shown.
fn readme(project: &Project) -> Result<()> {
    let section = Section::read("## Node.js")?;
    section.prints("js", "examples/node/first.js")?;
    let input = fs::File::open(workspace::root().join("examples/data/captured-record.bin"))?;
    let mut run = project.command("node");
    run.arg("examples/first.js").stdin(input);
    section.shows(&command::read(&mut run)?)
}

/// The files of a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(folder)?.filter(|path| path.is_file()).collect())
}

/// The folders of a folder, sorted.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(folder)?.filter(|path| path.is_dir()).collect())
}

fn entries(folder: &Path) -> Result<impl Iterator<Item = PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths = paths.collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths.into_iter())
}

/// Copies the files of a folder, not those of folders in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in files(from)? {
        let name = file.file_name().context("a file has a name")?;
        fs::copy(&file, to.join(name))?;
    }
    Ok(())
}
