//! A table of an aggregate under construction: each key once, in the order of
//! first use.
//!
//! The keys live in one buffer, as the fields that will stand in the message. A
//! hash table of entry numbers finds them there.

use super::key_hasher::KeyHasher;
use crate::reused::{Recent, Reused};
use crate::wire::{Span, bytes_field_len, push_bytes_field};
use alloc::vec::Vec;
use core::fmt;
use hashbrown::HashTable;

/// Where a key stands, or would stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It has this number.
    Known(u32),
    /// It is new and has this hash.
    New { hash: u64 },
}

/// Keys, each once.
pub(super) struct KeyTable {
    /// Number of the protobuf field that holds an entry.
    field: u32,
    hasher: KeyHasher,
    /// All entries, each with tag and length.
    fields: Reused<u8>,
    entries: Reused<Entry>,
    numbers: HashTable<u32>,
    recent_numbers: Recent,
    /// The key of the user record before: a run of one key needs no hash.
    last: u32,
    #[cfg(test)]
    compared: core::cell::Cell<usize>,
}

/// An entry: where its key lies in the fields.
#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Span,
    /// Whether sealing has to hash it.
    to_hash: bool,
}

impl KeyTable {
    pub(super) fn new(field: u32, hasher: KeyHasher) -> Self {
        Self {
            field,
            hasher,
            fields: Reused::default(),
            entries: Reused::default(),
            numbers: HashTable::new(),
            recent_numbers: Recent::default(),
            last: 0,
            #[cfg(test)]
            compared: core::cell::Cell::new(0),
        }
    }

    /// The entries as they stand in the message.
    pub(super) fn fields(&self) -> &[u8] {
        &self.fields
    }

    /// Finds `key`; changes nothing.
    #[inline]
    pub(super) fn find(&self, key: &[u8]) -> Place {
        if self.is(self.last, key) {
            return Place::Known(self.last);
        }
        let hash = self.hasher.hash(key);
        match self.numbers.find(hash, |number| self.is(*number, key)) {
            Some(number) => Place::Known(*number),
            None => Place::New { hash },
        }
    }

    #[inline]
    fn is(&self, number: u32, key: &[u8]) -> bool {
        #[cfg(test)]
        self.compared.set(self.compared.get() + 1);
        let entry = self.entries.get(number as usize);
        entry.is_some_and(|entry| entry.key.of(&self.fields) == key)
    }

    /// The number that the key at `place` has, or will have.
    pub(super) fn number(&self, place: Place) -> u32 {
        match place {
            Place::Known(number) => number,
            Place::New { .. } => self.next_number(),
        }
    }

    /// Bytes that adding `key`, found at `place`, adds to the message.
    pub(super) const fn growth(place: Place, key: &[u8]) -> usize {
        match place {
            Place::Known(_) => 0,
            Place::New { .. } => bytes_field_len(key.len()),
        }
    }

    /// Adds `key`, found at `place`, if it is new; returns its number.
    pub(super) fn add(&mut self, place: Place, key: &[u8]) -> u32 {
        let number = self.number(place);
        if let Place::New { hash } = place {
            push_bytes_field(&mut self.fields, self.field, key);
            self.entries.push(Entry {
                key: Span::new(self.fields.len() - key.len(), key.len()),
                to_hash: false,
            });
            let Self {
                numbers,
                entries,
                fields,
                hasher,
                ..
            } = self;
            let rehash = |number: &u32| hasher.hash(entries[*number as usize].key.of(fields));
            numbers.insert_unique(hash, number, rehash);
        }
        self.last = number;
        number
    }

    /// Has sealing hash the key `number`.
    pub(super) fn mark_to_hash(&mut self, number: u32) {
        self.entries[number as usize].to_hash = true;
    }

    /// Where the keys to hash lie, `offset` bytes added.
    pub(super) fn to_hash(&self, offset: usize) -> Vec<Span> {
        let mut spans = Vec::with_capacity(self.entries.len());
        let marked = self.entries.iter().filter(|entry| entry.to_hash);
        spans.extend(marked.map(|entry| entry.key.moved(offset)));
        spans
    }

    /// Forgets all keys and keeps the memory that they needed of late.
    pub(super) fn clear(&mut self) {
        let (len, capacity) = (self.numbers.len(), self.numbers.capacity());
        // Clearing costs as much as the table is large, so an outlier must not stay.
        match self.recent_numbers.shrunk(len, capacity) {
            Some(capacity) => self.numbers = HashTable::with_capacity(capacity),
            None => self.numbers.clear(),
        }
        self.fields.restart();
        self.entries.restart();
        self.last = 0;
    }

    /// Bytes of memory that the table takes, rounded.
    pub(super) fn held(&self) -> usize {
        self.fields.capacity()
            + self.entries.capacity() * size_of::<Entry>()
            + self.numbers.capacity() * (size_of::<u32>() + 1)
    }

    /// An aggregate of at most 10 MiB has fewer entries than 2^32.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the size limit")]
    fn next_number(&self) -> u32 {
        self.entries.len() as u32
    }
}

impl fmt::Debug for KeyTable {
    /// How many keys there are, not the keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyTable of {} keys", self.entries.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyHasher, KeyTable, Place};
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    fn fill(hasher: KeyHasher, keys: &[String]) -> KeyTable {
        let mut table = KeyTable::new(1, hasher);
        for key in keys {
            let place = table.find(key.as_bytes());
            table.add(place, key.as_bytes());
        }
        table
    }

    /// Keys whose hashes, under the seed 0, share a group of the hash table and
    /// the bits that it compares first.
    fn colliding_under_seed_0(count: usize) -> Vec<String> {
        let hasher = KeyHasher::with_seed(0);
        let collides = |key: &String| {
            let hash = hasher.hash(key.as_bytes());
            hash.trailing_zeros() >= 9 && hash >> 57 == 0
        };
        let keys = (0_u32..).map(|number| format!("key-{number}"));
        keys.filter(collides).take(count).collect()
    }

    /// Each key gets the number of its first use, also when all keys share one
    /// bucket.
    #[test]
    fn keys_keep_their_numbers_under_any_hash() {
        let count = if cfg!(miri) { 40 } else { 300_u32 };
        let keys = Vec::from_iter((0..count).map(|number| format!("{number}")));
        for hasher in [KeyHasher::with_seed(7), KeyHasher::constant()] {
            let table = fill(hasher, &keys);
            for (number, key) in (0..).zip(&keys) {
                assert_eq!(table.find(key.as_bytes()), Place::Known(number));
            }
            assert_eq!(table.fields()[..3], *b"\x0a\x010");
        }
    }

    /// Keys chosen to collide cost an unseeded table a comparison for each pair;
    /// a table with another seed takes them as random keys.
    #[test]
    #[cfg_attr(miri, ignore = "a search over millions of hashes")]
    fn a_seed_takes_the_harm_from_chosen_keys() {
        let count = 250;
        let chosen = colliding_under_seed_0(count);
        let random = Vec::from_iter((0..count).map(|number| format!("random-{number}")));
        let comparisons =
            |seed, keys: &[String]| fill(KeyHasher::with_seed(seed), keys).compared.get();

        let pairs = count * (count - 1) / 2;
        assert!(comparisons(0, &chosen) >= pairs);
        // One comparison a key looks at the last one; the hash adds very few.
        assert!(comparisons(0, &random) < 2 * count);
        for seed in 1..50 {
            assert!(comparisons(seed, &chosen) < 2 * count, "seed {seed}");
        }
    }
}
