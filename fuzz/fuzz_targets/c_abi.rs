//! Any calls of the C ABI, NULL and wrong lengths among them: each answers a known
//! status, none panics, outputs are written on success alone, and no user record
//! that was taken is lost. Leaks and bad accesses are for
//! `AddressSanitizer` to find.
#![no_main]

use arbitrary::Arbitrary;
#[allow(clippy::wildcard_imports, reason = "the whole C ABI")]
use kinesis_agg_ffi::*;
use libfuzzer_sys::fuzz_target;
use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

/// Calls of one run.
const MOST: usize = 100;

/// A handle by its place among those of its kind, counted round and round; the one
/// behind the last is NULL.
type Which = u8;

fn place<T>(handles: &[T], which: Which) -> usize {
    usize::from(which) % (handles.len() + 1)
}

/// Bytes as C gives them.
#[derive(Arbitrary, Clone, Debug)]
enum Bytes {
    Some(Vec<u8>),
    Text(String),
    /// NULL, and whatever length.
    Null(usize),
    /// A length that no memory has.
    TooLong,
}

impl Bytes {
    fn given(&self) -> (*const u8, usize) {
        match self {
            Self::Some(bytes) => (bytes.as_ptr(), bytes.len()),
            Self::Text(text) => (text.as_ptr(), text.len()),
            Self::Null(len) => (null(), *len),
            Self::TooLong => ([0_u8].as_ptr(), usize::MAX),
        }
    }

    fn text(&self) -> (*const c_char, usize) {
        let (pointer, len) = self.given();
        (pointer.cast(), len)
    }
}

#[derive(Arbitrary, Clone, Debug)]
struct Record {
    partition_key: Bytes,
    explicit_hash_key: Bytes,
    data: Bytes,
}

impl Record {
    fn given(&self) -> kagg_new_user_record {
        let (partition_key, partition_key_len) = self.partition_key.text();
        let (explicit_hash_key, explicit_hash_key_len) = self.explicit_hash_key.text();
        let (data, data_len) = self.data.given();
        kagg_new_user_record {
            partition_key,
            partition_key_len,
            explicit_hash_key,
            explicit_hash_key_len,
            data,
            data_len,
        }
    }
}

#[derive(Arbitrary, Debug)]
struct Shard {
    id: Bytes,
    start: Option<u128>,
    end: Option<u128>,
    is_closed: bool,
}

#[derive(Arbitrary, Debug)]
enum Call {
    NewAggregator,
    NewSharded(i8, Which),
    NewPinnedTo(Bytes),
    NewDeaggregator,
    NewMap(Vec<Shard>),
    /// A map of so many equal shards.
    NewEqualMap(u8),
    Set(Which, Setting),
    SetSharded(Which, Setting),
    Push(Which, Record),
    PushMany(Which, Vec<Record>),
    PushSpans(Which, Bytes, Vec<[u16; 6]>),
    PushSharded(Which, Record, u64),
    PushManySharded(Which, Vec<Record>),
    PushSpansSharded(Which, Bytes, Vec<[u16; 6]>),
    Finish(Which),
    FinishSharded(Which),
    FinishBefore(Which, u64),
    Seal(Which),
    SealSharded(Which),
    Show(Which, u8),
    Remove(Which, u8),
    UpdateMap(Which, Which, Which),
    Judge(Which, Which, u8, Bytes),
    JudgeByMap(Which, Which, u8, Bytes),
    Predict(Which, Bytes, Bytes),
    SetRange(Which, Bytes, Bytes, i8),
    Read(Which, Vec<Bytes>),
    /// Reads what was sealed.
    ReadRecords(Which, Which),
    ReadJoined(Which, Bytes, Vec<u16>),
    Rows(Which, u8),
    BlobRows(Which, u8),
    Rewind(Which),
    HashKey(Bytes),
    Free(Which),
    FreeSharded(Which),
    FreeRecords(Which),
    FreeMap(Which),
    FreeDeaggregator(Which),
}

