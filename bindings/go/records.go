package kinesisagg

import (
	"iter"
	"runtime"
)

// Record is a Kinesis record that is ready to be sent. All three, partition key,
// explicit hash key and data, are to be sent.
type Record struct {
	PartitionKey string
	// ExplicitHashKey is "" for none.
	ExplicitHashKey string
	Data            []byte
	// UserRecords is how many are inside; at least 1.
	UserRecords int
	// IsFramed is false for a single user record that goes as it is.
	IsFramed bool
}

// Records are Kinesis records that are ready to be sent.
type Records struct {
	core    *coreRecords
	cleanup runtime.Cleanup
	// The aggregator that made them.
	of *corePacker
}

func newRecords(core *coreRecords, of *corePacker) *Records {
	r := &Records{core: core, of: of}
	r.cleanup = runtime.AddCleanup(r, (*coreRecords).free, core)
	return r
}

// Len tells how many there are; 0 once closed.
func (r *Records) Len() int {
	if r.core == nil {
		return 0
	}
	count, _ := r.core.count() // Get and All tell of a fault.
	runtime.KeepAlive(r)
	return count
}

// Get returns a copy of the record at index, from 0.
func (r *Records) Get(index int) (Record, error) {
	if r.core == nil {
		return Record{}, ErrClosed
	}
	record, err := r.core.get(index)
	runtime.KeepAlive(r)
	return record, err
}

// All walks over copies of the records. An error is the last thing that comes.
func (r *Records) All() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		if r.core == nil {
			yield(Record{}, ErrClosed)
			return
		}
		count, err := r.core.count()
		if err != nil {
			yield(Record{}, err)
			return
		}
		for i := range count {
			record, err := r.Get(i)
			if !yield(record, err) || err != nil {
				return
			}
		}
	}
}

// Remove takes the record at index out: one that has arrived. Those behind it
// move up; remove from the last to the first, and indexes stay right.
func (r *Records) Remove(index int) error {
	if r.core == nil {
		return ErrClosed
	}
	err := r.core.remove(index)
	runtime.KeepAlive(r)
	return err
}

// Close gives the core's memory back.
func (r *Records) Close() error {
	if r.core != nil {
		r.core.free()
		r.forget()
	}
	return nil
}

// forget is for a handle that the core has ended.
func (r *Records) forget() {
	r.cleanup.Stop()
	r.core, r.of = nil, nil
}
