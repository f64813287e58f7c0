//! Several ways to do the same work, timed by turns: each round times each of
//! them once, so what disturbs the machine disturbs all. The fastest round of
//! each counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// What is timed at once takes at least so long, to dwarf the clock.
const SAMPLE: Duration = Duration::from_micros(50);

/// Rounds that there are even if the time is over.
const MIN_ROUNDS: usize = 20;

/// Contestants for the same work.
#[derive(Default)]
#[allow(missing_debug_implementations, reason = "closures have none")]
pub struct Contest<'w> {
    contestants: Vec<Contestant<'w>>,
}

struct Contestant<'w> {
    name: &'static str,
    work: Box<dyn FnMut() + 'w>,
    /// How often a sample does the work.
    repeats: u32,
    fastest: Duration,
}

/// The name of a contestant, and its fastest time for the work.
pub type Score = (&'static str, Duration);

impl<'w> Contest<'w> {
    /// No contestants.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a way to do the work. Its result is dropped within the time.
    pub fn add<T>(&mut self, name: &'static str, mut work: impl FnMut() -> T + 'w) {
        let work = move || drop(black_box(work()));
        self.contestants.push(Contestant {
            name,
            work: Box::new(work),
            repeats: 1,
            fastest: Duration::MAX,
        });
    }

    /// Times all by turns for so long, warm-up not counted.
    pub fn run(mut self, time: Duration) -> Vec<Score> {
        for contestant in &mut self.contestants {
            contestant.warm_up();
        }
        let start = Instant::now();
        let mut rounds = 0;
        while rounds < MIN_ROUNDS || start.elapsed() < time {
            for contestant in &mut self.contestants {
                contestant.take_turn();
            }
            rounds += 1;
        }
        let contestants = self.contestants.iter();
        contestants.map(|it| (it.name, it.fastest)).collect()
    }

    /// Has each do the work once to be warm, and once more: by how much that
    /// moved the gauge.
    pub fn read(mut self, gauge: impl Fn() -> u64) -> Vec<(&'static str, u64)> {
        let contestants = self.contestants.iter_mut();
        let moved = contestants.map(|it| {
            (it.work)();
            let before = gauge();
            (it.work)();
            (it.name, gauge() - before)
        });
        moved.collect()
    }
}

impl Contestant<'_> {
    /// Doubles the repeats until a sample is long enough.
    fn warm_up(&mut self) {
        self.take_turn();
        while self.take_turn() < SAMPLE {
            self.repeats *= 2;
        }
    }

    fn take_turn(&mut self) -> Duration {
        let start = Instant::now();
        for _ in 0..self.repeats {
            (self.work)();
        }
        let sample = start.elapsed();
        self.fastest = self.fastest.min(sample / self.repeats);
        sample
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::{Contest, MIN_ROUNDS, SAMPLE};

    /// The fastest turn counts, for the work done once, and all take turns.
    #[test]
    fn the_fastest_turn_counts() {
        let (slow, quick) = (Cell::new(0), Cell::new(0));
        let mut contest = Contest::new();
        contest.add("slow", || {
            slow.set(slow.get() + 1);
            std::thread::sleep(2 * SAMPLE);
        });
        contest.add("quick", || quick.set(quick.get() + 1));
        let scores = contest.run(Duration::ZERO);
        assert_eq!([scores[0].0, scores[1].0], ["slow", "quick"]);
        assert!(scores[0].1 >= 2 * SAMPLE && scores[1].1 < SAMPLE);
        assert_eq!(slow.get(), 2 + MIN_ROUNDS, "two turns to warm up");
        assert!(quick.get() > 100 * slow.get(), "{}", quick.get());
    }

    /// What the first turn of each moves does not count.
    #[test]
    fn a_gauge_is_read_of_the_warm() {
        let gauge = Cell::new(0);
        let mut contest = Contest::new();
        let mut cold = 100;
        contest.add("warms up", || {
            gauge.set(gauge.get() + std::mem::take(&mut cold));
        });
        contest.add("never warm", || gauge.set(gauge.get() + 7));
        let moved = contest.read(|| gauge.get());
        assert_eq!(moved, [("warms up", 0), ("never warm", 7)]);
    }
}
