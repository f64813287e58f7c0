//! The peer that is this project: deaggregate and aggregate, through its public
//! API alone.
//!
//! `README.md` beside this folder has the protocol.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufWriter, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use kinesis_agg::{
    AggregatedRecord, Aggregator, Deaggregated, Deaggregator, NewUserRecord, Unsealed, UserRecord,
    seal_many,
};
use kinesis_agg_bench::pairs::Pair;
use kinesis_agg_bench::{ours, pairs};
use serde_json::{Value, json};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, file] = arguments.as_slice() else {
        bail!("usage: peer-ours deaggregate|aggregate FILE");
    };
    let file = std::fs::read(file).context("cannot read the corpus")?;
    let records = pairs::read(&file)?;
    match what.as_str() {
        "deaggregate" => serve(&mut Reading::new(&records)),
        "aggregate" => serve(&mut Writing { records: &records }),
        _ => bail!("{what} is no work"),
    }
}

/// The whole corpus once, again and again.
trait Work {
    /// Touches what comes out; returns how many user records there were.
    fn run(&mut self, touched: &mut usize) -> usize;

    /// Hands out what comes out: the partition key and data of each.
    fn hand_out(&mut self, write: &mut dyn FnMut(&str, &[u8]));
}

/// Reading: all blobs in one call, as they come from GetRecords.
struct Reading<'file> {
    deaggregator: Deaggregator,
    blobs: Vec<&'file [u8]>,
}

impl<'file> Reading<'file> {
    fn new(records: &[Pair<'file>]) -> Self {
        Self {
            deaggregator: Deaggregator::new(),
            blobs: records.iter().map(|(_, data)| *data).collect(),
        }
    }

    #[inline]
    fn for_each(&mut self, mut visit: impl FnMut(UserRecord<'file>)) {
        for deaggregated in self.deaggregator.deaggregate_batch(&self.blobs).iter() {
            if let Deaggregated::Aggregated(user_records) = deaggregated {
                for user_record in user_records {
                    visit(user_record);
                }
            }
        }
    }
}

impl Work for Reading<'_> {
    fn run(&mut self, touched: &mut usize) -> usize {
        let mut count = 0;
        self.for_each(|user_record| {
            *touched += touch(user_record.partition_key.as_bytes(), user_record.data);
            count += 1;
        });
        count
    }

    fn hand_out(&mut self, write: &mut dyn FnMut(&str, &[u8])) {
        self.for_each(|user_record| write(&user_record.partition_key.as_str(), user_record.data));
    }
}

/// Writing: what is full is sealed after each [`TOGETHER`].
struct Writing<'file> {
    records: &'file [Pair<'file>],
}

/// So many bytes of data are pushed, and what is full is sealed.
const TOGETHER: usize = 16 * ours::MAX_SIZE;

impl Writing<'_> {
    #[inline]
    fn for_each(&self, mut visit: impl FnMut(&AggregatedRecord)) {
        let mut send = |full: &mut Vec<Unsealed>| {
            seal_many(full.drain(..)).iter().for_each(&mut visit);
        };
        let mut aggregator = Aggregator::with_options(ours::options());
        let (mut full, mut size) = (Vec::new(), 0);
        for (partition_key, data) in self.records {
            let pushed = aggregator.push(NewUserRecord::new(partition_key, data));
            full.extend(pushed.expect("corpora hold valid user records"));
            size += data.len();
            if size >= TOGETHER {
                send(&mut full);
                size = 0;
            }
        }
        full.extend(aggregator.finish());
        send(&mut full);
    }
}

impl Work for Writing<'_> {
    fn run(&mut self, touched: &mut usize) -> usize {
        self.for_each(|aggregated| {
            *touched += touch(aggregated.partition_key().as_bytes(), aggregated.data());
        });
        self.records.len()
    }

    fn hand_out(&mut self, write: &mut dyn FnMut(&str, &[u8])) {
        self.for_each(|aggregated| write(aggregated.partition_key(), aggregated.data()));
    }
}

/// Both lengths and the first byte.
#[inline]
fn touch(partition_key: &[u8], data: &[u8]) -> usize {
    let first = data.first().copied().map_or(0, usize::from);
    partition_key.len() + data.len() + first
}

/// Says hello with the versions, then does what it is told until the input ends.
fn serve(work: &mut dyn Work) -> Result<()> {
    let user_records = work.run(&mut 0);
    say(&json!({
        "version": env!("CARGO_PKG_VERSION"),
        "runtime": concat!("Rust ", env!("CARGO_PKG_RUST_VERSION")),
        "with": "no protobuf library",
    }))?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (command, argument) = line.split_once(' ').context("a command has an argument")?;
        match command {
            "check" => {
                check(work, argument)?;
                say(&json!({ "user_records": user_records }))?;
            }
            _ => say(&round(work, argument.parse()?))?,
        }
    }
    Ok(())
}

fn say(answer: &Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{answer}").context("nobody listens")
}

fn check(work: &mut dyn Work, file: &str) -> Result<()> {
    let mut out = BufWriter::new(File::create(file).context("cannot write the answer")?);
    let mut written = Ok(());
    let mut pair = Vec::new();
    work.hand_out(&mut |partition_key, data| {
        pair.clear();
        pairs::write(&mut pair, partition_key, data);
        if written.is_ok() {
            written = out.write_all(&pair);
        }
    });
    written
        .and_then(|()| out.flush())
        .context("cannot write the answer")
}

fn round(work: &mut dyn Work, seconds: f64) -> Value {
    let (wall, start) = (Instant::now(), cpu());
    let mut user_records = 0;
    let mut touched = 0;
    let used = loop {
        user_records += work.run(&mut touched);
        let used = cpu().saturating_sub(start);
        if used.as_secs_f64() >= seconds {
            break used;
        }
    };
    json!({
        "user_records": user_records,
        "cpu_ns": nanoseconds(used),
        "wall_ns": nanoseconds(wall.elapsed()),
        "touched": black_box(touched),
    })
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Processor time of the whole process.
#[cfg(unix)]
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

/// There is no such clock here: the peers are compared on Linux.
#[cfg(not(unix))]
fn cpu() -> Duration {
    panic!("the peers are compared on Linux, which tells processor time")
}
