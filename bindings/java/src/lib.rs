//! The native methods of `io.github.kinesisagg.Native`: the core for Java.
//!
//! ```text
//! Java       kinesis-agg/    shapes of records, options, lazily decoded rows, exceptions
//!            ------------
//! methods    what Java declares, and which function does it
//!            reading         blobs in, rows of numbers out
//!            packing         user records in; sealed: Kinesis records out
//!            shard_map
//!            arguments       buffers, arrays and numbers of Java
//!            failure, status exceptions of Java
//! below      registry        handles are numbers in a table, so a wrong one is an error
//!            guarded         a panic becomes an error, and ends what it happened in
//! ```
//!
//! Bytes alone cross: Java makes its strings itself, and its own code never runs
//! within a call.

mod arguments;
mod failure;
mod guarded;
mod methods;
mod packing;
mod reading;
mod registry;
mod sealed;
mod shard_map;
mod status;
