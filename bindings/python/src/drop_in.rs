//! The native part of the drop-in module `aws_kinesis_agg`, which is Python.
//!
//! Two things are worth it: the dictionaries that reading hands out, made one by
//! one from ready templates, and an aggregate that says whether a user record
//! fits before it takes it.

mod open_aggregate;
mod text;
mod user_record_dicts;

pub(crate) use open_aggregate::OpenAggregate;
pub(crate) use user_record_dicts::UserRecordDicts;
