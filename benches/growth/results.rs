//! `results.json`, and what is drawn from it.

use anyhow::Result;
use kinesis_agg_bench::Aggregate;
use kinesis_agg_bench::report::{Folder, Run};
use serde::{Deserialize, Serialize};

use crate::axis::{Axis, Unit, partition_keys};
use crate::work::{Cost, Work};
use crate::{chart, table};

/// `benches/growth`.
pub(crate) const FOLDER: Folder = Folder("growth");

/// All that a run tells.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Results {
    pub(crate) run: Run,
    /// Of this project.
    pub(crate) version: String,
    /// Of Rust.
    pub(crate) rust: String,
    pub(crate) points: Vec<Point>,
}

/// A batch on an axis.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Point {
    pub(crate) axis: Axis,
    /// What grows.
    pub(crate) at: usize,
    pub(crate) kinesis_records: usize,
    pub(crate) user_records: usize,
    pub(crate) partition_keys: usize,
    /// Of all aggregates.
    pub(crate) bytes: usize,
    /// One for each work of the axis.
    pub(crate) costs: Vec<Cost>,
}

impl Point {
    pub(crate) fn new(axis: Axis, at: usize, aggregates: &[Aggregate], costs: &[Cost]) -> Self {
        Self {
            axis,
            at,
            kinesis_records: aggregates.len(),
            user_records: aggregates.iter().map(|it| it.user_records.len()).sum(),
            partition_keys: partition_keys(aggregates),
            bytes: aggregates.iter().map(|it| it.blob.len()).sum(),
            costs: costs.to_vec(),
        }
    }

    /// # Panics
    ///
    /// The axis has no such work, or the results are damaged.
    pub(crate) fn cost(&self, work: Work) -> &Cost {
        let cost = self.costs.iter().find(|cost| cost.work == work);
        cost.expect("a point has a cost for each work of its axis")
    }

    /// Nanoseconds for a unit.
    pub(crate) fn time(&self, work: Work, unit: Unit) -> f64 {
        let units = match unit {
            Unit::Kilobyte => float(self.bytes) / 1000.0,
            Unit::UserRecord => float(self.user_records),
        };
        self.nanoseconds(work) / units
    }

    /// Bytes of aggregates, 10⁹ in a second.
    pub(crate) fn gigabytes_per_second(&self, work: Work) -> f64 {
        float(self.bytes) / self.nanoseconds(work)
    }

    /// Bytes of heap for a byte of aggregates.
    pub(crate) fn heap(&self, work: Work) -> f64 {
        float(self.cost(work).peak) / float(self.bytes)
    }

    /// Times stay far below 2^52.
    #[expect(clippy::cast_precision_loss)]
    fn nanoseconds(&self, work: Work) -> f64 {
        self.cost(work).ns as f64
    }
}

/// Counts stay far below 2^52.
#[expect(clippy::cast_precision_loss)]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

impl Results {
    /// Nothing yet, of today and this machine.
    pub(crate) fn new() -> Self {
        Self {
            run: Run::new("cargo xtask growth"),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rust: env!("CARGO_PKG_RUST_VERSION").to_owned(),
            points: Vec::new(),
        }
    }

    /// Adds a point. One that is there already keeps the faster times.
    pub(crate) fn add(&mut self, point: Point) {
        let same = |known: &&mut Point| known.axis == point.axis && known.at == point.at;
        match self.points.iter_mut().find(same) {
            None => self.points.push(point),
            Some(known) => {
                for (known, again) in known.costs.iter_mut().zip(point.costs) {
                    known.ns = known.ns.min(again.ns);
                }
            }
        }
    }

    /// The points of an axis, in their order.
    pub(crate) fn along(&self, axis: Axis) -> Vec<&Point> {
        let points = self.points.iter();
        points.filter(|point| point.axis == axis).collect()
    }

    /// How far cost climbs along the axis: the most that one point has above an
    /// earlier one, as a multiple. 1 when it only falls.
    pub(crate) fn climb(&self, axis: Axis, cost: impl Fn(&Point) -> f64) -> f64 {
        let mut lowest = f64::INFINITY;
        let climbs = self.along(axis).into_iter().map(|point| {
            lowest = lowest.min(cost(point));
            cost(point) / lowest
        });
        climbs.fold(1.0, f64::max)
    }

    /// # Errors
    ///
    /// A file cannot be written.
    pub(crate) fn draw(&self) -> Result<()> {
        FOLDER.write_drawn(&self.drawn())
    }

    fn drawn(&self) -> [(&'static str, String); 2] {
        [
            ("chart.svg", chart::draw(self)),
            ("RESULTS.md", table::page(self)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::AXES;
    use crate::work::WORKS;

    fn point(at: usize, ns: u64) -> Point {
        let cost = |work| Cost {
            work,
            ns,
            peak: 3,
            allocations: 0,
        };
        Point {
            axis: Axis::Batch,
            at,
            kinesis_records: at,
            user_records: at * 10,
            partition_keys: 1,
            bytes: at * 2000,
            costs: WORKS.map(cost).to_vec(),
        }
    }

    /// What is committed beside the results is what is drawn from them.
    #[test]
    fn chart_and_page_are_drawn_from_the_results() {
        let results: Results = FOLDER.read().unwrap();
        let stale = FOLDER.stale(&results.drawn());
        assert!(stale.is_empty(), "`cargo xtask growth --draw`: {stale:?}");
    }

    /// The committed results have each point, and each work of it.
    #[test]
    fn the_results_are_whole() {
        let results: Results = FOLDER.read().unwrap();
        for axis in AXES {
            assert_eq!(results.along(axis).len(), axis.points(), "{axis:?}");
        }
        for point in &results.points {
            let works = point.costs.iter().map(|cost| cost.work);
            assert!(works.eq(point.axis.works().iter().copied()), "{point:?}");
        }
    }

    /// Of two passes the faster time stays.
    #[test]
    fn the_faster_pass_counts() {
        let mut results = Results::new();
        for (at, ns) in [(1, 50), (2, 100), (1, 40), (2, 200)] {
            results.add(point(at, ns));
        }
        let times: Vec<_> = results.points.iter().map(|it| it.costs[0].ns).collect();
        assert_eq!(times, [40, 100]);
    }

    /// A climb is measured from the lowest point before it, and a fall is none.
    #[test]
    fn a_climb_starts_at_the_lowest() {
        let mut results = Results::new();
        for (at, ns) in [(1, 100), (2, 120), (4, 200), (8, 480)] {
            results.add(point(at, ns));
        }
        let time = |point: &Point| point.time(Work::Read, Unit::UserRecord);
        assert!((results.climb(Axis::Batch, time) - 1.2).abs() < 1e-9);
        let falling = |point: &Point| 1.0 / float(point.at);
        assert!((results.climb(Axis::Batch, falling) - 1.0).abs() < 1e-9);
    }

    /// Cost is divided by what the unit says.
    #[test]
    fn units_divide() {
        let point = point(4, 1200);
        for (found, expected) in [
            (point.time(Work::Read, Unit::UserRecord), 30.0),
            (point.time(Work::Read, Unit::Kilobyte), 150.0),
            (point.gigabytes_per_second(Work::Write), 8000.0 / 1200.0),
            (point.heap(Work::Write), 3.0 / 8000.0),
        ] {
            assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
        }
    }
}
