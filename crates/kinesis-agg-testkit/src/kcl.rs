//! A model of the KCL's `AggregatorUtil.deaggregate(records, start, end)`.
//!
//! ```text
//! blob ── frame ── message ──┬─ no ─> passthrough
//!                            └─ yes: each record in order
//!                                 key lookup or hash key fails ─> partial: the head
//!                                 outside the range            ─> dropped: nothing
//!                                 to the end                   ─> aggregated: all
//! ```
//!
//! It says for any blobs and any range what the KCL hands out, and its verdict
//! is the recorded one for every vector. It does not say what is right: the KCL
//! loses records that this project keeps.
//!
//! Source: KCL 3.5.1 with a JAXB jar on its class path; rules 1 and 5 to 10 of
//! the vectors' README.

use num_bigint::BigInt;

use crate::hash_key::{HashKeyRange, java_big_integer, of_partition_key};
use crate::protobuf_java::{Message, Record, decode};
use crate::{frame, jdk_text};

/// What came of a Kinesis record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Every user record of the message came out; there may be none.
    Aggregated,
    /// Not taken as an aggregate: the Kinesis record came out unchanged.
    Passthrough,
    /// An error was logged: the user records before it came out, the rest are
    /// lost.
    Partial,
    /// A user record was outside the range: nothing came out.
    Dropped,
    /// Several Kinesis records in one call, each with an outcome of its own.
    Batch,
}

/// The exception that the KCL logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thrown {
    /// `java.lang.IndexOutOfBoundsException`: an index outside its table.
    IndexOutOfBounds,
    /// `java.lang.NumberFormatException`: an explicit hash key is no number.
    NumberFormat,
}

/// A user record as the KCL hands it out. It shows no tags.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserRecord {
    /// Which blob of the call it came from, from 0.
    pub blob: usize,
    /// Partition key, U+FFFD where the bytes are no UTF-8.
    pub partition_key: String,
    /// Explicit hash key, likewise.
    pub explicit_hash_key: Option<String>,
    /// Data.
    pub data: Vec<u8>,
    /// Number of the user record in its Kinesis record, from 0.
    pub sub_sequence_number: u64,
}

/// What the KCL made of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What came of the Kinesis record; [`Outcome::Batch`] for several.
    pub outcome: Outcome,
    /// The first exception that was logged, if one was.
    pub thrown: Option<Thrown>,
    /// The user records that came out, in order.
    pub records: Vec<UserRecord>,
    /// The blobs that came out unchanged, by their place in the call.
    pub passed_through: Vec<usize>,
}

impl Verdict {
    /// The verdict for something that is not an aggregate.
    fn passthrough() -> Self {
        Self {
            outcome: Outcome::Passthrough,
            thrown: None,
            records: Vec::new(),
            passed_through: vec![0],
        }
    }
}

/// The KCL's verdict on one blob. Without a range it takes 0 to 2^128-1.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::{TestRecord, kcl, naive};
///
/// let blob = naive::encode(&[TestRecord::new("k", b"one")]);
/// assert_eq!(kcl::judge(&blob, None).outcome, kcl::Outcome::Aggregated);
/// assert_eq!(kcl::judge(b"one", None).outcome, kcl::Outcome::Passthrough);
/// ```
pub fn judge(blob: &[u8], range: Option<&HashKeyRange>) -> Verdict {
    // Rule 1. The frame is checked before the message is parsed; whatever fails,
    // the record passes through, whatever the range (rule 9).
    let Some(message) = frame::open(blob).ok().and_then(|m| decode(m).ok()) else {
        return Verdict::passthrough();
    };
    judge_message(&message, range)
}

/// The KCL's verdict on several blobs in one call.
pub fn judge_batch<B: AsRef<[u8]>>(blobs: &[B], range: Option<&HashKeyRange>) -> Verdict {
    let mut batch = Verdict {
        outcome: Outcome::Batch,
        thrown: None,
        records: Vec::new(),
        passed_through: Vec::new(),
    };
    for (place, blob) in blobs.iter().enumerate() {
        // Rule 10, and no state from one Kinesis record to the next.
        let one = judge(blob.as_ref(), range);
        batch.thrown = batch.thrown.or(one.thrown);
        batch
            .passed_through
            .extend(one.passed_through.iter().map(|_| place));
        let records = one.records.into_iter();
        batch.records.extend(records.map(|record| UserRecord {
            blob: place,
            ..record
        }));
    }
    batch
}

/// The KCL's verdict on a message that parsed.
pub fn judge_message(message: &Message<'_>, range: Option<&HashKeyRange>) -> Verdict {
    let whole = HashKeyRange::whole();
    let range = range.unwrap_or(&whole);
    let mut verdict = Verdict {
        outcome: Outcome::Aggregated,
        thrown: None,
        records: Vec::new(),
        passed_through: Vec::new(),
    };
    for (number, record) in (0..).zip(&message.records) {
        match read(message, record) {
            // An error ends the loop; what came out before stays out.
            Err(thrown) => {
                verdict.outcome = Outcome::Partial;
                verdict.thrown = Some(thrown);
                break;
            }
            // Rule 8: one outside takes back all that came out, and ends the
            // loop before later errors are seen.
            Ok((_, hash_key)) if !range.contains(&hash_key) => {
                verdict.outcome = Outcome::Dropped;
                verdict.records.clear();
                break;
            }
            Ok((user_record, _)) => verdict.records.push(UserRecord {
                sub_sequence_number: number,
                ..user_record
            }),
        }
    }
    verdict
}

/// A user record with its effective hash key.
fn read(message: &Message<'_>, record: &Record<'_>) -> Result<(UserRecord, BigInt), Thrown> {
    // The partition key is looked up first, also when a hash key is there.
    let partition_key = look_up(&message.partition_keys, record.partition_key_index)?;
    let explicit_hash_key = record
        .explicit_hash_key_index
        .map(|index| look_up(&message.explicit_hash_keys, index))
        .transpose()?;
    // Rule 7. The hash is that of the text after replacement (rule 6).
    let hash_key = match &explicit_hash_key {
        Some(text) => java_big_integer(text).ok_or(Thrown::NumberFormat)?,
        None => of_partition_key(&partition_key).into(),
    };
    let user_record = UserRecord {
        blob: 0,
        partition_key,
        explicit_hash_key,
        data: record.data.to_vec(),
        sub_sequence_number: 0,
    };
    Ok((user_record, hash_key))
}

/// `table.get((int) index)`.
fn look_up(table: &[&[u8]], index: u64) -> Result<String, Thrown> {
    // Rule 5: the low 32 bits, signed; a negative index is outside every table.
    #[expect(clippy::cast_possible_truncation, reason = "the rule")]
    let index = (index as u32).cast_signed();
    let entry = usize::try_from(index)
        .ok()
        .and_then(|index| table.get(index));
    Ok(jdk_text::decode(entry.ok_or(Thrown::IndexOutOfBounds)?))
}
