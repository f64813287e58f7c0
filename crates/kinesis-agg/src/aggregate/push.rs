//! Adding a user record: its checks, its exact size, its bytes.

use super::key_table::{KeyTable, Place};
use super::seal::Unsealed;
use super::{Aggregator, First};
use crate::message::{
    DATA, EXPLICIT_HASH_KEY_INDEX, PARTITION_KEY_INDEX, RECORDS, TAG_KEY, TAG_VALUE, TAGS,
};
use crate::wire::{
    Head, LENGTH_DELIMITED, Tag as WireTag, VARINT, bytes_field_len, push_bytes_field, push_length,
    varint_field_len,
};
use crate::{HashKey, HashKeyRange, NewUserRecord, NotAggregated, Tag, frame};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// The largest partition key, in Unicode characters.
pub(super) const MAX_PARTITION_KEY_CHARS: usize = 256;

/// A user record that was refused, and why.
///
/// Nothing is lost: here it is again, and the aggregate is as it was. Who does
/// not want it back lets `?` make a [`PushErrorKind`] of it, which borrows
/// nothing.
#[derive(Clone, Debug)]
pub struct PushError<'a> {
    /// The user record.
    pub record: NewUserRecord<'a>,
    /// Why it was refused.
    pub kind: PushErrorKind,
}

/// Why a user record was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushErrorKind {
    /// Its partition key does not have 1 to 256 Unicode characters.
    PartitionKeyLength {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        max: usize,
    },
    /// Its explicit hash key is no number from 0 to 2^128-1 in decimal digits
    /// without leading zeros.
    ExplicitHashKey,
    /// It does not fit an aggregate of its own.
    TooLarge {
        /// Bytes of the Kinesis record that would carry it alone: data and
        /// partition key.
        size: usize,
        /// The limit.
        max: usize,
    },
}

impl fmt::Display for PushErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartitionKeyLength { chars, max } => {
                write!(formatter, "the partition key has {chars} characters, not 1 to {max}")
            }
            Self::ExplicitHashKey => formatter.write_str(
                "the explicit hash key is no decimal number from 0 to 2^128-1 without leading zeros",
            ),
            Self::TooLarge { size, max } => {
                write!(formatter, "alone the user record takes {size} bytes, more than {max}")
            }
        }
    }
}

impl fmt::Display for PushError<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(formatter)
    }
}

impl From<PushError<'_>> for PushErrorKind {
    fn from(error: PushError<'_>) -> Self {
        error.kind
    }
}

impl core::error::Error for PushErrorKind {}
impl core::error::Error for PushError<'_> {}

/// A user record whose keys were checked, and what is known of its hash key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checked<'p> {
    /// Its own explicit hash key.
    pub(crate) explicit: Option<HashKey>,
    /// Its hash key; `None` while nobody has computed the MD5.
    pub(crate) hash_key: Option<HashKey>,
    /// What its aggregate is pinned to, to be written as its explicit hash key.
    pub(crate) pin: Option<&'p Pin>,
}

/// The hash key that an aggregate is pinned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) hash_key: HashKey,
    /// The same in decimal digits.
    text: String,
}

impl Pin {
    pub(crate) fn new(hash_key: HashKey) -> Self {
        Self {
            hash_key,
            text: hash_key.to_string(),
        }
    }
}

impl<'p> Checked<'p> {
    /// Checks the keys of `record`.
    pub(crate) fn new(record: &NewUserRecord<'_>) -> Result<Self, PushErrorKind> {
        check_partition_key(record.partition_key)?;
        let explicit = match record.explicit_hash_key {
            None => None,
            Some(text) => Some(HashKey::from_request(text).ok_or(PushErrorKind::ExplicitHashKey)?),
        };
        Ok(Self {
            explicit,
            hash_key: explicit,
            pin: None,
        })
    }

    /// The hash key that readers of the aggregate will see, if it is known.
    fn hash_key_inside(&self) -> Option<HashKey> {
        self.pin.map_or(self.hash_key, |pin| Some(pin.hash_key))
    }

    /// The explicit hash key to write.
    fn explicit_text<'a>(&self, record: &NewUserRecord<'a>) -> Option<&'a [u8]>
    where
        'p: 'a,
    {
        let pin = self.pin.map(|pin| pin.text.as_bytes());
        pin.or(record.explicit_hash_key.map(str::as_bytes))
    }
}

fn check_partition_key(key: &str) -> Result<(), PushErrorKind> {
    // No character has less than one byte.
    let chars = match key.len() {
        len @ 1..=MAX_PARTITION_KEY_CHARS => len,
        _ => key.chars().count(),
    };
    if chars == 0 || chars > MAX_PARTITION_KEY_CHARS {
        return Err(PushErrorKind::PartitionKeyLength {
            chars,
            max: MAX_PARTITION_KEY_CHARS,
        });
    }
    Ok(())
}

