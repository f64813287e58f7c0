//! The other implementations and ours, on the same corpora, side by side in one
//! run: `cargo xtask peers`.
//!
//! ```text
//! peer ── who takes part            tool ── installed by whose package client
//!    │
//! corpora ── the files they read    session ── one program, told what to do
//!    │
//! contest ── agreed first (agree), then measured by turns
//!    │
//! results ── results.json ── table, chart
//! ```
//!
//! `README.md` one folder up says what is measured and what is fair.
#![forbid(unsafe_code)]

mod agree;
mod chart;
mod contest;
mod corpora;
mod peer;
mod readme;
mod results;
mod session;
mod table;
mod tool;

use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use kinesis_agg_bench::report::Load;

use contest::{Entry, Outcome, Plan};
use peer::{PEERS, Peer};
use results::{Implementation, Results};

/// What the caller asks for.
#[derive(Debug, Default)]
struct Options {
    quick: bool,
    only: Vec<String>,
    draw: bool,
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode> {
    let options = options()?;
    if options.draw {
        Results::read()?.draw()?;
        return Ok(ExitCode::SUCCESS);
    }
    let run = measure(&options)?;
    println!("\n{}", table::text(&run.results));
    if run.failed == 0 && !options.quick && options.only.is_empty() {
        run.results.write()?;
        run.results.draw()?;
    } else {
        println!("the committed results stay: only a whole run without failures renews them");
    }
    println!("\n{} passed, {} failed", run.passed, run.failed);
    Ok(ExitCode::from(u8::from(run.failed > 0)))
}

fn options() -> Result<Options> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--draw" => options.draw = true,
            "--only" => options
                .only
                .push(arguments.next().context("--only takes a name")?),
            other => bail!("usage: peers [--quick] [--only NAME]… | --draw; {other} is neither"),
        }
    }
    Ok(options)
}

/// What came of a run: passed and failed count each work of each peer on each corpus.
struct Run {
    results: Results,
    passed: usize,
    failed: usize,
}

fn measure(options: &Options) -> Result<Run> {
    let peers = chosen(&options.only)?;
    let plan = Plan::new(options.quick);
    let folder = tool::folder()?;
    let (ready, broken) = install(&peers, &folder);
    let load = Load::now();
    let mut results = Results::new();
    let (mut passed, mut failed) = (0, 0);
    for corpus in corpora::all(options.quick) {
        let files = corpus.write(&folder)?;
        println!("{}: {} user records", corpus.name, corpus.user_records);
        for entry in contest::run(&ready, &files, &folder, &plan) {
            if report(entry, &corpus.name, &mut results) {
                passed += 1;
            } else {
                failed += 1;
            }
        }
        failed += broken.iter().map(|peer| peer.works.len()).sum::<usize>();
        results.corpora.push(corpus.describe());
    }
    results.run.disturbed_by(&load);
    Ok(Run {
        results,
        passed,
        failed,
    })
}

/// Those that are named; all where none is.
fn chosen(only: &[String]) -> Result<Vec<&'static Peer>> {
    let names = PEERS.each_ref().map(|peer| peer.name);
    for name in only {
        let known = names.contains(&name.as_str());
        ensure!(known, "no peer {name}, but {}", names.join(", "));
    }
    let wanted = |peer: &&Peer| only.is_empty() || only.iter().any(|name| name == peer.name);
    Ok(PEERS.iter().filter(wanted).collect())
}

/// Peers that can be started, and those that cannot, each said.
fn install<'p>(peers: &[&'p Peer], folder: &std::path::Path) -> (Vec<&'p Peer>, Vec<&'p Peer>) {
    peers.iter().partition(|peer| {
        println!("installing {}", peer.name);
        let installed = peer.tool.install(folder);
        if let Err(error) = &installed {
            println!("FAILED: {} is not here: {error:#}", peer.name);
        }
        installed.is_ok()
    })
}

/// Says what came of it; whether it passed.
fn report(entry: Entry, corpus: &str, results: &mut Results) -> bool {
    let Entry {
        peer,
        work,
        outcome,
    } = entry;
    match outcome {
        Outcome::Measured(hello, measured) => {
            println!(
                "  {work:11} {:10} {:9.1} ns CPU, {:9.1} ns wall a user record, {:6.0} MiB",
                peer.name, measured.cpu_ns, measured.wall_ns, measured.peak_mib
            );
            results.implement(Implementation::new(peer, &hello));
            results.push(peer.name, corpus, work, &measured);
            true
        }
        Outcome::Failed(error) => {
            println!("  {work:11} {:10} FAILED: {error:#}", peer.name);
            false
        }
    }
}
