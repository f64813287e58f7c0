//! The pieces of any blob: each byte in one of them, and nothing in them that the
//! Deaggregator does not say too.

mod common;

use common::to_read;
use kinesis_agg::layout::{Layout, Part, Piece};
use kinesis_agg::{
    Deaggregated, Deaggregator, Key, Malformed, MalformedKind, NotAggregated, frame::CHECKSUM_LEN,
};
use kinesis_agg_testkit::generate::{
    self, DataSize, Dice, Profile, mutate, mutate_message, odd_message,
};
use kinesis_agg_testkit::readers::ReadRecord;
use kinesis_agg_testkit::{frame, naive, vectors};

const MAGIC_LEN: usize = frame::MAGIC.len();

fn pieces(blob: &[u8]) -> Vec<Piece<'_>> {
    Layout::of(blob).collect()
}

/// What the Deaggregator says: user records, hash keys aside, or the reason for
/// none.
fn deaggregate(
    mut deaggregator: Deaggregator,
    blob: &[u8],
) -> Result<Vec<ReadRecord>, NotAggregated> {
    match deaggregator.deaggregate(blob) {
        Deaggregated::Aggregated(records) => {
            let records = records.map(|record| ReadRecord {
                hash_key: None,
                ..to_read((0, record))
            });
            Ok(records.collect())
        }
        Deaggregated::NotAggregated(reason) => Err(reason),
        Deaggregated::Dropped { .. } => unreachable!("no range was asked for"),
    }
}

