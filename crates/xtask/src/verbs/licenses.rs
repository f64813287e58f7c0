//! `cargo xtask licenses`: may we ship what we depend on?
//!
//! ```text
//! every dependency         crates.io, license allowed by deny.toml; those of the fuzz targets and
//!                          of the bindings, too
//! every published member   its dependencies have a version, and are published
//! ```
//!
//! This is the part of `cargo deny check` that needs no advisory database and no
//! program to install first. It reads the same deny.toml, so both allow the
//! same licenses; advisories and duplicates are left to cargo-deny itself.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::workspace::{self, Dependency, Package, Workspace};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// # Errors
///
/// deny.toml cannot be read, or the dependencies break a rule: every breach is
/// in the error, a line each.
pub(crate) fn run() -> Result<()> {
    let allowed = allowed(&workspace::read("deny.toml")?)?;
    let workspace = Workspace::load()?;
    let beside = workspace::BESIDE.map(Workspace::of);
    let beside = beside.into_iter().collect::<Result<Vec<_>>>()?;
    let all = || [&workspace].into_iter().chain(&beside);
    let packages = all().flat_map(|workspace| &workspace.packages);
    let licenses = packages.filter_map(|package| breach_of_license(package, &allowed));
    let published = workspace.members().filter(|member| member.is_published());
    let origins = published.flat_map(|member| breaches_of_origin(member, &workspace));
    let breaches: Vec<String> = licenses.chain(origins).collect();
    if !breaches.is_empty() {
        bail!(
            "the dependencies break the rules:\n  {}",
            breaches.join("\n  ")
        );
    }
    let counts = all().map(|workspace| workspace.packages.len().to_string());
    let counts = Vec::from_iter(counts).join(" + ");
    println!("{counts} packages of all workspaces, every one allowed");
    Ok(())
}

/// `allow` of `[licenses]` in deny.toml.
fn allowed(deny: &str) -> Result<Vec<Licensee>> {
    #[derive(Deserialize)]
    struct Deny {
        licenses: Licenses,
    }
    #[derive(Deserialize)]
    struct Licenses {
        allow: Vec<String>,
    }
    let deny: Deny = toml::from_str(deny).context("deny.toml has no [licenses] with `allow`")?;
    let parse = |name: &String| {
        Licensee::parse(name).with_context(|| format!("deny.toml allows {name}, no SPDX license"))
    };
    deny.licenses.allow.iter().map(parse).collect()
}

fn breach_of_license(package: &Package, allowed: &[Licensee]) -> Option<String> {
    let of = format!("{} {}", package.name, package.version);
    if package
        .source
        .as_deref()
        .is_some_and(|source| source != CRATES_IO)
    {
        return Some(format!("{of} does not come from crates.io"));
    }
    let Some(license) = &package.license else {
        return Some(format!("{of} names no license"));
    };
    // Lax: years ago cargo took `MIT/Apache-2.0` for OR.
    let Ok(expression) = Expression::parse_mode(license, ParseMode::LAX) else {
        return Some(format!("{of} has no SPDX license but {license}"));
    };
    let may = expression.evaluate(|asked| allowed.iter().any(|ours| ours.satisfies(asked)));
    (!may).then(|| format!("{of} has license {license}, which deny.toml does not allow"))
}

/// What would keep `member` from being published, or its users from building it.
fn breaches_of_origin(member: &Package, workspace: &Workspace) -> Vec<String> {
    let dependencies = member.dependencies.iter();
    // cargo drops a development dependency without a version when it publishes.
    let shipped = dependencies.filter(|dependency| dependency.kind.as_deref() != Some("dev"));
    let breaches = shipped.filter_map(|dependency| {
        let breach = breach_of_origin(dependency, workspace)?;
        Some(format!(
            "{} depends on {} {breach}",
            member.name, dependency.name
        ))
    });
    breaches.collect()
}

fn breach_of_origin(dependency: &Dependency, workspace: &Workspace) -> Option<&'static str> {
    if dependency.req == "*" {
        return Some("without a version");
    }
    match &dependency.source {
        Some(source) if source != CRATES_IO => Some("from elsewhere than crates.io"),
        Some(_) => None,
        None => {
            let sibling = workspace.member(&dependency.name).ok();
            let published = sibling.is_some_and(Package::is_published);
            (!published).then_some("which is not published")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn package(name: &str, changes: &Value) -> Value {
        let mut package = json!({
            "id": name, "name": name, "version": "1.0.0", "license": "MIT",
            "source": null, "publish": null, "rust_version": null,
            "dependencies": [], "targets": [],
        });
        for (field, value) in changes.as_object().unwrap() {
            package[field] = value.clone();
        }
        package
    }

    fn workspace(packages: &[Value]) -> Workspace {
        let members: Vec<_> = packages.iter().map(|package| &package["id"]).collect();
        let json = json!({
            "packages": packages,
            "workspace_members": members,
            "target_directory": "target",
        });
        serde_json::from_value(json).unwrap()
    }

    /// An expression passes when deny.toml allows enough of it.
    #[test]
    fn expressions_are_judged_by_what_is_allowed() {
        let allowed = allowed("[licenses]\nallow = ['MIT', 'Apache-2.0']\n").unwrap();
        for (license, may) in [
            ("MIT", true),
            ("MIT OR GPL-3.0-only", true),
            ("MIT/Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", false),
            ("GPL-3.0-only", false),
            ("Apache-2.0 WITH LLVM-exception", false),
            ("my own", false),
        ] {
            let one = workspace(&[package("a", &json!({ "license": license }))]);
            let breach = breach_of_license(&one.packages[0], &allowed);
            assert_eq!(breach.is_none(), may, "{license}: {breach:?}");
        }
    }

    /// No license, and no crates.io, are breaches whatever is allowed.
    #[test]
    fn a_license_and_crates_io_are_asked_of_all() {
        let allowed = allowed("[licenses]\nallow = ['MIT']\n").unwrap();
        for change in [
            json!({ "license": null }),
            json!({ "source": "git+https://example.org/a" }),
        ] {
            let one = workspace(&[package("a", &change)]);
            assert!(
                breach_of_license(&one.packages[0], &allowed).is_some(),
                "{change}"
            );
        }
    }

    /// A published member ships only versions from crates.io or its siblings.
    #[test]
    fn published_members_stand_alone() {
        for (name, req, source, kind, good) in [
            ("serde", "^1", json!(CRATES_IO), json!(null), true),
            ("serde", "*", json!(CRATES_IO), json!(null), false),
            (
                "serde",
                "^1",
                json!("git+https://example.org/a"),
                json!(null),
                false,
            ),
            ("sibling", "^1", json!(null), json!(null), true),
            ("sibling", "*", json!(null), json!("build"), false),
            ("private", "^1", json!(null), json!(null), false),
            ("private", "*", json!(null), json!("dev"), true),
        ] {
            let needs = json!([{ "name": name, "req": req, "source": source, "kind": kind }]);
            let three = workspace(&[
                package("a", &json!({ "dependencies": needs })),
                package("sibling", &json!({})),
                package("private", &json!({ "publish": [] })),
            ]);
            let breaches = breaches_of_origin(&three.packages[0], &three);
            assert_eq!(breaches.is_empty(), good, "{breaches:?}");
        }
    }

    /// A typing error in deny.toml is named, not read as "nothing allowed".
    #[test]
    fn deny_toml_is_read_strictly() {
        for text in ["", "[licenses]\n", "[licenses]\nallow = ['MITT']\n"] {
            assert!(allowed(text).is_err(), "{text}");
        }
    }
}
