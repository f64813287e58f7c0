//! The native part of the drop-in module `aws_kinesis_agg`, which is Python.
//!
//! Two things are worth it: the dictionaries that reading hands out, made one by
//! one from ready templates, and an aggregate that says whether a user record
//! fits before it takes it.

mod base64;
mod open_aggregate;
mod text;
mod user_record_dicts;

pub(crate) use open_aggregate::OpenAggregate;
pub(crate) use user_record_dicts::UserRecordDicts;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// The data that `text` is the base64 of; None when it is not in the usual form.
#[pyfunction]
pub(crate) fn decode_base64<'py>(
    py: Python<'py>,
    text: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    if let Ok(text) = text.cast::<PyString>() {
        return base64::decoded(py, text.to_cow()?.as_bytes());
    }
    match text.cast::<PyBytes>() {
        Ok(text) => base64::decoded(py, text.as_bytes()),
        Err(_) => Ok(None),
    }
}
