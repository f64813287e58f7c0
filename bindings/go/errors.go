package kinesisagg

import (
	"errors"
	"fmt"
)

// ErrClosed is what every call answers after Close.
var ErrClosed = errors.New("kinesisagg: closed")

// ErrStale ends a walk over a [Batch] when its Deaggregator has read, or a
// second walk has started, meanwhile.
var ErrStale = errors.New("kinesisagg: the batch was read, or walked over, anew")

// ErrForeign is answered when Records are given to another aggregator than the
// one that made them.
var ErrForeign = errors.New("kinesisagg: records of another aggregator")

// Error is why the core refused, with the numbers to act on.
type Error struct {
	// Status is the reason; errors.Is(err, ErrTooLarge) compares with it.
	Status Status
	// ByteOffset is where in the given bytes; 0 where there is no place to name.
	ByteOffset int
	// RecordIndex is which of the user records, blobs or shards, from 0.
	RecordIndex int
	// Value is out of bounds; 0 where there is none.
	Value int
	// Limit is the bound.
	Limit int
	// Cause is the trap behind ErrPanic, of the core as WebAssembly; else nil.
	Cause error
}

// Error tells the reason and those numbers that mean something.
func (e *Error) Error() string {
	text := e.Status.Error()
	if e.Limit != 0 {
		text += fmt.Sprintf(": %d, at most %d", e.Value, e.Limit)
	}
	if e.ByteOffset != 0 {
		text += fmt.Sprintf(", at byte %d", e.ByteOffset)
	}
	if e.RecordIndex != 0 {
		text += fmt.Sprintf(", record %d", e.RecordIndex)
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap returns the Status, and the Cause where there is one.
func (e *Error) Unwrap() []error {
	if e.Cause != nil {
		return []error{e.Status, e.Cause}
	}
	return []error{e.Status}
}
