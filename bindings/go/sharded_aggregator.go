package kinesisagg

import (
	"runtime"
	"time"
)

// Grouping is which user records may share an aggregate. A KCL reader drops an
// aggregate whole when one user record in it belongs to another shard.
type Grouping int

// The groupings.
const (
	// GroupNone lets any share one. Only for readers that ignore hash key ranges.
	GroupNone Grouping = 0
	// GroupHashKey lets those with the same hash key share one. Needs no map.
	GroupHashKey Grouping = 1
	// GroupShard lets those share one that the map predicts to land in the same
	// shard. Judge each answer of the service.
	GroupShard Grouping = 2
	// GroupPinned does the same, and gives each user record without explicit
	// hash key that of the first: no split can divide an aggregate.
	GroupPinned Grouping = 3
)

// ShardedOptions are the options of a ShardedAggregator. The zero value has all
// defaults.
type ShardedOptions struct {
	Options
	// MaxOpen bounds how many aggregates are open. 0 is 4,096.
	MaxOpen int
	// MaxOpenBytes bounds the memory of open aggregates. 0 is 64 MiB.
	MaxOpenBytes int
}

// ShardedAggregator packs user records of one stream into aggregates that a KCL
// reader gets whole.
type ShardedAggregator struct{ packer }

// NewShardedAggregator makes one. Groupings that need no map take nil.
func NewShardedAggregator(grouping Grouping, shardMap *ShardMap, options ShardedOptions) (*ShardedAggregator, error) {
	coreMap, err := shardMap.coreOrNil()
	if err != nil {
		return nil, err
	}
	core, err := newCoreSharded(int(grouping), coreMap)
	runtime.KeepAlive(shardMap)
	return newSharded(core, err, options)
}

// NewPinnedAggregator makes one that gives all user records without explicit
// hash key this one: they land in the shard that owns it.
func NewPinnedAggregator(explicitHashKey string, options ShardedOptions) (*ShardedAggregator, error) {
	core, err := newCorePinnedTo(explicitHashKey)
	return newSharded(core, err, options)
}

func newSharded(core *corePacker, err error, options ShardedOptions) (*ShardedAggregator, error) {
	if err == nil {
		err = options.set(core)
	}
	if err != nil {
		core.free()
		return nil, err
	}
	s := &ShardedAggregator{packer{core: core}}
	s.cleanup = runtime.AddCleanup(s, (*corePacker).free, core)
	return s, nil
}

func (o *ShardedOptions) set(core *corePacker) error {
	if err := o.Options.set(core); err != nil {
		return err
	}
	if o.MaxOpen == 0 && o.MaxOpenBytes == 0 {
		return nil
	}
	aggregates, bytes := 4096, 64<<20
	if o.MaxOpen != 0 {
		aggregates = o.MaxOpen
	}
	if o.MaxOpenBytes != 0 {
		bytes = o.MaxOpenBytes
	}
	return core.setMaxOpen(aggregates, bytes)
}

// PushAt is Push of a user record that came at a time, so that
// FinishArrivedBefore can bound how long it waits.
func (s *ShardedAggregator) PushAt(record NewUserRecord, arrived time.Time) (full bool, err error) {
	if s.core == nil {
		return false, ErrClosed
	}
	full, err = s.core.pushAt(&record, nanoseconds(arrived))
	runtime.KeepAlive(s)
	return full, err
}

// FinishArrivedBefore ends the open aggregates whose first user record came
// before a time. It knows the times of PushAt alone. It tells whether there is
// something to seal.
func (s *ShardedAggregator) FinishArrivedBefore(before time.Time) (full bool, err error) {
	if s.core == nil {
		return false, ErrClosed
	}
	full, err = s.core.finishArrivedBefore(nanoseconds(before))
	runtime.KeepAlive(s)
	return full, err
}

// nanoseconds counts from 1970 on; what came before then came at 0.
func nanoseconds(t time.Time) uint64 { return uint64(max(t.UnixNano(), 0)) }

// UpdateShardMap goes on with the shards of a new map.
//
// unsent are records of this aggregator that wait to be sent, or are to be sent
// again, in the order of sending; nil for none. On success they are closed, and
// those that come back take their place: what reached beyond a shard is cut into
// several that do not. Full aggregates that were not sealed are among them.
func (s *ShardedAggregator) UpdateShardMap(shardMap *ShardMap, unsent *Records) (*Records, error) {
	coreMap, err := shardMap.coreOrNil()
	if err != nil {
		return nil, err
	}
	var coreUnsent *coreRecords
	switch {
	case shardMap == nil:
		return nil, &Error{Status: ErrGrouping}
	case s.core == nil || (unsent != nil && unsent.core == nil):
		return nil, ErrClosed
	case unsent != nil && unsent.of != s.core:
		return nil, ErrForeign
	case unsent != nil:
		coreUnsent = unsent.core
	}
	core, err := s.core.updateShardMap(coreMap, coreUnsent)
	runtime.KeepAlive(shardMap)
	runtime.KeepAlive(unsent)
	runtime.KeepAlive(s)
	if err != nil {
		return nil, err
	}
	if unsent != nil {
		unsent.forget()
	}
	return newRecords(core, s.core), nil
}

// Judge tells whether the record at index counts as delivered, now that the
// service has answered that it lies in the shard.
func (s *ShardedAggregator) Judge(records *Records, index int, shardID string) (Judgement, error) {
	switch {
	case s.core == nil || records.core == nil:
		return 0, ErrClosed
	case records.of != s.core:
		return 0, ErrForeign
	}
	judgement, err := s.core.judge(records.core, index, shardID)
	runtime.KeepAlive(records)
	runtime.KeepAlive(s)
	return Judgement(judgement), err
}
