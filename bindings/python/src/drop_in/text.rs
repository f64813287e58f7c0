//! What the drop-in module takes for keys and data: text or bytes.

use kinesis_agg::HashKey;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBool, PyBytes, PyInt, PyMemoryView, PyString};

/// Text; bytes are read as UTF-8.
pub(super) fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<PyBackedStr> {
    if let Ok(text) = value.cast::<PyString>() {
        return text.clone().try_into();
    }
    if !value.is_instance_of::<PyBytes>() {
        return Err(wrong_type(value, name, "str or bytes"));
    }
    PyString::from_encoded_object(value, Some(c"utf-8"), None)?.try_into()
}

/// Bytes; text is written as UTF-8. Only `bytes` are not copied: what can change
/// must not while it is read.
pub(super) fn bytes(value: &Bound<'_, PyAny>, name: &str) -> PyResult<PyBackedBytes> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.clone().into());
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.encode_utf8()?.into());
    }
    let view = PyMemoryView::from(value)
        .map_err(|_| wrong_type(value, name, "str or bytes-like"))?;
    let bytes = value.py().get_type::<PyBytes>().call1((view,))?;
    Ok(bytes.cast_into::<PyBytes>()?.into())
}

/// The decimal digits of a hash key given as text, bytes or number; `None` for
/// none, and for empty text, which the original took for none, too.
pub(super) fn hash_key(value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<PyBackedStr>> {
    const NAME: &str = "explicit_hash_key";
    let Some(value) = value else {
        return Ok(None);
    };
    let digits = match value.cast::<PyInt>() {
        Ok(_) if value.is_instance_of::<PyBool>() => {
            return Err(wrong_type(value, NAME, "str, bytes or int"));
        }
        Ok(number) => {
            let number = number.extract::<u128>().map_err(|_| {
                PyValueError::new_err(format!("{NAME} {number} is not between 0 and 2**128 - 1"))
            })?;
            let digits = HashKey::new(number).to_string();
            PyString::new(value.py(), &digits).try_into()?
        }
        Err(_) => text(value, NAME)?,
    };
    Ok((!digits.is_empty()).then_some(digits))
}

fn wrong_type(value: &Bound<'_, PyAny>, name: &str, wanted: &str) -> PyErr {
    let given = value.get_type().name().map_or_else(
        |_| "an object without a type name".to_owned(),
        |name| name.to_string(),
    );
    PyTypeError::new_err(format!("{name} is {given}, not {wanted}"))
}
