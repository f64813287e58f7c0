//! The Python module `kinesis_agg._native`: the core for CPython.
//!
//! ```text
//! Python     kinesis_agg/*.py   shapes of records, options, errors: what runs once a record or less
//!            -----------------
//! here       reading            records in; page, user_record, spare: user records out
//!            aggregator, sharded packer: user records in; record: Kinesis records out
//!            shard_map
//!            drop_in            what the module aws_kinesis_agg of the other distribution uses
//!            convert, errors    values and exceptions of Python
//!            lock, guarded      one object, many threads; a panic becomes an exception
//! ```
//!
//! Strings, buffers and iterators are converted before a lock is taken, so nothing of
//! the user's runs under one. The GIL is released for what takes long.

mod aggregator;
mod base64;
mod convert;
mod drop_in;
mod errors;
mod guarded;
mod lock;
mod new_user_record;
mod packer;
mod page;
mod reading;
mod record;
mod report;
mod shard_map;
mod sharded;
mod spare;
mod user_record;

use kinesis_agg::HashKey;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

// The objects are made for any number of threads; a build without GIL is untested.
#[pymodule(gil_used = true)]
mod _native {
    use super::*;

    #[pymodule_export]
    use super::{
        aggregator::Aggregator,
        base64::decode_base64,
        drop_in::{OpenAggregate, UserRecordDicts},
        packer::PushedMany,
        reading::{Batch, read},
        record::AggregatedRecord,
        report::{RecordReport, Report},
        shard_map::ShardMap,
        sharded::ShardedAggregator,
        user_record::UserRecord,
    };

    #[pymodule_export]
    #[expect(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// The hash key of records with this partition key and no explicit hash key.
    #[pyfunction]
    fn hash_key(partition_key: PyBackedStr) -> u128 {
        HashKey::of_partition_key(&partition_key).get()
    }

    /// Tells the core that this process was forked off another.
    #[pyfunction]
    fn forked() {
        lock::forked();
    }
}
