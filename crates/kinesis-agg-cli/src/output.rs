//! What goes to stdout: bytes that gather in one buffer, which goes out when it is
//! large, and whenever the command says so; in one of many threads, when its turn has
//! come.

use std::io::{self, IsTerminal, Stdout, Write};

use crate::exit::Failure;
use crate::notice::{self, is_printable};
use crate::turns::Turn;

/// Bytes that gather before they are written.
const GATHERED: usize = 256 * 1024;

/// Bytes that gather before a thread waits for its turn, here and for stderr: as a
/// rule all that a chunk makes.
const MOST: usize = 2 * 1024 * 1024;

/// Stdout, and what waits for it.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: Stdout,
    /// What waits. Whoever appends to it calls [`written`](Self::written).
    pub(crate) buffer: Vec<u8>,
    /// A terminal sees JSON, in which any character can be escaped.
    escaped: bool,
    /// That of this thread, if there are others.
    turn: Option<Turn>,
}

impl Output {
    /// Nothing waits yet.
    pub(crate) fn stdout() -> Self {
        Self {
            stdout: io::stdout(),
            buffer: Vec::new(),
            escaped: false,
            turn: None,
        }
    }

    /// The same for JSON: what could move the cursor of a terminal is escaped, if
    /// it goes to one.
    pub(crate) fn json() -> Self {
        let output = Self::stdout();
        Self {
            escaped: output.stdout.is_terminal(),
            ..output
        }
    }

    /// The same for one of many threads.
    pub(crate) fn in_turns(&self, turn: Turn) -> Self {
        Self {
            escaped: self.escaped,
            turn: Some(turn),
            ..Self::stdout()
        }
    }

    /// Writes what gathered, if that is much.
    pub(crate) fn written(&mut self) -> Result<(), Failure> {
        let most = match &self.turn {
            Some(turn) if !turn.is_mine() => MOST,
            _ => GATHERED,
        };
        if self.buffer.len() >= most || notice::held() >= MOST {
            return self.flush();
        }
        Ok(())
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.wait_for_turn()?;
        self.write_buffer().map_err(Failure::Write)
    }

    /// What is written from here on is for the turn of this number.
    pub(crate) fn begin_turn(&mut self, number: u64) {
        if let Some(turn) = &mut self.turn {
            turn.begin(number);
        }
    }

    /// Waits for it; fails when another thread stopped.
    pub(crate) fn wait_for_turn(&mut self) -> Result<(), Failure> {
        self.turn.as_mut().map_or(Ok(()), Turn::wait)
    }

    /// Lets the next thread write; unless it `goes_on`, none.
    pub(crate) fn end_turn(&mut self, goes_on: bool) {
        if let Some(turn) = &mut self.turn {
            turn.end(goes_on);
        }
    }

    fn write_buffer(&mut self) -> io::Result<()> {
        if self.escaped {
            escape(&mut self.buffer);
        }
        let result = self.stdout.write_all(&self.buffer);
        self.buffer.clear();
        self.buffer.shrink_to(8 * GATHERED);
        result.and_then(|()| self.stdout.flush())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= GATHERED {
            self.write_buffer()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_buffer()
    }
}

/// Escapes what could move the cursor: in JSON such characters stand in strings
/// alone.
fn escape(json: &mut Vec<u8>) {
    use std::fmt::Write;

    let Ok(text) = str::from_utf8(json) else {
        return;
    };
    if !text.contains(is_harmful_in_json) {
        return;
    }
    let mut escaped = String::with_capacity(text.len() * 2);
    for char in text.chars() {
        if is_harmful_in_json(char) {
            let mut units = [0; 2];
            for unit in char.encode_utf16(&mut units) {
                // A string takes all text.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(char);
        }
    }
    *json = escaped.into_bytes();
}

/// Line feeds end lines here; all else below a space is escaped by JSON.
fn is_harmful_in_json(char: char) -> bool {
    char != '\n' && !is_printable(char)
}

#[cfg(test)]
mod tests {
    use super::escape;

    /// JSON for a terminal is the same JSON, without what moves the cursor.
    #[test]
    fn terminals_see_the_same_json() {
        let json = "{\"a\":\"\u{9b}2J \u{202e}\u{7f}\u{e0001} \u{e9}\"}\n";
        let mut bytes = json.as_bytes().to_vec();
        escape(&mut bytes);
        let expected = "{\"a\":\"\\u009b2J \\u202e\\u007f\\udb40\\udc01 \u{e9}\"}\n";
        assert_eq!(str::from_utf8(&bytes), Ok(expected));
        let values = [json.as_bytes(), &bytes].map(serde_json::from_slice::<serde_json::Value>);
        let [one, other] = values.map(Result::unwrap);
        assert_eq!(one, other);
    }
}
