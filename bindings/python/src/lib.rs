//! The Python module `kinesis_agg._native`: the core for CPython.
//!
//! ```text
//! Python     kinesis_agg/*.py   shapes of records, options, errors: what runs once a record or less
//!            -----------------
//! here       reading            records in; user_record: user records out
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
mod convert;
mod drop_in;
mod errors;
mod guarded;
mod lock;
mod new_user_record;
mod packer;
mod reading;
mod record;
mod report;
mod shard_map;
mod sharded;
mod user_record;

use std::sync::LazyLock;

use base64::engine::{Engine, GeneralPurposeConfig, Simd};
use kinesis_agg::HashKey;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyBytes;

/// Looks once which instructions the machine has.
static STANDARD: LazyLock<Simd> = LazyLock::new(|| Simd::standard(GeneralPurposeConfig::new()));

// The objects are made for any number of threads; a build without GIL is untested.
#[pymodule(gil_used = true)]
mod _native {
    use super::*;

    #[pymodule_export]
    use super::{
        aggregator::Aggregator,
        drop_in::{OpenAggregate, UserRecordDicts, decode_base64},
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

    /// The bytes of standard base64 with its padding; `ValueError` for all else.
    #[pyfunction]
    fn decode_base64<'py>(py: Python<'py>, text: PyBackedStr) -> PyResult<Bound<'py, PyBytes>> {
        let decoded = STANDARD.decode(text.as_bytes());
        let decoded = decoded.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(PyBytes::new(py, &decoded))
    }

    /// Tells the core that this process was forked off another.
    #[pyfunction]
    fn forked() {
        lock::forked();
    }
}
