package kinesisagg

import (
	"bytes"
	"testing"
)

// Any bytes are read; what comes out lies inside them; and a blob alone gives what
// it gives among others.
func FuzzDeaggregate(f *testing.F) {
	for i, v := range vectors(f) {
		if i%11 == 0 {
			f.Add(v.blobs()[0])
		}
	}
	d := newTestDeaggregator(f)
	a, err := NewAggregator(Options{FrameSingles: true})
	if err != nil {
		f.Fatal(err)
	}
	neighbour := pack(f, &a.packer, many(3, 3))[0].Data
	f.Fuzz(func(t *testing.T, blob []byte) {
		alone := verdictOf(t, d, [][]byte{blob})
		among := verdictOf(t, d, [][]byte{neighbour, blob, neighbour})
		if len(among.UserRecords) != len(alone.UserRecords)+6 {
			t.Fatalf("%d user records among others, %d alone", len(among.UserRecords), len(alone.UserRecords))
		}
		for i, record := range alone.UserRecords {
			other := among.UserRecords[3+i]
			if other.Source != 1 || other.PartitionKey != record.PartitionKey || !bytes.Equal(other.Data, record.Data) {
				t.Fatalf("%+v among others, %+v alone", other, record)
			}
			if !bytes.Contains(blob, record.Data) {
				t.Fatalf("%q is not of the blob", record.Data)
			}
		}
	})
}

// What is taken comes back, in order; what is refused changes nothing.
func FuzzRoundTrip(f *testing.F) {
	f.Add("key", "1", []byte("data"), uint16(300))
	f.Add("", "x", []byte{}, uint16(0))
	f.Add("k\u00e9y", "340282366920938463463374607431768211455", bytes.Repeat([]byte("d"), 500), uint16(600))
	f.Fuzz(func(t *testing.T, key, hash string, data []byte, maxSize uint16) {
		a := newTestAggregator(t, Options{MaxSize: 400 + int(maxSize), FrameSingles: true})
		defer a.Close()
		given := many(5, 20)
		given[2] = NewUserRecord{PartitionKey: key, ExplicitHashKey: hash, Data: data}
		_, refused, err := a.PushMany(given)
		if err != nil {
			t.Fatal(err)
		}
		if len(refused) > 0 {
			if len(refused) != 1 || refused[0].RecordIndex != 2 {
				t.Fatal(refused)
			}
			given = append(given[:2], given[3:]...)
		}
		back := readBack(t, pack(t, &a.packer, nil))
		if len(back) != len(given) {
			t.Fatalf("%d came back of %d", len(back), len(given))
		}
		for i := range back {
			if !same(back[i], given[i]) {
				t.Fatalf("%d: %+v, want %+v", i, back[i], given[i])
			}
		}
	})
}
