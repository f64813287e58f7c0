//go:build !cgo || !(kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

import "unsafe"

// corePacker is a kagg_aggregator or a kagg_sharded_aggregator, in an instance of
// its own that it shares with its Records.
type corePacker struct {
	in     *instance
	handle uint32
	// The functions of its type, by their verbs.
	name string
}

const (
	plain   = "kagg_aggregator_"
	sharded = "kagg_sharded_aggregator_"

	spanSize = int(unsafe.Sizeof(span{}))
)

func newCoreAggregator() (*corePacker, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	_, err = in.status("kagg_aggregator_new", in.valuePlace(0))
	return newCorePacker(in, plain, err)
}

func newCoreSharded(grouping int, shardMap *coreShardMap) (*corePacker, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	handle, err := shardMap.within(in)
	if err == nil {
		_, err = in.status("kagg_sharded_aggregator_new", size(grouping), handle, in.valuePlace(0))
	}
	return newCorePacker(in, sharded, err)
}

func newCorePinnedTo(explicitHashKey string) (*corePacker, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	place, err := in.layTexts(explicitHashKey)
	if err == nil {
		_, err = in.statusOf("kagg_sharded_aggregator_new_pinned_to", place, length(explicitHashKey),
			in.errorPlace(), in.valuePlace(0))
	}
	return newCorePacker(in, sharded, err)
}

// newCorePacker has a new handle, which is no value when its making failed.
func newCorePacker(in *instance, name string, err error) (*corePacker, error) {
	if err != nil {
		in.release()
		return nil, err
	}
	return &corePacker{in, in.value(0), name}, nil
}

// set calls a function that takes sizes.
func (p *corePacker) set(verb string, sizes ...int) error {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	arguments := []uint64{uint64(p.handle)}
	for _, n := range sizes {
		arguments = append(arguments, size(n))
	}
	_, err := p.in.status(p.name+verb, arguments...)
	return err
}

func (p *corePacker) setMaxOpen(aggregates, bytes int) error {
	return p.set("set_max_open", aggregates, bytes)
}

func (p *corePacker) setMaxSize(bytes int) error { return p.set("set_max_size", bytes) }

func (p *corePacker) setMaxCount(userRecords int) error {
	return p.set("set_max_count", userRecords)
}

func (p *corePacker) setOuterPartitionKey(key int) error {
	return p.set("set_outer_partition_key", key)
}

func (p *corePacker) omitOuterHashKey() error { return p.set("omit_outer_hash_key") }

func (p *corePacker) frameSingles() error { return p.set("frame_singles") }

func (p *corePacker) finish() error { return p.set("finish") }

func (p *corePacker) push(r *NewUserRecord) (bool, error) { return p.pushTo("push", r) }

func (p *corePacker) pushAt(r *NewUserRecord, time uint64) (bool, error) {
	return p.pushTo("push_at", r, time)
}

func (p *corePacker) pushTo(verb string, r *NewUserRecord, time ...uint64) (bool, error) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	key, hash, data := len(r.PartitionKey), len(r.ExplicitHashKey), len(r.Data)
	place, b, err := p.in.lay(key + hash + data)
	if err != nil {
		return false, err
	}
	b = b[copy(b, r.PartitionKey):]
	b = b[copy(b, r.ExplicitHashKey):]
	copy(b, r.Data)
	keyPlace := uint64(place)
	hashPlace, dataPlace := keyPlace+uint64(key), keyPlace+uint64(key+hash)
	if hash == 0 {
		hashPlace = 0
	}
	var arguments [9]uint64
	copy(arguments[:], []uint64{uint64(p.handle), keyPlace, uint64(key), hashPlace, uint64(hash), dataPlace, uint64(data)})
	used := 7 + copy(arguments[7:], time)
	arguments[used] = p.in.errorPlace()
	status, err := p.in.statusOf(p.name+verb, arguments[:used+1]...)
	return status == statusFull, err
}

func (p *corePacker) pushSpans(j *joined) (full bool, refused int, err error) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	// Statuses, spans, bytes.
	count := len(j.spans)
	spans, data := 4*count, (4+spanSize)*count
	at, b, err := p.in.lay(data + len(j.bytes))
	if err != nil {
		return false, 0, err
	}
	copyIn(b[spans:data], j.spans)
	copy(b[data:], j.bytes)
	place := uint64(at)
	status, err := p.in.statusOf(p.name+"push_spans", uint64(p.handle),
		place+uint64(data), uint64(len(j.bytes)), place+uint64(spans), uint64(count),
		p.in.errorPlace(), place, p.in.valuePlace(0))
	if err != nil {
		return false, 0, err
	}
	statuses, _ := p.in.memory.Read(at, uint32(spans))
	copyOut(j.statuses, statuses)
	return status == statusFull, int(p.in.value(0)), nil
}

func (p *corePacker) finishArrivedBefore(time uint64) (bool, error) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	status, err := p.in.status("kagg_sharded_aggregator_finish_arrived_before", uint64(p.handle), time)
	return status == statusFull, err
}

func (p *corePacker) seal() (*coreRecords, error) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	if _, err := p.in.status(p.name+"seal", uint64(p.handle), p.in.valuePlace(0)); err != nil {
		return nil, err
	}
	return &coreRecords{p.in.retain(), p.in.value(0)}, nil
}

func (p *corePacker) userRecordCount() (int, error) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	_, err := p.in.status(p.name+"user_record_count", uint64(p.handle), p.in.valuePlace(0))
	return int(p.in.value(0)), err
}

// updateShardMap ends unsent when it succeeds.
func (p *corePacker) updateShardMap(shardMap *coreShardMap, unsent *coreRecords) (*coreRecords, error) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	handle, err := shardMap.within(p.in)
	if err != nil {
		return nil, err
	}
	waiting := uint64(0)
	if unsent != nil {
		waiting = uint64(unsent.handle)
	}
	_, err = p.in.status("kagg_sharded_aggregator_update_shard_map", uint64(p.handle),
		handle, waiting, p.in.valuePlace(0))
	if err != nil {
		return nil, err
	}
	if unsent != nil {
		unsent.handle = 0
		p.in.release()
	}
	return &coreRecords{p.in.retain(), p.in.value(0)}, nil
}

func (p *corePacker) judge(records *coreRecords, index int, shardID string) (int, error) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	return p.in.judge("kagg_sharded_aggregator_judge", uint64(p.handle), records, index, shardID)
}

func (p *corePacker) free() {
	if p == nil {
		return
	}
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	_, _ = p.in.call(p.name+"free", uint64(p.handle))
	p.in.release()
}
