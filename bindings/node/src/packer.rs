//! Both aggregators: user records in, Kinesis records out.
//!
//! `lib/plain-packer.js` does what the plain one does, faster: that one is asked what is
//! wrong with options and user records, and is what the tests compare with.

use kinesis_agg::{
    Aggregator, Grouping, NewUserRecord, Options, OuterPartitionKey, PushErrorKind,
    ShardedAggregator, Tag, Unsealed, seal_many,
};
use napi::Env;
use napi::bindgen_prelude::ClassInstance;
use napi_derive::napi;

use crate::failure::{self, Refused, Result};
use crate::reading;
use crate::record::{SealedRecord, judgement};
use crate::shard_map::Shards;
use crate::staged;

enum Core {
    Plain(Aggregator),
    Sharded(ShardedAggregator),
}

/// Packs user records. What was refused is fetched by `take_refused`.
#[napi]
pub struct Packer {
    core: Core,
    /// In the order of filling.
    full: Vec<Unsealed>,
    refused: Vec<Refused>,
}

/// The options of both.
#[napi(object)]
pub struct PackerOptions {
    pub max_size: f64,
    pub max_count: Option<f64>,
    pub outer_partition_key: String,
    pub outer_hash_key: bool,
    pub frame_singles: bool,
}

/// Those of the one that groups.
#[napi(object)]
pub struct GroupingOptions {
    pub grouping: String,
    pub pinned_to: Option<String>,
    pub max_open: f64,
    pub max_open_bytes: f64,
}

