//! Fixed workloads for `cargo xtask instructions`, which counts what each of
//! them executes.
//!
//! ```text
//! instructions --list      prints the workloads, one name a line
//! instructions WORKLOAD    runs it inside `measured`, and prints `records=N`
//! ```
//!
//! Everything that is counted happens in [`measured`]. Before it is entered, the
//! workload has run once, so the scratch memory is as large as it gets.

mod workload;

use std::process::ExitCode;

use workload::{Output, WORKLOADS, Workload};

fn main() -> ExitCode {
    let argument = std::env::args().nth(1).unwrap_or_default();
    if argument == "--list" {
        for (name, _) in WORKLOADS {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    }
    let found = WORKLOADS.iter().find(|(name, _)| *name == argument);
    let Some((_, prepare)) = found else {
        eprintln!("usage: instructions --list | WORKLOAD");
        return ExitCode::FAILURE;
    };
    let mut workload = prepare();
    workload.run();
    let output = measured(&mut workload);
    assert!(output.user_record_count() > 0, "the workload does nothing");
    println!("records={}", workload.user_record_count());
    ExitCode::SUCCESS
}

/// What callgrind counts, callees included. It finds it by the end of its name.
#[inline(never)]
fn measured(workload: &mut Workload) -> Output {
    workload.run()
}
