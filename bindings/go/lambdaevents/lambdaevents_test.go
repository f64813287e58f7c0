package lambdaevents

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// The event of the examples comes apart: in order, and numbered from 0.
func TestDeaggregate(t *testing.T) {
	file, err := os.ReadFile("../../../examples/data/lambda-event.json")
	if err != nil {
		t.Fatal(err)
	}
	var event events.KinesisEvent
	if err := json.Unmarshal(file, &event); err != nil {
		t.Fatal(err)
	}
	all, err := Deaggregate(event.Records)
	if err != nil || len(all) <= len(event.Records) {
		t.Fatal(len(all), err)
	}
	number, source := 0, -1
	for _, user := range all {
		if user.Source != source {
			source, number = user.Source, 0
		}
		whole := event.Records[source]
		if user.IsAggregated && user.SubSequenceNumber != number {
			t.Errorf("%d in record %d, want %d", user.SubSequenceNumber, source, number)
		}
		if user.EventID != whole.EventID || user.Kinesis.SequenceNumber != whole.Kinesis.SequenceNumber {
			t.Errorf("record %d: %+v", source, user)
		}
		if !user.IsAggregated && string(user.Kinesis.Data) != string(whole.Kinesis.Data) {
			t.Errorf("record %d does not pass through", source)
		}
		number++
	}
	plain, err := DeaggregateRecords(event.Records)
	if err != nil || len(plain) != len(all) {
		t.Fatal(len(plain), err)
	}
}
