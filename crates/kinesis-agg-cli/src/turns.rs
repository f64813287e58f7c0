//! Whose turn it is to write, when many threads work on one input.
//!
//! ```text
//! input   chunk 0   chunk 1   chunk 2   chunk 3   …
//! thread     A         B         C         A          each takes the next that there is
//! output     0    ->   1    ->   2    ->   3          each waits until those before it are out
//! ```
//!
//! Whoever has the turn writes to stdout and to stderr as if it were alone; what
//! others have to say waits. So output and messages come in the order of the input.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::exit::Failure;
use crate::notice;

/// Turns, counted from 0.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// No turn comes any more.
    is_stopped: bool,
}

/// The turn of one thread.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
    number: u64,
    is_mine: bool,
}

impl Turn {
    /// The first of all.
    pub(crate) const fn new(turns: Arc<Turns>) -> Self {
        Self {
            turns,
            number: 0,
            is_mine: false,
        }
    }

    /// From here on it is the turn of this number. What this thread has to say waits
    /// for it, from a call of [`notice::hold`] on.
    pub(crate) const fn begin(&mut self, number: u64) {
        (self.number, self.is_mine) = (number, false);
    }

    /// Whether it has come.
    pub(crate) const fn is_mine(&self) -> bool {
        self.is_mine
    }

    /// Waits until it has come, and says what waited for it.
    pub(crate) fn wait(&mut self) -> Result<(), Failure> {
        if self.is_mine {
            return Ok(());
        }
        let is_early = |state: &mut State| state.next != self.number && !state.is_stopped;
        let state = self.turns.changed.wait_while(self.state(), is_early);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        if state.is_stopped {
            return Err(Failure::Stopped);
        }
        drop(state);
        self.is_mine = true;
        notice::release();
        Ok(())
    }

    /// It is over. The next one comes, unless no more work `goes_on`.
    pub(crate) fn end(&mut self, goes_on: bool) {
        let mut state = self.state();
        state.next += 1;
        state.is_stopped = !goes_on;
        drop(state);
        self.turns.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.turns.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}
