package kinesisagg

// Memory over millions of user records.
//
//	go test -run TestNothingLeaks -v . -user-records 10000000
//
// Rounds have up to soakRound user records; every other one has values of its own,
// which are closed or forgotten, the others share values that live to the end. Resident
// memory is compared after the first million user records, or the first half, and at the
// end, both times with the shared values.

import (
	"errors"
	"flag"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

var soakUserRecords = flag.Int("user-records", 200_000, "how many user records TestNothingLeaks packs and reads")

const (
	soakRound = 250
	// The most bytes and user records of a Kinesis record: a round makes many.
	soakMaxSize, soakMaxCount = 65536, 20
	// What resident memory may grow by, in bytes.
	soakMaxGrown = 8 << 20
)

// tally is how many user records, and the sum of their checksums in any order.
type tally struct {
	count, checksum uint64
}

var (
	soakHash  maphash.Hash
	soakBytes = make([]byte, 2*soakMaxSize)
)

func (t *tally) add(partitionKey, explicitHashKey, data []byte) {
	soakHash.Reset()
	for _, part := range [][]byte{partitionKey, explicitHashKey, data} {
		soakHash.Write(part)
		soakHash.WriteByte(0xFF)
	}
	t.count++
	t.checksum += soakHash.Sum64()
}

// mixed is a number that looks like chance (splitmix64).
func mixed(number uint64) uint64 {
	number = (number + 1) * 0x9E3779B97F4A7C15
	number = (number ^ number>>30) * 0xBF58476D1CE4E5B9
	number = (number ^ number>>27) * 0x94D049BB133111EB
	return number ^ number>>31
}

// soakRecord is the user record of this number. No two have the same partition key.
func soakRecord(number uint64) NewUserRecord {
	prefixes := [...]string{"user-", "a-long-name-in-front-of-the-number-of-a-user-that-takes-varints-of-two-bytes-", "gerät-", ""}
	chance := mixed(number)
	start, size := chance%soakMaxSize, (chance>>32)%200
	if number%100 == 0 {
		size = (chance >> 32) % (soakMaxSize / 2)
	}
	record := NewUserRecord{
		PartitionKey: fmt.Sprint(prefixes[number%4], number),
		Data:         soakBytes[start : start+size],
	}
	if number%3 == 0 {
		record.ExplicitHashKey = fmt.Sprintf("%d%019d", chance|1, mixed(chance)%10000000000000000000)
	}
	return record
}

// soak is what was written and read so far.
type soak struct {
	*testing.T
	written, read tally
}

func (s *soak) must(err error) {
	if err != nil {
		s.Helper()
		s.Fatal(err)
	}
}

// refused fails unless err is the one that is expected.
func (s *soak) refused(err, expected error) {
	if !errors.Is(err, expected) {
		s.Helper()
		s.Fatalf("%v, not %v", err, expected)
	}
}

// batch is the next user records, count of them or those of a round.
func (s *soak) batch(count uint64) []NewUserRecord {
	records := make([]NewUserRecord, min(count, soakRound))
	for i := range records {
		records[i] = soakRecord(s.written.count)
		r := &records[i]
		s.written.add([]byte(r.PartitionKey), []byte(r.ExplicitHashKey), r.Data)
	}
	return records
}

// soakValues are what user records go through.
type soakValues struct {
	aggregator    *Aggregator
	sharded       *ShardedAggregator
	deaggregator  *Deaggregator
	whole, halves *ShardMap
	// They are left to the garbage collector, with all that comes out of them.
	forgotten bool
}

func (s *soak) open(forgotten bool) *soakValues {
	v := soakValues{forgotten: forgotten}
	var errs [5]error
	// Long, so that a map that is lost can be seen.
	id := strings.Repeat("x", 4096)
	options := Options{MaxSize: soakMaxSize, MaxCount: soakMaxCount, FrameSingles: true}
	v.whole, errs[0] = NewShardMap([]Shard{{ID: id, StartingHashKey: "0", EndingHashKey: lastOfUpper}})
	v.halves, errs[1] = NewShardMap([]Shard{{ID: id + "1", StartingHashKey: "0", EndingHashKey: lastOfLower},
		{ID: id + "2", StartingHashKey: firstOfUpper, EndingHashKey: lastOfUpper}})
	v.aggregator, errs[2] = NewAggregator(options)
	v.sharded, errs[3] = NewShardedAggregator(GroupShard, v.whole, ShardedOptions{Options: options})
	v.deaggregator, errs[4] = NewDeaggregator()
	s.must(errors.Join(errs[:]...))
	s.must(v.deaggregator.SetRange("0", lastOfUpper, KeepInRange))
	return &v
}

// end ends the values, and a user record that waits in one of them.
func (s *soak) end(v *soakValues) {
	_, err := v.aggregator.Push(NewUserRecord{PartitionKey: "k", Data: []byte("lost with it")})
	s.must(err)
	if v.forgotten {
		return
	}
	for _, value := range []io.Closer{v.aggregator, v.sharded, v.deaggregator, v.whole, v.halves} {
		s.must(value.Close())
	}
}

// pushMany adds many, with one at each end that is refused.
func (s *soak) pushMany(to *Aggregator, records []NewUserRecord) {
	wrong := NewUserRecord{PartitionKey: "k", ExplicitHashKey: "no number"}
	given := append(append([]NewUserRecord{wrong}, records...), wrong)
	_, refused, err := to.PushMany(given)
	s.must(err)
	if len(refused) != 2 || refused[1].RecordIndex != len(given)-1 {
		s.Fatal(refused)
	}
}

func (s *soak) pushEach(to *ShardedAggregator, records []NewUserRecord) {
	for i := range records {
		_, err := to.Push(records[i])
		s.must(err)
	}
}

// wrongIndex is an aggregate of one key, a user record that is sound, and one whose
// key index is 1.
var wrongIndex = []byte("\xf3\x89\x9a\xc2\x0a\x0acustomer-7\x1a\x09\x08\x00\x1a\x05click" +
	"\x1a\x07\x08\x01\x1a\x03buy\x55\x36\xb6\xe6\xe7\x41\xe0\x01\x15\x78\x69\x91\xb5\x62\x20\xdd")

// readSome reads Kinesis records, the first count, and three blobs that are no aggregates.
func (s *soak) readSome(d *Deaggregator, records *Records, count int) {
	var blobs [][]byte
	for i := range count {
		record, err := records.Get(i)
		s.must(err)
		blobs = append(blobs, record.Data)
	}
	cut := wrongIndex
	if count > 0 {
		cut = blobs[0]
	}
	blobs = append(blobs, cut[:len(cut)-1], wrongIndex, []byte("plain"))
	wrong := []Status{StatusChecksum, StatusIndexOutsideTable, StatusPlain}
	batch, err := d.Deaggregate(blobs)
	s.must(err)
	for i, report := range batch.Blobs() {
		if i < count && report.Status != StatusOK || i >= count && report.Status != wrong[i-count] {
			s.Fatal(i, report.Status)
		}
	}
	for user, err := range batch.UserRecords() {
		s.must(err)
		explicitHashKey, _ := user.ExplicitHashKey()
		s.read.add(user.PartitionKey(), explicitHashKey, user.Data())
	}
}

// readAll reads all Kinesis records, and ends them.
func (s *soak) readAll(v *soakValues, records *Records, err error) {
	s.must(err)
	s.readSome(v.deaggregator, records, records.Len())
	if !v.forgotten {
		s.must(records.Close())
	}
}

// split lets the first Kinesis record arrive; then the shard splits, and the others
// are cut.
func (s *soak) split(v *soakValues) {
	s.must(v.sharded.Finish())
	records, err := v.sharded.Seal()
	s.must(err)
	if records.Len() > 0 {
		s.readSome(v.deaggregator, records, 1)
		s.must(records.Remove(0))
	}
	_, err = v.sharded.UpdateShardMap(nil, records)
	s.refused(err, ErrGrouping)
	records, err = v.sharded.UpdateShardMap(v.halves, records)
	s.readAll(v, records, err)
}

// merge makes one shard of the two. What waits is full then, and comes back.
func (s *soak) merge(v *soakValues) {
	s.must(v.sharded.Finish())
	records, err := v.sharded.UpdateShardMap(v.whole, nil)
	s.readAll(v, records, err)
}

// fail does what is refused: it leaves nothing behind.
func (s *soak) fail(v *soakValues) {
	_, err := v.aggregator.Push(NewUserRecord{PartitionKey: "k", Data: soakBytes})
	s.refused(err, ErrTooLarge)
	_, err = v.sharded.Push(NewUserRecord{})
	s.refused(err, ErrPartitionKeyLength)
	s.refused(v.deaggregator.SetRange("2", "1", KeepAll), ErrHashKey)
	_, err = NewShardMap(nil)
	s.refused(err, ErrShardGap)
	_, err = NewShardedAggregator(GroupShard, nil, ShardedOptions{})
	s.refused(err, ErrGrouping)
	_, err = NewAggregator(Options{MaxSize: 11 << 20})
	s.refused(err, ErrOption)
}

// roundTrip takes half of the user records through one aggregator, half through the
// other.
func (s *soak) roundTrip(records []NewUserRecord, v *soakValues) {
	half := len(records) / 2
	middle := (half + len(records)) / 2
	s.pushMany(v.aggregator, records[:half])
	s.must(v.aggregator.Finish())
	sealed, err := v.aggregator.Seal()
	s.readAll(v, sealed, err)
	s.pushEach(v.sharded, records[half:middle])
	s.split(v)
	s.pushEach(v.sharded, records[middle:])
	s.merge(v)
	s.fail(v)
}

// rounds goes on until end user records are written, and returns the resident memory
// then.
func (s *soak) rounds(kept *soakValues, end uint64) int {
	for round := 0; s.written.count < end; round++ {
		s.roundTrip(s.batch(end-s.written.count), kept)
		fresh := s.open(round%2 == 0)
		s.roundTrip(s.batch(end-s.written.count), fresh)
		s.end(fresh)
	}
	return s.resident()
}

// resident is the memory of the process in bytes, without what is garbage.
func (s *soak) resident() int {
	// Forgotten values end some time after they were found.
	for range 10 {
		debug.FreeOSMemory()
		time.Sleep(10 * time.Millisecond)
	}
	status, err := os.ReadFile("/proc/self/status")
	s.must(err)
	_, found, _ := strings.Cut(string(status), "VmRSS:")
	var kibibytes int
	_, err = fmt.Sscan(found, &kibibytes)
	s.must(err)
	return kibibytes << 10
}

// Millions of user records, packed and taken apart, take no more memory than some;
// nor do thousands of values, closed or not.
func TestNothingLeaks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux alone has the memory in /proc")
	}
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for i := range soakBytes {
		soakBytes[i] = byte(mixed(uint64(i)))
	}
	s := soak{T: t}
	wanted := uint64(*soakUserRecords)
	warmUp := min(wanted/2, 1_000_000)
	kept := s.open(false)
	warm := s.rounds(kept, warmUp)
	last := s.rounds(kept, wanted)
	s.end(kept)
	t.Logf("%d user records, resident %.1f MiB after the first %d, %.1f MiB at the end",
		s.read.count, float64(warm)/(1<<20), warmUp, float64(last)/(1<<20))
	if s.written.count != wanted || s.read != s.written {
		t.Errorf("written %v, read %v", s.written, s.read)
	}
	if last-warm > soakMaxGrown {
		t.Errorf("resident memory has grown by more than %d MiB", soakMaxGrown>>20)
	}
}
