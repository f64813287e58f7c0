//go:build cgo && (kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

// #include <kinesis_agg.h>
import "C"

import (
	"runtime"
	"unsafe"
)

// coreRecords is a kagg_records.
type coreRecords struct{ handle *C.kagg_records }

func (r *coreRecords) count() (int, error) {
	var count C.size_t
	status := C.kagg_records_count(r.handle, &count)
	return int(count), failure(status, nil)
}

func (r *coreRecords) get(index int) (Record, error) {
	var record C.kagg_record
	status := C.kagg_records_get(r.handle, C.size_t(index), &record)
	if status != C.KAGG_OK {
		return Record{}, failure(status, nil)
	}
	return Record{
		PartitionKey:    copied(record.partition_key, record.partition_key_len),
		ExplicitHashKey: copied(record.explicit_hash_key, record.explicit_hash_key_len),
		Data:            append([]byte{}, unsafe.Slice((*byte)(record.data), record.data_len)...),
		UserRecords:     int(record.user_record_count),
		IsFramed:        bool(record.is_framed),
	}, nil
}

func (r *coreRecords) remove(index int) error {
	return failure(C.kagg_records_remove(r.handle, C.size_t(index)), nil)
}

func (r *coreRecords) free() {
	C.kagg_records_free(r.handle)
	r.handle = nil
}

// coreShardMap is a kagg_shard_map.
type coreShardMap struct{ handle *C.kagg_shard_map }

func newCoreShardMap(shards []Shard) (*coreShardMap, error) {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	pinned := func(s string) (*C.char, C.size_t) {
		place, length := text(s)
		if length > 0 {
			pinner.Pin(place)
		}
		return place, length
	}
	list := make([]C.kagg_shard, len(shards))
	for i, shard := range shards {
		list[i].id, list[i].id_len = pinned(shard.ID)
		list[i].starting_hash_key, list[i].starting_hash_key_len = pinned(shard.StartingHashKey)
		list[i].ending_hash_key, list[i].ending_hash_key_len = pinned(shard.EndingHashKey)
		list[i].is_closed = C.bool(shard.IsClosed)
	}
	m := new(coreShardMap)
	var numbers C.kagg_error
	status := C.kagg_shard_map_new(unsafe.SliceData(list), C.size_t(len(list)), &numbers, &m.handle)
	return m, failure(status, &numbers)
}

func (m *coreShardMap) predict(partitionKey, explicitHashKey string) (string, error) {
	key, keyLen := text(partitionKey)
	hash, hashLen := text(explicitHashKey)
	var numbers C.kagg_error
	var id *C.char
	var idLen C.size_t
	status := C.kagg_shard_map_predict(m.handle, key, keyLen, hash, hashLen, &numbers, &id, &idLen)
	if status != C.KAGG_OK {
		return "", failure(status, &numbers)
	}
	return copied(id, idLen), nil
}

func (m *coreShardMap) judge(records *coreRecords, index int, shardID string) (int, error) {
	id, idLen := text(shardID)
	var numbers C.kagg_error
	var found C.int
	status := C.kagg_shard_map_judge(m.handle, records.handle, C.size_t(index), id, idLen, &numbers, &found)
	return int(found), failure(status, &numbers)
}

func (m *coreShardMap) free() {
	C.kagg_shard_map_free(m.handle)
	m.handle = nil
}

func hashKey(partitionKey string) (string, error) {
	key, keyLen := text(partitionKey)
	var numbers C.kagg_error
	var digits [C.KAGG_HASH_KEY_SIZE]C.char
	status := C.kagg_hash_key_of_partition_key(key, keyLen, &numbers, &digits[0])
	if status != C.KAGG_OK {
		return "", failure(status, &numbers)
	}
	return C.GoString(&digits[0]), nil
}
