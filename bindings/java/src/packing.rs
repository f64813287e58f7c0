//! Both aggregators: user records in, Kinesis records out.
//!
//! A user record lies in a buffer as key, explicit hash key, data, and key and value
//! of each tag, one behind the other. Its lengths: those three, the number of tags,
//! and two for each tag. -1 stands for no explicit hash key, and for no value.

use jni::Env;
use jni::objects::{JByteArray, JByteBuffer, JClass, JIntArray, JLongArray, JObjectArray};
use jni::sys::{jboolean, jint, jlong};
use kinesis_agg::{
    AggregatedRecord, Aggregator, Full, Grouping, NewUserRecord, Options, OuterPartitionKey,
    PushErrorKind, PushedMany, ShardMap, ShardedAggregator, Tag, Unsealed, seal_many,
};

use crate::arguments::{bytes, hash_key, ints, length, size, take, text, with_buffer};
use crate::failure::Failure;
use crate::registry::Registry;
use crate::sealed::{self, Head};
use crate::shard_map::SHARD_MAPS;
use crate::status::{self, ERR_GROUPING, ERR_LENGTH, ERR_OTHER};

pub(crate) static PACKERS: Registry<Packer> = Registry::new();

/// An aggregator, and the aggregates that are full.
pub(crate) struct Packer {
    core: Core,
    full: Vec<Unsealed>,
    /// Sealed, until Java has them: it may have no memory for them now.
    sealed: Vec<AggregatedRecord>,
}

enum Core {
    Plain(Aggregator),
    Sharded(ShardedAggregator),
}

/// Which grouping; the aggregator that does not look at shards has none.
const PLAIN: jint = -1;

#[expect(clippy::too_many_arguments, reason = "the options of both aggregators")]
pub(crate) fn new_packer<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    grouping: jint,
    pin: JByteArray<'local>,
    shard_map: jlong,
    max_size: jlong,
    max_count: jlong,
    kpl_partition_key: jboolean,
    outer_hash_key: jboolean,
    frame_singles: jboolean,
    max_open: jlong,
    max_open_bytes: jlong,
) -> Result<jlong, Failure> {
    let mut options = Options::new().with_max_size(size(max_size)?)?;
    if max_count != jlong::MAX {
        options = options.with_max_count(size(max_count)?)?;
    }
    if kpl_partition_key {
        options = options.with_outer_partition_key(OuterPartitionKey::Kpl);
    }
    if !outer_hash_key {
        options = options.without_outer_hash_key();
    }
    if frame_singles {
        options = options.with_framed_singles();
    }
    let core = if grouping == PLAIN {
        Core::Plain(Aggregator::with_options(options))
    } else {
        let map = match shard_map {
            0 => None,
            handle => Some(SHARD_MAPS.with(handle, |map| Ok(map.clone()))?),
        };
        let grouping = self::grouping(env, grouping, &pin, map.as_ref())?;
        let sharded = ShardedAggregator::with_options(grouping, options)?;
        let mut sharded = sharded.with_max_open(size(max_open)?, size(max_open_bytes)?);
        if let Some(map) = map {
            // Nothing is open yet.
            let _none = sharded.update_shard_map(map, Vec::new());
        }
        Core::Sharded(sharded)
    };
    Ok(PACKERS.open(Packer {
        core,
        full: Vec::new(),
        sealed: Vec::new(),
    }))
}

fn grouping(
    env: &Env<'_>,
    number: jint,
    pin: &JByteArray<'_>,
    map: Option<&ShardMap>,
) -> Result<Grouping, Failure> {
    let map = || map.cloned().ok_or(Failure::of(ERR_GROUPING));
    Ok(match number {
        0 => Grouping::None,
        1 => Grouping::HashKey,
        2 => Grouping::Shard(map()?),
        3 if pin.is_null() => Grouping::Pinned(map()?),
        3 => Grouping::PinnedTo(hash_key(&bytes(env, pin)?)?),
        _ => return Err(Failure::of(ERR_GROUPING)),
    })
}