#[derive(Arbitrary, Debug)]
enum Setting {
    MaxSize(u32),
    MaxCount(u8),
    OuterPartitionKey(i8),
    OmitOuterHashKey,
    FrameSingles,
    MaxOpen(u8, u16),
}

/// Calls that come first, so that the others find handles.
const FIRST: [Call; 9] = [
    Call::NewAggregator,
    Call::NewAggregator,
    // Full after two user records.
    Call::Set(1, Setting::MaxCount(2)),
    Call::NewEqualMap(1),
    Call::NewEqualMap(3),
    Call::NewSharded(1, 0),
    Call::NewSharded(2, 1),
    Call::SetSharded(1, Setting::MaxCount(2)),
    Call::NewDeaggregator,
];

fuzz_target!(|calls: Vec<Call>| {
    let mut world = World::default();
    for call in FIRST {
        // SAFETY: as below.
        unsafe { world.call(&call) };
    }
    for call in calls.iter().take(MOST) {
        // SAFETY: handles are live or NULL, and all else is what it says, or NULL.
        unsafe { world.call(call) };
    }
    // SAFETY: each handle is freed once.
    unsafe { world.end() };
});

/// An aggregator, and how many user records it has taken and not given out.
type Counted<T> = (*mut T, usize);

/// All handles that live.
#[derive(Default)]
struct World {
    aggregators: Vec<Counted<kagg_aggregator>>,
    sharded: Vec<Counted<kagg_sharded_aggregator>>,
    records: Vec<*mut kagg_records>,
    maps: Vec<*mut kagg_shard_map>,
    deaggregators: Vec<*mut kagg_deaggregator>,
}

/// Checks an answer: a status that there is, and never a fault of the library.
fn fine(status: kagg_status) -> bool {
    // SAFETY: texts live as long as the program.
    let text = unsafe { CStr::from_ptr(kagg_status_message(status)) };
    assert_ne!(text, c"no status", "{status}");
    assert!(
        status != KAGG_ERR_PANIC && status != KAGG_ERR_POISONED,
        "{text:?}"
    );
    status >= 0
}

/// The same of a call that may write an error: on failure alone, and that one.
fn told(error: kagg_error, status: kagg_status) -> bool {
    let failed = !fine(status);
    assert_eq!(error.status, if failed { status } else { UNTOUCHED.status });
    !failed
}

const UNTOUCHED: kagg_error = kagg_error {
    status: 77,
    byte_offset: 77,
    record_index: 77,
    value: 77,
    limit: 77,
};

fn live<T: Copy>(handles: &[T], which: Which, none: T) -> T {
    handles.get(place(handles, which)).copied().unwrap_or(none)
}

/// Calls what makes a handle: one comes out on success alone.
fn made<T>(make: impl FnOnce(*mut *mut T) -> kagg_status) -> Option<*mut T> {
    let mut place = null_mut();
    let is_made = fine(make(&raw mut place));
    assert_eq!(is_made, !place.is_null());
    is_made.then_some(place)
}

/// The places of user records in a buffer, some of them outside.
fn spans(given: &[[u16; 6]]) -> Vec<kagg_user_record_span> {
    let spans = given.iter().map(|numbers| {
        let numbers = numbers.map(u32::from);
        kagg_user_record_span {
            partition_key_offset: numbers[0] % 64,
            partition_key_len: numbers[1] % 16,
            explicit_hash_key_offset: numbers[2],
            explicit_hash_key_len: numbers[3] % 5,
            data_offset: numbers[4],
            data_len: numbers[5],
        }
    });
    spans.collect()
}

/// How many of many were taken; what a call that failed says of them stands
/// nowhere.
fn taken(
    status: kagg_status,
    error: kagg_error,
    statuses: &[kagg_status],
    refused: usize,
) -> usize {
    if !told(error, status) {
        assert_eq!(refused, usize::MAX);
        assert!(statuses.iter().all(|status| *status == UNTOUCHED.status));
        return 0;
    }
    let bad = statuses.iter().filter(|status| !fine(**status)).count();
    assert_eq!(bad, refused);
    statuses.len() - bad
}

