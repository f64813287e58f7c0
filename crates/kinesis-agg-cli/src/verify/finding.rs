//! What `verify` found, as a line for people or for machines.

use std::fmt;

use kinesis_agg::NotAggregated;
use serde::Serialize;

use crate::notice::{Place, shown};

/// Sub-sequence numbers that people see; the rest is counted.
const LISTED: usize = 10;

/// One finding.
#[derive(Debug)]
pub(super) struct Finding<'f> {
    /// Name of the file, ready for a terminal.
    pub(super) file: &'f str,
    pub(super) place: Place,
    pub(super) what: What,
}

/// What was found about a Kinesis record.
#[derive(Debug)]
pub(super) enum What {
    /// It gives no data.
    Unreadable { name: &'static str, reason: String },
    /// It begins like an aggregate and is none.
    Damaged(NotAggregated),
    /// It has user records outside of its shard, or of the range that was given.
    Outside {
        /// Their sub-sequence numbers.
        numbers: Vec<u64>,
        /// How many user records it has.
        total: usize,
        shard: Option<String>,
    },
    /// Nobody can tell in which shard it lies.
    Unplaced(Unplaced),
    /// It is base64 of an aggregate.
    EncodedTwice,
}

/// Why nobody can tell in which shard an aggregate lies.
#[derive(Debug)]
pub(super) enum Unplaced {
    /// The input does not say.
    Untold,
    /// It names a shard that the map does not have.
    UnknownShard(String),
    /// Its keys are none.
    BadKey,
}

impl What {
    /// A short name that stays the same.
    fn name(&self) -> &'static str {
        match self {
            Self::Unreadable { name, .. } => name,
            Self::Damaged(reason) => reason.name(),
            Self::Outside { .. } => "outside",
            Self::Unplaced(Unplaced::Untold) => "shard-not-told",
            Self::Unplaced(Unplaced::UnknownShard(_)) => "unknown-shard",
            Self::Unplaced(Unplaced::BadKey) => "bad-key",
            Self::EncodedTwice => "encoded-twice",
        }
    }
}

impl fmt::Display for Unplaced {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untold => formatter.write_str(
                "nobody tells in which shard it lies; give --hash-key-range of the shard that it \
                 was read from",
            ),
            Self::UnknownShard(id) => {
                write!(formatter, "the list of shards has no {}", shown(id))
            }
            Self::BadKey => formatter.write_str("its explicit hash key, or its key, is none"),
        }
    }
}

impl Finding<'_> {
    /// Appends the line.
    pub(super) fn write(&self, json: bool, out: &mut Vec<u8>) {
        if json {
            // A vector takes all bytes, and there are no odd keys.
            let written = serde_json::to_writer(&mut *out, &Output::of(self));
            debug_assert!(written.is_ok(), "{written:?}");
        } else {
            out.extend_from_slice(self.to_string().as_bytes());
        }
        out.push(b'\n');
    }
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.what.name();
        write!(formatter, "{}:{}: {name}: ", self.file, self.place)?;
        match &self.what {
            What::Unreadable { reason, .. } => formatter.write_str(reason),
            What::Damaged(reason) => reason.fmt(formatter),
            What::Unplaced(unplaced) => unplaced.fmt(formatter),
            What::EncodedTwice => formatter.write_str(
                "base64 of an aggregate: its producer encoded it twice, so no reader sees the \
                 user records",
            ),
            What::Outside {
                numbers,
                total,
                shard,
            } => {
                let outside = numbers.len();
                write!(formatter, "{outside} of {total} user records ")?;
                match shard {
                    Some(shard) => write!(formatter, "do not belong to {}", shown(shard))?,
                    None => formatter.write_str("are out of the range")?,
                }
                let listed = numbers.iter().take(LISTED).map(ToString::to_string);
                let listed = Vec::from_iter(listed).join(", ");
                let more = if outside > LISTED { ", …" } else { "" };
                write!(formatter, "; a KCL reader drops them all: {listed}{more}")
            }
        }
    }
}

/// A finding for machines: a line of the output.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output<'f> {
    file: &'f str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    /// Number in its document, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<usize>,
    finding: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Where in the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard_id: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_records: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outside: Option<&'f [u64]>,
}

impl<'f> Output<'f> {
    fn of(finding: &'f Finding<'f>) -> Self {
        let Place {
            line,
            column,
            record,
        } = finding.place;
        let base = Self {
            file: finding.file,
            line,
            column,
            record,
            finding: finding.what.name(),
            reason: None,
            offset: None,
            shard_id: None,
            user_records: None,
            outside: None,
        };
        match &finding.what {
            What::Unreadable { reason, .. } => Self {
                reason: Some(reason.clone()),
                ..base
            },
            What::EncodedTwice => base,
            What::Unplaced(unplaced) => Self {
                reason: Some(unplaced.to_string()),
                ..base
            },
            What::Damaged(damaged) => Self {
                reason: Some(damaged.to_string()),
                offset: damaged.offset(),
                ..base
            },
            What::Outside {
                numbers,
                total,
                shard,
            } => Self {
                shard_id: shard.as_deref(),
                user_records: Some(*total),
                outside: Some(numbers),
                ..base
            },
        }
    }
}
