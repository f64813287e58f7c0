//! The workloads: about ten thousand user records each, always the same.

use kinesis_agg::{
    AggregatedRecord, Aggregator, Deaggregator, Grouping, RangePolicy, ShardedAggregator, Unsealed,
    seal_many,
};
use kinesis_agg_bench::{Corpus, Keys, Size, Walk, c_abi, ours};

/// Aggregates of 50 KB in each workload.
const AGGREGATES: usize = 24;

/// The usual size.
const B100: Size = Size::Exactly(100);

/// Shards of a stream.
const SHARDS: usize = 8;

/// Makes a workload ready to run.
type Prepare = fn() -> Workload;

/// All workloads, by name.
pub(crate) const WORKLOADS: [(&str, Prepare); 19] = [
    ("parse-20B-four-each", || {
        parse(Size::Exactly(20), Keys::FourEach)
    }),
    ("parse-100B-one-key", || parse(B100, Keys::Few(1))),
    ("parse-100B-distinct", || parse(B100, Keys::Distinct)),
    ("parse-0-200B-four-each", || {
        parse(Size::UpTo(200), Keys::FourEach)
    }),
    ("parse-100B-four-each-explicit", || {
        parse(B100, Keys::FourEachExplicit)
    }),
    ("plain-100B-distinct", || {
        read(
            Deaggregator::new().unverified().plain(),
            B100,
            Keys::Distinct,
        )
    }),
    ("plain-100B-four-each-explicit", || {
        let reader = Deaggregator::new().unverified().plain();
        read(reader, B100, Keys::FourEachExplicit)
    }),
    ("in-range-100B-four-each", || {
        let reader = Deaggregator::with_range(ours::lower_half(), RangePolicy::KeepInRange);
        read(reader.unverified(), B100, Keys::FourEach)
    }),
    ("deaggregate-100B-distinct", || {
        read(Deaggregator::new(), B100, Keys::Distinct)
    }),
    ("batch-100B-distinct", || batch(B100, Keys::Distinct)),
    ("batch-20B-four-each", || {
        batch(Size::Exactly(20), Keys::FourEach)
    }),
    ("c-abi-batch-100B-distinct", || {
        let corpus = Corpus::new(B100, Keys::Distinct, AGGREGATES);
        let task = Task::CAbi(Box::default());
        Workload { corpus, task }
    }),
    ("push-100B-one-key", || push(Keys::Few(1))),
    ("push-100B-8-keys", || push(Keys::Few(8))),
    ("push-100B-distinct", || push(Keys::Distinct)),
    ("push-100B-four-each-explicit", || {
        push(Keys::FourEachExplicit)
    }),
    ("sharded-100B-four-each", || sharded(false)),
    ("sharded-many-100B-four-each", || sharded(true)),
    ("seal-100B-distinct", seal),
];

fn parse(size: Size, keys: Keys) -> Workload {
    read(Deaggregator::new().unverified(), size, keys)
}

fn read(deaggregator: Deaggregator, size: Size, keys: Keys) -> Workload {
    Workload {
        corpus: Corpus::new(size, keys, AGGREGATES),
        task: Task::Read(Box::new(deaggregator)),
    }
}

fn batch(size: Size, keys: Keys) -> Workload {
    Workload {
        corpus: Corpus::new(size, keys, AGGREGATES),
        task: Task::Batch(Box::default()),
    }
}

fn push(keys: Keys) -> Workload {
    Workload {
        corpus: Corpus::new(B100, keys, AGGREGATES),
        task: Task::Push(Box::new(ours::aggregator())),
    }
}

/// All at once, or one by one.
fn sharded(many: bool) -> Workload {
    let grouping = Grouping::Shard(ours::even_shards(SHARDS));
    let aggregator = ShardedAggregator::with_seed(grouping, ours::options(), ours::KEY_HASH_SEED)
        .expect("aggregates go with a hash key");
    Workload {
        corpus: Corpus::new(B100, Keys::FourEach, AGGREGATES),
        task: if many {
            Task::ShardedMany(Box::new(aggregator))
        } else {
            Task::Sharded(Box::new(aggregator))
        },
    }
}