impl World {
    fn aggregator(&mut self, which: Which) -> (*mut kagg_aggregator, Option<&mut usize>) {
        let place = place(&self.aggregators, which);
        match self.aggregators.get_mut(place) {
            Some((handle, count)) => (*handle, Some(count)),
            None => (null_mut(), None),
        }
    }

    fn sharded(&mut self, which: Which) -> (*mut kagg_sharded_aggregator, Option<&mut usize>) {
        let place = place(&self.sharded, which);
        match self.sharded.get_mut(place) {
            Some((handle, count)) => (*handle, Some(count)),
            None => (null_mut(), None),
        }
    }

    unsafe fn call(&mut self, call: &Call) {
        // SAFETY: by contract.
        unsafe {
            match call {
                Call::NewAggregator
                | Call::NewSharded(..)
                | Call::NewPinnedTo(_)
                | Call::NewDeaggregator
                | Call::NewMap(_)
                | Call::NewEqualMap(_) => self.make(call),
                Call::Set(which, setting) => self.set(*which, setting),
                Call::SetSharded(which, setting) => self.set_sharded(*which, setting),
                Call::Push(..) | Call::PushMany(..) | Call::PushSpans(..) => self.push(call),
                Call::PushSharded(..) | Call::PushManySharded(..) | Call::PushSpansSharded(..) => {
                    self.push_sharded(call);
                }
                Call::Finish(which) => {
                    fine(kagg_aggregator_finish(self.aggregator(*which).0));
                }
                Call::FinishSharded(which) => {
                    fine(kagg_sharded_aggregator_finish(self.sharded(*which).0));
                }
                Call::FinishBefore(which, time) => {
                    let handle = self.sharded(*which).0;
                    fine(kagg_sharded_aggregator_finish_arrived_before(handle, *time));
                }
                Call::Seal(_) | Call::SealSharded(_) | Call::UpdateMap(..) => self.seal(call),
                Call::Show(..)
                | Call::Remove(..)
                | Call::Judge(..)
                | Call::JudgeByMap(..)
                | Call::Predict(..)
                | Call::HashKey(_) => self.ask(call),
                Call::SetRange(..)
                | Call::Read(..)
                | Call::ReadRecords(..)
                | Call::ReadJoined(..)
                | Call::Rows(..)
                | Call::BlobRows(..)
                | Call::Rewind(_) => self.read(call),
                Call::Free(which) => {
                    if let Some((handle, _)) = taken_out(&mut self.aggregators, *which) {
                        kagg_aggregator_free(handle);
                    }
                }
                Call::FreeSharded(which) => {
                    if let Some((handle, _)) = taken_out(&mut self.sharded, *which) {
                        kagg_sharded_aggregator_free(handle);
                    }
                }
                Call::FreeRecords(which) => {
                    let handle = taken_out(&mut self.records, *which);
                    kagg_records_free(handle.unwrap_or(null_mut()));
                }
                Call::FreeMap(which) => {
                    let handle = taken_out(&mut self.maps, *which);
                    kagg_shard_map_free(handle.unwrap_or(null_mut()));
                }
                Call::FreeDeaggregator(which) => {
                    let handle = taken_out(&mut self.deaggregators, *which);
                    kagg_deaggregator_free(handle.unwrap_or(null_mut()));
                }
            }
        }
    }

