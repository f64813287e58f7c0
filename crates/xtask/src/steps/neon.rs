//! The step that runs the lanes of NEON: by an emulator, on any machine.

use anyhow::{Context, Result, ensure};

use crate::{command, rustup};

const TARGET: &str = "aarch64-unknown-linux-gnu";

const LINKER: &str = "aarch64-linux-gnu-gcc";

const EMULATOR: &str = "qemu-aarch64-static";

/// Where the linker's package puts the libraries of the target.
const LIBRARIES: &str = "/usr/aarch64-linux-gnu";

/// What Debian and Ubuntu call the packages of linker, libraries and emulator.
const PACKAGES: [&str; 3] = [
    "gcc-aarch64-linux-gnu",
    "libc6-dev-arm64-cross",
    "qemu-user-static",
];

pub(super) fn run() -> Result<()> {
    if cfg!(target_arch = "aarch64") {
        println!("this machine has NEON: the step `test` ran its lanes");
        return Ok(());
    }
    ensure_packages()?;
    rustup::ensure_target(&rustup::active()?, TARGET)?;
    let mut test = command::cargo();
    test.args(["test", "--locked", "--lib", "-p", "kinesis-agg-md5"]);
    test.args(["--target", TARGET]);
    test.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", LINKER);
    test.env(
        "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER",
        format!("{EMULATOR} -L {LIBRARIES}"),
    );
    command::run(&mut test)
}

/// Makes sure that the system's packages are there: root installs what is
/// missing, anybody else is told.
fn ensure_packages() -> Result<()> {
    if [LINKER, EMULATOR].into_iter().all(command::is_there) {
        return Ok(());
    }
    let needed = PACKAGES.join(" ");
    ensure!(
        command::is_there("apt-get") && is_root()?,
        "{LINKER} or {EMULATOR} is missing; on Debian: apt-get install {needed}"
    );
    command::run(command::at_root("apt-get").args(["update", "--quiet"]))?;
    let mut install = command::at_root("apt-get");
    install.args(["install", "--yes", "--quiet", "--no-install-recommends"]);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    command::run(install.args(PACKAGES)).with_context(|| format!("missing: {needed}"))
}

fn is_root() -> Result<bool> {
    let user = command::read(command::at_root("id").arg("-u"))?;
    Ok(user.trim() == "0")
}
