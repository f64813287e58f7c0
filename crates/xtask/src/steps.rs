//! What `cargo xtask test` and `cargo xtask soak` check, in the order in which they
//! run it.
//!
//! The quick steps come first, the cheap ones before the dear ones: a slip is
//! told within seconds. A step that needs a toolchain or a target installs it.

mod c;
mod full;
mod go;
mod java;
mod leaks;
mod neon;
mod node;
mod python;
mod quick;
mod readme;

use anyhow::Result;

use crate::runner::{Step, Tier};
use crate::verbs::{codec, fuzz, header, instructions, licenses};

/// Every step of `cargo xtask test`.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        tier: Tier::Quick,
        rule: "every file is formatted",
        run: quick::fmt,
    },
    Step {
        name: "licenses",
        tier: Tier::Quick,
        rule: "deny.toml allows every license; published crates stand alone",
        run: licenses::run,
    },
    Step {
        name: "codec",
        tier: Tier::Quick,
        rule: "generated code is what its generators make of the testkit's .proto",
        run: codec::compare,
    },
    Step {
        name: "header",
        tier: Tier::Quick,
        rule: "the C header and the list of symbols are what the sources make",
        run: header::compare,
    },
    Step {
        name: "clippy",
        tier: Tier::Quick,
        rule: "no warning in any target with any feature",
        run: quick::clippy,
    },
    Step {
        name: "test",
        tier: Tier::Quick,
        rule: "unit, integration and documentation tests pass",
        run: quick::test,
    },
    Step {
        name: "alloc-only",
        tier: Tier::Quick,
        rule: "the core needs no std, on a target that has none",
        run: quick::alloc_only,
    },
    Step {
        name: "wasm",
        tier: Tier::Quick,
        rule: "the core builds for WebAssembly",
        run: quick::wasm,
    },
    Step {
        name: "docs",
        tier: Tier::Quick,
        rule: "the documentation builds without a warning",
        run: quick::docs,
    },
    Step {
        name: "msrv",
        tier: Tier::Full,
        rule: "the libraries build with the oldest Rust they promise",
        run: full::msrv,
    },
    Step {
        name: "readme",
        tier: Tier::Full,
        rule: "the README's first command prints JSON, a value a line",
        run: full::readme,
    },
    Step {
        name: "examples",
        tier: Tier::Full,
        rule: "every example runs",
        run: full::examples,
    },
    Step {
        name: "benches",
        tier: Tier::Full,
        rule: "every benchmark runs once",
        run: full::benches,
    },
    Step {
        name: "c",
        tier: Tier::Full,
        rule: "the C library is built, tested, installed, and used from C and C++",
        run: c::run,
    },
    Step {
        name: "instructions",
        tier: Tier::Full,
        rule: "no workload takes more instructions than its baseline",
        run: instructions::compare,
    },
    Step {
        name: "neon",
        tier: Tier::Full,
        rule: "the lanes of MD5 on NEON pass their tests, in an emulator",
        run: neon::run,
    },
    Step {
        name: "go",
        tier: Tier::Full,
        rule: "the Go binding passes its tests, natively and as WebAssembly",
        run: go::run,
    },
    Step {
        name: "python",
        tier: Tier::Full,
        rule: "the Python wheel, installed into an empty environment, passes its tests",
        run: python::run,
    },
    Step {
        name: "node",
        tier: Tier::Full,
        rule: "the Node.js package is built, installed into a project, and tested there",
        run: node::run,
    },
    Step {
        name: "java",
        tier: Tier::Full,
        rule: "the Java binding passes its tests, and those of a project that has it installed",
        run: java::run,
    },
    Step {
        name: "miri",
        tier: Tier::Full,
        rule: "Miri finds no undefined behaviour in the libraries' unit tests",
        run: full::miri,
    },
    Step {
        name: "fuzz",
        tier: Tier::Full,
        rule: "no fuzz target finds a fault in ten seconds",
        run: fuzz::check,
    },
];

/// What a step of `cargo xtask soak` runs, with so many user records.
pub(crate) type Soak = fn(u64) -> Result<()>;

/// Every step of `cargo xtask soak`.
pub(crate) const SOAK: &[Step<Soak>] = &[
    Step {
        name: "leaks-c",
        tier: Tier::Soak,
        rule: "user records by the million through C leave no memory behind",
        run: leaks::c,
    },
    Step {
        name: "leaks-cpp",
        tier: Tier::Soak,
        rule: "user records by the million through C++ leave no memory behind",
        run: leaks::cpp,
    },
    Step {
        name: "leaks-go",
        tier: Tier::Soak,
        rule: "user records by the million through Go, natively, leave no memory behind",
        run: leaks::go_native,
    },
    Step {
        name: "leaks-go-wasm",
        tier: Tier::Soak,
        rule: "user records by the million through Go's WebAssembly leave no memory behind",
        run: leaks::go_webassembly,
    },
    Step {
        name: "leaks-python",
        tier: Tier::Soak,
        rule: "user records by the million through Python leave no memory behind",
        run: leaks::python,
    },
    Step {
        name: "leaks-node",
        tier: Tier::Soak,
        rule: "user records by the million through Node.js, natively, leave no memory behind",
        run: leaks::node_native,
    },
    Step {
        name: "leaks-node-wasm",
        tier: Tier::Soak,
        rule: "user records by the million through the WebAssembly for Node.js leave no memory behind",
        run: leaks::node_webassembly,
    },
    Step {
        name: "leaks-java",
        tier: Tier::Soak,
        rule: "user records by the million through Java leave no memory behind",
        run: leaks::java,
    },
];
