package deaggregator

import (
	"encoding/base64"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
)

// An aggregate of the KPL's kind: three user records, the second with an explicit
// hash key (vector batches/batch-all-good).
const aggregate = "84mawgoEMDcxMAoDOW1sCgJsZxIMNTY2MDkzNDQxMzIxGgcIABoD4gGCGhAIARAAGgLLeSIGCgF0EgF2GgQIAhoAWO2pjRi+8khx8NJUIvRvtg=="

func record(data []byte) types.Record {
	key, number := "outer", "4959"
	return types.Record{Data: data, PartitionKey: &key, SequenceNumber: &number}
}

func records(t *testing.T) []types.Record {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(aggregate)
	if err != nil {
		t.Fatal(err)
	}
	damaged := append([]byte{}, data...)
	damaged[20] ^= 1
	return []types.Record{record([]byte("plain")), record(data), record(damaged)}
}

// Aggregates come apart, all else comes back, in order.
func TestDeaggregateRecords(t *testing.T) {
	given := records(t)
	all, err := DeaggregateRecords(given)
	if err != nil || len(all) != 5 {
		t.Fatal(len(all), err)
	}
	for i, key := range []string{"outer", "0710", "9ml", "lg", "outer"} {
		if *all[i].PartitionKey != key || *all[i].SequenceNumber != "4959" {
			t.Errorf("%d: %s", i, *all[i].PartitionKey)
		}
	}
	if string(all[2].Data) != "\xcby" || string(all[0].Data) != "plain" {
		t.Errorf("%q", all[2].Data)
	}
	if none, err := DeaggregateRecords(nil); err != nil || none == nil || len(none) != 0 {
		t.Errorf("no records: %v, %v", none, err)
	}
}

// What the awslabs module does not tell.
func TestDeaggregateTellsMore(t *testing.T) {
	all, err := Deaggregate(records(t))
	if err != nil || len(all) != 5 {
		t.Fatal(len(all), err)
	}
	second := all[2]
	if !second.IsAggregated || second.SubSequenceNumber != 1 || second.Source != 1 {
		t.Errorf("%+v", second)
	}
	if second.ExplicitHashKey == nil || *second.ExplicitHashKey != "566093441321" {
		t.Errorf("explicit hash key %v", second.ExplicitHashKey)
	}
	if all[0].Damage != nil || !errors.Is(all[4].Damage, kinesisagg.StatusChecksum) {
		t.Errorf("damage: %v, %v", all[0].Damage, all[4].Damage)
	}
}
