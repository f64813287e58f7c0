//! Blobs in, rows of numbers out: what `Batch.java` slices its blobs by.
//!
//! ```text
//! reports         a blob:           status, user records handed out, dropped, offset or -1,
//!                                   record index or -1
//! rows            a user record:    offset and length of the data, number of the partition
//!                                   key, number of the explicit hash key or -1
//! keys            a partition key:  offset and length
//! explicit keys   an explicit one:  the same
//! placed          a user record:    sub-sequence number, where its hash key lies; only with
//!                                   a range
//! tags            a tag:            row, offset and length of key and value; -1, -1 for none
//! ```

use jni::Env;
use jni::objects::{JByteArray, JByteBuffer, JClass, JIntArray, JObjectArray};
use jni::sys::{jint, jlong};
use kinesis_agg::{
    BlobRow, Deaggregator, Key, KeyRow, NotAggregated, Placement, RangePolicy, Table, UserRecordRow,
};

use crate::arguments::{
    bytes, hash_key_range, int, int_array, ints, length, objects, place, take, with_buffer,
};
use crate::failure::Failure;
use crate::registry::Registry;
use crate::status::{self, ERR_LENGTH, ERR_OTHER};

pub(crate) static READERS: Registry<Reader> = Registry::new();

/// A deaggregator, and room for what it has read, which is used again.
#[derive(Default)]
pub(crate) struct Reader {
    core: Deaggregator,
    has_range: bool,
    rows: Rows,
}

#[derive(Default)]
struct Rows {
    reports: Vec<i32>,
    rows: Vec<i32>,
    keys: Vec<i32>,
    explicit_keys: Vec<i32>,
    placed: Vec<i32>,
    tags: Vec<i32>,
}

/// Makes a deaggregator; `range` is null or lowest and highest hash key.
pub(crate) fn new_deaggregator<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    range: JByteArray<'local>,
    policy: jint,
) -> Result<jlong, Failure> {
    let policy = match policy {
        0 => RangePolicy::KeepAll,
        1 => RangePolicy::KeepInRange,
        2 => RangePolicy::DropAggregate,
        _ => return Err(Failure::of(ERR_OTHER)),
    };
    let mut reader = Reader::default();
    if !range.is_null() {
        reader.core = Deaggregator::with_range(hash_key_range(&bytes(env, &range)?)?, policy);
        reader.has_range = true;
    }
    Ok(READERS.open(reader))
}

pub(crate) fn free_deaggregator<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
) -> Result<(), Failure> {
    READERS.close(handle);
    Ok(())
}

/// Reads the blobs that lie one behind the other in `joined`.
pub(crate) fn read<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    handle: jlong,
    joined: JByteBuffer<'local>,
    lengths: JIntArray<'local>,
) -> Result<JObjectArray<'local>, Failure> {
    let lengths = ints(env, &lengths)?;
    READERS.with(handle, |reader| {
        with_buffer(env, &joined, |bytes| reader.read(&split(bytes, &lengths)?))??;
        reader.rows.arrays(env)
    })
}

fn split<'a>(mut rest: &'a [u8], lengths: &[i32]) -> Result<Vec<&'a [u8]>, Failure> {
    let blob = |len: &i32| take(&mut rest, length(*len)?);
    lengths.iter().map(blob).collect()
}

impl Reader {
    fn read(&mut self, blobs: &[&[u8]]) -> Result<(), Failure> {
        let Self {
            core,
            has_range,
            rows,
        } = self;
        let table = core.deaggregate_batch(blobs).table();
        rows.clear();
        for (index, (row, blob)) in table.blobs().zip(blobs).enumerate() {
            rows.reports.extend(report(&row));
            rows.user_records(&table, index, blob, *has_range);
        }
        // What Java has no arrays for.
        if i32::try_from(rows.rows.len()).is_err() {
            return Err(Failure::of(ERR_LENGTH));
        }
        Ok(())
    }
}

fn report(row: &BlobRow) -> [i32; 5] {
    let reason = row.not_aggregated;
    [
        status::of_blob(row),
        int(row.kept_user_records),
        int(row.user_records - row.kept_user_records),
        reason.and_then(|reason| reason.offset()).map_or(-1, int),
        match reason {
            Some(NotAggregated::Malformed(malformed)) => malformed.record.map_or(-1, int),
            Some(NotAggregated::IndexOutsideTable(outside)) => int(outside.record),
            _ => -1,
        },
    ]
}

impl Rows {
    fn clear(&mut self) {
        let Self {
            reports,
            rows,
            keys,
            explicit_keys,
            placed,
            tags,
        } = self;
        for numbers in [reports, rows, keys, explicit_keys, placed, tags] {
            numbers.clear();
        }
    }

    fn user_records(&mut self, table: &Table<'_>, index: usize, blob: &[u8], has_range: bool) {
        let Some(user_records) = table.user_records_of(index, 0) else {
            return;
        };
        user_records.for_each(|row| {
            if row.kept {
                self.user_record(&row, blob, has_range);
            }
        });
    }

    #[inline]
    fn user_record(&mut self, row: &UserRecordRow, blob: &[u8], has_range: bool) {
        let [offset, len] = place(&row.data);
        let key = note(&mut self.keys, &row.partition_key);
        let explicit = row.explicit_hash_key.as_ref();
        let explicit = explicit.map_or(-1, |key| note(&mut self.explicit_keys, key));
        if row.tagged.is_some() {
            self.tagged(row, blob);
        }
        if has_range {
            let placement = match row.placement {
                Some(Placement::OutOfRange) => 1,
                Some(Placement::Unplaceable) => 2,
                Some(Placement::InRange) | None => 0,
            };
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounded by the blob's length"
            )]
            self.placed
                .extend([row.sub_sequence_number as i32, placement]);
        }
        self.rows.extend([offset, len, key, explicit]);
    }

    #[cold]
    fn tagged(&mut self, row: &UserRecordRow, blob: &[u8]) {
        let number = int(self.rows.len() / 4);
        for tag in row.tags(blob) {
            let [key_offset, key_len] = inside(blob, tag.key);
            let [offset, len] = tag.value.map_or([-1, -1], |value| inside(blob, value));
            self.tags.extend([number, key_offset, key_len, offset, len]);
        }
    }

    fn arrays<'local>(&self, env: &mut Env<'local>) -> Result<JObjectArray<'local>, Failure> {
        let all = [
            &self.reports,
            &self.rows,
            &self.keys,
            &self.explicit_keys,
            &self.placed,
            &self.tags,
        ];
        objects(
            env,
            &all,
            |env, numbers| Ok(int_array(env, numbers)?.into()),
        )
    }
}

/// Notes where the key lies, and returns its number.
#[inline]
fn note(keys: &mut Vec<i32>, key: &KeyRow) -> i32 {
    let at = key.number * 2;
    if keys.len() < at + 2 {
        keys.resize(at + 2, 0);
    }
    keys[at..at + 2].copy_from_slice(&place(&key.bytes));
    int(key.number)
}

/// Where in its blob a text of a tag lies.
fn inside(blob: &[u8], text: Key<'_>) -> [i32; 2] {
    let bytes = text.as_bytes();
    let offset = bytes.as_ptr().addr().saturating_sub(blob.as_ptr().addr());
    [int(offset), int(bytes.len())]
}
