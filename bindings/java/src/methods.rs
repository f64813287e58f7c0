//! What `Native.java` declares, under the names that Java looks for.
//!
//! The macro makes a function of each that answers a panic or an error with an
//! exception, and exports it.

use jni::objects::JClass;
use jni::sys::jint;
use jni::{Env, NativeMethod, native_method};

use crate::failure::{Failure, Throw};
use crate::packing::{
    counts, fault, free_packer, judge_packed, new_packer, offer, push, push_many, seal, size_after,
    update_shard_map,
};
use crate::reading::{free_deaggregator, new_deaggregator, read};
use crate::shard_map::{free_shard_map, hash_key, judge, new_shard_map, predict};

/// The number of this interface: a library and classes with different ones do not
/// fit.
const INTERFACE: jint = 1;

fn interface_number<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
) -> Result<jint, Failure> {
    Ok(INTERFACE)
}

/// Declares one.
macro_rules! method {
    ($($signature:tt)*) => {
        const _: NativeMethod = native_method! {
            java_type = "io.github.kinesisagg.Native",
            error_policy = Throw,
            static extern fn $($signature)*
        };
    };
}

method!(interface_number() -> jint);
method!(new_deaggregator(range: jbyte[], policy: jint) -> jlong);
method!(free_deaggregator(handle: jlong));
method!(read(handle: jlong, joined: java.nio.ByteBuffer, lengths: jint[]) -> JObject[]);
method!(new_shard_map(shards: jbyte[]) -> jlong);
method!(free_shard_map(handle: jlong));
method!(predict(handle: jlong, partition_key: jbyte[], explicit_hash_key: jbyte[]) -> jbyte[]);
method!(judge(handle: jlong, shard_id: jbyte[], head: jbyte[]) -> jint);
method!(hash_key(partition_key: jbyte[]) -> jbyte[]);
method!(new_packer(
    grouping: jint, pin: jbyte[], shard_map: jlong, max_size: jlong, max_count: jlong,
    kpl_partition_key: jboolean, outer_hash_key: jboolean, frame_singles: jboolean,
    max_open: jlong, max_open_bytes: jlong
) -> jlong);
method!(free_packer(handle: jlong));
method!(fault(handle: jlong));
method!(push(
    handle: jlong, buffer: java.nio.ByteBuffer, partition_key: jint, explicit_hash_key: jint,
    data: jint, time: jlong
) -> jboolean);
method!(offer(
    handle: jlong, buffer: java.nio.ByteBuffer, partition_key: jint, explicit_hash_key: jint,
    data: jint
) -> jlong);
method!(push_many(
    handle: jlong, buffer: java.nio.ByteBuffer, lengths: jint[], time: jlong
) -> jlong[]);
method!(size_after(handle: jlong, buffer: java.nio.ByteBuffer, lengths: jint[]) -> jlong);
method!(counts(handle: jlong) -> jlong[]);
method!(seal(handle: jlong, ends: jint, time: jlong) -> JObject[]);
method!(judge_packed(handle: jlong, shard_id: jbyte[], head: jbyte[]) -> jint);
method!(update_shard_map(handle: jlong, shard_map: jlong, unsent: JObject[]) -> JObject[]);
