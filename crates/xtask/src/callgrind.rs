//! Runs a program under valgrind's callgrind and reads how many instructions
//! its function `measured` took.
//!
//! Set-up and printing lie outside of `measured` and do not count. Callgrind
//! counts what the program executes, so a run of the same binary counts the
//! same on a busy machine as on an idle one. What could still differ between
//! machines is fixed in [`FIXED`].

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command;

/// The function that is counted, callees included.
///
/// No `*` behind: callgrind would stop counting at each call of a closure of
/// `measured`, as that matches, too.
const MEASURED: &str = "*measured";

/// glibc picks its memcpy and memset by the CPU, so counts would differ from
/// one machine to the next. This takes all choices away but SSE2, which every
/// x86-64 has. It works under valgrind 3.19 with glibc 2.36: on a CPU with
/// AVX-512, 1000 copies of 220 bytes took 1,167,341 instructions with
/// `memcpy_avx_unaligned_erms` and 1,088,201 with `memcpy` of SSE2.
///
/// It binds glibc alone. What std's feature detection finds stays: valgrind
/// shows AVX2 where the CPU has it, and never AVX-512.
const FIXED: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-AVX512F,-ERMS,-FSRM,-SSSE3",
);

/// What one run tells.
#[derive(Debug)]
pub(crate) struct Run {
    /// Instructions executed in `measured`.
    pub(crate) instructions: u64,
    /// What the program printed.
    pub(crate) output: String,
}

/// # Errors
///
/// valgrind cannot be started.
pub(crate) fn ensure_installed() -> Result<()> {
    let version = command::read(Command::new("valgrind").arg("--version"))
        .context("valgrind counts the instructions: install the package valgrind")?;
    print!("{version}");
    Ok(())
}

/// Runs `program` with one argument. Callgrind's file goes to `file`.
///
/// The program sees no environment but `PATH` and [`FIXED`]: its size moves the
/// stack, and with it the alignment of what is copied.
///
/// # Errors
///
/// The program fails, or callgrind saw no function `measured`.
pub(crate) fn count(program: &Path, argument: &str, file: &Path) -> Result<Run> {
    let mut valgrind = command::at_root("valgrind");
    valgrind.env_clear().env(FIXED.0, FIXED.1);
    valgrind.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    valgrind.args(["--quiet", "--tool=callgrind"]);
    valgrind.arg(format!("--toggle-collect={MEASURED}"));
    valgrind.arg(format!("--callgrind-out-file={}", file.display()));
    let output = command::read(valgrind.arg(program).arg(argument))?;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("callgrind left no {}", file.display()))?;
    let instructions = instructions(&text)?;
    ensure!(
        instructions > 0,
        "callgrind counted nothing: {} has no function `measured`, or it was inlined",
        program.display()
    );
    Ok(Run {
        instructions,
        output,
    })
}

/// The sum in a callgrind file whose only event is `Ir`.
fn instructions(text: &str) -> Result<u64> {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let events = field("events:").context("the callgrind file names no events")?;
    ensure!(
        events.split_whitespace().next() == Some("Ir"),
        "the callgrind file counts {events}, not Ir first"
    );
    let sums = field("totals:").or_else(|| field("summary:"));
    let sums = sums.context("the callgrind file has neither totals nor summary")?;
    let first = sums.split_whitespace().next().unwrap_or_default();
    let sum = first.parse();
    sum.with_context(|| format!("the callgrind file sums up to {first:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\npid: 1\n\
        cmd:  ./instructions a\npart: 1\n\npositions: line\nevents: Ir\nsummary: 1088201\n\n\
        fn=(1080) m::measured\n24 8\n+13 8\n\ntotals: 1088203\n";

    /// The totals count; a file without them is summed up by its summary.
    #[test]
    fn the_sum_is_read() {
        assert_eq!(instructions(FILE).unwrap(), 1_088_203);
        let without_totals = FILE.replace("totals: 1088203\n", "");
        assert_eq!(instructions(&without_totals).unwrap(), 1_088_201);
        let more_events = FILE
            .replace("events: Ir", "events: Ir Dr")
            .replace("203\n", "203 7\n");
        assert_eq!(instructions(&more_events).unwrap(), 1_088_203);
    }

    /// Another file is an error, never a count of zero.
    #[test]
    fn another_file_is_an_error() {
        for text in [
            "",
            "totals: 5\n",
            "events: Dr\ntotals: 5\n",
            "events: Ir\n",
            "events: Ir\ntotals:\n",
            "events: Ir\ntotals: many\n",
        ] {
            assert!(instructions(text).is_err(), "{text:?}");
        }
    }
}
