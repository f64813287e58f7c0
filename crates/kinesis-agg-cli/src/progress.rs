//! How far a long input is: a line on stderr, on a terminal only.
//!
//! Never while the output goes to the same terminal, or the input comes from it,
//! and not before a second has passed: what is short stays quiet.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What goes on. Lines on stderr must not run into what is shown of it.
static GOING_ON: Mutex<Option<Progress>> = Mutex::new(None);

/// Nothing is shown before.
const QUIET: Duration = Duration::from_secs(1);

const KNOWN: &str = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const UNKNOWN: &str = "{bytes} read, {bytes_per_sec}, {elapsed}";

#[derive(Debug)]
struct Progress {
    since: Instant,
    /// Hidden at first.
    bar: ProgressBar,
}

/// An input begins, of `total` bytes if that is known.
pub(crate) fn start(total: Option<u64>) {
    let is_typed = total.is_none() && io::stdin().is_terminal();
    if !io::stderr().is_terminal() || io::stdout().is_terminal() || is_typed {
        return;
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
    let template = if total.is_some() { KNOWN } else { UNKNOWN };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let since = Instant::now();
    with(|going_on| *going_on = Some(Progress { since, bar }));
}

/// So many bytes more were read.
pub(crate) fn advance(bytes: usize) {
    with(|going_on| {
        if let Some(progress) = going_on {
            let is_long = progress.since.elapsed() >= QUIET;
            if is_long && progress.bar.is_hidden() {
                let target = ProgressDrawTarget::stderr_with_hz(4);
                progress.bar.set_draw_target(target);
            }
            progress.bar.inc(bytes as u64);
        }
    });
}

/// Takes the line away.
pub(crate) fn finish() {
    with(|going_on| {
        if let Some(progress) = going_on.take() {
            progress.bar.finish_and_clear();
        }
    });
}

/// Calls `say`, which writes to stderr, with the line out of its way.
pub(crate) fn aside(say: impl FnOnce()) {
    let bar = with(|going_on| going_on.as_ref().map(|progress| progress.bar.clone()));
    match bar {
        Some(bar) => bar.suspend(say),
        None => say(),
    }
}

fn with<T>(change: impl FnOnce(&mut Option<Progress>) -> T) -> T {
    change(&mut GOING_ON.lock().unwrap_or_else(PoisonError::into_inner))
}
