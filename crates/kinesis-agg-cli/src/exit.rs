//! What ends the program, and its exit code.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | all went well; also when the reader of the output went away |
//! | 1 | some input was malformed: passed through, or named on stderr |
//! | 2 | wrong usage |
//! | 3 | reading or writing failed; files that can be read are read all the same |
//! | 4 | something was found, or --strict stopped; or a line or a document is too long, where going on would have lost it |
//! | 130 | Ctrl-C: what was read by then is out |

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::notice;

/// What a command that came to its end has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing.
    Fine,
    /// Some of the input was malformed, and each piece was named.
    Malformed,
    /// What was to be verified does not hold, and each finding was named.
    Found,
    /// Some file could not be read, and was named; all others were.
    Unread,
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What the user asked for makes no sense.
    Usage(String),
    /// A file, or stdin, cannot be read.
    Read {
        /// Name of the file, ready for stderr.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// Stdout cannot be written.
    Write(io::Error),
    /// Some of the input is malformed, and the user wants to go no further.
    Strict,
    /// Ctrl-C was pressed.
    Interrupted,
    /// Another thread stopped, and tells why.
    Stopped,
    /// A line, or a document, is longer than the user allows.
    TooLong {
        /// Name of the file, ready for stderr.
        name: String,
        /// What it is: a line, or a document.
        what: &'static str,
        /// Number of its first line.
        line: u64,
        /// Bytes that it may have.
        max: usize,
    },
}

impl Failure {
    const fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Read { .. } | Self::Write(_) | Self::Stopped => 3,
            Self::TooLong { .. } | Self::Strict => 4,
            Self::Interrupted => 130,
        }
    }

    /// The reader of the output has seen enough, as `head` does.
    fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => formatter.write_str(text),
            Self::Read { name, error } => write!(formatter, "{name}: {error}"),
            Self::Write(error) => write!(formatter, "stdout: {error}"),
            Self::Strict => formatter.write_str("stopped there, as --strict says"),
            Self::Interrupted => {
                formatter.write_str("stopped by Ctrl-C; everything read so far was written")
            }
            Self::Stopped => formatter.write_str("another thread stopped"),
            Self::TooLong {
                name,
                what,
                line,
                max,
            } => write!(
                formatter,
                "{name}:{line}: the {what} is longer than {} (--max-line): reading stopped here, \
                 since skipping it would lose it",
                Size(*max)
            ),
        }
    }
}

/// A number of bytes, in the largest unit without a fraction.
struct Size(usize);

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = *self;
        for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
            if bytes % unit == 0 {
                return write!(formatter, "{} {name}", bytes / unit);
            }
        }
        write!(formatter, "{bytes} bytes")
    }
}

/// Says what went wrong, if anything, and turns it into the exit code.
pub(crate) fn code(result: Result<Outcome, Failure>) -> ExitCode {
    match result {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Malformed) => ExitCode::from(1),
        Ok(Outcome::Found) => ExitCode::from(4),
        Ok(Outcome::Unread) => ExitCode::from(3),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            notice::say_why(&failure);
            ExitCode::from(failure.code())
        }
    }
}
