//! The workspace: its root, its pinned toolchain, its packages.
//!
//! Packages come from `cargo metadata`, members and dependencies alike; what
//! nobody here asks for is not read. Names are those of cargo's JSON.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command;

/// The manifests of the workspaces beside the main one: all that is built by other
/// means, or for other languages.
pub(crate) const BESIDE: [&str; 4] = [
    "fuzz/Cargo.toml",
    "bindings/python/Cargo.toml",
    "bindings/node/Cargo.toml",
    "bindings/java/Cargo.toml",
];

/// What `cargo metadata` says of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: PathBuf,
    #[serde(rename = "workspace_members")]
    members: Vec<String>,
}

/// A member of the workspace, or a dependency.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    /// Where it comes from; a member comes from nowhere.
    pub(crate) source: Option<String>,
    /// The registries it may go to: any if not set, none if empty.
    publish: Option<Vec<String>>,
    pub(crate) rust_version: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

/// A dependency as the package writes it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) req: String,
    pub(crate) source: Option<String>,
    /// Not set, "dev" or "build".
    pub(crate) kind: Option<String>,
}

/// A library, program, example, test or benchmark of a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

impl Workspace {
    /// Asks cargo. The lock file must be up to date.
    ///
    /// # Errors
    ///
    /// Cargo fails or answers with something else than its JSON.
    pub(crate) fn load() -> Result<Self> {
        Self::of("Cargo.toml")
    }

    /// The same of the workspace with this manifest, a path in the main one.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub(crate) fn of(manifest: &str) -> Result<Self> {
        let mut metadata = command::cargo();
        metadata.args(["metadata", "--format-version", "1"]);
        metadata.args(["--locked", "--all-features"]);
        metadata.args(["--manifest-path", manifest]);
        let json = command::read(&mut metadata)?;
        serde_json::from_str(&json).context("cannot read what `cargo metadata` says")
    }

    /// The members, in the order of their names.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        let is_member = |package: &&Package| self.members.contains(&package.id);
        self.packages.iter().filter(is_member)
    }

    /// The member called `name`.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) fn member(&self, name: &str) -> Result<&Package> {
        let mut members = self.members();
        let found = members.find(|member| member.name == name);
        found.with_context(|| format!("the workspace has no member {name}"))
    }
}

impl Package {
    /// Whether the package may be published at all.
    pub(crate) fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|to| !to.is_empty())
    }

    /// The names of its targets of `kind`: "bin", "bench", "example".
    pub(crate) fn targets_of(&self, kind: &str) -> Vec<&str> {
        let of_kind = |target: &&Target| target.kind.iter().any(|is| is == kind);
        let targets = self.targets.iter().filter(of_kind);
        targets.map(|target| target.name.as_str()).collect()
    }
}

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().nth(2);
    root.expect("this package lies two folders below the root")
}

/// Reads a text file named from the root.
///
/// # Errors
///
/// The file cannot be read.
pub(crate) fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

/// The channel in `rust-toolchain.toml`, such as `1.95.0`.
///
/// # Errors
///
/// The file cannot be read or names no channel.
pub(crate) fn pinned_toolchain() -> Result<String> {
    #[derive(Deserialize)]
    struct File {
        toolchain: Toolchain,
    }
    #[derive(Deserialize)]
    struct Toolchain {
        channel: String,
    }
    let text = read("rust-toolchain.toml")?;
    let file: File = toml::from_str(&text).context("rust-toolchain.toml names no channel")?;
    Ok(file.toolchain.channel)
}
