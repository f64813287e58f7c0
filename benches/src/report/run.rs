//! When, where and how something was measured, and what to make of it.

use std::process::Command;

use serde::{Deserialize, Serialize};

use super::machine::{self, Load, Machine};

/// Up to this many processors busy with something else are no disturbance.
pub const QUIET: f64 = 0.1;

/// When, where and how.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    /// The day in UTC.
    pub date: String,
    /// What one types to measure again.
    pub command: String,
    /// The commit of this project.
    pub commit: String,
    /// Where it was.
    pub machine: Machine,
    /// Whether the numbers may be quoted: see `others`.
    pub quiet: bool,
    /// Processors that were busy with something else, on average.
    pub others: f64,
}

impl Run {
    /// Of today and this machine, not known to be quiet.
    pub fn new(command: &str) -> Self {
        Self {
            date: machine::today(),
            command: command.to_owned(),
            commit: commit().unwrap_or_else(|| "unknown".to_owned()),
            machine: Machine::here(),
            quiet: false,
            others: 0.0,
        }
    }

    /// The last word on how quiet the machine was.
    pub fn disturbed_by(&mut self, load: &Load) {
        self.others = load.others();
        self.quiet = self.others <= QUIET;
    }

    /// What to make of the numbers.
    pub fn how_quiet(&self) -> String {
        let others = self.others;
        if self.quiet {
            return format!("quiet; others took {others:.2} processors");
        }
        format!(
            "**not quiet**, others took {others:.2} processors: these numbers only show that it runs"
        )
    }

    /// All of it, for a page.
    pub fn as_list(&self) -> String {
        let machine = &self.machine;
        let lines = [
            ("Date", format!("{}, commit {}", self.date, self.commit)),
            ("Command", format!("`{}`", self.command)),
            (
                "Machine",
                format!(
                    "{}; {} cores, {} GiB, {}",
                    machine.processor, machine.cores, machine.memory_gib, machine.system
                ),
            ),
            ("Load", self.how_quiet()),
        ];
        lines
            .map(|(name, value)| format!("- {name}: {value}\n"))
            .concat()
    }

    /// The same in a line, for the foot of a picture.
    pub fn as_line(&self) -> String {
        let quiet = self.how_quiet().replace("**", "");
        format!("{}, {}; {quiet}", self.date, self.machine.processor)
    }
}

/// The commit, with a `+` when files differ from it.
fn commit() -> Option<String> {
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--abbrev=12", "--dirty=+"]);
    git.args(["--match", "", "--exclude", "*"]);
    let output = git.current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| name.trim().to_owned())
}
