//! What goes to stdout: bytes that gather in one buffer, which goes out when it is
//! large, and whenever the command says so.

use std::io::{self, StdoutLock, Write};

use crate::exit::Failure;

/// Bytes that gather before they are written.
const GATHERED: usize = 256 * 1024;

/// Stdout, and what waits for it.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: StdoutLock<'static>,
    /// What waits. Whoever appends to it calls [`written`](Self::written).
    pub(crate) buffer: Vec<u8>,
}

impl Output {
    /// Nothing waits yet.
    pub(crate) fn stdout() -> Self {
        Self {
            stdout: io::stdout().lock(),
            buffer: Vec::new(),
        }
    }

    /// Writes what gathered, if that is much.
    pub(crate) fn written(&mut self) -> Result<(), Failure> {
        if self.buffer.len() >= GATHERED {
            return self.flush();
        }
        Ok(())
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        let result = self.stdout.write_all(&self.buffer);
        self.buffer.clear();
        self.buffer.shrink_to(8 * GATHERED);
        result
            .and_then(|()| self.stdout.flush())
            .map_err(Failure::Write)
    }
}
