//! One program of a peer, alive and told what to do.
//!
//! ```text
//! we      check FILE          round SECONDS
//! it      {"user_records"}    {"user_records", "cpu_ns", "wall_ns", "touched"}
//! ```
//!
//! Before the first command it says `{"version", "runtime", "with"}`. What it
//! writes to its standard error goes to a log beside the answers.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a program that does not answer gets.
const PATIENCE: Duration = Duration::from_mins(2);

/// How much of its log an error shows.
const LAST_LINES: usize = 8;

/// A program that waits for its next command.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
    log: PathBuf,
    pub(crate) hello: Hello,
}

/// What a program says of itself.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Hello {
    pub(crate) version: String,
    pub(crate) runtime: String,
    pub(crate) with: String,
}

/// A round as the program measured it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Round {
    pub(crate) user_records: u64,
    pub(crate) cpu_ns: u64,
    pub(crate) wall_ns: u64,
}

#[derive(Debug, Deserialize)]
struct Checked {
    user_records: usize,
}

impl Session {
    /// # Errors
    ///
    /// The program cannot be started or does not say what it is.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(File::create(log)?);
        let mut child = command.spawn().context("cannot start the program")?;
        let input = child.stdin.take();
        let output = child.stdout.take().context("the program has no output")?;
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            // Nobody receives any more when the session has ended.
            let _ = lines.map(|line| sender.send(line)).find(Result::is_err);
        });
        let mut session = Self {
            child,
            input,
            answers,
            log: log.to_owned(),
            hello: Hello::default(),
        };
        session.hello = session.answer()?;
        Ok(session)
    }

    /// Has the program write what comes out; returns how many user records it counted.
    ///
    /// # Errors
    ///
    /// The program fails.
    pub(crate) fn check(&mut self, file: &Path) -> Result<usize> {
        let checked: Checked = self.ask(&format!("check {}", file.display()))?;
        Ok(checked.user_records)
    }

    /// Has the program do the whole corpus until it used so much processor time.
    ///
    /// # Errors
    ///
    /// The program fails.
    pub(crate) fn round(&mut self, time: Duration) -> Result<Round> {
        self.ask(&format!("round {}", time.as_secs_f64()))
    }

    /// The most memory it ever had resident, in MiB: what getrusage calls maxrss.
    ///
    /// # Errors
    ///
    /// The system does not tell.
    pub(crate) fn peak_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.context("peak memory is read from /proc")?;
        let mut lines = status.lines();
        let peak = lines.find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<f64>().ok());
        Ok(kib.context("/proc tells no peak memory")? / 1024.0)
    }

    fn ask<A: DeserializeOwned>(&mut self, command: &str) -> Result<A> {
        let input = self.input.as_mut().context("the session has ended")?;
        writeln!(input, "{command}").context("the program has ended")?;
        self.answer()
    }

    fn answer<A: DeserializeOwned>(&self) -> Result<A> {
        let line = self.answers.recv_timeout(PATIENCE);
        let line = line.with_context(|| format!("no answer\n{}", last_lines(&self.log)))?;
        serde_json::from_str(&line).with_context(|| format!("the program answers {line}"))
    }
}

impl Drop for Session {
    /// The end of its input ends the program; one that hangs is killed.
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.answers.recv_timeout(Duration::from_secs(5));
        // Nothing is left to kill when it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The end of what it wrote to its standard error.
fn last_lines(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}
