//! Corpora: user records of one size or of any up to a limit, and the full
//! aggregates of them.
//!
//! Everything follows from size, keys and count, so each run of each program
//! measures the same bytes. The data is random and does not compress.
//!
//! One size for all is kind to a reader that branches on each byte of a varint:
//! the processor soon knows which way. [`Size::UpTo`] is not, and its corpora
//! are large enough not to be known by heart.

use std::hint::black_box;

use bytes::Bytes;
use kinesis_agg::Options;
use kinesis_agg_testkit::generate::Dice;
use kinesis_agg_testkit::{TestRecord, frame};

use crate::{Walk, ours};

/// Bytes of data in a user record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many.
    Exactly(usize),
    /// Any number up to this one.
    UpTo(usize),
}

impl Size {
    /// The size in one word.
    pub fn name(self) -> String {
        match self {
            Self::Exactly(size) => format!("{size}B"),
            Self::UpTo(size) => format!("0-{size}B"),
        }
    }

    fn throw(self, dice: &mut Dice) -> usize {
        match self {
            Self::Exactly(size) => size,
            Self::UpTo(size) => dice.between(0, size),
        }
    }
}

/// The keys of user records: of 36 bytes, as a UUID has, unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Any of so many.
    Few(usize),
    /// Each for four user records that lie near each other.
    FourEach,
    /// The same, with an explicit hash key to each partition key.
    FourEachExplicit,
    /// Every one new.
    Distinct,
    /// Every one new, of 16 bytes.
    DistinctShort,
}

impl Keys {
    /// The keys in one word.
    pub fn name(self) -> String {
        match self {
            Self::Few(1) => "one-key".to_owned(),
            Self::Few(count) => format!("{count}-keys"),
            Self::FourEach => "four-each".to_owned(),
            Self::FourEachExplicit => "four-each-explicit".to_owned(),
            Self::Distinct => "distinct".to_owned(),
            Self::DistinctShort => "distinct-short".to_owned(),
        }
    }
}

/// User records and the full aggregates of them.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// Size and keys, as `100B-distinct`.
    pub name: String,
    /// The aggregates, all full.
    pub aggregates: Vec<Aggregate>,
}

/// A full aggregate and what is in it.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// The user records inside.
    pub user_records: Vec<TestRecord>,
    /// The frame.
    pub blob: Bytes,
    /// The message in the frame, in the same memory.
    pub message: Bytes,
}

impl Aggregate {
    fn new(user_records: Vec<TestRecord>, blob: Bytes) -> Self {
        let message = blob.slice(frame::MAGIC.len()..blob.len() - frame::SUM_LEN);
        Self {
            user_records,
            blob,
            message,
        }
    }
}

impl Corpus {
    /// So many full aggregates, of user records of this size with such keys.
    pub fn new(size: Size, keys: Keys, aggregates: usize) -> Self {
        Self::within(&ours::options(), size, keys, aggregates)
    }

    /// The same, full by other limits.
    pub fn within(options: &Options, size: Size, keys: Keys, aggregates: usize) -> Self {
        let mut source = Source::new(size, keys);
        let mut aggregator = ours::aggregator_with(options.clone());
        let mut user_records = Vec::new();
        let mut full = Vec::new();
        while full.len() < aggregates {
            let user_record = source.user_record();
            for unsealed in ours::push(&mut aggregator, &user_record) {
                let (_, _, blob) = unsealed.seal().into_parts();
                let user_records = std::mem::take(&mut user_records);
                full.push(Aggregate::new(user_records, blob.into()));
            }
            user_records.push(user_record);
        }
        Self {
            name: format!("{}-{}", size.name(), keys.name()),
            aggregates: full,
        }
    }

    /// What readers are measured by: few enough aggregates to stay in the cache
    /// of a core, but for those of any size.
    pub fn to_read() -> impl Iterator<Item = Self> {
        let sizes = [20, 100, 1024, 5120].map(Size::Exactly).into_iter();
        let keys = [
            Keys::Few(1),
            Keys::FourEach,
            Keys::FourEachExplicit,
            Keys::Distinct,
            Keys::DistinctShort,
        ];
        let of_one_size = sizes.flat_map(move |size| keys.map(|keys| Self::new(size, keys, 4)));
        let of_any_size = [Keys::FourEach, Keys::Distinct].into_iter();
        of_one_size.chain(of_any_size.map(|keys| Self::new(Size::UpTo(200), keys, 16)))
    }

    /// What readers of batches are measured by: 10 MB each, the largest answer
    /// to GetRecords.
    pub fn batches() -> impl Iterator<Item = Self> {
        let sizes = [20, 100, 1024].map(Size::Exactly).into_iter();
        sizes.map(|size| Self::new(size, Keys::FourEach, 200))
    }

    /// What writers are measured by: the aggregates of one flush.
    pub fn to_write() -> impl Iterator<Item = Self> {
        let sizes = [20, 100, 1024].map(Size::Exactly).into_iter();
        let keys = [Keys::Few(1), Keys::Few(8), Keys::Few(1000), Keys::Distinct];
        sizes.flat_map(move |size| keys.map(|keys| Self::new(size, keys, 16)))
    }

