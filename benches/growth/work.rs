//! What is done with a batch, and what it costs: time and heap.
//!
//! Time is that of the fastest of many rounds, with a `Deaggregator` and an
//! `Aggregator` that have done the same before, as in a program that runs on.
//! The peak of the heap is that of the first round, from nothing: scratch,
//! buffers, and the records that come out, but not the batch that goes in. The
//! number of allocations is that of a later round.

use std::hint::black_box;
use std::time::Duration;

use anyhow::{Result, ensure};
use kinesis_agg::{
    AggregatedRecord, Aggregator, Deaggregator, Options, RangePolicy, Unsealed, seal_many,
};
use kinesis_agg_bench::contest::Contest;
use kinesis_agg_bench::{Aggregate, Walk, ours};
use kinesis_agg_testkit::TestRecord;
use serde::{Deserialize, Serialize};

use crate::axis::Axis;
use crate::heap::{self, Heap};

/// What is done.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Work {
    /// All blobs in one call, checksums verified, and a walk over what comes out.
    Read,
    /// The same, for the lower half of the hash keys: what is not in it is left out.
    ReadInRange,
    /// All user records pushed, all aggregates sealed together.
    Write,
    /// As `Read`, 100 blobs in a call: what a batch costs for its place in
    /// memory, and not for being one.
    ReadHundreds,
    /// As `Write`, 100 aggregates sealed together, and sent off before the next.
    WriteHundreds,
}

/// All, in the order of the page.
pub(crate) const WORKS: [Work; 5] = [
    Work::Read,
    Work::ReadInRange,
    Work::Write,
    Work::ReadHundreds,
    Work::WriteHundreds,
];

/// Kinesis records of a call, where not all of a batch are in one.
const HUNDRED: usize = 100;

/// What a work costs, for the whole batch.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cost {
    pub(crate) work: Work,
    /// The fastest round.
    pub(crate) ns: u64,
    /// Bytes of heap that the first round held at most.
    pub(crate) peak: usize,
    /// Allocations of a later round.
    pub(crate) allocations: usize,
}

impl Work {
    /// As a page and a picture call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadInRange => "read half the hash keys",
            Self::Write => "write",
            Self::ReadHundreds => "read 100 at a time",
            Self::WriteHundreds => "write 100 at a time",
        }
    }
}

/// A batch, to be read and to be written.
struct Batch<'c> {
    blobs: Vec<&'c [u8]>,
    user_records: Vec<&'c TestRecord>,
    options: Options,
}

/// What the works of the axis cost, timed by turns for so long.
///
/// # Errors
///
/// What comes out is not what was put in.
pub(crate) fn costs(aggregates: &[Aggregate], axis: Axis, time: Duration) -> Result<Vec<Cost>> {
    let batch = Batch::new(aggregates, axis);
    let works = axis.works();
    batch.check(works)?;
    let times = batch.times(works, time);
    let costs = works.iter().zip(times).map(|(work, time)| {
        let (first, later) = batch.heap(*work);
        Cost {
            work: *work,
            ns: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
            peak: first.peak,
            allocations: later.allocations,
        }
    });
    Ok(costs.collect())
}

/// What is kept from round to round. New, it holds nothing.
struct Machines {
    all: Deaggregator,
    half: Deaggregator,
    aggregator: Aggregator,
}

impl Machines {
    fn new(options: &Options) -> Self {
        Self {
            all: Deaggregator::new(),
            half: Deaggregator::with_range(ours::lower_half(), RangePolicy::KeepInRange),
            aggregator: ours::aggregator_with(options.clone()),
        }
    }
}

impl<'c> Batch<'c> {
    fn new(aggregates: &'c [Aggregate], axis: Axis) -> Self {
        Self {
            blobs: aggregates.iter().map(|it| &it.blob[..]).collect(),
            user_records: aggregates.iter().flat_map(|it| &it.user_records).collect(),
            options: axis.options(),
        }
    }

