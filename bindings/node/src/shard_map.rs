//! The map of shards; `lib/shards.js` makes it of the service's answers.

use kinesis_agg::{HashKey, HashKeyRange, Shard, ShardMap};
use napi_derive::napi;

use crate::failure::{self, Result};
use crate::record::{SealedRecord, judgement};

/// The shards of a stream at one time.
#[napi]
pub struct Shards {
    pub(crate) core: ShardMap,
}

/// A shard and its hash keys, in decimal digits.
#[napi(object)]
pub struct ShardOf {
    pub id: String,
    pub starting_hash_key: String,
    pub ending_hash_key: String,
}

fn shard(shard: &ShardOf) -> Result<Shard> {
    let key = |digits: &String| HashKey::from_decimal(digits);
    let ends = (key(&shard.starting_hash_key), key(&shard.ending_hash_key));
    let (Some(start), Some(end)) = ends else {
        let text = format!("the hash keys of the shard {} are none", shard.id);
        return Err(failure::shard_map(text));
    };
    let reversed = || {
        let text = format!("the shard {} ends before it starts", shard.id);
        failure::shard_map(text)
    };
    let range = HashKeyRange::new(start, end).ok_or_else(reversed)?;
    Ok(Shard::new(&*shard.id, range))
}

fn list(shards: &[ShardOf]) -> Result<Vec<Shard>> {
    shards.iter().map(shard).collect()
}

#[napi]
impl Shards {
    #[napi(constructor, catch_unwind)]
    pub fn new(open: Vec<ShardOf>, closed: Vec<ShardOf>) -> Result<Self> {
        let core = ShardMap::new(list(&open)?).map_err(failure::of_shard_map)?;
        Ok(Self {
            core: core.with_closed(list(&closed)?),
        })
    }

    /// The identifier of the shard that user records of these keys belong to.
    #[napi(catch_unwind)]
    pub fn predict(
        &self,
        partition_key: String,
        explicit_hash_key: Option<String>,
    ) -> Result<String> {
        let hash_key = match explicit_hash_key {
            Some(digits) => failure::hash_key(&digits)?,
            None => HashKey::of_partition_key(&partition_key),
        };
        Ok(self.core.predict(hash_key).id().to_owned())
    }

    #[napi(catch_unwind)]
    pub fn judge(&self, shard_id: String, record: &SealedRecord) -> &'static str {
        judgement(self.core.judge(&shard_id, &record.core))
    }

    /// The open shards, by ascending hash keys.
    #[napi(catch_unwind)]
    pub fn open(&self) -> Vec<ShardOf> {
        let open = self.core.open_shards().iter();
        let open = open.map(|shard| ShardOf {
            id: shard.id().to_owned(),
            starting_hash_key: shard.range().start().to_string(),
            ending_hash_key: shard.range().end().to_string(),
        });
        open.collect()
    }
}
