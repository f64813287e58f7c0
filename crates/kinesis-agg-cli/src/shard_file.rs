//! The shards of a stream, from a file: what `aws kinesis list-shards` prints.
//!
//! Source: the service's description of `ListShards`.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kinesis_agg::{HashKey, HashKeyRange, Shard, ShardMap, ShardMapError};
use serde::Deserialize;

use crate::exit::Failure;
use crate::input::BYTE_ORDER_MARK;
use crate::json;

/// Bytes that the file may have: some 100,000 shards.
const MAX_SIZE: u64 = 32 << 20;

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
        let range = start.zip(HashKey::from_decimal(ending_hash_key));
        let name = json::shown(&self.shard_id);
        let (start, end) = range.ok_or_else(|| {
            format!("the hash keys of {name} are no decimal numbers from 0 to 2^128-1")
        })?;
        let range = HashKeyRange::new(start, end);
        let range = range.ok_or_else(|| format!("the hash key range of {name} is reversed"))?;
        Ok(Shard::new(self.shard_id, range))
    }
}

/// Reads the map from the file at `path`.
pub(crate) fn read(path: &Path) -> Result<ShardMap, Failure> {
    let name = path.to_string_lossy().escape_debug().to_string();
    match read_bytes(path) {
        Ok(json) => parse(&json).map_err(|what| Failure::Usage(format!("{name}: {what}"))),
        Err(error) => Err(Failure::Read { name, error }),
    }
}

/// The content of the file, or a little more of it than is taken.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = File::open(path)?.take(MAX_SIZE + 1);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<ShardMap, String> {
    if bytes.len() as u64 > MAX_SIZE {
        return Err("no answer of ListShards: it is longer than 32 MiB".to_owned());
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let listed = serde_json::from_slice::<ListShards>(bytes);
    let listed = listed.map_err(|error| {
        let (line, column, what) = (error.line(), error.column(), json::told(&error));
        format!("no answer of ListShards: {what}, at line {line} column {column}")
    })?;
    all_differ(&listed.shards)?;
    let shards = listed.shards.into_iter();
    let (closed, open) = shards.partition::<Vec<_>, _>(ListedShard::is_closed);
    let shards = |listed: Vec<ListedShard>| -> Result<Vec<Shard>, String> {
        listed.into_iter().map(ListedShard::shard).collect()
    };
    let map = ShardMap::new(shards(open)?).map_err(told)?;
    Ok(map.with_closed(shards(closed)?))
}

/// An answer of the service names the shard, so no two may have one name.
fn all_differ(shards: &[ListedShard]) -> Result<(), String> {
    let mut ids = HashSet::new();
    let twice = shards.iter().find(|shard| !ids.insert(&shard.shard_id));
    twice.map_or(Ok(()), |shard| {
        let name = json::shown(&shard.shard_id);
        Err(format!("the shard {name} stands twice"))
    })
}

/// What is wrong with the map, the identifiers fit for a terminal.
fn told(error: ShardMapError) -> String {
    match error {
        ShardMapError::Overlap { ids } => {
            let ids = ids.map(|id| json::shown(&id));
            ShardMapError::Overlap { ids }.to_string()
        }
        other => other.to_string(),
    }
}
