//! The recorded vectors, and their reader.
//!
//! ```text
//! vectors/producers/*.jsonl   what the existing producers write
//! vectors/*.jsonl             odd, broken, cut, mutated, with ranges, in batches
//! ```
//!
//! Each line is a case with the verdict of the KCL; `vectors/README.md` names
//! the fields and the rules. The files are built into this crate, so they are
//! at hand under Miri and WebAssembly too. Reading fails loudly: an unknown
//! field or a missing one is a panic, not a skipped case.

use base64::prelude::{BASE64_STANDARD, Engine};
use num_bigint::BigInt;
use serde::Deserialize;

use crate::hash_key::HashKeyRange;
use crate::kcl::{Outcome, Thrown, UserRecord, Verdict};
use crate::record::TestRecord;

/// A file of vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum File {
    /// The KPL 1.0.7.
    Kpl,
    /// awslabs `KinesisAggregatorV2` 2.0.7 for Java.
    Java,
    /// `aws_kinesis_agg` 1.2.3 for Python.
    Python,
    /// `aws-kinesis-agg` 4.2.8 for Node.js.
    Node,
    /// `aiokpl` 0.2.0 for Python, the only one that writes tags.
    Aiokpl,
    /// One oddity each, made by hand.
    Malformed,
    /// A small aggregate cut after each byte.
    Truncated,
    /// Bytes of a message flipped, MD5 made anew.
    Mutated,
    /// With the hash key range of a shard.
    Ranges,
    /// Several Kinesis records in one call.
    Batches,
}

impl File {
    /// All files.
    pub const ALL: [Self; 10] = [
        Self::Kpl,
        Self::Java,
        Self::Python,
        Self::Node,
        Self::Aiokpl,
        Self::Malformed,
        Self::Truncated,
        Self::Mutated,
        Self::Ranges,
        Self::Batches,
    ];

    /// The files of producers.
    pub const PRODUCERS: [Self; 5] = [
        Self::Kpl,
        Self::Java,
        Self::Python,
        Self::Node,
        Self::Aiokpl,
    ];

    /// Name of the file, below the folder `vectors`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kpl => "producers/kpl-1.0.7.jsonl",
            Self::Java => "producers/java-aggregator-2.0.7.jsonl",
            Self::Python => "producers/python-aws_kinesis_agg-1.2.3.jsonl",
            Self::Node => "producers/node-aws-kinesis-agg-4.2.8.jsonl",
            Self::Aiokpl => "producers/python-aiokpl-0.2.0.jsonl",
            Self::Malformed => "malformed.jsonl",
            Self::Truncated => "truncated.jsonl",
            Self::Mutated => "mutated.jsonl",
            Self::Ranges => "ranges.jsonl",
            Self::Batches => "batches.jsonl",
        }
    }

    /// How many vectors it holds.
    pub const fn count(self) -> usize {
        match self {
            Self::Kpl => 83,
            Self::Java | Self::Node => 39,
            Self::Python => 49,
            Self::Aiokpl => 42,
            Self::Malformed => 425,
            Self::Truncated => 144,
            Self::Mutated => 586,
            Self::Ranges => 103,
            Self::Batches => 12,
        }
    }

    /// Its text, one JSON object a line.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Kpl => include_str!("../vectors/producers/kpl-1.0.7.jsonl"),
            Self::Java => include_str!("../vectors/producers/java-aggregator-2.0.7.jsonl"),
            Self::Python => include_str!("../vectors/producers/python-aws_kinesis_agg-1.2.3.jsonl"),
            Self::Node => include_str!("../vectors/producers/node-aws-kinesis-agg-4.2.8.jsonl"),
            Self::Aiokpl => include_str!("../vectors/producers/python-aiokpl-0.2.0.jsonl"),
            Self::Malformed => include_str!("../vectors/malformed.jsonl"),
            Self::Truncated => include_str!("../vectors/truncated.jsonl"),
            Self::Mutated => include_str!("../vectors/mutated.jsonl"),
            Self::Ranges => include_str!("../vectors/ranges.jsonl"),
            Self::Batches => include_str!("../vectors/batches.jsonl"),
        }
    }
}

/// Who wrote an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Name; `hand-encoded` where no library made it.
    pub name: String,
    /// Version, if it has one.
    pub version: Option<String>,
}

/// One case and the KCL's verdict on it.
#[derive(Clone, Debug)]
pub struct Vector {
    /// Unique in the whole set.
    pub id: String,
    /// What is odd in it.
    pub description: String,
    /// Who made it; `None` in batches.
    pub producer: Option<Producer>,
    /// The user records given to the producer, where there were any.
    pub input: Option<Vec<TestRecord>>,
    /// Partition key of the Kinesis record itself, where a producer chose one.
    pub kinesis_partition_key: Option<String>,
    /// Explicit hash key of the Kinesis record itself, likewise.
    pub kinesis_explicit_hash_key: Option<String>,
    /// The data of the Kinesis records: one, but in batches.
    pub blobs: Vec<Vec<u8>>,
    /// The range given to the KCL, if one was.
    pub range: Option<HashKeyRange>,
    /// Whether the KCL reads back what the producer was given; producers only.
    pub faithful: Option<bool>,
    /// What the KCL made of it.
    pub kcl: Verdict,
}

impl Vector {
    /// The one blob of a vector that is not a batch.
    ///
    /// # Panics
    ///
    /// When it is a batch.
    pub fn blob(&self) -> &[u8] {
        assert_ne!(self.kcl.outcome, Outcome::Batch, "{} is a batch", self.id);
        &self.blobs[0]
    }
}

