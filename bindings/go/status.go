package kinesisagg

// Status tells what became of a blob, or why a call failed: 0 is fine, above 0
// is no failure, below 0 is one. The numbers never change their meaning.
//
// A Status is an error, so that errors.Is(err, ErrTooLarge) finds it.
type Status int32

// What becomes of a blob. All but StatusOK and StatusDropped say why it is no
// aggregate: hand the Kinesis record on unchanged.
const (
	StatusOK                  Status = 0  // An aggregate, whose user records are handed out.
	StatusPlain               Status = 16 // A plain record: it does not start with the magic.
	StatusTooShort            Status = 17 // No room for a message and its checksum.
	StatusTooLong             Status = 18 // 4 GiB or more.
	StatusChecksum            Status = 19 // The checksum is not that of the message.
	StatusIndexOutsideTable   Status = 20 // An index of a record lies outside its table.
	StatusDropped             Status = 21 // An aggregate that the policy dropped whole.
	StatusTruncated           Status = 32 // A field runs past the end of what holds it.
	StatusVarintTooLong       Status = 33 // A varint has more than ten bytes.
	StatusNegativeLength      Status = 34 // A length is 2^31 or more.
	StatusFieldNumberZero     Status = 35 // A field has the number 0.
	StatusWireType            Status = 36 // A field has wire type 6 or 7.
	StatusGroupEnd            Status = 37 // A group ends that was not open.
	StatusGroupUnclosed       Status = 38 // A group is not closed.
	StatusTooDeep             Status = 39 // Groups are nested more than a hundred deep.
	StatusNoPartitionKeyIndex Status = 40 // A record has no partition key index.
	StatusNoData              Status = 41 // A record has no data.
	StatusNoTagKey            Status = 42 // A tag has no key.
	StatusMalformed           Status = 63 // Malformed in a way not known here.
)

// Why a call fails.
const (
	ErrNull               Status = -1  // A handle of the core is missing; it was closed.
	ErrPanic              Status = -2  // A fault of the core: the value may only be closed.
	ErrPoisoned           Status = -3  // A fault went before: the value may only be closed.
	ErrLength             Status = -4  // More than memory, or 2^32-1 things, can hold.
	ErrNotUTF8            Status = -5  // A text is not UTF-8, from ByteOffset on.
	ErrPartitionKeyLength Status = -6  // Not 1 to 256 characters: Value of Limit.
	ErrExplicitHashKey    Status = -7  // No decimal number from 0 to 2^128-1.
	ErrTooLarge           Status = -8  // The user record takes Value bytes of Limit.
	ErrOption             Status = -9  // An option has a value that it cannot have.
	ErrInUse              Status = -10 // Options are set before the first user record.
	ErrShardGap           Status = -11 // No open shard owns some hash keys.
	ErrShardOverlap       Status = -12 // Open shards overlap.
	ErrHashKey            Status = -13 // No hash keys, or they end before they start.
	ErrGrouping           Status = -14 // No such grouping, or it needs a shard map.
	ErrOuterHashKey       Status = -15 // Grouped aggregates need an outer hash key.
	ErrIndex              Status = -16 // The index is beyond the last.
	ErrOther              Status = -63 // Refused for a reason not known here.
)

// What calls answer, and nobody outside sees.
const (
	statusEnd  Status = 1
	statusFull Status = 2
)

var statusTexts = map[Status]string{
	StatusOK:                  "done",
	statusEnd:                 "there is nothing more",
	statusFull:                "done, and aggregates are full",
	StatusPlain:               "a plain record: the blob does not start with the magic",
	StatusTooShort:            "the blob has no room for a message and its checksum",
	StatusTooLong:             "the blob has 4 GiB or more",
	StatusChecksum:            "the checksum is not that of the message",
	StatusIndexOutsideTable:   "an index lies outside its table",
	StatusDropped:             "an aggregate that the policy dropped whole",
	StatusTruncated:           "a field runs past the end of what holds it",
	StatusVarintTooLong:       "a varint has more than ten bytes",
	StatusNegativeLength:      "a length is 2^31 or more",
	StatusFieldNumberZero:     "a field has the number 0",
	StatusWireType:            "a field has wire type 6 or 7",
	StatusGroupEnd:            "a group ends that was not open",
	StatusGroupUnclosed:       "a group is not closed",
	StatusTooDeep:             "groups are nested more than a hundred deep",
	StatusNoPartitionKeyIndex: "a record has no partition key index",
	StatusNoData:              "a record has no data",
	StatusNoTagKey:            "a tag has no key",
	StatusMalformed:           "the message is malformed",
	ErrNull:                   "a pointer is NULL",
	ErrPanic:                  "a fault of the library: the handle may only be freed",
	ErrPoisoned:               "a fault of the library went before: the handle may only be freed",
	ErrLength:                 "a length or a count is out of bounds",
	ErrNotUTF8:                "a text is not UTF-8",
	ErrPartitionKeyLength:     "the partition key does not have 1 to 256 characters",
	ErrExplicitHashKey:        "the explicit hash key is no decimal number from 0 to 2^128-1 without leading zeros",
	ErrTooLarge:               "the user record does not fit an aggregate of its own",
	ErrOption:                 "an option cannot have this value",
	ErrInUse:                  "options are set before the first user record",
	ErrShardGap:               "no open shard owns some hash keys",
	ErrShardOverlap:           "open shards overlap",
	ErrHashKey:                "no hash key, or no range of hash keys",
	ErrGrouping:               "no such grouping, or one that needs a shard map",
	ErrOuterHashKey:           "grouped aggregates need an outer hash key",
	ErrIndex:                  "the index is beyond the last",
	ErrOther:                  "refused",
}

// String returns one line in English, for logs.
func (s Status) String() string {
	if text, ok := statusTexts[s]; ok {
		return text
	}
	return "no status"
}

// Error is String: a Status is what errors.Is looks for.
func (s Status) Error() string { return "kinesisagg: " + s.String() }
