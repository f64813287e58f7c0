//! The Go binding: formatted, vetted, and tested with both builds of the core.
//!
//! ```text
//! native       -tags kinesisagg_static, the race detector on
//! WebAssembly  CGO_ENABLED=0
//! ```
//!
//! Takes Go, the C compiler that cgo asks for, and Go's modules from where
//! `GOPROXY` says.

use std::fs::File;
use std::process::Command;

use anyhow::{Result, ensure};

use super::readme::Section;
use crate::verbs::go::{self, FOLDER, go};
use crate::{command, workspace};

/// The modules, the base first.
const MODULES: [&str; 5] = [
    FOLDER,
    "bindings/go/deaggregator",
    "bindings/go/lambdaevents",
    "bindings/go/bench",
    EXAMPLES,
];

const EXAMPLES: &str = "examples/go";

/// The fuzz targets of the base module, and how long each runs.
const FUZZ: [&str; 2] = ["FuzzDeaggregate", "FuzzRoundTrip"];
const FUZZ_TIME: &str = "3s";

/// The examples, and what each is given.
const PROGRAMS: [(&str, &str); 2] = [
    ("./deaggregate", "../data/lambda-event.json"),
    ("./aggregate", "../data/records.ndjson"),
];

pub(super) fn run() -> Result<()> {
    go::static_library()?;
    go::compare()?;
    formatted()?;
    for module in MODULES {
        command::run(go(module).args(["vet", "./..."]))?;
        command::run(native(go(module).arg("vet")).arg("./..."))?;
        command::run(native(go(module).arg("test")).args(["-race", "./..."]))?;
        command::run(webassembly(go(module).arg("test")).arg("./..."))?;
    }
    for target in FUZZ {
        let fuzz = ["-run=^$", "-fuzz", target, "-fuzztime", FUZZ_TIME, "."];
        command::run(native(go(FOLDER).arg("test")).args(fuzz))?;
    }
    for (program, input) in PROGRAMS {
        command::run(native(go(EXAMPLES).arg("run")).args([program, input]))?;
        command::run(webassembly(go(EXAMPLES).arg("run")).args([program, input]))?;
    }
    readme()?;
    // Each benchmark once, nothing measured.
    let bench = ["-run=^$", "-bench=.", "-benchtime=1x", "./..."];
    command::run(native(go("bindings/go/bench").arg("test")).args(bench))
}

/// The README's program is an example, and runs as shown, native as well.
fn readme() -> Result<()> {
    let section = Section::read("## Go")?;
    section.prints("go", "examples/go/first/main.go")?;
    section.runs_as_shown()?;
    let input = File::open(workspace::root().join("examples/data/captured-record.bin"))?;
    let mut run = go(EXAMPLES);
    native(run.arg("run")).arg("./first").stdin(input);
    section.shows(&command::read(&mut run)?)
}

pub(super) fn native(command: &mut Command) -> &mut Command {
    command.env("CGO_ENABLED", "1");
    command.arg("-tags=kinesisagg_static")
}

pub(super) fn webassembly(command: &mut Command) -> &mut Command {
    command.env("CGO_ENABLED", "0")
}

fn formatted() -> Result<()> {
    let mut gofmt = command::at_root("gofmt");
    let files = command::read(gofmt.args(["-l", FOLDER, EXAMPLES]))?;
    ensure!(
        files.is_empty(),
        "not formatted, `gofmt -w` does it:\n{files}"
    );
    Ok(())
}