/// The vectors of one file, in its order.
///
/// # Panics
///
/// When a line is not what `vectors/README.md` says.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::vectors::{File, file};
///
/// assert_eq!(file(File::Batches).len(), 12);
/// ```
pub fn file(file: File) -> Vec<Vector> {
    let read = |line| match serde_json::from_str::<Line>(line) {
        Ok(line) => line.into_vector(),
        Err(error) => panic!("{}: {error} in {line:.100}", file.name()),
    };
    file.text().lines().map(read).collect()
}

/// The vectors of all files.
///
/// # Panics
///
/// When a line is not what `vectors/README.md` says.
pub fn all() -> Vec<Vector> {
    File::ALL.into_iter().flat_map(file).collect()
}

/// A line as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Line {
    id: String,
    description: String,
    producer: Option<Producer>,
    input: Option<Vec<LineInput>>,
    kinesis_partition_key: Option<String>,
    kinesis_explicit_hash_key: Option<String>,
    aggregate: Option<Bytes>,
    batch: Option<Vec<Bytes>>,
    range: Option<LineRange>,
    faithful: Option<bool>,
    kcl: LineVerdict,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LineInput {
    partition_key: String,
    explicit_hash_key: Option<String>,
    data: Bytes,
    tags: Vec<LineTag>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineTag {
    key: String,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LineRange {
    starting_hash_key: String,
    ending_hash_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineVerdict {
    outcome: LineOutcome,
    logged: bool,
    error: Option<LineError>,
    records: Vec<LineRecord>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LineOutcome {
    Aggregated,
    Passthrough,
    Partial,
    Dropped,
    Batch,
}

#[derive(Deserialize)]
enum LineError {
    #[serde(rename = "java.lang.IndexOutOfBoundsException")]
    Index,
    #[serde(rename = "java.lang.NumberFormatException")]
    Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LineRecord {
    source: Option<usize>,
    aggregated: Option<bool>,
    partition_key: String,
    explicit_hash_key: Option<String>,
    data: Bytes,
    sub_sequence_number: u64,
}

/// Bytes in base64.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Bytes(Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        BASE64_STANDARD.decode(text).map(Self)
    }
}

impl Line {
    fn into_vector(self) -> Vector {
        let blobs: Vec<Vec<u8>> = match (self.aggregate, self.batch) {
            (Some(Bytes(one)), None) => vec![one],
            (None, Some(batch)) => batch.into_iter().map(|Bytes(blob)| blob).collect(),
            _ => panic!("{}: aggregate or batch, one of them", self.id),
        };
        let input = self.input;
        Vector {
            kcl: self.kcl.into_verdict(&self.id, &blobs),
            id: self.id,
            description: self.description,
            producer: self.producer,
            input: input.map(|records| records.into_iter().map(LineInput::into_record).collect()),
            kinesis_partition_key: self.kinesis_partition_key,
            kinesis_explicit_hash_key: self.kinesis_explicit_hash_key,
            blobs,
            range: self.range.map(LineRange::into_range),
            faithful: self.faithful,
        }
    }
}

impl LineInput {
    fn into_record(self) -> TestRecord {
        let tags = self.tags.into_iter().map(|tag| (tag.key, tag.value));
        TestRecord {
            partition_key: self.partition_key,
            explicit_hash_key: self.explicit_hash_key,
            data: self.data.0,
            tags: tags.collect(),
        }
    }
}

impl LineRange {
    fn into_range(self) -> HashKeyRange {
        let number = |text: &str| -> BigInt { text.parse().expect("a range is decimal") };
        HashKeyRange {
            starting: number(&self.starting_hash_key),
            ending: number(&self.ending_hash_key),
        }
    }
}

impl LineVerdict {
    /// User records go to `records`, Kinesis records that came out unchanged to
    /// `passed_through`; a line of one Kinesis record names them by its outcome.
    fn into_verdict(self, id: &str, blobs: &[Vec<u8>]) -> Verdict {
        assert_eq!(
            self.logged,
            self.error.is_some(),
            "{id}: an error is logged"
        );
        let outcome = match self.outcome {
            LineOutcome::Aggregated => Outcome::Aggregated,
            LineOutcome::Passthrough => Outcome::Passthrough,
            LineOutcome::Partial => Outcome::Partial,
            LineOutcome::Dropped => Outcome::Dropped,
            LineOutcome::Batch => Outcome::Batch,
        };
        let mut verdict = Verdict {
            outcome,
            thrown: self.error.map(|error| match error {
                LineError::Index => Thrown::IndexOutOfBounds,
                LineError::Number => Thrown::NumberFormat,
            }),
            records: Vec::new(),
            passed_through: Vec::new(),
        };
        if outcome == Outcome::Passthrough {
            verdict.passed_through.push(0);
        }
        let mut last = 0;
        for record in self.records {
            let blob = record.source.unwrap_or(0);
            assert!(last <= blob, "{id}: records come in the order of the blobs");
            last = blob;
            if record.aggregated == Some(false) {
                assert_eq!(record.data.0, blobs[blob], "{id}: passed through unchanged");
                verdict.passed_through.push(blob);
            } else {
                verdict.records.push(record.into_user_record(blob));
            }
        }
        verdict
    }
}

impl LineRecord {
    fn into_user_record(self, blob: usize) -> UserRecord {
        UserRecord {
            blob,
            partition_key: self.partition_key,
            explicit_hash_key: self.explicit_hash_key,
            data: self.data.0,
            sub_sequence_number: self.sub_sequence_number,
        }
    }
}
