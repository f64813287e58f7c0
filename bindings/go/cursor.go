package kinesisagg

// Cursor stands on one user record of a [Batch] after the other, and reads it in
// place: not even the numbers that say where it lies are copied. A walk is
// cheaper than one over [Batch.UserRecords] (BenchmarkRows), whose values can be kept.
//
// Keys and data are bytes of the blobs, and stay good. The Cursor itself is good
// until the next read or walk of its Deaggregator; Next then ends with [ErrStale].
// All methods but Next and Err need a user record to stand on: they panic before
// the first Next and when it said false.
type Cursor struct {
	deaggregator *Deaggregator
	walk         uint64
	blobs        [][]byte
	// The page of rows, and which of them it stands on.
	rows []userRecordRow
	at   int
	err  error
}

// Cursor starts a walk, before the first user record.
//
//	cursor := batch.Cursor()
//	for cursor.Next() {
//		use(cursor.PartitionKey(), cursor.Data())
//	}
//	err := cursor.Err()
func (b Batch) Cursor() Cursor {
	walk, err := b.start()
	if err != nil {
		return Cursor{err: err}
	}
	return Cursor{deaggregator: b.deaggregator, walk: walk, blobs: b.deaggregator.blobs}
}

// Next steps to the next user record; false at the end, and when [Cursor.Err] has
// something to tell.
func (c *Cursor) Next() bool {
	// In one expression, so that it is inlined.
	c.at++
	return c.at < len(c.rows) && c.deaggregator.walks == c.walk || c.turn()
}

// turn goes to the next page.
func (c *Cursor) turn() bool {
	c.at, c.rows = 0, nil
	if c.err == nil {
		c.rows, c.err = c.deaggregator.next(c.walk)
	}
	return len(c.rows) > 0
}

// Err tells why a walk ended early: [ErrStale], [ErrClosed], or a fault of the core.
func (c *Cursor) Err() error { return c.err }

// UserRecord is the user record as a value that can be kept.
func (c *Cursor) UserRecord() UserRecord {
	row := c.row()
	return row.userRecord(&c.blobs[row.blob])
}

// Data is the data.
func (c *Cursor) Data() []byte {
	row := c.row()
	return slicePart(c.blobs[row.blob], row.dataOffset, row.dataLen)
}

// PartitionKey is the key's bytes on the wire, which may be no UTF-8: [Text]
// makes a string of them.
func (c *Cursor) PartitionKey() []byte {
	row := c.row()
	return slicePart(c.blobs[row.blob], row.partitionKeyOffset, row.partitionKeyLen)
}

// ExplicitHashKey is the key's bytes on the wire; ok is false where there is none.
func (c *Cursor) ExplicitHashKey() (key []byte, ok bool) {
	record := c.UserRecord()
	return record.ExplicitHashKey()
}

func (c *Cursor) row() *userRecordRow { return &c.rows[c.at] }
