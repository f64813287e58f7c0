// This project from Go, with either build of the core: deaggregate and aggregate.
package main

import (
	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"

	"kinesis-agg.peers/peer"
)

// maxSize is the limit of an aggregate, as all peers have it.
const maxSize = 51200

// together is how many bytes of data are pushed at once; then what is full is sealed.
const together = 16 * maxSize

func main() {
	name, corpus := peer.Asked()
	version, err := kinesisagg.Version()
	peer.Must(err)
	var work peer.Work
	if name == "deaggregate" {
		work = newReading(corpus)
	} else {
		work = newWriting(corpus)
	}
	peer.Serve(version, kinesisagg.Backend, work)
}

// reading takes all blobs apart in one call, and reads user records in place.
type reading struct {
	deaggregator *kinesisagg.Deaggregator
	blobs        [][]byte
}

func newReading(corpus []peer.Pair) *reading {
	deaggregator, err := kinesisagg.NewDeaggregator()
	peer.Must(err)
	work := &reading{deaggregator: deaggregator}
	for _, pair := range corpus {
		work.blobs = append(work.blobs, pair.Data)
	}
	return work
}

func (r *reading) Run(touched *int) int {
	batch, err := r.deaggregator.Deaggregate(r.blobs)
	peer.Must(err)
	count := 0
	cursor := batch.Cursor()
	for cursor.Next() {
		*touched += peer.Touch(len(cursor.PartitionKey()), cursor.Data())
		count++
	}
	peer.Must(cursor.Err())
	return count
}

func (r *reading) HandOut(write func(key, data []byte)) {
	batch, err := r.deaggregator.Deaggregate(r.blobs)
	peer.Must(err)
	for user, err := range batch.UserRecords() {
		peer.Must(err)
		write(user.PartitionKey(), user.Data())
	}
}

// writing pushes batches, and seals what is full after each.
type writing struct {
	batches [][]kinesisagg.NewUserRecord
	count   int
}

func newWriting(corpus []peer.Pair) *writing {
	work := &writing{count: len(corpus)}
	var batch []kinesisagg.NewUserRecord
	size := 0
	for _, pair := range corpus {
		batch = append(batch, kinesisagg.NewUserRecord{PartitionKey: pair.Key, Data: pair.Data})
		size += len(pair.Data)
		if size >= together {
			work.batches = append(work.batches, batch)
			batch, size = nil, 0
		}
	}
	work.batches = append(work.batches, batch)
	return work
}

func (w *writing) Run(touched *int) int {
	w.HandOut(func(key, data []byte) { *touched += peer.Touch(len(key), data) })
	return w.count
}

func (w *writing) HandOut(write func(key, data []byte)) {
	aggregator, err := kinesisagg.NewAggregator(kinesisagg.Options{MaxSize: maxSize})
	peer.Must(err)
	defer aggregator.Close()
	for _, batch := range w.batches {
		_, refused, err := aggregator.PushMany(batch)
		peer.Must(err)
		if refused != nil {
			peer.Must(refused[0])
		}
		send(aggregator, write)
	}
	peer.Must(aggregator.Finish())
	send(aggregator, write)
}

func send(aggregator *kinesisagg.Aggregator, write func(key, data []byte)) {
	sealed, err := aggregator.Seal()
	peer.Must(err)
	defer sealed.Close()
	for record, err := range sealed.All() {
		peer.Must(err)
		write([]byte(record.PartitionKey), record.Data)
	}
}
