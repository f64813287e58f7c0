//! Where each JSON document of a file ends.
//!
//! ```text
//! {                       documents one after the other,
//!   "Records": [ … ]      on one line or on many
//! }
//! ```
//!
//! A document ends where its brackets close; brackets in strings do not count. A
//! damaged one must not take those behind it along: it ends at a line feed in a
//! string, which JSON does not allow, and before a line that begins as a document
//! does. What stands in a document is not looked at.

use super::format::begins_document;
use super::input::Input;
use crate::exit::Failure;
use crate::notice::Place;

/// Whether what comes next in `input` begins a document.
fn document_follows(input: &mut Input) -> Result<bool, Failure> {
    loop {
        if let Some(begins) = begins_document(input.peeked()) {
            return Ok(begins);
        }
        if !input.read_more()? {
            return Ok(false);
        }
    }
}

/// Appends the next document to `text` and tells its place; `None` at the end.
///
/// What does not begin with a bracket is taken up to the end of its line.
pub(crate) fn read_document(
    input: &mut Input,
    text: &mut Vec<u8>,
) -> Result<Option<Place>, Failure> {
    input.skip_white_space()?;
    let (first, place) = (text.len(), input.place());
    let mut scanner = Scanner::default();
    loop {
        let peeked = input.peek()?;
        let len = peeked.len();
        if len == 0 {
            return Ok((text.len() > first).then_some(place));
        }
        match scanner.stop(peeked) {
            None => input.take(len, text, first, place)?,
            Some(Stop::End(len)) => {
                input.take(len, text, first, place)?;
                return Ok(Some(place));
            }
            Some(Stop::Brace(len)) => {
                input.take(len, text, first, place)?;
                if document_follows(input)? {
                    return Ok(Some(place));
                }
                scanner.state = State::Plain;
            }
        }
    }
}

/// Looks for the end of a document, piece by piece.
#[derive(Debug, Default)]
struct Scanner {
    depth: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    /// No document: goes up to the end of its line.
    Other,
    Plain,
    /// Plain, at the beginning of a line.
    Line,
    String,
    Escape,
}

/// Where a document ends, as far as its bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// After these bytes.
    End(usize),
    /// After these bytes, if what follows, a brace that begins a line, begins the
    /// next document. If not, the scanner goes on in [`State::Plain`].
    Brace(usize),
}

impl Scanner {
    /// Where in `piece`, which follows on those before, the document ends; `None`
    /// when all of it belongs to the document and more may follow.
    fn stop(&mut self, piece: &[u8]) -> Option<Stop> {
        let mut at = 0;
        while let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
            // Most of a document is base64 in strings.
            if self.state == State::String {
                at += memchr::memchr3(b'"', b'\\', b'\n', rest)?;
            }
            let byte = piece[at];
            if self.state == State::Line && byte == b'{' {
                return Some(Stop::Brace(at));
            }
            at += 1;
            if self.is_end(byte) {
                return Some(Stop::End(at));
            }
        }
        None
    }

    /// Whether the document ends with `byte`.
    fn is_end(&mut self, byte: u8) -> bool {
        use State::{Escape, Line, Other, Plain, Start, String};
        self.state = match (self.state, byte) {
            (Start | Plain, b'{') | (Start | Plain | Line, b'[') => {
                self.depth += 1;
                Plain
            }
            (Plain | Line, b'}' | b']') => {
                self.depth -= 1;
                if self.depth == 0 {
                    return true;
                }
                Plain
            }
            (Plain | Line, b'"') => String,
            (Plain | Line, b'\n') => Line,
            (Plain | Line, _) | (String, b'"') => Plain,
            (Other | String | Escape, b'\n') => return true,
            (Start | Other, _) => Other,
            (String, b'\\') => Escape,
            (String | Escape, _) => String,
        };
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Scanner, Stop, read_document};
    use crate::reader::Input;

    fn documents(bytes: &'static [u8]) -> Vec<(String, String)> {
        let mut input = Input::new("test".to_owned(), Box::new(bytes), 1000);
        let mut documents = Vec::new();
        let mut text = Vec::new();
        while let Some(place) = read_document(&mut input, &mut text).unwrap() {
            let document = String::from_utf8(text.clone()).unwrap();
            documents.push((place.to_string(), document));
            text.clear();
        }
        documents
    }

    /// Documents end with their bracket, however they are laid out; damaged ones give
    /// the next line a chance.
    #[test]
    fn documents_end_with_their_bracket() {
        let document = |place: &str, text: &str| (place.to_owned(), text.to_owned());
        for (bytes, expected) in [
            (&b" \n"[..], vec![]),
            (b"\n{}", vec![document("2:1", "{}")]),
            (
                b"{}{} {}",
                vec![
                    document("1:1", "{}"),
                    document("1:3", "{}"),
                    document("1:6", "{}"),
                ],
            ),
            (
                b"{\n \"a\": [{}]\n}\r\n{\"b\": \"}{\\\"}\"}\n",
                vec![
                    document("1:1", "{\n \"a\": [{}]\n}"),
                    document("4:1", "{\"b\": \"}{\\\"}\"}"),
                ],
            ),
            (
                b"[\n{\"a\":1},\n{}]\n[]",
                vec![document("1:1", "[\n{\"a\":1},\n{}]"), document("4:1", "[]")],
            ),
            // Something else, up to its line's end.
            (
                b"nothing {}\n{}",
                vec![document("1:1", "nothing {}\n"), document("2:1", "{}")],
            ),
            (
                b"]]\n{}",
                vec![document("1:1", "]]\n"), document("2:1", "{}")],
            ),
            // Cut in a string.
            (
                b"{\"a\": \"b\n{}",
                vec![document("1:1", "{\"a\": \"b\n"), document("2:1", "{}")],
            ),
            (
                b"{\"a\": \"b\\\n{}",
                vec![document("1:1", "{\"a\": \"b\\\n"), document("2:1", "{}")],
            ),
            // Cut outside of one: what begins as a document does is the next.
            (
                b"{\"a\":[\n\r\n{\r\n \"Records\":1}",
                vec![
                    document("1:1", "{\"a\":[\n\r\n"),
                    document("3:1", "{\r\n \"Records\":1}"),
                ],
            ),
            (
                b"{\"a\":[\n{\"Records\"",
                vec![
                    document("1:1", "{\"a\":[\n"),
                    document("2:1", "{\"Records\""),
                ],
            ),
            // All else is inside.
            (b"{\"a\":\n{}", vec![document("1:1", "{\"a\":\n{}")]),
            (
                b"{\"a\":\n {\"Records\":1}}",
                vec![document("1:1", "{\"a\":\n {\"Records\":1}}")],
            ),
            (
                b"{\"a\":\n{\"RecordsX\":1}\n}",
                vec![document("1:1", "{\"a\":\n{\"RecordsX\":1}\n}")],
            ),
        ] {
            assert_eq!(documents(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    /// The end is the same wherever the pieces are cut.
    #[test]
    fn pieces_do_not_matter() {
        let bytes = br#"{"a":["\\","\"",{"b":"{"}]}rest"#;
        let end = bytes.len() - "rest".len();
        for cut in 0..=end {
            let mut scanner = Scanner::default();
            let found = scanner.stop(&bytes[..cut]).or_else(|| {
                let stop = scanner.stop(&bytes[cut..])?;
                match stop {
                    Stop::End(at) => Some(Stop::End(cut + at)),
                    Stop::Brace(_) => Some(stop),
                }
            });
            assert_eq!(found, Some(Stop::End(end)), "cut after {cut}");
        }
    }
}