/// The fault among `pieces`; there is never a second one.
fn fault(pieces: &[Piece<'_>]) -> Option<(Malformed, Option<u64>)> {
    let mut faults = pieces.iter().filter_map(|piece| match piece.part {
        Part::Fault { malformed, missing } => {
            assert_eq!(piece.record, malformed.record);
            Some((malformed, missing))
        }
        _ => None,
    });
    let fault = faults.next();
    assert_eq!(faults.next(), None, "a second fault");
    fault
}

/// Every rule that holds for any bytes.
fn check(blob: &[u8]) {
    let pieces = pieces(blob);
    check_bytes(blob, &pieces);
    check_frame(blob, &pieces);
    let read = deaggregate(Deaggregator::new(), blob);
    assert_eq!(Layout::of(blob).verdict(), read.as_ref().err().copied());
    match read {
        Ok(records) => assert_eq!(user_records(&pieces), records),
        Err(reason) => check_reason(blob, &pieces, reason),
    }
}

/// The pieces follow each other from the first byte to the last.
fn check_bytes(blob: &[u8], pieces: &[Piece<'_>]) {
    let mut end = 0;
    for piece in pieces {
        assert_eq!(piece.offset, end, "{piece:?}");
        end += piece.bytes.len();
        assert_eq!(piece.bytes, &blob[piece.offset..end]);
        check_header(piece);
    }
    assert_eq!(end, blob.len());
}

/// Records and tags are all header, keys have the rest for their value, and what
/// is no field has none.
fn check_header(piece: &Piece<'_>) {
    let (header, value) = piece.bytes.split_at(piece.header_len);
    match piece.part {
        Part::Record { .. } | Part::Tag { .. } => assert_eq!(value, b""),
        Part::PartitionKey { key, .. }
        | Part::ExplicitHashKey { key, .. }
        | Part::TagKey { key }
        | Part::TagValue { key } => assert_eq!(value, key.as_bytes()),
        Part::PartitionKeyIndex { .. } | Part::ExplicitHashKeyIndex { .. } => {
            assert!((1..=10).contains(&value.len()));
        }
        Part::Plain | Part::Magic | Part::Checksum { .. } | Part::Fault { .. } => {
            assert_eq!(header, b"");
        }
        Part::Data | Part::Unknown { .. } => assert!(!header.is_empty()),
        other => panic!("{other:?}"),
    }
}

/// A blob begins with the magic or is plain, and a checksum comes last and is
/// told right.
fn check_frame(blob: &[u8], pieces: &[Piece<'_>]) {
    let has_magic = blob.starts_with(&frame::MAGIC);
    assert_eq!(pieces[0].part == Part::Magic, has_magic);
    let is_frame = has_magic && blob.len() > MAGIC_LEN + CHECKSUM_LEN;
    let plain = pieces.iter().filter(|piece| piece.part == Part::Plain);
    assert_eq!(plain.count(), usize::from(!is_frame));
    let last = pieces.last().unwrap();
    for piece in pieces {
        if let Part::Checksum { computed, holds } = piece.part {
            assert_eq!((piece, piece.bytes.len()), (last, CHECKSUM_LEN));
            assert_eq!(computed, frame::md5(&blob[MAGIC_LEN..piece.offset]));
            assert_eq!(holds, piece.bytes == computed);
        }
    }
}

/// What is no aggregate has a fault when its message does not parse, the same one
/// as in the verdict.
fn check_reason(blob: &[u8], pieces: &[Piece<'_>], reason: NotAggregated) {
    let fault = fault(pieces).map(|(malformed, _)| malformed);
    let checksum = match pieces.last().unwrap().part {
        Part::Checksum { holds, .. } => Some(holds),
        _ => None,
    };
    match reason {
        NotAggregated::Malformed(malformed) => {
            assert_eq!((fault, checksum), (Some(malformed), Some(true)));
        }
        NotAggregated::IndexOutsideTable(outside) => {
            assert_eq!((fault, checksum), (None, Some(true)));
            let at = |piece: &&Piece<'_>| piece.offset + piece.header_len == outside.offset;
            let piece = pieces.iter().find(at).unwrap();
            assert_eq!(piece.record, Some(outside.record));
            let (Part::PartitionKeyIndex { index, key }
            | Part::ExplicitHashKeyIndex { index, key }) = piece.part
            else {
                panic!("{piece:?} is no index");
            };
            assert_eq!((index, key), (outside.index, None));
        }
        NotAggregated::Checksum => check_unverified(blob, fault, checksum),
        _ => assert_eq!((fault, checksum), (None, None)),
    }
}

/// Without a checksum that holds: one that parses has it at its end, one that does
/// not may be cut.
fn check_unverified(blob: &[u8], fault: Option<Malformed>, checksum: Option<bool>) {
    let framed = match deaggregate(Deaggregator::new().unverified(), blob) {
        Err(NotAggregated::Malformed(malformed)) => Some(malformed),
        _ => None,
    };
    match checksum {
        Some(holds) => assert_eq!((holds, fault), (false, framed)),
        None => assert!(framed.is_some() && fault.is_some(), "{fault:?} {framed:?}"),
    }
}

/// The user records that the pieces tell of.
fn user_records(pieces: &[Piece<'_>]) -> Vec<ReadRecord> {
    let mut records: Vec<ReadRecord> = Vec::new();
    for piece in pieces {
        if let Part::Record { .. } = piece.part {
            records.push(ReadRecord {
                blob: 0,
                sub_sequence_number: records.len() as u64,
                hash_key: None,
                partition_key: Vec::new(),
                explicit_hash_key: None,
                data: Vec::new(),
                tags: Vec::new(),
            });
        }
        let Some(record) = piece.record else { continue };
        assert_eq!(record + 1, records.len(), "{piece:?}");
        put(&mut records[record], piece);
    }
    records
}

/// Takes a piece into its record: the last of singular fields counts.
fn put(record: &mut ReadRecord, piece: &Piece<'_>) {
    let bytes = |key: Key<'_>| key.as_bytes().to_vec();
    match piece.part {
        Part::PartitionKeyIndex { key, .. } => {
            record.partition_key = key.map(bytes).unwrap_or_default();
        }
        Part::ExplicitHashKeyIndex { key, .. } => record.explicit_hash_key = key.map(bytes),
        Part::Data => record.data = piece.bytes[piece.header_len..].to_vec(),
        Part::Tag { .. } => record.tags.push((Vec::new(), None)),
        Part::TagKey { key } => record.tags.last_mut().unwrap().0 = bytes(key),
        Part::TagValue { key } => record.tags.last_mut().unwrap().1 = Some(bytes(key)),
        _ => {}
    }
}

/// All vectors.
#[test]
fn pieces_of_the_vectors() {
    for vector in vectors::all() {
        for blob in &vector.blobs {
            check(blob);
        }
    }
}

/// Structured oddities, with and without a checksum that holds.
#[test]
fn pieces_of_odd_messages() {
    for seed in 0..20_000 {
        let mut blob = frame::seal(&odd_message(seed));
        check(&blob);
        *blob.last_mut().unwrap() ^= 1;
        check(&blob);
    }
}

/// Real aggregates with bytes changed, the checksum made anew; and without.
#[test]
fn pieces_of_mutated_aggregates() {
    let mut seeds: Vec<Vec<u8>> = vectors::all().into_iter().flat_map(|v| v.blobs).collect();
    seeds.retain(|blob| blob.len() < 2000);
    for (seed, blob) in (0..).zip(&seeds) {
        for round in 0..8 {
            check(&mutate_message(seed * 8 + round, blob));
            check(&mutate(seed * 8 + round, blob));
        }
    }
}

/// Noise, behind the magic and without it, with and without a right checksum.
#[test]
fn pieces_of_noise() {
    let mut dice = Dice::new(11);
    for _ in 0..3000 {
        let len = dice.below(100);
        let noise = dice.bytes(len);
        check(&noise);
        check(&frame::seal(&noise));
        check(&[&frame::MAGIC[..], &noise].concat());
    }
}

/// An aggregate with each bit turned.
#[test]
fn pieces_of_damaged_aggregates() {
    let mut blob = good_frame(5, 4);
    for bit in 0..blob.len() * 8 {
        blob[bit / 8] ^= 1 << (bit % 8);
        check(&blob);
        blob[bit / 8] ^= 1 << (bit % 8);
    }
}

/// An aggregate of user records of all kinds, with lengths of one byte and of two.
fn good_frame(seed: u64, count: usize) -> Vec<u8> {
    let profile = Profile {
        data: DataSize::UpTo(200),
        ..Profile::MIXED
    };
    naive::encode(&generate::user_records(seed, count, profile))
}

/// A frame cut anywhere gives the same pieces up to the field that is cut, and how
/// much that one lacks. (Cut sixteen bytes behind a field, it looks like a whole
/// frame with a wrong checksum.)
#[test]
fn cut_frames_tell_where_and_how_much() {
    for seed in 0..30 {
        let blob = good_frame(seed, 4);
        let whole = pieces(&blob);
        let fields = top_fields(&whole);
        for len in 0..blob.len() {
            check(&blob[..len]);
            if len > MAGIC_LEN + CHECKSUM_LEN {
                check_cut(&blob[..len], &whole, &fields);
            }
        }
    }
}

fn check_cut(cut: &[u8], whole: &[Piece<'_>], fields: &[TopField]) {
    let found = pieces(cut);
    let ends = || fields.iter().map(|field| field.end);
    if ends().any(|end| end == cut.len() - CHECKSUM_LEN) {
        assert_eq!(fault(&found), None);
        return;
    }
    let end = ends().filter(|end| *end <= cut.len()).max();
    let is_left = |piece: &&Piece<'_>| piece.offset + piece.bytes.len() <= end.unwrap_or(MAGIC_LEN);
    let left = whole.iter().take_while(is_left).count();
    assert_eq!(found[..left], whole[..left]);

    let (malformed, missing) = fault(&found).expect("a fault");
    if ends().max() == Some(cut.len() - 1) {
        return; // One byte of the checksum is left, and could be anything.
    }
    assert_eq!(found.len(), left + 1);
    assert_eq!(malformed.kind, MalformedKind::Truncated);
    let expected = expected_fault(fields, cut.len());
    assert_eq!((malformed.offset, malformed.record, missing), expected);
}

/// Where a field at the top of a message lies.
struct TopField {
    start: usize,
    header_len: usize,
    end: usize,
    record: Option<usize>,
}

fn top_fields(pieces: &[Piece<'_>]) -> Vec<TopField> {
    let field = |piece: &Piece<'_>| {
        let fields_len = match piece.part {
            Part::Record { len } => len,
            Part::PartitionKey { .. } | Part::ExplicitHashKey { .. } => 0,
            _ => return None,
        };
        Some(TopField {
            start: piece.offset,
            header_len: piece.header_len,
            end: piece.offset + piece.bytes.len() + fields_len,
            record: piece.record,
        })
    };
    pieces.iter().filter_map(field).collect()
}

/// Offset, record and missing bytes of a message cut to `len` bytes.
fn expected_fault(fields: &[TopField], len: usize) -> (usize, Option<usize>, Option<u64>) {
    let is_cut = |field: &&TopField| field.start < len && len < field.end;
    let Some(field) = fields.iter().find(is_cut) else {
        let message_end = fields.last().map_or(len, |field| field.end).min(len);
        let left = len - message_end;
        let missing = (left > 0).then(|| (CHECKSUM_LEN - left) as u64);
        return (message_end, None, missing);
    };
    // Tags have one byte here; the length behind it is what turns out wrong.
    let length_is_whole = len >= field.start + field.header_len;
    let missing = length_is_whole.then(|| (field.end - len) as u64);
    (field.start + 1, field.record, missing)
}

/// A field that runs past the end says how many bytes it lacks, wherever it
/// stands; other faults lack none.
#[test]
fn faults_tell_how_much_is_missing() {
    for (message, missing) in [
        (&b"\x31\x01\x02"[..], Some(6)),
        (b"\x35\x01", Some(3)),
        (b"\x32\x05\x01", Some(4)),
        (b"\x2b\x0a\x05\x01", Some(4)),
        (b"\x1a\x04\x08\x00\x1a\x09", Some(9)),
        (b"\x1a\x06\x08\x00\x22\x02\x0a\x07", Some(7)),
        (b"\x1a\x80\x80\x04\x08", Some(0xffff)),
        (b"\x2b", None),
        (b"\x30\x80", None),
        (b"\x1a\x02\x08\x00", None),
        (b"\x07", None),
    ] {
        let blob = frame::seal(message);
        check(&blob);
        let (_, found) = fault(&pieces(&blob)).unwrap();
        assert_eq!(found, missing, "{message:02x?}");
    }
}

/// Where a byte of a frame was changed, the last sixteen bytes are its checksum
/// even if its message does not parse: when reading stops there however far it
/// goes.
#[test]
fn damage_is_not_taken_for_a_cut() {
    let record = b"\x1a\x05\x08\x00\x1a\x01x";
    for (name, damaged) in [
        ("wire type 7", &b"\x1a\x05\x0f\x00\x1a\x01x"[..]),
        ("data longer than its record", b"\x1a\x05\x08\x00\x1a\x09x"),
        ("no data", b"\x1a\x02\x08\x00"),
        ("a group not closed", b"\x1a\x05\x08\x00\x2b\x18\x05"),
        (
            "a varint longer at each read",
            b"\x08\x80\x80\x80\x80\x80\x80\x80",
        ),
    ] {
        let message = [&b"\x0a\x01k"[..], record, damaged].concat();
        let blob = [&frame::MAGIC[..], &message, &[0x80; CHECKSUM_LEN]].concat();
        check(&blob);
        let pieces = pieces(&blob);
        assert!(fault(&pieces).is_some(), "{name}");
        let last = pieces.last().unwrap().part;
        assert!(
            matches!(last, Part::Checksum { holds: false, .. }),
            "{name}: {pieces:#?}"
        );
    }
}

/// A blob without frame is one plain piece, behind the magic if it has that.
#[test]
fn what_is_no_frame_is_plain() {
    for (blob, lens) in [
        (&b""[..], &[0][..]),
        (b"plain", &[5]),
        (b"\xf3\x89\x9a", &[3]),
        (b"\xf3\x89\x9a\xc2", &[4, 0]),
        (b"\xf3\x89\x9a\xc2 sixteen of them", &[4, 16]),
    ] {
        check(blob);
        let found = Vec::from_iter(Layout::of(blob).map(|piece| piece.bytes.len()));
        assert_eq!(found, lens);
        assert_eq!(pieces(blob).last().unwrap().part, Part::Plain);
    }
}

/// Blobs of 4 GiB are no frame; their bytes are not even read.
#[test]
#[cfg(target_pointer_width = "64")]
fn blobs_of_4_gib_are_plain() {
    let mut blob = vec![0; 1 << 32];
    blob[..MAGIC_LEN].copy_from_slice(&frame::MAGIC);
    let layout = Layout::of(&blob);
    assert_eq!(
        layout.verdict(),
        Some(NotAggregated::TooLong { len: 1 << 32 })
    );
    let found = Vec::from_iter(layout.map(|piece| (piece.part, piece.bytes.len())));
    assert_eq!(found, [(Part::Magic, 4), (Part::Plain, (1 << 32) - 4)]);
}

/// A table may stand behind the records that use it, and a key is found all the
/// same; one outside its table is none, and reading goes on.
#[test]
fn keys_are_found_wherever_their_table_stands() {
    let record = b"\x1a\x07\x08\x01\x10\x01\x1a\x01x";
    let blob = frame::seal(&[&record[..], b"\x0a\x01a\x12\x017\x0a\x01b"].concat());
    check(&blob);
    let keys = Layout::of(&blob).filter_map(|piece| match piece.part {
        Part::PartitionKeyIndex { index, key } | Part::ExplicitHashKeyIndex { index, key } => {
            Some((index, key))
        }
        _ => None,
    });
    assert!(keys.eq([(1, Some(Key::new(b"b"))), (1, None)]));
    assert_eq!(fault(&pieces(&blob)), None);
}

/// A frame with tags and unknown fields, line by line: offset, header and value,
/// record, part.
#[test]
fn a_small_frame_line_by_line() {
    let message = [
        &b"\x0a\x03mia\x12\x017"[..],
        b"\x1a\x18\x08\x00\x10\x00\x1a\x03bye",
        b"\x22\x0a\x0a\x03via\x12\x03app",
        b"\x48\x96\x01",
        b"\x2b\x08\x01\x2c",
        b"\x32\x02hi",
        b"\x1a\x04\x08\x07\x1a\x00",
    ]
    .concat();
    let blob = frame::seal(&message);
    check(&blob);
    assert_eq!(listing(&blob), LISTING);
}

fn listing(blob: &[u8]) -> String {
    let line = |piece: Piece<'_>| {
        let (header, value) = piece.bytes.split_at(piece.header_len);
        let record = piece.record.map_or("-".into(), |record| record.to_string());
        let part = match piece.part {
            Part::Checksum { holds, .. } => format!("Checksum, holds: {holds}"),
            part => format!("{part:?}"),
        };
        let offset = piece.offset;
        format!("{offset} {header:02x?} {value:02x?} {record} {part}\n")
    };
    Layout::of(blob).map(line).collect()
}

const LISTING: &str = r#"0 [] [f3, 89, 9a, c2] - Magic
4 [0a, 03] [6d, 69, 61] - PartitionKey { number: 0, key: "mia" }
9 [12, 01] [37] - ExplicitHashKey { number: 0, key: "7" }
12 [1a, 18] [] 0 Record { len: 24 }
14 [08] [00] 0 PartitionKeyIndex { index: 0, key: Some("mia") }
16 [10] [00] 0 ExplicitHashKeyIndex { index: 0, key: Some("7") }
18 [1a, 03] [62, 79, 65] 0 Data
23 [22, 0a] [] 0 Tag { len: 10 }
25 [0a, 03] [76, 69, 61] 0 TagKey { key: "via" }
30 [12, 03] [61, 70, 70] 0 TagValue { key: "app" }
35 [48] [96, 01] 0 Unknown { number: 9, wire_type: 0 }
38 [2b] [08, 01, 2c] - Unknown { number: 5, wire_type: 3 }
42 [32, 02] [68, 69] - Unknown { number: 6, wire_type: 2 }
46 [1a, 04] [] 1 Record { len: 4 }
48 [08] [07] 1 PartitionKeyIndex { index: 7, key: None }
50 [1a, 00] [] 1 Data
52 [] [9d, 59, c8, 31, f5, d6, 5a, 92, 91, 98, 09, ad, 5f, 30, cf, 5c] - Checksum, holds: true
"#;
