//! The dictionaries that reading hands out, one for each user record.
//!
//! Plain code: a dictionary in a dictionary, nine keys set one by one. Departures
//! from it:
//!
//! 1. Both are copies of a template of the Kinesis record, which holds its metadata
//!    already; the values of the user record are put over what stands there.
//! 2. Keys are put into the template, and only where they differ from those of the
//!    user record before.
//! 3. Base64 is written straight into the `bytes` object.
//! 4. User records of an aggregate that have the same key share its string.
//! 5. Kinesis records are read a batch at a time: their MD5 are computed together.

use kinesis_agg::{Deaggregator, UserRecordRow};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyDict, PyIterator, PyList};

use crate::page::Page;
use crate::user_record::Keys;
use crate::{base64, errors, guarded};

/// Iterates over the user records of batches of Kinesis records, in order.
///
/// ``batches`` iterates over them. One that is a list has, for each Kinesis record,
/// its data, the object that comes out when it is no aggregate, and the templates
/// of the dictionaries, or None for what has no magic number. What is no list is
/// iterated over, and handed out as it is.
///
/// As with a generator, only one thread at a time may ask for the next.
#[pyclass(module = "kinesis_agg._native")]
pub(crate) struct UserRecordDicts {
    /// None when it has ended.
    batches: Option<Py<PyIterator>>,
    current: Current,
}

enum Current {
    Batch(Box<Batch>),
    Other(Py<PyIterator>),
}

/// A batch that is being handed out.
#[derive(Default)]
struct Batch {
    kinesis_records: Vec<KinesisRecord>,
    deaggregator: Deaggregator,
    /// Where the next rows are.
    kinesis_record: usize,
    user_record: usize,
    page: Page,
    keys: Keys,
    in_template: InTemplate,
}

/// The numbers of the keys in the template; `None` while there is none of this
/// Kinesis record.
#[derive(Default)]
struct InTemplate {
    partition_key: Option<usize>,
    explicit_hash_key: Option<usize>,
}

struct KinesisRecord {
    blob: PyBackedBytes,
    aggregated: bool,
    /// What comes out when it is no aggregate.
    plain: Py<PyAny>,
    template: Option<Template>,
}

/// The inner and the outer dictionary of a user record, but for what is its own; no
/// outer one that has nothing else.
type Template = (Py<PyDict>, Option<Py<PyDict>>);
type Given = (PyBackedBytes, Py<PyAny>, Option<Template>);

#[pymethods]
impl UserRecordDicts {
    #[new]
    fn new(batches: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            batches: Some(batches.try_iter()?.unbind()),
            current: Current::Batch(Box::default()),
        })
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        loop {
            let next = match &mut self.current {
                Current::Batch(batch) => batch.next(py)?,
                Current::Other(other) => other.bind(py).clone().next().transpose()?,
            };
            if next.is_some() {
                return Ok(next);
            }
            let batches = self
                .batches
                .as_ref()
                .map(|batches| batches.bind(py).clone());
            let Some(batch) = batches.and_then(|mut batches| batches.next()) else {
                return Ok(None);
            };
            let batch = batch?;
            self.current = match batch.cast::<PyList>() {
                Ok(list) => Current::Batch(Box::new(Batch::read(py, list.extract()?)?)),
                Err(_) => Current::Other(batch.try_iter()?.unbind()),
            };
        }
    }

    /// Ends it, as that of a generator does.
    fn close(&mut self, py: Python<'_>) -> PyResult<()> {
        self.current = Current::Batch(Box::default());
        let Some(batches) = self.batches.take() else {
            return Ok(());
        };
        let batches = batches.bind(py);
        if batches.hasattr(intern!(py, "close"))? {
            batches.call_method0(intern!(py, "close"))?;
        }
        Ok(())
    }

    // For the garbage collector: the records are the user's, and may lead back here.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.batches)?;
        match &self.current {
            Current::Other(other) => visit.call(other),
            Current::Batch(batch) => {
                let mut records = batch.kinesis_records.iter();
                records.try_for_each(|record| record.traverse(&visit))
            }
        }
    }

    fn __clear__(&mut self) {
        self.batches = None;
        self.current = Current::Batch(Box::default());
    }
}

