//! The shards of a stream, from a file: what `aws kinesis list-shards` prints.
//!
//! Source: the service's description of `ListShards`.

use std::fs;
use std::path::Path;

use kinesis_agg::{HashKey, HashKeyRange, Shard, ShardMap};
use serde::Deserialize;

use crate::exit::Failure;

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

impl ListedShard {
    fn is_closed(&self) -> bool {
        let range = self.sequence_number_range.as_ref();
        range.is_some_and(|range| range.ending_sequence_number.is_some())
    }

    fn shard(self) -> Result<Shard, String> {
        let ListedRange {
            starting_hash_key,
            ending_hash_key,
        } = self.hash_key_range;
        let start = HashKey::from_decimal(starting_hash_key);
        let end = HashKey::from_decimal(ending_hash_key);
        let range = start.zip(end);
        let range = range.and_then(|(start, end)| HashKeyRange::new(start, end));
        match range {
            Some(range) => Ok(Shard::new(self.shard_id, range)),
            None => Err(format!("{:?} has no hash key range", self.shard_id)),
        }
    }
}

/// Reads the map from the file at `path`.
pub(crate) fn read(path: &Path) -> Result<ShardMap, Failure> {
    let name = path.to_string_lossy().escape_debug().to_string();
    match fs::read(path) {
        Ok(json) => parse(&json).map_err(|what| Failure::Usage(format!("{name}: {what}"))),
        Err(error) => Err(Failure::Read { name, error }),
    }
}

fn parse(json: &[u8]) -> Result<ShardMap, String> {
    let listed = serde_json::from_slice::<ListShards>(json);
    let listed = listed.map_err(|error| format!("no answer of ListShards: {error}"))?;
    let shards = listed.shards.into_iter();
    let (closed, open) = shards.partition::<Vec<_>, _>(ListedShard::is_closed);
    let shards = |listed: Vec<ListedShard>| -> Result<Vec<Shard>, String> {
        listed.into_iter().map(ListedShard::shard).collect()
    };
    let map = ShardMap::new(shards(open)?).map_err(|error| error.to_string())?;
    Ok(map.with_closed(shards(closed)?))
}
