//! A Kinesis record that is ready to be sent.

use kinesis_agg::{HashKey, Judgement};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict};

use crate::convert;

/// A Kinesis record that is ready to be sent, with one or more user records.
#[pyclass(frozen, module = "kinesis_agg")]
pub(crate) struct AggregatedRecord {
    pub(crate) core: kinesis_agg::AggregatedRecord,
    /// The data for Python, once it was asked for.
    data: PyOnceLock<Py<PyBytes>>,
}

impl From<kinesis_agg::AggregatedRecord> for AggregatedRecord {
    fn from(core: kinesis_agg::AggregatedRecord) -> Self {
        Self {
            core,
            data: PyOnceLock::new(),
        }
    }
}

#[pymethods]
impl AggregatedRecord {
    /// The partition key to send it with.
    #[getter]
    fn partition_key(&self) -> &str {
        self.core.partition_key()
    }

    /// The explicit hash key to send it with, if any.
    #[getter]
    fn explicit_hash_key(&self) -> Option<String> {
        let key = self.core.explicit_hash_key();
        key.map(|key| key.to_string())
    }

    /// An aggregate, or the bare data of a single user record.
    #[getter]
    fn data(&self, py: Python<'_>) -> Py<PyBytes> {
        let made = || PyBytes::new(py, self.core.data()).unbind();
        self.data.get_or_init(py, made).clone_ref(py)
    }

    /// How many user records are inside; at least 1.
    #[getter]
    fn user_record_count(&self) -> usize {
        self.core.user_record_count()
    }

    /// False for a single user record that goes as it is.
    #[getter]
    fn is_framed(&self) -> bool {
        self.core.is_framed()
    }

    /// Bytes that count against the stream's limit: data and partition key.
    #[getter]
    fn size(&self) -> usize {
        self.core.size()
    }

    /// Lowest and highest hash key inside.
    #[getter]
    fn hash_key_span(&self) -> (u128, u128) {
        let span = self.core.hash_key_span();
        (span.start().get(), span.end().get())
    }

    /// An entry of `Records` for boto3's `put_records`.
    fn put_records_entry<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let entry = PyDict::new(py);
        entry.set_item("Data", self.data(py))?;
        entry.set_item("PartitionKey", self.partition_key())?;
        if let Some(key) = self.explicit_hash_key() {
            entry.set_item("ExplicitHashKey", key)?;
        }
        Ok(entry)
    }

    fn __repr__(&self) -> String {
        let key = self.core.explicit_hash_key().map(HashKey::get);
        format!(
            "AggregatedRecord(partition_key={:?}, explicit_hash_key={}, data=<{} bytes>, \
             user_record_count={})",
            self.partition_key(),
            key.map_or_else(|| "None".to_owned(), |key| format!("'{key}'")),
            self.core.data().len(),
            self.user_record_count()
        )
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.core == other.core
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (self.partition_key(), self.data(py))
            .into_pyobject(py)?
            .hash()
    }
}

/// The member of `options.Judgement`.
pub(crate) fn judgement(py: Python<'_>, judgement: Judgement) -> PyResult<Bound<'_, PyAny>> {
    let word = match judgement {
        Judgement::Delivered => "delivered",
        Judgement::SendAgain => "send_again",
        Judgement::UnknownShard => "unknown_shard",
        Judgement::KeysIgnored => "keys_ignored",
    };
    convert::member(py, "Judgement", word)
}
