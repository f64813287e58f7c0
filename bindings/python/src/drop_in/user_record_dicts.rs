//! The dictionaries that reading hands out, one for each user record.
//!
//! Plain code: a dictionary in a dictionary, nine keys set one by one. Departures
//! from it:
//!
//! 1. Both are copies of a template of the Kinesis record, which hold its
//!    metadata already; four values are put over what stands there.
//! 2. User records that follow each other with one partition key share its text.
//! 3. Base64 is written straight into the `bytes` object.
//! 4. Kinesis records are read a batch at a time: their MD5 are computed together.

use super::base64;
use kinesis_agg::{Deaggregator, Key, KeyRow, UserRecordRow};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::sync::MutexExt;
use pyo3::types::{PyDict, PyIterator, PyList, PyString};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

/// Iterates over the user records of batches of Kinesis records, in order.
///
/// `batches` iterates over them. One that is a list has, for each Kinesis record,
/// its data, the object that comes out when it is no aggregate, and the templates
/// of the dictionaries, or None for what has no magic number. What is no list is
/// iterated over, and handed out as it is.
#[pyclass(frozen, module = "kinesis_agg._native")]
pub struct UserRecordDicts {
    batches: Py<PyIterator>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The first is being handed out. More than one when several threads have
    /// fetched at once.
    fetched: VecDeque<Fetched>,
    place: Place,
}

enum Fetched {
    Batch(Arc<Batch>),
    Other(Py<PyIterator>),
}

/// A batch, read.
struct Batch {
    kinesis_records: Vec<KinesisRecord>,
    deaggregator: Deaggregator,
}

struct KinesisRecord {
    blob: PyBackedBytes,
    aggregated: bool,
    /// What comes out when it is no aggregate.
    plain: Py<PyAny>,
    /// The user record's inner and outer dictionary, but for what is its own.
    template: Option<(Py<PyDict>, Py<PyDict>)>,
}

/// What comes next, and the keys that were made last.
#[derive(Default)]
struct Place {
    kinesis_record: usize,
    user_record: usize,
    partition_key: Text,
    explicit_hash_key: Text,
}

/// The last key made, by its number.
#[derive(Default)]
struct Text {
    last: Option<(usize, Py<PyString>)>,
}

/// What the lock is held for: which object comes next, not its making, in which
/// Python may run anything.
enum Next<'py> {
    Plain(Arc<Batch>, usize),
    UserRecord(Arc<Batch>, UserRecordRow, Keys<'py>),
    Other(Py<PyIterator>),
    Used(Option<Fetched>),
}

struct Keys<'py> {
    partition_key: Bound<'py, PyString>,
    explicit_hash_key: Option<Bound<'py, PyString>>,
}

type Given = (PyBackedBytes, Py<PyAny>, Option<(Py<PyDict>, Py<PyDict>)>);

#[pymethods]
impl UserRecordDicts {
    #[new]
    fn new(batches: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            batches: batches.try_iter()?.unbind(),
            state: Mutex::default(),
        })
    }

    const fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        loop {
            match self.next(py)? {
                Next::UserRecord(batch, row, keys) => {
                    return Ok(Some(batch.user_record(py, row, keys)?.into_any()));
                }
                Next::Plain(batch, number) => {
                    let record = batch.kinesis_records.get(number);
                    return Ok(record.map(|record| record.plain.bind(py).clone()));
                }
                Next::Other(iterator) => match iterator.bind(py).clone().next() {
                    Some(next) => return next.map(Some),
                    None => drop(self.lock(py)?.fetched.pop_front()),
                },
                Next::Used(Some(_)) => {}
                Next::Used(None) => match self.batches.bind(py).clone().next() {
                    Some(batch) => self.fetched(py, &batch?)?,
                    None => return Ok(None),
                },
            }
        }
    }

    /// Ends the iteration, as that of a generator.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let batches = self.batches.bind(py);
        if batches.hasattr(intern!(py, "close"))? {
            batches.call_method0(intern!(py, "close"))?;
        }
        let fetched = std::mem::take(&mut self.lock(py)?.fetched);
        drop(fetched);
        Ok(())
    }
}

