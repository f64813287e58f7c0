// Packs the records of an NDJSON file, named as in the AWS SDKs, and prints what is
// to be sent, one Kinesis record a line.
//
//	go run ./aggregate ../data/records.ndjson
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
)

type line struct {
	PartitionKey    string
	ExplicitHashKey string `json:",omitempty"`
	Data            []byte
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: aggregate FILE")
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	if err := aggregate(file, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func aggregate(in io.Reader, out io.Writer) error {
	// Those with the same hash key share an aggregate: any reader gets all of them.
	aggregator, err := kinesisagg.NewShardedAggregator(kinesisagg.GroupHashKey, nil, kinesisagg.ShardedOptions{})
	if err != nil {
		return err
	}
	defer aggregator.Close()
	lines := json.NewDecoder(in)
	for {
		var record line
		if err := lines.Decode(&record); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		full, err := aggregator.Push(kinesisagg.NewUserRecord(record))
		if err != nil {
			return err
		}
		if full {
			if err := seal(aggregator, out); err != nil {
				return err
			}
		}
	}
	if err := aggregator.Finish(); err != nil {
		return err
	}
	return seal(aggregator, out)
}

// seal writes what is full; a program would send it.
func seal(aggregator *kinesisagg.ShardedAggregator, out io.Writer) error {
	records, err := aggregator.Seal()
	if err != nil {
		return err
	}
	defer records.Close()
	lines := json.NewEncoder(out)
	for record, err := range records.All() {
		if err != nil {
			return err
		}
		if err := lines.Encode(line{record.PartitionKey, record.ExplicitHashKey, record.Data}); err != nil {
			return err
		}
	}
	return nil
}
