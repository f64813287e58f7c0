package kinesisagg

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The vectors that all implementations share; their README says what the fields
// mean.
const vectorFolder = "../../crates/kinesis-agg-testkit/vectors"

type vector struct {
	ID    string  `json:"id"`
	Input []input `json:"input"`

	KinesisPartitionKey    string  `json:"kinesisPartitionKey"`
	KinesisExplicitHashKey *string `json:"kinesisExplicitHashKey"`

	Aggregate []byte   `json:"aggregate"`
	Batch     [][]byte `json:"batch"`
	Range     *struct {
		StartingHashKey, EndingHashKey string
	} `json:"range"`
	Faithful bool `json:"faithful"`
	KCL      struct {
		Outcome string      `json:"outcome"`
		Records []kclRecord `json:"records"`
	} `json:"kcl"`
}

type input struct {
	PartitionKey    string  `json:"partitionKey"`
	ExplicitHashKey *string `json:"explicitHashKey"`
	Data            []byte  `json:"data"`
	Tags            []any   `json:"tags"`
}

type kclRecord struct {
	Source            uint32  `json:"source"`
	Aggregated        *bool   `json:"aggregated"`
	PartitionKey      string  `json:"partitionKey"`
	ExplicitHashKey   *string `json:"explicitHashKey"`
	Data              []byte  `json:"data"`
	SubSequenceNumber uint32  `json:"subSequenceNumber"`
}

func (v *vector) blobs() [][]byte {
	if v.Batch != nil {
		return v.Batch
	}
	return [][]byte{v.Aggregate}
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.jsonl", "producers/*.jsonl"} {
		found, err := filepath.Glob(filepath.Join(vectorFolder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	var all []vector
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			var v vector
			if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, v)
		}
	}
	if len(all) != 1522 {
		t.Fatalf("%d vectors in %d files", len(all), len(files))
	}
	return all
}

// verdict is what the KCL would hand out, as told by this package.
type verdict struct {
	UserRecords   []kclRecord
	PassedThrough []int
}

func verdictOf(t *testing.T, d *Deaggregator, blobs [][]byte) verdict {
	t.Helper()
	batch, err := d.Deaggregate(blobs)
	if err != nil {
		t.Fatal(err)
	}
	var v verdict
	var users []UserRecord
	for u, err := range batch.UserRecords() {
		if err != nil {
			t.Fatal(err)
		}
		users = append(users, u)
		record := kclRecord{
			Source:            uint32(u.Blob()),
			PartitionKey:      Text(u.PartitionKey()),
			Data:              append([]byte{}, u.Data()...),
			SubSequenceNumber: uint32(u.SubSequenceNumber()),
		}
		if bytes, ok := u.ExplicitHashKey(); ok {
			key := Text(bytes)
			record.ExplicitHashKey = &key
		}
		v.UserRecords = append(v.UserRecords, record)
	}
	expectCursor(t, batch, users)
	for i, report := range batch.Blobs() {
		if !report.IsAggregate() {
			v.PassedThrough = append(v.PassedThrough, i)
		}
	}
	return v
}

func (v *vector) verdict() verdict {
	var wanted verdict
	if v.KCL.Outcome == "passthrough" {
		wanted.PassedThrough = []int{0}
	}
	for _, record := range v.KCL.Records {
		if record.Aggregated != nil && !*record.Aggregated {
			wanted.PassedThrough = append(wanted.PassedThrough, int(record.Source))
			continue
		}
		record.Aggregated = nil
		if record.Data == nil {
			record.Data = []byte{}
		}
		wanted.UserRecords = append(wanted.UserRecords, record)
	}
	return wanted
}

// Every vector gives the KCL's verdict, but for the differences that FORMAT.md
// explains: an index outside its table, an explicit hash key that is no digits,
// and a range that is none.
func TestVectorsGiveTheVerdictOfTheKCL(t *testing.T) {
	differences := map[string]int{}
	for _, v := range vectors(t) {
		d := newTestDeaggregator(t)
		difference := explained(t, &v)
		start, end := v.asked()
		err := d.SetRange(start, end, DropAggregate)
		if err != nil {
			if !errors.Is(err, ErrHashKey) || v.ID != "ranges/range-one-reversed" {
				t.Errorf("%s: %v", v.ID, err)
			}
			differences["range"]++
			continue
		}
		if got, wanted := verdictOf(t, d, v.blobs()), v.verdict(); !reflect.DeepEqual(got, wanted) {
			if difference == "" {
				t.Errorf("%s: got %+v, the KCL gives %+v", v.ID, got, wanted)
			}
			differences[difference]++
		}
		d.Close()
	}
	wanted := map[string]int{"index": 40, "key": 54, "range": 1}
	if !reflect.DeepEqual(differences, wanted) {
		t.Errorf("differences: %v, want %v", differences, wanted)
	}
}

// asked is the range of the vector; what lies below 0 and above 2^128-1 holds no
// hash key.
func (v *vector) asked() (start, end string) {
	const last = "340282366920938463463374607431768211455"
	if v.Range == nil {
		return "0", last
	}
	clamped := func(key string) string {
		switch {
		case strings.HasPrefix(key, "-"):
			return "0"
		case len(key) > len(last), len(key) == len(last) && key > last:
			return last
		}
		return key
	}
	return clamped(v.Range.StartingHashKey), clamped(v.Range.EndingHashKey)
}

// explained names the difference that FORMAT.md allows for this vector.
func explained(t *testing.T, v *vector) string {
	t.Helper()
	d := newTestDeaggregator(t)
	defer d.Close()
	if err := d.SetRange("0", "340282366920938463463374607431768211455", KeepAll); err != nil {
		t.Fatal(err)
	}
	batch, err := d.Deaggregate(v.blobs())
	if err != nil {
		t.Fatal(err)
	}
	for _, report := range batch.Blobs() {
		if report.Status == StatusIndexOutsideTable {
			return "index"
		}
	}
	for u, err := range batch.UserRecords() {
		if err != nil {
			t.Fatal(err)
		}
		if u.Unplaceable() {
			return "key"
		}
	}
	return ""
}

func newTestDeaggregator(t testing.TB) *Deaggregator {
	t.Helper()
	d, err := NewDeaggregator()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}
