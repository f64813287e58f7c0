//! User records as Python holds them, and the strings of their keys.

use kinesis_agg::{HashKey, Key, KeyRow, Placement, UserRecordRow};
use pyo3::PyTraverseError;
use pyo3::basic::CompareOp;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PySlice, PyString, PyTuple};

use crate::reading::Batch;
use crate::{convert, errors};

/// A user record that was read: out of an aggregate, or a Kinesis record that is
/// none, handed on as it is.
///
/// Equal to another when keys, data, tags, sequence and sub-sequence number are.
#[pyclass(frozen, module = "kinesis_agg")]
pub(crate) struct UserRecord {
    /// Its own partition key; "" where the record was given as mere bytes.
    #[pyo3(get)]
    pub(crate) partition_key: Py<PyString>,
    /// Its own explicit hash key, as it stands in the aggregate.
    #[pyo3(get)]
    pub(crate) explicit_hash_key: Option<Py<PyString>>,
    /// Its data: bytes, or a memoryview with views=True.
    #[pyo3(get)]
    pub(crate) data: Py<PyAny>,
    /// Its place in the aggregate, from 0.
    #[pyo3(get)]
    pub(crate) sub_sequence_number: usize,
    /// Which of the Kinesis records that were given it was found in, from 0.
    #[pyo3(get)]
    pub(crate) record_index: usize,
    /// All else is found there when it is asked for.
    pub(crate) batch: Py<Batch>,
}

impl UserRecord {
    /// A user record of an aggregate.
    #[inline(always)]
    pub(crate) fn of_row(
        py: Python<'_>,
        batch: &Py<Batch>,
        row: &UserRecordRow,
        keys: &mut Keys,
    ) -> PyResult<Self> {
        let blob = batch.get().data(py, row.blob);
        let partition_key = keys.partition_keys.get(py, blob, &row.partition_key);
        let explicit_hash_key = row.explicit_hash_key.as_ref();
        let explicit_hash_key =
            explicit_hash_key.map(|key| keys.explicit_hash_keys.get(py, blob, key));
        let data = match batch.get().views {
            false => blob
                .get(row.data.clone())
                .map(|data| PyBytes::new(py, data).into_any()),
            true => Some(keys.view(py, batch.get(), row)?),
        };
        Ok(Self {
            partition_key,
            explicit_hash_key,
            data: data.ok_or_else(|| errors::inconsistent(py))?.unbind(),
            sub_sequence_number: usize::try_from(row.sub_sequence_number)?,
            record_index: row.blob,
            batch: batch.clone_ref(py),
        })
    }

    /// A Kinesis record that is no aggregate.
    pub(crate) fn of_record(py: Python<'_>, batch: &Py<Batch>, record: usize) -> PyResult<Self> {
        let held = batch.get();
        let source = held.source(record);
        let partition_key = source.and_then(|source| source.partition_key.as_ref());
        let explicit_hash_key = source.and_then(|source| source.explicit_hash_key.as_ref());
        let data = held
            .data_object(record)
            .ok_or_else(|| errors::inconsistent(py))?;
        let data = data.bind(py).as_any();
        Ok(Self {
            partition_key: partition_key
                .map_or_else(|| PyString::new(py, "").unbind(), |key| key.clone_ref(py)),
            explicit_hash_key: explicit_hash_key.map(|key| key.clone_ref(py)),
            data: match held.views {
                false => data.clone().unbind(),
                true => PyMemoryView::from(data)?.into_any().unbind(),
            },
            sub_sequence_number: 0,
            record_index: record,
            batch: batch.clone_ref(py),
        })
    }

    fn row(&self) -> Option<UserRecordRow> {
        let row = || {
            self.batch
                .get()
                .row(self.record_index, self.sub_sequence_number)
        };
        self.is_aggregated().then(row).flatten()
    }

    /// The tags: keys and values as the KCL's text.
    pub(crate) fn tag_texts(&self, py: Python<'_>) -> Vec<(String, Option<String>)> {
        let Some(row) = self.row() else {
            return Vec::new();
        };
        let text = |key: Key<'_>| key.as_str().into_owned();
        let tags = row.tags(self.batch.get().data(py, self.record_index));
        tags.map(|tag| (text(tag.key), tag.value.map(text)))
            .collect()
    }

    /// What is compared, but for the tags.
    fn compared<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let parts = (
            &self.partition_key,
            &self.explicit_hash_key,
            &self.data,
            self.sub_sequence_number,
            self.sequence_number(),
            self.is_aggregated(),
        );
        parts.into_pyobject(py)
    }
}

