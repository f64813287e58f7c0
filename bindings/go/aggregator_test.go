package kinesisagg

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func newTestAggregator(t testing.TB, options Options) *Aggregator {
	t.Helper()
	a, err := NewAggregator(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// pack pushes, finishes and seals.
func pack(t testing.TB, p *packer, records []NewUserRecord) []Record {
	t.Helper()
	_, refused, err := p.PushMany(records)
	if err != nil || refused != nil {
		t.Fatal(err, refused)
	}
	if err := p.Finish(); err != nil {
		t.Fatal(err)
	}
	sealed, err := p.Seal()
	if err != nil {
		t.Fatal(err)
	}
	defer sealed.Close()
	return list(t, sealed)
}

func list(t testing.TB, sealed *Records) []Record {
	t.Helper()
	var all []Record
	for record, err := range sealed.All() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, record)
	}
	return all
}

// readBack is what a reader finds in records; singles come as they are.
func readBack(t testing.TB, records []Record) []NewUserRecord {
	t.Helper()
	var all []NewUserRecord
	for _, record := range records {
		users, reports, err := Deaggregate([][]byte{record.Data})
		if err != nil {
			t.Fatal(err)
		}
		if reports[0].Status != StatusOK {
			if record.IsFramed {
				t.Fatalf("%v", reports[0].Err())
			}
			all = append(all, NewUserRecord{PartitionKey: record.PartitionKey, Data: record.Data})
			continue
		}
		if len(users) != record.UserRecords {
			t.Fatalf("%d user records, not %d", len(users), record.UserRecords)
		}
		for i := range users {
			user := NewUserRecord{PartitionKey: Text(users[i].PartitionKey()), Data: users[i].Data()}
			if key, ok := users[i].ExplicitHashKey(); ok {
				user.ExplicitHashKey = string(key)
			}
			all = append(all, user)
		}
	}
	return all
}

func same(a, b NewUserRecord) bool {
	return a.PartitionKey == b.PartitionKey && a.ExplicitHashKey == b.ExplicitHashKey && bytes.Equal(a.Data, b.Data)
}

func many(count, size int) []NewUserRecord {
	records := make([]NewUserRecord, count)
	for i := range records {
		records[i] = NewUserRecord{PartitionKey: fmt.Sprint("key-", i%7), Data: bytes.Repeat([]byte{byte(i)}, size)}
		if i%3 == 0 {
			records[i].ExplicitHashKey = fmt.Sprint(i)
		}
	}
	return records
}

// What went in comes out, in order; no record is over its size or count.
func TestRoundTrip(t *testing.T) {
	records := many(1000, 100)
	a := newTestAggregator(t, Options{MaxSize: 5000, MaxCount: 30, FrameSingles: true})
	sealed := pack(t, &a.packer, records)
	for i, record := range sealed {
		if size := len(record.PartitionKey) + len(record.Data); size > 5000 || record.UserRecords > 30 {
			t.Errorf("record %d has %d bytes, %d user records", i, size, record.UserRecords)
		}
	}
	back := readBack(t, sealed)
	if len(back) != len(records) {
		t.Fatalf("%d came back", len(back))
	}
	for i := range records {
		if !same(records[i], back[i]) {
			t.Fatalf("%d: %+v", i, back[i])
		}
	}
}

// The producers' vectors that were read back faithfully are packed into the same
// user records again; those of the KPL that fit one aggregate, into its bytes.
func TestVectorsArePackedAgain(t *testing.T) {
	packed, sameBytes := 0, 0
	for _, v := range vectors(t) {
		if !v.Faithful || v.Batch != nil || v.KCL.Outcome != "aggregated" {
			continue
		}
		records, plain := v.toPack()
		if !plain {
			continue
		}
		a := newTestAggregator(t, Options{FrameSingles: true, OuterPartitionKey: KPLPartitionKey})
		sealed := pack(t, &a.packer, records)
		a.Close()
		back := readBack(t, sealed)
		if len(sealed) != 1 || len(back) != len(records) {
			t.Errorf("%s: %d records, %d user records", v.ID, len(sealed), len(back))
			continue
		}
		for i := range back {
			if !same(back[i], records[i]) {
				t.Errorf("%s: %+v", v.ID, back[i])
			}
		}
		packed++
		if bytes.Equal(sealed[0].Data, v.Aggregate) {
			sameBytes++
		} else if bytes.HasPrefix([]byte(v.ID), []byte("kpl-")) {
			t.Errorf("%s: other bytes than the KPL's", v.ID)
		}
	}
	if packed < 150 || sameBytes < 80 {
		t.Errorf("%d packed, %d with the same bytes", packed, sameBytes)
	}
}

// toPack is the input, unless it has tags, or keys that are refused.
func (v *vector) toPack() ([]NewUserRecord, bool) {
	var records []NewUserRecord
	for _, in := range v.Input {
		record := NewUserRecord{PartitionKey: in.PartitionKey, Data: in.Data}
		if len(in.Tags) > 0 || len(in.PartitionKey) == 0 || len(in.PartitionKey) > 256 {
			return nil, false
		}
		if in.ExplicitHashKey != nil {
			record.ExplicitHashKey = *in.ExplicitHashKey
			if record.ExplicitHashKey == "" || (record.ExplicitHashKey[0] == '0' && len(record.ExplicitHashKey) > 1) {
				return nil, false
			}
		}
		records = append(records, record)
	}
	return records, len(records) > 0
}

// What is refused is named with its numbers, and keeps nothing else out.
func TestRefusedAreNamed(t *testing.T) {
	a := newTestAggregator(t, Options{MaxSize: 3 << 20})
	records := many(5, 10)
	records[1].PartitionKey = ""
	records[2].ExplicitHashKey = "x"
	records[3].Data = make([]byte, 4<<20)
	records = append(records, NewUserRecord{PartitionKey: "\xff"})
	_, refused, err := a.PushMany(records)
	if err != nil || len(refused) != 4 {
		t.Fatal(refused, err)
	}
	for i, wanted := range []Error{
		{Status: ErrPartitionKeyLength, RecordIndex: 1, Limit: 256},
		{Status: ErrExplicitHashKey, RecordIndex: 2},
		{Status: ErrTooLarge, RecordIndex: 3, Limit: 3 << 20},
		{Status: ErrNotUTF8, RecordIndex: 5},
	} {
		got := *refused[i]
		if got.Value = 0; got != wanted {
			t.Errorf("got %+v, want %+v", got, wanted)
		}
	}
	if count, err := a.UserRecordCount(); count != 2 || err != nil {
		t.Errorf("%d wait, %v", count, err)
	}
}

// Options that cannot be are refused.
func TestOptionsAreRefused(t *testing.T) {
	for _, options := range []Options{{MaxSize: 11 << 20}, {MaxSize: -1}, {OuterPartitionKey: 7}} {
		if _, err := NewAggregator(options); !errors.Is(err, ErrOption) {
			t.Errorf("%+v: %v", options, err)
		}
	}
}
