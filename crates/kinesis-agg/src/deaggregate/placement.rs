//! Where the hash keys of user records lie, seen from a range.
//!
//! Hash keys are taken from *used* table entries alone, each once however many
//! user records share it, and their MD5 many at a time. So no entry costs more
//! than its length, whatever uses it.

use super::notes::{NO_KEY, Notes, recycle};
use super::range::RangePolicy;
use super::verdict::Verdict;
use crate::{HashKey, HashKeyRange, Key, Placement};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use kinesis_agg_md5 as md5;

/// How many partition keys are hashed together: enough for all lanes, and a
/// bound for the list of them.
const TOGETHER: usize = 1024;

/// What is known of a key.
const UNUSED: u8 = 0;
const USED: u8 = 1;
const IN_RANGE: u8 = 2;
const OUT_OF_RANGE: u8 = 3;
const UNPLACEABLE: u8 = 4;

/// What is known of a key, once it is known where its hash key lies.
fn state(hash_key: Option<HashKey>, range: HashKeyRange) -> u8 {
    match hash_key {
        None => UNPLACEABLE,
        Some(hash_key) if range.contains(hash_key) => IN_RANGE,
        Some(_) => OUT_OF_RANGE,
    }
}

impl Notes {
    /// Step 3: notes for each user record where it lies, and drops aggregates as
    /// `policy` says.
    pub(super) fn place(&mut self, blobs: &[&[u8]], range: HashKeyRange, policy: RangePolicy) {
        self.placed = true;
        self.mark_used();
        self.read_explicit(blobs, range);
        self.hash_used(blobs, range);
        self.place_records();
        if policy == RangePolicy::DropAggregate {
            self.drop_straddling();
        }
    }

    /// Marks the keys that user records go by.
    fn mark_used(&mut self) {
        let len = self.partition_keys.len();
        self.partition_key_states.resize(len, UNUSED);
        let len = self.explicit_hash_keys.len();
        self.explicit_hash_key_states.resize(len, UNUSED);
        for blob in self.blobs.iter() {
            let partition_keys = &mut self.partition_key_states[blob.partition_keys.clone()];
            let explicit = &mut self.explicit_hash_key_states[blob.explicit_hash_keys.clone()];
            for note in &self.records[blob.records.clone()] {
                match note.explicit_hash_key() {
                    NO_KEY => partition_keys[note.partition_key() as usize] = USED,
                    number => explicit[number as usize] = USED,
                }
            }
        }
    }

    /// Replaces each mark of an explicit hash key by what is known of it.
    fn read_explicit(&mut self, blobs: &[&[u8]], range: HashKeyRange) {
        for (bytes, blob) in blobs.iter().zip(self.blobs.iter()) {
            let keys = &self.explicit_hash_keys[blob.explicit_hash_keys.clone()];
            let states = &mut self.explicit_hash_key_states[blob.explicit_hash_keys.clone()];
            for (key, known) in keys.iter().zip(states) {
                if *known == USED {
                    *known = state(HashKey::from_decimal(key.of(bytes)), range);
                }
            }
        }
    }

    /// Replaces each mark of a partition key by what is known of it.
    fn hash_used(&mut self, blobs: &[&[u8]], range: HashKeyRange) {
        let mut texts = recycle(core::mem::take(&mut self.messages));
        let (hashing, digests) = (&mut *self.hashing, &mut *self.key_digests);
        let states = &mut self.partition_key_states[..];
        for (blob, note) in blobs.iter().zip(self.blobs.iter()) {
            for place in note.partition_keys.clone() {
                if states[place] != USED {
                    continue;
                }
                let bytes: &[u8] = self.partition_keys[place].of(blob);
                match Key::new(bytes).as_str() {
                    Cow::Borrowed(text) => {
                        texts.push(text.as_bytes());
                        hashing.push(place);
                    }
                    // Rare, and borrowed from nowhere: at once.
                    Cow::Owned(text) => {
                        let hash_key = HashKey::of_partition_key(&text);
                        states[place] = state(Some(hash_key), range);
                    }
                }
                if texts.len() == TOGETHER {
                    settle(&mut texts, hashing, digests, states, range);
                }
            }
        }
        settle(&mut texts, hashing, digests, states, range);
        self.messages = recycle(texts);
    }

    fn place_records(&mut self) {
        for blob in self.blobs.iter() {
            let partition_keys = &self.partition_key_states[blob.partition_keys.clone()];
            let explicit = &self.explicit_hash_key_states[blob.explicit_hash_keys.clone()];
            for note in &mut self.records[blob.records.clone()] {
                let known = match note.explicit_hash_key() {
                    NO_KEY => partition_keys[note.partition_key() as usize],
                    number => explicit[number as usize],
                };
                note.place(match known {
                    IN_RANGE => Placement::InRange,
                    OUT_OF_RANGE => Placement::OutOfRange,
                    _ => Placement::Unplaceable,
                });
            }
        }
    }

    fn drop_straddling(&mut self) {
        for blob in self.blobs.iter_mut() {
            let records = &self.records[blob.records.clone()];
            if records
                .iter()
                .any(|note| note.placement() != Placement::InRange)
            {
                blob.verdict = Verdict::Dropped;
            }
        }
    }
}

/// Hashes `texts`, notes what that says of the keys at the places `hashing`, and
/// empties both lists.
fn settle(
    texts: &mut Vec<&[u8]>,
    hashing: &mut Vec<usize>,
    digests: &mut Vec<md5::Digest>,
    states: &mut [u8],
    range: HashKeyRange,
) {
    md5::digest_many(texts, digests);
    for (place, digest) in hashing.drain(..).zip(digests) {
        states[place] = state(Some(HashKey::from_digest(*digest)), range);
    }
    texts.clear();
}
