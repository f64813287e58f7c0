//! Reads a message through before its pieces are told: where it ends, and where
//! the entries of its tables lie.

use super::fields::{Fault, Field, Fields};
use crate::frame;
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
    /// Up to the end of the blob: its end is cut off, the checksum with it.
    Cut,
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
            Self::NoFrame | Self::Cut => blob.len(),
            Self::Frame(_) => blob.len() - frame::CHECKSUM_LEN,
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
    let (tables, fault) = read_through(blob, framed);
    match fault {
        Some(fault) if !holds => cut(blob, fault).unwrap_or((framed, tables)),
        _ => (framed, tables),
    }
}

/// Reads `blob` as one that is cut; `None` when its message, which has `fault`
/// when read up to the checksum, is damaged rather than cut.
fn cut(blob: &[u8], fault: Fault) -> Option<(Extent, Tables)> {
    let (tables, further) = read_through(blob, Extent::Cut);
    let is_damaged = further.is_some_and(|further| {
        let same_place = further.malformed.offset == fault.malformed.offset;
        let truncated = further.malformed.kind == MalformedKind::Truncated;
        further == fault || (same_place && !truncated)
    });
    (!is_damaged).then_some((Extent::Cut, tables))
}

/// The tables of a message, as far as it can be read, and why no further.
fn read_through(blob: &[u8], extent: Extent) -> (Tables, Option<Fault>) {
    let mut tables = Tables::default();
    let mut fields = Fields::new(blob, extent.message_end(blob));
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
