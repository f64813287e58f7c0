package kinesisagg

import "sync"

// Deaggregators that are idle, for Deaggregate.
var idle = sync.Pool{}

// Deaggregate takes blobs apart, without a hash key range: a slice of all user
// records, in their order, and a report for each blob. It may be called from
// several goroutines.
//
// A [Deaggregator] does the same without the slice, and keeps its memory.
func Deaggregate(blobs [][]byte) ([]UserRecord, []BlobReport, error) {
	d, _ := idle.Get().(*Deaggregator)
	if d == nil {
		var err error
		if d, err = NewDeaggregator(); err != nil {
			return nil, nil, err
		}
	}
	records, reports, err := d.all(blobs)
	if err != nil {
		d.Close()
		return nil, nil, err
	}
	idle.Put(d)
	return records, reports, nil
}

func (d *Deaggregator) all(blobs [][]byte) ([]UserRecord, []BlobReport, error) {
	batch, err := d.Deaggregate(blobs)
	if err != nil {
		return nil, nil, err
	}
	reports := append([]BlobReport(nil), batch.Blobs()...)
	count := 0
	for i := range reports {
		count += reports[i].UserRecords
	}
	records := make([]UserRecord, 0, count)
	for record, err := range batch.UserRecords() {
		if err != nil {
			return nil, nil, err
		}
		records = append(records, record)
	}
	d.blobs, d.reports = nil, d.reports[:0] // What is idle holds no blobs.
	d.reads++
	return records, reports, nil
}
