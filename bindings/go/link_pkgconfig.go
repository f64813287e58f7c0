//go:build cgo && kinesisagg_pkgconfig

package kinesisagg

// The library that is installed on the system.

// #cgo pkg-config: kinesis_agg
import "C"
