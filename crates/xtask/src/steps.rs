//! What `cargo xtask test` checks, in the order in which it runs.
//!
//! The quick steps come first, the cheap ones before the dear ones: a slip is
//! told within seconds. A step that needs a toolchain or a target installs it.

mod c;
mod full;
mod go;
mod java;
mod neon;
mod quick;
mod readme;

use crate::runner::{Step, Tier};
use crate::verbs::{codec, fuzz, header, instructions, licenses};

/// Every step there is.
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
