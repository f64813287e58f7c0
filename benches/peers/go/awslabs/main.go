// The awslabs module for Go: deaggregate. It has no aggregator.
package main

import (
	"github.com/awslabs/kinesis-aggregation/go/v2/deaggregator"

	"kinesis-agg.peers/peer"
	"kinesis-agg.peers/records"
)

func main() {
	_, corpus := peer.Asked()
	version := peer.Version("github.com/awslabs/kinesis-aggregation/go/v2")
	with := "protobuf " + peer.Version("google.golang.org/protobuf")
	peer.Serve(version, with, records.New(corpus, deaggregator.DeaggregateRecords))
}
