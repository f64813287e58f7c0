//! Package clients: how a peer is installed and started.
//!
//! Everything goes into the folder `peers` of cargo's target folder. The caches
//! are those of the package clients. A tool that is missing is an error that
//! names it, and the peer counts as failed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use kinesis_agg_bench::report::Folder;

use crate::peer::Work;

/// `benches/peers`: sources and results.
pub(crate) const FOLDER: Folder = Folder("peers");

/// Who installs and starts a peer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tool {
    /// Built already, beside this program.
    Cargo,
    /// A folder of `java`, and its class with `main`.
    Maven {
        folder: &'static str,
        class: &'static str,
    },
    /// The program of `c`, with the static library of the C ABI.
    C,
    /// A program of `go`; by cgo with the static library.
    Go {
        program: &'static str,
        cgo: bool,
    },
    /// A folder of `java`, and its class: with the jars that `cargo xtask test java` installs.
    OurMaven {
        folder: &'static str,
        class: &'static str,
    },
    Npm,
    /// A program of `node`, with the packages that `cargo xtask test node` makes.
    OurNpm {
        program: &'static str,
    },
    /// A program of `python`.
    Pip {
        program: &'static str,
    },
    /// A program of `python`, with the distributions of `bindings/python`.
    OurPip {
        program: &'static str,
    },
}

/// What programs are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Rust and C: compiled, and without a collector.
    Native,
    Go,
    Java,
    Node,
    Python,
}

impl Language {
    pub(crate) const ALL: [Self; 5] =
        [Self::Native, Self::Go, Self::Java, Self::Node, Self::Python];
}

/// Where packages and files go.
///
/// # Errors
///
/// This program does not lie in a folder of cargo's target folder.
pub(crate) fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2);
    let folder = target.context("this program lies in no target folder")?;
    let folder = folder.join("peers");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The folder `benches/peers` of the sources.
pub(crate) fn sources() -> PathBuf {
    FOLDER.path()
}

impl Tool {
    /// # Errors
    ///
    /// The tool is missing, or does not install what is asked for.
    pub(crate) fn install(self, folder: &Path) -> Result<()> {
        match self {
            Self::Cargo => ensure!(ours()?.exists(), "build it: `cargo xtask peers` does"),
            Self::Maven {
                folder: name,
                class,
            } => maven(&folder.join("java").join(name), name, class, None)?,
            Self::OurMaven {
                folder: name,
                class,
            } => {
                let repository = sources().join("../../target/java/repository");
                ensure!(repository.exists(), "make it: `cargo xtask test java` does");
                maven(
                    &folder.join("java").join(name),
                    name,
                    class,
                    Some(&repository),
                )?;
            }
            Self::C => c(&folder.join("c"))?,
            Self::Go { program, cgo } => go(&go_program(folder, program, cgo), program, cgo)?,
            Self::Npm => npm(&folder.join("node"))?,
            Self::OurNpm { .. } => our_npm(&folder.join("node-ours"))?,
            Self::Pip { .. } => pip(&folder.join("python"), |install| {
                let requirements = sources().join("python").join("requirements.txt");
                install.arg("--requirement").arg(requirements)
            })?,
            // Without a cache: the version is the same whatever changed.
            Self::OurPip { .. } => pip(&folder.join("python-ours"), |install| {
                let bindings = sources().join("../../bindings/python");
                install.args(["--no-cache-dir", "--force-reinstall"]);
                install.arg(&bindings).arg(bindings.join("compat"))
            })?,
        }
        Ok(())
    }

    /// The program, to do `work` with `file`.
    ///
    /// # Errors
    ///
    /// This program does not know where it lies.
    pub(crate) fn program(self, folder: &Path, work: Work, file: &Path) -> Result<Command> {
        let mut command = match self {
            Self::Cargo => Command::new(ours()?),
            Self::Maven {
                folder: name,
                class,
            }
            | Self::OurMaven {
                folder: name,
                class,
            } => {
                let mut java = Command::new("java");
                let java_folder = folder.join("java").join(name);
                java.arg("-cp").arg(class_path(&java_folder)).arg(class);
                java
            }
            Self::C => Command::new(folder.join("c").join("peer")),
            Self::Go { program, cgo } => Command::new(go_program(folder, program, cgo)),
            Self::Npm => node("peer.js"),
            Self::OurNpm { program } => node(program),
            Self::Pip { program } => python(&folder.join("python"), program),
            Self::OurPip { program } => python(&folder.join("python-ours"), program),
        };
        command.arg(work.name()).arg(file);
        match self {
            Self::Npm => command.arg(folder.join("node")),
            Self::OurNpm { .. } => command.arg(folder.join("node-ours")),
            _ => &mut command,
        };
        Ok(command)
    }

    pub(crate) fn language(self) -> Language {
        match self {
            Self::Cargo | Self::C => Language::Native,
            Self::Go { .. } => Language::Go,
            Self::Maven { .. } | Self::OurMaven { .. } => Language::Java,
            Self::Npm | Self::OurNpm { .. } => Language::Node,
            Self::Pip { .. } | Self::OurPip { .. } => Language::Python,
        }
    }

