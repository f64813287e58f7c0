//! The Java binding: the native library into the jar, tested, and tested again where
//! it was installed.
//!
//! ```text
//! target/java/cargo        the native library
//! target/java/natives      the same, in the folders that it has in the jar
//! target/java/repository   what Maven fetched and installed: nobody else's repository
//! target/java/project      the examples: a project that has the installed jars alone
//! ```
//!
//! Takes a JDK and Maven, and packages from where Maven is told to find them. What is
//! missing fails the step.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::readme::Section;
use crate::{command, workspace};

const SOURCE: &str = "bindings/java";
const MANIFEST: &str = "bindings/java/Cargo.toml";
const EXAMPLES: &str = "bindings/java/examples";
const FOLDER: &str = "target/java";

/// The jar in Maven's repository; it needs no other.
const JAR: &str = "repository/io/github/kinesis-agg/kinesis-agg/0.1.0/kinesis-agg-0.1.0.jar";

/// Where `NativeLibrary.java` looks.
const IN_JAR: &str = "natives/io/github/kinesisagg/native";

const TOOLS: [&str; 3] = ["java", "javac", "mvn"];
const PACKAGES: &str = "openjdk-17-jdk-headless maven";

pub(super) fn run() -> Result<()> {
    ensure_tools()?;
    native_library()?;
    let pom = workspace::root().join(SOURCE).join("pom.xml");
    command::run(maven(&pom).args(["clean", "install"]))?;
    ensure_jni_is_content()?;
    let project = path("project");
    copy_project(&workspace::root().join(EXAMPLES), &project)?;
    command::run(maven(&project.join("pom.xml")).arg("test"))?;
    readme(&project)
}

/// The test of memory, with so many user records.
pub(super) fn soak(user_records: u64) -> Result<Command> {
    ensure_tools()?;
    native_library()?;
    let mut test = maven(&workspace::root().join(SOURCE).join("pom.xml"));
    test.args(["--projects", "kinesis-agg", "test"]);
    test.args([
        "-Dtest=LifeTest#memoryIsFlat",
        "-Dtests.output.to.file=false",
    ]);
    test.arg(format!("-Dsoak={user_records}"));
    Ok(test)
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

/// Built without a warning, its own tests passed, and laid where the jar takes it.
fn native_library() -> Result<()> {
    for check in [
        &["clippy", "--all-targets"][..],
        &["test"],
        &["build", "--release"],
    ] {
        let mut cargo = command::cargo();
        cargo.args(check);
        cargo.args(["--locked", "--manifest-path", MANIFEST]);
        cargo.arg("--target-dir").arg(path("cargo"));
        if check[0] == "clippy" {
            cargo.args(["--", "-D", "warnings"]);
        }
        command::run(&mut cargo)?;
    }
    let name = format!(
        "{}kinesis_agg_java{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let folder = path(IN_JAR).join(platform()?);
    remove(&path("natives"))?;
    fs::create_dir_all(&folder).context("cannot make the folder for the library")?;
    fs::copy(path("cargo/release").join(&name), folder.join(&name))
        .context("cannot copy the library")?;
    Ok(())
}

/// The name that `NativeLibrary.java` has for this platform.
fn platform() -> Result<String> {
    let arch = std::env::consts::ARCH;
    Ok(match std::env::consts::OS {
        "linux" if cfg!(target_env = "musl") => format!("linux-musl-{arch}"),
        os @ ("linux" | "macos" | "windows") => format!("{os}-{arch}"),
        os => bail!("nobody has named the folder for {os} yet"),
    })
}

/// What `-Xcheck:jni` has to say, Maven puts into files of this name.
fn ensure_jni_is_content() -> Result<()> {
    for module in ["kinesis-agg", "compat"] {
        let folder = workspace::root().join(SOURCE).join(module);
        for entry in fs::read_dir(folder.join("target/surefire-reports"))? {
            let file = entry?.path();
            if file.extension().is_some_and(|it| it == "dumpstream") {
                bail!("{}:\n{}", file.display(), fs::read_to_string(&file)?);
            }
        }
    }
    Ok(())
}

fn maven(pom: &Path) -> Command {
    let mut maven = command::at_root("mvn");
    maven.args(["--batch-mode", "--no-transfer-progress", "--file"]);
    maven.arg(pom);
    for (property, place) in [
        ("maven.repo.local", "repository"),
        ("kinesisagg.natives", "natives"),
    ] {
        maven.arg(format!("-D{property}={}", path(place).display()));
    }
    maven
}

/// The README's program is an example, and runs as shown.
fn readme(project: &Path) -> Result<()> {
    let section = Section::read("## Java")?;
    section.prints("java", "bindings/java/examples/src/main/java/First.java")?;
    let classes = [path(JAR), project.join("target/classes")];
    let class_path = std::env::join_paths(classes).context("no class path")?;
    let input = File::open(workspace::root().join("examples/data/captured-record.bin"))?;
    let mut first = command::at_root("java");
    first.arg("-cp").arg(class_path).arg("First").stdin(input);
    section.shows(&command::read(&mut first)?)
}

/// Copies the sources of a project, in the place of what was there.
fn copy_project(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    copy(&from.join("pom.xml"), &to.join("pom.xml"))?;
    copy(&from.join("src"), &to.join("src"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            copy(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}

fn path(inside: &str) -> PathBuf {
    workspace::root().join(FOLDER).join(inside)
}
