package kinesisagg

import (
	"fmt"
	"sync"
	"testing"
)

// Closed twice is closed; after that every call says so.
func TestCloseTwice(t *testing.T) {
	d := newTestDeaggregator(t)
	batch, err := d.Deaggregate([][]byte{{1}})
	if err != nil {
		t.Fatal(err)
	}
	a := newTestAggregator(t, Options{})
	sealed, _ := a.Seal()
	m := oneShard(t)
	for range 2 {
		for _, closer := range []interface{ Close() error }{d, a, sealed, m} {
			if err := closer.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := d.Deaggregate(nil); err != ErrClosed {
		t.Error(err)
	}
	for u, err := range batch.UserRecords() {
		if err != ErrClosed || u.Data() != nil || u.PartitionKey() != nil {
			t.Error(u, err)
		}
	}
	if _, err := a.Push(NewUserRecord{PartitionKey: "k"}); err != ErrClosed {
		t.Error(err)
	}
	if _, err := m.Predict("k", ""); err != ErrClosed {
		t.Error(err)
	}
}

// User records outlive their deaggregator, and the next batch.
func TestUserRecordsStay(t *testing.T) {
	a := newTestAggregator(t, Options{})
	data := pack(t, &a.packer, []NewUserRecord{{PartitionKey: "k", Data: []byte("one")}, {PartitionKey: "k"}})[0].Data
	d := newTestDeaggregator(t)
	batch, err := d.Deaggregate([][]byte{data})
	if err != nil {
		t.Fatal(err)
	}
	var first UserRecord
	for u := range batch.UserRecords() {
		first = u
		break
	}
	if _, err := d.Deaggregate([][]byte{{1, 2, 3}}); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if string(first.Data()) != "one" || string(first.PartitionKey()) != "k" {
		t.Errorf("%q", first.Data())
	}
}

// A batch that was read over, or is walked over twice at a time, says so.
func TestStaleBatches(t *testing.T) {
	a := newTestAggregator(t, Options{})
	data := pack(t, &a.packer, many(1000, 1))[0].Data
	d := newTestDeaggregator(t)
	batch, err := d.Deaggregate([][]byte{data})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	var last error
	for _, err := range batch.UserRecords() {
		if last = err; err == nil {
			count++
			for range batch.UserRecords() {
				break
			}
		}
	}
	if count != 1 || last != ErrStale {
		t.Errorf("%d user records, then %v", count, last)
	}
	// One after the other, they are whole.
	for range 2 {
		count = 0
		for _, err := range batch.UserRecords() {
			if err != nil {
				t.Fatal(err)
			}
			count++
		}
		if count != 1000 {
			t.Error(count)
		}
	}
	if _, err := d.Deaggregate(nil); err != nil {
		t.Fatal(err)
	}
	for _, err := range batch.UserRecords() {
		if err != ErrStale {
			t.Error(err)
		}
	}
}

// Different values are used by different goroutines at once, and Records beside
// their aggregator.
func TestGoroutines(t *testing.T) {
	var all sync.WaitGroup
	for range 4 {
		a := newTestAggregator(t, Options{MaxSize: 2000})
		for round := range 20 {
			data := pack(t, &a.packer, many(200, 50))
			all.Go(func() {
				if back := readBack(t, data); len(back) != 200 {
					t.Errorf("round %d: %d", round, len(back))
				}
			})
			a.PushMany(many(200, 50))
			a.Finish()
			sealed, _ := a.Seal()
			all.Go(func() {
				list(t, sealed)
				sealed.Close()
			})
		}
	}
	all.Wait()
}

// What is empty may lie anywhere: its pointer is not followed, and not checked.
func TestEmptyPartsOfOthers(t *testing.T) {
	d := newTestDeaggregator(t)
	bytes, word := make([]byte, 1<<20), fmt.Sprint("word")
	batch, err := d.Deaggregate([][]byte{bytes[5:5], nil, bytes[:0]})
	if err != nil || batch.Blobs()[0].Status != StatusPlain {
		t.Errorf("%+v, %v", batch.Blobs(), err)
	}
	if _, err := NewShardMap([]Shard{{ID: word[2:2], StartingHashKey: word[1:1]}}); err == nil {
		t.Error("no hash keys are a shard")
	}
	a := newTestAggregator(t, Options{FrameSingles: true})
	record := NewUserRecord{PartitionKey: word, ExplicitHashKey: word[3:3], Data: bytes[7:7]}
	if _, err := a.Push(record); err != nil {
		t.Error(err)
	}
	if back := readBack(t, pack(t, &a.packer, []NewUserRecord{record})); len(back) != 2 || back[1].ExplicitHashKey != "" {
		t.Errorf("%+v", back)
	}
}
