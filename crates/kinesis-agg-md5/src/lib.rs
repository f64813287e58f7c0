//! kinesis-agg-md5
