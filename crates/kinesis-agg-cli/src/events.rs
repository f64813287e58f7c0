//! Which of the two input formats a file has, and where each event ends.
//!
//! ```text
//! {"PartitionKey":"k","Data":"ZGF0YQ=="}      ndjson: a Kinesis record a line
//!
//! {                                           lambda: events one after the other,
//!   "Records": [ … ]                          on one line or on many
//! }
//! ```
//!
//! An event ends where its braces close; braces in strings do not count. A damaged
//! one must not take those behind it along: it ends at a line feed in a string,
//! which JSON does not allow, and before a line that begins as an event does. What
//! stands in an event is not looked at.
//!
//! Source: the AWS documentation, "Using Lambda to process records from Amazon
//! Kinesis Data Streams", for the shape.

use crate::args::Format;
use crate::exit::Failure;
use crate::input::{Input, white_space};
use crate::notice::Place;

const FIRST_KEY: &[u8] = b"\"Records\"";

/// Tells the format of `input` by its first bytes. Consumes white space only.
pub(crate) fn format_of(input: &mut Input) -> Result<Format, Failure> {
    input.skip_white_space()?;
    loop {
        if let Some(format) = sniff(input.peeked()) {
            return Ok(format);
        }
        if !input.read_more()? {
            return Ok(Format::Ndjson);
        }
    }
}

/// The format of an input that begins with `bytes`; `None` when they are too
/// few to tell.
///
/// An object that goes on after its brace on the next line is no NDJSON, so it is
/// taken for an event too.
fn sniff(bytes: &[u8]) -> Option<Format> {
    let (first, rest) = bytes.split_first()?;
    let is_broken = || rest[..white_space(rest)].contains(&b'\n');
    if *first == b'{' && is_broken() {
        return Some(Format::Lambda);
    }
    let is_event = begins_event(bytes)?;
    Some(if is_event {
        Format::Lambda
    } else {
        Format::Ndjson
    })
}

/// Whether `bytes` begin an event: an object whose first key is `Records`; `None`
/// when they are too few to tell.
fn begins_event(bytes: &[u8]) -> Option<bool> {
    let (first, rest) = bytes.split_first()?;
    let key = &rest[white_space(rest)..];
    if *first != b'{' {
        return Some(false);
    }
    if key.starts_with(FIRST_KEY) {
        return Some(true);
    }
    let is_open = FIRST_KEY.starts_with(key);
    (!is_open).then_some(false)
}

/// Whether what comes next in `input` begins an event.
fn event_follows(input: &mut Input) -> Result<bool, Failure> {
    loop {
        if let Some(begins) = begins_event(input.peeked()) {
            return Ok(begins);
        }
        if !input.read_more()? {
            return Ok(false);
        }
    }
}

/// Appends the next event to `text` and tells its place; `None` at the end.
///
/// What does not begin with a brace is taken up to the end of its line.
pub(crate) fn read_event(input: &mut Input, text: &mut Vec<u8>) -> Result<Option<Place>, Failure> {
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
                if event_follows(input)? {
                    return Ok(Some(place));
                }
                scanner.state = State::Plain;
            }
        }
    }
}

/// Looks for the end of an event, piece by piece.
#[derive(Debug, Default)]
struct Scanner {
    depth: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    /// No event: goes up to the end of its line.
    Other,
    Plain,
    /// Plain, at the beginning of a line.
    Line,
    String,
    Escape,
}

/// Where an event ends, as far as its bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// After these bytes.
    End(usize),
    /// After these bytes, if what follows, a brace that begins a line, begins the
    /// next event. If not, the scanner goes on in [`State::Plain`].
    Brace(usize),
}

