//! An aggregate that takes user records while they fit, and can be read any time.
//!
//! ```text
//! Open --contents--> Sealed --add--> Open, from its own bytes
//! ```

use super::text;
use kinesis_agg::{Aggregator, Deaggregated, Deaggregator, NewUserRecord, Options};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyBytes;
use std::sync::{Mutex, MutexGuard};

/// The largest Kinesis record that every stream takes: data and partition key.
const MAX_RECORD: usize = 1024 * 1024;
/// What the original makes of no user record: magic, and the MD5 of nothing.
const EMPTY: [u8; 20] = *b"\xf3\x89\x9a\xc2\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e";

/// The state behind an `AggRecord` of the drop-in module.
#[pyclass(frozen, module = "kinesis_agg._native")]
pub struct OpenAggregate {
    state: Mutex<State>,
}

struct State {
    form: Form,
    /// The keys of the first user record, as they were given.
    keys: Option<(Py<PyAny>, Option<Py<PyAny>>)>,
}

enum Form {
    Open(Open),
    Sealed(Sealed),
}

struct Open {
    aggregator: Aggregator,
    /// Length of the first partition key, which goes with the data.
    outer_len: usize,
}

struct Sealed {
    data: Py<PyBytes>,
    user_records: usize,
    several_hash_keys: bool,
}

impl Open {
    fn new() -> Self {
        let options = Options::new().with_framed_singles();
        Self {
            aggregator: Aggregator::with_options(options),
            outer_len: 0,
        }
    }

    /// Reads `data`, an aggregate of this class, and takes its user records.
    fn from_data(data: &[u8]) -> PyResult<Self> {
        let mut open = Self::new();
        let mut deaggregator = Deaggregator::new();
        let Deaggregated::Aggregated(user_records) = deaggregator.deaggregate(data) else {
            return Err(PyValueError::new_err("the data is no aggregated record"));
        };
        for user_record in user_records {
            let partition_key = user_record.partition_key.as_str();
            let explicit_hash_key = user_record.explicit_hash_key.map(|key| key.as_str());
            let mut record = NewUserRecord::new(&partition_key, user_record.data);
            if let Some(key) = &explicit_hash_key {
                record = record.with_explicit_hash_key(key);
            }
            open.push(record)?;
        }
        Ok(open)
    }

    /// Whether `record` fits: the data `max_data` bytes, and with the partition
    /// key what every stream takes.
    fn fits(&self, record: &NewUserRecord<'_>, max_data: usize) -> bool {
        let outer_len = match self.aggregator.is_empty() {
            true => record.partition_key.len(),
            false => self.outer_len,
        };
        let size = self.aggregator.size_after(record);
        size <= MAX_RECORD && size.saturating_sub(outer_len) <= max_data
    }

    /// Takes a record that fits.
    fn push(&mut self, record: NewUserRecord<'_>) -> PyResult<()> {
        if self.aggregator.is_empty() {
            self.outer_len = record.partition_key.len();
        }
        match self.aggregator.push(record) {
            Ok(full) if full.is_empty() => Ok(()),
            Ok(_) => Err(PyRuntimeError::new_err("a user record that fits did not fit")),
            Err(refused) => Err(PyValueError::new_err(refused.kind.to_string())),
        }
    }

    fn data_size(&self) -> usize {
        match self.aggregator.is_empty() {
            true => EMPTY.len(),
            false => self.aggregator.size().saturating_sub(self.outer_len),
        }
    }
}

#[pymethods]
impl OpenAggregate {
    #[new]
    fn new() -> Self {
        Self {
            state: Mutex::new(State {
                form: Form::Open(Open::new()),
                keys: None,
            }),
        }
    }

    /// One that is sealed: its data, how many user records are in it, and whether
    /// they have several hash keys; the keys of the first.
    #[staticmethod]
    fn of(
        data: Py<PyBytes>,
        user_records: usize,
        several_hash_keys: bool,
        partition_key: Py<PyAny>,
        explicit_hash_key: Option<Py<PyAny>>,
    ) -> Self {
        let sealed = Sealed {
            data,
            user_records,
            several_hash_keys,
        };
        Self {
            state: Mutex::new(State {
                form: Form::Sealed(sealed),
                keys: Some((partition_key, explicit_hash_key)),
            }),
        }
    }

