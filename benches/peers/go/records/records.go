// Package records is the work of modules with a DeaggregateRecords over the
// SDK's records: the awslabs module, and what takes its place.
package records

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinesis-agg.peers/peer"
)

// Work calls Deaggregate with all records of the corpus, as after GetRecords.
type Work struct {
	Deaggregate func([]types.Record) ([]types.Record, error)
	records     []types.Record
}

// New makes the work of the corpus.
func New(corpus []peer.Pair, deaggregate func([]types.Record) ([]types.Record, error)) *Work {
	work := &Work{Deaggregate: deaggregate}
	for i := range corpus {
		number := strconv.Itoa(i)
		work.records = append(work.records, types.Record{
			PartitionKey: &corpus[i].Key, Data: corpus[i].Data, SequenceNumber: &number})
	}
	return work
}

// Run is of peer.Work.
func (w *Work) Run(touched *int) int {
	users := w.pass()
	for i := range users {
		*touched += peer.Touch(len(*users[i].PartitionKey), users[i].Data)
	}
	return len(users)
}

// HandOut is of peer.Work.
func (w *Work) HandOut(write func(key, data []byte)) {
	for _, user := range w.pass() {
		write([]byte(*user.PartitionKey), user.Data)
	}
}

func (w *Work) pass() []types.Record {
	users, err := w.Deaggregate(w.records)
	peer.Must(err)
	return users
}
