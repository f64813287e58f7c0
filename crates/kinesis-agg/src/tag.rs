//! Tags of a user record.
//!
//! Source: the KPL's `messages.proto`.

use crate::Key;

/// A tag of a user record: a key and perhaps a value.
///
/// The KPL's format has room for them; the KPL writes none and the KCL shows
/// none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag<'a> {
    /// The key.
    pub key: Key<'a>,
    /// The value, if there is one.
    pub value: Option<Key<'a>>,
}

impl<'a> Tag<'a> {
    /// A tag of this key and value.
    pub fn new(key: &'a str, value: Option<&'a str>) -> Self {
        Self {
            key: key.into(),
            value: value.map(Key::from),
        }
    }
}
