//! Takes Kinesis records apart: aggregated ones into their user records, all
//! others as they are.
//!
//! `cargo run -p kinesis-agg-examples --example deaggregate`

use kinesis_agg::{Deaggregated, Deaggregator};

/// What GetRecords gives, or a Lambda event once its base64 is decoded.
struct KinesisRecord {
    sequence_number: &'static str,
    partition_key: &'static str,
    data: &'static [u8],
}

/// One that no library packed, one with three user records inside, and one that
/// begins like an aggregated record and is none: its checksum is wrong.
const RECORDS: [KinesisRecord; 3] = [
    KinesisRecord {
        sequence_number: "49590338271490256608559692538361571095921575989136588898",
        partition_key: "zoe",
        data: b"hello",
    },
    KinesisRecord {
        sequence_number: "49590338271490256608559692540925702759324208523137515618",
        partition_key: "a",
        data:
            b"\xf3\x89\x9a\xc2\n\x03mia\n\x04noah\x12\x017\x1a\t\x08\0\x1a\x05click\x1a\t\x08\x01\
            \x10\0\x1a\x03buy\x1a\x07\x08\0\x1a\x03bye\
            \x16\xcd1&\x02~#*M$D\xb9\xbc\x0e\xffk",
    },
    KinesisRecord {
        sequence_number: "49590338271490256608559692540925702759324208523137515619",
        partition_key: "a",
        data: b"\xf3\x89\x9a\xc2\n\x03mia\x1a\t\x08\0\x1a\x05clock\
            \x16\xcd1&\x02~#*M$D\xb9\xbc\x0e\xffk",
    },
];

fn main() {
    // One for each thread: it uses its memory again from batch to batch.
    let mut deaggregator = Deaggregator::new();
    let blobs = RECORDS.map(|record| record.data);
    let batch = deaggregator.deaggregate_batch(&blobs);
    for (record, deaggregated) in RECORDS.iter().zip(batch.iter()) {
        let number = record.sequence_number;
        match deaggregated {
            Deaggregated::Aggregated(user_records) => {
                for user_record in user_records {
                    let sub = user_record.sub_sequence_number;
                    let (key, data) = (user_record.partition_key, user_record.data);
                    println!("{number}.{sub} {key}: {}", data.escape_ascii());
                }
            }
            // No error: the Kinesis record is the user's own.
            Deaggregated::NotAggregated(reason) => {
                if reason.has_magic() {
                    eprintln!("{number} passes through, {reason}");
                }
                let (key, data) = (record.partition_key, record.data);
                println!("{number} {key}: {}", data.escape_ascii());
            }
            // Only when asked for: `RangePolicy::DropAggregate`.
            Deaggregated::Dropped { .. } => unreachable!("no range was asked for"),
        }
    }

    let report = batch.report();
    assert_eq!(report.user_records, 3);
    assert_eq!((report.plain, report.damaged), (1, 1));
}
