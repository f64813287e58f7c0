//! User records, options and groupings out of arbitrary bytes: valid and not, and
//! with the sizes at which a length takes another byte.

use super::convert::shard_map;
use arbitrary::{Arbitrary, Result, Unstructured};
use kinesis_agg::{Grouping, HashKey, NewUserRecord, Options, OuterPartitionKey, Tag};
use kinesis_agg_testkit::generate::ShardMap;
use kinesis_agg_testkit::record::TestTag;
use kinesis_agg_testkit::{TestRecord, frame, naive};

/// A user record, as it may be given to an aggregator.
#[derive(Clone, Debug)]
pub(crate) struct Given(pub(crate) TestRecord);

impl<'a> Arbitrary<'a> for Given {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self(TestRecord {
            partition_key: partition_key(bytes)?,
            explicit_hash_key: explicit_hash_key(bytes)?,
            data: data(bytes)?,
            tags: tags(bytes)?,
        }))
    }
}

/// One of a few keys, as a rule; of all lengths around the longest.
fn partition_key(bytes: &mut Unstructured<'_>) -> Result<String> {
    Ok(match bytes.int_in_range(0..=9)? {
        0..6 => bytes.int_in_range(0..=40)?.to_string(),
        6 | 7 => bytes.arbitrary()?,
        8 => {
            let character = *bytes.choose(&['k', '\u{e9}', '\u{20ac}', '\u{1f600}'])?;
            let count = *bytes.choose(&[0, 31, 32, 63, 64, 127, 128, 255, 256, 257])?;
            Vec::from_iter(std::iter::repeat_n(character, count))
                .into_iter()
                .collect()
        }
        _ => bytes.arbitrary::<u16>()?.to_string(),
    })
}

/// None, as a rule; a number, at the edges and anywhere; any text.
fn explicit_hash_key(bytes: &mut Unstructured<'_>) -> Result<Option<String>> {
    Ok(match bytes.int_in_range(0..=9)? {
        0..5 => None,
        5 => Some(bytes.int_in_range(0..=9)?.to_string()),
        6 => Some((u128::MAX - u128::from(bytes.arbitrary::<u8>()?)).to_string()),
        7 => Some((1_u128 << bytes.int_in_range(0..=127)?).to_string()),
        8 => Some(bytes.arbitrary::<u128>()?.to_string()),
        _ => Some(
            match bytes.int_in_range(0..=3)? {
                0 => "340282366920938463463374607431768211456",
                1 => "007",
                2 => "+1",
                _ => bytes.arbitrary()?,
            }
            .to_owned(),
        ),
    })
}

/// Bytes as they are; many of one kind; and what reads as an aggregate itself.
fn data(bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    Ok(match bytes.int_in_range(0..=9)? {
        0..4 => bytes.arbitrary()?,
        4..7 => vec![bytes.arbitrary()?; bytes.int_in_range(0..=300)?],
        7 => vec![7; bytes.int_in_range(16_000..=17_000)?],
        8 => frame::seal(bytes.arbitrary()?),
        _ => {
            let mut inner = naive::encode(&[TestRecord::new("inner", bytes.arbitrary()?)]);
            if bytes.arbitrary()? {
                inner.pop();
            }
            inner
        }
    })
}

fn tags(bytes: &mut Unstructured<'_>) -> Result<Vec<TestTag>> {
    if bytes.ratio(4, 5)? {
        return Ok(Vec::new());
    }
    bytes.arbitrary()
}

/// Runs `read` on all of `records` as the crate takes them.
pub(crate) fn with_all<R>(
    records: &[TestRecord],
    read: impl FnOnce(&[NewUserRecord<'_>]) -> R,
) -> R {
    let all_tags = Vec::from_iter(records.iter().map(tags_of));
    let mut all = Vec::with_capacity(records.len());
    for (record, tags) in records.iter().zip(&all_tags) {
        let mut new = NewUserRecord::new(&record.partition_key, &record.data).with_tags(tags);
        new.explicit_hash_key = record.explicit_hash_key.as_deref();
        all.push(new);
    }
    read(&all)
}

fn tags_of(record: &TestRecord) -> Vec<Tag<'_>> {
    let tags = record.tags.iter();
    Vec::from_iter(tags.map(|(key, value)| Tag::new(key, value.as_deref())))
}

/// Options under which some user records fit and some do not.
#[derive(Clone, Debug)]
pub(crate) struct GivenOptions(pub(crate) Options);

impl<'a> Arbitrary<'a> for GivenOptions {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let max_size = match bytes.int_in_range(0..=3)? {
            0 => bytes.int_in_range(1..=200)?,
            1 => bytes.int_in_range(200..=2_000)?,
            2 => bytes.int_in_range(16_000..=40_000)?,
            _ => 1024 * 1024,
        };
        let max_count = match bytes.int_in_range(0..=2)? {
            0 => bytes.int_in_range(1..=5)?,
            _ => usize::MAX,
        };
        let options = Options::new().with_max_size(max_size);
        let options = options.and_then(|options| options.with_max_count(max_count));
        let mut options = options.expect("both are in range");
        if bytes.arbitrary()? {
            options = options.with_outer_partition_key(OuterPartitionKey::Kpl);
        }
        if bytes.arbitrary()? {
            options = options.with_framed_singles();
        }
        Ok(Self(options))
    }
}

/// A grouping without its shard map.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) enum GivenGrouping {
    None,
    HashKey,
    Shard,
    Pinned,
    PinnedTo(u128),
}

impl GivenGrouping {
    pub(crate) fn with(self, map: &ShardMap) -> Grouping {
        match self {
            Self::None => Grouping::None,
            Self::HashKey => Grouping::HashKey,
            Self::Shard => Grouping::Shard(shard_map(map)),
            Self::Pinned => Grouping::Pinned(shard_map(map)),
            Self::PinnedTo(pin) => Grouping::PinnedTo(HashKey::new(pin)),
        }
    }

    /// Whether user records are given the hash key of their aggregate.
    pub(crate) const fn is_pinned(self) -> bool {
        matches!(self, Self::Pinned | Self::PinnedTo(_))
    }
}
