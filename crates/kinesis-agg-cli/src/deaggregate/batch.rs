//! Kinesis records that wait to be taken apart together.
//!
//! ```text
//! text     line, line, event, …      as they were read
//! blobs    blob, blob, blob, …       base64 decoded
//! entries  where each record's parts lie in the two
//! ```
//!
//! Both buffers are used again, so a record costs no allocation. Each holds at
//! most [`ENOUGH`] bytes and one line.

use std::ops::Range;

use super::fault::Fault;
use crate::notice::Place;

/// Bytes of text, or of blobs, that make a batch full.
const ENOUGH: usize = 4 * 1024 * 1024;

/// Records that make a batch full.
const ENTRIES: usize = 500;

/// Where bytes lie in the text, or in the blobs.
pub(super) type Span = Range<usize>;

/// Kinesis records, and what they were read from.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The input, as it was read.
    pub(super) text: Vec<u8>,
    /// What stands in it.
    pub(super) records: Records,
}

/// Kinesis records of a text that is kept elsewhere.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The decoded data.
    pub(super) blobs: Vec<u8>,
    /// The records, in the order of the input.
    pub(super) entries: Vec<Entry>,
}

/// A Kinesis record, or what stands in its place.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) source: Source,
    /// The sequence number in the text, as JSON.
    pub(super) sequence_number: Option<Span>,
    /// Its blob, unless something is wrong.
    pub(super) blob: Result<Span, Fault>,
}

/// What a record that passes through is written from: spans of the text.
#[derive(Debug)]
pub(super) enum Source {
    /// A JSON object, which goes out as it stands.
    Object {
        /// The object with its braces.
        span: Span,
        /// It has no fields.
        is_empty: bool,
        /// It has fields of the names that we add.
        has_ours: bool,
    },
    /// The object `kinesis` of a Lambda event, whose fields have other names.
    Kinesis(Span),
    /// No JSON object.
    Other(Span),
}

impl Batch {
    /// True when waiting for more gains nothing.
    pub(super) fn is_full(&self) -> bool {
        self.text.len() >= ENOUGH || self.records.is_full()
    }

    /// Empties it, and gives back what an outlier took.
    pub(super) fn clear(&mut self) {
        empty(&mut self.text);
        self.records.clear();
    }
}

impl Records {
    /// True when waiting for more gains nothing.
    pub(super) fn is_full(&self) -> bool {
        self.blobs.len() >= ENOUGH || self.entries.len() >= ENTRIES
    }

    /// Empties it, and gives back what an outlier took.
    pub(super) fn clear(&mut self) {
        empty(&mut self.blobs);
        self.entries.clear();
    }
}

fn empty(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.shrink_to(2 * ENOUGH);
}

/// Where `part` lies in `whole`, which it was cut from.
pub(super) fn span_of(whole: &[u8], part: &str) -> Span {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}
