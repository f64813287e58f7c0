//! crates/kinesis-agg-cli
fn main() {}
