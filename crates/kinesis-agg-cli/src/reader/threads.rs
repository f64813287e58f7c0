//! Reads in many threads: each cuts a chunk, works on it, and writes in its turn.
//!
//! ```text
//! loop, in each thread:
//!     the input is locked:   cut the next chunk; its number is that of the turn
//!     in parallel:           decode it, take it apart, write to memory
//!     in its turn:           write to stdout and stderr, add up the counts
//! ```
//!
//! A thread holds one chunk, so the memory of all grows with their number, and with
//! nothing else; who has a lot to write waits for its turn and goes on then. A
//! thread that waits for input does not keep the others from writing.
//!
//! The thread that asked waits for the first failure, or for all to end. It does not
//! wait for threads after a failure: one may wait for input that never comes. None
//! writes any more then, and they end with the program.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use super::chunk::{Chunk, Chunks};
use super::input::Files;
use super::{Reader, Sink, batch};
use crate::args::InputOptions;
use crate::exit::Failure;
use crate::notice;
use crate::output::Output;
use crate::progress;
use crate::turns::{Turn, Turns};

/// A sink that can work in many threads: what it makes of a record depends on that
/// record alone.
pub(crate) trait Parallel: Sink + Send + 'static {
    /// Another that does the same, and writes to `output`.
    fn fork(&self, output: Output) -> Self;

    /// What it writes to.
    fn output(&mut self) -> &mut Output;

    /// Moves what it counted to `whole`.
    fn settle(&mut self, whole: &mut Self);
}

/// What all threads share. The sink goes back to whoever asked.
struct Shared<S> {
    reader: Reader,
    input: Mutex<Source>,
    whole: Mutex<Option<S>>,
}

/// What is cut next, and its number.
struct Source {
    chunks: Chunks,
    number: u64,
}

impl Reader {
    /// As [`read`](Self::read), in so many threads, and with the same result: one
    /// thread is this one. Gives the sink back, with all that was counted.
    pub(crate) fn read_in_threads<S: Parallel>(
        self,
        options: &InputOptions,
        threads: usize,
        mut sink: S,
    ) -> (S, Result<usize, Failure>) {
        if threads < 2 {
            let read = self.read(options, &mut sink);
            return (sink, read);
        }
        let files = Files::at(&options.files, options.max_line);
        progress::start(files.total());
        let turns = Arc::new(Turns::default());
        let workers = (0..threads).map(|_| {
            let output = sink.output().in_turns(Turn::new(Arc::clone(&turns)));
            sink.fork(output)
        });
        let workers = Vec::from_iter(workers);
        let shared = Arc::new(Shared {
            reader: self,
            input: Mutex::new(Source {
                chunks: Chunks::of(self, files),
                number: 0,
            }),
            whole: Mutex::new(Some(sink)),
        });
        let worked = run(&shared, workers);
        progress::finish();
        let sink = lock(&shared.whole).take();
        let read = worked.map(|()| lock(&shared.input).chunks.unread());
        // Only this line takes it.
        (sink.expect("the sink is there until the end"), read)
    }
}

/// Has all `workers` work, until the first failure or until all have ended.
fn run<S: Parallel>(shared: &Arc<Shared<S>>, workers: Vec<S>) -> Result<(), Failure> {
    let (sender, ended) = mpsc::channel();
    for (number, worker) in workers.into_iter().enumerate() {
        let (shared, sender) = (Arc::clone(shared), sender.clone());
        let spawned = thread::Builder::new().spawn(move || {
            let work = AssertUnwindSafe(|| work(&shared, worker));
            // Nobody listens after a failure.
            let _ = sender.send(panic::catch_unwind(work));
        });
        match spawned {
            // Those that there are do it all.
            Err(_) if number > 0 => break,
            Err(error) => {
                let name = "no thread".to_owned();
                return Err(Failure::Read { name, error });
            }
            Ok(_) => {}
        }
    }
    drop(sender);
    for ended in ended {
        match ended {
            // Whoever stopped the others tells why.
            Ok(Ok(()) | Err(Failure::Stopped)) => {}
            Ok(failed) => return failed,
            Err(panic) => panic::resume_unwind(panic),
        }
    }
    Ok(())
}

