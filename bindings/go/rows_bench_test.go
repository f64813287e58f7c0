package kinesisagg

import (
	"fmt"
	"testing"
)

// What a walk costs: rows alone, user records, user records whose data is looked
// at, and a cursor on them.
func BenchmarkRows(b *testing.B) {
	a, _ := NewAggregator(Options{MaxSize: 51200})
	var blobs [][]byte
	for i := range 100000 {
		a.Push(NewUserRecord{PartitionKey: fmt.Sprintf("%036d", i/4), Data: make([]byte, 100)})
	}
	a.Finish()
	r, _ := a.Seal()
	for x, err := range r.All() {
		if err != nil {
			b.Fatal(err)
		}
		blobs = append(blobs, x.Data)
	}
	d, _ := NewDeaggregator()
	batch, _ := d.Deaggregate(blobs)
	b.Run("rows", func(b *testing.B) {
		for range b.N {
			walk, _ := batch.start()
			for {
				rows, _ := d.next(walk)
				if len(rows) == 0 {
					break
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100000, "ns/record")
	})
	n := 0
	b.Run("records", func(b *testing.B) {
		for range b.N {
			for u, err := range batch.UserRecords() {
				if err != nil {
					b.Fatal(err)
				}
				n += len(u.Data()) + len(u.PartitionKey())
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100000, "ns/record")
	})
	b.Run("touched", func(b *testing.B) {
		for range b.N {
			for u, err := range batch.UserRecords() {
				if err != nil {
					b.Fatal(err)
				}
				n += len(u.Data()) + len(u.PartitionKey()) + int(u.Data()[0])
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100000, "ns/record")
	})
	b.Run("cursor", func(b *testing.B) {
		for range b.N {
			c := batch.Cursor()
			for c.Next() {
				n += len(c.Data()) + len(c.PartitionKey()) + int(c.Data()[0])
			}
			if c.Err() != nil {
				b.Fatal(c.Err())
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100000, "ns/record")
	})
}