    unsafe fn make(&mut self, call: &Call) {
        // SAFETY: by contract.
        unsafe {
            match call {
                Call::NewAggregator => {
                    let handle = made(|place| kagg_aggregator_new(place));
                    self.aggregators.extend(handle.map(|handle| (handle, 0)));
                }
                Call::NewSharded(grouping, map) => {
                    let map = live(&self.maps, *map, null_mut());
                    let grouping = i32::from(*grouping % 5);
                    let handle = made(|place| kagg_sharded_aggregator_new(grouping, map, place));
                    self.sharded.extend(handle.map(|handle| (handle, 0)));
                }
                Call::NewPinnedTo(pin) => {
                    let (pin, len) = pin.text();
                    let mut error = UNTOUCHED;
                    let handle = made(|place| {
                        let status =
                            kagg_sharded_aggregator_new_pinned_to(pin, len, &raw mut error, place);
                        told(error, status);
                        status
                    });
                    self.sharded.extend(handle.map(|handle| (handle, 0)));
                }
                Call::NewDeaggregator => {
                    self.deaggregators
                        .extend(made(|place| kagg_deaggregator_new(place)));
                }
                Call::NewMap(shards) => {
                    let ids = shards.iter().map(|shard| shard.id.clone());
                    let range = |shard: &Shard| [shard.start, shard.end];
                    let ranges = shards.iter().map(range);
                    let closed = shards.iter().map(|shard| shard.is_closed);
                    self.make_map(ids.zip(ranges).zip(closed));
                }
                Call::NewEqualMap(count) => {
                    let count = u128::from(count % 8) + 1;
                    let size = u128::MAX / count;
                    let shards = (0..count).map(|number| {
                        let end = match number + 1 {
                            next if next == count => u128::MAX,
                            next => next * size - 1,
                        };
                        let id = Bytes::Text(format!("shard-{number}"));
                        ((id, [Some(number * size), Some(end)]), false)
                    });
                    self.make_map(shards);
                }
                _ => unreachable!("makes nothing"),
            }
        }
    }

    unsafe fn make_map(
        &mut self,
        shards: impl Iterator<Item = ((Bytes, [Option<u128>; 2]), bool)>,
    ) {
        let shards = Vec::from_iter(shards.map(|((id, range), is_closed)| {
            let digits =
                |key: Option<u128>| key.map_or(Bytes::Null(3), |key| Bytes::Text(key.to_string()));
            (id, range.map(digits), is_closed)
        }));
        let given = shards.iter().map(|(id, [start, end], is_closed)| {
            let (id, id_len) = id.text();
            let (starting_hash_key, starting_hash_key_len) = start.text();
            let (ending_hash_key, ending_hash_key_len) = end.text();
            kagg_shard {
                id,
                id_len,
                starting_hash_key,
                starting_hash_key_len,
                ending_hash_key,
                ending_hash_key_len,
                is_closed: *is_closed,
            }
        });
        let given = Vec::from_iter(given);
        let mut error = UNTOUCHED;
        // SAFETY: by contract.
        let map = made(|place| unsafe {
            let status = kagg_shard_map_new(given.as_ptr(), given.len(), &raw mut error, place);
            told(error, status);
            status
        });
        self.maps.extend(map);
    }

    unsafe fn set(&mut self, which: Which, setting: &Setting) {
        let handle = self.aggregator(which).0;
        // SAFETY: by contract.
        fine(unsafe {
            match setting {
                Setting::MaxSize(bytes) => kagg_aggregator_set_max_size(handle, *bytes as usize),
                Setting::MaxCount(count) => {
                    kagg_aggregator_set_max_count(handle, usize::from(*count))
                }
                Setting::OuterPartitionKey(key) => {
                    kagg_aggregator_set_outer_partition_key(handle, i32::from(*key))
                }
                Setting::OmitOuterHashKey => kagg_aggregator_omit_outer_hash_key(handle),
                Setting::FrameSingles | Setting::MaxOpen(..) => {
                    kagg_aggregator_frame_singles(handle)
                }
            }
        });
    }

