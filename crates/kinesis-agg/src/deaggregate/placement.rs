//! Where the hash keys of user records lie, seen from a range.
//!
//! Hash keys are taken from *used* table entries alone, each once however many
//! user records share it, and their MD5 many at a time.

use super::notes::{NO_KEY, Notes, recycle};
use super::range::RangePolicy;
use super::verdict::Verdict;
use crate::wire::Span;
use crate::{HashKey, HashKeyRange, Key, Placement};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use kinesis_agg_md5 as md5;

/// How many partition keys are hashed together: enough for all lanes, and a
/// bound for the list of them.
const TOGETHER: usize = 1024;

/// What is known of a partition key.
const UNUSED: u8 = 0;
const USED: u8 = 1;
const IN_RANGE: u8 = 2;
const OUT_OF_RANGE: u8 = 3;

impl Notes {
    /// Step 3: notes for each user record where it lies, and drops aggregates as
    /// `policy` says.
    pub(super) fn place(&mut self, blobs: &[&[u8]], range: HashKeyRange, policy: RangePolicy) {
        self.placed = true;
        self.mark_used();
        self.hash_used(blobs, range);
        self.place_records(blobs, range);
        if policy == RangePolicy::DropAggregate {
            self.drop_straddling();
        }
    }

    /// Marks the partition keys whose hash key is needed.
    fn mark_used(&mut self) {
        self.key_states.resize(self.partition_keys.len(), UNUSED);
        for blob in self.blobs.iter() {
            let states = &mut self.key_states[blob.partition_keys.clone()];
            for note in &self.records[blob.records.clone()] {
                if note.explicit_hash_key() == NO_KEY {
                    states[note.partition_key() as usize] = USED;
                }
            }
        }
    }

    /// Replaces each mark by the verdict over the key.
    fn hash_used(&mut self, blobs: &[&[u8]], range: HashKeyRange) {
        let mut texts = recycle(core::mem::take(&mut self.messages));
        for (blob, note) in blobs.iter().zip(self.blobs.iter()) {
            for place in note.partition_keys.clone() {
                if self.key_states[place] != USED {
                    continue;
                }
                let bytes: &[u8] = self.partition_keys[place].of(blob);
                match Key::new(bytes).as_str() {
                    Cow::Borrowed(text) => {
                        texts.push(text.as_bytes());
                        self.hashing.push(place);
                    }
                    // Rare, and borrowed from nowhere: at once.
                    Cow::Owned(text) => {
                        let hash_key = HashKey::of_partition_key(&text);
                        self.key_states[place] = state(range.contains(hash_key));
                    }
                }
                if texts.len() == TOGETHER {
                    md5::digest_many(&texts, &mut self.digests);
                    settle(
                        &self.digests,
                        &mut self.hashing,
                        &mut self.key_states,
                        range,
                    );
                    texts.clear();
                }
            }
        }
        md5::digest_many(&texts, &mut self.digests);
        settle(
            &self.digests,
            &mut self.hashing,
            &mut self.key_states,
            range,
        );
        self.messages = recycle(texts);
    }

    fn place_records(&mut self, blobs: &[&[u8]], range: HashKeyRange) {
        for (bytes, blob) in blobs.iter().zip(self.blobs.iter()) {
            let states = &self.key_states[blob.partition_keys.clone()];
            let explicit_hash_keys = &self.explicit_hash_keys[blob.explicit_hash_keys.clone()];
            for note in &mut self.records[blob.records.clone()] {
                let placement = match note.explicit_hash_key() {
                    NO_KEY if states[note.partition_key() as usize] == IN_RANGE => {
                        Placement::InRange
                    }
                    NO_KEY => Placement::OutOfRange,
                    number => place_explicit(explicit_hash_keys[number as usize], bytes, range),
                };
                note.place(placement);
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

const fn state(in_range: bool) -> u8 {
    if in_range { IN_RANGE } else { OUT_OF_RANGE }
}

fn place_explicit(key: Span, blob: &[u8], range: HashKeyRange) -> Placement {
    match HashKey::from_decimal(key.of(blob)) {
        None => Placement::Unplaceable,
        Some(hash_key) if range.contains(hash_key) => Placement::InRange,
        Some(_) => Placement::OutOfRange,
    }
}

/// Notes what the digests of the keys at the places `hashing` say of them, and
/// empties that list.
fn settle(
    digests: &[md5::Digest],
    hashing: &mut Vec<usize>,
    states: &mut [u8],
    range: HashKeyRange,
) {
    for (place, digest) in hashing.drain(..).zip(digests) {
        states[place] = state(range.contains(HashKey::from_digest(*digest)));
    }
}