    /// Walks over each aggregate on its own, and keeps the optimizer from
    /// knowing either end.
    #[inline]
    pub fn walk_each(&self, mut walk: impl FnMut(&Aggregate) -> Option<Walk>) {
        for aggregate in &self.aggregates {
            black_box(walk(black_box(aggregate)));
        }
    }

    /// Encodes the user records of each aggregate.
    #[inline]
    pub fn encode_each(&self, mut encode: impl FnMut(&[TestRecord]) -> Vec<u8>) -> Vec<Vec<u8>> {
        let aggregates = self.aggregates.iter();
        aggregates
            .map(|aggregate| encode(black_box(&aggregate.user_records)))
            .collect()
    }

    /// All user records, in order.
    pub fn user_records(&self) -> impl Iterator<Item = &TestRecord> {
        let aggregates = self.aggregates.iter();
        aggregates.flat_map(|aggregate| &aggregate.user_records)
    }

    /// How many user records there are.
    pub fn user_record_count(&self) -> usize {
        self.user_records().count()
    }

    /// The frames, in order.
    pub fn blobs(&self) -> Vec<&[u8]> {
        let aggregates = self.aggregates.iter();
        aggregates.map(|aggregate| &aggregate.blob[..]).collect()
    }

    /// Bytes of all frames.
    pub fn size(&self) -> usize {
        self.blobs().iter().map(|blob| blob.len()).sum()
    }
}

/// User records without end.
struct Source {
    dice: Dice,
    size: Size,
    keys: Keys,
    /// Keys to choose from, or those of the next user records.
    pool: Vec<KeyPair>,
}

/// A partition key and perhaps an explicit hash key.
type KeyPair = (String, Option<String>);

impl Source {
    fn new(size: Size, keys: Keys) -> Self {
        let mut dice = Dice::new(1);
        let pool = match keys {
            Keys::Few(count) => (0..count).map(|_| (uuid(&mut dice), None)).collect(),
            _ => Vec::new(),
        };
        Self {
            dice,
            size,
            keys,
            pool,
        }
    }

    fn user_record(&mut self) -> TestRecord {
        let (partition_key, explicit_hash_key) = self.key_pair();
        let len = self.size.throw(&mut self.dice);
        TestRecord {
            partition_key,
            explicit_hash_key,
            data: self.dice.bytes(len),
            tags: Vec::new(),
        }
    }

    fn key_pair(&mut self) -> KeyPair {
        match self.keys {
            Keys::Few(_) => self.dice.pick(&self.pool).clone(),
            Keys::FourEach | Keys::FourEachExplicit => self.one_of_four(),
            Keys::Distinct => (uuid(&mut self.dice), None),
            Keys::DistinctShort => (format!("{:016x}", self.dice.number()), None),
        }
    }

    /// The next of eight keys that come four times each, in any order.
    fn one_of_four(&mut self) -> KeyPair {
        if self.pool.is_empty() {
            let explicit = self.keys == Keys::FourEachExplicit;
            for _ in 0..8 {
                let partition_key = uuid(&mut self.dice);
                let explicit_hash_key = explicit.then(|| self.dice.wide().to_string());
                let four = std::iter::repeat_n((partition_key, explicit_hash_key), 4);
                self.pool.extend(four);
            }
            self.dice.shuffle(&mut self.pool);
        }
        self.pool.pop().unwrap_or_default()
    }
}

/// 36 characters, in the form of a UUID.
fn uuid(dice: &mut Dice) -> String {
    let digits = format!("{:032x}", dice.wide());
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
    groups.map(|group| &digits[group]).join("-")
}

#[cfg(test)]
mod tests {
    use super::{Corpus, Keys, Size};
    use crate::ours::MAX_SIZE;
    use std::collections::HashMap;

    /// No aggregate is above the limit, and none has room for one more.
    #[test]
    fn aggregates_are_full() {
        for size in [20, 5120] {
            let corpus = Corpus::new(Size::Exactly(size), Keys::FourEachExplicit, 3);
            assert_eq!(corpus.aggregates.len(), 3);
            for aggregate in &corpus.aggregates {
                let used = aggregate.blob.len() + 36;
                // Two keys of 36 and 39 bytes, and what surrounds them.
                let next = size + 36 + 39 + 20;
                assert!(used <= MAX_SIZE && used + next > MAX_SIZE, "{used}");
            }
        }
    }

    /// Keys come as often as their name says, and have the length it says.
    #[test]
    fn keys_come_as_often_as_said() {
        let most = [
            (Keys::Few(1), usize::MAX, 36),
            (Keys::FourEach, 4, 36),
            (Keys::FourEachExplicit, 4, 36),
            (Keys::Distinct, 1, 36),
            (Keys::DistinctShort, 1, 16),
        ];
        for (keys, most, len) in most {
            let corpus = Corpus::new(Size::Exactly(100), keys, 2);
            let mut times = HashMap::new();
            for user_record in corpus.user_records() {
                assert_eq!(user_record.partition_key.len(), len, "{}", corpus.name);
                *times.entry(&user_record.partition_key).or_insert(0) += 1;
            }
            let user_records = corpus.user_record_count();
            assert_eq!(times.values().max(), Some(&most.min(user_records)));
            assert!(times.len() <= user_records.div_ceil(most) + 8, "{keys:?}");
        }
    }
}
