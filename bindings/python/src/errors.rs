//! The exceptions of `kinesis_agg/errors.py`, made of what the core says.

use kinesis_agg::{NotAggregated, OptionsError, PushErrorKind, ShardMapError};
use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::guarded::{Fault, Panicked};

/// A class of the module of errors.
fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
    let found = py.import("kinesis_agg.errors")?.getattr(name)?;
    Ok(found.cast_into()?)
}

fn raised<'py>(py: Python<'py>, name: &str, arguments: impl PyCallArgs<'py>) -> PyErr {
    let made = class(py, name).and_then(|class| class.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}

pub(crate) fn fault(py: Python<'_>, fault: Fault) -> PyErr {
    match fault {
        Fault::Closed => raised(py, "ClosedError", ("it is closed",)),
        Fault::Broken => panicked(py, Panicked),
    }
}

pub(crate) fn panicked(py: Python<'_>, Panicked: Panicked) -> PyErr {
    let text = "a fault of kinesis_agg, which has written more to stderr";
    raised(py, "InternalError", (text,))
}

/// What should never be, and leads to no wrong result here.
pub(crate) fn inconsistent(py: Python<'_>) -> PyErr {
    raised(
        py,
        "InternalError",
        ("a user record lies outside its blob",),
    )
}

pub(crate) fn forked(py: Python<'_>) -> PyErr {
    let text = "another thread was using this when the process was forked";
    raised(py, "InternalError", (text,))
}

pub(crate) fn unsent(py: Python<'_>, user_records: usize) -> PyErr {
    let text = format!("{user_records} user records wait to be sent: finish() hands them out");
    raised(py, "UnsentError", (text,))
}

pub(crate) fn options(py: Python<'_>, text: impl Into<String>) -> PyErr {
    raised(py, "OptionsError", (text.into(),))
}

pub(crate) fn of_options(py: Python<'_>, error: OptionsError) -> PyErr {
    options(py, error.to_string())
}

pub(crate) fn of_shard_map(py: Python<'_>, error: &ShardMapError) -> PyErr {
    raised(py, "ShardMapError", (error.to_string(),))
}

pub(crate) fn shard_map(py: Python<'_>, text: String) -> PyErr {
    raised(py, "ShardMapError", (text,))
}

pub(crate) fn malformed(py: Python<'_>, record: usize, reason: &NotAggregated) -> PyErr {
    let arguments = (reason.to_string(), record, reason.offset());
    raised(py, "MalformedRecordError", arguments)
}

/// Why a user record is not taken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// By the core.
    Core(PushErrorKind),
    /// The partition key, or else a tag, has surrogates, and so no UTF-8.
    NoUtf8 { partition_key: bool },
}

pub(crate) fn push(py: Python<'_>, record: Option<usize>, refusal: Refusal) -> PyErr {
    let (message, reason, bounds) = match refusal {
        Refusal::Core(kind) => (kind.to_string(), reason(kind), bounds(kind)),
        Refusal::NoUtf8 { partition_key } => {
            let reason = if partition_key {
                "partition_key_encoding"
            } else {
                "tag_encoding"
            };
            ("a surrogate has no UTF-8".to_owned(), reason, None)
        }
    };
    let (value, limit) = bounds.unzip();
    raised(py, "PushError", (message, reason, record, value, limit))
}

fn reason(kind: PushErrorKind) -> &'static str {
    match kind {
        PushErrorKind::PartitionKeyLength { .. } => "partition_key_length",
        PushErrorKind::ExplicitHashKey => "explicit_hash_key",
        PushErrorKind::TooLarge { .. } => "too_large",
        _ => "refused",
    }
}

/// What a user record has, and what it may have at most.
fn bounds(kind: PushErrorKind) -> Option<(usize, usize)> {
    match kind {
        PushErrorKind::PartitionKeyLength { chars, max } => Some((chars, max)),
        PushErrorKind::TooLarge { size, max } => Some((size, max)),
        _ => None,
    }
}

/// The same error with the place of the record it is about, where it is one of
/// types.
pub(crate) fn in_record(py: Python<'_>, record: usize, error: PyErr) -> PyErr {
    if !error.is_instance_of::<PyTypeError>(py) {
        return error;
    }
    PyTypeError::new_err(format!("record {record}: {}", error.value(py)))
}
