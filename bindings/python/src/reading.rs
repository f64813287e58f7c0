//! Kinesis records in: what a call has read, and the walk over its user records.

use kinesis_agg::{Deaggregator, RangePolicy, Table, UserRecordRow, UserRecordRows};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyIndexError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use crate::page::Page;
use crate::report::{RecordReport, Report};
use crate::spare::Spare;
use crate::user_record::{Keys, UserRecord};
use crate::{convert, errors, guarded};

const POLICIES: [(&str, RangePolicy); 3] = [
    ("keep_all", RangePolicy::KeepAll),
    ("keep_in_range", RangePolicy::KeepInRange),
    ("drop_aggregate", RangePolicy::DropAggregate),
];

/// A Kinesis record as it was given, and its keys.
pub(crate) struct Source {
    pub(crate) record: Py<PyAny>,
    pub(crate) partition_key: Option<Py<PyString>>,
    pub(crate) explicit_hash_key: Option<Py<PyString>>,
    pub(crate) sequence_number: Option<Py<PyString>>,
}

impl Source {
    fn new(source: &Bound<'_, PyAny>) -> PyResult<Self> {
        let source = source.cast::<PyTuple>()?;
        let string = |place, what| {
            let value = source.get_item(place)?;
            if value.is_none() {
                return Ok(None);
            }
            match value.cast_into::<PyString>() {
                Ok(value) => Ok(Some(value.unbind())),
                Err(error) => Err(convert::expected(what, "str", &error.into_inner())),
            }
        };
        Ok(Self {
            record: source.get_item(0)?.unbind(),
            partition_key: string(1, "the partition key")?,
            explicit_hash_key: string(2, "the explicit hash key")?,
            sequence_number: string(3, "the sequence number")?,
        })
    }
}

/// Reads the data of Kinesis records. A source is the record as it was given, its
/// partition key, explicit hash key and sequence number.
#[pyfunction]
pub(crate) fn read(
    data: &Bound<'_, PyList>,
    sources: Option<&Bound<'_, PyList>>,
    hash_key_range: Option<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
    policy: &Bound<'_, PyAny>,
    strict: bool,
    views: bool,
) -> PyResult<Batch> {
    let py = data.py();
    let policy = convert::word("policy", policy, &POLICIES)?;
    let core = match hash_key_range {
        None => Deaggregator::new(),
        Some(range) => Deaggregator::with_range(convert::hash_key_range(&range)?, policy),
    };
    let data = of_each(data, |item| Ok(convert::bytes(item)?.unbind()))?;
    let sources = sources
        .map(|sources| of_each(sources, Source::new))
        .transpose()?;
    let batch = Batch::read(py, core, data, sources, views)?;
    if strict {
        batch.check(py)?;
    }
    Ok(batch)
}

/// What `make` makes of each item; an error of types names the item.
fn of_each<T>(
    list: &Bound<'_, PyList>,
    make: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let items = list.iter().enumerate();
    let made = items.map(|(index, item)| {
        make(&item).map_err(|error| errors::in_record(list.py(), index, error))
    });
    made.collect()
}

/// The user records of the Kinesis records that were given, in their order.
///
/// Iterate over it as often as you like; several threads may. It has a length, and
/// `batch[0]`, `batch[-1]` work.
#[pyclass(frozen, module = "kinesis_agg")]
pub(crate) struct Batch {
    core: Deaggregator,
    data: Vec<Py<PyBytes>>,
    /// None for mere bytes.
    sources: Option<Vec<Source>>,
    /// Which records are aggregates.
    aggregated: Vec<bool>,
    /// How many user records are handed out before each record, and in all.
    starts: Vec<usize>,
    pub(crate) views: bool,
    reports: PyOnceLock<Py<PyTuple>>,
}

impl Batch {
    fn read(
        py: Python<'_>,
        mut core: Deaggregator,
        data: Vec<Py<PyBytes>>,
        sources: Option<Vec<Source>>,
        views: bool,
    ) -> PyResult<Self> {
        let blobs = Vec::from_iter(data.iter().map(|data| data.as_bytes(py)));
        let read = || {
            let table = core.deaggregate_batch(&blobs).table();
            let aggregated = table.blobs().map(|blob| blob.not_aggregated.is_none());
            (Vec::from_iter(aggregated), starts(&table))
        };
        let read = py.detach(|| guarded::catch(read));
        let (aggregated, starts) = read.map_err(|fault| errors::panicked(py, fault))?;
        Ok(Self {
            core,
            data,
            sources,
            aggregated,
            starts,
            views,
            reports: PyOnceLock::new(),
        })
    }

    /// Fails for the first record that begins like an aggregate and is none.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        for (index, blob) in self.core.table().blobs().enumerate() {
            if let Some(reason) = blob.not_aggregated.filter(|reason| reason.has_magic()) {
                return Err(errors::malformed(py, index, &reason));
            }
        }
        Ok(())
    }

    pub(crate) fn data<'a>(&'a self, py: Python<'_>, record: usize) -> &'a [u8] {
        self.data.get(record).map_or(&[], |data| data.as_bytes(py))
    }

    pub(crate) fn data_object(&self, record: usize) -> Option<&Py<PyBytes>> {
        self.data.get(record)
    }

    pub(crate) fn source(&self, record: usize) -> Option<&Source> {
        self.sources.as_ref()?.get(record)
    }

    pub(crate) fn is_aggregated(&self, record: usize) -> bool {
        self.aggregated.get(record).copied().unwrap_or_default()
    }

    /// The rows of an aggregate from a place on; none where all are dropped.
    fn rows(&self, record: usize, from: usize) -> Option<UserRecordRows<'_>> {
        let is_dropped = self.starts[record] == self.starts[record + 1];
        let rows = || self.core.table().user_records_of(record, from);
        (!is_dropped).then(rows).flatten()
    }

    /// The sub-sequence number of the user record that is handed out behind so many
    /// others of its Kinesis record.
    fn place_of(&self, record: usize, behind: usize) -> usize {
        let handed_out = self.starts[record + 1] - self.starts[record];
        match self.rows(record, 0) {
            Some(rows) if rows.len() != handed_out => {
                let mut kept = rows.enumerate().filter(|(_, row)| row.kept);
                kept.nth(behind).map_or(0, |(place, _)| place)
            }
            _ => behind,
        }
    }

    /// The row of a user record.
    pub(crate) fn row(&self, record: usize, sub_sequence_number: usize) -> Option<UserRecordRow> {
        self.rows(record, sub_sequence_number)?.next()
    }
}

