//! kinesis-agg
