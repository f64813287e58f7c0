//go:build cgo && (kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

// #cgo noescape kagg_aggregator_push
// #cgo nocallback kagg_aggregator_push
// #cgo noescape kagg_aggregator_push_spans
// #cgo nocallback kagg_aggregator_push_spans
// #cgo noescape kagg_sharded_aggregator_push
// #cgo nocallback kagg_sharded_aggregator_push
// #cgo noescape kagg_sharded_aggregator_push_at
// #cgo nocallback kagg_sharded_aggregator_push_at
// #cgo noescape kagg_sharded_aggregator_push_spans
// #cgo nocallback kagg_sharded_aggregator_push_spans
// #include <kinesis_agg.h>
import "C"

import "unsafe"

// corePacker is a kagg_aggregator or a kagg_sharded_aggregator: one is not NULL.
type corePacker struct {
	plain   *C.kagg_aggregator
	sharded *C.kagg_sharded_aggregator
	out     *packerOut
}

type packerOut struct {
	count C.size_t
	err   C.kagg_error
}

// The spans are read in place.
var _ = [1]struct{}{}[unsafe.Sizeof(C.kagg_user_record_span{})-unsafe.Sizeof(span{})]

func newCoreAggregator() (*corePacker, error) {
	p := &corePacker{out: new(packerOut)}
	return p, failure(C.kagg_aggregator_new(&p.plain), nil)
}

func newCoreSharded(grouping int, shardMap *coreShardMap) (*corePacker, error) {
	p := &corePacker{out: new(packerOut)}
	var handle *C.kagg_shard_map
	if shardMap != nil {
		handle = shardMap.handle
	}
	return p, failure(C.kagg_sharded_aggregator_new(C.int(grouping), handle, &p.sharded), nil)
}

func newCorePinnedTo(explicitHashKey string) (*corePacker, error) {
	p := &corePacker{out: new(packerOut)}
	key, keyLen := text(explicitHashKey)
	status := C.kagg_sharded_aggregator_new_pinned_to(key, keyLen, &p.out.err, &p.sharded)
	return p, failure(status, &p.out.err)
}

func (p *corePacker) setMaxOpen(aggregates, bytes int) error {
	status := C.kagg_sharded_aggregator_set_max_open(p.sharded, C.size_t(aggregates), C.size_t(bytes))
	return failure(status, nil)
}

func (p *corePacker) setMaxSize(bytes int) error {
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_set_max_size(p.plain, C.size_t(bytes))
	} else {
		status = C.kagg_sharded_aggregator_set_max_size(p.sharded, C.size_t(bytes))
	}
	return failure(status, nil)
}

func (p *corePacker) setMaxCount(userRecords int) error {
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_set_max_count(p.plain, C.size_t(userRecords))
	} else {
		status = C.kagg_sharded_aggregator_set_max_count(p.sharded, C.size_t(userRecords))
	}
	return failure(status, nil)
}

func (p *corePacker) setOuterPartitionKey(key int) error {
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_set_outer_partition_key(p.plain, C.int(key))
	} else {
		status = C.kagg_sharded_aggregator_set_outer_partition_key(p.sharded, C.int(key))
	}
	return failure(status, nil)
}

func (p *corePacker) omitOuterHashKey() error {
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_omit_outer_hash_key(p.plain)
	} else {
		status = C.kagg_sharded_aggregator_omit_outer_hash_key(p.sharded)
	}
	return failure(status, nil)
}

func (p *corePacker) frameSingles() error {
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_frame_singles(p.plain)
	} else {
		status = C.kagg_sharded_aggregator_frame_singles(p.sharded)
	}
	return failure(status, nil)
}

func (p *corePacker) push(r *NewUserRecord) (bool, error) {
	key, keyLen := text(r.PartitionKey)
	hash, hashLen := text(r.ExplicitHashKey)
	data, dataLen := slice(r.Data)
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_push(p.plain, key, keyLen, hash, hashLen, data, dataLen, &p.out.err)
	} else {
		status = C.kagg_sharded_aggregator_push(p.sharded, key, keyLen, hash, hashLen, data, dataLen, &p.out.err)
	}
	return status == C.KAGG_FULL, failure(status, &p.out.err)
}

func (p *corePacker) pushAt(r *NewUserRecord, time uint64) (bool, error) {
	key, keyLen := text(r.PartitionKey)
	hash, hashLen := text(r.ExplicitHashKey)
	data, dataLen := slice(r.Data)
	status := C.kagg_sharded_aggregator_push_at(p.sharded, key, keyLen, hash, hashLen,
		data, dataLen, C.uint64_t(time), &p.out.err)
	return status == C.KAGG_FULL, failure(status, &p.out.err)
}

func (p *corePacker) pushSpans(j *joined) (full bool, refused int, err error) {
	data, dataLen := slice(j.bytes)
	spans := (*C.kagg_user_record_span)(unsafe.Pointer(unsafe.SliceData(j.spans)))
	statuses := (*C.kagg_status)(unsafe.SliceData(j.statuses))
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_push_spans(p.plain, data, dataLen, spans, C.size_t(len(j.spans)), &p.out.err, statuses, &p.out.count)
	} else {
		status = C.kagg_sharded_aggregator_push_spans(p.sharded, data, dataLen, spans, C.size_t(len(j.spans)), &p.out.err, statuses, &p.out.count)
	}
	return status == C.KAGG_FULL, int(p.out.count), failure(status, &p.out.err)
}

func (p *corePacker) finish() error {
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_finish(p.plain)
	} else {
		status = C.kagg_sharded_aggregator_finish(p.sharded)
	}
	return failure(status, nil)
}

func (p *corePacker) finishArrivedBefore(time uint64) (bool, error) {
	status := C.kagg_sharded_aggregator_finish_arrived_before(p.sharded, C.uint64_t(time))
	return status == C.KAGG_FULL, failure(status, nil)
}

func (p *corePacker) seal() (*coreRecords, error) {
	records := new(coreRecords)
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_seal(p.plain, &records.handle)
	} else {
		status = C.kagg_sharded_aggregator_seal(p.sharded, &records.handle)
	}
	return records, failure(status, nil)
}

func (p *corePacker) userRecordCount() (int, error) {
	var status C.kagg_status
	if p.plain != nil {
		status = C.kagg_aggregator_user_record_count(p.plain, &p.out.count)
	} else {
		status = C.kagg_sharded_aggregator_user_record_count(p.sharded, &p.out.count)
	}
	return int(p.out.count), failure(status, nil)
}

// updateShardMap ends unsent when it succeeds.
func (p *corePacker) updateShardMap(shardMap *coreShardMap, unsent *coreRecords) (*coreRecords, error) {
	records := new(coreRecords)
	var waiting *C.kagg_records
	if unsent != nil {
		waiting = unsent.handle
	}
	status := C.kagg_sharded_aggregator_update_shard_map(p.sharded, shardMap.handle, waiting, &records.handle)
	if status >= 0 && unsent != nil {
		unsent.handle = nil
	}
	return records, failure(status, nil)
}

func (p *corePacker) judge(records *coreRecords, index int, shardID string) (int, error) {
	id, idLen := text(shardID)
	var found C.int
	status := C.kagg_sharded_aggregator_judge(p.sharded, records.handle, C.size_t(index),
		id, idLen, &p.out.err, &found)
	return int(found), failure(status, &p.out.err)
}

func (p *corePacker) free() {
	if p == nil {
		return
	}
	C.kagg_aggregator_free(p.plain)
	C.kagg_sharded_aggregator_free(p.sharded)
	p.plain, p.sharded = nil, nil
}
