//! The independent judge of kinesis-agg: vectors, oracles, models, generators.
//!
//! ```text
//! vectors ──── what the producers wrote and what the KCL said
//!    │ prove
//! frame, protobuf_java, jdk_text, hash_key ── the format, slowly, rule by rule
//!    │ carry
//! kcl, readers ── who hands out what         naive ── the bytes to be written
//!    │ judge
//! generate ──── user records, shard maps, mutations, odd messages
//! ```
//!
//! This crate is for tests, fuzz targets and benchmarks, and is not published.
//! It depends on none of the crates that it judges. Nothing in it is fast, and
//! nothing shares code with what it checks.
//!
//! | to find out | ask |
//! |---|---|
//! | what the KCL hands out for these blobs | [`kcl::judge`], [`kcl::judge_batch`] |
//! | what another reader hands out, ours included | [`readers::Reader::read`] |
//! | whether a message parses, and what it holds | [`protobuf_java::decode`] |
//! | which bytes an aggregate must have | [`naive::encode`] |
//! | what the recorded cases say | [`vectors::file`], [`vectors::all`] |
#![forbid(unsafe_code)]

pub mod frame;
pub mod generate;
pub mod hash_key;
pub mod jdk_text;
pub mod kcl;
pub mod naive;
pub mod protobuf_java;
pub mod readers;
pub mod record;
pub mod vectors;

#[allow(missing_docs, unreachable_pub, warnings, clippy::all, clippy::pedantic)]
#[rustfmt::skip]
mod generated;

pub use hash_key::HashKeyRange;
pub use record::TestRecord;
