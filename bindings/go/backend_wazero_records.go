//go:build !cgo || !(kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

import (
	"encoding/binary"
	"strings"
	"sync"
)

// coreRecords is a kagg_records, in the instance of its aggregator.
type coreRecords struct {
	in     *instance
	handle uint32
}

func (r *coreRecords) count() (int, error) {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	_, err := r.in.status("kagg_records_count", uint64(r.handle), r.in.valuePlace(0))
	return int(r.in.value(0)), err
}

func (r *coreRecords) get(index int) (Record, error) {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	_, err := r.in.status("kagg_records_get", uint64(r.handle), size(index), r.in.valuePlace(0))
	if err != nil {
		return Record{}, err
	}
	return Record{
		PartitionKey:    string(r.in.read(r.in.value(0), r.in.value(1))),
		ExplicitHashKey: string(r.in.read(r.in.value(2), r.in.value(3))),
		Data:            r.in.read(r.in.value(4), r.in.value(5)),
		UserRecords:     int(r.in.value(6)),
		IsFramed:        r.in.value(7)&0xFF != 0,
	}, nil
}

func (r *coreRecords) remove(index int) error {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	_, err := r.in.status("kagg_records_remove", uint64(r.handle), size(index))
	return err
}

func (r *coreRecords) free() {
	if r == nil || r.handle == 0 {
		return
	}
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	_, _ = r.in.call("kagg_records_free", uint64(r.handle))
	r.in.release()
}

// coreShardMap is the shards themselves, with a kagg_shard_map in an instance of
// its own, and in each instance that needs one.
type coreShardMap struct {
	in     *instance
	shards []Shard
}

const shardSize = 28

func newCoreShardMap(shards []Shard) (*coreShardMap, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	m := &coreShardMap{in, append([]Shard{}, shards...)}
	if _, err := m.within(in); err != nil {
		in.release()
		return nil, err
	}
	return m, nil
}

// within is its handle in an instance; that of no map is NULL. The instance keeps
// the map that was asked for last.
func (m *coreShardMap) within(in *instance) (uint64, error) {
	if m == nil {
		return 0, nil
	}
	if in.shardMap != m {
		handle, err := m.make(in)
		if err != nil {
			return 0, err
		}
		_, err = in.call("kagg_shard_map_free", uint64(in.shardMapHandle))
		if err != nil {
			return 0, err
		}
		in.shardMap, in.shardMapHandle = m, handle
	}
	return uint64(in.shardMapHandle), nil
}

// make lays the shards and, behind them, their texts.
func (m *coreShardMap) make(in *instance) (uint32, error) {
	head := shardSize * len(m.shards)
	total := head
	for i := range m.shards {
		for _, text := range m.shards[i].texts() {
			total += len(text)
		}
	}
	place, b, err := in.lay(total)
	if err != nil {
		return 0, err
	}
	at := head
	for i := range m.shards {
		row := b[shardSize*i:][:shardSize]
		for k, text := range m.shards[i].texts() {
			binary.LittleEndian.PutUint32(row[8*k:], place+uint32(at))
			binary.LittleEndian.PutUint32(row[8*k+4:], uint32(len(text)))
			at += copy(b[at:], text)
		}
		row[24] = 0
		if m.shards[i].IsClosed {
			row[24] = 1
		}
	}
	_, err = in.statusOf("kagg_shard_map_new", uint64(place), uint64(len(m.shards)), in.errorPlace(), in.valuePlace(0))
	return in.value(0), err
}

func (s *Shard) texts() [3]string { return [3]string{s.ID, s.StartingHashKey, s.EndingHashKey} }

func (m *coreShardMap) predict(partitionKey, explicitHashKey string) (string, error) {
	m.in.mu.Lock()
	defer m.in.mu.Unlock()
	place, err := m.in.layTexts(partitionKey, explicitHashKey)
	if err != nil {
		return "", err
	}
	hash := place + length(partitionKey)
	if explicitHashKey == "" {
		hash = 0
	}
	_, err = m.in.statusOf("kagg_shard_map_predict", uint64(m.in.shardMapHandle), place, length(partitionKey),
		hash, length(explicitHashKey), m.in.errorPlace(), m.in.valuePlace(0), m.in.valuePlace(1))
	if err != nil {
		return "", err
	}
	return string(m.in.read(m.in.value(0), m.in.value(1))), nil
}

func (m *coreShardMap) judge(records *coreRecords, index int, shardID string) (int, error) {
	in := records.in
	in.mu.Lock()
	defer in.mu.Unlock()
	handle, err := m.within(in)
	if err != nil {
		return 0, err
	}
	return in.judge("kagg_shard_map_judge", handle, records, index, shardID)
}

// judge calls the function of a map or of an aggregator.
func (in *instance) judge(name string, handle uint64, records *coreRecords, index int, shardID string) (int, error) {
	place, err := in.layTexts(shardID)
	if err != nil {
		return 0, err
	}
	_, err = in.statusOf(name, handle, uint64(records.handle), size(index), place, length(shardID),
		in.errorPlace(), in.valuePlace(0))
	return int(int32(in.value(0))), err
}

func (m *coreShardMap) free() { m.in.release() }

func hashKey(partitionKey string) (string, error) {
	in, err := hashKeys()
	if err != nil {
		return "", err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	const digits = 40
	place, b, err := in.lay(digits + len(partitionKey))
	if err != nil {
		return "", err
	}
	copy(b[digits:], partitionKey)
	_, err = in.statusOf("kagg_hash_key_of_partition_key", uint64(place)+digits, length(partitionKey),
		in.errorPlace(), uint64(place))
	if err != nil {
		return "", err
	}
	text, _, _ := strings.Cut(string(in.read(place, digits)), "\x00")
	return text, nil
}

// hashKeys is the instance for hash keys, which no handle owns.
var hashKeys = sync.OnceValues(newInstance)
