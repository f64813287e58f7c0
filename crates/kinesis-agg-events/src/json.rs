//! JSON, piece by piece: the fields of an object, the values of a list, how deep
//! it nests.
//!
//! Nothing gathers here: each field and each value is handed on as it comes, as
//! the text that it is, so even a list of a million zeros takes no memory, and
//! whatever nobody asked for keeps its bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::scan::Scanner;

/// How deep objects and lists may nest: what most parsers take.
pub const MAX_DEPTH: usize = 128;

/// Calls `each` with the name, which is JSON too, and the value of each field of
/// `object`.
pub(crate) fn each_field<'a>(
    object: &'a str,
    mut each: impl FnMut(&'a str, &'a str),
) -> serde_json::Result<()> {
    let mut seen = 0_usize;
    let scanned = Scanner::new(object).fields(|name, value| {
        seen += 1;
        each(name, value);
    });
    if scanned.is_some() {
        return Ok(());
    }
    each_field_strictly(object, |name, value| match seen.checked_sub(1) {
        Some(rest) => seen = rest,
        None => each(name, value),
    })
}

/// The same, all of it by `serde_json`.
fn each_field_strictly<'a>(
    object: &'a str,
    each: impl FnMut(&'a str, &'a str),
) -> serde_json::Result<()> {
    let mut parser = serde_json::Deserializer::from_str(object);
    parser.deserialize_map(Fields(each))?;
    parser.end()
}

struct Fields<F>(F);

impl<'de, F: FnMut(&'de str, &'de str)> Visitor<'de> for Fields<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            (self.0)(name.get(), value.get());
        }
        Ok(())
    }
}

/// Calls `each` with each value of `list`, which was read before, until it fails.
pub(crate) fn each_value<'a, E>(
    list: &'a str,
    mut each: impl FnMut(&'a str) -> Result<(), E>,
) -> Result<(), E> {
    let mut scanner = Scanner::new(list);
    let mut seen = 0_usize;
    while let Some(value) = scanner.next_value() {
        each(value)?;
        seen += 1;
    }
    if scanner.is_at_end() {
        return Ok(());
    }
    each_value_strictly(list, |value| match seen.checked_sub(1) {
        Some(rest) => {
            seen = rest;
            Ok(())
        }
        None => each(value),
    })
}

/// The same, all of it by `serde_json`.
fn each_value_strictly<'a, E>(
    list: &'a str,
    each: impl FnMut(&'a str) -> Result<(), E>,
) -> Result<(), E> {
    let mut failure = None;
    let mut parser = serde_json::Deserializer::from_str(list);
    let walked = parser.deserialize_seq(Values {
        each,
        failure: &mut failure,
    });
    debug_assert!(walked.is_ok() || failure.is_some(), "{walked:?}");
    failure.map_or(Ok(()), Err)
}

struct Values<'f, F, E> {
    each: F,
    failure: &'f mut Option<E>,
}

impl<'de, E, F: FnMut(&'de str) -> Result<(), E>> Visitor<'de> for Values<'_, F, E> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<&RawValue>()? {
            if let Err(failure) = (self.each)(value.get()) {
                *self.failure = Some(failure);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// The string that a JSON value is; borrows when nothing in it is escaped.
pub(crate) fn text(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    match memchr::memchr(b'\\', inner.as_bytes()) {
        None => Some(Cow::Borrowed(inner)),
        Some(_) => serde_json::from_str(json).ok().map(Cow::Owned),
    }
}

/// The name of a field, given as JSON; borrows when nothing in it is escaped.
pub(crate) fn name(json: &str) -> Cow<'_, str> {
    text(json).unwrap_or_default()
}

/// Where in `json`, as a byte offset, objects and lists nest deeper than
/// [`MAX_DEPTH`]. Looks at brackets alone: whether it is JSON is for others.
pub(crate) fn too_deep(json: &str) -> Option<usize> {
    let bytes = json.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at + 1);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Behind the string whose first character is at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
    {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// A kind of JSON value, with its article.
pub(crate) fn kind(json: &str) -> &'static str {
    match json.trim_ascii_start().bytes().next() {
        Some(b'"') => "a string",
        Some(b'[') => "a list",
        Some(b'{') => "an object",
        Some(b'-' | b'0'..=b'9') => "a number",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "no JSON",
    }
}

/// What a JSON parser says, without the place, which stands elsewhere, and
/// without what it quotes.
pub(crate) fn told(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let told = told.strip_suffix(&place).unwrap_or(&told);
    if let Some(name) = name_after("duplicate field", told) {
        return format!("{name} stands twice");
    }
    if let Some(name) = name_after("missing field", told) {
        return format!("{name} is missing");
    }
    match told.rsplit_once(", expected ") {
        Some((found, expected)) => {
            let (found, expected) = (plain_kind(found), plain_kind(expected));
            format!("{found} where {expected} should stand")
        }
        // Nothing of the input is in these.
        None => told.to_owned(),
    }
}

fn name_after<'t>(what: &str, told: &'t str) -> Option<&'t str> {
    let name = told.strip_prefix(what)?.strip_prefix(" `")?;
    name.strip_suffix('`')
}

