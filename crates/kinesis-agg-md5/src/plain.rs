//! One message after the other, by the crate `md-5`.

use md5::Digest as _;

/// Returns the MD5 of `message`.
pub(crate) fn digest(message: &[u8]) -> crate::Digest {
    md5::Md5::digest(message).into()
}

#[cfg(test)]
mod tests {
    use crate::{Digest, digest, digest_many};
    use alloc::{format, string::String, vec::Vec};

    fn hex(digest: Digest) -> String {
        format!("{:032x}", u128::from_be_bytes(digest))
    }

    /// The test suite of RFC 1321, appendix A.5.
    #[test]
    fn the_suite_of_the_rfc() {
        for (message, expected) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (
                "abcdefghijklmnopqrstuvwxyz",
                "c3fcd3d76192e4007dfb496cca67e13b",
            ),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f",
            ),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ] {
            assert_eq!(hex(digest(message.as_bytes())), expected, "{message:?}");
        }
    }

    /// A batch gives what its messages give one by one, and forgets what the
    /// vector held before.
    #[test]
    fn many_are_as_one_by_one() {
        let longest = if cfg!(miri) { 70 } else { 300 };
        let bytes: Vec<u8> = (0..=250).cycle().take(longest).collect();
        let messages: Vec<&[u8]> = (0..=bytes.len()).map(|len| &bytes[..len]).collect();
        let mut digests = Vec::from([[7; 16]; 3]);
        digest_many(&messages, &mut digests);
        assert_eq!(digests.len(), messages.len());
        for (message, found) in messages.iter().zip(&digests) {
            assert_eq!(*found, digest(message), "{} bytes", message.len());
        }
    }
}
