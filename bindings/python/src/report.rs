//! What became of the Kinesis records of a batch.

use kinesis_agg::BlobRow;
use pyo3::prelude::*;

use crate::convert;

/// What became of one Kinesis record.
#[pyclass(frozen, get_all, module = "kinesis_agg")]
pub(crate) struct RecordReport {
    /// Which of those that were given, from 0.
    record_index: usize,
    /// What it turned out to be.
    status: Py<PyAny>,
    /// Why it is no aggregate, in words.
    reason: Option<String>,
    /// Which byte of its data is wrong, where one is.
    offset: Option<usize>,
    /// How many user records are handed out of it; 1 for one that is no aggregate.
    user_records: usize,
    /// How many the range policy leaves out.
    dropped: usize,
}

impl RecordReport {
    pub(crate) fn new(py: Python<'_>, record_index: usize, row: &BlobRow) -> PyResult<Self> {
        let reason = row.not_aggregated;
        Ok(Self {
            record_index,
            status: convert::member(py, "Status", &status(row))?.unbind(),
            reason: reason.map(|reason| reason.to_string()),
            offset: reason.and_then(|reason| reason.offset()),
            user_records: reason.map_or(row.kept_user_records, |_| 1),
            dropped: row.user_records - row.kept_user_records,
        })
    }
}

/// The word of `options.Status`.
fn status(row: &BlobRow) -> String {
    match row.not_aggregated {
        None if row.dropped => "dropped".to_owned(),
        None => "aggregated".to_owned(),
        Some(reason) if !reason.has_magic() => "plain".to_owned(),
        Some(reason) => reason.name().replace('-', "_"),
    }
}

#[pymethods]
impl RecordReport {
    fn __repr__(&self, py: Python<'_>) -> String {
        let Self {
            record_index,
            status,
            user_records,
            dropped,
            ..
        } = self;
        let reason = self.reason.as_deref();
        let reason = reason.map_or(String::new(), |reason| format!(", reason={reason:?}"));
        format!(
            "RecordReport(record_index={record_index}, status={}{reason}, \
             user_records={user_records}, dropped={dropped})",
            status.bind(py)
        )
    }
}

/// What became of the Kinesis records of a batch, counted.
#[pyclass(frozen, get_all, module = "kinesis_agg")]
pub(crate) struct Report {
    /// Kinesis records in all.
    records: usize,
    /// Those that do not begin like an aggregate.
    plain: usize,
    /// Those that begin like an aggregate and are none.
    damaged: usize,
    /// Aggregates without any user record.
    empty: usize,
    /// Aggregates dropped whole.
    dropped_aggregates: usize,
    /// User records handed out of aggregates.
    user_records: usize,
    /// User records not handed out, by either policy.
    dropped_user_records: usize,
    /// User records out of range, handed out or not.
    out_of_range: usize,
    /// User records whose explicit hash key is no hash key; 0 without a range.
    unplaceable: usize,
}

impl From<kinesis_agg::Report> for Report {
    fn from(report: kinesis_agg::Report) -> Self {
        Self {
            records: report.blobs,
            plain: report.plain,
            damaged: report.damaged,
            empty: report.empty,
            dropped_aggregates: report.dropped_aggregates,
            user_records: report.user_records,
            dropped_user_records: report.dropped_user_records,
            out_of_range: report.out_of_range,
            unplaceable: report.unplaceable,
        }
    }
}

#[pymethods]
impl Report {
    fn __repr__(&self) -> String {
        format!(
            "Report(records={}, plain={}, damaged={}, empty={}, dropped_aggregates={}, \
             user_records={}, dropped_user_records={}, out_of_range={}, unplaceable={})",
            self.records,
            self.plain,
            self.damaged,
            self.empty,
            self.dropped_aggregates,
            self.user_records,
            self.dropped_user_records,
            self.out_of_range,
            self.unplaceable
        )
    }
}
