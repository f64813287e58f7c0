//! The shards of a stream, as `aws kinesis list-shards` prints them.
//!
//! Source: the service's description of `ListShards`. A shard with an ending
//! sequence number is closed.

use std::collections::HashSet;
use std::fmt;

use kinesis_agg::{HashKey, HashKeyRange, Shard, ShardMap, ShardMapError};
use serde::Deserialize;

use crate::json;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListShards {
    shards: Vec<ListedShard>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedShard {
    shard_id: String,
    hash_key_range: ListedRange,
    sequence_number_range: Option<SequenceNumberRange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedRange {
    starting_hash_key: String,
    ending_hash_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SequenceNumberRange {
    ending_sequence_number: Option<String>,
}

/// Why a text is no map of shards. Identifiers in it come from the text: escape
/// them before a terminal sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListShardsError {
    /// It is no answer of `ListShards`.
    NotJson {
        /// The line where it stops being one, counted from 1.
        line: usize,
        /// The byte of that line, counted from 1.
        column: usize,
        /// What is wrong there, in plain words.
        what: String,
    },
    /// The hash keys of a shard are no decimal numbers from 0 to 2^128-1.
    HashKeys {
        /// The identifier of the shard.
        id: String,
    },
    /// The hash key range of a shard ends before it starts.
    Reversed {
        /// The identifier of the shard.
        id: String,
    },
    /// Two shards have one identifier.
    Twice {
        /// The identifier.
        id: String,
    },
    /// The open shards do not own each hash key once.
    Map(ShardMapError),
}

impl fmt::Display for ListShardsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { line, column, what } => write!(
                formatter,
                "no answer of ListShards: {what}, at line {line} column {column}"
            ),
            Self::HashKeys { id } => write!(
                formatter,
                "the hash keys of {id} are no decimal numbers from 0 to 2^128-1"
            ),
            Self::Reversed { id } => write!(formatter, "the hash key range of {id} is reversed"),
            Self::Twice { id } => write!(formatter, "the shard {id} stands twice"),
            Self::Map(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ListShardsError {}

impl ListedShard {
    fn is_closed(&self) -> bool {
        let range = self.sequence_number_range.as_ref();
        range.is_some_and(|range| range.ending_sequence_number.is_some())
    }

    fn shard(self) -> Result<Shard, ListShardsError> {
        let ListedRange {
            starting_hash_key,
            ending_hash_key,
        } = self.hash_key_range;
        let (start, end) = HashKey::from_decimal(starting_hash_key)
            .zip(HashKey::from_decimal(ending_hash_key))
            .ok_or_else(|| ListShardsError::HashKeys {
                id: self.shard_id.clone(),
            })?;
        match HashKeyRange::new(start, end) {
            Some(range) => Ok(Shard::new(self.shard_id, range)),
            None => Err(ListShardsError::Reversed { id: self.shard_id }),
        }
    }
}

/// Reads an answer of `ListShards`: a map of its open shards, which knows the
/// closed ones too. `text` may begin with a byte order mark. Pages of one answer
/// are to be joined first, as the AWS CLI does by itself.
///
/// # Errors
///
/// When it is no such answer, or its open shards do not own each hash key once.
///
/// # Examples
///
/// ```
/// let answer = br#"{"Shards": [{
///     "ShardId": "shardId-000000000000",
///     "HashKeyRange": {
///         "StartingHashKey": "0",
///         "EndingHashKey": "340282366920938463463374607431768211455"
///     },
///     "SequenceNumberRange": {"StartingSequenceNumber": "4959"}
/// }]}"#;
/// let map = kinesis_agg_events::read_list_shards(answer)?;
/// assert_eq!(map.open_shards().len(), 1);
/// # Ok::<(), kinesis_agg_events::ListShardsError>(())
/// ```
pub fn read_list_shards(text: &[u8]) -> Result<ShardMap, ListShardsError> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let listed = serde_json::from_slice::<ListShards>(text);
    let listed = listed.map_err(|error| ListShardsError::NotJson {
        line: error.line(),
        column: error.column(),
        what: json::told(&error),
    })?;
    all_differ(&listed.shards)?;
    let shards = listed.shards.into_iter();
    let (closed, open) = shards.partition::<Vec<_>, _>(ListedShard::is_closed);
    let shards = |listed: Vec<ListedShard>| -> Result<Vec<Shard>, ListShardsError> {
        listed.into_iter().map(ListedShard::shard).collect()
    };
    let map = ShardMap::new(shards(open)?).map_err(ListShardsError::Map)?;
    Ok(map.with_closed(shards(closed)?))
}

/// An answer of the service names the shard, so no two may have one name.
fn all_differ(shards: &[ListedShard]) -> Result<(), ListShardsError> {
    let mut ids = HashSet::new();
    let twice = shards.iter().find(|shard| !ids.insert(&shard.shard_id));
    twice.map_or(Ok(()), |shard| {
        let id = shard.shard_id.clone();
        Err(ListShardsError::Twice { id })
    })
}
