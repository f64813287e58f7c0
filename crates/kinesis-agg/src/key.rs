//! Keys as they stand on the wire: bytes that are text, as a rule.
//!
//! The KCL does not check that keys are UTF-8. It reads them as the JDK reads
//! bytes into a `String`, with U+FFFD where they are no UTF-8, and takes the
//! hash key of a partition key from that text. Rust's own lossy decoder puts a
//! different number of U+FFFD for some sequences, so the JDK's rule stands here.
//!
//! Source: `java.lang.String`'s UTF-8 decoder in JDK 17, by its behaviour.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::str::Utf8Error;

/// A partition key, an explicit hash key, or the key or value of a tag.
///
/// Borrows from the blob it was read from.
///
/// # Examples
///
/// ```
/// use kinesis_agg::Key;
///
/// let key = Key::new(b"customer-7");
/// assert_eq!(key.to_str(), Ok("customer-7"));
///
/// // No UTF-8: still a key, with the text that the KCL hands out.
/// let key = Key::new(b"\xff!");
/// assert!(key.to_str().is_err());
/// assert_eq!(key.as_str(), "\u{fffd}!");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key<'blob>(&'blob [u8]);

impl<'blob> Key<'blob> {
    /// The key that consists of `bytes`.
    pub const fn new(bytes: &'blob [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes on the wire.
    pub const fn as_bytes(self) -> &'blob [u8] {
        self.0
    }

    /// The key as text.
    ///
    /// # Errors
    ///
    /// When the bytes are no UTF-8; [`as_str`](Self::as_str) reads those too.
    pub const fn to_str(self) -> Result<&'blob str, Utf8Error> {
        core::str::from_utf8(self.0)
    }

    /// The key as the text that the KCL hands out: each sequence that is no
    /// UTF-8 becomes U+FFFD. Allocates only then.
    pub fn as_str(self) -> Cow<'blob, str> {
        match self.to_str() {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(replaced(self.0)),
        }
    }
}

impl<'blob> From<&'blob str> for Key<'blob> {
    fn from(text: &'blob str) -> Self {
        Self(text.as_bytes())
    }
}

impl AsRef<[u8]> for Key<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

impl PartialEq<str> for Key<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Key<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(formatter)
    }
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_str() {
            Ok(text) => fmt::Debug::fmt(text, formatter),
            Err(_) => write!(formatter, "b\"{}\"", self.0.escape_ascii()),
        }
    }
}

/// The text of `bytes`, each malformed sequence replaced as the JDK does it.
fn replaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        match core::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                break;
            }
            Err(error) => {
                let (valid, invalid) = rest.split_at(error.valid_up_to());
                text.push_str(core::str::from_utf8(valid).unwrap_or_default());
                text.push(char::REPLACEMENT_CHARACTER);
                rest = invalid.get(malformed_len(invalid)..).unwrap_or_default();
            }
        }
    }
    text
}

/// How many bytes of `bytes`, which begin with a malformed sequence, become one
/// U+FFFD.
///
/// The JDK looks at the whole length that the first byte promises. A sequence
/// that the end of the input cuts swallows what is left, as long as nothing in
/// it is wrong; a surrogate is one sequence of three bytes.
fn malformed_len(bytes: &[u8]) -> usize {
    let is_continuation = |byte: &u8| byte & 0xc0 == 0x80;
    let promised = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return 1,
    };
    // The second byte decides over overlong forms and values above U+10FFFF.
    let second_is_wrong = match (bytes[0], bytes.get(1)) {
        (_, None) => return 1,
        (0xe0, Some(second)) => second & 0xe0 == 0x80 || !is_continuation(second),
        (0xf0, Some(second)) => !(0x90..=0xbf).contains(second),
        (0xf4, Some(second)) => !(0x80..=0x8f).contains(second),
        (_, Some(second)) => !is_continuation(second),
    };
    if second_is_wrong {
        return 1;
    }
    let continued = bytes[1..].iter().take(promised - 1);
    1 + continued.take_while(|byte| is_continuation(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::Key;

    /// How many U+FFFD the JDK puts, sequence by sequence.
    #[test]
    fn malformed_sequences_are_replaced_as_in_the_jdk() {
        for (bytes, expected) in [
            (&b"plain"[..], "plain"),
            (
                b"d\xc3\xa9j\xc3\xa0 \xf0\x9f\x98\x80",
                "d\u{e9}j\u{e0} \u{1f600}",
            ),
            (b"\x80", "\u{fffd}"),
            (b"\xff\xff", "\u{fffd}\u{fffd}"),
            // A surrogate in three bytes is one sequence, whole or cut.
            (b"\xed\xa0\x80", "\u{fffd}"),
            (b"\xed\xa0\x80\xed\xb0\x80", "\u{fffd}\u{fffd}"),
            (b"\xed\xa0", "\u{fffd}"),
            (b"\xed\xa0z", "\u{fffd}z"),
            // Overlong forms and values above U+10FFFF: one for each byte.
            (b"\xc0\x80", "\u{fffd}\u{fffd}"),
            (b"\xe0\x80\x80", "\u{fffd}\u{fffd}\u{fffd}"),
            (b"\xf0\x80\x80\x80", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            (b"\xf4\x90\x80\x80", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            (b"\xf5\x80\x80\x80", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            // A cut sequence is one.
            (b"\xc3", "\u{fffd}"),
            (b"\xc3z", "\u{fffd}z"),
            (b"\xe2\x82", "\u{fffd}"),
            (b"\xe2\x82z", "\u{fffd}z"),
            (b"\xf0\x9f", "\u{fffd}"),
            (b"\xf0\x9f\x98", "\u{fffd}"),
            (b"\xf0\x9f\x98z", "\u{fffd}z"),
            (b"\xf0\x9fz", "\u{fffd}z"),
        ] {
            assert_eq!(Key::new(bytes).as_str(), expected, "{bytes:x?}");
        }
    }
}
