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
	all := make([]types.Record, 0, len(records))
	err := walk(records, func(count int) { all = grow(all, count) }, func(user *UserRecord) {
		all = append(all, user.Record)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Deaggregate does the same, and tells more of each.
func Deaggregate(records []types.Record) ([]UserRecord, error) {
	var all []UserRecord
	err := walk(records, func(count int) { all = grow(all, count) }, func(user *UserRecord) {
		all = append(all, *user)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func grow[T any](all []T, count int) []T { return append(make([]T, 0, count), all...) }

// walk tells how many there are, then shows each; what it shows is used again.
func walk(records []types.Record, begin func(count int), show func(*UserRecord)) error {
	blobs := make([][]byte, len(records))
	for i := range records {
		blobs[i] = records[i].Data
	}
	users, reports, err := kinesisagg.Deaggregate(blobs)
	if err != nil {
		return err
	}
	begin(len(users) + len(records))
	// A place for each key, made at once; texts that are the same are made once.
	keys := make([]string, len(users))
	texts := make([]string, 0, len(records))
	at := 0
	for source := range reports {
		report := &reports[source]
		if !report.IsAggregate() {
			show(&UserRecord{Record: records[source], Source: source, Damage: report.Err()})
			continue
		}
		for range report.UserRecords {
			user := &users[at]
			for number := user.PartitionKeyNumber(); len(texts) <= number; {
				texts = append(texts, "")
			}
			text := &texts[user.PartitionKeyNumber()]
			if *text == "" {
				*text = kinesisagg.Text(user.PartitionKey())
			}
			keys[at] = *text
			shown := UserRecord{
				Record:            records[source],
				SubSequenceNumber: user.SubSequenceNumber(),
				Source:            source,
				IsAggregated:      true,
			}
			shown.Data = user.Data()
			shown.PartitionKey = &keys[at]
			if key, ok := user.ExplicitHashKey(); ok {
				text := kinesisagg.Text(key)
				shown.ExplicitHashKey = &text
			}
			show(&shown)
			at++
		}
	}
	return nil
}
