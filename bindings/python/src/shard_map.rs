//! The map of shards; `kinesis_agg/shards.py` makes it of the service's answers.

use kinesis_agg::{HashKey, Shard};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use crate::record::{AggregatedRecord, judgement};
use crate::{convert, errors};

/// The shards of a stream at one time.
#[pyclass(frozen, subclass, module = "kinesis_agg._native")]
pub(crate) struct ShardMap {
    pub(crate) core: kinesis_agg::ShardMap,
}

#[pymethods]
impl ShardMap {
    #[new]
    #[pyo3(signature = (shards, closed=None), text_signature = "(shards, closed=())")]
    fn new(shards: &Bound<'_, PyAny>, closed: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let open = list(shards)?;
        let closed = closed.map_or_else(|| Ok(Vec::new()), list)?;
        let refused = |error| errors::of_shard_map(shards.py(), &error);
        let core = kinesis_agg::ShardMap::new(open).map_err(refused)?;
        Ok(Self {
            core: core.with_closed(closed),
        })
    }

    /// The identifier of the shard that a user record of these keys belongs to.
    #[pyo3(signature = (partition_key, explicit_hash_key=None))]
    fn predict(
        &self,
        partition_key: PyBackedStr,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<&str> {
        let hash_key = match explicit_hash_key {
            Some(key) => convert::hash_key(key)?,
            None => HashKey::of_partition_key(&partition_key),
        };
        Ok(self.core.predict(hash_key).id())
    }

    /// Whether `record` counts as delivered, now that the service has answered that it
    /// lies in this shard: every reader gets all of its user records.
    fn judge<'py>(
        &self,
        py: Python<'py>,
        shard_id: PyBackedStr,
        record: &AggregatedRecord,
    ) -> PyResult<Bound<'py, PyAny>> {
        judgement(py, self.core.judge(&shard_id, &record.core))
    }

    fn _open_shards(&self) -> Vec<(&str, u128, u128)> {
        let shards = self.core.open_shards().iter();
        let row = |shard: &Shard| (shard.range().start().get(), shard.range().end().get());
        let rows = shards.map(|shard| (shard.id(), row(shard).0, row(shard).1));
        rows.collect()
    }

    fn __repr__(&self) -> String {
        format!(
            "<ShardMap of {} open shards>",
            self.core.open_shards().len()
        )
    }
}

fn list(shards: &Bound<'_, PyAny>) -> PyResult<Vec<Shard>> {
    shards.try_iter()?.map(|shard| one(&shard?)).collect()
}

fn one(shard: &Bound<'_, PyAny>) -> PyResult<Shard> {
    let (id, start, end) = shard.extract::<(PyBackedStr, Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    let key = |key| match convert::hash_key(key) {
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyValueError>(shard.py()) => {
            let text = format!("the hash keys of the shard {id} are none");
            Err(errors::shard_map(shard.py(), text))
        }
        key => key,
    };
    let range = kinesis_agg::HashKeyRange::new(key(&start)?, key(&end)?);
    let reversed =
        || errors::shard_map(shard.py(), format!("the shard {id} ends before it starts"));
    Ok(Shard::new(&*id, range.ok_or_else(reversed)?))
}
