//! User records as producers are given them: valid keys of all kinds, sizes at
//! the edges, tags.

use super::Dice;
use crate::record::{TestRecord, TestTag};

/// What user records to make.
///
/// All keys are valid for a producer: partition keys of 1 to 256 characters,
/// explicit hash keys in the service's pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    /// How many different partition keys there are; 0: every one is new.
    pub distinct_keys: usize,
    /// Whether partition keys are of all kinds; else short hexadecimal ones.
    pub odd_keys: bool,
    /// How many of a hundred user records have an explicit hash key.
    pub explicit_hash_key_percent: usize,
    /// How long the data is.
    pub data: DataSize,
    /// How many of a hundred user records have tags.
    pub tags_percent: usize,
}

/// How long the data of user records is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataSize {
    /// All of this length.
    Fixed(usize),
    /// Any length up to this one.
    UpTo(usize),
    /// Mostly at the edges: 0, 1, where a length takes another byte (126 to 129,
    /// seldom 16,383 to 16,385), else up to 300.
    Edges,
}

impl Profile {
    /// Everything: odd keys, edges, explicit hash keys, tags. The default.
    pub const MIXED: Self = Self {
        distinct_keys: 9,
        odd_keys: true,
        explicit_hash_key_percent: 40,
        data: DataSize::Edges,
        tags_percent: 20,
    };

    /// 100 bytes, every partition key new.
    pub const SMALL: Self = Self {
        distinct_keys: 0,
        odd_keys: false,
        explicit_hash_key_percent: 0,
        data: DataSize::Fixed(100),
        tags_percent: 0,
    };

    /// Up to 5 bytes, few partition keys.
    pub const TINY: Self = Self {
        distinct_keys: 3,
        data: DataSize::UpTo(5),
        ..Self::SMALL
    };

    /// 5 KiB, every partition key new, half with an explicit hash key.
    pub const LARGE: Self = Self {
        explicit_hash_key_percent: 50,
        data: DataSize::Fixed(5 * 1024),
        ..Self::SMALL
    };
}

impl Default for Profile {
    fn default() -> Self {
        Self::MIXED
    }
}

/// `count` user records.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::generate::{Profile, user_records};
///
/// let records = user_records(1, 20, Profile::MIXED);
/// assert_eq!(records.len(), 20);
/// assert_eq!(records, user_records(1, 20, Profile::MIXED));
/// ```
pub fn user_records(seed: u64, count: usize, profile: Profile) -> Vec<TestRecord> {
    let mut dice = Dice::new(seed);
    let known: Vec<String> = (0..profile.distinct_keys)
        .map(|_| key(&mut dice, profile))
        .collect();
    let hash_keys: Vec<u128> = (0..3).map(|_| hash_key(&mut dice)).collect();
    let record = |_| TestRecord {
        partition_key: match known.as_slice() {
            [] => key(&mut dice, profile),
            known => dice.pick(known).clone(),
        },
        explicit_hash_key: explicit_hash_key(&mut dice, profile, &hash_keys),
        data: data(&mut dice, profile.data),
        tags: tags(&mut dice, profile.tags_percent),
    };
    (0..count).map(record).collect()
}

/// `count` partition keys of all kinds, 1 to 256 characters each.
pub fn partition_keys(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice::new(seed);
    (0..count).map(|_| partition_key(&mut dice)).collect()
}

/// `count` hash keys: the ends, the middle, near powers of two, or any.
pub fn hash_keys(seed: u64, count: usize) -> Vec<u128> {
    let mut dice = Dice::new(seed);
    (0..count).map(|_| hash_key(&mut dice)).collect()
}

fn key(dice: &mut Dice, profile: Profile) -> String {
    if profile.odd_keys {
        partition_key(dice)
    } else {
        format!("{:016x}", dice.number())
    }
}

/// Keys that mean something elsewhere: to a JavaScript object, to JSON, to a
/// terminal, to whatever trims, folds or normalizes text.
const SPECIAL_KEYS: [&str; 20] = [
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "toString",
    "null",
    "undefined",
    "NaN",
    "true",
    " ",
    "a b ",
    "\t",
    "\0",
    "a\0b",
    "\"\\/",
    "\u{1B}[31m",
    "\u{FEFF}key",
    "e\u{301}",
    "\u{E9}",
    "\u{FFFD}",
    "\u{2028}",
];

fn partition_key(dice: &mut Dice) -> String {
    match dice.below(10) {
        // Integer-like: an object's keys of this kind are sorted by some.
        0 => dice.below(100).to_string(),
        1 => dice.number().to_string(),
        2 => (*dice.pick(&["0", "00", "-1", "+1", "1.0", "1e5", "007", "4294967295"])).to_owned(),
        3 | 4 => (*dice.pick(&SPECIAL_KEYS)).to_owned(),
        5 => format!("{:032x}", dice.wide()),
        6 => characters(dice, 256),
        _ => {
            let count = dice.between(1, 40);
            characters(dice, count)
        }
    }
}