    /// Takes the user record, or says False if it does not fit with the others.
    ///
    /// ValueError if it would not fit alone, or its keys are none.
    fn add(
        &self,
        py: Python<'_>,
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
        max_size: usize,
    ) -> PyResult<bool> {
        // Nothing of the caller's runs under the lock.
        let key = text::text(partition_key, "partition_key")?;
        let data = text::bytes(data, "data")?;
        let digits = text::hash_key(explicit_hash_key)?;
        let mut record = NewUserRecord::new(&key, &data);
        if let Some(digits) = &digits {
            record = record.with_explicit_hash_key(digits);
        }
        let mut state = self.lock(py)?;
        let State { form, keys } = &mut *state;
        let open = form.open(py)?;
        if open.fits(&record, max_size) {
            open.push(record)?;
            keys.get_or_insert_with(|| {
                let explicit_hash_key = explicit_hash_key.map(|key| key.clone().unbind());
                (partition_key.clone().unbind(), explicit_hash_key)
            });
            return Ok(true);
        }
        check_alone(record, max_size)?;
        Ok(false)
    }

    /// The data of the Kinesis record. Changes nothing that can be seen.
    fn contents(&self, py: Python<'_>) -> PyResult<Py<PyBytes>> {
        Ok(self.lock(py)?.form.sealed(py)?.data.clone_ref(py))
    }

    /// Partition key and explicit hash key of the first user record, as they were
    /// given; None when there is none.
    fn keys(&self, py: Python<'_>) -> PyResult<Option<(Py<PyAny>, Option<Py<PyAny>>)>> {
        let state = self.lock(py)?;
        let keys = state.keys.as_ref();
        Ok(keys.map(|(partition_key, explicit_hash_key)| {
            let explicit_hash_key = explicit_hash_key.as_ref();
            (
                partition_key.clone_ref(py),
                explicit_hash_key.map(|key| key.clone_ref(py)),
            )
        }))
    }

    /// Whether the user records belong to more than one hash key.
    fn has_several_hash_keys(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.lock(py)?.form.sealed(py)?.several_hash_keys)
    }

    /// User records inside.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(match &self.lock(py)?.form {
            Form::Open(open) => open.aggregator.user_record_count(),
            Form::Sealed(sealed) => sealed.user_records,
        })
    }

    /// Length of the data in bytes.
    fn size(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(match &self.lock(py)?.form {
            Form::Open(open) => open.data_size(),
            Form::Sealed(sealed) => sealed.data.bind(py).as_bytes().len(),
        })
    }
}

impl OpenAggregate {
    fn lock(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, State>> {
        self.state
            .lock_py_attached(py)
            .map_err(|_| PyRuntimeError::new_err("an error inside left the aggregate unusable"))
    }
}

impl Form {
    fn open(&mut self, py: Python<'_>) -> PyResult<&mut Open> {
        if let Self::Sealed(sealed) = self {
            *self = Self::Open(match sealed.user_records {
                0 => Open::new(),
                _ => Open::from_data(sealed.data.bind(py).as_bytes())?,
            });
        }
        match self {
            Self::Open(open) => Ok(open),
            Self::Sealed(_) => Err(PyRuntimeError::new_err("the aggregate did not open")),
        }
    }

    fn sealed(&mut self, py: Python<'_>) -> PyResult<&Sealed> {
        if let Self::Open(open) = self {
            *self = Self::Sealed(Sealed::of(py, open));
        }
        match self {
            Self::Sealed(sealed) => Ok(sealed),
            Self::Open(_) => Err(PyRuntimeError::new_err("the aggregate is not sealed")),
        }
    }
}

impl Sealed {
    fn of(py: Python<'_>, open: &mut Open) -> Self {
        let Some(unsealed) = open.aggregator.finish() else {
            return Self {
                data: PyBytes::new(py, &EMPTY).unbind(),
                user_records: 0,
                several_hash_keys: false,
            };
        };
        let record = py.detach(|| unsealed.seal());
        let span = record.hash_key_span();
        Self {
            data: PyBytes::new(py, record.data()).unbind(),
            user_records: record.user_record_count(),
            several_hash_keys: span.start() != span.end(),
        }
    }
}

/// Whether `record` fits an aggregate of its own.
fn check_alone(record: NewUserRecord<'_>, max_size: usize) -> PyResult<()> {
    let mut alone = Open::new();
    if alone.fits(&record, max_size) {
        return alone.push(record);
    }
    let size = alone.aggregator.size_after(&record) - record.partition_key.len();
    let most = max_size.min(MAX_RECORD - record.partition_key.len().min(MAX_RECORD));
    let chars: String = record.partition_key.chars().take(64).collect();
    Err(PyValueError::new_err(format!(
        "the user record of partition key {chars:?} makes an aggregated record of {size} bytes, \
         more than {most}"
    )))
}
