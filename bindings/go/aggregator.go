package kinesisagg

import (
	"runtime"
	"slices"
)

// NewUserRecord is a user record to be packed.
type NewUserRecord struct {
	// PartitionKey is UTF-8, 1 to 256 characters.
	PartitionKey string
	// ExplicitHashKey is in decimal digits, without leading zeros; "" for none.
	ExplicitHashKey string
	// Data is the data.
	Data []byte
}

// OuterPartitionKey is the partition key that aggregates are sent with.
type OuterPartitionKey int

// The outer partition keys.
const (
	// FirstPartitionKey is that of the first user record inside.
	FirstPartitionKey OuterPartitionKey = 0
	// KPLPartitionKey is "a", as with the KPL.
	KPLPartitionKey OuterPartitionKey = 1
)

// Options are those of both aggregators. The zero value has all defaults.
type Options struct {
	// MaxSize bounds a Kinesis record, data and partition key, in bytes. 0 is
	// 1 MiB; at most 10 MiB.
	MaxSize int
	// MaxCount bounds the user records of an aggregate. 0 is no bound.
	MaxCount int
	// OuterPartitionKey is what aggregates are sent with.
	OuterPartitionKey OuterPartitionKey
	// OmitOuterHashKey sends aggregates without explicit hash key. Only without
	// grouping.
	OmitOuterHashKey bool
	// FrameSingles puts a single user record into a frame, too. Else it leaves as
	// it is.
	FrameSingles bool
}

// Aggregator packs user records into aggregates, one after the other.
//
// It does not look where they belong: for readers that ignore shards, as Lambda
// does, or for user records of one shard. Else take a [ShardedAggregator].
type Aggregator struct{ packer }

// NewAggregator makes an aggregator.
func NewAggregator(options Options) (*Aggregator, error) {
	core, err := newCoreAggregator()
	if err == nil {
		err = options.set(core)
	}
	if err != nil {
		core.free()
		return nil, err
	}
	a := &Aggregator{packer{core: core}}
	a.cleanup = runtime.AddCleanup(a, (*corePacker).free, core)
	return a, nil
}

func (o *Options) set(core *corePacker) error {
	var err error
	set := func(wanted bool, call func() error) {
		if wanted && err == nil {
			err = call()
		}
	}
	set(o.MaxSize != 0, func() error { return core.setMaxSize(o.MaxSize) })
	set(o.MaxCount != 0, func() error { return core.setMaxCount(o.MaxCount) })
	set(o.OuterPartitionKey != 0, func() error {
		return core.setOuterPartitionKey(int(o.OuterPartitionKey))
	})
	set(o.OmitOuterHashKey, core.omitOuterHashKey)
	set(o.FrameSingles, core.frameSingles)
	return err
}

// packer is what both aggregators do.
type packer struct {
	core    *corePacker
	cleanup runtime.Cleanup
	joined  joined
}

// Push adds a user record; everything is copied. It tells whether full
// aggregates wait to be sealed: at once, or later and together, which is
// cheaper. Nothing is lost meanwhile. A user record that is refused changes
// nothing.
func (p *packer) Push(record NewUserRecord) (full bool, err error) {
	if p.core == nil {
		return false, ErrClosed
	}
	full, err = p.core.push(&record)
	runtime.KeepAlive(p)
	return full, err
}

// PushMany adds many user records, as Push one after the other, and faster. What
// is refused keeps none of the others out: refused has an error for each,
// whose RecordIndex is its place in records.
func (p *packer) PushMany(records []NewUserRecord) (full bool, refused []*Error, err error) {
	if p.core == nil {
		return false, nil, ErrClosed
	}
	defer runtime.KeepAlive(p)
	for at := 0; at < len(records); {
		count, fault := p.joined.fill(records[at:])
		if fault != nil {
			fault.RecordIndex = at
			refused = append(refused, fault)
			at++
			continue
		}
		someFull, someRefused, err := p.core.pushSpans(&p.joined)
		full = full || someFull
		if err != nil {
			return full, refused, err
		}
		if someRefused > 0 {
			refused = p.explain(refused, records, at)
		}
		at += count
	}
	return full, refused, nil
}

// explain asks again for what was refused, one by one: the answer has numbers.
func (p *packer) explain(refused []*Error, records []NewUserRecord, at int) []*Error {
	for i, status := range p.joined.statuses {
		if status >= 0 {
			continue
		}
		why := &Error{Status: Status(status)}
		if _, err := p.core.push(&records[at+i]); err != nil {
			if numbers, ok := err.(*Error); ok {
				why = numbers
			}
		}
		why.RecordIndex = at + i
		refused = append(refused, why)
	}
	return refused
}

// Finish ends the open aggregates: they wait to be sealed.
func (p *packer) Finish() error {
	if p.core == nil {
		return ErrClosed
	}
	err := p.core.finish()
	runtime.KeepAlive(p)
	return err
}

// Seal makes Kinesis records of all full aggregates, together: checksums and
// hash keys are computed side by side. There may be none.
func (p *packer) Seal() (*Records, error) {
	if p.core == nil {
		return nil, ErrClosed
	}
	core, err := p.core.seal()
	runtime.KeepAlive(p)
	if err != nil {
		return nil, err
	}
	return newRecords(core, p.core), nil
}

// UserRecordCount tells how many user records wait in open and full aggregates.
func (p *packer) UserRecordCount() (int, error) {
	if p.core == nil {
		return 0, ErrClosed
	}
	count, err := p.core.userRecordCount()
	runtime.KeepAlive(p)
	return count, err
}

// Close gives the core's memory back. User records that wait are lost; Records
// that were sealed stay.
func (p *packer) Close() error {
	if p.core != nil {
		p.cleanup.Stop()
		p.core.free()
		p.core = nil
	}
	return nil
}

// maxJoined bounds the bytes that are joined for one call: they stay in the cache.
const maxJoined = 1 << 20

// span is a user record by its places in one buffer, with the layout of
// kagg_user_record_span.
type span struct {
	partitionKeyOffset, partitionKeyLen       uint32
	explicitHashKeyOffset, explicitHashKeyLen uint32
	dataOffset, dataLen                       uint32
}

// joined is user records one behind the other, for one call of the core.
type joined struct {
	bytes    []byte
	spans    []span
	statuses []int32
}

// fill takes as many records as there is room for, at least one, and returns
// their number; or why the first cannot be taken.
func (j *joined) fill(records []NewUserRecord) (int, *Error) {
	j.bytes, j.spans = j.bytes[:0], j.spans[:0]
	for i := range records {
		r := &records[i]
		size := len(r.PartitionKey) + len(r.ExplicitHashKey) + len(r.Data)
		if len(j.bytes)+size > maxJoined {
			if size > 1<<31-1 {
				if i == 0 {
					return 0, &Error{Status: ErrLength}
				}
				break
			}
			if i > 0 {
				break
			}
		}
		offset := uint32(len(j.bytes))
		key, hash, data := uint32(len(r.PartitionKey)), uint32(len(r.ExplicitHashKey)), uint32(len(r.Data))
		j.spans = append(j.spans, span{offset, key, offset + key, hash, offset + key + hash, data})
		j.bytes = append(j.bytes, r.PartitionKey...)
		j.bytes = append(j.bytes, r.ExplicitHashKey...)
		j.bytes = append(j.bytes, r.Data...)
	}
	j.statuses = slices.Grow(j.statuses[:0], len(j.spans))[:len(j.spans)]
	return len(j.spans), nil
}
