//go:build !cgo || !(kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

import (
	"encoding/binary"
	"math"
)

const (
	userRecordSize = 40
	blobRowSize    = 20
)

// coreDeaggregator is a kagg_deaggregator in an instance of its own.
type coreDeaggregator struct {
	in     *instance
	handle uint32
	// Where rows arrive.
	rows uint32
}

func newCoreDeaggregator() (*coreDeaggregator, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	c := &coreDeaggregator{in: in}
	if c.rows, err = in.alloc(rowsAtATime * userRecordSize); err == nil {
		_, err = in.status("kagg_deaggregator_new", in.valuePlace(0))
		c.handle = in.value(0)
	}
	if err != nil {
		in.release()
		return nil, err
	}
	return c, nil
}

func (c *coreDeaggregator) setRange(start, end string, policy int) error {
	place, err := c.in.layTexts(start, end)
	if err != nil {
		return err
	}
	_, err = c.in.statusOf("kagg_deaggregator_set_range", uint64(c.handle),
		place, length(start), place+length(start), length(end), size(policy), c.in.errorPlace())
	return err
}

// read lays all lengths and, behind them, all bytes.
func (c *coreDeaggregator) read(blobs [][]byte) error {
	head, total := 4*len(blobs), 0
	for _, blob := range blobs {
		if total += len(blob); total > math.MaxInt32 {
			return &Error{Status: ErrLength}
		}
	}
	place, b, err := c.in.lay(head + total)
	if err != nil {
		return err
	}
	rest := b[head:]
	for i, blob := range blobs {
		binary.LittleEndian.PutUint32(b[4*i:], uint32(len(blob)))
		rest = rest[copy(rest, blob):]
	}
	_, err = c.in.statusOf("kagg_deaggregator_read_joined", uint64(c.handle),
		uint64(place)+uint64(head), uint64(total), uint64(place), uint64(len(blobs)), c.in.errorPlace())
	return err
}

// blobs fills the reports, once after each read.
func (c *coreDeaggregator) blobs(reports []BlobReport) error {
	const atATime = rowsAtATime * userRecordSize / blobRowSize
	for len(reports) > 0 {
		count, err := c.fetch("kagg_deaggregator_blobs", atATime)
		if err != nil || count == 0 {
			return err
		}
		b, _ := c.in.memory.Read(c.rows, count*blobRowSize)
		for i := range reports[:count] {
			row := b[i*blobRowSize:]
			number := func(i int) uint32 { return binary.LittleEndian.Uint32(row[4*i:]) }
			reports[i] = BlobReport{
				Status:      Status(number(0)),
				UserRecords: int(number(1)),
				Dropped:     int(number(2)),
				ByteOffset:  int(number(3)),
				RecordIndex: int(int32(number(4))), // KAGG_NO_RECORD is -1.
			}
		}
		reports = reports[count:]
	}
	return nil
}

func (c *coreDeaggregator) userRecords(rows []userRecordRow) (int, error) {
	count, err := c.fetch("kagg_deaggregator_user_records", min(len(rows), rowsAtATime))
	if err != nil {
		return 0, err
	}
	b, _ := c.in.memory.Read(c.rows, count*userRecordSize)
	copyOut(rows, b)
	return int(count), nil
}

// fetch asks for up to capacity rows, and returns how many came; 0 at the end.
func (c *coreDeaggregator) fetch(name string, capacity int) (uint32, error) {
	status, err := c.in.status(name, uint64(c.handle), uint64(c.rows), uint64(capacity), c.in.valuePlace(0))
	if err != nil || status != StatusOK {
		return 0, err
	}
	return c.in.value(0), nil
}

func (c *coreDeaggregator) rewind() error {
	_, err := c.in.status("kagg_deaggregator_rewind", uint64(c.handle))
	return err
}

// free ends the instance, and with it everything inside.
func (c *coreDeaggregator) free() { c.in.release() }
