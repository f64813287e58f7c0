//go:build cgo && (kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

// #cgo noescape kagg_deaggregator_read
// #cgo nocallback kagg_deaggregator_read
// #cgo noescape kagg_deaggregator_blobs
// #cgo nocallback kagg_deaggregator_blobs
// #cgo noescape kagg_deaggregator_user_records
// #cgo nocallback kagg_deaggregator_user_records
// #include <kinesis_agg.h>
import "C"

import (
	"runtime"
	"unsafe"
)

// coreDeaggregator is a kagg_deaggregator.
type coreDeaggregator struct {
	handle *C.kagg_deaggregator
	// Used again in each read.
	list   []C.kagg_blob
	pinner runtime.Pinner
	// Outputs, in a place of their own that holds no pointers.
	out *deaggregatorOut
}

type deaggregatorOut struct {
	count C.size_t
	err   C.kagg_error
	rows  [64]C.kagg_blob_row
}

// The rows are filled in place.
var _ = [1]struct{}{}[unsafe.Sizeof(C.kagg_user_record{})-unsafe.Sizeof(userRecordRow{})]

func newCoreDeaggregator() (*coreDeaggregator, error) {
	c := &coreDeaggregator{out: new(deaggregatorOut)}
	return c, failure(C.kagg_deaggregator_new(&c.handle), nil)
}

func (c *coreDeaggregator) setRange(start, end string, policy int) error {
	startText, startLen := text(start)
	endText, endLen := text(end)
	status := C.kagg_deaggregator_set_range(c.handle, startText, startLen,
		endText, endLen, C.int(policy), &c.out.err)
	return failure(status, &c.out.err)
}

func (c *coreDeaggregator) read(blobs [][]byte) error {
	c.list = c.list[:0]
	for _, blob := range blobs {
		data, length := slice(blob)
		if length > 0 {
			c.pinner.Pin(data)
		}
		c.list = append(c.list, C.kagg_blob{data: data, data_len: length})
	}
	status := C.kagg_deaggregator_read(c.handle, unsafe.SliceData(c.list),
		C.size_t(len(c.list)), &c.out.err)
	c.pinner.Unpin()
	clear(c.list)
	return failure(status, &c.out.err)
}

// blobs fills the reports, once after each read.
func (c *coreDeaggregator) blobs(reports []BlobReport) error {
	rows := &c.out.rows
	for len(reports) > 0 {
		status := C.kagg_deaggregator_blobs(c.handle, &rows[0], C.size_t(len(rows)), &c.out.count)
		if status != C.KAGG_OK {
			return failure(status, nil)
		}
		for i := range reports[:c.out.count] {
			row := &rows[i]
			reports[i] = BlobReport{
				Status:      Status(row.status),
				UserRecords: int(row.user_record_count),
				Dropped:     int(row.dropped_count),
				ByteOffset:  int(row.byte_offset),
				RecordIndex: int(row.record_index), // KAGG_NO_RECORD is -1.
			}
		}
		reports = reports[c.out.count:]
	}
	return nil
}

func (c *coreDeaggregator) userRecords(rows []userRecordRow) (int, error) {
	place := (*C.kagg_user_record)(unsafe.Pointer(unsafe.SliceData(rows)))
	status := C.kagg_deaggregator_user_records(c.handle, place, C.size_t(len(rows)), &c.out.count)
	if status != C.KAGG_OK {
		return 0, failure(status, nil)
	}
	return int(c.out.count), nil
}

func (c *coreDeaggregator) rewind() error {
	return failure(C.kagg_deaggregator_rewind(c.handle), nil)
}

func (c *coreDeaggregator) free() {
	C.kagg_deaggregator_free(c.handle)
	c.handle = nil
}
