//! kinesis-agg-testkit
