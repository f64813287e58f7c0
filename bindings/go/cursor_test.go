package kinesisagg

import (
	"bytes"
	"testing"
)

// expectCursor compares what a cursor stands on with the user records of a walk.
func expectCursor(t *testing.T, batch Batch, users []UserRecord) {
	t.Helper()
	cursor := batch.Cursor()
	for i := range users {
		if !cursor.Next() {
			t.Fatalf("ended before %d of %d: %v", i, len(users), cursor.Err())
		}
		user := &users[i]
		key, has := cursor.ExplicitHashKey()
		wantKey, wantHas := user.ExplicitHashKey()
		if cursor.UserRecord() != *user || !bytes.Equal(cursor.Data(), user.Data()) ||
			!bytes.Equal(cursor.PartitionKey(), user.PartitionKey()) ||
			!bytes.Equal(key, wantKey) || has != wantHas {
			t.Errorf("%d: %v, not %v", i, cursor.UserRecord(), *user)
		}
	}
	for range 2 {
		if cursor.Next() || cursor.Err() != nil {
			t.Errorf("goes on behind the last: %v", cursor.Err())
		}
	}
}

// Whatever the number of pages is, a cursor stands on what a walk hands out.
func TestCursorIsAWalk(t *testing.T) {
	for _, count := range []int{2, rowsAtATime - 1, rowsAtATime, rowsAtATime + 1, 1000} {
		a := newTestAggregator(t, Options{})
		data := pack(t, &a.packer, many(count, 3))[0].Data
		d := newTestDeaggregator(t)
		batch, err := d.Deaggregate([][]byte{{1}, data, nil, data})
		if err != nil {
			t.Fatal(err)
		}
		var users []UserRecord
		for user, err := range batch.UserRecords() {
			if err != nil {
				t.Fatal(err)
			}
			users = append(users, user)
		}
		if len(users) != 2*count {
			t.Fatalf("%d user records of %d", len(users), 2*count)
		}
		expectCursor(t, batch, users)
	}
}

// A read or a walk in between, and the end of the Deaggregator, end a cursor.
func TestCursorsEnd(t *testing.T) {
	a := newTestAggregator(t, Options{})
	data := pack(t, &a.packer, many(3, 1))[0].Data
	d := newTestDeaggregator(t)
	for _, c := range []struct {
		between func(Batch)
		want    error
	}{
		{func(batch Batch) { batch.Cursor() }, ErrStale},
		{func(Batch) { d.Deaggregate(nil) }, ErrStale},
		{func(Batch) { d.SetRange("0", "9", KeepAll) }, ErrStale},
		{func(Batch) { d.Close() }, ErrClosed},
	} {
		batch, err := d.Deaggregate([][]byte{data})
		if err != nil {
			t.Fatal(err)
		}
		cursor := batch.Cursor()
		if !cursor.Next() {
			t.Fatal(cursor.Err())
		}
		key, value := cursor.PartitionKey(), cursor.Data()
		before := string(key) + string(value)
		c.between(batch)
		for range 2 {
			if cursor.Next() || cursor.Err() != c.want {
				t.Errorf("%v, not %v", cursor.Err(), c.want)
			}
		}
		if string(key)+string(value) != before {
			t.Error("its bytes changed")
		}
		if late := batch.Cursor(); c.want == ErrClosed && (late.Next() || late.Err() != ErrClosed) {
			t.Error(late.Err())
		}
	}
	var none Cursor
	if none.Next() || none.Err() != ErrClosed {
		t.Error(none.Err())
	}
}

// Without a user record to stand on, a cursor panics as an index does: it reads
// no memory that is not its own.
func TestCursorsStandOnSomething(t *testing.T) {
	d := newTestDeaggregator(t)
	batch, err := d.Deaggregate(nil)
	if err != nil {
		t.Fatal(err)
	}
	cursor := batch.Cursor()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	cursor.Data()
}
