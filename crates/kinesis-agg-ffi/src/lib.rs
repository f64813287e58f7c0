//! The C ABI of kinesis-agg: what `include/kinesis_agg.h` declares.
//!
//! ```text
//! C, C++, Go -> one file for each handle -> kinesis_agg, the core
//!                     |
//!          handle, arguments, failure       what all of them share
//! ```
//!
//! Every exported function is one call of a guard in `handle`: NULL is answered,
//! a panic becomes a status, and what came before it is not used again. All
//! `unsafe` is reading what the caller's pointers point to.
//!
//! The grammar, which the header's head states for its readers: a status is
//! returned, 0 fine, above 0 no failure, below 0 a failure. The handle comes
//! first and outputs last, and outputs are written on success alone. Numbers are
//! fixed for ever.
//!
//! Rust programs use the crate `kinesis-agg` instead.
#![allow(non_camel_case_types, reason = "C types have C names")]

#[cfg(not(any(panic = "unwind", target_arch = "wasm32")))]
compile_error!("a panic must not leave a function: build with panic = \"unwind\"");

mod aggregator;
mod arguments;
mod deaggregator;
mod failure;
mod handle;
mod hash_key;
mod packing;
mod records;
mod shard_map;
mod sharded_aggregator;
mod status;
#[cfg(test)]
mod tests;
mod version;
#[cfg(target_arch = "wasm32")]
mod wasm;

// The crate `libc` has no types for WebAssembly without a system: these do.
#[cfg(target_arch = "wasm32")]
extern crate self as libc;
#[cfg(target_arch = "wasm32")]
use core::ffi::{c_char, c_int};

pub use aggregator::*;
pub use arguments::{kagg_blob, kagg_new_user_record, kagg_user_record_span};
pub use deaggregator::*;
pub use failure::kagg_error;
pub use hash_key::*;
pub use packing::{KAGG_OUTER_PARTITION_KEY_FIRST, KAGG_OUTER_PARTITION_KEY_KPL};
pub use records::*;
pub use shard_map::*;
pub use sharded_aggregator::*;
pub use status::*;
pub use version::*;
