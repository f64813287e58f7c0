// Prints the user records of a Lambda event, one a line.
//
//	go run ./deaggregate ../data/lambda-event.json
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/kinesis-agg/kinesis-agg/bindings/go/lambdaevents"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: deaggregate FILE")
	}
	file, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var event events.KinesisEvent
	if err := json.Unmarshal(file, &event); err != nil {
		log.Fatal(err)
	}
	users, err := lambdaevents.Deaggregate(event.Records)
	if err != nil {
		log.Fatal(err)
	}
	for _, user := range users {
		if user.Damage != nil {
			fmt.Printf("record %d passes through: %v\n", user.Source, user.Damage)
			continue
		}
		fmt.Printf("%s/%d %s %q\n", user.Kinesis.SequenceNumber, user.SubSequenceNumber,
			user.Kinesis.PartitionKey, user.Kinesis.Data)
	}
}
