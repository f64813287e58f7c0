//! Kinesis records in, a table of numbers out.

use kinesis_agg::{Batch, Deaggregator, Key, RangePolicy, Table};
use napi::Env;
use napi::bindgen_prelude::{Uint8ArraySlice, Uint32ArraySlice};
use napi_derive::napi;

use crate::failure::{self, Result};
use crate::words;

/// Reads Kinesis records, with scratch memory that it uses again.
#[napi]
pub struct Reader {
    core: Deaggregator,
}

/// What a batch holds.
#[napi(object, object_from_js = false)]
pub struct ReadBatch<'env> {
    /// See `words.rs`. In memory of JavaScript's own.
    pub table: Uint32ArraySlice<'env>,
    /// Of each blob that begins like an aggregate and is none: why, in words.
    pub reasons: Vec<Reason>,
    /// Of each user record that has tags: them.
    pub tags: Vec<TagsOf>,
}

/// Why a blob is no aggregate.
#[napi(object)]
pub struct Reason {
    /// Its place in the batch.
    pub blob: u32,
    /// In words.
    pub text: String,
}

/// The tags of a user record.
#[napi(object)]
pub struct TagsOf {
    /// Its place among those that are handed out.
    pub record: u32,
    /// Its tags, in their order.
    pub tags: Vec<Tag>,
}

/// A tag.
#[napi(object)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value, if it has one.
    pub value: Option<String>,
}

impl From<kinesis_agg::Tag<'_>> for Tag {
    fn from(tag: kinesis_agg::Tag<'_>) -> Self {
        let text = |key: Key<'_>| key.as_str().into_owned();
        Self {
            key: text(tag.key),
            value: tag.value.map(text),
        }
    }
}

fn policy(word: &str) -> Result<RangePolicy> {
    match word {
        "keep-all" => Ok(RangePolicy::KeepAll),
        "keep-in-range" => Ok(RangePolicy::KeepInRange),
        "drop-aggregate" => Ok(RangePolicy::DropAggregate),
        _ => Err(failure::options(
            "policy is none of keep-all, keep-in-range, drop-aggregate",
        )),
    }
}

#[napi]
impl Reader {
    /// A range is both of its ends, or neither.
    #[napi(constructor, catch_unwind)]
    pub fn new(range: Option<Vec<String>>, policy: String, verify_checksums: bool) -> Result<Self> {
        let policy = self::policy(&policy)?;
        let core = match range.as_deref() {
            None => Deaggregator::new(),
            Some([start, end]) => {
                Deaggregator::with_range(failure::hash_key_range(start, end)?, policy)
            }
            Some(_) => return Err(failure::options("a range has a start and an end")),
        };
        let core = if verify_checksums {
            core
        } else {
            core.unverified()
        };
        Ok(Self { core })
    }

    /// Reads blobs, none of which changes meanwhile.
    #[napi(catch_unwind)]
    pub fn read<'env>(
        &mut self,
        env: &'env Env,
        blobs: Vec<Uint8ArraySlice<'_>>,
    ) -> napi::Result<ReadBatch<'env>> {
        let blobs = Vec::from_iter(blobs.iter().map(|blob| &blob[..]));
        let batch = self.core.deaggregate_batch(&blobs);
        let table = batch.table();
        Ok(ReadBatch {
            table: handed_over(env, words::of(&table, &blobs))?,
            reasons: reasons(&table),
            tags: tags(&batch),
        })
    }
}

fn reasons(table: &Table<'_>) -> Vec<Reason> {
    let rows = (0..).zip(table.blobs());
    let damaged = rows.filter_map(|(blob, row)| {
        let reason = row.not_aggregated.filter(|reason| reason.has_magic())?;
        Some(Reason {
            blob,
            text: reason.to_string(),
        })
    });
    damaged.collect()
}

/// Looks for them only where there are some.
fn tags(batch: &Batch<'_, '_>) -> Vec<TagsOf> {
    if !batch.table().user_records().any(|row| row.tagged.is_some()) {
        return Vec::new();
    }
    let records = (0..).zip(batch.aggregated_user_records());
    let tags = records.map(|(record, (_, user_record))| TagsOf {
        record,
        tags: user_record.tags.map(Tag::from).collect(),
    });
    tags.filter(|of| !of.tags.is_empty()).collect()
}

/// The numbers in memory of JavaScript's own. What is Rust's is only freed when the program
/// comes to rest; under WebAssembly, it is copied out and freed at once.
fn handed_over(env: &Env, words: Vec<u32>) -> napi::Result<Uint32ArraySlice<'_>> {
    if cfg!(target_family = "wasm") {
        Uint32ArraySlice::from_data(env, words)
    } else {
        Uint32ArraySlice::copy_from(env, words)
    }
}
