//! What holds for any blob, however it is read.
//!
//! ```text
//! fast reader  = general reader         every user record, every reason
//! alone        = anywhere in a batch    the same, blob after blob
//! layout       = verdict                and each byte in one piece
//! ```
//!
//! This compares the library with itself; `differential` is the target that
//! compares it with others.

use super::convert::{range, to_read};
use kinesis_agg::layout::Layout;
use kinesis_agg::{
    Batch, Deaggregated, Deaggregator, HashKeyRange, Key, KeyRow, NotAggregated, Report, Table,
    UserRecordRow,
};
use kinesis_agg_testkit::readers::ReadRecord;

/// What became of a blob, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Aggregated(Vec<ReadRecord>),
    NotAggregated(NotAggregated),
    Dropped(usize),
}

/// Copies what became of a blob.
pub(crate) fn outcome(deaggregated: Deaggregated<'_, '_>) -> Outcome {
    match deaggregated {
        Deaggregated::Aggregated(records) => {
            let len = records.len();
            let records = Vec::from_iter(records.map(|record| to_read((0, record))));
            assert_eq!(records.len(), len, "as many as were promised");
            Outcome::Aggregated(records)
        }
        Deaggregated::NotAggregated(reason) => Outcome::NotAggregated(reason),
        Deaggregated::Dropped { user_records } => Outcome::Dropped(user_records),
    }
}

/// Reads `blob` every way that there is without a range; returns what came of it.
pub(crate) fn read_every_way(blob: &[u8]) -> Outcome {
    let expected = outcome(Deaggregator::new().plain().deaggregate(blob));
    let mut deaggregator = Deaggregator::new();
    // Twice: the second time over the scratch of the first.
    for _ in 0..2 {
        assert_eq!(outcome(deaggregator.deaggregate(blob)), expected);
    }
    // Between others, so that the notes of one may not spill into the next.
    let blobs = [blob, b"plain", blob, &[], blob];
    let batch = deaggregator.deaggregate_batch(&blobs);
    for (number, found) in batch.iter().enumerate() {
        if number % 2 == 0 {
            assert_eq!(outcome(found), expected, "blob {number} of a batch");
        }
    }
    check_iterators(&batch, blobs.len());
    check_table(&batch, &blobs);
    check_report(&batch);
    if let Outcome::NotAggregated(reason) = expected {
        check_reason(blob, reason);
    }
    check_layout(blob, &expected);
    expected
}

/// There is one outcome for each blob; and user records come the same one by one
/// and all at once, as many as are said to be left.
pub(crate) fn check_iterators(batch: &Batch<'_, '_>, blobs: usize) {
    assert_eq!(batch.len(), blobs);
    assert_eq!(batch.is_empty(), blobs == 0);
    assert_eq!(batch.iter().len(), blobs);
    assert!(batch.get(blobs).is_none());
    for found in batch.iter() {
        let Deaggregated::Aggregated(mut records) = found else {
            continue;
        };
        let read = |record| to_read((0, record));
        let expected = Vec::from_iter(records.clone().map(read));
        let middle = expected.len() / 2;
        let mut found = Vec::from_iter(records.by_ref().take(middle).map(read));
        assert_eq!(records.len(), expected.len() - middle);
        records.for_each(|record| found.push(read(record)));
        assert_eq!(found, expected);
    }
}

/// Ranges that part these user records: from the hash key of the first of them,
/// and up to it; and the lower half, for those that come without.
pub(crate) fn ranges(records: &[ReadRecord]) -> [HashKeyRange; 2] {
    let first = records.iter().find_map(|record| record.hash_key);
    match first {
        Some(first) => [range(first, u128::MAX), range(0, first)],
        None => [HashKeyRange::ALL, range(0, u128::MAX / 2)],
    }
}

