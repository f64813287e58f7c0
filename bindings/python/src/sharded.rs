//! The aggregator of a stream, which groups user records by where they belong.

use kinesis_agg::{Full, Grouping, NewUserRecord, PushErrorKind, Unsealed};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use crate::new_user_record::Held;
use crate::packer::{Core, Given, Packer, PushedMany};
use crate::record::{AggregatedRecord, judgement};
use crate::shard_map::ShardMap;
use crate::{convert, errors};

/// The core's, and its map as it was given.
pub(crate) struct Sharded {
    core: kinesis_agg::ShardedAggregator,
    map: Option<Py<ShardMap>>,
}

impl Core for Sharded {
    fn push(
        &mut self,
        record: NewUserRecord<'_>,
        arrived: Option<u64>,
    ) -> Result<Full, PushErrorKind> {
        Ok(match arrived {
            Some(time) => self.core.push_at(record, time)?,
            None => self.core.push(record)?,
        })
    }

    fn push_many(
        &mut self,
        records: &[NewUserRecord<'_>],
        arrived: Option<u64>,
        full: &mut Vec<Unsealed>,
        refused: &mut Vec<(usize, PushErrorKind)>,
    ) {
        let pushed = match arrived {
            Some(time) => self.core.push_many_at(records, time),
            None => self.core.push_many(records),
        };
        full.extend(pushed.full);
        refused.extend(pushed.refused);
    }

    fn finish(&mut self) -> Vec<Unsealed> {
        self.core.finish()
    }

    fn user_record_count(&self) -> usize {
        self.core.user_record_count()
    }
}

#[derive(Clone, Copy)]
enum Word {
    None,
    HashKey,
    Shard,
    Pinned,
}

const GROUPINGS: [(&str, Word); 4] = [
    ("none", Word::None),
    ("hash_key", Word::HashKey),
    ("shard", Word::Shard),
    ("pinned", Word::Pinned),
];

/// Packs user records into aggregates of one stream, grouped so that no reader loses
/// any.
///
/// `shard_map` is needed with `Grouping.SHARD`, and with `Grouping.PINNED`
/// unless `pinned_to` names a hash key; with others it serves `judge` alone.
/// `max_open` and `max_open_bytes` bound the open aggregates and their memory:
/// beyond, the one opened first is full. All other options are those of
/// `Aggregator`.
#[pyclass(frozen, module = "kinesis_agg")]
pub(crate) struct ShardedAggregator {
    packer: Packer<Sharded>,
}

fn grouping(
    py: Python<'_>,
    word: Word,
    map: Option<&kinesis_agg::ShardMap>,
    pinned_to: Option<&Bound<'_, PyAny>>,
) -> PyResult<Grouping> {
    let pin = pinned_to.map(convert::hash_key).transpose()?;
    let no_map = || errors::options(py, "this grouping needs a shard map");
    match (word, pin) {
        (Word::Pinned, Some(pin)) => Ok(Grouping::PinnedTo(pin)),
        (_, Some(_)) => Err(errors::options(
            py,
            "pinned_to goes with Grouping.PINNED alone",
        )),
        (Word::None, None) => Ok(Grouping::None),
        (Word::HashKey, None) => Ok(Grouping::HashKey),
        (Word::Shard, None) => Ok(Grouping::Shard(map.ok_or_else(no_map)?.clone())),
        (Word::Pinned, None) => Ok(Grouping::Pinned(map.ok_or_else(no_map)?.clone())),
    }
}

#[pymethods]
impl ShardedAggregator {
    #[new]
    #[pyo3(
        signature = (grouping=None, shard_map=None, *, pinned_to=None, max_open=4096,
                     max_open_bytes=67_108_864, max_size=1_048_576, max_count=None,
                     outer_partition_key=None, outer_hash_key=true, frame_singles=false,
                     send=None),
        text_signature = "(grouping='hash_key', shard_map=None, *, pinned_to=None, \
                          max_open=4096, max_open_bytes=67108864, max_size=1048576, \
                          max_count=None, outer_partition_key='first', outer_hash_key=True, \
                          frame_singles=False, send=None)"
    )]
    #[expect(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        grouping: Option<&Bound<'_, PyAny>>,
        shard_map: Option<Py<ShardMap>>,
        pinned_to: Option<&Bound<'_, PyAny>>,
        max_open: usize,
        max_open_bytes: usize,
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
        let word = grouping.map(|word| convert::word("grouping", word, &GROUPINGS));
        let word = word.transpose()?.unwrap_or(Word::HashKey);
        let map = shard_map.as_ref().map(|map| &map.get().core);
        let grouping = self::grouping(py, word, map, pinned_to)?;
        let core = kinesis_agg::ShardedAggregator::with_options(grouping, given.options(py)?);
        let core = core.map_err(|error| errors::of_options(py, error))?;
        let mut core = core.with_max_open(max_open, max_open_bytes);
        if let Some(map) = map {
            // Nothing is open yet.
            let _none = core.update_shard_map(map.clone(), Vec::new());
        }
        let core = Sharded {
            core,
            map: shard_map,
        };
        Ok(Self {
            packer: Packer::new(core, send),
        })
    }

    /// Adds a user record, and tells whether full aggregates wait to be sealed.
    ///
    /// `arrived` is when it came, in seconds or as a datetime: see
    /// `finish_arrived_before`. Raises `PushError` when it is refused; nothing has
    /// changed then.
    #[pyo3(
        signature = (partition_key, data, explicit_hash_key=None, tags=None, *, arrived=None),
        text_signature = "($self, partition_key, data, explicit_hash_key=None, tags=(), *, \
                          arrived=None)"
    )]
    fn push(
        &self,
        py: Python<'_>,
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
        tags: Option<&Bound<'_, PyAny>>,
        arrived: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let held = Held::new(partition_key, data, explicit_hash_key, tags)?;
        let arrived = arrived.map(convert::microseconds).transpose()?;
        self.packer.push(py, held, arrived)
    }

    /// Adds many user records: tuples of what `push` takes, `NewUserRecord` or
    /// `UserRecord`.
    ///
    /// All of them are looked at first: where one has a wrong type, none is taken.
    /// What is refused keeps none of the others out.
    #[pyo3(signature = (user_records, *, arrived=None))]
    fn push_many(
        &self,
        user_records: &Bound<'_, PyAny>,
        arrived: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PushedMany> {
        let arrived = arrived.map(convert::microseconds).transpose()?;
        self.packer
            .push_many(user_records.py(), user_records, arrived)
    }

    /// Hands out the aggregates that are full, in the order they were filled.
    fn seal(&self, py: Python<'_>) -> PyResult<Vec<Py<AggregatedRecord>>> {
        self.packer.take(py, |_| Vec::new())
    }

    /// Hands out all, the open aggregates too. More can be pushed afterwards.
    fn finish(&self, py: Python<'_>) -> PyResult<Vec<Py<AggregatedRecord>>> {
        self.packer.take(py, Core::finish)
    }

    /// Hands out what is full, and the open aggregates whose first user record
    /// `arrived` before `time`.
    fn finish_arrived_before(
        &self,
        time: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<Py<AggregatedRecord>>> {
        let time_given = convert::microseconds(time)?;
        let finish = |sharded: &mut Sharded| sharded.core.finish_arrived_before(time_given);
        self.packer.take(time.py(), finish)
    }

    /// Whether `record`, one of this aggregator's, counts as delivered, now that the
    /// service has answered that it lies in this shard.
    fn judge<'py>(
        &self,
        py: Python<'py>,
        shard_id: PyBackedStr,
        record: &AggregatedRecord,
    ) -> PyResult<Bound<'py, PyAny>> {
        let judged = self.packer.waiting.with(py, |waiting| {
            waiting.core.core.judge(&shard_id, &record.core)
        });
        judgement(py, judged?)
    }

    /// Goes on with other shards.
    ///
    /// `unsent` are records that wait to be sent, or are to be sent again, in the
    /// order of sending. What comes back takes their place: cut where one reached
    /// beyond a shard of the new map, and behind them pieces of open aggregates.
    /// Full ones that wait here are among them.
    #[pyo3(
        signature = (shard_map, unsent=None),
        text_signature = "($self, shard_map, unsent=())"
    )]
    fn update_shard_map(
        &self,
        py: Python<'_>,
        shard_map: Py<ShardMap>,
        unsent: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<AggregatedRecord>> {
        let mut queue = Vec::new();
        if let Some(unsent) = unsent {
            for record in unsent.try_iter()? {
                queue.push(record?.cast::<AggregatedRecord>()?.get().core.clone());
            }
        }
        let map = shard_map.get().core.clone();
        let replaced = self.packer.waiting.with_detached(py, |waiting| {
            queue.extend(waiting.take_sealed());
            let Sharded { core, map: held } = &mut waiting.core;
            let cut = core.update_shard_map(map, queue);
            (cut, held.replace(shard_map))
        });
        let (cut, _dropped_without_lock) = replaced?;
        Ok(cut.into_iter().map(AggregatedRecord::from).collect())
    }

    /// The map that is used now.
    #[getter]
    fn shard_map(&self, py: Python<'_>) -> PyResult<Option<Py<ShardMap>>> {
        let clone = |map: &Py<ShardMap>| map.clone_ref(py);
        self.packer
            .waiting
            .with(py, |waiting| waiting.core.map.as_ref().map(clone))
    }

    /// User records in the open aggregates.
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