pub(crate) fn free_packer<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
) -> Result<(), Failure> {
    PACKERS.close(handle);
    Ok(())
}

/// Panics inside, so that tests see what a fault of the core does.
pub(crate) fn fault<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
) -> Result<(), Failure> {
    PACKERS.with(handle, |_| panic!("asked for by a test"))
}

/// Adds a user record without tags; true when full aggregates wait. `time` is -1
/// for none.
#[expect(clippy::too_many_arguments, reason = "plain numbers cost least")]
pub(crate) fn push<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    buffer: JByteBuffer<'local>,
    partition_key: jint,
    explicit_hash_key: jint,
    data: jint,
    time: jlong,
) -> Result<jboolean, Failure> {
    let lengths = [partition_key, explicit_hash_key, data];
    PACKERS.with(handle, |packer| {
        with_buffer(env, &buffer, |mut bytes| {
            let full = packer.push(record(&mut bytes, lengths)?, time)?;
            packer.full.extend(full);
            Ok(!packer.full.is_empty())
        })?
    })
}

/// Adds a user record if the open aggregate has room for it, and returns the size
/// that it has then; -1 if it has no room. An empty one has room, or refuses it for
/// good.
pub(crate) fn offer<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    buffer: JByteBuffer<'local>,
    partition_key: jint,
    explicit_hash_key: jint,
    data: jint,
) -> Result<jlong, Failure> {
    let lengths = [partition_key, explicit_hash_key, data];
    PACKERS.with(handle, |packer| {
        with_buffer(env, &buffer, |mut bytes| {
            packer.offer(record(&mut bytes, lengths)?)
        })?
    })
}

/// Adds many, in their order. Returns whether full aggregates wait, and of each that
/// was refused its place, its status, its value and its limit.
pub(crate) fn push_many<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    buffer: JByteBuffer<'local>,
    lengths: JIntArray<'local>,
    time: jlong,
) -> Result<JLongArray<'local>, Failure> {
    let lengths = ints(env, &lengths)?;
    let told = PACKERS.with(handle, |packer| {
        with_buffer(env, &buffer, |bytes| {
            packer.push_many(bytes, &lengths, time)
        })?
    })?;
    let array = env.new_long_array(told.len())?;
    array.set_region(env, 0, &told)?;
    Ok(array)
}

/// The size that the open aggregate would have with this user record in it.
pub(crate) fn size_after<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    buffer: JByteBuffer<'local>,
    lengths: JIntArray<'local>,
) -> Result<jlong, Failure> {
    let lengths = ints(env, &lengths)?;
    PACKERS.with(handle, |packer| {
        let core = packer.plain()?;
        with_buffer(env, &buffer, |mut bytes| {
            let mut lengths = &lengths[..];
            let tags = &mut Vec::new();
            let record = tagged(&mut bytes, &mut lengths, tags)?.with_tags(tags);
            long(core.size_after(&record))
        })?
    })
}

/// The size of the open aggregate, how many user records it has, and how many wait
/// in all.
pub(crate) fn counts<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
) -> Result<JLongArray<'local>, Failure> {
    let (size, open, full) = PACKERS.with(handle, |packer| {
        let (size, open) = match &packer.core {
            Core::Plain(core) => (core.size(), core.user_record_count()),
            Core::Sharded(core) => (0, core.user_record_count()),
        };
        let full = packer.full.iter().map(Unsealed::user_record_count);
        let sealed = packer
            .sealed
            .iter()
            .map(AggregatedRecord::user_record_count);
        Ok((size, open, full.chain(sealed).sum::<usize>()))
    })?;
    let counts = [long(size)?, long(open)?, long(open + full)?];
    let array = env.new_long_array(counts.len())?;
    array.set_region(env, 0, &counts)?;
    Ok(array)
}

