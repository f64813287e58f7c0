// Package deaggregator takes Kinesis records of the AWS SDK for Go v2 apart. It
// stands in for the package of the same name in the awslabs module: only the
// import path changes.
//
// What differs, on purpose:
//
//   - A record that is damaged passes through unchanged. There, one such record
//     turns the answer to the whole batch into an error, or a panic.
//   - Data is not copied: it lies in the Data of the record it came from.
//   - [Deaggregate] tells explicit hash keys, sub-sequence numbers, and why a
//     record passed through.
//
// It is a module of its own, so that the package kinesisagg needs no SDK.
package deaggregator

import (
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
)

// UserRecord is a user record, or a Kinesis record that is no aggregate.
type UserRecord struct {
	types.Record
	// ExplicitHashKey is nil where there is none.
	ExplicitHashKey *string
	// SubSequenceNumber is the place in the aggregate, from 0.
	SubSequenceNumber int
	// Source is the index of the Kinesis record that it comes from.
	Source int
	// IsAggregated is false for a Kinesis record that passed through.
	IsAggregated bool
	// Damage is why a record that looks like an aggregate passed through; nil for
	// aggregates and for plain records. A *kinesisagg.Error.
	Damage error
}

// DeaggregateRecords returns the user records of all aggregates, and all other
// records as they are, in their order.
func DeaggregateRecords(records []types.Record) ([]types.Record, error) {
	found, err := read(records)
	if err != nil {
		return nil, err
	}
	all := make([]types.Record, 0, found.count())
	for source := range records {
		if !found.reports[source].IsAggregate() {
			all = append(all, records[source])
			continue
		}
		for range found.reports[source].UserRecords {
			all = append(all, records[source])
			found.next(&all[len(all)-1])
		}
	}
	return all, nil
}

// Deaggregate does the same, and tells more of each.
func Deaggregate(records []types.Record) ([]UserRecord, error) {
	found, err := read(records)
	if err != nil {
		return nil, err
	}
	all := make([]UserRecord, 0, found.count())
	for source := range records {
		report := &found.reports[source]
		if !report.IsAggregate() {
			all = append(all, UserRecord{Record: records[source], Source: source, Damage: report.Err()})
			continue
		}
		for range report.UserRecords {
			all = append(all, UserRecord{Record: records[source], Source: source, IsAggregated: true})
			shown := &all[len(all)-1]
			user := found.next(&shown.Record)
			shown.SubSequenceNumber = user.SubSequenceNumber()
			if key, ok := user.ExplicitHashKey(); ok {
				text := kinesisagg.Text(key)
				shown.ExplicitHashKey = &text
			}
		}
	}
	return all, nil
}

// batch is what was read, and how far it was handed out.
type batch struct {
	users   []kinesisagg.UserRecord
	reports []kinesisagg.BlobReport
	at      int
	// A place for the key of each user record, made at once.
	keys []string
	// The keys by their numbers: texts that are the same are made once.
	texts []string
}

func read(records []types.Record) (*batch, error) {
	blobs := make([][]byte, len(records))
	for i := range records {
		blobs[i] = records[i].Data
	}
	users, reports, err := kinesisagg.Deaggregate(blobs)
	if err != nil {
		return nil, err
	}
	return &batch{users: users, reports: reports, keys: make([]string, len(users))}, nil
}

// count is how many records come out, at most.
func (b *batch) count() int { return len(b.users) + len(b.reports) }

// next gives record the data and the partition key of the next user record.
func (b *batch) next(record *types.Record) *kinesisagg.UserRecord {
	user := &b.users[b.at]
	key := &b.keys[b.at]
	b.at++
	*key = b.text(user)
	record.Data, record.PartitionKey = user.Data(), key
	return user
}

func (b *batch) text(user *kinesisagg.UserRecord) string {
	number := user.PartitionKeyNumber()
	for len(b.texts) <= number {
		b.texts = append(b.texts, "")
	}
	if b.texts[number] == "" {
		b.texts[number] = kinesisagg.Text(user.PartitionKey())
	}
	return b.texts[number]
}
