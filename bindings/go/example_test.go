package kinesisagg_test

import (
	"errors"
	"fmt"
	"log"

	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
)

// Packs three user records, and takes them apart again.
func Example() {
	aggregator, err := kinesisagg.NewAggregator(kinesisagg.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer aggregator.Close()
	_, refused, err := aggregator.PushMany([]kinesisagg.NewUserRecord{
		{PartitionKey: "customer-7", Data: []byte("click")},
		{PartitionKey: "customer-7", Data: []byte("buy")},
		{PartitionKey: "customer-8", ExplicitHashKey: "8", Data: []byte("click")},
	})
	if err != nil || refused != nil {
		log.Fatal(err, refused)
	}
	if err := aggregator.Finish(); err != nil {
		log.Fatal(err)
	}
	records, err := aggregator.Seal()
	if err != nil {
		log.Fatal(err)
	}
	defer records.Close()

	var blobs [][]byte
	for record, err := range records.All() {
		if err != nil {
			log.Fatal(err)
		}
		blobs = append(blobs, record.Data)
	}
	users, _, err := kinesisagg.Deaggregate(blobs)
	if err != nil {
		log.Fatal(err)
	}
	for i := range users {
		user := &users[i]
		fmt.Printf("%d %s %s\n", user.SubSequenceNumber(), user.PartitionKey(), user.Data())
	}
	// Output:
	// 0 customer-7 click
	// 1 customer-7 buy
	// 2 customer-8 click
}

// What is no aggregate is known by its report, and handed on unchanged.
func ExampleDeaggregator_Deaggregate() {
	deaggregator, err := kinesisagg.NewDeaggregator()
	if err != nil {
		log.Fatal(err)
	}
	defer deaggregator.Close()
	batch, err := deaggregator.Deaggregate([][]byte{
		[]byte("a plain record"),
		[]byte("\xf3\x89\x9a\xc2 damaged: no checksum"),
	})
	if err != nil {
		log.Fatal(err)
	}
	for i, report := range batch.Blobs() {
		fmt.Println(i, report.Status.String(), report.Err() != nil)
	}
	for user, err := range batch.UserRecords() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(user.Data())
	}
	// Output:
	// 0 a plain record: the blob does not start with the magic false
	// 1 the checksum is not that of the message true
}

// A refusal tells the numbers.
func ExampleError() {
	aggregator, err := kinesisagg.NewAggregator(kinesisagg.Options{MaxSize: 1000})
	if err != nil {
		log.Fatal(err)
	}
	defer aggregator.Close()
	_, err = aggregator.Push(kinesisagg.NewUserRecord{PartitionKey: "k", Data: make([]byte, 5000)})
	var refusal *kinesisagg.Error
	if errors.Is(err, kinesisagg.ErrTooLarge) && errors.As(err, &refusal) {
		fmt.Println(refusal.Value, refusal.Limit)
	}
	// Output:
	// 5001 1000
}

// Before sending: the grouping that packs best. After: the judgement.
func ExampleShardedAggregator() {
	shards, err := kinesisagg.NewShardMap([]kinesisagg.Shard{
		{ID: "shard-0", StartingHashKey: "0", EndingHashKey: "340282366920938463463374607431768211455"},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer shards.Close()
	aggregator, err := kinesisagg.NewShardedAggregator(kinesisagg.GroupShard, shards, kinesisagg.ShardedOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer aggregator.Close()
	if _, err := aggregator.Push(kinesisagg.NewUserRecord{PartitionKey: "k", Data: []byte("d")}); err != nil {
		log.Fatal(err)
	}
	if err := aggregator.Finish(); err != nil {
		log.Fatal(err)
	}
	records, err := aggregator.Seal()
	if err != nil {
		log.Fatal(err)
	}
	defer records.Close()
	// PutRecords answers with the shard of each record.
	judgement, err := aggregator.Judge(records, 0, "shard-0")
	fmt.Println(judgement == kinesisagg.Delivered, err)
	// Output:
	// true <nil>
}