    fn check(&self, works: &[Work]) -> Result<()> {
        let mut machines = Machines::new(&self.options);
        let walk = ours::walk_batch(&mut machines.all, &self.blobs);
        let expected = Walk::of(self.user_records.iter().copied());
        ensure!(walk == Some(expected), "other user records come out");
        let user_records = self.user_records.iter().copied();
        let written = seal_many(ours::push_all(&mut machines.aggregator, user_records));
        let written = written.iter().map(AggregatedRecord::data);
        ensure!(written.eq(self.blobs.iter().copied()), "other aggregates");
        for work in works {
            let (found, all) = (self.round(*work, &mut machines), expected.user_records);
            let is_right = found == all || *work == Work::ReadInRange && found < all;
            ensure!(is_right, "{}: {found} user records of {all}", work.title());
        }
        Ok(())
    }

    /// In the order of the works.
    fn times(&self, works: &[Work], time: Duration) -> Vec<Duration> {
        let mut contest = Contest::new();
        for work in works {
            let mut machines = Machines::new(&self.options);
            contest.add(work.title(), move || self.round(*work, &mut machines));
        }
        let scores = contest.run(time).into_iter();
        scores.map(|(_, time)| time).collect()
    }

    /// Of the first round, and of the third.
    fn heap(&self, work: Work) -> (Heap, Heap) {
        let mut machines = Machines::new(&self.options);
        let mut round = || heap::count(|| self.round(work, &mut machines));
        let first = round();
        round();
        (first, round())
    }

    /// Does the work once; returns the number of user records.
    #[inline]
    fn round(&self, work: Work, machines: &mut Machines) -> usize {
        match work {
            Work::Read => self.read(&mut machines.all, usize::MAX),
            Work::ReadInRange => self.read(&mut machines.half, usize::MAX),
            Work::Write => self.write(&mut machines.aggregator, usize::MAX),
            Work::ReadHundreds => self.read(&mut machines.all, HUNDRED),
            Work::WriteHundreds => self.write(&mut machines.aggregator, HUNDRED),
        }
    }

    /// So many blobs in a call.
    #[inline]
    fn read(&self, deaggregator: &mut Deaggregator, together: usize) -> usize {
        let calls = black_box(&self.blobs).chunks(together);
        let walks = calls.map(|blobs| black_box(ours::walk_batch(deaggregator, blobs)));
        walks.flatten().map(|walk| walk.user_records).sum()
    }

    /// So many aggregates sealed together.
    #[inline]
    fn write(&self, aggregator: &mut Aggregator, together: usize) -> usize {
        let (mut full, mut sent) = (Vec::new(), 0);
        for user_record in black_box(&self.user_records) {
            full.extend(ours::push(aggregator, user_record));
            if full.len() >= together {
                sent += send(std::mem::take(&mut full));
            }
        }
        full.extend(aggregator.finish());
        sent + send(full)
    }
}

/// Where the records would be sent, they are dropped.
#[inline]
fn send(full: Vec<Unsealed>) -> usize {
    let sealed = black_box(seal_many(full));
    sealed.iter().map(AggregatedRecord::user_record_count).sum()
}

#[cfg(test)]
mod tests {
    use super::{Batch, Work};
    use crate::axis::{AXES, partition_keys};

    /// The heap grows no faster than what goes in, on any axis. Once warm,
    /// reading allocates nothing; writing a few times for an aggregate.
    #[test]
    fn the_heap_is_linear() {
        for axis in AXES {
            let checked = axis.for_each(true, |at, aggregates| {
                let batch = Batch::new(aggregates, axis);
                batch.check(axis.works())?;
                let bytes: usize = batch.blobs.iter().map(|blob| blob.len()).sum();
                let keys = partition_keys(aggregates);
                for work in axis.works() {
                    let (first, later) = batch.heap(*work);
                    let of = format!("{work:?}, {axis:?} {at}, {keys} keys, {bytes} bytes");
                    let (most, allocations) = match work {
                        Work::Read | Work::ReadInRange | Work::ReadHundreds => (bytes, 0),
                        Work::Write | Work::WriteHundreds => (2 * bytes, 5 * aggregates.len() + 40),
                    };
                    assert!(first.peak <= most + 16_384, "{of}: {first:?}");
                    assert!(later.allocations <= allocations, "{of}: {later:?}");
                }
                Ok(())
            });
            checked.unwrap();
        }
    }
}
