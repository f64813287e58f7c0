//! Hash keys: where in the key space of a stream a record lies.
//!
//! A hash key is a number of 128 bits. It is the explicit hash key where a user
//! record has one, else the MD5 of the partition key's UTF-8, read as a
//! big-endian number. A shard owns a range of hash keys, both ends included.
//!
//! Source: the service's description of `PutRecord` and `HashKeyRange`.

use core::fmt;
use kinesis_agg_md5 as md5;

/// A hash key: 0 to 2^128-1.
///
/// # Examples
///
/// ```
/// use kinesis_agg::HashKey;
///
/// let hash_key = HashKey::of_partition_key("customer-7");
/// assert_eq!(HashKey::from_decimal(hash_key.to_string()), Some(hash_key));
/// assert_eq!(HashKey::from_decimal("340282366920938463463374607431768211456"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashKey(u128);

/// Decimal digits that surely fit 64 bits.
const DIGITS: usize = 19;

impl HashKey {
    /// The lowest hash key, 0.
    pub const MIN: Self = Self(0);
    /// The highest hash key, 2^128-1.
    pub const MAX: Self = Self(u128::MAX);

    /// The hash key `number`.
    pub const fn new(number: u128) -> Self {
        Self(number)
    }

    /// The hash key as a number.
    pub const fn get(self) -> u128 {
        self.0
    }

    /// The hash key that Kinesis gives a record of this partition key without
    /// explicit hash key: one MD5 of the key.
    pub fn of_partition_key(partition_key: &str) -> Self {
        Self::from_digest(md5::digest(partition_key.as_bytes()))
    }

    /// The hash key that is the MD5 `digest` of a partition key.
    pub(crate) const fn from_digest(digest: md5::Digest) -> Self {
        Self(u128::from_be_bytes(digest))
    }

    /// Reads an explicit hash key: ASCII digits, leading zeros allowed, below
    /// 2^128. `None` for anything else: such a key places its record nowhere.
    pub fn from_decimal(digits: impl AsRef<[u8]>) -> Option<Self> {
        let digits = digits.as_ref();
        if digits.is_empty() {
            return None;
        }
        let mut number = 0_u128;
        // A number that overflows ends the loop: only zeros can be many. Digits in
        // pieces, since a sum of 128 bits costs several of 64.
        for digits in digits.chunks(DIGITS) {
            let (mut piece, mut scale) = (0_u64, 1_u64);
            for digit in digits {
                let digit = char::from(*digit).to_digit(10)?;
                piece = piece * 10 + u64::from(digit);
                scale *= 10;
            }
            number = number
                .checked_mul(scale.into())?
                .checked_add(piece.into())?;
        }
        Some(Self(number))
    }

    /// Reads an explicit hash key as the service takes it in requests: as
    /// [`from_decimal`](Self::from_decimal), but without leading zeros.
    pub fn from_request(digits: impl AsRef<[u8]>) -> Option<Self> {
        let digits = digits.as_ref();
        if digits.len() > 1 && digits[0] == b'0' {
            return None;
        }
        Self::from_decimal(digits)
    }
}

impl From<u128> for HashKey {
    fn from(number: u128) -> Self {
        Self(number)
    }
}

impl From<HashKey> for u128 {
    fn from(hash_key: HashKey) -> Self {
        hash_key.0
    }
}

impl fmt::Display for HashKey {
    /// The decimal digits, without leading zeros.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HashKey({})", self.0)
    }
}

/// The hash keys from a starting to an ending hash key, both included.
///
/// Never empty. The range of a shard, or the span of an aggregate.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HashKeyRange {
    start: HashKey,
    end: HashKey,
}

impl HashKeyRange {
    /// All hash keys.
    pub const ALL: Self = Self {
        start: HashKey::MIN,
        end: HashKey::MAX,
    };