fn starts(table: &Table<'_>) -> Vec<usize> {
    let mut before = 0;
    let mut starts = vec![before];
    for blob in table.blobs() {
        before += blob.not_aggregated.map_or(blob.kept_user_records, |_| 1);
        starts.push(before);
    }
    starts
}

#[pymethods]
impl Batch {
    fn __len__(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    fn __iter__(slf: Py<Self>) -> Walk {
        Walk::new(slf, 0, 0, Keys::default())
    }

    fn __getitem__(slf: &Bound<'_, Self>, index: isize) -> PyResult<Py<UserRecord>> {
        let batch = slf.get();
        let place = if index < 0 {
            batch.__len__().checked_add_signed(index)
        } else {
            usize::try_from(index).ok()
        };
        let place = place.filter(|place| *place < batch.__len__());
        let place = place.ok_or_else(|| PyIndexError::new_err("user record index out of range"))?;
        let record = batch.starts.partition_point(|start| *start <= place) - 1;
        let first = batch.place_of(record, place - batch.starts[record]);
        let mut walk = Walk::new(slf.clone().unbind(), record, first, Keys::of_one());
        let found = walk.next(slf.py())?;
        found.ok_or_else(|| errors::inconsistent(slf.py()))
    }

    /// What became of each Kinesis record.
    #[getter]
    fn reports(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let made = self.reports.get_or_try_init(py, || {
            let blobs = self.core.table().blobs().enumerate();
            let reports = blobs.map(|(index, blob)| RecordReport::new(py, index, &blob));
            let reports = reports.collect::<PyResult<Vec<_>>>()?;
            Ok::<_, PyErr>(PyTuple::new(py, reports)?.unbind())
        })?;
        Ok(made.clone_ref(py))
    }

    /// The same, counted.
    #[getter]
    fn report(&self) -> Report {
        self.core.table().report().into()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let sources = self.sources.iter().flatten();
        sources
            .into_iter()
            .try_for_each(|source| visit.call(&source.record))
    }

    fn __repr__(&self) -> String {
        let (records, user_records) = (self.data.len(), self.__len__());
        format!("<Batch of {user_records} user records in {records} Kinesis records>")
    }
}

/// A walk over the user records of a batch.
#[pyclass(module = "kinesis_agg", name = "BatchIterator")]
pub(crate) struct Walk {
    batch: Py<Batch>,
    /// Where the next rows are.
    record: usize,
    sub_sequence_number: usize,
    page: Page,
    keys: Keys,
    spare: Spare,
}

/// What comes next in a walk, kept or not.
enum Next {
    /// The rows of the page.
    Page,
    /// A record that is no aggregate.
    Record(usize),
}

impl Walk {
    fn new(batch: Py<Batch>, record: usize, sub_sequence_number: usize, keys: Keys) -> Self {
        Self {
            batch,
            record,
            sub_sequence_number,
            page: Page::default(),
            keys,
            spare: Spare::default(),
        }
    }

    /// The next user record, if there is one. In line: what a user record is made of
    /// stays in registers until it stands in its object.
    #[inline(always)]
    fn next(&mut self, py: Python<'_>) -> PyResult<Option<Py<UserRecord>>> {
        loop {
            while let Some(row) = self.page.next() {
                if row.kept {
                    let record = UserRecord::of_row(py, &self.batch, row, &mut self.keys)?;
                    return self.spare.hand_out(py, record).map(Some);
                }
            }
            match self.turn() {
                None => {
                    self.spare = Spare::default();
                    return Ok(None);
                }
                Some(Next::Page) => {}
                Some(Next::Record(record)) => {
                    let record = UserRecord::of_record(py, &self.batch, record)?;
                    return self.spare.hand_out(py, record).map(Some);
                }
            }
        }
    }

    /// Fetches the next rows, or else steps to the next record.
    #[inline(never)]
    fn turn(&mut self) -> Option<Next> {
        let batch = self.batch.get();
        loop {
            let record = self.record;
            let is_aggregated = *batch.aggregated.get(record)?;
            let rows = batch.rows(record, self.sub_sequence_number);
            if let Some(rows) = rows.filter(|rows| rows.len() > 0) {
                self.sub_sequence_number += self.page.fill(rows);
                return Some(Next::Page);
            }
            self.record += 1;
            self.sub_sequence_number = 0;
            self.keys.next_record();
            if !is_aggregated {
                return Some(Next::Record(record));
            }
        }
    }
}

#[pymethods]
impl Walk {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Py<UserRecord>>> {
        self.next(py)
    }

    /// At most so many are left.
    fn __length_hint__(&self) -> usize {
        let batch = self.batch.get();
        let start = batch.starts.get(self.record);
        let left = start.map_or(0, |start| batch.__len__() - start);
        (left + self.page.left()).saturating_sub(self.sub_sequence_number)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.batch)?;
        self.spare.traverse(&visit)
    }
}
