//! The shards of a stream, from a file: what `aws kinesis list-shards` prints.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kinesis_agg::{ShardMap, ShardMapError};
use kinesis_agg_events::{ListShardsError, read_list_shards};

use crate::exit::Failure;
use crate::interrupt;
use crate::notice::shown;
use crate::reader::printable;

/// Bytes that the file may have: some 100,000 shards.
const MAX_SIZE: u64 = 32 << 20;

/// Reads the map from the file at `path`.
pub(crate) fn read(path: &Path) -> Result<ShardMap, Failure> {
    let name = printable(path);
    match read_bytes(path) {
        Ok(json) => parse(&json).map_err(|what| Failure::Usage(format!("{name}: {what}"))),
        Err(error) => Err(Failure::Read { name, error }),
    }
}

/// The content of the file, or a little more of it than is taken.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = interrupt::reader(File::open(path)?).take(MAX_SIZE + 1);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<ShardMap, String> {
    if bytes.len() as u64 > MAX_SIZE {
        return Err("no answer of ListShards: it is longer than 32 MiB".to_owned());
    }
    read_list_shards(bytes).map_err(|error| fit(error).to_string())
}

/// The same with identifiers that are fit for a terminal.
fn fit(error: ListShardsError) -> ListShardsError {
    use ListShardsError::{HashKeys, Map, Reversed, Twice};
    match error {
        HashKeys { id } => HashKeys { id: shown(&id) },
        Reversed { id } => Reversed { id: shown(&id) },
        Twice { id } => Twice { id: shown(&id) },
        Map(ShardMapError::Overlap { ids }) => Map(ShardMapError::Overlap {
            ids: ids.map(|id| shown(&id)),
        }),
        other => other,
    }
}