    /// The range from `start` to `end`, both included; `None` when `end` is
    /// below `start`.
    pub fn new(start: HashKey, end: HashKey) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }

    /// The range between two hash keys in decimal, as ListShards gives them; `None`
    /// when one is no hash key, or `end` is below `start`.
    ///
    /// # Examples
    ///
    /// ```
    /// use kinesis_agg::{HashKey, HashKeyRange};
    ///
    /// let range = HashKeyRange::from_decimal("0", "99").unwrap();
    /// assert!(range.contains(HashKey::new(99)));
    /// ```
    pub fn from_decimal(start: impl AsRef<[u8]>, end: impl AsRef<[u8]>) -> Option<Self> {
        Self::new(HashKey::from_decimal(start)?, HashKey::from_decimal(end)?)
    }

    /// The range of one hash key.
    pub const fn only(hash_key: HashKey) -> Self {
        Self {
            start: hash_key,
            end: hash_key,
        }
    }

    /// The starting hash key.
    pub const fn start(&self) -> HashKey {
        self.start
    }

    /// The ending hash key.
    pub const fn end(&self) -> HashKey {
        self.end
    }

    /// True when `hash_key` lies in this range.
    pub fn contains(&self, hash_key: HashKey) -> bool {
        self.start <= hash_key && hash_key <= self.end
    }

    /// True when all of `other` lies in this range.
    pub fn contains_range(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range with all of this one and `hash_key` in it.
    #[must_use]
    pub fn including(&self, hash_key: HashKey) -> Self {
        Self {
            start: self.start.min(hash_key),
            end: self.end.max(hash_key),
        }
    }
}

impl fmt::Display for HashKeyRange {
    /// Both ends in decimal, a hyphen between them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.start, self.end)
    }
}

impl fmt::Debug for HashKeyRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HashKeyRange({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::{HashKey, HashKeyRange};
    use alloc::string::ToString;

    const TOP: &str = "340282366920938463463374607431768211455";
    const PAST_TOP: &str = "340282366920938463463374607431768211456";

    /// Reading takes leading zeros, a request does not; neither takes signs,
    /// spaces, other digits, or 2^128.
    #[test]
    fn explicit_hash_keys() {
        for (text, read, request) in [
            ("0", Some(0), Some(0)),
            ("7", Some(7), Some(7)),
            ("07", Some(7), None),
            ("00", Some(0), None),
            (TOP, Some(u128::MAX), Some(u128::MAX)),
            (PAST_TOP, None, None),
            ("9999999999999999999999999999999999999999", None, None),
            ("", None, None),
            ("+7", None, None),
            ("-0", None, None),
            (" 7", None, None),
            ("7\n", None, None),
            ("0x10", None, None),
            ("\u{661}", None, None),
        ] {
            assert_eq!(
                HashKey::from_decimal(text),
                read.map(HashKey::new),
                "{text}"
            );
            assert_eq!(
                HashKey::from_request(text),
                request.map(HashKey::new),
                "{text}"
            );
        }
        let zeros = "0".repeat(1000) + TOP;
        assert_eq!(HashKey::from_decimal(zeros), Some(HashKey::MAX));
    }

    /// MD5 of the key, first byte first: the figure that the KPL shows for "a".
    #[test]
    fn hash_key_of_a_partition_key() {
        let hash_key = HashKey::of_partition_key("a");
        assert_eq!(hash_key.get(), 0x0cc1_75b9_c0f1_b6a8_31c3_99e2_6977_2661);
        assert_eq!(HashKey::MAX.to_string(), TOP);
    }

    /// Both ends belong to a range, their neighbours do not.
    #[test]
    fn ranges_include_both_ends() {
        let key = HashKey::new;
        let range = HashKeyRange::new(key(5), key(9)).unwrap();
        for (number, inside) in [(4, false), (5, true), (7, true), (9, true), (10, false)] {
            assert_eq!(range.contains(key(number)), inside, "{number}");
        }
        assert_eq!(HashKeyRange::new(key(9), key(5)), None);
        assert!(HashKeyRange::ALL.contains(HashKey::MIN));
        assert!(HashKeyRange::ALL.contains(HashKey::MAX));
        assert!(HashKeyRange::ALL.contains_range(&range));
        assert!(!range.contains_range(&range.including(key(10))));
        assert_eq!(range.including(key(2)).to_string(), "2-9");
    }
}
