//! How all benches measure.

use std::time::Duration;

use criterion::Criterion;

/// Short runs: there are many benchmarks, and all are a few microseconds long.
pub(crate) fn quickly() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(50)
}
