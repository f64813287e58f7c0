//! An aggregate that takes user records while they fit, and can be read any time.
//!
//! ```text
//! Open --contents--> Sealed --add--> Open, from its own bytes
//! ```

use kinesis_agg::{Aggregator, Deaggregated, Deaggregator, NewUserRecord, Options, PushErrorKind};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::text;
use crate::errors::{self, Refusal};
use crate::lock::Lock;

/// The largest Kinesis record that every stream takes: data and partition key.
const MAX_RECORD: usize = 1024 * 1024;

/// What the original makes of no user record: magic, and the MD5 of nothing.
const EMPTY: [u8; 20] =
    *b"\xf3\x89\x9a\xc2\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e";

/// The state behind an `AggRecord` of the drop-in module.
#[pyclass(frozen, module = "kinesis_agg._native")]
pub(crate) struct OpenAggregate {
    state: Lock<State>,
}

#[derive(Default)]
struct State {
    /// Empty while it is sealed.
    open: Open,
    sealed: Option<Sealed>,
    keys: Option<FirstKeys>,
    /// Whether an aggregator has handed it out.
    taken: bool,
}

/// The keys of the first user record, as they were given.
type FirstKeys = (Py<PyAny>, Option<Py<PyAny>>);

struct Open {
    aggregator: Aggregator,
    /// Length of the first partition key, which goes with the data.
    outer_len: usize,
}

struct Sealed {
    data: Vec<u8>,
    user_records: usize,
    several_hash_keys: bool,
}

#[pymethods]
impl OpenAggregate {
    #[new]
    fn new() -> Self {
        Self {
            state: Lock::new(State::default()),
        }
    }

    /// One that is sealed: its data, how many user records are in it, and whether
    /// they have several hash keys; the keys of the first.
    #[staticmethod]
    fn of(
        data: Vec<u8>,
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
            state: Lock::new(State {
                open: Open::default(),
                sealed: Some(sealed),
                keys: Some((partition_key, explicit_hash_key)),
                taken: false,
            }),
        }
    }

    /// Takes the user record, or says False if it does not fit with the others, or,
    /// unless ``taken``, if the aggregate was taken.
    ///
    /// Raises ``PushError`` if it would not fit alone, or its keys are none.
    fn add(
        &self,
        py: Python<'_>,
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
        max_size: usize,
        taken: bool,
    ) -> PyResult<bool> {
        let key = text::text("partition_key", partition_key)?;
        let data = text::bytes(data)?;
        let digits = text::digits(explicit_hash_key)?;
        let mut record = NewUserRecord::new(&key, data.as_bytes());
        if let Some(digits) = &digits {
            record = record.with_explicit_hash_key(digits);
        }
        let added = self.state.with(py, |state| {
            if state.taken && !taken {
                return Ok(false);
            }
            let added = state.opened()?.add(record, max_size)?;
            if added && state.keys.is_none() {
                let explicit_hash_key = explicit_hash_key.map(|key| key.clone().unbind());
                state.keys = Some((partition_key.clone().unbind(), explicit_hash_key));
            }
            Ok(added)
        })?;
        added.map_err(|refused| errors::push(py, None, Refusal::Core(refused)))
    }

    /// From here on it is no aggregator's: nothing of one can come in any more.
    fn take(&self, py: Python<'_>) -> PyResult<()> {
        self.state.with(py, |state| state.taken = true)
    }

    /// The data of the Kinesis record. Changes nothing that can be seen.
    fn contents<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.seal(py)?;
        self.state.with(py, |state| {
            let data = state.sealed.as_ref().map_or(&EMPTY[..], |it| &it.data);
            PyBytes::new(py, data)
        })
    }

    /// Partition key and explicit hash key of the first user record, as they were
    /// given; None when there is none.
    fn keys(&self, py: Python<'_>) -> PyResult<Option<FirstKeys>> {
        self.state.with(py, |state| {
            let (partition_key, explicit_hash_key) = state.keys.as_ref()?;
            let explicit_hash_key = explicit_hash_key.as_ref();
            let explicit_hash_key = explicit_hash_key.map(|key| key.clone_ref(py));
            Some((partition_key.clone_ref(py), explicit_hash_key))
        })
    }

    /// Whether the user records belong to more than one hash key.
    fn has_several_hash_keys(&self, py: Python<'_>) -> PyResult<bool> {
        self.seal(py)?;
        self.state.with(py, |state| {
            let sealed = state.sealed.as_ref();
            sealed.is_some_and(|sealed| sealed.several_hash_keys)
        })
    }

    /// User records inside.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.state.with(py, |state| match &state.sealed {
            None => state.open.aggregator.user_record_count(),
            Some(sealed) => sealed.user_records,
        })
    }

    /// Length of the data in bytes.
    fn size(&self, py: Python<'_>) -> PyResult<usize> {
        self.state.with(py, |state| match &state.sealed {
            None => state.open.data_size(),
            Some(sealed) => sealed.data.len(),
        })
    }
}