/// A kind of JSON value, as JSON calls it.
fn plain_kind(told: &str) -> &str {
    let told = told.strip_prefix("invalid type: ").unwrap_or(told);
    let first = told.split(' ').next().unwrap_or_default();
    match (first, told) {
        ("string", _) => "a string",
        ("integer" | "floating", _) => "a number",
        ("boolean", _) => "true or false",
        ("sequence" | "invalid", _) | (_, "a sequence") => "a list",
        ("map" | "struct", _) => "an object",
        _ => told,
    }
}

/// The byte offset of the place in `text` that `error` names.
pub(crate) fn offset(text: &str, error: &serde_json::Error) -> usize {
    let mut start = 0;
    for _ in 1..error.line() {
        let rest = &text.as_bytes()[start..];
        start += memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    }
    (start + error.column().saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::{
        MAX_DEPTH, each_field, each_field_strictly, each_value, each_value_strictly, offset, text,
        too_deep,
    };

    /// Fields and values keep their bytes.
    #[test]
    fn pieces_keep_their_bytes() {
        let mut seen = Vec::new();
        let object = r#"{ "a" : 1.50 , "\u0062":[ 1, {"c":"]"}] }"#;
        each_field(object, |name, value| seen.push((name, value))).unwrap();
        assert_eq!(
            seen,
            [("\"a\"", "1.50"), ("\"\\u0062\"", "[ 1, {\"c\":\"]\"}]")]
        );
        let mut seen = Vec::new();
        let walked: Result<(), ()> = each_value(seen_list(), |value| {
            seen.push(value);
            Ok(())
        });
        assert_eq!((walked, seen.len()), (Ok(()), 3));
        assert!(each_field("{\"a\":1} x", |_, _| {}).is_err());
    }

    fn seen_list() -> &'static str {
        "[1, \"a\", {}]"
    }

    /// Whatever one byte of an object becomes, the fast walk hands on what the strict
    /// one does, and fails where it does.
    #[test]
    fn fast_walks_are_strict() {
        let long = "a".repeat(200);
        let object = format!(
            r#"{{ "{long}" : "{long}\u00e9\n\"", "b":[ -1.50e+7 ,{{}},[],{{"c":null,"d":[0]}}] ,"e":true,"f":false}} "#
        );
        let fields = |text: &str, is_fast: bool| {
            let mut seen = Vec::new();
            let add = |name: &str, value: &str| seen.push((name.to_owned(), value.to_owned()));
            let walked = if is_fast {
                each_field(text, add)
            } else {
                each_field_strictly(text, add)
            };
            (seen, walked.map_err(|error| error.to_string()))
        };
        assert_eq!(fields(&object, true).1, Ok(()));
        for at in 0..object.len() {
            for byte in b"\"\\{}[],: \n\x1f\x7f0123-+.eEunrtfalsx" {
                let mut bytes = object.clone().into_bytes();
                bytes[at] = *byte;
                let text = String::from_utf8(bytes).unwrap();
                assert_eq!(fields(&text, true), fields(&text, false), "{text}");
            }
            let cut = &object[..at];
            assert_eq!(fields(cut, true), fields(cut, false), "{cut}");
        }
    }

    /// So do those of a list, which was read before; one that nests deep too.
    #[test]
    fn fast_walks_of_lists_are_strict() {
        let deep = "[".repeat(100) + &"]".repeat(100);
        for list in [
            "[]",
            "[ ] ",
            "[1]",
            "[1 , \"\",{} ]",
            &format!("[0,{deep},1]"),
        ] {
            let values = |is_fast: bool, stop: usize| {
                let mut seen = Vec::new();
                let each = |value: &str| {
                    seen.push(value.to_owned());
                    if seen.len() == stop {
                        Err(stop)
                    } else {
                        Ok(())
                    }
                };
                let walked = if is_fast {
                    each_value(list, each)
                } else {
                    each_value_strictly(list, each)
                };
                (seen, walked)
            };
            for stop in 0..4 {
                assert_eq!(values(true, stop), values(false, stop), "{list}");
            }
        }
    }

    /// Escaped text is read, and what is no string is none.
    #[test]
    fn texts() {
        assert_eq!(text(r#""a""#).as_deref(), Some("a"));
        assert_eq!(text(r#""\u0061\"""#).as_deref(), Some("a\""));
        assert_eq!(text("7"), None);
        assert_eq!(text(r#""\ud800""#), None);
    }

    /// The limit is on open brackets, and not on those in strings.
    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(too_deep(&nested(MAX_DEPTH)), None);
        assert_eq!(too_deep(&nested(MAX_DEPTH + 1)), Some(MAX_DEPTH));
        assert_eq!(too_deep(&"[]".repeat(1000)), None);
        let quoted = format!("[\"{}\\\"{}\"]", "[".repeat(200), "{".repeat(200));
        assert_eq!(too_deep(&quoted), None);
        assert_eq!(too_deep("\"\\"), None);
    }

    /// A place that the parser names is found again.
    #[test]
    fn places_are_offsets() {
        for (json, expected) in [("{x", 1), ("{\n\n  \"a\": x}", 10), ("", 0)] {
            let error = each_field(json, |_, _| {}).unwrap_err();
            assert_eq!(offset(json, &error), expected, "{json}: {error}");
        }
    }
}
