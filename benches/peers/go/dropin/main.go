// This project in the place of the awslabs module for Go: deaggregate.
package main

import (
	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
	"github.com/kinesis-agg/kinesis-agg/bindings/go/deaggregator"

	"kinesis-agg.peers/peer"
	"kinesis-agg.peers/records"
)

func main() {
	_, corpus := peer.Asked()
	version, err := kinesisagg.Version()
	peer.Must(err)
	peer.Serve(version, kinesisagg.Backend, records.New(corpus, deaggregator.DeaggregateRecords))
}
