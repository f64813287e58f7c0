// Package lambdaevents takes the Kinesis records of a Lambda event apart, as they
// are in github.com/aws/aws-lambda-go/events.
//
// It is a module of its own, so that the package kinesisagg does not need that
// one.
package lambdaevents

import (
	"github.com/aws/aws-lambda-go/events"

	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
)

// UserRecord is a user record, or a record of the event that is no aggregate.
type UserRecord struct {
	events.KinesisEventRecord
	// ExplicitHashKey is "" where there is none.
	ExplicitHashKey string
	// SubSequenceNumber is the place in the aggregate, from 0.
	SubSequenceNumber int
	// Source is the index of the record of the event that it comes from: what
	// fails is reported by that record's sequence number.
	Source int
	// IsAggregated is false for a record that passed through.
	IsAggregated bool
	// Damage is why a record that looks like an aggregate passed through; nil for
	// aggregates and for plain records. A *kinesisagg.Error.
	Damage error
}

// DeaggregateRecords returns the user records of all aggregates, and all other
// records as they are, in their order. Each user record has the fields of the
// record it came from but for partition key and data, which is not copied.
func DeaggregateRecords(records []events.KinesisEventRecord) ([]events.KinesisEventRecord, error) {
	all, err := Deaggregate(records)
	if err != nil {
		return nil, err
	}
	plain := make([]events.KinesisEventRecord, len(all))
	for i := range all {
		plain[i] = all[i].KinesisEventRecord
	}
	return plain, nil
}

// Deaggregate does the same, and tells more of each.
func Deaggregate(records []events.KinesisEventRecord) ([]UserRecord, error) {
	blobs := make([][]byte, len(records))
	for i := range records {
		blobs[i] = records[i].Kinesis.Data
	}
	users, reports, err := kinesisagg.Deaggregate(blobs)
	if err != nil {
		return nil, err
	}
	all := make([]UserRecord, 0, len(users)+len(records))
	for source := range reports {
		report := &reports[source]
		if !report.IsAggregate() {
			all = append(all, UserRecord{
				KinesisEventRecord: records[source], Source: source, Damage: report.Err()})
			continue
		}
		for i := range users[:report.UserRecords] {
			user := UserRecord{
				KinesisEventRecord: records[source],
				SubSequenceNumber:  users[i].SubSequenceNumber(),
				Source:             source,
				IsAggregated:       true,
			}
			user.Kinesis.Data = users[i].Data()
			user.Kinesis.PartitionKey = kinesisagg.Text(users[i].PartitionKey())
			if key, ok := users[i].ExplicitHashKey(); ok {
				user.ExplicitHashKey = kinesisagg.Text(key)
			}
			all = append(all, user)
		}
		users = users[report.UserRecords:]
	}
	return all, nil
}
