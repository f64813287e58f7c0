//! From Java's buffers and arrays to Rust's slices and numbers, and back.

use std::ops::Range;

use jni::Env;
use jni::objects::{JByteArray, JByteBuffer, JIntArray, JObject, JObjectArray};
use kinesis_agg::{HashKey, HashKeyRange};

use crate::failure::Failure;
use crate::status::{ERR_HASH_KEY, ERR_LENGTH, ERR_NOT_UTF8};

/// Works with the bytes of a direct buffer.
#[expect(
    unsafe_code,
    reason = "the memory of Java's buffers has no other way in"
)]
pub(crate) fn with_buffer<R>(
    env: &Env<'_>,
    buffer: &JByteBuffer<'_>,
    work: impl FnOnce(&[u8]) -> R,
) -> Result<R, Failure> {
    let len = env.get_direct_buffer_capacity(buffer)?;
    let start = env.get_direct_buffer_address(buffer)?;
    // SAFETY: Java owns `len` bytes at `start`, and keeps them while this call has
    // `buffer`. Only the class that calls has the buffer, and it writes to it under
    // the lock that it holds during the call.
    Ok(work(unsafe { std::slice::from_raw_parts(start, len) }))
}

pub(crate) fn ints(env: &Env<'_>, array: &JIntArray<'_>) -> Result<Vec<i32>, Failure> {
    let mut ints = vec![0; array.len(env)?];
    array.get_region(env, 0, &mut ints)?;
    Ok(ints)
}

pub(crate) fn int_array<'local>(
    env: &mut Env<'local>,
    ints: &[i32],
) -> Result<JIntArray<'local>, Failure> {
    let array = env.new_int_array(ints.len())?;
    array.set_region(env, 0, ints)?;
    Ok(array)
}

pub(crate) fn bytes(env: &Env<'_>, array: &JByteArray<'_>) -> Result<Vec<u8>, Failure> {
    Ok(env.convert_byte_array(array)?)
}

/// An array of `Object`, each made by `make`, and let go once it is in: Java gives a
/// native method room for a few local references alone.
pub(crate) fn objects<'local, T>(
    env: &mut Env<'local>,
    items: &[T],
    make: impl Fn(&mut Env<'local>, &T) -> Result<JObject<'local>, Failure>,
) -> Result<JObjectArray<'local>, Failure> {
    let array = JObjectArray::<JObject<'_>>::new(env, items.len(), JObject::null())?;
    for (place, item) in items.iter().enumerate() {
        let object = make(env, item)?;
        array.set_element(env, place, &object)?;
        env.delete_local_ref(object);
    }
    Ok(array)
}

pub(crate) fn text(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes).map_err(|_| Failure::of(ERR_NOT_UTF8))
}

/// A length or place that Java gave.
pub(crate) fn length(number: i32) -> Result<usize, Failure> {
    usize::try_from(number).map_err(|_| Failure::of(ERR_LENGTH))
}

/// The same of numbers of 64 bits.
pub(crate) fn size(number: i64) -> Result<usize, Failure> {
    usize::try_from(number).map_err(|_| Failure::of(ERR_LENGTH))
}

/// Takes the first bytes off the rest.
pub(crate) fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8], Failure> {
    let (taken, behind) = rest.split_at_checked(len).ok_or(Failure::of(ERR_LENGTH))?;
    *rest = behind;
    Ok(taken)
}

/// A hash key in sixteen bytes, the highest first.
pub(crate) fn hash_key(bytes: &[u8]) -> Result<HashKey, Failure> {
    let bytes = bytes.try_into().map_err(|_| Failure::of(ERR_LENGTH))?;
    Ok(HashKey::new(u128::from_be_bytes(bytes)))
}

/// Lowest and highest, one behind the other.
pub(crate) fn hash_key_range(bytes: &[u8]) -> Result<HashKeyRange, Failure> {
    let mut rest = bytes;
    let start = hash_key(take(&mut rest, 16)?)?;
    HashKeyRange::new(start, hash_key(rest)?).ok_or(Failure::of(ERR_HASH_KEY))
}

/// A place in a blob as Java's `int`: blobs that came from Java have no others.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
pub(crate) const fn int(number: usize) -> i32 {
    number as i32
}

/// Offset and length.
pub(crate) const fn place(range: &Range<usize>) -> [i32; 2] {
    [int(range.start), int(range.end - range.start)]
}
