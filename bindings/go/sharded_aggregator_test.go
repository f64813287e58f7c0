package kinesisagg

import (
	"errors"
	"testing"
	"time"
)

const (
	lastOfLower  = "170141183460469231731687303715884105727"
	firstOfUpper = "170141183460469231731687303715884105728"
	lastOfUpper  = "340282366920938463463374607431768211455"
)

func newTestMap(t testing.TB, shards ...Shard) *ShardMap {
	t.Helper()
	m, err := NewShardMap(shards)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func twoShards(t testing.TB) *ShardMap {
	return newTestMap(t, Shard{ID: "lower", StartingHashKey: "0", EndingHashKey: lastOfLower},
		Shard{ID: "upper", StartingHashKey: firstOfUpper, EndingHashKey: lastOfUpper})
}

func oneShard(t testing.TB) *ShardMap {
	return newTestMap(t, Shard{ID: "whole", StartingHashKey: "0", EndingHashKey: lastOfUpper})
}

// A map tells where a user record lands, and refuses what is no stream.
func TestShardMap(t *testing.T) {
	m := twoShards(t)
	for key, wanted := range map[string]string{"0": "lower", lastOfLower: "lower", firstOfUpper: "upper", lastOfUpper: "upper"} {
		if id, err := m.Predict("any", key); id != wanted || err != nil {
			t.Errorf("%s lands in %q, %v", key, id, err)
		}
	}
	hash, err := HashKey("a")
	if err != nil || hash != "16955237001963240173058271559858726497" {
		t.Errorf("hash key of a: %s, %v", hash, err)
	}
	if id, err := m.Predict("a", ""); id != "lower" || err != nil {
		t.Error(id, err)
	}
	if _, err := m.Predict("a", "x"); err == nil {
		t.Error("x is no hash key")
	}
	_, err = NewShardMap([]Shard{{ID: "lower", StartingHashKey: "0", EndingHashKey: lastOfLower}})
	if !errors.Is(err, ErrShardGap) {
		t.Error(err)
	}
	_, err = NewShardMap([]Shard{{ID: "a", StartingHashKey: "0", EndingHashKey: "x"}})
	if !errors.Is(err, ErrHashKey) {
		t.Error(err)
	}
}

// By shard, no aggregate reaches beyond one; an answer is judged; after a split,
// what waits is cut.
func TestShardedAggregator(t *testing.T) {
	whole, halves := oneShard(t), twoShards(t)
	s, err := NewShardedAggregator(GroupShard, whole, ShardedOptions{MaxOpen: 10})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	records := []NewUserRecord{
		{PartitionKey: "k", ExplicitHashKey: "1", Data: []byte("one")},
		{PartitionKey: "k", ExplicitHashKey: lastOfUpper, Data: []byte("two")},
	}
	for i := range records {
		if _, err := s.PushAt(records[i], time.Unix(100, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if full, err := s.FinishArrivedBefore(time.Unix(100, 0)); full || err != nil {
		t.Error("nothing came before", full, err)
	}
	if full, err := s.FinishArrivedBefore(time.Unix(101, 0)); !full || err != nil {
		t.Error("what came before waits", full, err)
	}
	sealed, err := s.Seal()
	if err != nil || sealed.Len() != 1 {
		t.Fatal(sealed.Len(), err)
	}
	for shard, wanted := range map[string]Judgement{"whole": Delivered, "other": UnknownShard} {
		if got, err := s.Judge(sealed, 0, shard); got != wanted || err != nil {
			t.Errorf("%s: %v, %v", shard, got, err)
		}
	}
	if got, err := halves.Judge(sealed, 0, "lower"); got != SendAgain || err != nil {
		t.Error(got, err)
	}
	if _, err := halves.Judge(sealed, 1, "lower"); !errors.Is(err, ErrIndex) {
		t.Error(err)
	}
	cut, err := s.UpdateShardMap(halves, sealed)
	if err != nil || cut.Len() != 2 {
		t.Fatal(cut.Len(), err)
	}
	if sealed.Len() != 0 || sealed.Remove(0) != ErrClosed {
		t.Error("what was given is still open")
	}
	if back := list(t, cut); back[0].ExplicitHashKey != "1" || back[1].ExplicitHashKey != lastOfUpper {
		t.Errorf("%+v", back)
	}
	if err := cut.Remove(0); err != nil || cut.Len() != 1 {
		t.Error(err, cut.Len())
	}
}

// Records go back to their own aggregator alone.
func TestForeignRecordsAreRefused(t *testing.T) {
	m := oneShard(t)
	a := newTestAggregator(t, Options{})
	sealed, err := a.Seal()
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewShardedAggregator(GroupHashKey, nil, ShardedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.UpdateShardMap(m, sealed); err != ErrForeign {
		t.Error(err)
	}
	if _, err := NewShardedAggregator(GroupShard, nil, ShardedOptions{}); !errors.Is(err, ErrGrouping) {
		t.Error(err)
	}
}

// Pinned to a hash key, all user records without one get it.
func TestPinned(t *testing.T) {
	s, err := NewPinnedAggregator("77", ShardedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sealed := pack(t, &s.packer, []NewUserRecord{{PartitionKey: "a"}, {PartitionKey: "b"}})
	if len(sealed) != 1 || sealed[0].ExplicitHashKey != "77" {
		t.Errorf("%+v", sealed)
	}
	if _, err := NewPinnedAggregator("x", ShardedOptions{}); !errors.Is(err, ErrExplicitHashKey) && !errors.Is(err, ErrHashKey) {
		t.Error(err)
	}
}