impl Batch {
    fn read(py: Python<'_>, given: Vec<Given>) -> PyResult<Self> {
        let mut batch = Self {
            kinesis_records: given.into_iter().map(KinesisRecord::new).collect(),
            ..Self::default()
        };
        let Self {
            kinesis_records,
            deaggregator,
            ..
        } = &mut batch;
        let read = || {
            let blobs = Vec::from_iter(kinesis_records.iter().map(|record| &record.blob[..]));
            let blobs = deaggregator.deaggregate_batch(&blobs).table().blobs();
            Vec::from_iter(blobs.map(|blob| blob.not_aggregated.is_none()))
        };
        let aggregated = py.detach(|| guarded::catch(read));
        let aggregated = aggregated.map_err(|fault| errors::panicked(py, fault))?;
        for (record, aggregated) in kinesis_records.iter_mut().zip(aggregated) {
            record.aggregated = aggregated;
        }
        Ok(batch)
    }

    fn next<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        while let Some(record) = self.kinesis_records.get(self.kinesis_record) {
            if let Some(row) = self.page.next() {
                let dict = record.user_record(py, row, &mut self.keys, &mut self.in_template)?;
                return Ok(Some(dict.into_any()));
            }
            let table = self.deaggregator.table();
            let rows = table.user_records_of(self.kinesis_record, self.user_record);
            let rows = rows.filter(|rows| record.aggregated && rows.len() > 0);
            if let Some(rows) = rows {
                self.user_record += self.page.fill(rows);
                continue;
            }
            self.kinesis_record += 1;
            self.user_record = 0;
            self.keys.next_record();
            self.in_template = InTemplate::default();
            if !record.aggregated {
                return Ok(Some(record.plain.bind(py).clone()));
            }
        }
        Ok(None)
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

    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.plain)?;
        if let Some((inner, outer)) = &self.template {
            visit.call(inner)?;
            visit.call(outer)?;
        }
        Ok(())
    }

    fn user_record<'py>(
        &self,
        py: Python<'py>,
        row: &UserRecordRow,
        keys: &mut Keys,
        in_template: &mut InTemplate,
    ) -> PyResult<Bound<'py, PyDict>> {
        let template = self.template.as_ref();
        let (inner, outer) = template.ok_or_else(|| errors::inconsistent(py))?;
        let inner = inner.bind(py);
        self.put_keys(inner, row, keys, in_template)?;
        let data = self.blob.get(row.data.clone());
        let data = data.ok_or_else(|| errors::inconsistent(py))?;
        let inner = inner.copy()?;
        if row.sub_sequence_number > 0 {
            let name = intern!(py, "subSequenceNumber");
            inner.set_item(name, row.sub_sequence_number)?;
        }
        inner.set_item(intern!(py, "data"), base64::encoded(py, data)?)?;
        let outer = match outer {
            Some(outer) => outer.bind(py).copy()?,
            None => PyDict::new(py),
        };
        outer.set_item(intern!(py, "kinesis"), inner)?;
        Ok(outer)
    }

    /// Puts the keys of `row` into the template where others stand there.
    fn put_keys(
        &self,
        template: &Bound<'_, PyDict>,
        row: &UserRecordRow,
        keys: &mut Keys,
        in_template: &mut InTemplate,
    ) -> PyResult<()> {
        let py = template.py();
        let partition_key = Some(row.partition_key.number);
        if in_template.partition_key != partition_key {
            let text = keys.partition_keys.get(py, &self.blob, &row.partition_key);
            template.set_item(intern!(py, "partitionKey"), text)?;
            in_template.partition_key = partition_key;
        }
        let explicit_hash_key = row.explicit_hash_key.as_ref().map(|key| key.number);
        if in_template.explicit_hash_key != explicit_hash_key {
            let key = row.explicit_hash_key.as_ref();
            let text = key.map(|key| keys.explicit_hash_keys.get(py, &self.blob, key));
            template.set_item(intern!(py, "explicitHashKey"), text)?;
            in_template.explicit_hash_key = explicit_hash_key;
        }
        Ok(())
    }
}