/// Works until the input ends, or until a thread fails.
fn work<S: Parallel>(shared: &Shared<S>, mut sink: S) -> Result<(), Failure> {
    let mut chunk = Chunk::new();
    loop {
        notice::hold();
        let (number, cut) = cut(shared, &mut chunk)?;
        sink.output().begin_turn(number);
        let is_end = matches!(cut, Ok(false));
        let taken = match cut {
            Ok(true) => batch::hand_out(shared.reader, &mut chunk, &mut sink),
            Ok(false) => Ok(()),
            Err(failure) => Err(failure),
        };
        end_turn(shared, &mut sink, taken)?;
        progress::advance(chunk.text.len());
        if is_end {
            return Ok(());
        }
    }
}

/// The number of the next turn, and what `chunk` has for it. Fails when another
/// thread ended in the midst of it.
fn cut<S>(shared: &Shared<S>, chunk: &mut Chunk) -> Result<(u64, Result<bool, Failure>), Failure> {
    let mut source = shared.input.lock().map_err(|_| Failure::Stopped)?;
    let number = source.number;
    source.number += 1;
    let cut = source.chunks.cut(chunk);
    Ok((number, cut))
}

/// Writes what is left of a chunk, and lets the next thread write, unless this is
/// the end of all.
fn end_turn<S: Parallel>(
    shared: &Shared<S>,
    sink: &mut S,
    taken: Result<(), Failure>,
) -> Result<(), Failure> {
    sink.output().wait_for_turn()?;
    let written = match taken {
        Err(Failure::Write(_)) => taken,
        taken => sink.flush().and(taken),
    };
    if let Some(whole) = &mut *lock(&shared.whole) {
        sink.settle(whole);
    }
    sink.output().end_turn(written.is_ok());
    written
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::mem;

    use super::Parallel;
    use crate::args::{From, InputOptions};
    use crate::exit::Failure;
    use crate::output::Output;
    use crate::reader::{Batch, Reader, Sink};

    /// Counts records; at the number `bad` it panics.
    struct Counting {
        output: Output,
        records: usize,
        bad: &'static [u8],
    }

    impl Sink for Counting {
        fn take(&mut self, batch: &Batch<'_>) -> Result<(), Failure> {
            for found in batch.records() {
                assert_ne!(found.text, self.bad, "a bad record");
                self.records += 1;
            }
            Ok(())
        }

        fn flush(&mut self) -> Result<(), Failure> {
            self.output.flush()
        }
    }

    impl Parallel for Counting {
        fn fork(&self, output: Output) -> Self {
            Self {
                output,
                records: 0,
                bad: self.bad,
            }
        }

        fn output(&mut self) -> &mut Output {
            &mut self.output
        }

        fn settle(&mut self, whole: &mut Self) {
            whole.records += mem::take(&mut self.records);
        }
    }

    fn counted(threads: usize, bad: &'static [u8]) -> usize {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for number in 0..10_000 {
            writeln!(file, "{number}").unwrap();
        }
        let options = InputOptions {
            files: vec![file.path().to_owned()],
            from: From::Lines,
            max_line: 1000,
        };
        let sink = Counting {
            output: Output::stdout(),
            records: 0,
            bad,
        };
        let reader = Reader::new(From::Lines, None);
        let (sink, read) = reader.read_in_threads(&options, threads, sink);
        assert_eq!(read.ok(), Some(0));
        sink.records
    }

    /// Each record goes to one thread.
    #[test]
    fn all_are_counted() {
        for threads in [1, 2, 7, 50] {
            assert_eq!(counted(threads, b""), 10_000, "{threads}");
        }
    }

    /// A panic in a thread is one of whoever asked, and the others do not wait.
    #[test]
    #[should_panic(expected = "a bad record")]
    fn panics_end_it() {
        counted(4, b"5000");
    }
}
