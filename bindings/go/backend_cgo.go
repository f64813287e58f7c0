//go:build cgo && (kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

// The core as native code, through its C ABI.
//
// This file knows how a status and its numbers become an error; the files
// beside it, backend_cgo_<type>.go, are the calls, one method each.

// #include <kinesis_agg.h>
//
// _Static_assert(KAGG_ABI_VERSION == 0, "this package knows ABI version 0");
import "C"

import "unsafe"

// Backend names the build of the core that runs.
const Backend = "cgo"

// failure makes an error of a status below 0, and nil of all others.
func failure(status C.kagg_status, numbers *C.kagg_error) error {
	if status >= 0 {
		return nil
	}
	err := &Error{Status: Status(status)}
	if numbers != nil && numbers.status == status {
		err.ByteOffset = int(numbers.byte_offset)
		err.RecordIndex = int(numbers.record_index)
		err.Value = int(numbers.value)
		err.Limit = int(numbers.limit)
	}
	return err
}

// text is the pointer and the length of s, for the length of a call; NULL if it
// is empty, as the place of an empty text may be in memory that is not pinned.
func text(s string) (*C.char, C.size_t) {
	if s == "" {
		return nil, 0
	}
	return (*C.char)(unsafe.Pointer(unsafe.StringData(s))), C.size_t(len(s))
}

// copied is a text of the core as a string.
func copied(place *C.char, length C.size_t) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(place)), length))
}

// slice is the same for bytes.
func slice(b []byte) (*C.uint8_t, C.size_t) {
	if len(b) == 0 {
		return nil, 0
	}
	return (*C.uint8_t)(unsafe.SliceData(b)), C.size_t(len(b))
}

// statusMessage is the core's own text of a status.
func statusMessage(status Status) (string, error) {
	return C.GoString(C.kagg_status_message(C.kagg_status(status))), nil
}

// Version is the version of the core.
func Version() (string, error) { return C.GoString(C.kagg_version()), nil }
