//! How far a long input is: a line on stderr, on a terminal only.
//!
//! Never while the output goes to the same terminal, or the input comes from it.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The one that is shown. Lines on stderr must not run into it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

const KNOWN: &str = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const UNKNOWN: &str = "{bytes} read, {bytes_per_sec}, {elapsed}";

/// Shows how far the input is, of `total` bytes if that is known.
pub(crate) fn start(total: Option<u64>) {
    let is_typed = total.is_none() && io::stdin().is_terminal();
    if !io::stderr().is_terminal() || io::stdout().is_terminal() || is_typed {
        return;
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(4));
    let template = if total.is_some() { KNOWN } else { UNKNOWN };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    with(|shown| *shown = Some(bar));
}

/// So many bytes more were read.
pub(crate) fn advance(bytes: usize) {
    with(|shown| {
        if let Some(bar) = shown {
            bar.inc(bytes as u64);
        }
    });
}

/// Takes the line away.
pub(crate) fn finish() {
    with(|shown| {
        if let Some(bar) = shown.take() {
            bar.finish_and_clear();
        }
    });
}

/// Calls `say`, which writes to stderr, with the line out of its way.
pub(crate) fn aside(say: impl FnOnce()) {
    let bar = with(|shown| shown.clone());
    match bar {
        Some(bar) => bar.suspend(say),
        None => say(),
    }
}

fn with<T>(change: impl FnOnce(&mut Option<ProgressBar>) -> T) -> T {
    change(&mut SHOWN.lock().unwrap_or_else(PoisonError::into_inner))
}
