//! What is wrong, in plain words.

use kinesis_agg::frame::CHECKSUM_LEN;
use kinesis_agg::layout::Piece;
use kinesis_agg::{IndexOutsideTable, Malformed, MalformedKind};

use crate::number::{counted, thousands};

const CHECKSUM: u64 = CHECKSUM_LEN as u64;

/// Whether the byte at `offset` belongs to `piece`.
pub(super) const fn stands_in(offset: usize, piece: &Piece<'_>) -> bool {
    piece.offset <= offset && offset < piece.offset + piece.bytes.len()
}

/// Why an index is wrong.
pub(super) fn outside(outside: &IndexOutsideTable) -> String {
    let (table, index) = (outside.table, thousands(outside.index));
    let keys = match outside.table_len {
        0 => format!("the blob has no {table}s"),
        1 => format!("the only {table} has the number 0"),
        len => format!(
            "the {table}s have the numbers 0 to {}",
            thousands(len as u64 - 1)
        ),
    };
    format!("there is no {table} {index}: {keys}")
}

/// Why reading stopped at `piece`, and what is missing; `is_cut` when no checksum
/// follows.
pub(super) fn malformed(
    piece: &Piece<'_>,
    malformed: &Malformed,
    missing: Option<u64>,
    is_cut: bool,
) -> String {
    let is_end = piece.bytes.is_empty();
    let bytes = missing.map(|missing| counted(missing, "byte", "bytes"));
    match (malformed.kind, bytes) {
        (MalformedKind::Truncated, Some(bytes))
            if is_cut && is_checksum(piece, malformed, missing) =>
        {
            format!("the blob ends here, {bytes} before the end of its checksum: it was cut short")
        }
        (MalformedKind::Truncated, Some(bytes)) if is_cut => {
            format!("the blob ends here, {bytes} before the end of this field: it was cut short")
        }
        (MalformedKind::Truncated, None) if is_cut && is_end => {
            "the blob ends here, without a checksum: it was cut short".to_owned()
        }
        (MalformedKind::Truncated, None) if is_cut => {
            "the blob ends here, in the midst of a field: it was cut short".to_owned()
        }
        (MalformedKind::Truncated, Some(bytes)) => {
            format!("this field runs {bytes} past the end of what holds it")
        }
        _ => in_words(malformed),
    }
}

/// Whether the bytes of a fault are what is left of the checksum. A field of a
/// known length has a byte more before it goes wrong.
const fn is_checksum(piece: &Piece<'_>, malformed: &Malformed, missing: Option<u64>) -> bool {
    let Some(missing) = missing else {
        return false;
    };
    malformed.offset == piece.offset && piece.bytes.len() as u64 + missing == CHECKSUM
}

/// The other faults in plain words.
fn in_words(malformed: &Malformed) -> String {
    let words = match malformed.kind {
        MalformedKind::Truncated => "this field ends before its length or its value is complete",
        MalformedKind::VarintTooLong => "this number goes on after ten bytes, the most it may have",
        MalformedKind::NegativeLength => "this length is 2^31 or more: no field is that long",
        MalformedKind::FieldNumberZero => "a field of number 0: no field has that",
        MalformedKind::WireType => "a field of wire type 6 or 7: nobody knows how long it is",
        MalformedKind::GroupEnd => "the end of a group that was not begun here",
        MalformedKind::GroupUnclosed => "a group runs past the end of what holds it",
        _ => return format!("{}{}", malformed.kind, whose(malformed)),
    };
    words.to_owned()
}

/// Which record lacks something.
fn whose(malformed: &Malformed) -> String {
    let place = thousands(malformed.offset as u64);
    match (malformed.kind, malformed.record) {
        (MalformedKind::NoPartitionKeyIndex | MalformedKind::NoData, Some(record)) => {
            format!(
                ": record {}, whose fields begin at byte {place}",
                thousands(record as u64)
            )
        }
        (MalformedKind::NoTagKey, _) => format!(": the one whose fields begin at byte {place}"),
        _ => String::new(),
    }
}
