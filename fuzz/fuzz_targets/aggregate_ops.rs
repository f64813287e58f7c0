//! Any operations on an `Aggregator`: what it takes, what it says of sizes, and
//! each byte that comes out, are those of a model built on the naive codec.
#![no_main]

mod common;

use arbitrary::Arbitrary;
use common::convert::{SEED, with_new};
use common::model::{Model, Sealed};
use common::records::{Given, GivenOptions};
use kinesis_agg::{Aggregator, Unsealed, seal_many};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Plan {
    options: GivenOptions,
    /// Only without grouping, so only here.
    without_outer_hash_key: bool,
    operations: Vec<Operation>,
}

#[derive(Arbitrary, Debug)]
enum Operation {
    Push(Given),
    /// Pushes it until there is something to be seen of it.
    PushAgain(Given, u8),
    SizeAfter(Given),
    Finish,
    /// Goes on with a new one under other options.
    Renew(GivenOptions),
}

/// Operations of one run: the model takes longer with each.
const MOST: usize = 60;

fuzz_target!(|plan: Plan| {
    let mut options = plan.options.0;
    if plan.without_outer_hash_key {
        options = options.without_outer_hash_key();
    }
    let mut both = Both {
        aggregator: Aggregator::with_seed(options.clone(), SEED),
        model: Model::new(options),
        unsealed: Vec::new(),
        expected: Vec::new(),
    };
    for operation in plan.operations.iter().take(MOST) {
        match operation {
            Operation::Push(record) => both.push(record),
            Operation::PushAgain(record, times) => {
                for _ in 0..times % 8 {
                    both.push(record);
                }
            }
            Operation::SizeAfter(record) => both.size_after(record),
            Operation::Finish => both.finish(),
            Operation::Renew(options) => {
                both.finish();
                both.aggregator = Aggregator::with_seed(options.0.clone(), SEED);
                both.model = Model::new(options.0.clone());
            }
        }
        both.check();
    }
    both.finish();
    let one_by_one = both.unsealed.iter().cloned().map(Unsealed::seal);
    let one_by_one = Vec::from_iter(one_by_one);
    let together = seal_many(both.unsealed);
    assert_eq!(together, one_by_one);
    let found = Vec::from_iter(together.iter().map(Sealed::from));
    assert_eq!(found, both.expected);
});

/// The aggregator and its model, and what came out of both.
struct Both {
    aggregator: Aggregator,
    model: Model,
    unsealed: Vec<Unsealed>,
    expected: Vec<Sealed>,
}

impl Both {
    fn push(&mut self, Given(record): &Given) {
        let pushed = with_new(record, |new| {
            self.aggregator.push(new).map_err(|refused| {
                assert_eq!(refused.record.data, record.data, "the record is back");
                refused.kind
            })
        });
        match (pushed, self.model.push(record)) {
            (Ok(full), Ok(expected)) => {
                assert_eq!(full.len(), usize::from(expected.is_some()));
                self.unsealed.extend(full);
                self.expected.extend(expected);
            }
            (Err(kind), Err(refused)) => {
                let options = &self.model.options;
                assert!(refused.is(kind, record, options), "{kind:?} {refused:?}");
            }
            (found, expected) => panic!("expected {expected:?}, found {found:?}"),
        }
    }

    fn size_after(&self, Given(record): &Given) {
        let size = with_new(record, |new| self.aggregator.size_after(&new));
        assert_eq!(size, self.model.size_after(record));
    }

    fn finish(&mut self) {
        self.unsealed.extend(self.aggregator.finish());
        self.expected.extend(self.model.finish());
        self.check();
    }

    fn check(&self) {
        let Self {
            aggregator, model, ..
        } = self;
        assert_eq!(aggregator.size(), model.size());
        assert!(aggregator.size() <= model.options.max_size());
        assert_eq!(aggregator.user_record_count(), model.open.len());
        assert_eq!(aggregator.is_empty(), model.open.is_empty());
        assert_eq!(aggregator.options(), &model.options);
        assert_eq!(self.unsealed.len(), self.expected.len());
        if let (Some(unsealed), Some(expected)) = (self.unsealed.last(), self.expected.last()) {
            let size = expected.data.len() + expected.partition_key.len();
            assert_eq!(unsealed.size(), size);
            assert_eq!(unsealed.user_record_count(), expected.user_record_count);
        }
    }
}
