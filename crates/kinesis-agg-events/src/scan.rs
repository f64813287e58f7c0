//! JSON at the speed of its strings: the pieces of what is sound and usual.
//!
//! ```text
//! for each field:  name : value       both handed on as the text that they are
//! in a string:     up to the next '"', '\' or control character, one by one
//! ```
//!
//! Departures from that plain loop:
//!
//! 1. Strings are looked through 64 bytes at a time, which the compiler turns into
//!    vectors: nearly all of a Kinesis record is base64 in a string. With
//!    `serde_json`'s eight bytes at a time `kinesis-agg deaggregate` takes a
//!    quarter more instructions.
//! 2. Whatever is not sound, or nests deep, ends the walk. Then the caller asks
//!    `serde_json`, which says what is wrong, and where. So all that is accepted
//!    here must be accepted there, with the same pieces.

/// How deep objects and lists may nest in a value; deeper ones are for
/// `serde_json`.
const DEPTH: usize = 64;

/// Reads JSON from its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Nothing of `text` was read yet.
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Calls `each` with the name and the value of each field of the object that
    /// is all of the text. `None` when it is not known to be sound: `each` was
    /// called with those fields that came before.
    pub(crate) fn fields(&mut self, mut each: impl FnMut(&'a str, &'a str)) -> Option<()> {
        self.expect(b'{')?;
        if !self.is_next(b'}') {
            loop {
                let name = self.piece(Self::string)?;
                self.expect(b':')?;
                let value = self.piece(|scanner| scanner.value(DEPTH))?;
                each(name, value);
                if self.ends(b'}')? {
                    break;
                }
            }
        }
        self.is_at_end().then_some(())
    }

    /// The next value of the list that the text begins with; `None` at its end, and
    /// when it is not known to be sound.
    pub(crate) fn next_value(&mut self) -> Option<&'a str> {
        let is_first = self.at == 0;
        if is_first {
            self.expect(b'[')?;
        }
        let is_end = if is_first {
            self.is_next(b']')
        } else {
            self.ends(b']')?
        };
        if is_end {
            return None;
        }
        self.piece(|scanner| scanner.value(DEPTH))
    }

    /// Whether all of the text was read, but for white space.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.skip_white_space();
        self.at == self.text.len()
    }

    /// The text of what `read` reads, without the white space in front.
    fn piece(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<&'a str> {
        self.skip_white_space();
        let start = self.at;
        read(self)?;
        self.text.get(start..self.at)
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.skip_white_space();
        match self.peek()? {
            b'"' => self.string(),
            b'{' => self.nested(depth, b'}'),
            b'[' => self.nested(depth, b']'),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    /// An object or a list, up to the bracket that ends it.
    fn nested(&mut self, depth: usize, end: u8) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.at += 1;
        if self.is_next(end) {
            return Some(());
        }
        loop {
            if end == b'}' {
                self.skip_white_space();
                self.string()?;
                self.expect(b':')?;
            }
            self.value(depth)?;
            if self.ends(end)? {
                return Some(());
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        loop {
            self.at += plain(bytes.get(self.at..)?);
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let digits = match self.text.as_bytes().get(self.at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 0,
            b'u' => 4,
            _ => return None,
        };
        self.at += 2;
        let hex = self.text.as_bytes().get(self.at..self.at + digits)?;
        self.at += digits;
        hex.iter().all(u8::is_ascii_hexdigit).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += word.len();
        rest.starts_with(word.as_bytes()).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        self.skip_one(b"-");
        match self.peek()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.skip_one(b".") {
            self.digits()?;
        }
        if self.skip_one(b"eE") {
            self.skip_one(b"+-");
            self.digits()?;
        }
        Some(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// Whether the list or object ends here, with `end`; else a comma was read.
    fn ends(&mut self, end: u8) -> Option<bool> {
        if self.is_next(end) {
            return Some(true);
        }
        self.expect(b',').map(|()| false)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.is_next(byte).then_some(())
    }

    /// Whether `byte` comes next, behind white space; then it was read.
    fn is_next(&mut self, byte: u8) -> bool {
        self.skip_white_space();
        self.skip_one(&[byte])
    }

    fn skip_one(&mut self, bytes: &[u8]) -> bool {
        let is_one = self.peek().is_some_and(|byte| bytes.contains(&byte));
        self.at += usize::from(is_one);
        is_one
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// How many bytes a string goes on before it ends, escapes, or is none.
fn plain(bytes: &[u8]) -> usize {
    let is_plain = |byte: u8| !matches!(byte, b'"' | b'\\' | ..b' ');
    let chunks = bytes.chunks_exact(64);
    // All of them are looked at: to stop at the first would be a loop over bytes.
    let is_all = |chunk: &&[u8]| chunk.iter().fold(true, |all, byte| all & is_plain(*byte));
    let start = 64 * chunks.take_while(is_all).count();
    let rest = &bytes[start..];
    let len = rest.iter().position(|byte| !is_plain(*byte));
    start + len.unwrap_or(rest.len())
}
