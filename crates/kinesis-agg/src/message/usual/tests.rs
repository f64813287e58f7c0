//! The reader of usual messages, beside the one of any message.

use super::{
    Head, LARGE, MANY_KEYS, SMALL, SMALL_EXPLICIT, Shape, UsualRecord, large, many_keys, records,
    run, short_varint, small, small_explicit, table_entry,
};
use crate::message::{Field, next_field};
use crate::wire::{Reader, Span, varint};
use alloc::vec::Vec;

/// Each value of up to three bytes, in minimal form and padded with bits
/// that do not belong to it, decodes as by the plain reader.
#[test]
fn short_varints_are_those_of_the_plain_reader() {
    let step = if cfg!(miri) { 9_973 } else { 7 };
    for value in (0_u32..1 << 21)
        .step_by(step)
        .chain([127, 128, 16_383, 16_384])
    {
        let mut bytes = Vec::new();
        varint::push(&mut bytes, value.into());
        let size = bytes.len();
        bytes.resize(8, 0xff);
        let window = u64::from_le_bytes(*bytes.first_chunk().unwrap());
        assert_eq!(short_varint(window), Some((value, size)), "{value}");
    }
    assert_eq!(short_varint(0x01_80_80_80), None);
    assert_eq!(
        short_varint(0x00_80_81),
        Some((1, 3)),
        "not the shortest form"
    );
}

/// A shape and what reads its heads; how many bytes of a record its length does
/// not count, and how many stand in front of the data.
type Loop = (Shape, fn(&[u8; 8]) -> Head, usize, usize);

/// The loops, in the order of `records`.
const LOOPS: [Loop; 4] = [
    (SMALL, small, 2, 6),
    (LARGE, large, 3, 8),
    (MANY_KEYS, many_keys, 2, 7),
    (SMALL_EXPLICIT, small_explicit, 2, 8),
];

/// A head for each loop, and what may come behind it, with these lengths of
/// the record and of its data.
fn heads(len: usize, data_len: usize) -> [[u8; 8]; 4] {
    let byte = |number: usize| u8::try_from(number & 0xff).unwrap();
    let two = |number: usize| [byte(number) | 0x80, byte(number >> 7)];
    let ([low, high], [data_low, data_high]) = (two(len), two(data_len));
    let (len, data_len) = (byte(len), byte(data_len));
    [
        [0x1a, len, 0x08, 0x7f, 0x1a, data_len, 0xff, 0xff],
        [0x1a, low, high, 0x08, 0x7f, 0x1a, data_low, data_high],
        [0x1a, len, 0x08, 0xfe, 0x01, 0x1a, data_len, 0xff],
        [0x1a, len, 0x08, 0x7f, 0x10, 0x7e, 0x1a, data_len],
    ]
}

/// Runs the loop `number` alone; returns what it took, and where it stopped.
fn run_loop(number: usize, bytes: &[u8], end: usize) -> (Vec<UsualRecord>, usize) {
    let (shape, head, ..) = LOOPS[number];
    let mut taken = Vec::new();
    let position = run(bytes, 0, end, shape, head, &mut |record| taken.push(record));
    (taken, position)
}

/// Each loop reads the records of its own shape up to the end of the message,
/// and none of another shape.
#[test]
fn each_loop_reads_its_own_shape_up_to_the_end() {
    for (own, (_, _, uncounted, size)) in LOOPS.into_iter().enumerate() {
        let lens = if own == 1 {
            [128, 300, 16_000]
        } else {
            [0, 1, 119]
        };
        for data_len in lens {
            let len = size + data_len;
            let mut record = heads(len - uncounted, data_len)[own][..size].to_vec();
            record.resize(len, 0xff);
            let bytes = [&record[..], &record, &[0xff; 16]].concat();
            let expected = [size, len + size].map(|data| UsualRecord {
                partition_key: if own == 2 { 254 } else { 127 },
                explicit_hash_key: (own == 3).then_some(126),
                data: Span::new(data, data_len),
            });
            for number in 0..LOOPS.len() {
                let read = run_loop(number, &bytes, 2 * len);
                if number == own {
                    assert_eq!(read, (expected.to_vec(), 2 * len), "{record:x?}");
                } else {
                    assert_eq!(read, (Vec::new(), 0), "{number}: {record:x?}");
                }
            }
            let read = run_loop(own, &bytes, 2 * len - 1);
            assert_eq!(read, (expected[..1].to_vec(), len), "{record:x?}");
        }
    }
}

/// No record is taken whose data ends elsewhere than the record.
#[test]
fn data_ends_where_its_record_ends() {
    let step = if cfg!(miri) { 997 } else { 1 };
    let mut bytes = alloc::vec![7; 20_000];
    let end = bytes.len();
    for (number, (_, _, uncounted, size)) in LOOPS.into_iter().enumerate() {
        let (lens, data_lens) = if number == 1 {
            (&[128, 129, 300, 5_000][..], 128..16_384)
        } else {
            (&[0, 1, 2, 3, 4, 5, 6, 7, 50, 127][..], 0..128)
        };
        let pairs = (lens.iter()).flat_map(|len| data_lens.clone().map(move |data| (*len, data)));
        for (len, data_len) in pairs.step_by(step) {
            bytes[..8].copy_from_slice(&heads(len, data_len)[number]);
            let together = len + uncounted == size + data_len;
            let (taken, _) = run_loop(number, &bytes, end);
            assert_eq!(!taken.is_empty(), together, "{len} {data_len}");
            let found = first_record(&bytes, end);
            assert_eq!(found.is_some(), together, "{len} {data_len}");
        }
    }
}

