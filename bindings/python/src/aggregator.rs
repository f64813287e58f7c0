//! The aggregator that looks at no shards.

use kinesis_agg::{Full, NewUserRecord, PushErrorKind, Unsealed};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;

use crate::new_user_record::Held;
use crate::packer::{Core, Given, Packer, PushedMany, with_record};
use crate::record::AggregatedRecord;

impl Core for kinesis_agg::Aggregator {
    fn push(
        &mut self,
        record: NewUserRecord<'_>,
        _arrived: Option<u64>,
    ) -> Result<Full, PushErrorKind> {
        Ok(self.push(record)?)
    }

    fn push_many(
        &mut self,
        records: &[NewUserRecord<'_>],
        _arrived: Option<u64>,
        full: &mut Vec<Unsealed>,
        refused: &mut Vec<(usize, PushErrorKind)>,
    ) {
        for (place, record) in records.iter().enumerate() {
            match self.push(record.clone()) {
                Ok(pushed) => full.extend(pushed),
                Err(error) => refused.push((place, error.kind)),
            }
        }
    }

    fn finish(&mut self) -> Vec<Unsealed> {
        self.finish().into_iter().collect()
    }

    fn user_record_count(&self) -> usize {
        self.user_record_count()
    }
}

/// Packs user records into aggregates, one after the other.
///
/// It does not look where they belong: for readers that ignore shards, as Lambda
/// does, or for user records of one shard. Else take a `ShardedAggregator`.
///
/// `max_size` bounds a Kinesis record, data and partition key, in bytes: 1 MiB
/// unless given, at most 10 MiB. `max_count` bounds its user records.
/// `outer_hash_key=False` sends aggregates without explicit hash key.
/// `frame_singles=True` makes an aggregate of a single user record, too.
///
/// `send` is called with a list of `AggregatedRecord`: whenever some are full,
/// and with the rest at the end of a `with` block. If it raises, the exception
/// comes out of the call, and its records stay: the next `seal()`, `finish()`
/// or `send` has them again. It may use the aggregator. With several threads it
/// may run on several at once.
///
/// Without `send`, records are fetched by `seal()` and `finish()`; leaving a
/// `with` block while user records wait raises `UnsentError`.
#[pyclass(frozen, module = "kinesis_agg")]
pub(crate) struct Aggregator {
    packer: Packer<kinesis_agg::Aggregator>,
}

#[pymethods]
impl Aggregator {
    #[new]
    #[pyo3(
        signature = (*, max_size=1_048_576, max_count=None, outer_partition_key=None,
                     outer_hash_key=true, frame_singles=false, send=None),
        text_signature = "(*, max_size=1048576, max_count=None, outer_partition_key='first', \
                          outer_hash_key=True, frame_singles=False, send=None)"
    )]
    fn new(
        py: Python<'_>,
        max_size: usize,
        max_count: Option<usize>,
        outer_partition_key: Option<&Bound<'_, PyAny>>,
        outer_hash_key: bool,
        frame_singles: bool,
        send: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let given = Given {
            max_size,
            max_count,
            outer_partition_key,
            outer_hash_key,
            frame_singles,
        };
        let core = kinesis_agg::Aggregator::with_options(given.options(py)?);
        Ok(Self {
            packer: Packer::new(core, send),
        })
    }

    /// Adds a user record, and tells whether full aggregates wait to be sealed.
    ///
    /// Raises `PushError` when it is refused; nothing has changed then.
    #[pyo3(
        signature = (partition_key, data, explicit_hash_key=None, tags=None),
        text_signature = "($self, partition_key, data, explicit_hash_key=None, tags=())"
    )]
    fn push(
        &self,
        py: Python<'_>,
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
        tags: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let held = Held::new(partition_key, data, explicit_hash_key, tags)?;
        self.packer.push(py, held, None)
    }

    /// Adds many user records: tuples of what `push` takes, `NewUserRecord` or
    /// `UserRecord`.
    ///
    /// All of them are looked at first: where one has a wrong type, none is taken.
    /// What is refused keeps none of the others out.
    fn push_many(&self, user_records: &Bound<'_, PyAny>) -> PyResult<PushedMany> {
        self.packer.push_many(user_records.py(), user_records, None)
    }

    /// Hands out the aggregates that are full, in the order they were begun.
    fn seal(&self, py: Python<'_>) -> PyResult<Vec<Py<AggregatedRecord>>> {
        self.packer.take(py, |_| Vec::new())
    }

    /// Hands out all, the open aggregate too. More can be pushed afterwards.
    fn finish(&self, py: Python<'_>) -> PyResult<Vec<Py<AggregatedRecord>>> {
        self.packer.take(py, Core::finish)
    }

    /// The size that the open aggregate would have with this user record in it,
    /// exact to the byte. Keys are not checked.
    #[pyo3(
        signature = (partition_key, data, explicit_hash_key=None, tags=None),
        text_signature = "($self, partition_key, data, explicit_hash_key=None, tags=())"
    )]
    fn size_after(
        &self,
        py: Python<'_>,
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
        tags: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<usize> {
        let held = Held::new(partition_key, data, explicit_hash_key, tags)?;
        with_record(&self.packer, py, held, |core, record| {
            core.size_after(&record)
        })
    }

    /// The size of the open aggregate as a Kinesis record; 0 when it is empty.
    #[getter]
    fn size(&self, py: Python<'_>) -> PyResult<usize> {
        self.packer.waiting.with(py, |waiting| waiting.core.size())
    }

    /// User records in the open aggregate.
    #[getter]
    fn user_record_count(&self, py: Python<'_>) -> PyResult<usize> {
        let waiting = &self.packer.waiting;
        waiting.with(py, |waiting| waiting.core.user_record_count())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.packer.len(py)
    }

    /// Whether it was closed.
    #[getter]
    fn closed(&self, py: Python<'_>) -> PyResult<bool> {
        self.packer.waiting.is_closed(py)
    }

    /// Ends the aggregator. While user records wait it raises `UnsentError`, unless
    /// they are to be discarded.
    #[pyo3(signature = (*, discard=false))]
    fn close(&self, py: Python<'_>, discard: bool) -> PyResult<()> {
        self.packer.close(py, discard)
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().packer.check_open(slf.py())?;
        Ok(slf)
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        _kind: &Bound<'_, PyAny>,
        error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.packer.exit(py, error)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.packer.traverse(&visit)
    }
}