fn seal() -> Workload {
    let corpus = Corpus::new(B100, Keys::Distinct, AGGREGATES);
    let mut aggregator = ours::aggregator();
    // One for each run. A clone would lack the room for the checksum.
    let unsealed = [(), ()].map(|()| ours::push_all(&mut aggregator, corpus.user_records()));
    Workload {
        corpus,
        task: Task::Seal(Vec::from(unsealed)),
    }
}

/// Something to do with a corpus.
pub(crate) struct Workload {
    corpus: Corpus,
    task: Task,
}

/// What is to be done, and the memory that is used again.
enum Task {
    Read(Box<Deaggregator>),
    Batch(Box<Deaggregator>),
    CAbi(Box<c_abi::Deaggregator>),
    Push(Box<Aggregator>),
    Sharded(Box<ShardedAggregator>),
    ShardedMany(Box<ShardedAggregator>),
    /// What to seal in each run.
    Seal(Vec<Vec<Unsealed>>),
}

/// What came of a run. Dropping it is no part of the run.
pub(crate) enum Output {
    Read(Walk),
    Packed(Vec<Unsealed>),
    Sealed(Vec<AggregatedRecord>),
}

impl Workload {
    /// User records in the corpus.
    pub(crate) fn user_record_count(&self) -> usize {
        self.corpus.user_record_count()
    }

    pub(crate) fn run(&mut self) -> Output {
        let Self { corpus, task } = self;
        match task {
            Task::Read(deaggregator) => Output::Read(read_all(deaggregator, corpus)),
            Task::Batch(deaggregator) => {
                let walk = ours::walk_batch(deaggregator, &corpus.blobs());
                Output::Read(walk.unwrap_or_default())
            }
            Task::CAbi(deaggregator) => Output::Read(deaggregator.walk_batch(&corpus.blobs())),
            Task::Push(aggregator) => {
                Output::Packed(ours::push_all(aggregator, corpus.user_records()))
            }
            Task::Sharded(aggregator) => Output::Packed(push_sharded(aggregator, corpus)),
            Task::ShardedMany(aggregator) => Output::Packed(push_sharded_many(aggregator, corpus)),
            Task::Seal(unsealed) => Output::Sealed(seal_many(unsealed.pop().unwrap_or_default())),
        }
    }
}

fn read_all(deaggregator: &mut Deaggregator, corpus: &Corpus) -> Walk {
    let mut all = Walk::default();
    corpus.walk_each(|aggregate| {
        let walk = ours::walk(deaggregator, &aggregate.blob)?;
        all.user_records += walk.user_records;
        all.checksum ^= walk.checksum;
        Some(walk)
    });
    all
}

fn push_sharded(aggregator: &mut ShardedAggregator, corpus: &Corpus) -> Vec<Unsealed> {
    let mut full = Vec::new();
    for user_record in corpus.user_records() {
        let pushed = aggregator.push(ours::new_user_record(user_record));
        full.extend(pushed.expect("corpora hold valid user records"));
    }
    full.extend(aggregator.finish());
    full
}

fn push_sharded_many(aggregator: &mut ShardedAggregator, corpus: &Corpus) -> Vec<Unsealed> {
    let user_records = Vec::from_iter(corpus.user_records().map(ours::new_user_record));
    let pushed = aggregator.push_many(&user_records);
    assert_eq!(pushed.refused, [], "corpora hold valid user records");
    let mut full = Vec::from_iter(pushed.full);
    full.extend(aggregator.finish());
    full
}

impl Output {
    /// User records that were handed out or packed.
    pub(crate) fn user_record_count(&self) -> usize {
        match self {
            Self::Read(walk) => walk.user_records,
            Self::Packed(full) => full.iter().map(Unsealed::user_record_count).sum(),
            Self::Sealed(sealed) => sealed.iter().map(AggregatedRecord::user_record_count).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WORKLOADS;

    /// Each workload has a name of its own, does something with each user
    /// record, and the same again when it runs again.
    #[test]
    fn workloads_do_the_same_again() {
        let mut names = std::collections::HashSet::new();
        for (name, prepare) in WORKLOADS {
            assert!(names.insert(name), "{name} comes twice");
            let mut workload = prepare();
            let [first, second] = [(), ()].map(|()| workload.run().user_record_count());
            assert_eq!(first, second, "{name}");
            let part = if name.starts_with("in-range") { 3 } else { 1 };
            assert!(first > workload.user_record_count() / part - 1, "{name}");
        }
    }
}
