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
	blob, subSequenceNumber                   uint32
	dataOffset, dataLen                       uint32
	partitionKeyOffset, partitionKeyLen       uint32
	explicitHashKeyOffset, explicitHashKeyLen uint32
	partitionKeyNumber, flags                 uint32
}

// UserRecord is a user record of an aggregate.
//
// Its bytes are those of the blob it was found in: nothing is copied. It lives
// as long as they stay as they are, also when its Deaggregator reads on or is
// closed.
type UserRecord struct {
	in *[]byte
	// The row, two numbers in one field: so few words stay in registers, and the
	// slices are made when they are asked for. With fields that are slices, a walk
	// takes twice the time (BenchmarkRows).
	place, data, partitionKey, explicitHashKey, more uint64
}

// userRecord is the row in blob.
func (r *userRecordRow) userRecord(blob *[]byte) UserRecord {
	return UserRecord{
		in:              blob,
		place:           pair(r.blob, r.subSequenceNumber),
		data:            pair(r.dataOffset, r.dataLen),
		partitionKey:    pair(r.partitionKeyOffset, r.partitionKeyLen),
		explicitHashKey: pair(r.explicitHashKeyOffset, r.explicitHashKeyLen),
		more:            pair(r.partitionKeyNumber, r.flags),
	}
}

// Data is the data.
func (u *UserRecord) Data() []byte { return part(u.in, u.data) }

// PartitionKey is the key's bytes on the wire, which may be no UTF-8: [Text]
// makes a string of them.
func (u *UserRecord) PartitionKey() []byte { return part(u.in, u.partitionKey) }

// ExplicitHashKey is the key's bytes on the wire; ok is false where there is none.
func (u *UserRecord) ExplicitHashKey() (key []byte, ok bool) {
	if !u.is(hasExplicitHashKey) {
		return nil, false
	}
	return part(u.in, u.explicitHashKey), true
}

// Blob is the index of the blob that holds it.
func (u *UserRecord) Blob() int { return int(uint32(u.place)) }

// SubSequenceNumber is its place in the blob, from 0.
func (u *UserRecord) SubSequenceNumber() int { return int(u.place >> 32) }

// PartitionKeyNumber is the same for user records of a batch that share the
// bytes of one partition key. Counted from 0, and below the number of user
// records.
func (u *UserRecord) PartitionKeyNumber() int { return int(uint32(u.more)) }

// OutOfRange tells whether its hash key lies outside the range that was set.
func (u *UserRecord) OutOfRange() bool { return u.is(outOfRange) }

// Unplaceable tells whether its explicit hash key is no hash key, so that it
// lies nowhere. Known where a range was set.
func (u *UserRecord) Unplaceable() bool { return u.is(unplaceable) }

// HasTags tells whether it has tags.
func (u *UserRecord) HasTags() bool { return u.is(hasTags) }

func (u *UserRecord) is(flag uint64) bool { return u.more>>32&flag != 0 }

func pair(low, high uint32) uint64 { return uint64(low) | uint64(high)<<32 }

// part is bytes of a user record's blob. The zero UserRecord lies in none.
func part(blob *[]byte, place uint64) []byte {
	if blob == nil {
		return nil
	}
	return slicePart(*blob, uint32(place), uint32(place>>32))
}

// slicePart is blob[offset:][:length], without room behind it to append into.
func slicePart(blob []byte, offset, length uint32) []byte {
	end := uint64(offset) + uint64(length)
	return blob[offset:end:end]
}
