//! JSON, written: fields of an object, each on one line.
//!
//! Names of fields are constants that need no escapes. What is copied from an
//! input keeps its bytes, but for line feeds, which JSON has between fields only:
//! they become spaces, so that a document stays on its line.

use serde::Serialize;

use crate::data;

/// An object that is being written; [`close`](Self::close) ends it.
#[derive(Debug)]
pub(crate) struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    /// Begins an object.
    pub(crate) fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            out,
            is_empty: true,
        }
    }

    /// Begins one with all fields of `object`, as they stand.
    pub(crate) fn open_with(out: &'o mut Vec<u8>, object: &str) -> Self {
        let open = object.strip_suffix('}').unwrap_or(object);
        let is_empty = open.trim_ascii() == "{";
        push_line(out, open);
        Self { out, is_empty }
    }

    /// Ends it, and gives back what it was written to.
    pub(crate) fn close(self) -> &'o mut Vec<u8> {
        self.out.push(b'}');
        self.out
    }

    /// A field whose value is already JSON.
    pub(crate) fn raw(&mut self, name: &str, json: &str) {
        push_line(self.name(name), json);
    }

    /// Fields that are JSON as they stand, each with a comma in front.
    pub(crate) fn fields(&mut self, json: &str) {
        let first = self.is_empty.then(|| json.strip_prefix(',')).flatten();
        let json = first.unwrap_or(json);
        self.is_empty &= json.is_empty();
        push_line(self.out, json);
    }

    /// A field whose value is a string, a number, a truth or a list.
    pub(crate) fn value(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        let out = self.name(name);
        // A vector takes all bytes, and what we write has no odd keys.
        let written = serde_json::to_writer(&mut *out, value);
        debug_assert!(written.is_ok(), "{name}: {written:?}");
    }

    /// A field whose value is `bytes` in base64.
    pub(crate) fn base64(&mut self, name: &str, bytes: &[u8]) {
        let out = self.name(name);
        out.push(b'"');
        data::encode_base64(bytes, out);
        out.push(b'"');
    }

    /// A field whose value is `bytes` in hexadecimal.
    pub(crate) fn hex(&mut self, name: &str, bytes: &[u8]) {
        let out = self.name(name);
        out.push(b'"');
        data::encode_hex(bytes, out);
        out.push(b'"');
    }

    /// A field whose value is an object: what `fill` writes.
    pub(crate) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::open(self.name(name));
        fill(&mut inner);
        inner.close();
    }

    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    fn separate(&mut self) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
    }
}

/// Appends `json` to `out`, its line feeds as spaces.
pub(crate) fn push_line(out: &mut Vec<u8>, json: &str) {
    let start = out.len();
    out.extend_from_slice(json.as_bytes());
    let mut rest = &mut out[start..];
    while let Some(at) = memchr::memchr(b'\n', rest) {
        rest[at] = b' ';
        rest = &mut rest[at + 1..];
    }
}
