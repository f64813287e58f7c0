//! How time and heap grow with the size of user records, of the batch, and with
//! the number of keys: `cargo xtask growth`.
//!
//! ```text
//! axis ── what grows, and the batches on the way
//!   │
//! work ── what is done with a batch      heap ── what it allocates
//!   │
//! results ── results.json ── table, chart
//! ```
//!
//! `README.md` beside this file says what is measured, and why.
#![deny(unsafe_code)]

mod axis;
mod chart;
mod heap;
mod results;
mod table;
mod work;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use kinesis_agg_bench::report::Load;

use axis::AXES;
use results::{FOLDER, Point, Results};
use work::Cost;

/// All points are measured so often: what disturbs one pass spares the other.
const PASSES: usize = 2;

/// A point in a pass. A large batch takes longer: it has twenty rounds at least.
const TIME: Duration = Duration::from_millis(800);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut quick = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quick" => quick = true,
            "--draw" => return FOLDER.read::<Results>()?.draw(),
            other => bail!("usage: growth [--quick | --draw]; {other} is neither"),
        }
    }
    let results = measure(quick)?;
    println!("\n{}", table::text(&results));
    if quick {
        println!("the committed results stay: only a whole run renews them");
        return Ok(());
    }
    FOLDER.write(&results)?;
    results.draw()
}

fn measure(quick: bool) -> Result<Results> {
    let mut results = Results::new();
    let load = Load::now();
    let (passes, time) = if quick {
        (1, Duration::ZERO)
    } else {
        (PASSES, TIME)
    };
    for pass in 1..=passes {
        println!("pass {pass} of {passes}");
        for axis in AXES {
            axis.for_each(quick, |at, aggregates| {
                let costs = work::costs(aggregates, axis, time);
                let costs = costs.with_context(|| format!("{at} {}", axis.counts()))?;
                let point = Point::new(axis, at, aggregates, &costs);
                say(&point);
                results.add(point);
                Ok(())
            })?;
        }
    }
    results.run.disturbed_by(&load);
    Ok(results)
}

fn say(point: &Point) {
    let (axis, unit) = (point.axis, point.axis.unit());
    let cost = |cost: &Cost| {
        let time = point.time(cost.work, unit);
        format!("{:8.1} ns, {:5.2} B", time, point.heap(cost.work))
    };
    let costs = Vec::from_iter(point.costs.iter().map(cost));
    let (costs, unit) = (costs.join(" | "), unit.name());
    println!("  {:9} {:31} {costs} a {unit}", point.at, axis.counts());
}