    unsafe fn set_sharded(&mut self, which: Which, setting: &Setting) {
        let handle = self.sharded(which).0;
        // SAFETY: by contract.
        fine(unsafe {
            match setting {
                Setting::MaxSize(bytes) => {
                    kagg_sharded_aggregator_set_max_size(handle, *bytes as usize)
                }
                Setting::MaxCount(count) => {
                    kagg_sharded_aggregator_set_max_count(handle, usize::from(*count))
                }
                Setting::OuterPartitionKey(key) => {
                    kagg_sharded_aggregator_set_outer_partition_key(handle, i32::from(*key))
                }
                Setting::OmitOuterHashKey => kagg_sharded_aggregator_omit_outer_hash_key(handle),
                Setting::FrameSingles => kagg_sharded_aggregator_frame_singles(handle),
                Setting::MaxOpen(count, bytes) => kagg_sharded_aggregator_set_max_open(
                    handle,
                    usize::from(*count),
                    usize::from(*bytes),
                ),
            }
        });
    }

    unsafe fn push(&mut self, call: &Call) {
        let mut error = UNTOUCHED;
        let mut refused = usize::MAX;
        // SAFETY: by contract.
        let (which, taken) = unsafe {
            match call {
                Call::Push(which, record) => {
                    let it = record.given();
                    let status = kagg_aggregator_push(
                        self.aggregator(*which).0,
                        it.partition_key,
                        it.partition_key_len,
                        it.explicit_hash_key,
                        it.explicit_hash_key_len,
                        it.data,
                        it.data_len,
                        &raw mut error,
                    );
                    (which, usize::from(told(error, status)))
                }
                Call::PushMany(which, records) => {
                    let given = Vec::from_iter(records.iter().map(Record::given));
                    let mut statuses = vec![UNTOUCHED.status; given.len()];
                    let status = kagg_aggregator_push_many(
                        self.aggregator(*which).0,
                        given.as_ptr(),
                        given.len(),
                        &raw mut error,
                        statuses.as_mut_ptr(),
                        &raw mut refused,
                    );
                    (which, taken(status, error, &statuses, refused))
                }
                Call::PushSpans(which, bytes, places) => {
                    let (bytes, len) = bytes.given();
                    let spans = spans(places);
                    let mut statuses = vec![UNTOUCHED.status; spans.len()];
                    let status = kagg_aggregator_push_spans(
                        self.aggregator(*which).0,
                        bytes,
                        len,
                        spans.as_ptr(),
                        spans.len(),
                        &raw mut error,
                        statuses.as_mut_ptr(),
                        &raw mut refused,
                    );
                    (which, taken(status, error, &statuses, refused))
                }
                _ => unreachable!("pushes nothing"),
            }
        };
        let (handle, count) = self.aggregator(*which);
        if let Some(count) = count {
            *count += taken;
            let mut found = usize::MAX;
            // SAFETY: the handle lives.
            fine(unsafe { kagg_aggregator_user_record_count(handle, &raw mut found) });
            assert_eq!(found, *count);
        } else {
            assert_eq!(taken, 0);
        }
    }

    unsafe fn push_sharded(&mut self, call: &Call) {
        let mut error = UNTOUCHED;
        let mut refused = usize::MAX;
        // SAFETY: by contract.
        let (which, taken) = unsafe {
            match call {
                Call::PushSharded(which, record, time) => {
                    let it = record.given();
                    let status = kagg_sharded_aggregator_push_at(
                        self.sharded(*which).0,
                        it.partition_key,
                        it.partition_key_len,
                        it.explicit_hash_key,
                        it.explicit_hash_key_len,
                        it.data,
                        it.data_len,
                        *time,
                        &raw mut error,
                    );
                    (which, usize::from(told(error, status)))
                }
                Call::PushManySharded(which, records) => {
                    let given = Vec::from_iter(records.iter().map(Record::given));
                    let mut statuses = vec![UNTOUCHED.status; given.len()];
                    let status = kagg_sharded_aggregator_push_many(
                        self.sharded(*which).0,
                        given.as_ptr(),
                        given.len(),
                        &raw mut error,
                        statuses.as_mut_ptr(),
                        &raw mut refused,
                    );
                    (which, taken(status, error, &statuses, refused))
                }
                Call::PushSpansSharded(which, bytes, places) => {
                    let (bytes, len) = bytes.given();
                    let spans = spans(places);
                    let mut statuses = vec![UNTOUCHED.status; spans.len()];
                    let status = kagg_sharded_aggregator_push_spans(
                        self.sharded(*which).0,
                        bytes,
                        len,
                        spans.as_ptr(),
                        spans.len(),
                        &raw mut error,
                        statuses.as_mut_ptr(),
                        &raw mut refused,
                    );
                    (which, taken(status, error, &statuses, refused))
                }
                _ => unreachable!("pushes nothing"),
            }
        };
        let (handle, count) = self.sharded(*which);
        if let Some(count) = count {
            *count += taken;
            let mut found = usize::MAX;
            // SAFETY: the handle lives.
            fine(unsafe { kagg_sharded_aggregator_user_record_count(handle, &raw mut found) });
            assert_eq!(found, *count);
        } else {
            assert_eq!(taken, 0);
        }
    }

