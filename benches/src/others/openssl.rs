//! MD5 by OpenSSL, through its EVP functions.
//!
//! One context for all messages: to fetch MD5 anew for each takes OpenSSL 3
//! longer than the MD5 of a partition key.

use openssl::error::ErrorStack;
use openssl::hash::{Hasher, MessageDigest};

/// The name and version of the library that was found.
pub fn version() -> &'static str {
    openssl::version::version()
}

/// Replaces `digests` by those of `messages`.
///
/// # Panics
///
/// When OpenSSL refuses MD5, as it does where FIPS 140 is in force.
pub(super) fn md5_each(messages: &[&[u8]], digests: &mut Vec<[u8; 16]>) {
    digests.clear();
    try_each(messages, digests).expect("OpenSSL computes MD5");
}

fn try_each(messages: &[&[u8]], digests: &mut Vec<[u8; 16]>) -> Result<(), ErrorStack> {
    let mut hasher = Hasher::new(MessageDigest::md5())?;
    for message in messages {
        hasher.update(message)?;
        let digest = hasher.finish()?;
        digests.extend(<[u8; 16]>::try_from(&digest[..]));
    }
    Ok(())
}
