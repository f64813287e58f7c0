//! All rows, in groups: the works, whom against, and what is promised.
//!
//! Goals are for a machine with AVX2, and AVX-512 does better. What one machine or build has not, such
//! as SSE2 or OpenSSL, has no rows there.

use std::time::Duration;

use kinesis_agg_bench::messages::Batch;
use kinesis_agg_bench::{Corpus, Keys, Size, others, works};
use kinesis_agg_md5::Path;

use crate::allocations;
use crate::row::{Measured, Row};

/// Rows that are measured in one contest.
pub(crate) struct Group {
    pub(crate) rows: Vec<Row>,
    measure: Box<dyn Fn(Duration) -> Scores>,
}

/// What each contestant took, by name.
type Scores = Vec<(&'static str, u64)>;

/// Keys in most works: of its own, or one for four user records.
const KEYS: [Keys; 2] = [Keys::Distinct, Keys::FourEach];

impl Group {
    fn new(rows: Vec<Row>, measure: impl Fn(Duration) -> Scores + 'static) -> Self {
        Self {
            rows,
            measure: Box::new(measure),
        }
    }

    /// The rows with their numbers.
    ///
    /// # Panics
    ///
    /// When the contest has no such contestant.
    pub(crate) fn measure(self, time: Duration) -> Vec<Measured> {
        let scores = (self.measure)(time);
        let of = |name| {
            let mut found = scores.iter().filter(|score| score.0 == name);
            found.next().expect("rows name contestants").1
        };
        let measured = |row: Row| Measured {
            ours: of(row.ours),
            theirs: of(row.theirs),
            row,
        };
        self.rows.into_iter().map(measured).collect()
    }
}

/// All rows, the lower layers first.
pub(crate) fn all() -> Vec<Group> {
    let mut groups = digests();
    for keys in KEYS {
        groups.extend(parse(keys));
    }
    for (size, must, aim) in [(100, 8.0, 12.0), (20, 10.0, 15.0), (1000, 8.0, 11.0)] {
        groups.extend(KEYS.map(|keys| batch(size, keys, must, aim)));
    }
    groups.extend(KEYS.map(flush));
    groups
}

fn digests() -> Vec<Group> {
    let full = [
        Batch::equal(16, "5 KB", 5_000),
        Batch::equal(16, "50 KB", 50_000),
        Batch::equal(64, "5 KB", 5_000),
        Batch::equal(64, "50 KB", 50_000),
        Batch::equal(500, "25 KB", 25_000),
    ];
    let others = [
        (Batch::mixed(64, "5 KB to 1 MB", 5_000, 1 << 20), 9.0, 12.0),
        (Batch::equal(8, "50 KB", 50_000), 6.0, 7.5),
        (Batch::equal(10_000, "1 KB", 1_000), 5.0, 8.0),
        (Batch::mixed(10_000, "0.1 to 1.9 KB", 100, 1_900), 5.0, 8.0),
        (Batch::equal(1, "50 KB", 50_000), 1.0, 1.26),
        (Batch::keys(10_000, 36), 7.0, 10.0),
    ];
    let full = full.map(|batch| digest(batch, 9.0, 12.0, &[AVX2, ("sse2", "SSE2", 4.0, 6.0)]));
    let others = others.map(|(batch, must, aim)| digest(batch, must, aim, &[]));
    full.into_iter().chain(others).collect()
}

/// A path below the best, as tables call it, and its goal.
type Below = (&'static str, &'static str, f64, f64);

/// Where the best is AVX-512.
const AVX2: Below = ("avx2", "AVX2", 9.0, 12.0);

/// By the best path, and by those `below` that the machine has.
fn digest(batch: Batch, must: f64, aim: f64, below: &[Below]) -> Group {
    let best = Path::all().next().expect("the plain path is everywhere");
    let work = format!("MD5, {}", batch.name);
    let mut rows = vec![Row::timed(&work, best.name(), "md-5").with_goal(must, aim)];
    let others = others::DIGESTERS.iter().skip(1);
    rows.extend(others.map(|(name, _)| Row::timed(&work, best.name(), name)));
    let mut paths = vec![best];
    for path in Path::all().skip(1) {
        let Some((_, name, must, aim)) = below.iter().find(|below| below.0 == path.name()) else {
            continue;
        };
        let work = format!("MD5 by {name}, {}", batch.name);
        rows.push(Row::timed(work, path.name(), "md-5").with_goal(*must, *aim));
        paths.push(path);
    }
    Group::new(rows, move |time| {
        let bytes = batch.bytes();
        let messages = batch.cut(&bytes);
        nanoseconds(works::digest(&messages, paths.iter().copied()).run(time))
    })
}

fn parse(keys: Keys) -> [Group; 2] {
    let corpus = move || Corpus::new(Size::Exactly(100), keys, 4);
    let work = format!("parse, 100B-{}", keys.name());
    let timed = vec![
        Row::timed(&work, "ours", "prost-vec").with_goal(7.0, 12.0),
        Row::timed(&work, "ours", "quick-protobuf").with_goal(5.0, 8.0),
        Row::timed(&work, "ours", "prost-bytes"),
        Row::timed(&work, "ours", "rust-protobuf"),
    ];
    let counted = Row::timed(format!("allocations, {work}"), "ours", "prost-vec").counted();
    let counted = vec![counted.with_goal(0.0, 0.0)];
    [
        Group::new(timed, move |time| {
            nanoseconds(works::parse(&corpus()).run(time))
        }),
        Group::new(counted, move |_| {
            works::parse(&corpus()).read(allocations::so_far)
        }),
    ]
}

fn batch(size: usize, keys: Keys, must: f64, aim: f64) -> Group {
    let work = format!("batch, {size}B-{}", keys.name());
    let mut rows = vec![Row::timed(work, "ours", "md-5+prost").with_goal(must, aim)];
    if size == 100 {
        let work = format!("batch by the C ABI, {size}B-{}", keys.name());
        // At most 5 % more.
        let row = Row::timed(work, works::BY_C, "ours").against("kinesis-agg");
        rows.push(row.with_goal(0.95, 1.0));
    }
    Group::new(rows, move |time| {
        let corpus = Corpus::new(Size::Exactly(size), keys, 200);
        nanoseconds(works::batch(&corpus).run(time))
    })
}

fn flush(keys: Keys) -> Group {
    let work = format!("flush, 100B-{}", keys.name());
    let rows = vec![
        Row::timed(&work, "ours", works::MD5_AT_THE_END).with_goal(3.0, 5.0),
        Row::timed(&work, "ours", "quick-protobuf").against("md-5+quick-protobuf"),
        Row::timed(&work, "ours", "prost").against("md-5+prost"),
    ];
    Group::new(rows, move |time| {
        let corpus = Corpus::new(Size::Exactly(100), keys, 16);
        nanoseconds(works::flush(&corpus).run(time))
    })
}

fn nanoseconds(scores: Vec<kinesis_agg_bench::contest::Score>) -> Scores {
    let scores = scores.into_iter();
    let whole = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    scores.map(|(name, time)| (name, whole(time))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::all;

    /// A row is told from all others by its work and whom it is against, and
    /// aims at no less than it must reach.
    #[test]
    fn rows_differ_and_aim_high() {
        let mut names = HashSet::new();
        for row in all().into_iter().flat_map(|group| group.rows) {
            assert!(
                names.insert((row.work.clone(), row.against)),
                "{row:?} comes twice"
            );
            if let Some(goal) = row.goal {
                let counted = row.unit == crate::row::Unit::Allocations;
                assert!(goal.aim > goal.must || counted, "{row:?}");
            }
        }
    }

    /// What is promised has its row: as many goals as there are promises.
    #[test]
    fn every_promise_has_its_row() {
        let rows = || all().into_iter().flat_map(|group| group.rows);
        let with_goals = |start: &str| {
            let promised = rows().filter(|row| row.goal.is_some());
            promised.filter(|row| row.work.starts_with(start)).count()
        };
        assert_eq!(with_goals("MD5, "), 11);
        assert!([0, 5].contains(&with_goals("MD5 by SSE2, ")));
        assert_eq!(with_goals("parse, "), 4);
        assert_eq!(with_goals("allocations, "), 2);
        assert_eq!(with_goals("batch, "), 6);
        assert_eq!(with_goals("flush, "), 2);
    }
}
