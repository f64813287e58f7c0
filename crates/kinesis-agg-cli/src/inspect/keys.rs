//! Which partition keys there are, and how much stands under each.
//!
//! A stream may have any number of keys. The first 65,536 are counted apart, as
//! long as their text takes no more than 16 MiB; the user records of all others
//! are counted together, so that the sums stay right, and the summary says so.

use std::collections::HashMap;

/// Keys that are counted apart.
const MOST_KEYS: usize = 1 << 16;

/// Bytes of keys that are kept.
const MOST_BYTES: usize = 16 << 20;

/// What stands under a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) user_records: u64,
    /// Bytes of their data.
    pub(super) bytes: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.user_records += other.user_records;
        self.bytes += other.bytes;
    }
}

/// The keys seen so far.
#[derive(Debug, Default)]
pub(super) struct KeyCounts {
    counts: HashMap<Box<[u8]>, Tally>,
    bytes: usize,
    /// What stands under the keys that are not counted apart.
    others: Tally,
}

impl KeyCounts {
    /// Adds what stands under `key`.
    pub(super) fn add(&mut self, key: &[u8], tally: Tally) {
        if let Some(known) = self.counts.get_mut(key) {
            known.add(tally);
        } else if self.counts.len() < MOST_KEYS && key.len() <= MOST_BYTES - self.bytes {
            self.bytes += key.len();
            self.counts.insert(key.into(), tally);
        } else {
            self.others.add(tally);
        }
    }

    /// How many keys are counted apart.
    pub(super) fn len(&self) -> u64 {
        self.counts.len() as u64
    }

    /// What stands under all others.
    pub(super) const fn others(&self) -> Tally {
        self.others
    }

    /// The `size` of all, counted apart or not.
    pub(super) fn sum(&self, size: impl Fn(&Tally) -> u64) -> u64 {
        let apart = self.counts.values().map(&size).sum::<u64>();
        apart + size(&self.others)
    }

    /// The `count` keys with the largest `size`, the largest first.
    pub(super) fn top(&self, count: usize, size: impl Fn(&Tally) -> u64) -> Vec<(&[u8], Tally)> {
        let mut top = Vec::from_iter(self.counts.iter().map(|(key, tally)| (&**key, *tally)));
        let order = |a: &(&[u8], Tally), b: &(&[u8], Tally)| {
            let by_size = size(&b.1).cmp(&size(&a.1));
            by_size.then_with(|| a.0.cmp(b.0))
        };
        if count < top.len() {
            top.select_nth_unstable_by(count, order);
            top.truncate(count);
        }
        top.sort_unstable_by(order);
        top
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyCounts, MOST_BYTES, MOST_KEYS, Tally};

    fn tally(user_records: u64, bytes: u64) -> Tally {
        Tally {
            user_records,
            bytes,
        }
    }

    /// The largest come first, equal ones by their text.
    #[test]
    fn top_keys() {
        let mut counts = KeyCounts::default();
        for (key, records, bytes) in [("b", 2, 9), ("a", 2, 1), ("c", 1, 50), ("b", 1, 1)] {
            counts.add(key.as_bytes(), tally(records, bytes));
        }
        let by_records = counts.top(2, |tally| tally.user_records);
        assert_eq!(by_records, [(&b"b"[..], tally(3, 10)), (b"a", tally(2, 1))]);
        let by_bytes = counts.top(9, |tally| tally.bytes);
        let keys = Vec::from_iter(by_bytes.iter().map(|(key, _)| *key));
        assert_eq!(keys, [b"c", b"b", b"a"]);
    }

    /// Neither many keys nor long ones take memory without end; nothing that is
    /// counted is lost.
    #[test]
    fn keys_are_bounded() {
        let mut counts = KeyCounts::default();
        for number in 0..MOST_KEYS + 10 {
            counts.add(number.to_string().as_bytes(), tally(1, 2));
        }
        counts.add(b"7", tally(1, 2));
        assert_eq!(counts.len(), MOST_KEYS as u64);
        assert_eq!(counts.others(), tally(10, 20));

        let mut counts = KeyCounts::default();
        let long = vec![0; MOST_BYTES];
        counts.add(&long, tally(1, 1));
        counts.add(b"a", tally(1, 1));
        assert_eq!((counts.len(), counts.others()), (1, tally(1, 1)));
    }
}