    /// What comes out of an aggregator is what went in.
    unsafe fn seal(&mut self, call: &Call) {
        // SAFETY: by contract.
        unsafe {
            match call {
                Call::Seal(which) => {
                    let (handle, before) = self.aggregator(*which);
                    let sealed = made(|place| kagg_aggregator_seal(handle, place));
                    if let (Some(sealed), Some(before)) = (sealed, before) {
                        let mut after = usize::MAX;
                        fine(kagg_aggregator_user_record_count(handle, &raw mut after));
                        assert_eq!(inside(sealed), *before - after);
                        *before = after;
                    }
                    self.records.extend(sealed);
                }
                Call::SealSharded(which) => {
                    let (handle, before) = self.sharded(*which);
                    let sealed = made(|place| kagg_sharded_aggregator_seal(handle, place));
                    if let (Some(sealed), Some(before)) = (sealed, before) {
                        let mut after = usize::MAX;
                        fine(kagg_sharded_aggregator_user_record_count(
                            handle,
                            &raw mut after,
                        ));
                        assert_eq!(inside(sealed), *before - after);
                        *before = after;
                    }
                    self.records.extend(sealed);
                }
                Call::UpdateMap(which, map, unsent) => {
                    let map = live(&self.maps, *map, null_mut());
                    let unsent_handle = live(&self.records, *unsent, null_mut());
                    let unsent_count = match unsent_handle {
                        handle if handle.is_null() => 0,
                        handle => inside(handle),
                    };
                    let (handle, before) = self.sharded(*which);
                    let records = made(|place| {
                        kagg_sharded_aggregator_update_shard_map(handle, map, unsent_handle, place)
                    });
                    let Some(records) = records else { return };
                    if let Some(before) = before {
                        let mut after = usize::MAX;
                        fine(kagg_sharded_aggregator_user_record_count(
                            handle,
                            &raw mut after,
                        ));
                        assert_eq!(inside(records), unsent_count + *before - after);
                        *before = after;
                    }
                    // It was ended by the call.
                    taken_out(&mut self.records, *unsent);
                    self.records.push(records);
                }
                _ => unreachable!("seals nothing"),
            }
        }
    }

