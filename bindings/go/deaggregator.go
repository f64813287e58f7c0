package kinesisagg

import (
	"iter"
	"runtime"
	"slices"
)

// rowsAtATime is how many user records one call of the core hands out: few
// enough for their rows to stay in the cache.
const rowsAtATime = 256

// RangePolicy is what becomes of user records out of range.
type RangePolicy int

// The policies.
const (
	// KeepAll hands out all user records, and marks those out of range.
	KeepAll RangePolicy = 0
	// KeepInRange leaves those out of range out, and counts them.
	KeepInRange RangePolicy = 1
	// DropAggregate drops an aggregate with one out of range whole, as the KCL.
	DropAggregate RangePolicy = 2
)

// Deaggregator takes aggregated records apart, with memory that it uses again.
type Deaggregator struct {
	core    *coreDeaggregator
	cleanup runtime.Cleanup
	blobs   [][]byte
	reports []BlobReport
	// Counts the reads: a Batch knows its own.
	reads uint64
	// Counts the walks over user records, of which one at a time goes on.
	walks uint64
	rows  []userRecordRow
}

// NewDeaggregator makes one without a hash key range.
func NewDeaggregator() (*Deaggregator, error) {
	core, err := newCoreDeaggregator()
	if err != nil {
		return nil, err
	}
	d := &Deaggregator{core: core, rows: make([]userRecordRow, rowsAtATime)}
	d.cleanup = runtime.AddCleanup(d, (*coreDeaggregator).free, core)
	return d, nil
}

// SetRange compares the hash key of each user record with the range of a shard,
// in decimal digits, both ends within, and does with those outside what policy
// says. What was read is forgotten.
func (d *Deaggregator) SetRange(startingHashKey, endingHashKey string, policy RangePolicy) error {
	if d.core == nil {
		return ErrClosed
	}
	d.reads++
	d.walks++
	d.blobs = nil
	err := d.core.setRange(startingHashKey, endingHashKey, int(policy))
	runtime.KeepAlive(d)
	return err
}

// Deaggregate reads blobs, the data of Kinesis records: all that a GetRecords
// answer or a Lambda event holds, together.
//
// Whatever the bytes are, they are read: [Batch.Blobs] tells what became of each.
// An error means a fault of the core, or more bytes than it can hold. The Batch is
// good until the next call.
func (d *Deaggregator) Deaggregate(blobs [][]byte) (Batch, error) {
	if d.core == nil {
		return Batch{}, ErrClosed
	}
	d.reads++
	d.walks++
	// A new list each time: user records point into it.
	d.blobs = slices.Clone(blobs)
	d.reports = slices.Grow(d.reports[:0], len(blobs))[:len(blobs)]
	err := d.core.read(d.blobs)
	if err == nil {
		err = d.core.blobs(d.reports)
	}
	runtime.KeepAlive(d)
	if err != nil {
		return Batch{}, err
	}
	return Batch{d, d.reads, d.reports}, nil
}

// Close gives the core's memory back. User records stay: they lie in the blobs.
func (d *Deaggregator) Close() error {
	if d.core != nil {
		d.cleanup.Stop()
		d.core.free()
		d.core, d.blobs, d.reports = nil, nil, nil
		d.walks++
	}
	return nil
}

// Batch is what one call of Deaggregate has read.
type Batch struct {
	deaggregator *Deaggregator
	read         uint64
	reports      []BlobReport
}

// BlobReport tells what became of a blob.
type BlobReport struct {
	// Status is StatusOK for an aggregate, StatusDropped for one that the policy
	// dropped; all others say why it is none: hand the Kinesis record on.
	Status Status
	// UserRecords is how many are handed out.
	UserRecords int
	// Dropped is how many the policy leaves out.
	Dropped int
	// ByteOffset is where in the blob the fault lies; 0 if it lies nowhere.
	ByteOffset int
	// RecordIndex is which record of the message has the fault, or -1.
	RecordIndex int
}

// IsAggregate tells whether the blob is an aggregate, dropped or not.
func (b *BlobReport) IsAggregate() bool {
	return b.Status == StatusOK || b.Status == StatusDropped
}

// Err is nil for an aggregate and for a plain record. Else the blob looks like an
// aggregate, and is damaged or dropped: an *Error says how and where.
func (b *BlobReport) Err() error {
	if b.Status == StatusOK || b.Status == StatusPlain {
		return nil
	}
	return &Error{Status: b.Status, ByteOffset: b.ByteOffset, RecordIndex: max(b.RecordIndex, 0)}
}

// Blobs returns a report for each blob, in their order. The slice is used again
// by the next call of Deaggregate.
func (b Batch) Blobs() []BlobReport { return b.reports }

// UserRecords walks over the user records of all aggregates, in their order. It
// may be called again.
//
// An error is the last thing that comes: [ErrStale], [ErrClosed], or a fault of
// the core. Blobs that are no aggregates are passed over: see [Batch.Blobs].
func (b Batch) UserRecords() iter.Seq2[UserRecord, error] {
	return func(yield func(UserRecord, error) bool) {
		walk, err := b.start()
		d := b.deaggregator
		for err == nil {
			var rows []userRecordRow
			rows, err = d.next(walk)
			if err == nil && len(rows) == 0 {
				return
			}
			for i := range rows {
				row := &rows[i]
				if !yield(row.userRecord(&d.blobs[row.blob]), nil) {
					return
				}
				if d.walks != walk {
					break // next says why.
				}
			}
		}
		yield(UserRecord{}, err)
	}
}

// start begins a walk, and returns its number.
func (b Batch) start() (uint64, error) {
	if err := b.check(); err != nil {
		return 0, err
	}
	d := b.deaggregator
	d.walks++
	err := d.core.rewind()
	runtime.KeepAlive(d)
	return d.walks, err
}

// next fetches rows for a walk; none at the end.
func (d *Deaggregator) next(walk uint64) ([]userRecordRow, error) {
	switch {
	case d == nil || d.core == nil:
		return nil, ErrClosed
	case d.walks != walk:
		return nil, ErrStale
	}
	count, err := d.core.userRecords(d.rows)
	runtime.KeepAlive(d)
	return d.rows[:count], err
}

func (b Batch) check() error {
	switch {
	case b.deaggregator == nil || b.deaggregator.core == nil:
		return ErrClosed
	case b.deaggregator.reads != b.read:
		return ErrStale
	}
	return nil
}
