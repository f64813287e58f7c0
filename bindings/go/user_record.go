package kinesisagg

// What the core says of a user record, bit by bit.
const (
	hasExplicitHashKey = 1
	outOfRange         = 2
	unplaceable        = 4
	hasTags            = 8
)

// userRecordRow is a user record as the core hands it out: places in its blob.
// It has the layout of kagg_user_record on all systems.
type userRecordRow struct {
	blob, subSequenceNumber                uint32
	dataOffset, dataLen                    uint32
	partitionKeyOffset, partitionKeyLen    uint32
	explicitHashKeyOffset, explicitHashLen uint32
	partitionKeyNumber, flags              uint32
}

// UserRecord is a user record of an aggregate.
//
// Its bytes are those of the blob it was found in: nothing is copied. It lives
// as long as they stay as they are, also when its Deaggregator is closed.
type UserRecord struct {
	// Data is the data.
	Data []byte
	// PartitionKey is the key's bytes on the wire, which may be no UTF-8:
	// [Text] makes a string of them.
	PartitionKey []byte
	// ExplicitHashKey is nil where there is none.
	ExplicitHashKey []byte
	// Blob is the index of the blob that holds it.
	Blob uint32
	// SubSequenceNumber is its place in the blob, from 0.
	SubSequenceNumber uint32
	// PartitionKeyNumber is the same for user records of a batch that share the
	// bytes of one partition key. Counted from 0.
	PartitionKeyNumber uint32
	flags              uint32
}

// OutOfRange tells whether its hash key lies outside the range that was set.
func (u *UserRecord) OutOfRange() bool { return u.flags&outOfRange != 0 }

// Unplaceable tells whether its explicit hash key is no hash key, so that it
// lies nowhere. Known where a range was set.
func (u *UserRecord) Unplaceable() bool { return u.flags&unplaceable != 0 }

// HasTags tells whether it has tags.
func (u *UserRecord) HasTags() bool { return u.flags&hasTags != 0 }

// userRecord slices blob; it is small enough to be inlined.
func (r *userRecordRow) userRecord(blob []byte) UserRecord {
	u := UserRecord{
		Data:               part(blob, r.dataOffset, r.dataLen),
		PartitionKey:       part(blob, r.partitionKeyOffset, r.partitionKeyLen),
		Blob:               r.blob,
		SubSequenceNumber:  r.subSequenceNumber,
		PartitionKeyNumber: r.partitionKeyNumber,
		flags:              r.flags,
	}
	if r.flags&hasExplicitHashKey != 0 {
		u.ExplicitHashKey = part(blob, r.explicitHashKeyOffset, r.explicitHashLen)
	}
	return u
}

// part is blob[offset:][:length], without room behind it to append into.
func part(blob []byte, offset, length uint32) []byte {
	end := uint64(offset) + uint64(length)
	return blob[offset:end:end]
}