/// `count` characters, all of one length in UTF-8, or of any.
fn characters(dice: &mut Dice, count: usize) -> String {
    let class = dice.below(5);
    (0..count)
        .map(|_| {
            let class = if class == 4 { dice.below(4) } else { class };
            character(dice, class)
        })
        .collect()
}

/// A character that takes one byte, two, three or four, by its class from 0.
fn character(dice: &mut Dice, class: usize) -> char {
    const RANGES: [(u32, u32); 4] = [
        (0x20, 0x7E),
        (0x80, 0x7FF),
        (0x800, 0xD7FF),
        (0x1_0000, 0x10_FFFF),
    ];
    let (low, high) = RANGES[class];
    let offset = dice.below((high - low + 1) as usize);
    let value = low + u32::try_from(offset).expect("within a range of characters");
    char::from_u32(value).expect("no surrogates in the ranges")
}

fn hash_key(dice: &mut Dice) -> u128 {
    match dice.below(8) {
        0 => 0,
        1 => u128::MAX,
        2 => *dice.pick(&[1, u128::MAX - 1, 1 << 127, (1 << 127) - 1]),
        3 => 1 << dice.below(128),
        4 => (1 << dice.below(128)) - 1,
        _ => dice.wide(),
    }
}

/// None, one of a few that come again, or any.
fn explicit_hash_key(dice: &mut Dice, profile: Profile, known: &[u128]) -> Option<String> {
    if !dice.chance(profile.explicit_hash_key_percent) {
        return None;
    }
    let hash_key = if dice.chance(50) {
        *dice.pick(known)
    } else {
        hash_key(dice)
    };
    Some(hash_key.to_string())
}

fn data(dice: &mut Dice, size: DataSize) -> Vec<u8> {
    let length = match size {
        DataSize::Fixed(length) => length,
        DataSize::UpTo(most) => dice.between(0, most),
        DataSize::Edges => match dice.below(100) {
            0..20 => 0,
            20..30 => 1,
            30..55 => dice.between(126, 129),
            55..57 => dice.between(16_383, 16_385),
            _ => dice.between(0, 300),
        },
    };
    dice.bytes(length)
}

fn tags(dice: &mut Dice, percent: usize) -> Vec<TestTag> {
    if !dice.chance(percent) {
        return Vec::new();
    }
    let tag = |dice: &mut Dice| {
        let key = text(dice);
        let value = dice.chance(60).then(|| text(dice));
        (key, value)
    };
    (0..dice.between(1, 3)).map(|_| tag(dice)).collect()
}

/// Text that may be empty, for tags.
fn text(dice: &mut Dice) -> String {
    let count = dice.between(0, 8);
    characters(dice, count)
}

#[cfg(test)]
mod tests {
    use super::{Profile, hash_keys, partition_keys, user_records};

    /// Every key that is made may be given to a producer.
    #[test]
    fn keys_are_valid_for_a_producer() {
        for key in partition_keys(3, 5_000) {
            assert!((1..=256).contains(&key.chars().count()), "{key:?}");
        }
        for record in user_records(4, 2_000, Profile::MIXED) {
            if let Some(key) = record.explicit_hash_key {
                assert!(
                    key.parse::<u128>()
                        .is_ok_and(|number| number.to_string() == key)
                );
            }
        }
    }

    /// The kinds that the generators promise do come.
    #[test]
    fn the_edges_come() {
        let keys = partition_keys(5, 5_000);
        assert!(keys.iter().any(|key| key == "__proto__"));
        assert!(keys.iter().any(|key| key.parse::<u64>().is_ok()));
        assert!(
            keys.iter()
                .any(|key| key.chars().count() == 256 && key.len() == 1_024)
        );
        let hash_keys = hash_keys(6, 1_000);
        assert!(hash_keys.contains(&0) && hash_keys.contains(&u128::MAX));
        let records = user_records(7, 5_000, Profile::MIXED);
        for length in [0, 1, 126, 127, 128, 129, 16_383, 16_384, 16_385] {
            assert!(
                records.iter().any(|record| record.data.len() == length),
                "{length}"
            );
        }
        let tags = || records.iter().flat_map(|record| &record.tags);
        assert!(tags().any(|(_, value)| value.is_none()));
        assert!(tags().any(|(_, value)| value.as_deref() == Some("")));
        assert!(tags().any(|(key, _)| key.is_empty()));
    }

    /// Few keys are few, and new keys are all new.
    #[test]
    fn profiles_say_how_many_keys_there_are() {
        let distinct = |profile| {
            let mut keys: Vec<String> = user_records(8, 500, profile)
                .into_iter()
                .map(|record| record.partition_key)
                .collect();
            keys.sort();
            keys.dedup();
            keys.len()
        };
        assert_eq!(distinct(Profile::SMALL), 500);
        assert_eq!(distinct(Profile::TINY), 3);
    }
}