/// A user record against the tables of an aggregate, and what it will take.
#[derive(Clone, Copy, Debug)]
struct Plan {
    partition_key: Place,
    explicit_hash_key: Option<Place>,
    /// Length of the record's message.
    body: usize,
    /// Bytes that the aggregate's message grows by.
    growth: usize,
}

impl Aggregator {
    /// The size of the open aggregate as a Kinesis record: data and partition
    /// key, in bytes. 0 when it is empty.
    pub fn size(&self) -> usize {
        match self.count {
            0 => 0,
            1 if self.first.bare => self.first.partition_key.len() + self.first.data_len,
            _ => self.framed_size(&self.first.partition_key),
        }
    }

    /// The size that the open aggregate would have with `record` in it, exact to
    /// the byte: above [`Options::max_size`](super::Options::max_size), pushing
    /// it takes the open aggregate out first.
    ///
    /// Costs a look at the tables; changes nothing. The keys are not checked.
    pub fn size_after(&self, record: &NewUserRecord<'_>) -> usize {
        if self.count == 0 {
            if is_bare(record, &self.options) {
                return size_bare(record);
            }
            let explicit = record.explicit_hash_key.map(str::as_bytes);
            return self.size_framed_alone(record, explicit);
        }
        let plan = self.plan(record, record.explicit_hash_key.map(str::as_bytes));
        plan.growth
            .saturating_add(self.framed_size(&self.first.partition_key))
    }

    pub(super) fn framed_size(&self, first_partition_key: &str) -> usize {
        frame::OVERHEAD
            + self.partition_keys.fields().len()
            + self.explicit_hash_keys.fields().len()
            + self.records.len()
            + self.options.outer_len(first_partition_key)
    }

    /// The size of a frame that carries `record` alone.
    fn size_framed_alone(&self, record: &NewUserRecord<'_>, explicit: Option<&[u8]>) -> usize {
        let body = body_len(record, 0, explicit.map(|_| 0));
        let keys = frame::OVERHEAD
            + bytes_field_len(record.partition_key.len())
            + explicit.map_or(0, |key| bytes_field_len(key.len()))
            + self.options.outer_len(record.partition_key);
        bytes_field_len(body).saturating_add(keys)
    }

    fn plan(&self, record: &NewUserRecord<'_>, explicit_hash_key: Option<&[u8]>) -> Plan {
        let partition_key = self.partition_keys.find(record.partition_key.as_bytes());
        let explicit = explicit_hash_key.map(|key| (self.explicit_hash_keys.find(key), key));
        let body = body_len(
            record,
            self.partition_keys.number(partition_key),
            explicit.map(|(place, _)| self.explicit_hash_keys.number(place)),
        );
        Plan {
            partition_key,
            explicit_hash_key: explicit.map(|(place, _)| place),
            body,
            growth: bytes_field_len(body)
                + KeyTable::growth(partition_key, record.partition_key.as_bytes())
                + explicit.map_or(0, |(place, key)| KeyTable::growth(place, key)),
        }
    }

    /// Adds a user record whose keys were checked.
    pub(crate) fn push_checked(
        &mut self,
        record: &NewUserRecord<'_>,
        checked: &Checked<'_>,
    ) -> Result<Option<Unsealed>, PushErrorKind> {
        let explicit = checked.explicit_text(record);
        // Whatever is open: the verdict over a user record is its own, and it may
        // be alone again when its aggregate is cut.
        self.check_fits_alone(record, explicit)?;
        let mut plan = self.plan(record, explicit);
        let mut full = None;
        if self.count == 0 || !self.has_room(&plan) {
            full = self.finish();
            plan = self.plan(record, explicit);
            self.remember_first(record, checked);
        }
        self.append(record, explicit, checked, &plan);
        Ok(full)
    }

    fn has_room(&self, plan: &Plan) -> bool {
        self.count < self.options.max_count()
            && self.framed_size(&self.first.partition_key) + plan.growth <= self.options.max_size()
    }

    fn check_fits_alone(
        &self,
        record: &NewUserRecord<'_>,
        explicit: Option<&[u8]>,
    ) -> Result<(), PushErrorKind> {
        let max = self.options.max_size();
        if surely_fits_alone(record, max) {
            return Ok(());
        }
        // The larger form first: whether the bare one will do may cost an MD5.
        if self.size_framed_alone(record, explicit) <= max {
            return Ok(());
        }
        let bare = size_bare(record);
        if bare <= max && is_bare(record, &self.options) {
            return Ok(());
        }
        let could_be_bare = !self.options.frames_singles() && !record.has_tags();
        let size = if bare > max && could_be_bare {
            bare
        } else {
            self.size_framed_alone(record, explicit)
        };
        Err(PushErrorKind::TooLarge { size, max })
    }

    fn remember_first(&mut self, record: &NewUserRecord<'_>, checked: &Checked<'_>) {
        let First { partition_key, .. } = &mut self.first;
        partition_key.clear();
        partition_key.push_str(record.partition_key);
        self.first.hash_key = checked.hash_key_inside();
        let pin = checked.pin.map(|pin| pin.hash_key);
        self.first.explicit_hash_key = pin.or(checked.explicit);
        self.first.bare = is_bare(record, &self.options);
        self.first.data_len = record.data.len();
    }

