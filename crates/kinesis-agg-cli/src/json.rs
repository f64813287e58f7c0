//! JSON, piece by piece: the fields of an object, the values of a list, and what
//! a parser says in words of its users.
//!
//! Nothing gathers here: each field and each value is handed on as it comes, as
//! the text that it is, so even a list of a million zeros takes no memory.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Characters of a text from the input that are shown.
const SHOWN: usize = 100;

/// Calls `each` with the name, which is JSON too, and the value of each field of
/// `object`.
pub(crate) fn each_field<'a>(
    object: &'a str,
    each: impl FnMut(&'a str, &'a RawValue),
) -> serde_json::Result<()> {
    let mut parser = serde_json::Deserializer::from_str(object);
    parser.deserialize_map(Fields(each))?;
    parser.end()
}

struct Fields<F>(F);

impl<'de, F: FnMut(&'de str, &'de RawValue)> Visitor<'de> for Fields<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            (self.0)(name.get(), value);
        }
        Ok(())
    }
}

/// Calls `each` with each value of `list`, which was read before, until it fails.
pub(crate) fn each_value<'a, E>(
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

/// What `text`, which is no object, begins with instead.
pub(crate) fn instead_of_object(text: &str) -> &'static str {
    match text.trim_ascii_start().bytes().next() {
        Some(b'"') => "it is a string",
        Some(b'[') => "it is a list",
        Some(b'-' | b'0'..=b'9') => "it is a number",
        _ => "it does not begin with a brace",
    }
}

/// What a JSON parser says, without the place, which stands elsewhere, without
/// what it quotes, and without names of ours.
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
            let (found, expected) = (kind(found), kind(expected));
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
fn kind(told: &str) -> &str {
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

/// The first characters of `text`, fit for a terminal.
pub(crate) fn shown(text: &str) -> String {
    let (start, is_cut) = match text.char_indices().nth(SHOWN) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    };
    let more = if is_cut { "…" } else { "" };
    format!("{}{more}", start.escape_debug())
}
