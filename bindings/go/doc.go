// Package kinesisagg reads and writes the KPL aggregation format of Amazon
// Kinesis: many small user records in one Kinesis record.
//
//	blobs -> Deaggregator.Deaggregate -> Batch -> UserRecords, in place
//	user records -> Aggregator, ShardedAggregator -> Seal -> Records
//
// The work is done by the core of kinesis-agg, written in Rust. It comes in two
// builds with one API:
//
//   - As WebAssembly inside this package, the default: runs wherever Go does,
//     with CGO_ENABLED=0, too.
//   - As native code through cgo, several times as fast: with the build tag
//     kinesisagg_pkgconfig and an installed library, or, inside the project's
//     repository, with kinesisagg_static and the library that cargo builds.
//
// Every type with a Close holds memory of the core. Close may be called twice,
// and may be left to the garbage collector. One goroutine at a time may use a
// value; different values are independent.
//
// Errors of the core are of type *Error; errors.Is finds their [Status], such as
// [ErrTooLarge], in them.
package kinesisagg
