// Package peer is what the Go programs share: the corpus, and the protocol that
// README.md two folders up describes.
package peer

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
)

// A Pair is a Kinesis record or a user record of the corpus.
type Pair struct {
	Key  string
	Data []byte
}

// Work is what a program does with the whole corpus, again and again.
type Work interface {
	// Run does it once, and returns how many user records there were. It touches
	// what comes out and adds to the sum.
	Run(touched *int) int
	// HandOut writes what comes out.
	HandOut(write func(key, data []byte))
}

// Asked returns the work's name and the corpus that the program was started with.
func Asked() (work string, corpus []Pair) {
	return os.Args[1], read(os.Args[2])
}

// Touch is both lengths and the first byte of the data.
func Touch(key int, data []byte) int {
	if len(data) == 0 {
		return key
	}
	return key + len(data) + int(data[0])
}

// Serve says hello, then does what it is told until the input ends.
func Serve(version, with string, work Work) {
	touched := 0
	userRecords := work.Run(&touched)
	say(map[string]any{
		"version": version,
		"runtime": "Go " + strings.TrimPrefix(runtime.Version(), "go"),
		"with":    with,
	})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		command, argument, _ := strings.Cut(lines.Text(), " ")
		if command == "check" {
			check(work, argument)
			say(map[string]any{"user_records": userRecords})
		} else {
			seconds, err := strconv.ParseFloat(argument, 64)
			Must(err)
			say(round(work, seconds))
		}
	}
}

// Version returns the version of a module that this program was built with.
func Version(module string) string {
	build, _ := debug.ReadBuildInfo()
	for _, dependency := range build.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}

// Must ends the program on an error.
func Must(err error) {
	if err != nil {
		panic(err)
	}
}

// read returns the pairs in the file: lengths in four bytes, lowest first.
func read(file string) []Pair {
	all, err := os.ReadFile(file)
	Must(err)
	take := func() []byte {
		end := 4 + binary.LittleEndian.Uint32(all)
		bytes := all[4:end:end]
		all = all[end:]
		return bytes
	}
	var pairs []Pair
	for len(all) > 0 {
		key, data := string(take()), take()
		pairs = append(pairs, Pair{key, data})
	}
	return pairs
}

func check(work Work, file string) {
	opened, err := os.Create(file)
	Must(err)
	out := bufio.NewWriter(opened)
	write := func(bytes []byte) {
		Must(binary.Write(out, binary.LittleEndian, uint32(len(bytes))))
		_, err := out.Write(bytes)
		Must(err)
	}
	work.HandOut(func(key, data []byte) {
		write(key)
		write(data)
	})
	Must(out.Flush())
	Must(opened.Close())
}

func round(work Work, seconds float64) map[string]any {
	wall, start := time.Now(), cpu()
	userRecords, touched := 0, 0
	used := int64(0)
	for used < int64(seconds*1e9) {
		userRecords += work.Run(&touched)
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
	Must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func say(answer any) {
	line, err := json.Marshal(answer)
	Must(err)
	fmt.Println(string(line))
}
