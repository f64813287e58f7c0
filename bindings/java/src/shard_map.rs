//! The map of shards.
//!
//! Java gives each as `closed? | lowest hash key | highest | length of the
//! identifier | identifier`: 1, 16, 16, 4 bytes, and UTF-8.

use jni::Env;
use jni::objects::{JByteArray, JClass};
use jni::sys::{jint, jlong};
use kinesis_agg::{HashKey, Shard, ShardMap};

use crate::arguments::{bytes, hash_key_range, take, text};
use crate::failure::Failure;
use crate::registry::Registry;
use crate::sealed::Head;
use crate::status::{ERR_EXPLICIT_HASH_KEY, ERR_LENGTH};

pub(crate) static SHARD_MAPS: Registry<ShardMap> = Registry::new();

pub(crate) fn new_shard_map<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    shards: JByteArray<'local>,
) -> Result<jlong, Failure> {
    Ok(SHARD_MAPS.open(decode(&bytes(env, &shards)?)?))
}

fn decode(mut rest: &[u8]) -> Result<ShardMap, Failure> {
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    let mut index = 0;
    while !rest.is_empty() {
        let list = match take(&mut rest, 1)? {
            [0] => &mut open,
            _ => &mut closed,
        };
        list.push(shard(&mut rest).map_err(|failure| failure.at(index))?);
        index += 1;
    }
    Ok(ShardMap::new(open)?.with_closed(closed))
}

fn shard(rest: &mut &[u8]) -> Result<Shard, Failure> {
    let range = hash_key_range(take(rest, 32)?)?;
    let len = take(rest, 4)?.try_into().map(u32::from_be_bytes);
    let len = len.map_err(|_| Failure::of(ERR_LENGTH))?;
    Ok(Shard::new(text(take(rest, len as usize)?)?, range))
}

pub(crate) fn free_shard_map<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
) -> Result<(), Failure> {
    SHARD_MAPS.close(handle);
    Ok(())
}

/// The identifier of the shard where a user record with these keys lands; the
/// explicit hash key may be null.
pub(crate) fn predict<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    partition_key: JByteArray<'local>,
    explicit_hash_key: JByteArray<'local>,
) -> Result<JByteArray<'local>, Failure> {
    let hash_key = if explicit_hash_key.is_null() {
        HashKey::of_partition_key(text(&bytes(env, &partition_key)?)?)
    } else {
        let key = HashKey::from_request(bytes(env, &explicit_hash_key)?);
        key.ok_or(Failure::of(ERR_EXPLICIT_HASH_KEY))?
    };
    SHARD_MAPS.with(handle, |map| {
        Ok(env.byte_array_from_slice(map.predict(hash_key).id().as_bytes())?)
    })
}

/// The number of `Judgement.java`.
pub(crate) fn judge<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    shard_id: JByteArray<'local>,
    head: JByteArray<'local>,
) -> Result<jint, Failure> {
    let (shard_id, head) = (bytes(env, &shard_id)?, bytes(env, &head)?);
    let (shard_id, head) = (text(&shard_id)?, Head::decode(&head)?);
    SHARD_MAPS.with(handle, |map| {
        head.judged(|record| map.judge(shard_id, record))
    })
}

/// The hash key of a partition key, in sixteen bytes.
pub(crate) fn hash_key<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    partition_key: JByteArray<'local>,
) -> Result<JByteArray<'local>, Failure> {
    let partition_key = bytes(env, &partition_key)?;
    let hash_key = HashKey::of_partition_key(text(&partition_key)?);
    Ok(env.byte_array_from_slice(&hash_key.get().to_be_bytes())?)
}
