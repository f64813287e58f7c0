//go:build !cgo || !(kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

import (
	"errors"
	"testing"
)

// A trap is an error; its instance is dead, and others go on.
func TestTrapsAreErrors(t *testing.T) {
	d, other := newTestDeaggregator(t), newTestDeaggregator(t)
	batch, err := d.Deaggregate([][]byte{{1}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.core.in.status("kagg_deaggregator_rewind", 0xFFFF_FFF0)
	var trap *Error
	if !errors.Is(err, ErrPanic) || !errors.As(err, &trap) || trap.Cause == nil {
		t.Fatalf("no trap: %v", err)
	}
	if _, err := d.Deaggregate(nil); !errors.Is(err, ErrPoisoned) {
		t.Error(err)
	}
	for _, err := range batch.UserRecords() {
		if err == nil {
			t.Error("a user record from a dead instance")
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if _, err := other.Deaggregate([][]byte{{1}}); err != nil {
		t.Error(err)
	}
}