    /// Writes the record behind the others and notes its hash key.
    fn append(
        &mut self,
        record: &NewUserRecord<'_>,
        explicit_hash_key: Option<&[u8]>,
        checked: &Checked<'_>,
        plan: &Plan,
    ) {
        let key = record.partition_key.as_bytes();
        let partition_key = self.partition_keys.add(plan.partition_key, key);
        let explicit = explicit_hash_key.zip(plan.explicit_hash_key);
        let explicit = explicit.map(|(key, place)| self.explicit_hash_keys.add(place, key));
        write_record(
            &mut self.records,
            record,
            plan.body,
            partition_key,
            explicit,
        );
        self.count += 1;
        match checked.hash_key_inside() {
            None => self.partition_keys.mark_to_hash(partition_key),
            Some(hash_key) => {
                let span = self.span.unwrap_or(HashKeyRange::only(hash_key));
                self.span = Some(span.including(hash_key));
            }
        }
    }
}

/// Whether `record` is so much smaller than `max` that its size alone need not be
/// computed.
fn surely_fits_alone(record: &NewUserRecord<'_>, max: usize) -> bool {
    !record.has_tags() && surely_takes(record) <= max
}

/// More than `record` takes without its tags, alone or beside others; saturates.
pub(super) fn surely_takes(record: &NewUserRecord<'_>) -> usize {
    // More than the rest takes: the frame, an explicit hash key, heads of fields.
    const AROUND: usize = 128;
    let keys = 2 * record.partition_key.len() + AROUND;
    record.data.len().saturating_add(keys)
}

/// The size of `record` as a Kinesis record of its own, without a frame.
const fn size_bare(record: &NewUserRecord<'_>) -> usize {
    record.partition_key.len() + record.data.len()
}

/// Whether `record`, alone, leaves without a frame.
fn is_bare(record: &NewUserRecord<'_>, options: &super::Options) -> bool {
    !options.frames_singles()
        && !record.has_tags()
        // A reader would take it for an aggregate and hand out its inside.
        && matches!(
            frame::open(record.data),
            Err(NotAggregated::Magic | NotAggregated::TooShort { .. } | NotAggregated::Checksum)
        )
}

/// Length of the message of `record` with these key numbers. Saturates: tags may
/// share their text, and together be longer than memory.
fn body_len(
    record: &NewUserRecord<'_>,
    partition_key: u32,
    explicit_hash_key: Option<u32>,
) -> usize {
    let without_tags = body_len_plain(record.data.len(), partition_key)
        .saturating_add(explicit_hash_key.map_or(0, |number| varint_field_len(number.into())));
    if record.has_tags() {
        without_tags.saturating_add(tags_len(record))
    } else {
        without_tags
    }
}

/// The same without explicit hash key and tags.
#[inline]
pub(super) const fn body_len_plain(data_len: usize, partition_key: u32) -> usize {
    bytes_field_len(data_len).saturating_add(varint_field_len(partition_key as u64))
}

fn tags_len(record: &NewUserRecord<'_>) -> usize {
    let tags = record.tags().map(|tag| bytes_field_len(tag_len(&tag)));
    tags.fold(0, usize::saturating_add)
}

fn tag_len(tag: &Tag<'_>) -> usize {
    let key = bytes_field_len(tag.key.as_bytes().len());
    let value = tag
        .value
        .map_or(0, |value| bytes_field_len(value.as_bytes().len()));
    key.saturating_add(value)
}

/// Appends the field `records` of one record whose message has `body` bytes.
#[inline]
pub(super) fn write_record(
    buffer: &mut Vec<u8>,
    record: &NewUserRecord<'_>,
    body: usize,
    partition_key: u32,
    explicit_hash_key: Option<u32>,
) {
    let mut head = Head::new();
    head.put(WireTag::new(RECORDS, LENGTH_DELIMITED), number(body));
    head.put(WireTag::new(PARTITION_KEY_INDEX, VARINT), partition_key);
    if let Some(index) = explicit_hash_key {
        head.put(WireTag::new(EXPLICIT_HASH_KEY_INDEX, VARINT), index);
    }
    head.put(
        WireTag::new(DATA, LENGTH_DELIMITED),
        number(record.data.len()),
    );
    head.append_to(buffer);
    buffer.extend_from_slice(record.data);
    if record.has_tags() {
        write_tags(buffer, record);
    }
}

fn write_tags(buffer: &mut Vec<u8>, record: &NewUserRecord<'_>) {
    for tag in record.tags() {
        push_length(buffer, TAGS, tag_len(&tag));
        push_bytes_field(buffer, TAG_KEY, tag.key.as_bytes());
        if let Some(value) = tag.value {
            push_bytes_field(buffer, TAG_VALUE, value.as_bytes());
        }
    }
}

/// The length of something in an aggregate of at most 10 MiB.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the size limit")]
const fn number(len: usize) -> u32 {
    len as u32
}
