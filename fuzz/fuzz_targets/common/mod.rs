//! What the targets share.
//!
//! | module | what it has |
//! |---|---|
//! | [`convert`] | between the testkit's records and the crate's own: that of the crate's tests |
//! | [`reading`] | what holds for any blob that is read |
//! | [`mutate`] | changes of blobs and messages that know the format |
#![allow(dead_code, reason = "each target uses its part")]

pub(crate) mod compare;
#[path = "../../../crates/kinesis-agg/tests/common/mod.rs"]
pub(crate) mod convert;
pub(crate) mod model;
pub(crate) mod mutate;
pub(crate) mod reading;
pub(crate) mod records;
