//! Lines of JSON to stdout.
//!
//! Lines gather in one buffer, which goes out when it is large, and whenever the
//! command says so. Knows JSON, and nothing of records.

use std::io::{self, StdoutLock, Write};

use serde::Serialize;

use crate::data;
use crate::exit::Failure;

/// Bytes that gather before they are written.
const GATHERED: usize = 256 * 1024;

/// Stdout, and what waits for it.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: StdoutLock<'static>,
    buffer: Vec<u8>,
}

impl Output {
    /// Nothing waits yet.
    pub(crate) fn stdout() -> Self {
        Self {
            stdout: io::stdout().lock(),
            buffer: Vec::new(),
        }
    }

    /// Begins a line; [`Object::end`] ends it.
    pub(crate) fn object(&mut self) -> Object<'_> {
        Object {
            buffer: &mut self.buffer,
            separator: b"{",
        }
    }

    /// Begins a line with the text of `object`, a JSON object, as it stands. But
    /// for line feeds, which JSON has between fields only: they become spaces.
    pub(crate) fn object_from(&mut self, object: &[u8], is_empty: bool) -> Object<'_> {
        let open = object.strip_suffix(b"}").unwrap_or(object);
        extend_on_one_line(&mut self.buffer, open);
        Object {
            buffer: &mut self.buffer,
            separator: if is_empty { b"" } else { b"," },
        }
    }

    /// Ends the line, and writes what gathered if that is much.
    pub(crate) fn end_line(&mut self) -> Result<(), Failure> {
        self.buffer.extend_from_slice(b"}\n");
        if self.buffer.len() >= GATHERED {
            return self.flush();
        }
        Ok(())
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        let result = self.stdout.write_all(&self.buffer);
        self.buffer.clear();
        result
            .and_then(|()| self.stdout.flush())
            .map_err(Failure::Write)
    }
}

/// A line that is being written: a JSON object, which
/// [`Output::end_line`] closes.
///
/// Names of fields are constants that need no escapes.
#[derive(Debug)]
pub(crate) struct Object<'o> {
    buffer: &'o mut Vec<u8>,
    /// What stands before the next field.
    separator: &'static [u8],
}

impl Object<'_> {
    /// A field whose value is already JSON, on one line or on many.
    pub(crate) fn raw(&mut self, name: &str, json: &[u8]) {
        extend_on_one_line(self.name(name), json);
    }

    /// A field whose name is JSON too.
    pub(crate) fn raw_field(&mut self, name: &str, value: &[u8]) {
        self.buffer.extend_from_slice(self.separator);
        self.separator = b",";
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.push(b':');
        extend_on_one_line(self.buffer, value);
    }

    /// A field whose value is a string, a number, a truth or a list.
    pub(crate) fn value(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        let buffer = self.name(name);
        // A vector takes all bytes, and what we write has no odd keys.
        let written = serde_json::to_writer(&mut *buffer, value);
        debug_assert!(written.is_ok(), "{name}: {written:?}");
    }

    /// A field whose value is `bytes` in base64.
    pub(crate) fn base64(&mut self, name: &str, bytes: &[u8]) {
        let buffer = self.name(name);
        buffer.push(b'"');
        data::encode(bytes, buffer);
        buffer.push(b'"');
    }

    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        self.buffer.extend_from_slice(self.separator);
        self.separator = b",";
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.extend_from_slice(b"\":");
        self.buffer
    }
}

/// Appends `json` to `buffer`, its line feeds as spaces.
fn extend_on_one_line(buffer: &mut Vec<u8>, json: &[u8]) {
    let start = buffer.len();
    buffer.extend_from_slice(json);
    let mut rest = &mut buffer[start..];
    while let Some(at) = memchr::memchr(b'\n', rest) {
        rest[at] = b' ';
        rest = &mut rest[at + 1..];
    }
}
