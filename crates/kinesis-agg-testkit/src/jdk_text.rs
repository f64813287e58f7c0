//! Text as the JDK makes it of bytes that should be UTF-8.
//!
//! ```text
//! first byte   well-formed when                       bytes that one U+FFFD stands for, else
//! 00..7F       always
//! 80..C1       never                                  1
//! C2..DF       1 continuation                         1
//! E0..EF       2 continuations, not E0 80..9F         1 or 2; 3 for a surrogate
//! F0..F7       3 continuations, U+10000 to U+10FFFF   1, 2 or 3
//! F8..FF       never                                  1
//! ```
//!
//! A sequence that the end of the input cuts off takes its whole rest. The KCL
//! sees partition keys and explicit hash keys through this decoder, so it
//! decides which hash key a broken partition key has. It differs from
//! [`String::from_utf8_lossy`] in surrogates alone: `ED A0 80` is one U+FFFD
//! here and three there.
//!
//! Source: the behaviour of `new String(bytes, UTF_8)` in JDK 17, rule 6 of the
//! vectors' README; written from the rules, not from the JDK's code.

/// Decodes `bytes` as JDK 17 does.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::jdk_text::decode;
///
/// assert_eq!(decode("Grüße".as_bytes()), "Grüße");
/// assert_eq!(decode(b"\xED\xA0\x80!"), "\u{FFFD}!");
/// ```
pub fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let (character, length) = match first {
            0x00..=0x7F => (Some(char::from(first)), 1),
            0xC2..=0xDF => two(rest),
            0xE0..=0xEF => three(rest),
            0xF0..=0xF7 => four(rest),
            // A continuation byte on its own, C0 and C1 (which could only start
            // an overlong form), and F8..FF stand alone.
            0x80..=0xC1 | 0xF8..=0xFF => (None, 1),
        };
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = &rest[length..];
    }
    text
}

/// One step: the character, or nothing for U+FFFD, and the bytes it takes.
type Step = (Option<char>, usize);

/// A sequence that starts with C2..DF.
fn two(rest: &[u8]) -> Step {
    match *rest {
        [first, second, ..] if is_continuation(second) => (scalar(&[first & 0x1F, second]), 2),
        // The byte after it is looked at anew.
        _ => (None, 1),
    }
}

/// A sequence that starts with E0..EF.
fn three(rest: &[u8]) -> Step {
    match *rest {
        // Overlong, or no continuation: the first byte alone. This is judged as
        // soon as a second byte is there, cut off or not.
        [0xE0, 0x80..=0x9F, ..] => (None, 1),
        [_, second, ..] if !is_continuation(second) => (None, 1),
        [_, _, third, ..] if !is_continuation(third) => (None, 2),
        // All three are of the right form. A surrogate is one U+FFFD in all.
        [first, second, third, ..] => (scalar(&[first & 0x0F, second, third]), 3),
        // Cut off by the end of the input: one for the rest.
        _ => (None, rest.len()),
    }
}

/// A sequence that starts with F0..F7.
fn four(rest: &[u8]) -> Step {
    match *rest {
        // Above U+10FFFF by the first byte alone, by the first two, or overlong.
        [0xF5..=0xF7, ..] | [0xF4, 0x90..=0xBF, ..] | [0xF0, 0x80..=0x8F, ..] => (None, 1),
        [_, second, ..] if !is_continuation(second) => (None, 1),
        [_, _, third, ..] if !is_continuation(third) => (None, 2),
        [_, _, _, fourth, ..] if !is_continuation(fourth) => (None, 3),
        [first, second, third, fourth, ..] => (scalar(&[first & 0x07, second, third, fourth]), 4),
        // Cut off by the end of the input: one for the rest.
        _ => (None, rest.len()),
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// The character of these bytes, six bits each; nothing for a surrogate.
fn scalar(bytes: &[u8]) -> Option<char> {
    let value = bytes
        .iter()
        .fold(0, |value, &byte| value << 6 | u32::from(byte & 0x3F));
    char::from_u32(value)
}

#[cfg(test)]
mod tests {
    use super::decode;

    const R: &str = "\u{FFFD}";

    /// Each malformed sequence becomes as many U+FFFD as in the JDK. The
    /// expected counts were printed by JDK 17.
    #[test]
    fn malformed_sequences_are_replaced_as_in_the_jdk() {
        let cases: &[(&[u8], usize)] = &[
            (b"\x80", 1),
            (b"\xC0\x80", 2),
            (b"\xC1\xBF", 2),
            (b"\xC3", 1),
            (b"\xE2", 1),
            (b"\xE2\x82", 1),
            (b"\xE0\x80\x80", 3),
            (b"\xE0\x9F", 2),
            (b"\xED\xA0\x80", 1),
            (b"\xED\xA0", 1),
            (b"\xED\xA0\xBD\xED\xB8\x80", 2),
            (b"\xF0", 1),
            (b"\xF0\x9F", 1),
            (b"\xF0\x9F\x98", 1),
            (b"\xF0\x80\x80\x80", 4),
            (b"\xF0\x8F", 2),
            (b"\xF4\x90\x80\x80", 4),
            (b"\xF5\x80\x80\x80", 4),
            (b"\xF7\xBF\xBF\xBF", 4),
            (b"\xF8\x88\x80\x80\x80", 5),
            (b"\xFF\xFF\xFF", 3),
        ];
        for &(bytes, count) in cases {
            assert_eq!(decode(bytes), R.repeat(count), "{bytes:02X?}");
        }
    }

    /// What follows a malformed sequence is read anew.
    #[test]
    fn text_after_a_malformed_sequence_is_kept() {
        let cases: &[(&[u8], &str)] = &[
            (b"\xC3z", "\u{FFFD}z"),
            (b"\xE2\x82z", "\u{FFFD}z"),
            (b"\xE2zz", "\u{FFFD}zz"),
            (b"\xED\xA0z", "\u{FFFD}z"),
            (b"\xF0\x9Fz", "\u{FFFD}z"),
            (b"\xF0\x9F\x98z", "\u{FFFD}z"),
            (b"\xF0\x9F\xC3\xA9", "\u{FFFD}é"),
            (b"\xF5zzz", "\u{FFFD}zzz"),
        ];
        for &(bytes, text) in cases {
            assert_eq!(decode(bytes), text, "{bytes:02X?}");
        }
    }

    /// Well-formed text is left alone, whatever its lengths.
    #[test]
    fn utf_8_is_decoded_as_it_is() {
        for value in (0..=0x0010_FFFF).step_by(7) {
            if let Some(character) = char::from_u32(value) {
                let text = format!("a{character}b");
                assert_eq!(decode(text.as_bytes()), text);
            }
        }
    }

    /// Without surrogates the JDK replaces as Rust does: all sequences of up to
    /// four interesting bytes.
    #[test]
    fn all_but_surrogates_agrees_with_the_standard_library() {
        const BYTES: [u8; 20] = [
            b'a', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
            0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF,
        ];
        let mut sequences: Vec<Vec<u8>> = vec![Vec::new()];
        for _ in 0..4 {
            sequences = sequences
                .iter()
                .flat_map(|head| BYTES.iter().map(move |&byte| [head, &[byte][..]].concat()))
                .collect();
            for bytes in &sequences {
                assert_eq!(
                    decode(bytes),
                    String::from_utf8_lossy(bytes),
                    "{bytes:02X?}"
                );
            }
        }
    }
}