    /// Processor time after which it gets no faster: what compiles as it runs
    /// takes longer.
    pub(crate) fn warm_up(self) -> Duration {
        match self.language() {
            Language::Java => Duration::from_secs(4),
            Language::Node => Duration::from_secs(2),
            Language::Native | Language::Go | Language::Python => Duration::from_millis(300),
        }
    }
}

fn ours() -> Result<PathBuf> {
    let name = format!("peer-ours{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The jars into `lib`, the classes into `classes`.
fn maven(into: &Path, name: &str, class: &str, repository: Option<&Path>) -> Result<()> {
    let java = sources().join("java");
    let mut jars = Command::new("mvn");
    jars.args(["--quiet", "--batch-mode", "dependency:copy-dependencies"]);
    jars.args(["-DincludeScope=runtime", "--file"]);
    jars.arg(java.join(name).join("pom.xml"));
    jars.arg(prefixed("-DoutputDirectory=", &into.join("lib")));
    if let Some(repository) = repository {
        jars.arg(prefixed("-Dmaven.repo.local=", repository));
        // The version is the same whatever changed.
        jars.arg("-Dmdep.overWriteReleases=true");
    }
    run(&mut jars)?;
    let mut compile = Command::new("javac");
    compile.arg("-cp").arg(class_path(into));
    compile.arg("-d").arg(into.join("classes"));
    // Where `Compat` finds the program of what it takes the place of.
    compile.arg("-sourcepath").arg(java.join("aggregator"));
    compile.arg(java.join("Peer.java"));
    compile.arg(java.join(name).join(class).with_extension("java"));
    run(&mut compile)
}

fn class_path(folder: &Path) -> std::ffi::OsString {
    let mut path = folder.join("classes").into_os_string();
    path.push(":");
    path.push(folder.join("lib").join("*"));
    path
}

/// The static library lies beside this program: `cargo xtask peers` builds it.
fn c(into: &Path) -> Result<()> {
    let library = std::env::current_exe()?.with_file_name("libkinesis_agg_ffi.a");
    ensure!(library.exists(), "build it: `cargo xtask peers` does");
    std::fs::create_dir_all(into)?;
    let mut build = Command::new("gcc");
    build.args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I"]);
    build.arg(sources().join("../../include"));
    build.arg(sources().join("c").join("peer.c")).arg(library);
    build.args(["-lm", "-lpthread", "-ldl", "-o"]);
    run(build.arg(into.join("peer")))
}

fn go_program(folder: &Path, program: &str, cgo: bool) -> PathBuf {
    let suffix = if cgo { "-cgo" } else { "" };
    folder.join("go").join(format!("{program}{suffix}"))
}

fn go(into: &Path, program: &str, cgo: bool) -> Result<()> {
    let mut build = Command::new("go");
    build.current_dir(sources().join("go"));
    build.env("CGO_ENABLED", if cgo { "1" } else { "0" });
    build.args(["build", "-mod=readonly", "-tags=kinesisagg_static", "-o"]);
    run(build.arg(into).arg(format!("./{program}")))
}

fn npm(into: &Path) -> Result<()> {
    std::fs::create_dir_all(into)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(sources().join("node").join(name), into.join(name))?;
    }
    run(Command::new("node").arg("--version"))?;
    let mut install = Command::new("npm");
    install.args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
    ]);
    run(install.current_dir(into))
}

fn node(program: &str) -> Command {
    let mut node = Command::new("node");
    node.arg(sources().join("node").join(program));
    node
}

/// Into a folder without a list of packages, anew.
fn our_npm(into: &Path) -> Result<()> {
    let folder = FOLDER.path().join("../../target/node/packages");
    let packages = std::fs::read_dir(&folder);
    let packages = packages.context("make them: `cargo xtask test node` does")?;
    let packages = packages.map(|entry| Ok(entry?.path()));
    let packages = packages.collect::<Result<Vec<_>>>()?.into_iter();
    let packages = packages.filter(|file| file.extension() == Some(OsStr::new("tgz")));
    if into.exists() {
        std::fs::remove_dir_all(into)?;
    }
    std::fs::create_dir_all(into)?;
    std::fs::write(into.join("package.json"), "{}")?;
    let mut install = Command::new("npm");
    install.args(["install", "--no-save", "--ignore-scripts"]);
    install.args(["--no-audit", "--no-fund", "--silent"]);
    run(install.args(packages).current_dir(into))
}

fn python(environment: &Path, program: &str) -> Command {
    let mut python = Command::new(environment.join("bin").join("python"));
    python.arg("-B").arg(sources().join("python").join(program));
    python
}

fn pip(into: &Path, packages: impl FnOnce(&mut Command) -> &mut Command) -> Result<()> {
    let mut venv = Command::new("python3");
    run(venv.args(["-m", "venv"]).arg(into))?;
    let mut install = Command::new(into.join("bin").join("python"));
    install.args(["-m", "pip", "install", "--quiet"]);
    install.arg("--disable-pip-version-check");
    run(packages(&mut install))
}

fn prefixed(prefix: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(prefix);
    argument.push(path);
    argument
}

/// Runs a command; what it prints is part of the error alone.
fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_owned();
    let name = Path::new(&name).file_name().unwrap_or(OsStr::new("?"));
    let name = name.to_string_lossy();
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot start `{name}`"))?;
    ensure!(
        output.status.success(),
        "`{name}` ended with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
