//! Runs steps one after the other and says how they went.
//!
//! ```text
//! === fmt: every file is formatted
//! ... what the step prints ...
//! --- fmt passed in 0.4 s
//!
//! fmt       passed    0.4 s
//! clippy    failed   12.0 s  `cargo clippy ...` ended with exit status: 101
//! test      not run
//! 1 passed, 1 failed
//! ```
//!
//! The last line counts steps, and is always the last. This module does not
//! know what the steps do.

use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// When a step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    /// While working, and always.
    Quick,
    /// Before a change goes in.
    Full,
    /// By hand: it takes long.
    Soak,
}

/// One thing that is checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<Run = fn() -> Result<()>> {
    /// One word, by which it can be asked for.
    pub(crate) name: &'static str,
    pub(crate) tier: Tier,
    /// What holds when it passes.
    pub(crate) rule: &'static str,
    pub(crate) run: Run,
}

/// How the steps went, in their order.
#[derive(Debug)]
pub(crate) struct Report(Vec<(&'static str, Outcome)>);

#[derive(Debug)]
enum Outcome {
    Passed(Duration),
    Failed(Duration, anyhow::Error),
    NotRun,
}

/// Those of `steps` that are called so, in their own order; all when none is named.
///
/// # Errors
///
/// A name that no step has.
pub(crate) fn named<Run>(
    steps: &'static [Step<Run>],
    names: &[String],
) -> Result<Vec<&'static Step<Run>>> {
    for name in names {
        if !steps.iter().any(|step| step.name == name) {
            bail!("there is no step {name}; --list names them all");
        }
    }
    let is_named = |step: &&Step<Run>| names.iter().any(|name| name == step.name);
    let wanted = |step: &&Step<Run>| names.is_empty() || is_named(step);
    Ok(steps.iter().filter(wanted).collect())
}

/// Prints the steps and what holds when they pass.
pub(crate) fn print_list<Run>(steps: &[&Step<Run>]) {
    for step in steps {
        let tier = match step.tier {
            Tier::Quick => "quick",
            Tier::Full => "full",
            Tier::Soak => "soak",
        };
        println!("{:13}  {tier:5}  {}", step.name, step.rule);
    }
}

/// Runs `steps` in order, each by `call`; after a failure only if told to
/// `keep_going`.
pub(crate) fn run<Run>(
    steps: &[&Step<Run>],
    keep_going: bool,
    call: impl Fn(&Run) -> Result<()>,
) -> Report {
    let mut report = Report(Vec::with_capacity(steps.len()));
    for step in steps {
        let stop = report.has_failed() && !keep_going;
        let outcome = if stop {
            Outcome::NotRun
        } else {
            run_one(step, &call)
        };
        report.0.push((step.name, outcome));
    }
    report
}

fn run_one<Run>(step: &Step<Run>, call: impl Fn(&Run) -> Result<()>) -> Outcome {
    println!("\n=== {}: {}", step.name, step.rule);
    let start = Instant::now();
    let result = call(&step.run);
    let took = start.elapsed();
    let outcome = match result {
        Ok(()) => Outcome::Passed(took),
        Err(error) => Outcome::Failed(took, error),
    };
    println!("--- {} {outcome}", step.name);
    outcome
}

impl Report {
    /// That of the run: 1 when a step has failed.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.has_failed()))
    }

    fn has_failed(&self) -> bool {
        self.count(|outcome| matches!(outcome, Outcome::Failed(..))) > 0
    }

    fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.0.iter().filter(|(_, outcome)| is(outcome)).count()
    }
}

/// The table and, as the last line, `N passed, M failed`.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.len()).max();
        let width = width.unwrap_or_default();
        for (name, outcome) in &self.0 {
            writeln!(f, "{name:width$}  {outcome}")?;
        }
        let passed = self.count(|outcome| matches!(outcome, Outcome::Passed(_)));
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(..)));
        write!(f, "{passed} passed, {failed} failed")
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(took) => write!(f, "passed  {:>10}", elapsed(*took)),
            Self::Failed(took, error) => write!(f, "failed  {:>10}  {error:#}", elapsed(*took)),
            Self::NotRun => write!(f, "not run"),
        }
    }
}

fn elapsed(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static STEPS: [Step; 3] = [
        step("good", || Ok(())),
        step("bad", || bail!("it is broken")),
        step("later", || Ok(())),
    ];

    const fn step(name: &'static str, run: fn() -> Result<()>) -> Step {
        let tier = Tier::Quick;
        let rule = "a rule";
        Step {
            name,
            tier,
            rule,
            run,
        }
    }

    fn run_all(keep_going: bool) -> Report {
        run(&named(&STEPS, &[]).unwrap(), keep_going, |call| call())
    }

    /// Steps run in their own order, and a name that none has is an error, not a run
    /// of nothing.
    #[test]
    fn steps_are_chosen_by_name() {
        let names = |names: &[&str]| {
            let names = Vec::from_iter(names.iter().map(ToString::to_string));
            let chosen = named(&STEPS, &names)?;
            anyhow::Ok(Vec::from_iter(chosen.iter().map(|step| step.name)))
        };
        assert_eq!(names(&["later", "good"]).unwrap(), ["good", "later"]);
        assert_eq!(names(&[]).unwrap(), ["good", "bad", "later"]);
        assert!(names(&["good", "goood"]).is_err());
    }

    /// A failure stops the run, and what did not run counts as neither.
    #[test]
    fn the_first_failure_stops() {
        let report = run_all(false);
        assert!(report.has_failed());
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("it is broken"), "{text}");
        assert!(text.contains("later  not run"), "{text}");
    }

    /// Told to keep going, the run comes to the end and still fails.
    #[test]
    fn keep_going_runs_all() {
        let report = run_all(true);
        assert!(report.has_failed());
        assert_eq!(
            report.to_string().lines().last(),
            Some("2 passed, 1 failed")
        );
    }

    /// Under a minute in tenths of a second, above in minutes and seconds.
    #[test]
    fn times_are_short() {
        assert_eq!(elapsed(Duration::from_millis(450)), "0.5 s");
        assert_eq!(elapsed(Duration::from_secs(59)), "59.0 s");
        assert_eq!(elapsed(Duration::from_secs(125)), "2 min 05 s");
    }
}
