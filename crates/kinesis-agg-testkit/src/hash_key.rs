//! Hash keys and the ranges of them that shards own.
//!
//! ```text
//! effective hash key = explicit hash key, decimal
//!                    | MD5(UTF-8 of the partition key), unsigned big-endian
//! ```
//!
//! Ranges hold whole numbers of any size, because the KCL takes any
//! `BigInteger` for a range and for an explicit hash key: a range may start
//! below 0 and end beyond 2^128-1, and so may a key. Two readings of an
//! explicit hash key stand side by side: [`java_big_integer`], the KCL's, and
//! [`ascii_decimal`], what this project promises.
//!
//! Source: the KCL's `AggregatorUtil`, `java.math.BigInteger` and
//! `Character.digit` of JDK 17 (Unicode 13); rules 7 and 8 of the vectors'
//! README.

use num_bigint::{BigInt, Sign};

use crate::frame::md5;

/// The hash keys of a shard, from `starting` to `ending`, both inclusive.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::HashKeyRange;
///
/// let lower_half = HashKeyRange::new(0, u128::MAX / 2);
/// assert!(lower_half.contains_key(0));
/// assert!(!lower_half.contains_key(u128::MAX));
/// assert!(HashKeyRange::whole().contains_key(u128::MAX));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HashKeyRange {
    /// The lowest hash key inside.
    pub starting: BigInt,
    /// The highest hash key inside.
    pub ending: BigInt,
}

impl HashKeyRange {
    /// From `starting` to `ending`, both inclusive; empty when they are reversed.
    pub fn new(starting: u128, ending: u128) -> Self {
        Self {
            starting: starting.into(),
            ending: ending.into(),
        }
    }

    /// All hash keys, 0 to 2^128-1.
    pub fn whole() -> Self {
        Self::new(0, u128::MAX)
    }

    /// Whether a number of any size is inside.
    pub fn contains(&self, hash_key: &BigInt) -> bool {
        (&self.starting..=&self.ending).contains(&hash_key)
    }

    /// Whether a hash key is inside.
    pub fn contains_key(&self, hash_key: u128) -> bool {
        self.contains(&hash_key.into())
    }

    /// Both ends as hash keys, if they are: a range of a real shard.
    pub fn as_hash_keys(&self) -> Option<(u128, u128)> {
        let starting = u128::try_from(&self.starting).ok()?;
        let ending = u128::try_from(&self.ending).ok()?;
        Some((starting, ending))
    }
}

/// The hash key of a partition key.
pub fn of_partition_key(partition_key: &str) -> u128 {
    u128::from_be_bytes(md5(partition_key.as_bytes()))
}

/// An explicit hash key as this project reads it.
///
/// One or more ASCII digits, leading zeros allowed, below 2^128; nothing else
/// is a hash key (`None`: the user record is unplaceable).
pub fn ascii_decimal(explicit_hash_key: &[u8]) -> Option<u128> {
    if !explicit_hash_key.iter().all(u8::is_ascii_digit) {
        // `u128::from_str` would take a plus sign.
        return None;
    }
    str::from_utf8(explicit_hash_key).ok()?.parse().ok()
}

/// An explicit hash key as `new java.math.BigInteger(text)` reads it.
///
/// `None` stands for the `NumberFormatException`.
pub fn java_big_integer(text: &str) -> Option<BigInt> {
    // One sign, and only in front.
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (Sign::Minus, digits),
        None => (Sign::Plus, text.strip_prefix('+').unwrap_or(text)),
    };
    // At least one digit after it.
    if digits.is_empty() {
        return None;
    }
    // Every other character is a decimal digit of some script: signs further on,
    // spaces, points, letters and NUL are refused.
    let digits: Vec<u8> = digits.chars().map(java_digit).collect::<Option<_>>()?;
    // Leading zeros count for nothing, and the sign of zero neither.
    BigInt::from_radix_be(sign, &digits, 10)
}

/// `Character.digit(character, 10)`, where it is not -1.
///
/// Java looks at UTF-16 units, so the digits beyond the Basic Multilingual
/// Plane, which take two, are none.
pub fn java_digit(character: char) -> Option<u8> {
    let unit = u16::try_from(u32::from(character)).ok()?;
    let zero = DECIMAL_ZEROS.iter().rev().find(|&&zero| zero <= unit)?;
    u8::try_from(unit - zero).ok().filter(|digit| *digit < 10)
}

/// The digit zero of every script in the Basic Multilingual Plane, ascending;
/// one to nine follow it. Unicode 13, which JDK 17 knows.
const DECIMAL_ZEROS: [u16; 37] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10,
];