/// Heads of each shape, of longer numbers, and of things that are none: where
/// this reader takes them, the plain one says the same.
#[test]
fn what_it_takes_the_plain_reader_takes_alike() {
    const HEADS: [&[u8]; 6] = [
        b"\x1a\x06\x08\x01\x1a\x02",
        b"\x1a\x07\x08\x81\x01\x1a\x02",
        b"\x1a\x08\x08\x01\x10\x02\x1a\x02",
        b"\x1a\x85\x01\x08\x01\x1a\x80\x01",
        b"\x1a\x88\x01\x08\x81\x01\x10\x02\x1a\x80\x01",
        b"\x1a\x87\x01\x08\x81\x81\x01\x1a\x80\x01",
    ];
    const VALUES: [u8; 14] = [0, 1, 2, 3, 5, 6, 7, 8, 0x0a, 0x10, 0x1a, 0x80, 0x81, 0xff];
    let mut taken = [0; HEADS.len()];
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    let rounds = if cfg!(miri) { 300 } else { 200_000 };
    for round in 0..rounds {
        let shape = round % HEADS.len();
        let mut bytes = HEADS[shape].to_vec();
        for _ in 0..next(3) {
            let at = next(bytes.len());
            bytes[at] = VALUES[next(VALUES.len())];
        }
        bytes.extend([7; 140]);
        let end = bytes.len() - next(8);
        let found = first_record(&bytes, end);
        taken[shape] += usize::from(found.is_some());
        if let Some(found) = found {
            assert_plain_reader_takes(&bytes, end, found);
        }
    }
    for (shape, taken) in taken.into_iter().enumerate() {
        assert!(taken > rounds / 100, "shape {shape} taken {taken} times");
    }
}

/// A record with longer numbers is taken up to the end of the message, not one
/// byte past it.
#[test]
fn long_records_end_inside_the_message() {
    for head in [
        &b"\x1a\x88\x01\x08\x81\x01\x10\x02\x1a\x80\x01"[..],
        b"\x1a\x87\x01\x08\x81\x81\x01\x1a\x80\x01",
    ] {
        let end = head.len() + 128;
        let bytes = [head, &[7; 128 + 16]].concat();
        let (record, position) = first_record(&bytes, end).expect("a record");
        assert_eq!((record.data, position), (Span::new(head.len(), 128), end));
        assert_eq!(first_record(&bytes, end - 1), None);
    }
}

/// The record with which `bytes` begin, and where it ends. What follows is
/// none.
fn first_record(bytes: &[u8], end: usize) -> Option<(UsualRecord, usize)> {
    let mut found = None;
    let position = records(bytes, 0, end, |record| {
        assert!(found.is_none(), "{bytes:x?}");
        found = Some(record);
    });
    Some((found?, position))
}

fn assert_plain_reader_takes(bytes: &[u8], end: usize, found: (UsualRecord, usize)) {
    let (found, position) = found;
    let mut reader = Reader::new(bytes, 0, end);
    let Ok(Some(Field::Record(plain))) = next_field(&mut reader, 0) else {
        panic!("{bytes:x?} is no record for the plain reader");
    };
    assert_eq!(u64::from(found.partition_key), plain.partition_key.value);
    let plain_index = plain.explicit_hash_key.map(|index| index.value);
    assert_eq!(found.explicit_hash_key.map(u64::from), plain_index);
    assert_eq!((found.data, None), (plain.data, plain.tagged));
    assert_eq!(position, reader.position());
}

/// Any two bytes begin a table entry where the plain reader says so, with one
/// of up to three bytes for its length.
#[test]
fn table_entries_are_those_of_the_plain_reader() {
    let mut bytes = [0; 200];
    let step = if cfg!(miri) { 997 } else { 1 };
    for start in (0..=u16::MAX).step_by(step) {
        *bytes.first_chunk_mut().unwrap() = start.to_be_bytes();
        for (tag, own) in [(0x0a, 0), (0x12, 1)] {
            let mut reader = Reader::new(&bytes, 0, bytes.len());
            let plain = match next_field(&mut reader, 0) {
                Ok(Some(Field::PartitionKey(key))) if own == 0 => Some(key),
                Ok(Some(Field::ExplicitHashKey(key))) if own == 1 => Some(key),
                _ => None,
            };
            let plain = plain.map(|key| (key, reader.position()));
            let found = table_entry(&bytes, 0, bytes.len(), tag);
            // Only the plain reader takes a tag that is not its shortest.
            let expected = plain.filter(|_| bytes[0] == tag);
            assert_eq!(found, expected, "{start:x}");
        }
    }
}

/// A table entry up to the end of the message is taken, one past it is not.
#[test]
fn table_entries_end_inside_the_message() {
    let bytes = *b"\x0a\x03key\xff\xff\xff\xff";
    let key = Span::new(2, 3);
    assert_eq!(table_entry(&bytes, 0, 5, 0x0a), Some((key, 5)));
    assert_eq!(table_entry(&bytes, 0, 4, 0x0a), None);
    assert_eq!(table_entry(&bytes, 0, 5, 0x12), None);
}