    unsafe fn ask(&mut self, call: &Call) {
        let mut error = UNTOUCHED;
        let mut found = 99;
        // SAFETY: by contract.
        unsafe {
            match call {
                Call::Show(which, index) => {
                    let handle = live(&self.records, *which, null_mut());
                    let mut record = std::mem::MaybeUninit::uninit();
                    if fine(kagg_records_get(
                        handle,
                        usize::from(*index),
                        record.as_mut_ptr(),
                    )) {
                        let record: kagg_record = record.assume_init();
                        let data = std::slice::from_raw_parts(record.data, record.data_len);
                        assert!(record.user_record_count == 1 || !data.is_empty());
                    }
                }
                Call::Remove(which, index) => {
                    let handle = live(&self.records, *which, null_mut());
                    fine(kagg_records_remove(handle, usize::from(*index)));
                }
                Call::Judge(which, records, index, id) => {
                    let records = live(&self.records, *records, null_mut());
                    let (id, len) = id.text();
                    let status = kagg_sharded_aggregator_judge(
                        self.sharded(*which).0,
                        records,
                        usize::from(*index),
                        id,
                        len,
                        &raw mut error,
                        &raw mut found,
                    );
                    assert_eq!(told(error, status), (0..4).contains(&found));
                }
                Call::JudgeByMap(which, records, index, id) => {
                    let records = live(&self.records, *records, null_mut());
                    let (id, len) = id.text();
                    let status = kagg_shard_map_judge(
                        live(&self.maps, *which, null_mut()).cast_const(),
                        records,
                        usize::from(*index),
                        id,
                        len,
                        &raw mut error,
                        &raw mut found,
                    );
                    assert_eq!(told(error, status), (0..4).contains(&found));
                }
                Call::Predict(which, key, explicit) => {
                    let (key, key_len) = key.text();
                    let (explicit, explicit_len) = explicit.text();
                    let (mut id, mut id_len) = (null(), 0);
                    let status = kagg_shard_map_predict(
                        live(&self.maps, *which, null_mut()).cast_const(),
                        key,
                        key_len,
                        explicit,
                        explicit_len,
                        &raw mut error,
                        &raw mut id,
                        &raw mut id_len,
                    );
                    assert_eq!(told(error, status), !id.is_null());
                }
                Call::HashKey(key) => {
                    let (key, len) = key.text();
                    let mut digits = [0; KAGG_HASH_KEY_SIZE];
                    let digits = digits.as_mut_ptr();
                    let status = kagg_hash_key_of_partition_key(key, len, &raw mut error, digits);
                    if told(error, status) {
                        let digits = CStr::from_ptr(digits).to_str().expect("digits");
                        digits.parse::<u128>().expect("a hash key");
                    }
                }
                _ => unreachable!("asks nothing"),
            }
        }
    }

    unsafe fn read(&mut self, call: &Call) {
        let mut error = UNTOUCHED;
        let deaggregator = |which: Which| live(&self.deaggregators, which, null_mut());
        // SAFETY: by contract.
        unsafe {
            match call {
                Call::SetRange(which, start, end, policy) => {
                    let (start, start_len) = start.text();
                    let (end, end_len) = end.text();
                    let status = kagg_deaggregator_set_range(
                        deaggregator(*which),
                        start,
                        start_len,
                        end,
                        end_len,
                        i32::from(*policy % 5),
                        &raw mut error,
                    );
                    told(error, status);
                }
                Call::Read(which, blobs) => {
                    let given = Vec::from_iter(blobs.iter().map(|bytes| {
                        let (data, data_len) = bytes.given();
                        kagg_blob { data, data_len }
                    }));
                    read_and_fetch(deaggregator(*which), &given);
                }
                Call::ReadRecords(which, records) => {
                    let handle = live(&self.records, *records, null_mut());
                    if handle.is_null() {
                        return;
                    }
                    let blobs = shown(handle);
                    let given = Vec::from_iter(blobs.iter().map(|record| kagg_blob {
                        data: record.data,
                        data_len: record.data_len,
                    }));
                    read_and_fetch(deaggregator(*which), &given);
                }
                Call::ReadJoined(which, bytes, lengths) => {
                    let (bytes, len) = bytes.given();
                    let lengths = Vec::from_iter(lengths.iter().map(|len| usize::from(*len)));
                    let status = kagg_deaggregator_read_joined(
                        deaggregator(*which),
                        bytes,
                        len,
                        lengths.as_ptr(),
                        lengths.len(),
                        &raw mut error,
                    );
                    told(error, status);
                }
                Call::Rows(which, capacity) => {
                    rows(deaggregator(*which), usize::from(*capacity));
                }
                Call::BlobRows(which, capacity) => {
                    blob_rows(deaggregator(*which), usize::from(*capacity));
                }
                Call::Rewind(which) => {
                    fine(kagg_deaggregator_rewind(deaggregator(*which)));
                }
                _ => unreachable!("reads nothing"),
            }
        }
    }

