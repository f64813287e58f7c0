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
        write!(formatter, "{}:{}: ", self.file, self.place)?;
        match &self.what {
            What::Unreadable { name, reason } => write!(formatter, "{name}: {reason}"),
            What::Damaged(reason) => write!(formatter, "{}: {reason}", reason.name()),
            What::Outside {
                numbers,
                total,
                shard,
            } => {
                let outside = numbers.len();
                write!(formatter, "outside: {outside} of {total} user records ")?;
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
            finding: "outside",
            reason: None,
            offset: None,
            shard_id: None,
            user_records: None,
            outside: None,
        };
        match &finding.what {
            What::Unreadable { name, reason } => Self {
                finding: name,
                reason: Some(reason.clone()),
                ..base
            },
            What::Damaged(damaged) => Self {
                finding: damaged.name(),
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