impl OpenAggregate {
    /// Seals what is open and not empty.
    fn seal(&self, py: Python<'_>) -> PyResult<()> {
        self.state.with_detached(py, |state| {
            if let Some(sealed) = state.open.seal() {
                state.sealed = Some(sealed);
            }
        })
    }
}

impl State {
    fn opened(&mut self) -> Result<&mut Open, PushErrorKind> {
        if let Some(sealed) = &self.sealed {
            self.open.take_again(&sealed.data)?;
            self.sealed = None;
        }
        Ok(&mut self.open)
    }
}

impl Default for Open {
    fn default() -> Self {
        let options = Options::new().with_framed_singles();
        Self {
            aggregator: Aggregator::with_options(options),
            outer_len: 0,
        }
    }
}

impl Open {
    /// Takes the user records of `data`, which was sealed here.
    fn take_again(&mut self, data: &[u8]) -> Result<(), PushErrorKind> {
        let mut deaggregator = Deaggregator::new();
        let user_records = match deaggregator.deaggregate(data) {
            Deaggregated::Aggregated(user_records) => Some(user_records),
            Deaggregated::NotAggregated(_) | Deaggregated::Dropped { .. } => None,
        };
        for user_record in user_records.into_iter().flatten() {
            let partition_key = user_record.partition_key.as_str();
            let explicit_hash_key = user_record.explicit_hash_key.map(|key| key.as_str());
            let mut record = NewUserRecord::new(&partition_key, user_record.data);
            if let Some(key) = &explicit_hash_key {
                record = record.with_explicit_hash_key(key);
            }
            self.push(record)?;
        }
        Ok(())
    }

    /// Adds `record`, or says that it does not fit with the others.
    fn add(&mut self, record: NewUserRecord<'_>, max_size: usize) -> Result<bool, PushErrorKind> {
        if self.fits(&record, max_size) {
            self.push(record)?;
            return Ok(true);
        }
        Self::default().add_alone(record, max_size)?;
        Ok(false)
    }

    /// Whether `record` fits: the data `max_data` bytes, and with the partition
    /// key what every stream takes.
    fn fits(&self, record: &NewUserRecord<'_>, max_data: usize) -> bool {
        let size = self.aggregator.size_after(record);
        size <= MAX_RECORD && size.saturating_sub(self.outer_len(record)) <= max_data
    }

    /// Length of the partition key that will go with the data.
    fn outer_len(&self, record: &NewUserRecord<'_>) -> usize {
        if self.aggregator.is_empty() {
            return record.partition_key.len();
        }
        self.outer_len
    }

    /// Takes a record that fits.
    fn push(&mut self, record: NewUserRecord<'_>) -> Result<(), PushErrorKind> {
        let outer_len = self.outer_len(&record);
        let full = self.aggregator.push(record)?;
        debug_assert!(full.is_empty(), "a record that fits did not fit");
        self.outer_len = outer_len;
        Ok(())
    }

    fn add_alone(
        &mut self,
        record: NewUserRecord<'_>,
        max_size: usize,
    ) -> Result<(), PushErrorKind> {
        if self.fits(&record, max_size) {
            return self.push(record);
        }
        let key = record.partition_key.len();
        Err(PushErrorKind::TooLarge {
            size: self.aggregator.size_after(&record).saturating_sub(key),
            max: max_size.min(MAX_RECORD.saturating_sub(key)),
        })
    }

    fn data_size(&self) -> usize {
        if self.aggregator.is_empty() {
            return EMPTY.len();
        }
        self.aggregator.size().saturating_sub(self.outer_len)
    }

    fn seal(&mut self) -> Option<Sealed> {
        let record = self.aggregator.finish()?.seal();
        let span = record.hash_key_span();
        let user_records = record.user_record_count();
        let (_, _, data) = record.into_parts();
        Some(Sealed {
            data,
            user_records,
            several_hash_keys: span.start() != span.end(),
        })
    }
}