/// The rows of the table say the same as the iterators, and lie in the blobs.
pub(crate) fn check_table(batch: &Batch<'_, '_>, blobs: &[&[u8]]) {
    let table = batch.table();
    let rows = Vec::from_iter(table.user_records());
    check_parts(&table, &rows);
    for row in &rows {
        let bytes = blobs[row.blob];
        assert!(bytes.get(row.data.clone()).is_some(), "{row:?}");
        let tagged = row.tagged.clone().unwrap_or(0..0);
        assert!(bytes.get(tagged).is_some(), "{row:?}");
    }
    let kept = Vec::from_iter(rows.iter().filter(|row| row.kept));
    let records = Vec::from_iter(batch.aggregated_user_records());
    assert_eq!(kept.len(), records.len());
    for (row, (blob, record)) in kept.into_iter().zip(records) {
        let bytes = blobs[row.blob];
        let key = |key: &KeyRow| Key::new(&bytes[key.bytes.clone()]);
        assert_eq!(row.blob, blob);
        assert_eq!(row.sub_sequence_number, record.sub_sequence_number);
        assert_eq!(row.placement, record.placement);
        assert_eq!(&bytes[row.data.clone()], record.data);
        assert_eq!(key(&row.partition_key), record.partition_key);
        let explicit_hash_key = row.explicit_hash_key.as_ref().map(key);
        assert_eq!(explicit_hash_key, record.explicit_hash_key);
        assert_eq!(row.tagged.is_some(), record.tags.count() > 0);
    }
}

/// Rows come the same in parts, and one by one or all at once; each blob has as
/// many as it says.
fn check_parts(table: &Table<'_>, rows: &[UserRecordRow]) {
    let mut rest = rows;
    for (number, blob) in table.blobs().enumerate() {
        let (own, others) = rest.split_at(blob.user_records);
        rest = others;
        let kept = own.iter().filter(|row| row.kept).count();
        assert_eq!(kept, blob.kept_user_records);
        let part = |from| {
            table
                .user_records_of(number, from)
                .expect("a blob's number")
        };
        let middle = own.len() / 2;
        let mut one_by_one = part(0).up_to(middle);
        let head = Vec::from_iter(std::iter::from_fn(|| one_by_one.next()));
        let mut tail = Vec::new();
        part(middle).for_each(|row| tail.push(row));
        assert_eq!([head, tail].concat(), own);
        assert_eq!(part(own.len() + 1).len(), 0);
    }
    assert!(rest.is_empty(), "rows of no blob");
    assert!(table.user_records_of(table.blobs().len(), 0).is_none());
}

/// The counts of the report add up to what the batch says blob by blob.
pub(crate) fn check_report(batch: &Batch<'_, '_>) {
    let report = batch.report();
    let mut counted = Report::default();
    for found in batch.iter() {
        counted.blobs += 1;
        match found {
            Deaggregated::Aggregated(records) => {
                counted.empty += usize::from(records.len() + records.dropped() == 0);
                counted.user_records += records.len();
                counted.dropped_user_records += records.dropped();
            }
            Deaggregated::NotAggregated(reason) if reason.has_magic() => counted.damaged += 1,
            Deaggregated::NotAggregated(_) => counted.plain += 1,
            Deaggregated::Dropped { user_records } => {
                counted.dropped_aggregates += 1;
                counted.dropped_user_records += user_records;
            }
        }
    }
    // Those stand in no iterator: the targets with ranges look at them.
    counted.out_of_range = report.out_of_range;
    counted.unplaceable = report.unplaceable;
    assert_eq!(report, counted);
}

/// The offset in a reason lies in the message, or just behind it; its text is one
/// line that names the offset.
fn check_reason(blob: &[u8], reason: NotAggregated) {
    assert_eq!(
        reason.has_magic(),
        blob.starts_with(&kinesis_agg::frame::MAGIC),
        "{reason}"
    );
    if let Some(offset) = reason.offset() {
        let message = 4..=blob.len() - 16;
        assert!(message.contains(&offset), "{reason} of {}", blob.len());
        let text = reason.to_string();
        assert!(text.contains(&format!(" at byte {offset}")), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

/// The pieces follow each other from the first byte to the last, and the verdict
/// is that of the reader.
fn check_layout(blob: &[u8], expected: &Outcome) {
    let layout = Layout::of(blob);
    let verdict = match expected {
        Outcome::NotAggregated(reason) => Some(*reason),
        Outcome::Aggregated(_) | Outcome::Dropped(_) => None,
    };
    assert_eq!(layout.verdict(), verdict);
    let mut end = 0;
    for piece in layout {
        assert_eq!(piece.offset, end, "{piece:?}");
        end += piece.bytes.len();
        assert_eq!(blob.get(piece.offset..end), Some(piece.bytes), "{piece:?}");
        assert!(piece.header_len <= piece.bytes.len(), "{piece:?}");
    }
    assert_eq!(end, blob.len());
}
