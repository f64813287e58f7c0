//! The native module of the npm package `kinesis-agg`: the core for Node.js.
//!
//! ```text
//! JavaScript  lib/*.js   shapes of records, options, user records, errors
//!             --------
//! here        reading    Kinesis records in, a table of numbers out
//!             base64     their data as texts, for the drop-in
//!             packer     user records in, Kinesis records out; staged: many in one buffer
//!                        (plain aggregates are packed by lib/message.js, MD5 aside)
//!             record, shard_map
//!             failure    errors with a code, which JavaScript makes its classes of
//! ```
//!
//! One call a batch. What comes in was checked by JavaScript: plain arrays, strings,
//! numbers and `Uint8Array`s, so nothing of the user's runs during a call. A panic
//! becomes an error of JavaScript, which then lets go of the object. As WebAssembly, where a
//! panic unwinds nothing, `wasm/environment.js` sees to that.

#![deny(unsafe_code)]

mod base64;
mod failure;
mod packer;
mod reading;
mod record;
mod shard_map;
mod staged;
mod words;

use kinesis_agg::{HashKey, Key};
use napi::bindgen_prelude::{Buffer, Uint8ArraySlice};
use napi::{Env, JsString};
use napi_derive::napi;

/// The version of the native module.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The text of a key that is no UTF-8, as the KCL hands it out.
#[napi(catch_unwind)]
pub fn key_text(bytes: &[u8]) -> String {
    Key::new(bytes).as_str().into_owned()
}

/// The hash key of a partition key, in decimal digits.
#[napi(catch_unwind)]
pub fn hash_key(partition_key: String) -> String {
    HashKey::of_partition_key(&partition_key).to_string()
}

/// The data of the user records of a batch of one blob, in base64: texts that each hold some
/// of them, one behind the other.
#[napi(catch_unwind)]
pub fn base64_texts<'env>(
    env: &'env Env,
    blob: &[u8],
    table: &[u32],
) -> napi::Result<Vec<JsString<'env>>> {
    base64::texts(env, blob, words::data_of(table))
}

/// The MD5 of a message.
#[napi(catch_unwind)]
pub fn md5(message: &[u8]) -> Buffer {
    kinesis_agg_md5::digest(message).to_vec().into()
}

/// The MD5 of many messages, one behind the other.
#[napi(catch_unwind)]
pub fn md5_many(messages: Vec<Uint8ArraySlice<'_>>) -> Buffer {
    let messages = Vec::from_iter(messages.iter().map(|message| &message[..]));
    let mut digests = Vec::new();
    kinesis_agg_md5::digest_many(&messages, &mut digests);
    digests.concat().into()
}

/// Panics: for the test that a panic is an error.
#[napi(catch_unwind)]
pub fn panic_for_test() -> u32 {
    panic!("asked for")
}