/// Hands out the full aggregates, sealed together; before that `ends` the open ones:
/// 0 none, 1 all, 2 those whose first user record came before `time`.
pub(crate) fn seal<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    ends: jint,
    time: jlong,
) -> Result<JObjectArray<'local>, Failure> {
    PACKERS.with(handle, |packer| {
        let ended = match (&mut packer.core, ends) {
            (_, 0) => Vec::new(),
            (Core::Plain(core), _) => core.finish().into_iter().collect(),
            (Core::Sharded(core), 1) => core.finish(),
            (Core::Sharded(core), _) => core.finish_arrived_before(unsigned(time)?),
        };
        packer.full.extend(ended);
        packer.seal_full();
        packer.hand_out(env)
    })
}

/// The number of `Judgement.java`, by the map that the aggregator has.
pub(crate) fn judge_packed<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    shard_id: JByteArray<'local>,
    head: JByteArray<'local>,
) -> Result<jint, Failure> {
    let (shard_id, head) = (bytes(env, &shard_id)?, bytes(env, &head)?);
    let (shard_id, head) = (text(&shard_id)?, Head::decode(&head)?);
    PACKERS.with(handle, |packer| {
        let core = packer.sharded()?;
        head.judged(|record| core.judge(shard_id, record))
    })
}

/// Goes on with another map. What comes back takes the place of `unsent`.
pub(crate) fn update_shard_map<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    shard_map: jlong,
    unsent: JObjectArray<'local>,
) -> Result<JObjectArray<'local>, Failure> {
    let mut queue = sealed::records(env, &unsent)?;
    let map = SHARD_MAPS.with(shard_map, |map| Ok(map.clone()))?;
    PACKERS.with(handle, |packer| {
        packer.sharded()?;
        packer.seal_full();
        queue.append(&mut packer.sealed);
        packer.sealed = packer.sharded()?.update_shard_map(map, queue);
        packer.hand_out(env)
    })
}

impl Packer {
    fn seal_full(&mut self) {
        self.sealed
            .extend(seal_many(std::mem::take(&mut self.full)));
    }

    /// What is sealed; it stays when Java cannot take it.
    fn hand_out<'local>(&mut self, env: &mut Env<'local>) -> Result<JObjectArray<'local>, Failure> {
        let objects = sealed::objects(env, &self.sealed)?;
        self.sealed.clear();
        Ok(objects)
    }

    fn plain(&mut self) -> Result<&mut Aggregator, Failure> {
        match &mut self.core {
            Core::Plain(core) => Ok(core),
            Core::Sharded(_) => Err(Failure::of(ERR_OTHER)),
        }
    }

    fn sharded(&mut self) -> Result<&mut ShardedAggregator, Failure> {
        match &mut self.core {
            Core::Sharded(core) => Ok(core),
            Core::Plain(_) => Err(Failure::of(ERR_OTHER)),
        }
    }

    fn push(&mut self, record: NewUserRecord<'_>, time: jlong) -> Result<Full, Failure> {
        let pushed = match &mut self.core {
            Core::Plain(core) => core.push(record),
            Core::Sharded(core) if time < 0 => core.push(record),
            Core::Sharded(core) => core.push_at(record, unsigned(time)?),
        };
        Ok(pushed.map_err(PushErrorKind::from)?)
    }

    fn offer(&mut self, record: NewUserRecord<'_>) -> Result<jlong, Failure> {
        let core = self.plain()?;
        let is_full = core.user_record_count() >= core.options().max_count();
        let max_size = core.options().max_size();
        // Far from the limit, the exact size costs more than it tells.
        let fits = core.size().saturating_add(at_most(&record)) <= max_size;
        let has_room = !is_full && (fits || core.size_after(&record) <= max_size);
        if !core.is_empty() && !has_room {
            return Ok(-1);
        }
        let full = core.push(record).map_err(PushErrorKind::from)?;
        let size = core.size();
        self.full.extend(full);
        long(size)
    }

    fn push_many(
        &mut self,
        mut bytes: &[u8],
        mut lengths: &[i32],
        time: jlong,
    ) -> Result<Vec<jlong>, Failure> {
        let (mut records, mut all_tags) = (Vec::new(), Vec::new());
        while !lengths.is_empty() {
            let mut tags = Vec::new();
            records.push(tagged(&mut bytes, &mut lengths, &mut tags)?);
            all_tags.push(tags);
        }
        let with_tags = records.iter_mut().zip(&all_tags);
        with_tags.for_each(|(record, tags)| *record = record.clone().with_tags(tags));
        let refused = self.push_all(&records, time)?;
        let mut told = vec![jlong::from(!self.full.is_empty())];
        for (place, kind) in refused {
            let bounds = Failure::from(kind).bounds.unwrap_or_default();
            let status = jlong::from(status::of_refusal(kind));
            told.extend([long(place)?, status, long(bounds.0)?, long(bounds.1)?]);
        }
        Ok(told)
    }

    fn push_all(
        &mut self,
        records: &[NewUserRecord<'_>],
        time: jlong,
    ) -> Result<Vec<(usize, PushErrorKind)>, Failure> {
        let pushed = match &mut self.core {
            Core::Plain(core) => return Ok(push_each(core, records, &mut self.full)),
            Core::Sharded(core) if time < 0 => core.push_many(records),
            Core::Sharded(core) => core.push_many_at(records, unsigned(time)?),
        };
        let PushedMany { full, refused, .. } = pushed;
        self.full.extend(full);
        Ok(refused)
    }
}

