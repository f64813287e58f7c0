//! From an aggregate that takes no more user records to a Kinesis record: the
//! checksum and the hash keys.

use super::options::KPL_PARTITION_KEY;
use super::{Aggregator, OuterPartitionKey};
use crate::wire::Span;
use crate::{AggregatedRecord, HashKey, HashKeyRange, frame};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::{self, Vec};
use core::{fmt, slice};
use kinesis_agg_md5 as md5;

/// An aggregate that is complete but for its checksum and its hash keys.
///
/// Both are MD5, and cheapest for many aggregates together: collect what is full
/// and give it to [`seal_many`].
#[derive(Clone)]
#[must_use = "the user records inside are lost with it"]
pub struct Unsealed {
    /// A frame without checksum, with room for it; or bare data.
    data: Vec<u8>,
    framed: bool,
    /// The partition key of the Kinesis record; of bare data its own.
    partition_key: String,
    /// Whether a frame goes with a hash key.
    outer_hash_key: bool,
    /// The hash key of the first user record; `None` while it waits for the MD5
    /// of its partition key.
    first_hash_key: Option<HashKey>,
    /// The explicit hash key of the user record in bare data.
    bare_hash_key: Option<HashKey>,
    user_record_count: usize,
    /// Lowest and highest of the hash keys that are known.
    known_span: Option<HashKeyRange>,
    /// Where in `data` the partition keys lie whose hash keys are not known.
    to_hash: Vec<Span>,
}

impl Aggregator {
    /// Takes the open aggregate, which is not empty, and leaves an empty one.
    pub(super) fn take(&mut self) -> Unsealed {
        let bare = self.count == 1 && self.first.bare;
        let unsealed = Unsealed {
            data: if bare { self.take_bare() } else { self.join() },
            framed: !bare,
            partition_key: match self.options.outer_partition_key() {
                OuterPartitionKey::Kpl if !bare => KPL_PARTITION_KEY.to_owned(),
                OuterPartitionKey::Kpl | OuterPartitionKey::First => {
                    self.first.partition_key.clone()
                }
            },
            outer_hash_key: self.options.outer_hash_key(),
            first_hash_key: self.first.hash_key,
            bare_hash_key: self.first.explicit_hash_key,
            user_record_count: self.count,
            known_span: self.span,
            to_hash: if bare {
                Vec::new()
            } else {
                self.partition_keys.to_hash(frame::MAGIC.len())
            },
        };
        self.partition_keys.clear();
        self.explicit_hash_keys.clear();
        self.records.restart();
        self.count = 0;
        self.span = None;
        unsealed
    }

    /// The data of the only user record: the last field of its record, as it has
    /// no tags.
    fn take_bare(&self) -> Vec<u8> {
        self.records[self.records.len() - self.first.data_len..].to_vec()
    }

    /// Magic, tables and records in one buffer, with room for the checksum.
    fn join(&self) -> Vec<u8> {
        let parts = [
            &frame::MAGIC[..],
            self.partition_keys.fields(),
            self.explicit_hash_keys.fields(),
            &self.records,
        ];
        let len = parts.iter().map(|part| part.len()).sum::<usize>();
        let mut data = Vec::with_capacity(len + frame::CHECKSUM_LEN);
        for part in parts {
            data.extend_from_slice(part);
        }
        data
    }
}

impl fmt::Debug for Unsealed {
    /// Counts and sizes, not the user records.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Unsealed")
            .field("user_record_count", &self.user_record_count)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

impl Unsealed {
    /// How many user records are inside; at least 1.
    pub const fn user_record_count(&self) -> usize {
        self.user_record_count
    }

    /// Bytes that the Kinesis record will have: data and partition key.
    pub fn size(&self) -> usize {
        let checksum = if self.framed { frame::CHECKSUM_LEN } else { 0 };
        self.data.len() + checksum + self.partition_key.len()
    }

    /// Computes the checksum and the hash keys that are missing.
    #[must_use = "the user records inside are lost with it"]
    pub fn seal(self) -> AggregatedRecord {
        let mut digests = Vec::new();
        md5::digest_many(&Vec::from_iter(self.jobs()), &mut digests);
        self.sealed(&digests)
    }

    /// What is to be hashed: the message of a frame, then the partition keys
    /// whose hash keys are not known. The first user record's is the first of
    /// them, unless it has a hash key already.
    fn jobs(&self) -> impl Iterator<Item = &[u8]> {
        let message = self.framed.then(|| &self.data[frame::MAGIC.len()..]);
        let alone = (!self.framed && self.first_hash_key.is_none())
            .then_some(self.partition_key.as_bytes());
        let keys = self.to_hash.iter().map(|key| key.of(&self.data));
        message.into_iter().chain(alone).chain(keys)
    }