#[pymethods]
impl UserRecord {
    /// Its tags: key and value, or None.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.tag_texts(py))
    }

    /// False for a Kinesis record that is no aggregate.
    #[getter]
    fn is_aggregated(&self) -> bool {
        self.batch.get().is_aggregated(self.record_index)
    }

    /// Where its hash key lies; None when no range was given, or it is not
    /// aggregated.
    #[getter]
    fn placement<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let placement = self.row().and_then(|row| row.placement);
        let word = placement.map(|placement| match placement {
            Placement::InRange => "in_range",
            Placement::OutOfRange => "out_of_range",
            Placement::Unplaceable => "unplaceable",
        });
        word.map(|word| convert::member(py, "Placement", word))
            .transpose()
    }

    /// Its explicit hash key, else the MD5 of its partition key; None when the
    /// explicit hash key is no hash key, or there are no keys.
    #[getter]
    fn hash_key(&self, py: Python<'_>) -> PyResult<Option<u128>> {
        if let Some(key) = &self.explicit_hash_key {
            let key = key.bind(py).encode_utf8()?;
            return Ok(HashKey::from_decimal(key.as_bytes()).map(HashKey::get));
        }
        let key = self.partition_key.bind(py).to_cow()?;
        let none = key.is_empty() && !self.is_aggregated();
        Ok((!none).then(|| HashKey::of_partition_key(&key).get()))
    }

    /// The Kinesis record it was found in, as it was given.
    #[getter]
    fn record(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let batch = self.batch.get();
        match batch.source(self.record_index) {
            Some(source) => Some(source.record.clone_ref(py)),
            None => Some(
                batch
                    .data_object(self.record_index)?
                    .clone_ref(py)
                    .into_any(),
            ),
        }
    }

    /// The sequence number of the Kinesis record, where it has one.
    #[getter]
    fn sequence_number(&self) -> Option<&Py<PyString>> {
        let source = self.batch.get().source(self.record_index)?;
        source.sequence_number.as_ref()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "UserRecord(partition_key={}, explicit_hash_key={}, data=<{} bytes>, \
             sub_sequence_number={})",
            self.partition_key.bind(py).repr()?,
            self.explicit_hash_key
                .clone_of(py)
                .into_pyobject(py)?
                .repr()?,
            self.data.bind(py).len()?,
            self.sub_sequence_number
        ))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let (Ok(other), CompareOp::Eq | CompareOp::Ne) = (other.cast::<Self>(), op) else {
            return Ok(py.NotImplemented());
        };
        let other = other.get();
        let equal = self.compared(py)?.eq(other.compared(py)?)?
            && self.tag_texts(py) == other.tag_texts(py);
        let answer = equal == matches!(op, CompareOp::Eq);
        Ok(answer.into_pyobject(py)?.to_owned().into_any().unbind())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.batch)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.compared(py)?.hash()
    }
}

/// A clone of what may be there.
trait CloneOf {
    fn clone_of(&self, py: Python<'_>) -> Self;
}

impl<T> CloneOf for Option<Py<T>> {
    fn clone_of(&self, py: Python<'_>) -> Self {
        self.as_ref().map(|inside| inside.clone_ref(py))
    }
}

/// The strings of the keys of one Kinesis record: made once, and shared by the user
/// records that use them.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) partition_keys: KeyTable,
    pub(crate) explicit_hash_keys: KeyTable,
    /// The view of the data, where the user records' are views.
    view: Option<Py<PyMemoryView>>,
}

impl Keys {
    /// Shares none: for a single user record.
    pub(crate) fn of_one() -> Self {
        let nothing = || KeyTable {
            strings: Vec::new(),
            first: usize::MAX,
        };
        Self {
            partition_keys: nothing(),
            explicit_hash_keys: nothing(),
            view: None,
        }
    }

    pub(crate) fn next_record(&mut self) {
        self.partition_keys.next_record();
        self.explicit_hash_keys.next_record();
        self.view = None;
    }

    fn view<'py>(
        &mut self,
        py: Python<'py>,
        batch: &Batch,
        row: &UserRecordRow,
    ) -> PyResult<Bound<'py, PyAny>> {
        let view = match &self.view {
            Some(view) => view.bind(py).clone(),
            None => {
                let data = batch
                    .data_object(row.blob)
                    .ok_or_else(|| errors::inconsistent(py))?;
                let view = PyMemoryView::from(data.bind(py))?;
                self.view.insert(view.unbind()).bind(py).clone()
            }
        };
        let end = |place: usize| isize::try_from(place);
        let slice = PySlice::new(py, end(row.data.start)?, end(row.data.end)?, 1);
        view.get_item(slice)
    }
}

/// The partition keys, or the explicit hash keys.
#[derive(Default)]
pub(crate) struct KeyTable {
    strings: Vec<Option<Py<PyString>>>,
    /// The number of the first: at most that of the first key of the record. Keys
    /// below are not shared.
    first: usize,
}

impl KeyTable {
    /// Keys are numbered through all records of a batch.
    pub(crate) fn next_record(&mut self) {
        self.first += self.strings.len();
        self.strings.clear();
    }

    pub(crate) fn get(&mut self, py: Python<'_>, blob: &[u8], key: &KeyRow) -> Py<PyString> {
        let made = || {
            let bytes = blob.get(key.bytes.clone()).unwrap_or_default();
            text(py, bytes).unbind()
        };
        let Some(place) = key.number.checked_sub(self.first) else {
            return made();
        };
        if self.strings.len() <= place {
            self.strings.resize_with(place + 1, || None);
        }
        self.strings[place].get_or_insert_with(made).clone_ref(py)
    }
}

/// The text of a key: that of its UTF-8, which is looked at once, else the KCL's.
fn text<'py>(py: Python<'py>, key: &[u8]) -> Bound<'py, PyString> {
    PyString::from_bytes(py, key).unwrap_or_else(|_| PyString::new(py, &Key::new(key).as_str()))
}
