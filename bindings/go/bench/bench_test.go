// Package bench measures the binding against the awslabs module, in one run:
//
//	go test -bench . -benchtime 2s
//	go test -bench . -benchtime 2s -tags kinesisagg_static
//
// It is a module of its own, so that nobody else needs the awslabs one. The time
// of a user record is cpu-ns/record. KINESIS_AGG_CORPUS=FILE writes the corpus as the
// programs of benches/peers read it.
package bench

import (
	"encoding/binary"
	"fmt"
	"os"
	"reflect"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	awslabs "github.com/awslabs/kinesis-aggregation/go/v2/deaggregator"

	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
	"github.com/kinesis-agg/kinesis-agg/bindings/go/deaggregator"
)

// The corpus: 10 MiB of user records of 100 bytes, four to a partition key of 36
// bytes, in aggregates of at most 51,200 bytes.
const (
	corpusSize = 10 << 20
	dataSize   = 100
	perKey     = 4
	maxSize    = 51200
)

func userRecords() []kinesisagg.NewUserRecord {
	records := make([]kinesisagg.NewUserRecord, corpusSize/dataSize)
	for i := range records {
		data := make([]byte, dataSize)
		state := uint64(i)*0x9E3779B97F4A7C15 + 1
		for k := range data {
			state ^= state << 13
			state ^= state >> 7
			state ^= state << 17
			data[k] = byte(state)
		}
		key := fmt.Sprintf("%036x", uint64(i/perKey)*0x9E3779B97F4A7C15)
		records[i] = kinesisagg.NewUserRecord{PartitionKey: key, Data: data}
	}
	return records
}

func pack(b testing.TB, a *kinesisagg.Aggregator, records []kinesisagg.NewUserRecord) *kinesisagg.Records {
	_, refused, err := a.PushMany(records)
	must(b, err)
	if refused != nil {
		b.Fatal(refused[0])
	}
	must(b, a.Finish())
	sealed, err := a.Seal()
	must(b, err)
	return sealed
}

func corpus(b testing.TB) []types.Record {
	a, err := kinesisagg.NewAggregator(kinesisagg.Options{MaxSize: maxSize})
	must(b, err)
	defer a.Close()
	sealed := pack(b, a, userRecords())
	defer sealed.Close()
	var records []types.Record
	for record, err := range sealed.All() {
		must(b, err)
		number := fmt.Sprint(len(records))
		records = append(records, types.Record{
			Data: record.Data, PartitionKey: &record.PartitionKey, SequenceNumber: &number})
	}
	if name := os.Getenv("KINESIS_AGG_CORPUS"); name != "" {
		var file []byte
		for _, record := range records {
			for _, part := range [][]byte{[]byte(*record.PartitionKey), record.Data} {
				file = binary.LittleEndian.AppendUint32(file, uint32(len(part)))
				file = append(file, part...)
			}
		}
		must(b, os.WriteFile(name, file, 0o644))
	}
	return records
}

func blobs(records []types.Record) [][]byte {
	var all [][]byte
	for _, record := range records {
		all = append(all, record.Data)
	}
	return all
}

// touched keeps the work from being left out.
var touched int

func BenchmarkDeaggregate(b *testing.B) {
	records := corpus(b)
	all := blobs(records)
	b.Run("awslabs", func(b *testing.B) {
		start := cpu()
		for range b.N {
			users, err := awslabs.DeaggregateRecords(records)
			must(b, err)
			for i := range users {
				touched += len(*users[i].PartitionKey) + len(users[i].Data) + int(users[i].Data[0])
			}
		}
		perRecord(b, start)
	})
	b.Run(kinesisagg.Backend, func(b *testing.B) {
		d, err := kinesisagg.NewDeaggregator()
		must(b, err)
		defer d.Close()
		start := cpu()
		for range b.N {
			batch, err := d.Deaggregate(all)
			must(b, err)
			for user, err := range batch.UserRecords() {
				if err != nil {
					b.Fatal(err)
				}
				data := user.Data()
				touched += len(user.PartitionKey()) + len(data) + int(data[0])
			}
		}
		perRecord(b, start)
	})
	b.Run(kinesisagg.Backend+"-read-alone", func(b *testing.B) {
		d, err := kinesisagg.NewDeaggregator()
		must(b, err)
		defer d.Close()
		start := cpu()
		for range b.N {
			_, err := d.Deaggregate(all)
			must(b, err)
		}
		perRecord(b, start)
	})
}

// Who only changes the import path gets the same records.
func TestAgrees(t *testing.T) {
	records := corpus(t)
	records = append(records, types.Record{Data: []byte("plain"), PartitionKey: records[0].PartitionKey})
	wanted, err := awslabs.DeaggregateRecords(records)
	must(t, err)
	got, err := deaggregator.DeaggregateRecords(records)
	must(t, err)
	if len(got) != len(wanted) {
		t.Fatalf("%d records, not %d", len(got), len(wanted))
	}
	for i := range wanted {
		if !reflect.DeepEqual(got[i], wanted[i]) {
			t.Fatalf("%d: got %+v, want %+v", i, got[i], wanted[i])
		}
	}
}

func BenchmarkDeaggregateRecords(b *testing.B) {
	records := corpus(b)
	for name, deaggregate := range map[string]func([]types.Record) ([]types.Record, error){
		"awslabs":          awslabs.DeaggregateRecords,
		kinesisagg.Backend: deaggregator.DeaggregateRecords,
	} {
		b.Run(name, func(b *testing.B) {
			start := cpu()
			for range b.N {
				users, err := deaggregate(records)
				must(b, err)
				for i := range users {
					touched += len(*users[i].PartitionKey) + len(users[i].Data) + int(users[i].Data[0])
				}
			}
			perRecord(b, start)
		})
	}
}

func BenchmarkAggregate(b *testing.B) {
	records := userRecords()
	b.Run(kinesisagg.Backend, func(b *testing.B) {
		a, err := kinesisagg.NewAggregator(kinesisagg.Options{MaxSize: maxSize})
		must(b, err)
		defer a.Close()
		start := cpu()
		for range b.N {
			sealed := pack(b, a, records)
			for record, err := range sealed.All() {
				must(b, err)
				touched += len(record.Data)
			}
			sealed.Close()
		}
		perRecord(b, start)
	})
}

// perRecord reports the processor time of the whole process since start,
// collector included.
func perRecord(b *testing.B, start int64) {
	records := float64(b.N) * (corpusSize / dataSize)
	b.ReportMetric(float64(cpu()-start)/records, "cpu-ns/record")
}

func cpu() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func must(b testing.TB, err error) {
	if err != nil {
		b.Fatal(err)
	}
}
