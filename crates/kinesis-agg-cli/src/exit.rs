//! What ends the program, and its exit code.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | all went well; also when the reader of the output went away |
//! | 1 | some input was malformed: passed through, or named on stderr |
//! | 2 | wrong usage |
//! | 3 | reading or writing failed |
//! | 4 | going on would have lost something |
//! | 130 | Ctrl-C: the signal is left to its default, which shells report so |

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
    /// A line, or a Lambda event, is longer than the user allows.
    TooLong {
        /// Name of the file, ready for stderr.
        name: String,
        /// Number of its first line.
        line: u64,
        /// Bytes of it that were read.
        len: usize,
        /// Bytes that it may have.
        max: usize,
    },
}

impl Failure {
    const fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Read { .. } | Self::Write(_) => 3,
            Self::TooLong { .. } => 4,
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
            Self::TooLong {
                name,
                line,
                len,
                max,
            } => write!(
                formatter,
                "{name}:{line}: longer than {max} bytes ({len} read so far): stopped here, since \
                 skipping it would lose it; --max-line raises the limit"
            ),
        }
    }
}

/// Says what went wrong, if anything, and turns it into the exit code.
pub(crate) fn code(result: Result<Outcome, Failure>) -> ExitCode {
    match result {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Malformed) => ExitCode::from(1),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            notice::say(&failure);
            ExitCode::from(failure.code())
        }
    }
}