impl Scanner {
    /// Where in `piece`, which follows on those before, the event ends; `None`
    /// when all of it belongs to the event and more may follow.
    fn stop(&mut self, piece: &[u8]) -> Option<Stop> {
        let mut at = 0;
        while let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
            // Most of an event is base64 in strings.
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

    /// Whether the event ends with `byte`.
    fn is_end(&mut self, byte: u8) -> bool {
        use State::{Escape, Line, Other, Plain, Start, String};
        self.state = match (self.state, byte) {
            (Start | Plain, b'{') | (Plain | Line, b'[') => {
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
    use super::{Scanner, Stop, read_event, sniff};
    use crate::args::Format;
    use crate::input::Input;

    /// The first bytes decide, and no byte more is waited for.
    #[test]
    fn formats_by_their_first_bytes() {
        let (ndjson, lambda) = (Some(Format::Ndjson), Some(Format::Lambda));
        for (bytes, expected) in [
            (&b""[..], None),
            (b"{", None),
            (b"{ \"Rec", None),
            (b"{ \"Records\"", lambda),
            (b"{\n", lambda),
            (b"{\r\n  \"Data\"", lambda),
            (b"{}", ndjson),
            (b"{\"RecordsX", ndjson),
            (b"{\"Data\":", ndjson),
            (b"[", ndjson),
            (b"\x00", ndjson),
        ] {
            assert_eq!(sniff(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    fn events(bytes: &'static [u8]) -> Vec<(String, String)> {
        let mut input = Input::new("test".to_owned(), Box::new(bytes), 1000);
        let mut events = Vec::new();
        let mut text = Vec::new();
        while let Some(place) = read_event(&mut input, &mut text).unwrap() {
            let event = String::from_utf8(text.clone()).unwrap();
            events.push((place.to_string(), event));
            text.clear();
        }
        events
    }

    /// Events end with their brace, however they are laid out; damaged ones give
    /// the next line a chance.
    #[test]
    fn events_end_with_their_brace() {
        let event = |place: &str, text: &str| (place.to_owned(), text.to_owned());
        for (bytes, expected) in [
            (&b" \n"[..], vec![]),
            (b"\n{}", vec![event("2:1", "{}")]),
            (
                b"{}{} {}",
                vec![event("1:1", "{}"), event("1:3", "{}"), event("1:6", "{}")],
            ),
            (
                b"{\n \"a\": [{}]\n}\r\n{\"b\": \"}{\\\"}\"}\n",
                vec![
                    event("1:1", "{\n \"a\": [{}]\n}"),
                    event("4:1", "{\"b\": \"}{\\\"}\"}"),
                ],
            ),
            // Something else, up to its line's end.
            (
                b"nothing {}\n{}",
                vec![event("1:1", "nothing {}\n"), event("2:1", "{}")],
            ),
            (b"]]\n{}", vec![event("1:1", "]]\n"), event("2:1", "{}")]),
            // Cut in a string.
            (
                b"{\"a\": \"b\n{}",
                vec![event("1:1", "{\"a\": \"b\n"), event("2:1", "{}")],
            ),
            (
                b"{\"a\": \"b\\\n{}",
                vec![event("1:1", "{\"a\": \"b\\\n"), event("2:1", "{}")],
            ),
            // Cut outside of one: what begins as an event does is the next.
            (
                b"{\"a\":[\n\r\n{\r\n \"Records\":1}",
                vec![
                    event("1:1", "{\"a\":[\n\r\n"),
                    event("3:1", "{\r\n \"Records\":1}"),
                ],
            ),
            (
                b"{\"a\":[\n{\"Records\"",
                vec![event("1:1", "{\"a\":[\n"), event("2:1", "{\"Records\"")],
            ),
            // All else is inside.
            (b"{\"a\":\n{}", vec![event("1:1", "{\"a\":\n{}")]),
            (
                b"{\"a\":\n {\"Records\":1}}",
                vec![event("1:1", "{\"a\":\n {\"Records\":1}}")],
            ),
            (
                b"{\"a\":\n{\"RecordsX\":1}\n}",
                vec![event("1:1", "{\"a\":\n{\"RecordsX\":1}\n}")],
            ),
        ] {
            assert_eq!(events(bytes), expected, "{}", bytes.escape_ascii());
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
