//! What the drop-in module takes for keys and data: text or bytes.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyString};

use crate::convert;

/// Text; bytes are read as UTF-8.
pub(super) fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<PyBackedStr> {
    if let Ok(text) = value.cast::<PyString>() {
        return text.clone().try_into();
    }
    if !value.is_instance_of::<PyBytes>() {
        return Err(convert::expected(name, "str or bytes", value));
    }
    PyString::from_encoded_object(value, Some(c"utf-8"), None)?.try_into()
}

/// Bytes; text is written as UTF-8.
pub(super) fn bytes<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    match value.cast::<PyString>() {
        Ok(text) => text.encode_utf8(),
        Err(_) => convert::bytes(value),
    }
}

/// The digits of an explicit hash key; the original, too, takes empty text for
/// none.
pub(super) fn digits(key: Option<&Bound<'_, PyAny>>) -> PyResult<Option<PyBackedStr>> {
    let Some(key) = key else {
        return Ok(None);
    };
    let digits = if key.is_instance_of::<PyBytes>() {
        text("explicit_hash_key", key)?
    } else {
        convert::digits(key)?
    };
    Ok((!digits.is_empty()).then_some(digits))
}