impl UserRecordDicts {
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Next<'py>> {
        let mut state = self.lock(py)?;
        let State { fetched, place } = &mut *state;
        Ok(match fetched.front() {
            None => Next::Used(None),
            Some(Fetched::Other(iterator)) => Next::Other(iterator.clone_ref(py)),
            Some(Fetched::Batch(batch)) => match batch.next(py, place) {
                Some(next) => next,
                None => {
                    *place = Place::default();
                    // Dropped by the caller, behind the lock.
                    Next::Used(fetched.pop_front())
                }
            },
        })
    }

    fn fetched(&self, py: Python<'_>, batch: &Bound<'_, PyAny>) -> PyResult<()> {
        let fetched = match batch.cast::<PyList>() {
            Ok(list) => Fetched::Batch(Arc::new(Batch::read(py, list.extract()?)?)),
            Err(_) => Fetched::Other(batch.try_iter()?.unbind()),
        };
        self.lock(py)?.fetched.push_back(fetched);
        Ok(())
    }

    fn lock(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, State>> {
        self.state
            .lock_py_attached(py)
            .map_err(|_| PyRuntimeError::new_err("an error inside left the iterator unusable"))
    }
}

impl Batch {
    fn read(py: Python<'_>, given: Vec<Given>) -> PyResult<Self> {
        let mut kinesis_records = Vec::from_iter(given.into_iter().map(KinesisRecord::new));
        let mut deaggregator = Deaggregator::new();
        py.detach(|| {
            let blobs = Vec::from_iter(kinesis_records.iter().map(|record| &record.blob[..]));
            let _ = deaggregator.deaggregate_batch(&blobs);
        });
        for (record, row) in kinesis_records.iter_mut().zip(deaggregator.table().blobs()) {
            record.aggregated = row.not_aggregated.is_none();
            if record.aggregated && record.template.is_none() {
                return Err(PyValueError::new_err("an aggregate was given no template"));
            }
        }
        Ok(Self {
            kinesis_records,
            deaggregator,
        })
    }

    fn next<'py>(self: &Arc<Self>, py: Python<'py>, place: &mut Place) -> Option<Next<'py>> {
        while let Some(record) = self.kinesis_records.get(place.kinesis_record) {
            let number = place.kinesis_record;
            if !record.aggregated {
                place.go_on();
                return Some(Next::Plain(self.clone(), number));
            }
            let table = self.deaggregator.table();
            let rows = table.user_records_of(number, place.user_record);
            if let Some(row) = rows.and_then(|mut rows| rows.next()) {
                place.user_record += 1;
                let keys = place.keys(py, &record.blob, &row);
                return Some(Next::UserRecord(self.clone(), row, keys));
            }
            place.go_on();
        }
        None
    }

    fn user_record<'py>(
        &self,
        py: Python<'py>,
        row: UserRecordRow,
        keys: Keys<'py>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let record = self.kinesis_records.get(row.blob);
        let Some((record, (inner, outer))) =
            record.and_then(|record| Some((record, record.template.as_ref()?)))
        else {
            return Err(PyRuntimeError::new_err("an aggregate has no template"));
        };
        let data = record.blob.get(row.data).unwrap_or_default();
        let inner = inner.bind(py).copy()?;
        inner.set_item(intern!(py, "partitionKey"), keys.partition_key)?;
        if let Some(key) = keys.explicit_hash_key {
            inner.set_item(intern!(py, "explicitHashKey"), key)?;
        }
        if row.sub_sequence_number > 0 {
            let name = intern!(py, "subSequenceNumber");
            inner.set_item(name, row.sub_sequence_number)?;
        }
        inner.set_item(intern!(py, "data"), base64::encoded(py, data)?)?;
        let outer = outer.bind(py).copy()?;
        outer.set_item(intern!(py, "kinesis"), inner)?;
        Ok(outer)
    }
}

impl KinesisRecord {
    fn new((blob, plain, template): Given) -> Self {
        Self {
            blob,
            aggregated: false,
            plain,
            template,
        }
    }
}

impl Place {
    fn go_on(&mut self) {
        self.kinesis_record += 1;
        self.user_record = 0;
    }

    fn keys<'py>(&mut self, py: Python<'py>, blob: &[u8], row: &UserRecordRow) -> Keys<'py> {
        let explicit_hash_key = row.explicit_hash_key.as_ref();
        Keys {
            partition_key: self.partition_key.of(py, blob, &row.partition_key),
            explicit_hash_key: explicit_hash_key
                .map(|key| self.explicit_hash_key.of(py, blob, key)),
        }
    }
}

impl Text {
    fn of<'py>(&mut self, py: Python<'py>, blob: &[u8], key: &KeyRow) -> Bound<'py, PyString> {
        if let Some((number, text)) = &self.last
            && *number == key.number
        {
            return text.bind(py).clone();
        }
        let bytes = blob.get(key.bytes.clone()).unwrap_or_default();
        let text = PyString::new(py, &Key::new(bytes).as_str());
        self.last = Some((key.number, text.clone().unbind()));
        text
    }
}
