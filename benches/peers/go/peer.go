// The Go peer, the awslabs module: deaggregate. It has no aggregator.
//
// README.md beside this folder has the protocol.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/awslabs/kinesis-aggregation/go/v2/deaggregator"
)

func main() {
	records := read(os.Args[2])
	userRecords := len(pass(records))
	say(map[string]any{
		"version": version("github.com/awslabs/kinesis-aggregation/go/v2"),
		"runtime": "Go " + strings.TrimPrefix(runtime.Version(), "go"),
		"with":    "protobuf " + version("google.golang.org/protobuf"),
	})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		command, argument, _ := strings.Cut(lines.Text(), " ")
		if command == "check" {
			check(records, argument)
			say(map[string]any{"user_records": userRecords})
		} else {
			seconds, err := strconv.ParseFloat(argument, 64)
			must(err)
			say(round(records, seconds))
		}
	}
}

// read returns the records in the file: key and data of each, lengths in four
// bytes, lowest first.
func read(file string) []types.Record {
	all, err := os.ReadFile(file)
	must(err)
	take := func() []byte {
		end := 4 + binary.LittleEndian.Uint32(all)
		bytes := all[4:end:end]
		all = all[end:]
		return bytes
	}
	var records []types.Record
	for len(all) > 0 {
		key, data := string(take()), take()
		number := strconv.Itoa(len(records))
		record := types.Record{PartitionKey: &key, Data: data, SequenceNumber: &number}
		records = append(records, record)
	}
	return records
}

// pass takes the whole corpus apart.
func pass(records []types.Record) []types.Record {
	users, err := deaggregator.DeaggregateRecords(records)
	must(err)
	return users
}

func check(records []types.Record, file string) {
	opened, err := os.Create(file)
	must(err)
	out := bufio.NewWriter(opened)
	write := func(bytes []byte) {
		must(binary.Write(out, binary.LittleEndian, uint32(len(bytes))))
		_, err := out.Write(bytes)
		must(err)
	}
	for _, user := range pass(records) {
		write([]byte(*user.PartitionKey))
		write(user.Data)
	}
	must(out.Flush())
	must(opened.Close())
}

func round(records []types.Record, seconds float64) map[string]any {
	wall, start := time.Now(), cpu()
	userRecords, touched := 0, 0
	used := int64(0)
	for used < int64(seconds*1e9) {
		users := pass(records)
		for i := range users {
			touched += len(*users[i].PartitionKey) + len(users[i].Data)
			if len(users[i].Data) > 0 {
				touched += int(users[i].Data[0])
			}
		}
		userRecords += len(users)
		used = cpu() - start
	}
	return map[string]any{
		"user_records": userRecords,
		"cpu_ns":       used,
		"wall_ns":      time.Since(wall).Nanoseconds(),
		"touched":      touched,
	}
}

// cpu returns the processor time of the whole process, collector included.
func cpu() int64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// version returns the version of a module that this program was built with.
func version(module string) string {
	build, _ := debug.ReadBuildInfo()
	for _, dependency := range build.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}

func say(answer any) {
	line, err := json.Marshal(answer)
	must(err)
	fmt.Println(string(line))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
