package kinesisagg

import "runtime"

// Shard is a shard, as ListShards tells of it.
type Shard struct {
	ID string
	// The hash keys it owns, in decimal digits, both ends within.
	StartingHashKey, EndingHashKey string
	// IsClosed is true for one that has an ending sequence number: it is known by
	// name, and owns no hash keys any more.
	IsClosed bool
}

// Judgement is whether a Kinesis record counts as delivered.
type Judgement int

// The judgements.
const (
	// Delivered: all its user records are where readers look for them.
	Delivered Judgement = 0
	// SendAgain: it reaches beyond its shard, and readers drop it. Send all of it
	// again, cut by a new map.
	SendAgain Judgement = 1
	// UnknownShard: get a new map, and ask again.
	UnknownShard Judgement = 2
	// KeysIgnored: it landed where its hash key does not belong: the stream
	// ignores keys, and no grouping is safe for readers that look at ranges.
	KeysIgnored Judgement = 3
)

// ShardMap is the shards of a stream at one time. Several goroutines may read it.
type ShardMap struct {
	core    *coreShardMap
	cleanup runtime.Cleanup
}

// NewShardMap makes a map. The open shards own each hash key once; else the error
// is ErrShardGap, or ErrShardOverlap.
func NewShardMap(shards []Shard) (*ShardMap, error) {
	core, err := newCoreShardMap(shards)
	if err != nil {
		return nil, err
	}
	m := &ShardMap{core: core}
	m.cleanup = runtime.AddCleanup(m, (*coreShardMap).free, core)
	return m, nil
}

// Predict tells which open shard a user record with these keys lands in. An
// explicit hash key of "" is none.
func (m *ShardMap) Predict(partitionKey, explicitHashKey string) (shardID string, err error) {
	if m.core == nil {
		return "", ErrClosed
	}
	shardID, err = m.core.predict(partitionKey, explicitHashKey)
	runtime.KeepAlive(m)
	return shardID, err
}

// Judge tells whether the record at index counts as delivered, now that the
// service has answered that it lies in the shard.
func (m *ShardMap) Judge(records *Records, index int, shardID string) (Judgement, error) {
	if m.core == nil || records.core == nil {
		return 0, ErrClosed
	}
	judgement, err := m.core.judge(records.core, index, shardID)
	runtime.KeepAlive(records)
	runtime.KeepAlive(m)
	return Judgement(judgement), err
}

// Close gives the core's memory back. Aggregators have copies of their own.
func (m *ShardMap) Close() error {
	if m.core != nil {
		m.cleanup.Stop()
		m.core.free()
		m.core = nil
	}
	return nil
}

func (m *ShardMap) coreOrNil() (*coreShardMap, error) {
	switch {
	case m == nil:
		return nil, nil
	case m.core == nil:
		return nil, ErrClosed
	}
	return m.core, nil
}