/// Of numbers that JavaScript has found to be whole and not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
const fn size(number: f64) -> usize {
    number as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
const fn time(number: f64) -> u64 {
    number as u64
}

fn options(given: &PackerOptions) -> Result<Options> {
    let options = Options::new().with_max_size(size(given.max_size));
    let mut options = options.map_err(failure::of_options)?;
    if let Some(max_count) = given.max_count {
        let counted = options.with_max_count(size(max_count));
        options = counted.map_err(failure::of_options)?;
    }
    options = match given.outer_partition_key.as_str() {
        "first" => options.with_outer_partition_key(OuterPartitionKey::First),
        "kpl" => options.with_outer_partition_key(OuterPartitionKey::Kpl),
        _ => return Err(failure::options("outerPartitionKey is none of first, kpl")),
    };
    if !given.outer_hash_key {
        options = options.without_outer_hash_key();
    }
    if given.frame_singles {
        options = options.with_framed_singles();
    }
    Ok(options)
}

fn grouping(given: &GroupingOptions, map: Option<&Shards>) -> Result<Grouping> {
    let pin = given
        .pinned_to
        .as_deref()
        .map(failure::hash_key)
        .transpose()?;
    let no_map = || failure::options("this grouping needs a shard map");
    let map = || map.map(|map| map.core.clone()).ok_or_else(no_map);
    match (given.grouping.as_str(), pin) {
        ("pinned", Some(pin)) => Ok(Grouping::PinnedTo(pin)),
        ("pinned", None) => Ok(Grouping::Pinned(map()?)),
        (_, Some(_)) => Err(failure::options(
            "pinnedTo goes with the grouping pinned alone",
        )),
        ("none", None) => Ok(Grouping::None),
        ("hash-key", None) => Ok(Grouping::HashKey),
        ("shard", None) => Ok(Grouping::Shard(map()?)),
        _ => Err(failure::options(
            "grouping is none of none, hash-key, shard, pinned",
        )),
    }
}

fn sharded(given: &GroupingOptions, options: Options, map: Option<&Shards>) -> Result<Core> {
    let core = ShardedAggregator::with_options(grouping(given, map)?, options);
    let core = core.map_err(failure::of_options)?;
    let mut core = core.with_max_open(size(given.max_open), size(given.max_open_bytes));
    if let Some(map) = map {
        // Nothing is open yet.
        let _none = core.update_shard_map(map.core.clone(), Vec::new());
    }
    Ok(Core::Sharded(core))
}

impl Packer {
    /// Adds user records, and tells whether some are full (1) or refused (2).
    fn add(&mut self, records: &[NewUserRecord<'_>], arrived: Option<f64>) -> u32 {
        let mut refused: Vec<(usize, PushErrorKind)> = Vec::new();
        match &mut self.core {
            Core::Plain(core) => {
                for (place, record) in records.iter().enumerate() {
                    match core.push(record.clone()) {
                        Ok(full) => self.full.extend(full),
                        Err(error) => refused.push((place, error.kind)),
                    }
                }
            }
            Core::Sharded(core) => {
                let pushed = match arrived {
                    Some(arrived) => core.push_many_at(records, time(arrived)),
                    None => core.push_many(records),
                };
                self.full.extend(pushed.full);
                refused = pushed.refused;
            }
        }
        let refused = refused.into_iter();
        self.refused
            .extend(refused.map(|(place, kind)| Refused::new(place, kind)));
        u32::from(!self.full.is_empty()) | u32::from(!self.refused.is_empty()) << 1
    }

    fn sealed(&mut self, env: Env) -> Vec<SealedRecord> {
        let sealed = seal_many(std::mem::take(&mut self.full)).into_iter();
        sealed
            .map(|record| SealedRecord::new(env, record))
            .collect()
    }
}

#[napi]
impl Packer {
    #[napi(constructor, catch_unwind)]
    pub fn new(
        options: PackerOptions,
        grouping: Option<GroupingOptions>,
        map: Option<&Shards>,
    ) -> Result<Self> {
        let options = self::options(&options)?;
        let core = match grouping {
            None => Core::Plain(Aggregator::with_options(options)),
            Some(grouping) => sharded(&grouping, options, map)?,
        };
        Ok(Self {
            core,
            full: Vec::new(),
            refused: Vec::new(),
        })
    }

    /// Adds one user record; see `add` for the answer.
    #[napi(catch_unwind)]
    pub fn push(
        &mut self,
        partition_key: String,
        data: &[u8],
        explicit_hash_key: Option<String>,
        tags: Vec<reading::Tag>,
        arrived: Option<f64>,
    ) -> u32 {
        let tags = tags.iter();
        let tags = tags.map(|tag| Tag::new(&tag.key, tag.value.as_deref()));
        let tags = Vec::from_iter(tags);
        let mut record = NewUserRecord::new(&partition_key, data).with_tags(&tags);
        if let Some(key) = &explicit_hash_key {
            record = record.with_explicit_hash_key(key);
        }
        self.add(&[record], arrived)
    }

    /// Adds the user records of a staging buffer; see `add` for the answer.
    #[napi(catch_unwind)]
    pub fn push_staged(&mut self, staged: &[u8], count: u32, arrived: Option<f64>) -> Result<u32> {
        let records = staged::read(staged, count as usize);
        let records = records.ok_or_else(|| failure::internal("staged lengths do not fit"))?;
        Ok(self.add(&records, arrived))
    }

    /// The user records of the last calls that were refused.
    #[napi(catch_unwind)]
    pub fn take_refused(&mut self) -> Vec<Refused> {
        std::mem::take(&mut self.refused)
    }

    /// Hands out what is full.
    #[napi(catch_unwind)]
    pub fn seal(&mut self, env: Env) -> Vec<SealedRecord> {
        self.sealed(env)
    }

    /// Hands out all.
    #[napi(catch_unwind)]
    pub fn finish(&mut self, env: Env) -> Vec<SealedRecord> {
        match &mut self.core {
            Core::Plain(core) => self.full.extend(core.finish()),
            Core::Sharded(core) => self.full.extend(core.finish()),
        }
        self.sealed(env)
    }

    /// Hands out what is full, and the open aggregates that are older.
    #[napi(catch_unwind)]
    pub fn finish_arrived_before(&mut self, env: Env, before: f64) -> Vec<SealedRecord> {
        if let Core::Sharded(core) = &mut self.core {
            self.full.extend(core.finish_arrived_before(time(before)));
        }
        self.sealed(env)
    }

    #[napi(catch_unwind)]
    pub fn judge(&self, shard_id: String, record: &SealedRecord) -> &'static str {
        judgement(match &self.core {
            Core::Plain(_) => kinesis_agg::Judgement::Delivered,
            Core::Sharded(core) => core.judge(&shard_id, &record.core),
        })
    }

    /// Goes on with other shards, and cuts what waits by them.
    #[napi(catch_unwind)]
    pub fn update_shard_map(
        &mut self,
        env: Env,
        map: &Shards,
        unsent: Vec<ClassInstance<'_, SealedRecord>>,
    ) -> Vec<SealedRecord> {
        let unsent = unsent.iter().map(|record| record.core.clone());
        let mut queue = Vec::from_iter(unsent);
        queue.extend(seal_many(std::mem::take(&mut self.full)));
        let cut = match &mut self.core {
            Core::Plain(_) => queue,
            Core::Sharded(core) => core.update_shard_map(map.core.clone(), queue),
        };
        let cut = cut.into_iter();
        cut.map(|record| SealedRecord::new(env, record)).collect()
    }

    /// The size of the open aggregate; 0 for the aggregator that groups.
    #[napi(catch_unwind)]
    pub fn size(&self) -> f64 {
        match &self.core {
            Core::Plain(core) => core.size() as f64,
            Core::Sharded(_) => 0.0,
        }
    }

    /// The size that it would have with this user record in it.
    #[napi(catch_unwind)]
    pub fn size_after(
        &self,
        partition_key: String,
        data: &[u8],
        explicit_hash_key: Option<String>,
    ) -> f64 {
        let mut record = NewUserRecord::new(&partition_key, data);
        if let Some(key) = &explicit_hash_key {
            record = record.with_explicit_hash_key(key);
        }
        match &self.core {
            Core::Plain(core) => core.size_after(&record) as f64,
            Core::Sharded(_) => 0.0,
        }
    }

    /// User records in open aggregates.
    #[napi(catch_unwind)]
    pub fn open_user_records(&self) -> f64 {
        let count = match &self.core {
            Core::Plain(core) => core.user_record_count(),
            Core::Sharded(core) => core.user_record_count(),
        };
        count as f64
    }

    /// User records in full aggregates.
    #[napi(catch_unwind)]
    pub fn full_user_records(&self) -> f64 {
        let full = self.full.iter().map(Unsealed::user_record_count);
        full.sum::<usize>() as f64
    }
}
