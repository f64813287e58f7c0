//! The contest on one corpus: agree first, warm up, then measure by turns.
//!
//! The programs of a language that do the same work are alive at once, and each pass
//! asks each of them once: load on the machine disturbs all alike. Of the rounds the
//! fastest counts, and they go on until nobody gets faster.
//!
//! A pass of all languages together would take more than eight seconds on some corpora:
//! after so many, V8 takes a program for idle and shrinks its heap.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::agree;
use crate::corpora::Files;
use crate::peer::{Peer, Work};
use crate::session::{Hello, Round, Session};
use crate::tool::Language;

/// What is not faster than this part of the best is not taken for faster.
const CLEARLY: f64 = 0.99;

/// How long all takes.
#[derive(Debug)]
pub(crate) struct Plan {
    /// So many passes that have made nobody faster are the last ones.
    settled: usize,
    /// Passes at most.
    most: usize,
    /// Processor time of a round, at least.
    round: Duration,
    /// A part of the warm-up.
    warm_up: f64,
}

/// One work of one peer.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) peer: &'static Peer,
    pub(crate) work: Work,
    pub(crate) outcome: Outcome,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Outcome {
    Measured(Hello, Measured),
    Failed(anyhow::Error),
}

/// The fastest round, for a user record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) cpu_ns: f64,
    pub(crate) wall_ns: f64,
    pub(crate) peak_mib: f64,
    pub(crate) rounds: usize,
}

impl Plan {
    /// All corpora in less than an hour; a quick run in a minute.
    pub(crate) fn new(quick: bool) -> Self {
        Self {
            settled: if quick { 2 } else { 6 },
            most: if quick { 3 } else { 20 },
            round: Duration::from_millis(if quick { 200 } else { 300 }),
            warm_up: if quick { 0.5 } else { 1.0 },
        }
    }

    /// Does passes until enough of them have made nobody faster, or most are done.
    /// `pass` gets its number, and tells whether it has made somebody faster.
    fn until_settled(&self, mut pass: impl FnMut(usize) -> bool) {
        let mut settled = 0;
        for number in 0..self.most {
            settled = if pass(number) { 0 } else { settled + 1 };
            if settled == self.settled {
                break;
            }
        }
    }
}

/// A program with the rounds that it did.
struct Contender {
    peer: &'static Peer,
    work: Work,
    state: Result<(Session, Vec<Round>)>,
}

/// Has all peers do all their works, one work after the other, and one language.
pub(crate) fn run(
    peers: &[&'static Peer],
    files: &Files,
    folder: &Path,
    plan: &Plan,
) -> Vec<Entry> {
    let works = [Work::Deaggregate, Work::Aggregate].into_iter();
    let contests = works.flat_map(|work| Language::ALL.map(|language| (work, language)));
    let contest = |(work, language)| {
        let takes_part =
            |peer: &&&'static Peer| peer.works.contains(&work) && peer.tool.language() == language;
        let ready = peers.iter().filter(takes_part).map(|peer| Contender {
            peer,
            work,
            state: prepare(peer, work, files, folder, plan).map(|session| (session, Vec::new())),
        });
        by_turns(ready.collect(), plan)
    };
    contests.flat_map(contest).collect()
}

/// Measures those that are ready.
fn by_turns(mut contenders: Vec<Contender>, plan: &Plan) -> Vec<Entry> {
    let count = contenders.len();
    plan.until_settled(|pass| {
        let mut faster = false;
        // Each begins in its turn.
        for turn in 0..count {
            faster |= contenders[(pass + turn) % count].round(plan.round);
        }
        faster
    });
    contenders.into_iter().map(Contender::finish).collect()
}

/// A session that has done the work right, and is warm.
fn prepare(peer: &Peer, work: Work, files: &Files, folder: &Path, plan: &Plan) -> Result<Session> {
    let answer = folder.join(format!("{}-{work}.answer", peer.name));
    let command = peer.tool.program(folder, work, files.input(work))?;
    let mut session = Session::start(command, &answer.with_extension("log"))?;
    let counted = session.check(&answer)?;
    agree::check(work, &files.expected()?, &answer)?;
    ensure!(counted == files.count, "it counts {counted} user records");
    let round = session.round(peer.tool.warm_up().mul_f64(plan.warm_up))?;
    let passes = usize::try_from(round.user_records)? / counted;
    ensure!(passes > 0, "a round is less than the corpus");
    Ok(session)
}

impl Contender {
    /// Does a round; whether it was the fastest, and clearly.
    fn round(&mut self, time: Duration) -> bool {
        let Ok((session, rounds)) = &mut self.state else {
            return false;
        };
        match session.round(time) {
            Ok(round) => {
                let faster = is_faster(&round, rounds);
                rounds.push(round);
                faster
            }
            Err(error) => {
                self.state = Err(error);
                false
            }
        }
    }

    fn finish(self) -> Entry {
        let outcome = match self
            .state
            .and_then(|(session, rounds)| best(&session, &rounds))
        {
            Ok((hello, measured)) => Outcome::Measured(hello, measured),
            Err(error) => Outcome::Failed(error),
        };
        Entry {
            peer: self.peer,
            work: self.work,
            outcome,
        }
    }
}

fn best(session: &Session, rounds: &[Round]) -> Result<(Hello, Measured)> {
    let measured = Measured {
        cpu_ns: least(rounds, |round| round.cpu_ns),
        wall_ns: least(rounds, |round| round.wall_ns),
        peak_mib: session.peak_mib()?,
        rounds: rounds.len(),
    };
    Ok((session.hello.clone(), measured))
}

/// Whether it is clearly faster than those before.
fn is_faster(round: &Round, before: &[Round]) -> bool {
    let best = least(before, |round| round.cpu_ns);
    per_record(round.cpu_ns, round) < best * CLEARLY
}

/// The least time of all, for a user record.
fn least(rounds: &[Round], time: fn(&Round) -> u64) -> f64 {
    let times = rounds.iter().map(|round| per_record(time(round), round));
    times.fold(f64::INFINITY, f64::min)
}

/// Nanoseconds and counts stay far below 2^52.
#[expect(clippy::cast_precision_loss)]
fn per_record(time: u64, round: &Round) -> f64 {
    time as f64 / round.user_records as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many passes there are when these make somebody faster.
    fn passes(faster: impl Fn(usize) -> bool) -> usize {
        let mut done = 0;
        Plan::new(false).until_settled(|number| {
            assert_eq!(number, done);
            done += 1;
            faster(number)
        });
        done
    }

    #[test]
    fn passes_end_when_nobody_gets_faster() {
        assert_eq!(passes(|number| number == 0), 7);
        assert_eq!(passes(|number| number == 0 || number == 6), 13);
        assert_eq!(passes(|number| number % 6 == 0), 20);
    }

    #[test]
    fn the_first_is_faster_and_then_what_is_by_a_hundredth() {
        let round = |cpu_ns| Round {
            user_records: 10,
            cpu_ns,
            wall_ns: 0,
        };
        let before = [round(2000), round(1000), round(3000)];
        assert!(is_faster(&round(1000), &[]));
        assert!(is_faster(&round(989), &before));
        assert!(!is_faster(&round(991), &before));
    }
}
