//! What both aggregators do: take user records, and hand out Kinesis records or have
//! them sent.

use kinesis_agg::{
    Full, NewUserRecord, Options, OuterPartitionKey, PushErrorKind, Unsealed, seal_many,
};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::{self, Refusal};
use crate::guarded::{Guarded, catch};
use crate::lock::Lock;
use crate::new_user_record::{self, Held, Many};
use crate::record::AggregatedRecord;

const OUTER_PARTITION_KEYS: [(&str, OuterPartitionKey); 2] = [
    ("first", OuterPartitionKey::First),
    ("kpl", OuterPartitionKey::Kpl),
];

/// The options that both have.
pub(crate) struct Given<'a, 'py> {
    pub(crate) max_size: usize,
    pub(crate) max_count: Option<usize>,
    pub(crate) outer_partition_key: Option<&'a Bound<'py, PyAny>>,
    pub(crate) outer_hash_key: bool,
    pub(crate) frame_singles: bool,
}

impl Given<'_, '_> {
    pub(crate) fn options(&self, py: Python<'_>) -> PyResult<Options> {
        let refused = |error| errors::of_options(py, error);
        let mut options = Options::new()
            .with_max_size(self.max_size)
            .map_err(refused)?;
        if let Some(max_count) = self.max_count {
            options = options.with_max_count(max_count).map_err(refused)?;
        }
        if let Some(key) = self.outer_partition_key {
            let key = crate::convert::word("outer_partition_key", key, &OUTER_PARTITION_KEYS)?;
            options = options.with_outer_partition_key(key);
        }
        if !self.outer_hash_key {
            options = options.without_outer_hash_key();
        }
        if self.frame_singles {
            options = options.with_framed_singles();
        }
        Ok(options)
    }
}

/// An aggregator of the core.
pub(crate) trait Core: Send {
    fn push(
        &mut self,
        record: NewUserRecord<'_>,
        arrived: Option<u64>,
    ) -> Result<Full, PushErrorKind>;

    /// Adds many; what is refused goes to `refused`, by its place.
    fn push_many(
        &mut self,
        records: &[NewUserRecord<'_>],
        arrived: Option<u64>,
        full: &mut Vec<Unsealed>,
        refused: &mut Vec<(usize, PushErrorKind)>,
    );

    fn finish(&mut self) -> Vec<Unsealed>;

    /// User records in open aggregates.
    fn user_record_count(&self) -> usize;
}

/// The user records that wait in an aggregator.
pub(crate) struct Waiting<C> {
    pub(crate) core: C,
    /// Full, in the order of filling.
    full: Vec<Unsealed>,
    /// Records that were not sent, since `send` raised: they come first.
    kept: Vec<Py<AggregatedRecord>>,
}

impl<C: Core> Waiting<C> {
    fn len(&self) -> usize {
        let full = self.full.iter().map(Unsealed::user_record_count);
        let kept = self
            .kept
            .iter()
            .map(|record| record.get().core.user_record_count());
        self.core.user_record_count() + full.sum::<usize>() + kept.sum::<usize>()
    }

    fn has_full(&self) -> bool {
        !self.full.is_empty() || !self.kept.is_empty()
    }

    /// Takes out what waits to be sent, sealed, in the order of sending.
    pub(crate) fn take_sealed(&mut self) -> Vec<kinesis_agg::AggregatedRecord> {
        let kept = std::mem::take(&mut self.kept).into_iter();
        let kept = kept.map(|record| record.get().core.clone());
        kept.chain(seal_many(std::mem::take(&mut self.full)))
            .collect()
    }
}

/// What came of many user records.
#[pyclass(frozen, get_all, module = "kinesis_agg")]
pub(crate) struct PushedMany {
    /// Whether full aggregates wait to be sealed.
    full: bool,
    /// The user records that were refused, each with its record_index; all others were
    /// taken.
    refused: Py<PyList>,
}

#[pymethods]
impl PushedMany {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let full = if self.full { "True" } else { "False" };
        let refused = self.refused.bind(py).repr()?;
        Ok(format!("PushedMany(full={full}, refused={refused})"))
    }
}

/// The lock around what waits, and who gets it.
pub(crate) struct Packer<C> {
    pub(crate) waiting: Lock<Waiting<C>>,
    send: Option<Py<PyAny>>,
}

