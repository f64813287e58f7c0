//! A producer with the rule of delivery on a stream that splits and merges while
//! user records are open, unsent and in flight, and whose map it learns late.
//!
//! KCL readers of all shards hand out each user record once, those of one key in
//! order, and every aggregate lies inside the shard that was predicted for it.
#![no_main]

mod common;

use arbitrary::Arbitrary;
use common::compare;
use common::convert::stream::Stream;
use common::convert::{SEED, with_new};
use common::records::{Given, GivenGrouping, GivenOptions, with_all};
use kinesis_agg::{AggregatedRecord, Grouping, Judgement, ShardedAggregator, Unsealed, seal_many};
use kinesis_agg_testkit::TestRecord;
use kinesis_agg_testkit::generate::ShardMap;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Plan {
    options: GivenOptions,
    grouping: GivenGrouping,
    shards: (u64, u8),
    max_open: Option<(u8, u16)>,
    operations: Vec<Operation>,
}

#[derive(Arbitrary, Debug)]
enum Operation {
    Push(Given),
    PushAt(Given, u8),
    PushMany(Vec<Given>),
    /// The stream splits this shard, or merges it with the next.
    Reshard {
        choice: u8,
        split: bool,
    },
    /// The producer hears of the shards that there are.
    Update,
    /// Sends some of the queue.
    Send(u8),
    Finish,
    FinishArrivedBefore(u8),
}

/// Operations of one run, and user records.
const MOST: (usize, usize) = (60, 100);

fuzz_target!(|plan: Plan| {
    // Without grouping, aggregates are for readers that ignore shards.
    let Some(mut producer) = Producer::new(&plan) else {
        return;
    };
    for operation in plan.operations.iter().take(MOST.0) {
        producer.act(operation);
        let waiting = producer.queue.iter();
        let waiting = waiting.map(AggregatedRecord::user_record_count);
        let waiting = waiting.sum::<usize>() + producer.aggregator.user_record_count();
        assert_eq!(waiting + producer.delivered, producer.taken.len());
    }
    producer.finish();
    producer.send(usize::MAX);

    assert_eq!(producer.delivered, producer.taken.len());
    let (read, dropped) = producer.stream.read_by_kcl();
    assert_eq!(dropped > 0, producer.sent_again, "what is dropped, alone");
    if plan.grouping.is_pinned() {
        assert!(!producer.sent_again, "a pinned aggregate was divided");
        compare::but_for_pins(&read, &producer.taken, false);
    } else {
        compare::by_keys(&read, &producer.taken);
    }
});

struct Producer {
    stream: Stream,
    aggregator: ShardedAggregator,
    queue: Vec<AggregatedRecord>,
    /// Every user record that was not refused.
    taken: Vec<TestRecord>,
    /// How many of them are delivered.
    delivered: usize,
    sent_again: bool,
}

impl Producer {
    fn new(plan: &Plan) -> Option<Self> {
        let map = ShardMap::random(plan.shards.0, 1 + usize::from(plan.shards.1 % 9));
        let grouping = plan.grouping.with(&map);
        if grouping == Grouping::None {
            return None;
        }
        let aggregator = ShardedAggregator::with_seed(grouping, plan.options.0.clone(), SEED);
        let mut aggregator = aggregator.expect("the options have an outer hash key");
        if let Some((aggregates, bytes)) = plan.max_open {
            aggregator = aggregator.with_max_open(aggregates.into(), usize::from(bytes) * 16);
        }
        Some(Self {
            stream: Stream::new(map),
            aggregator,
            queue: Vec::new(),
            taken: Vec::new(),
            delivered: 0,
            sent_again: false,
        })
    }

    fn act(&mut self, operation: &Operation) {
        match operation {
            Operation::Push(record) => self.push(&record.0, None),
            Operation::PushAt(record, time) => self.push(&record.0, Some((*time).into())),
            Operation::PushMany(records) => self.push_many(records),
            Operation::Reshard { choice, split } => {
                self.stream.reshard((*choice).into(), *split);
            }
            Operation::Update => self.update(),
            Operation::Send(count) => self.send(usize::from(*count % 8)),
            Operation::Finish => self.finish(),
            Operation::FinishArrivedBefore(time) => {
                let waited = self.aggregator.finish_arrived_before((*time).into());
                self.enqueue(waited);
            }
        }
    }

    fn push(&mut self, record: &TestRecord, time: Option<u64>) {
        let aggregator = &mut self.aggregator;
        let pushed = with_new(record, |new| {
            let pushed = match time {
                Some(time) => aggregator.push_at(new, time),
                None => aggregator.push(new),
            };
            pushed.map_err(|refused| refused.kind)
        });
        if let Ok(full) = pushed {
            self.taken.push(record.clone());
            self.enqueue(full);
        }
    }

    fn push_many(&mut self, records: &[Given]) {
        let room = MOST.1.saturating_sub(self.taken.len());
        let records = records.iter().take(room).map(|given| given.0.clone());
        let records = Vec::from_iter(records);
        let pushed = with_all(&records, |all| self.aggregator.push_many(all));
        let mut refused = pushed.refused.iter().map(|(place, _)| *place).peekable();
        for (place, record) in records.into_iter().enumerate() {
            if refused.next_if_eq(&place).is_none() {
                self.taken.push(record);
            }
        }
        assert_eq!(
            refused.next(),
            None,
            "a refused user record that was not given"
        );
        self.enqueue(pushed.full);
    }

    fn finish(&mut self) {
        let open = self.aggregator.finish();
        self.enqueue(open);
    }

    fn enqueue(&mut self, unsealed: impl IntoIterator<Item = Unsealed>) {
        let sealed = seal_many(unsealed);
        self.check(&sealed);
        self.queue.extend(sealed);
    }

    fn update(&mut self) {
        let unsent = std::mem::take(&mut self.queue);
        let map = self.stream.list_shards();
        self.queue = self.aggregator.update_shard_map(map, unsent);
        self.check(&self.queue);
    }

    /// Each lies inside the shard that the aggregator's map predicts for it.
    fn check(&self, sealed: &[AggregatedRecord]) {
        for record in sealed {
            assert!(record.size() <= self.aggregator.options().max_size());
            assert!(record.user_record_count() <= self.aggregator.options().max_count());
            let Some(map) = self.aggregator.shard_map() else {
                continue;
            };
            let shard = map.predict(record.outer_hash_key());
            let span = record.hash_key_span();
            assert!(
                shard.range().contains_range(&span),
                "{record:?} beyond {shard:?}"
            );
            assert_eq!(map.judge(shard.id(), record), Judgement::Delivered);
        }
    }

    /// Sends up to `count` records, one after the other. One that is to be sent
    /// again brings a fresh map, and goes before the others.
    fn send(&mut self, count: usize) {
        for _ in 0..count {
            let Some(first) = self.queue.first() else {
                return;
            };
            match self.stream.put_and_judge(first) {
                Judgement::Delivered => {
                    self.delivered += first.user_record_count();
                    self.queue.remove(0);
                }
                Judgement::SendAgain => {
                    self.sent_again = true;
                    self.update();
                }
                other => panic!("the map is fresh, and the stream goes by keys: {other:?}"),
            }
        }
    }
}
