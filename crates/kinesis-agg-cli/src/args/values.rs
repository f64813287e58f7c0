//! What stands on the command line: formats, groupings, sizes, ranges.

#![expect(clippy::doc_markdown, reason = "comments here are the text of --help")]

use clap::ValueEnum;
use kinesis_agg::{HashKey, HashKeyRange, Options, RangePolicy};
use kinesis_agg_events::{DataEncoding, Shape};

/// A format of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// Told by the first bytes of each file, and by what stands in each document
    Auto,
    /// A Kinesis record a line, fields named as in the AWS SDKs
    Ndjson,
    /// What aws kinesis get-records prints
    GetRecords,
    /// A request for aws kinesis put-records, as --cli-input-json takes it
    PutRecords,
    /// Lambda events of a Kinesis stream, with a tumbling window or without
    Lambda,
    /// Events of a function that transforms records for Data Firehose
    Firehose,
    /// Events of a function that prepares records for Kinesis Data Analytics
    Analytics,
    /// Batches of an EventBridge pipe
    Pipes,
    /// Each file is the data of one record, as it is
    Raw,
    /// The data of a record a line, in base64
    Base64,
    /// The data of a record a line, in hexadecimal
    Hex,
    /// A line of text is the data of a record
    Lines,
}

impl From {
    /// The shape of its JSON, if it is JSON.
    pub(crate) const fn shape(self) -> Option<Shape> {
        Some(match self {
            Self::Ndjson => Shape::Ndjson,
            Self::GetRecords => Shape::GetRecords,
            Self::PutRecords => Shape::PutRecords,
            Self::Lambda => Shape::Lambda,
            Self::Firehose => Shape::Firehose,
            Self::Analytics => Shape::Analytics,
            Self::Pipes => Shape::Pipes,
            Self::Auto | Self::Raw | Self::Base64 | Self::Hex | Self::Lines => return None,
        })
    }
}

/// A format of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// A record a line, fields named as in the AWS SDKs
    Ndjson,
    /// What aws kinesis get-records prints
    GetRecords,
    /// Requests for aws kinesis put-records, as --cli-input-json takes them, one a line
    PutRecords,
    /// Lambda events of a Kinesis stream
    Lambda,
    /// Events of a function that transforms records for Data Firehose
    Firehose,
    /// Events of a function that prepares records for Kinesis Data Analytics
    Analytics,
    /// Batches of an EventBridge pipe
    Pipes,
    /// Nothing but the data, a record a line
    Data,
}

impl To {
    /// The shape of its JSON, if it is JSON.
    pub(crate) const fn shape(self) -> Option<Shape> {
        Some(match self {
            Self::Ndjson => Shape::Ndjson,
            Self::GetRecords => Shape::GetRecords,
            Self::PutRecords => Shape::PutRecords,
            Self::Lambda => Shape::Lambda,
            Self::Firehose => Shape::Firehose,
            Self::Analytics => Shape::Analytics,
            Self::Pipes => Shape::Pipes,
            Self::Data => return None,
        })
    }
}

/// How data stands in NDJSON, or in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Encoding {
    /// As AWS does
    Base64,
    /// As text; what is not UTF-8 has a field DataBase64 instead
    Utf8,
    /// In hexadecimal
    Hex,
}

impl std::convert::From<Encoding> for DataEncoding {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Base64 => Self::Base64,
            Encoding::Utf8 => Self::Utf8,
            Encoding::Hex => Self::Hex,
        }
    }
}

/// What becomes of user records out of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Keep everything; InRange tells
    KeepAll,
    /// Drop those out of the range one by one; keep those that lie nowhere
    KeepInRange,
    /// Drop an aggregate whole when one of its user records is out, as the KCL does
    DropAggregate,
}

impl std::convert::From<Policy> for RangePolicy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::KeepAll => Self::KeepAll,
            Policy::KeepInRange => Self::KeepInRange,
            Policy::DropAggregate => Self::DropAggregate,
        }
    }
}

/// Which user records share an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupBy {
    /// Those of one hash key: safe through splits and merges, packs least
    HashKey,
    /// Those of one shard: packs well; needs --shards
    Shard,
    /// Those of one shard, under one explicit hash key: safe through splits; needs --shards
    Pinned,
    /// Any: only for readers that look at no hash key range, as Lambda
    None,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Reads a size: a number of bytes, or of a larger unit.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("give bytes, or a number with KiB, MiB, GiB, KB, MB or GB".to_owned()),
    };
    let number = number.parse::<usize>().map_err(|error| error.to_string())?;
    let size = number.checked_mul(unit).filter(|size| *size > 0);
    size.ok_or_else(|| "this is no size".to_owned())
}

pub(super) fn max_size(text: &str) -> Result<usize, String> {
    let options = Options::new().with_max_size(size(text)?);
    let options = options.map_err(|error| error.to_string())?;
    Ok(options.max_size())
}

pub(super) fn max_count(text: &str) -> Result<usize, String> {
    let count = text.parse().map_err(|error| format!("{error}"));
    let options = Options::new().with_max_count(count?);
    let options = options.map_err(|error| error.to_string())?;
    Ok(options.max_count())
}

pub(super) fn hash_key_range(text: &str) -> Result<HashKeyRange, String> {
    let (start, end) = text
        .split_once('-')
        .ok_or("give START-END, both in decimal")?;
    let hash_key = |text: &str| {
        HashKey::from_decimal(text).ok_or(format!("{text:?} is no hash key: 0 to 2^128-1"))
    };
    let range = HashKeyRange::new(hash_key(start)?, hash_key(end)?);
    range.ok_or("the end is below the start".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{hash_key_range, max_count, max_size, size};

    /// Sizes are plain numbers or have a unit; nothing overflows, 0 is none.
    #[test]
    fn sizes() {
        for (text, expected) in [
            ("1", Some(1)),
            ("51200", Some(51_200)),
            ("7B", Some(7)),
            ("64MiB", Some(64 << 20)),
            ("64 mib", Some(64 << 20)),
            ("2kb", Some(2000)),
            ("1GiB", Some(1 << 30)),
            ("0", None),
            ("0MiB", None),
            ("", None),
            ("MiB", None),
            ("1.5MiB", None),
            ("-1", None),
            ("1M", None),
            ("18446744073709551615GiB", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(size(text).ok(), expected, "{text}");
        }
        assert_eq!(max_size("10MiB"), Ok(10 << 20));
        assert!(max_size("10485761").is_err());
        assert_eq!(max_count("1"), Ok(1));
        assert!(max_count("0").is_err());
    }

    /// Ranges are two decimal hash keys in order.
    #[test]
    fn ranges() {
        let top = "340282366920938463463374607431768211455";
        for text in ["0-0", &format!("0-{top}"), "7-9"] {
            assert_eq!(hash_key_range(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "7",
            "-",
            "7-",
            "-7",
            "9-7",
            "0-0x10",
            "0-340282366920938463463374607431768211456",
        ] {
            assert!(hash_key_range(text).is_err(), "{text}");
        }
    }
}
