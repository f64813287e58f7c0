//! The machine, the day, and how much others disturbed.
//!
//! All from `/proc`, as Linux has it; elsewhere the machine is not known.

use std::time::{Instant, SystemTime};

use serde::{Deserialize, Serialize};

/// Where the numbers were measured.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Machine {
    /// The model, and its widest vectors.
    pub processor: String,
    /// How many threads run at once.
    pub cores: usize,
    /// Rounded up.
    pub memory_gib: u64,
    /// Operating system and architecture.
    pub system: String,
}

impl Machine {
    /// The one this runs on.
    pub fn here() -> Self {
        let memory = first_field("/proc/meminfo", "MemTotal:");
        let kib = memory.split_whitespace().next().map(str::parse);
        Self {
            processor: processor(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gib: kib
                .and_then(Result::ok)
                .map_or(0, |kib: u64| kib.div_ceil(1 << 20)),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

/// The model, and the instructions that decide how fast checksums are.
fn processor() -> String {
    let model = first_field("/proc/cpuinfo", "model name");
    let flags = first_field("/proc/cpuinfo", "flags");
    let has = |flag: &str| flags.split_whitespace().any(|has| has == flag);
    let widest = ["avx512f", "avx2"].into_iter().find(|flag| has(flag));
    match widest {
        Some(flag) => format!("{model}, {flag}"),
        None => model,
    }
}

/// What stands behind `name` and a colon, in the first line that starts with it.
fn first_field(file: &str, name: &str) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let value = line.map(|line| line.trim_start_matches([' ', '\t', ':']).trim());
    value.unwrap_or("unknown").to_owned()
}

/// The day in UTC, as `2026-11-22`.
pub fn today() -> String {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let now = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
    now.strftime("%F").to_string()
}

/// How many processors were busy with something else than us, since a moment.
#[derive(Debug)]
pub struct Load {
    since: Instant,
    /// Ticks of all processors, and ours among them.
    busy: u64,
    ours: u64,
}

impl Load {
    /// From now on.
    pub fn now() -> Self {
        Self {
            since: Instant::now(),
            busy: busy_ticks(),
            ours: our_ticks(),
        }
    }

    /// In processors: 0.0 is a quiet machine. Programs that still run count as others.
    pub fn others(&self) -> f64 {
        let busy = busy_ticks().saturating_sub(self.busy);
        let ours = our_ticks().saturating_sub(self.ours);
        let seconds = ticks_to_seconds(busy.saturating_sub(ours));
        let others = seconds / self.since.elapsed().as_secs_f64();
        (others * 100.0).round() / 100.0
    }
}

/// Linux tells in hundredths of a second, whatever the kernel counts in.
fn ticks_to_seconds(ticks: u64) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let ticks = ticks as f64;
    ticks / 100.0
}

/// Everything but idle and waiting for the disk; guests are counted in `user` already.
fn busy_ticks() -> u64 {
    let line = first_field("/proc/stat", "cpu ");
    let ticks = line
        .split_whitespace()
        .map(|ticks| ticks.parse().unwrap_or(0));
    let but_idle = ticks
        .take(8)
        .enumerate()
        .filter(|(at, _)| !matches!(at, 3 | 4));
    but_idle.map(|(_, ticks): (usize, u64)| ticks).sum()
}

/// Ours, and those of all programs that we started and that have ended.
fn our_ticks() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold anything.
    let behind_name = text.rsplit_once(')').map_or("", |(_, behind)| behind);
    let fields = behind_name.split_whitespace().skip(11).take(4);
    fields.map(|ticks| ticks.parse().unwrap_or(0)).sum()
}