/// What a user record without tags adds to an aggregate that is not empty, at most:
/// fields, lengths and indexes take less than 64 bytes.
fn at_most(record: &NewUserRecord<'_>) -> usize {
    let explicit = record.explicit_hash_key.map_or(0, str::len);
    64 + record.partition_key.len() + explicit + record.data.len()
}

fn push_each(
    core: &mut Aggregator,
    records: &[NewUserRecord<'_>],
    full: &mut Vec<Unsealed>,
) -> Vec<(usize, PushErrorKind)> {
    let mut refused = Vec::new();
    for (place, record) in records.iter().enumerate() {
        match core.push(record.clone()) {
            Ok(pushed) => full.extend(pushed),
            Err(error) => refused.push((place, error.kind)),
        }
    }
    refused
}

/// Takes a user record without tags off the bytes.
fn record<'a>(
    bytes: &mut &'a [u8],
    [partition_key, explicit_hash_key, data]: [i32; 3],
) -> Result<NewUserRecord<'a>, Failure> {
    let partition_key = text(take(bytes, length(partition_key)?)?)?;
    let explicit_hash_key = optional_text(bytes, explicit_hash_key)?;
    let mut record = NewUserRecord::new(partition_key, take(bytes, length(data)?)?);
    record.explicit_hash_key = explicit_hash_key;
    Ok(record)
}

fn optional_text<'a>(bytes: &mut &'a [u8], len: i32) -> Result<Option<&'a str>, Failure> {
    if len < 0 {
        return Ok(None);
    }
    text(take(bytes, length(len)?)?).map(Some)
}

/// Takes a user record and its lengths off; its tags go to `tags`.
fn tagged<'a>(
    bytes: &mut &'a [u8],
    lengths: &mut &[i32],
    tags: &mut Vec<Tag<'a>>,
) -> Result<NewUserRecord<'a>, Failure> {
    let cut = || Failure::of(ERR_LENGTH);
    let (own, rest) = lengths.split_first_chunk::<4>().ok_or_else(cut)?;
    let record = record(bytes, [own[0], own[1], own[2]])?;
    let count = length(own[3])?.checked_mul(2).ok_or_else(cut)?;
    let (of_tags, rest) = rest.split_at_checked(count).ok_or_else(cut)?;
    for lengths in of_tags.chunks_exact(2) {
        let key = text(take(bytes, length(lengths[0])?)?)?;
        tags.push(Tag::new(key, optional_text(bytes, lengths[1])?));
    }
    *lengths = rest;
    Ok(record)
}

fn long(number: usize) -> Result<jlong, Failure> {
    jlong::try_from(number).map_err(|_| Failure::of(ERR_LENGTH))
}

fn unsigned(time: jlong) -> Result<u64, Failure> {
    u64::try_from(time).map_err(|_| Failure::of(ERR_LENGTH))
}
