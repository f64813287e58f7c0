//! Reads a message through before its pieces are told: where it ends, and where
//! the entries of its tables lie.

use super::fields::{Fault, Field, Fields};
use crate::frame::{self, CHECKSUM_LEN, MAGIC};
use crate::message::TopField;
use crate::wire::{MalformedKind, Span};
use alloc::vec::Vec;
use kinesis_agg_md5 as md5;

/// How far the message reaches.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extent {
    /// There is none.
    NoFrame,
    /// Up to the checksum.
    Frame(Checksum),
    /// Up to `end`, the end of a blob that is cut, or where the rest of its
    /// checksum begins.
    Cut { end: usize },
}

/// The MD5 of the message, and whether it is what stands in the frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checksum {
    pub(super) computed: md5::Digest,
    pub(super) holds: bool,
}

/// Where the keys lie, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    pub(super) partition_keys: Vec<Span>,
    pub(super) explicit_hash_keys: Vec<Span>,
}

impl Extent {
    /// Where in `blob` the message ends.
    pub(super) const fn message_end(self, blob: &[u8]) -> usize {
        match self {
            Self::NoFrame => blob.len(),
            Self::Frame(_) => blob.len() - CHECKSUM_LEN,
            Self::Cut { end } => end,
        }
    }
}

/// How far the message of `blob` reaches, and its tables.
pub(super) fn extent(blob: &[u8]) -> (Extent, Tables) {
    let Ok(frame) = frame::split(blob) else {
        return (Extent::NoFrame, Tables::default());
    };
    let computed = md5::digest(frame.message);
    let holds = computed == *frame.checksum;
    let framed = Extent::Frame(Checksum { computed, holds });
    let (tables, fault) = read_through(blob, framed.message_end(blob));
    match fault {
        Some(fault) if !holds => cut(blob, fault).unwrap_or((framed, tables)),
        _ => (framed, tables),
    }
}

/// Reads `blob` as one that is cut; `None` when its message, which has `fault`
/// when read up to the checksum, is damaged rather than cut.
fn cut(blob: &[u8], fault: Fault) -> Option<(Extent, Tables)> {
    let end = blob.len();
    let (tables, further) = read_through(blob, end);
    if further.is_some_and(|further| is_damage(fault, further)) {
        return None;
    }
    // No field ends behind the fault, and so no message.
    let is_deep = further.is_some_and(|further| further.malformed.offset + CHECKSUM_LEN <= end);
    let in_checksum = if is_deep { None } else { cut_checksum(blob) };
    Some(in_checksum.unwrap_or((Extent::Cut { end }, tables)))
}

/// Whether a message that has `fault`, and this one when read `further`, is
/// damaged: the fault does not come of where it ends.
fn is_damage(fault: Fault, further: Fault) -> bool {
    let same_place = further.malformed.offset == fault.malformed.offset;
    let truncated = further.malformed.kind == MalformedKind::Truncated;
    further == fault || (same_place && !truncated)
}

/// Reads `blob` as one that has the beginning of its checksum left, two bytes or
/// more: one is too often the same by chance.
#[cold]
fn cut_checksum(blob: &[u8]) -> Option<(Extent, Tables)> {
    let len = blob.len();
    let mut ends = len.saturating_sub(CHECKSUM_LEN - 1)..len.saturating_sub(1);
    let read = |end| {
        let (tables, fault) = read_through(blob, end);
        let message = blob.get(MAGIC.len()..end)?;
        let left = blob.get(end..)?;
        let begins = fault.is_none() && md5::digest(message).starts_with(left);
        begins.then_some((Extent::Cut { end }, tables))
    };
    ends.find_map(read)
}

/// The tables of the message that ends at `end`, as far as it can be read, and
/// why no further.
fn read_through(blob: &[u8], end: usize) -> (Tables, Option<Fault>) {
    let mut tables = Tables::default();
    let mut fields = Fields::new(blob, end);
    loop {
        match fields.read_next() {
            Ok(Some(found)) => tables.put(found.field),
            Ok(None) => return (tables, None),
            Err(fault) => return (tables, Some(fault)),
        }
    }
}

impl Tables {
    fn put(&mut self, field: Field) {
        match field {
            Field::Top(TopField::PartitionKey(key)) => self.partition_keys.push(key),
            Field::Top(TopField::ExplicitHashKey(key)) => self.explicit_hash_keys.push(key),
            _ => {}
        }
    }
}