    /// How many [`jobs`](Self::jobs) there are. Options and slices hint exactly.
    fn job_count(&self) -> usize {
        self.jobs().size_hint().0
    }

    /// Puts in the `digests` of what [`jobs`](Self::jobs) asked for.
    fn sealed(mut self, digests: &[md5::Digest]) -> AggregatedRecord {
        let mut hash_keys = digests.iter();
        if self.framed {
            self.data.extend(hash_keys.next().into_iter().flatten());
        }
        let mut hash_keys = hash_keys.map(|digest| HashKey::from_digest(*digest));
        let first = self.first_hash_key.or_else(|| hash_keys.next());
        let first = first.unwrap_or(HashKey::MIN);
        let known = self.known_span.unwrap_or(HashKeyRange::only(first));
        let hash_key_span = hash_keys.fold(known.including(first), |span, hash_key| {
            span.including(hash_key)
        });
        AggregatedRecord {
            partition_key: self.partition_key,
            explicit_hash_key: if self.framed {
                self.outer_hash_key.then_some(first)
            } else {
                self.bare_hash_key
            },
            data: self.data,
            user_record_count: self.user_record_count,
            hash_key_span,
            framed: self.framed,
        }
    }
}

/// The aggregates that a user record pushed out: as a rule none.
///
/// Each has to be sealed and sent, so this is to be used, by `extend` or `for`.
#[derive(Clone, Debug, Default)]
#[must_use = "the user records inside are lost with it"]
pub struct Full {
    unsealed: Vec<Unsealed>,
}

impl Full {
    /// How many aggregates there are.
    pub const fn len(&self) -> usize {
        self.unsealed.len()
    }

    /// Looks at them.
    pub fn iter(&self) -> slice::Iter<'_, Unsealed> {
        self.unsealed.iter()
    }

    /// True when the user record pushed out none.
    pub const fn is_empty(&self) -> bool {
        self.unsealed.is_empty()
    }
}

impl FromIterator<Unsealed> for Full {
    fn from_iter<I: IntoIterator<Item = Unsealed>>(unsealed: I) -> Self {
        Self {
            unsealed: Vec::from_iter(unsealed),
        }
    }
}

impl Extend<Unsealed> for Full {
    fn extend<I: IntoIterator<Item = Unsealed>>(&mut self, unsealed: I) {
        self.unsealed.extend(unsealed);
    }
}

impl IntoIterator for Full {
    type Item = Unsealed;
    type IntoIter = vec::IntoIter<Unsealed>;

    fn into_iter(self) -> Self::IntoIter {
        self.unsealed.into_iter()
    }
}

impl<'a> IntoIterator for &'a Full {
    type Item = &'a Unsealed;
    type IntoIter = slice::Iter<'a, Unsealed>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Seals many aggregates, with all their MD5 computed together; the records are
/// in the order of the aggregates.
#[must_use = "the user records inside are lost with them"]
pub fn seal_many(unsealed: impl IntoIterator<Item = Unsealed>) -> Vec<AggregatedRecord> {
    seal_all(Vec::from_iter(unsealed), |jobs| {
        let mut digests = Vec::new();
        md5::digest_many(jobs, &mut digests);
        digests
    })
}

/// The same on up to so many threads, this one among them: as many as are worth
/// their start, which takes a quarter of a megabyte for each.
#[cfg(feature = "parallel")]
#[must_use = "the user records inside are lost with them"]
pub fn seal_many_with_threads(
    unsealed: impl IntoIterator<Item = Unsealed>,
    threads: core::num::NonZeroUsize,
) -> Vec<AggregatedRecord> {
    seal_all(Vec::from_iter(unsealed), |jobs| {
        crate::parallel::digest_many(jobs, threads)
    })
}

/// Seals aggregates with the digests of all their jobs together.
fn seal_all(
    unsealed: Vec<Unsealed>,
    digest: impl Fn(&[&[u8]]) -> Vec<md5::Digest>,
) -> Vec<AggregatedRecord> {
    let mut jobs = Vec::with_capacity(unsealed.iter().map(Unsealed::job_count).sum());
    for unsealed in &unsealed {
        jobs.extend(unsealed.jobs());
    }
    let digests = digest(&jobs);
    let mut rest = &digests[..];
    let seal = |unsealed: Unsealed| {
        let (own, others) = rest.split_at(unsealed.job_count());
        rest = others;
        unsealed.sealed(own)
    };
    unsealed.into_iter().map(seal).collect()
}
