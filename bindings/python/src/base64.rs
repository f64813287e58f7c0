//! Base64 between a text and `bytes`, with padding, as events of Lambda have it.

mod short;

use std::sync::LazyLock;

use base64::engine::{Engine, GeneralPurposeConfig, Simd};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::convert;

/// Looks once which instructions the machine has.
static STANDARD: LazyLock<Simd> = LazyLock::new(|| Simd::standard(GeneralPurposeConfig::new()));

/// From so many bytes on `STANDARD` encodes by vectors; what is shorter is encoded
/// faster without it.
const LONG: usize = 128;

/// `data` in base64, as `base64.b64encode` of Python writes it.
pub(crate) fn encoded<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, short::encoded_len(data.len()), |out| {
        if data.len() < LONG {
            short::encode(data, out);
            return Ok(());
        }
        let written = STANDARD.encode_slice(data, out);
        written.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        Ok(())
    })
}

/// The bytes of standard base64 with its padding; `ValueError` for all else.
#[pyfunction]
pub(crate) fn decode_base64<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(text) = text.cast::<PyString>() {
        return decoded(text.py(), text.to_cow()?.as_bytes());
    }
    match text.cast::<PyBytes>() {
        Ok(text) => decoded(text.py(), text.as_bytes()),
        Err(_) => Err(convert::expected("base64", "str or bytes", text)),
    }
}

fn decoded<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let decoded = STANDARD.decode(text);
    let decoded = decoded.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(PyBytes::new(py, &decoded))
}
