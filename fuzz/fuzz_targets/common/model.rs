//! An aggregator without any cleverness, built on the testkit: which user records
//! are taken, how large what becomes, and the bytes that come out.
//!
//! ```text
//! push    alone within the limit?  no -> refused
//!         with the others, too?    no -> those come out, this one opens the next
//!         -> to the open ones
//! finish  the naive codec's bytes of the open ones; of one alone perhaps its data
//! ```

use super::convert::hash_key;
use kinesis_agg::{AggregatedRecord, HashKey, Options, OuterPartitionKey, PushErrorKind};
use kinesis_agg_testkit::hash_key::ascii_decimal;
use kinesis_agg_testkit::{TestRecord, frame, naive};

/// The user records of the open aggregate, and what bounds it.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) options: Options,
    pub(crate) open: Vec<TestRecord>,
}

/// What a Kinesis record must be like.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<HashKey>,
    pub(crate) data: Vec<u8>,
    pub(crate) user_record_count: usize,
    pub(crate) hash_key_span: (HashKey, HashKey),
    pub(crate) is_framed: bool,
}

impl Model {
    pub(crate) const fn new(options: Options) -> Self {
        let open = Vec::new();
        Self { options, open }
    }

    /// Adds a user record; returns what it pushed out.
    ///
    /// # Errors
    ///
    /// Why it is refused; the size in it may be that with a frame or without.
    pub(crate) fn push(&mut self, record: &TestRecord) -> Result<Option<Sealed>, Refused> {
        check_keys(record)?;
        let alone = size(&self.options, std::slice::from_ref(record));
        let framed = framed_size(&self.options, std::slice::from_ref(record));
        if alone.min(framed) > self.options.max_size() {
            return Err(Refused::TooLarge);
        }
        let mut full = None;
        let is_full = self.open.len() == self.options.max_count();
        if is_full || self.size_after(record) > self.options.max_size() {
            full = self.finish();
        }
        self.open.push(record.clone());
        Ok(full)
    }

    /// Size of data and partition key, as they are now.
    pub(crate) fn size(&self) -> usize {
        if self.open.is_empty() {
            return 0;
        }
        size(&self.options, &self.open)
    }

    /// The same with one more user record.
    pub(crate) fn size_after(&self, record: &TestRecord) -> usize {
        let mut with = self.open.clone();
        with.push(record.clone());
        size(&self.options, &with)
    }

    pub(crate) fn finish(&mut self) -> Option<Sealed> {
        let records = std::mem::take(&mut self.open);
        let first = records.first()?;
        let is_framed = !is_bare(&self.options, &records);
        let keys = records.iter().map(hash_key);
        let explicit = first.explicit_hash_key.is_some();
        let outer = self.options.outer_hash_key() && is_framed;
        Some(Sealed {
            partition_key: outer_partition_key(&self.options, &records, is_framed),
            explicit_hash_key: (outer || (explicit && !is_framed)).then(|| hash_key(first)),
            data: if is_framed {
                naive::encode(&records)
            } else {
                first.data.clone()
            },
            user_record_count: records.len(),
            hash_key_span: (keys.clone().min()?, keys.max()?),
            is_framed,
        })
    }
}

/// Why a user record is refused, as far as the model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    PartitionKey,
    ExplicitHashKey,
    TooLarge,
}

impl Refused {
    /// Whether the library says the same.
    pub(crate) fn is(self, kind: PushErrorKind, record: &TestRecord, options: &Options) -> bool {
        match (self, kind) {
            (Self::PartitionKey, PushErrorKind::PartitionKeyLength { chars, max: 256 }) => {
                chars == record.partition_key.chars().count()
            }
            (Self::ExplicitHashKey, PushErrorKind::ExplicitHashKey) => true,
            (Self::TooLarge, PushErrorKind::TooLarge { size, max }) => {
                let alone = std::slice::from_ref(record);
                let bare = record.partition_key.len() + record.data.len();
                max == options.max_size()
                    && size > max
                    && [bare, framed_size(options, alone)].contains(&size)
            }
            _ => false,
        }
    }
}

/// # Errors
///
/// When a key is none that Kinesis takes.
fn check_keys(record: &TestRecord) -> Result<(), Refused> {
    if !(1..=256).contains(&record.partition_key.chars().count()) {
        return Err(Refused::PartitionKey);
    }
    let is_request = |text: &str| {
        let number = ascii_decimal(text.as_bytes());
        number.is_some_and(|number| number.to_string() == text)
    };
    match &record.explicit_hash_key {
        Some(text) if !is_request(text) => Err(Refused::ExplicitHashKey),
        _ => Ok(()),
    }
}

fn size(options: &Options, records: &[TestRecord]) -> usize {
    if is_bare(options, records) {
        return records[0].partition_key.len() + records[0].data.len();
    }
    framed_size(options, records)
}

fn framed_size(options: &Options, records: &[TestRecord]) -> usize {
    naive::encode_message(records).len()
        + frame::MAGIC.len()
        + frame::SUM_LEN
        + outer_partition_key(options, records, true).len()
}

/// Whether a single user record leaves as it is: no reader would take its data
/// for an aggregate.
fn is_bare(options: &Options, records: &[TestRecord]) -> bool {
    let [alone] = records else { return false };
    !options.frames_singles() && alone.tags.is_empty() && frame::open(&alone.data).is_err()
}

fn outer_partition_key(options: &Options, records: &[TestRecord], is_framed: bool) -> String {
    match options.outer_partition_key() {
        OuterPartitionKey::Kpl if is_framed => "a".to_owned(),
        _ => records[0].partition_key.clone(),
    }
}

impl From<&AggregatedRecord> for Sealed {
    fn from(record: &AggregatedRecord) -> Self {
        let span = record.hash_key_span();
        Self {
            partition_key: record.partition_key().to_owned(),
            explicit_hash_key: record.explicit_hash_key(),
            data: record.data().to_vec(),
            user_record_count: record.user_record_count(),
            hash_key_span: (span.start(), span.end()),
            is_framed: record.is_framed(),
        }
    }
}