impl<C: Core> Packer<C> {
    pub(crate) fn new(core: C, send: Option<Py<PyAny>>) -> Self {
        let waiting = Waiting {
            core,
            full: Vec::new(),
            kept: Vec::new(),
        };
        Self {
            waiting: Lock::new(waiting),
            send,
        }
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.send)
    }

    pub(crate) fn push(
        &self,
        py: Python<'_>,
        held: new_user_record::Read,
        arrived: Option<u64>,
    ) -> PyResult<bool> {
        let refused = |refusal| errors::push(py, None, refusal);
        let held = held.map_err(refused)?;
        let pushed = self.waiting.with(py, |waiting| {
            let full = held.borrowed(|record| waiting.core.push(record, arrived))?;
            waiting.full.extend(full);
            Ok(waiting.has_full())
        })?;
        let full = pushed.map_err(|kind| refused(Refusal::Core(kind)))?;
        self.sent(py, full)
    }

    pub(crate) fn push_many(
        &self,
        py: Python<'_>,
        items: &Bound<'_, PyAny>,
        arrived: Option<u64>,
    ) -> PyResult<PushedMany> {
        let Many {
            held,
            places,
            mut refused,
        } = Many::read(items)?;
        let (full, by_core) = self.waiting.with_detached(py, |waiting| {
            let mut by_core = Vec::new();
            new_user_record::borrowed(&held, |records| {
                let Waiting { core, full, .. } = waiting;
                core.push_many(records, arrived, full, &mut by_core);
            });
            (waiting.has_full(), by_core)
        })?;
        let by_core = by_core.into_iter();
        refused.extend(by_core.map(|(place, kind)| (places[place], Refusal::Core(kind))));
        refused.sort_by_key(|(place, _)| *place);
        let refused = refused.into_iter();
        let refused = refused.map(|(place, refusal)| errors::push(py, Some(place), refusal));
        let refused = refused.map(|error| error.into_value(py));
        let refused = PyList::new(py, Vec::from_iter(refused))?.unbind();
        let full = self.sent(py, full)?;
        Ok(PushedMany { full, refused })
    }

    /// Sends what is full, if there is somebody to send it; returns whether some is
    /// left.
    fn sent(&self, py: Python<'_>, full: bool) -> PyResult<bool> {
        match &self.send {
            Some(send) if full => self.send(py, send, |_| Vec::new()).map(|()| false),
            _ => Ok(full),
        }
    }

    /// Hands out what is full, and before that what `finish` ends.
    pub(crate) fn take(
        &self,
        py: Python<'_>,
        finish: impl FnOnce(&mut C) -> Vec<Unsealed>,
    ) -> PyResult<Vec<Py<AggregatedRecord>>> {
        let (mut taken, full) = self.waiting.with(py, |waiting| {
            let Waiting { core, full, kept } = waiting;
            full.extend(finish(core));
            (std::mem::take(kept), std::mem::take(full))
        })?;
        match py.detach(|| catch(|| seal_many(full))) {
            Ok(sealed) => {
                for record in sealed {
                    taken.push(Py::new(py, AggregatedRecord::from(record))?);
                }
                Ok(taken)
            }
            Err(fault) => {
                self.waiting.break_for_good(py)?;
                Err(errors::panicked(py, fault))
            }
        }
    }

    /// Calls `send` with the same, with no lock held; keeps it if that raises.
    fn send(
        &self,
        py: Python<'_>,
        send: &Py<PyAny>,
        finish: impl FnOnce(&mut C) -> Vec<Unsealed>,
    ) -> PyResult<()> {
        let records = self.take(py, finish)?;
        if records.is_empty() {
            return Ok(());
        }
        let list = PyList::new(py, records.iter().map(|record| record.clone_ref(py)))?;
        let Err(error) = send.call1(py, (list,)) else {
            return Ok(());
        };
        self.waiting.with(py, |waiting| {
            waiting.kept.splice(..0, records);
        })?;
        Err(error)
    }

    pub(crate) fn len(&self, py: Python<'_>) -> PyResult<usize> {
        self.waiting.with(py, |waiting| waiting.len())
    }

    pub(crate) fn close(&self, py: Python<'_>, discard: bool) -> PyResult<()> {
        let closed = self.waiting.close(py, |waiting| match waiting.len() {
            waits @ 1.. if !discard => Err(errors::unsent(py, waits)),
            _ => Ok(()),
        });
        closed.map(drop::<Guarded<_>>)
    }

    pub(crate) fn check_open(&self, py: Python<'_>) -> PyResult<()> {
        self.waiting.with(py, |_| ())
    }

    /// The end of a `with` block: sends the rest, and closes when nothing waits. An
    /// exception of the block is not replaced by one that says that something does.
    pub(crate) fn exit(&self, py: Python<'_>, error: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.waiting.is_closed(py)? {
            return Ok(());
        }
        if let Some(send) = &self.send {
            self.send(py, send, C::finish)?;
        }
        if error.is_none() || self.len(py)? == 0 {
            return self.close(py, false);
        }
        Ok(())
    }
}

/// The size of what is open, or would be.
pub(crate) fn with_record<C: Core, R>(
    packer: &Packer<C>,
    py: Python<'_>,
    held: new_user_record::Read,
    work: impl FnOnce(&C, NewUserRecord<'_>) -> R,
) -> PyResult<R> {
    let held: Held = held.map_err(|refusal| errors::push(py, None, refusal))?;
    let waiting = &packer.waiting;
    waiting.with(py, |waiting| {
        held.borrowed(|record| work(&waiting.core, record))
    })
}