    unsafe fn end(self) {
        // SAFETY: by contract.
        unsafe {
            self.aggregators
                .iter()
                .for_each(|(handle, _)| kagg_aggregator_free(*handle));
            self.sharded
                .iter()
                .for_each(|(handle, _)| kagg_sharded_aggregator_free(*handle));
            self.records
                .iter()
                .for_each(|handle| kagg_records_free(*handle));
            self.maps
                .iter()
                .for_each(|handle| kagg_shard_map_free(*handle));
            self.deaggregators
                .iter()
                .for_each(|handle| kagg_deaggregator_free(*handle));
        }
    }
}

fn taken_out<T>(handles: &mut Vec<T>, which: Which) -> Option<T> {
    let place = place(handles, which);
    (place < handles.len()).then(|| handles.remove(place))
}

/// The records of a handle that lives.
unsafe fn shown(handle: *const kagg_records) -> Vec<kagg_record> {
    let mut count = usize::MAX;
    // SAFETY: by contract.
    assert!(fine(unsafe { kagg_records_count(handle, &raw mut count) }));
    let one = |index| {
        let mut record = std::mem::MaybeUninit::uninit();
        // SAFETY: by contract; written on success.
        unsafe {
            assert!(fine(kagg_records_get(handle, index, record.as_mut_ptr())));
            record.assume_init()
        }
    };
    (0..count).map(one).collect()
}

/// How many user records are in it.
unsafe fn inside(handle: *const kagg_records) -> usize {
    // SAFETY: by contract.
    let records = unsafe { shown(handle) };
    records.iter().map(|record| record.user_record_count).sum()
}

/// Reads blobs; all rows together are as many as the blobs' rows say, and lie in
/// their blobs.
unsafe fn read_and_fetch(handle: *mut kagg_deaggregator, blobs: &[kagg_blob]) {
    let mut error = UNTOUCHED;
    // SAFETY: by contract.
    unsafe {
        let status = kagg_deaggregator_read(handle, blobs.as_ptr(), blobs.len(), &raw mut error);
        if !told(error, status) {
            return;
        }
        let expected = blob_rows(handle, blobs.len());
        assert_eq!(expected.len(), blobs.len());
        let expected: u32 = expected.iter().map(|row| row.user_record_count).sum();
        let mut found = 0;
        loop {
            let page = rows(handle, 7);
            if page.is_empty() {
                break;
            }
            found += page.len();
            for row in page {
                let len = blobs[row.blob as usize].data_len;
                for (offset, part) in [
                    (row.data_offset, row.data_len),
                    (row.partition_key_offset, row.partition_key_len),
                    (row.explicit_hash_key_offset, row.explicit_hash_key_len),
                ] {
                    assert!(offset as usize + part as usize <= len, "{row:?}");
                }
            }
        }
        assert_eq!(found, expected as usize);
    }
}

unsafe fn rows(handle: *mut kagg_deaggregator, capacity: usize) -> Vec<kagg_user_record> {
    let mut rows = Vec::with_capacity(capacity);
    let mut count = usize::MAX;
    // SAFETY: by contract; so many rows are written on success.
    unsafe {
        let place = rows.as_mut_ptr();
        if fine(kagg_deaggregator_user_records(
            handle,
            place,
            capacity,
            &raw mut count,
        )) {
            assert!(count <= capacity);
            rows.set_len(count);
        } else {
            assert_eq!(count, usize::MAX);
        }
    }
    rows
}

unsafe fn blob_rows(handle: *mut kagg_deaggregator, capacity: usize) -> Vec<kagg_blob_row> {
    let mut rows = Vec::with_capacity(capacity);
    let mut count = usize::MAX;
    // SAFETY: by contract; so many rows are written on success.
    unsafe {
        let place = rows.as_mut_ptr();
        if fine(kagg_deaggregator_blobs(
            handle,
            place,
            capacity,
            &raw mut count,
        )) {
            assert!(count <= capacity);
            rows.set_len(count);
        } else {
            assert_eq!(count, usize::MAX);
        }
    }
    rows
}
