//! From Python's values to the core's, and back. All that may run code of the
//! user's is done here, before any lock is taken.

use kinesis_agg::{HashKey, HashKeyRange};
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyMemoryView, PyString};

use crate::errors;

/// `bytes` as they are; of all else with a buffer a copy, which nobody changes
/// meanwhile.
pub(crate) fn bytes<'py>(data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    if data.is_instance_of::<PyString>() {
        let text = "data is str, not bytes: encode it, as by data.encode()";
        return Err(PyTypeError::new_err(text));
    }
    let Ok(view) = PyMemoryView::from(data) else {
        return Err(expected("data", "bytes", data));
    };
    let copy = data.py().get_type::<PyBytes>().call1((view,))?;
    Ok(copy.cast_into()?)
}

pub(crate) fn expected(what: &str, wanted: &str, found: &Bound<'_, PyAny>) -> PyErr {
    let name = found.get_type().name();
    let name = name.map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{what} is {name}, not {wanted}"))
}

/// A string; `None` in it when it has no UTF-8.
pub(crate) fn text(what: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<PyBackedStr>> {
    let Ok(text) = value.cast::<PyString>() else {
        return Err(expected(what, "str", value));
    };
    match PyBackedStr::try_from(text.clone()) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(value.py()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The digits of an explicit hash key, unchecked: the core refuses what is none.
pub(crate) fn digits(key: &Bound<'_, PyAny>) -> PyResult<PyBackedStr> {
    if key.is_instance_of::<PyInt>() && !key.is_instance_of::<PyBool>() {
        let Ok(number) = key.extract::<u128>() else {
            return PyString::new(key.py(), "out of bounds").try_into();
        };
        return PyString::new(key.py(), &number.to_string()).try_into();
    }
    let digits = text("explicit_hash_key", key)?;
    // A surrogate is no digit; nor is this.
    digits.map_or_else(|| PyString::new(key.py(), "surrogate").try_into(), Ok)
}

/// A hash key of an option: a number, or decimal digits.
pub(crate) fn hash_key(key: &Bound<'_, PyAny>) -> PyResult<HashKey> {
    let digits = digits(key)?;
    let refused = || errors::options(key.py(), "a hash key is a number from 0 to 2**128 - 1");
    HashKey::from_decimal(digits.as_bytes()).ok_or_else(refused)
}

pub(crate) fn hash_key_range(
    (start, end): &(Bound<'_, PyAny>, Bound<'_, PyAny>),
) -> PyResult<HashKeyRange> {
    let range = HashKeyRange::new(hash_key(start)?, hash_key(end)?);
    range.ok_or_else(|| errors::options(start.py(), "the range ends before it starts"))
}

/// One of the words that an option may have: an enum of `options.py`, or its value.
pub(crate) fn word<T: Copy>(
    option: &str,
    given: &Bound<'_, PyAny>,
    words: &[(&str, T)],
) -> PyResult<T> {
    let text = text(option, given)?;
    let found = text.and_then(|text| words.iter().find(|(word, _)| **word == *text));
    found.map(|(_, meant)| *meant).ok_or_else(|| {
        let words = Vec::from_iter(words.iter().map(|(word, _)| *word)).join(", ");
        errors::options(given.py(), format!("{option} is none of {words}"))
    })
}

/// A member of an enum of `options.py`.
pub(crate) fn member<'py>(
    py: Python<'py>,
    enumeration: &str,
    value: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("kinesis_agg.options")?.getattr(enumeration)?;
    class.call1((value,))
}

/// A time in microseconds, from seconds or a datetime.
pub(crate) fn microseconds(time: &Bound<'_, PyAny>) -> PyResult<u64> {
    let number = time.is_instance_of::<PyFloat>() || time.is_instance_of::<PyInt>();
    let seconds = if number {
        time.extract::<f64>()?
    } else if let Ok(timestamp) = time.call_method0("timestamp") {
        timestamp.extract::<f64>()?
    } else {
        return Err(expected(
            "the time",
            "a number of seconds or a datetime",
            time,
        ));
    };
    let microseconds = (seconds * 1e6).round();
    // Exact enough: below 2^53 there are whole numbers, for 285 years.
    if (0.0..1.8e19).contains(&microseconds) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        return Ok(microseconds as u64);
    }
    Err(PyValueError::new_err(
        "a time is no negative number of seconds",
    ))
}
