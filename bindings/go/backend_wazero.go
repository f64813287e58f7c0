//go:build !cgo || !(kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

// The core as WebAssembly.
//
//	instance          the core with a memory of its own, for one handle and what
//	                  comes out of it
//	call              copies arguments in, calls, and copies results out
//	out               where results arrive: an error, and values behind it
//	scratch           where arguments lie
//
// A trap ends its instance: the call answers ErrPanic with the trap as its
// Cause, all later ones ErrPoisoned. Other instances go on.

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Backend names the build of the core that runs.
const Backend = "wasm"

// Made by `cargo xtask go --write`, which also compares it with the sources.
//
//go:embed wasm/kinesis_agg.wasm
var module []byte

// compiled is the module as machine code, made at the first use, for all.
var compiled = sync.OnceValues(func() (*program, error) {
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	code, err := runtime.CompileModule(ctx, module)
	return &program{runtime, code}, err
})

type program struct {
	runtime wazero.Runtime
	code    wazero.CompiledModule
}

// Places in the results: an error, then up to four values.
const (
	outError  = 0
	outValue  = 32
	outSize   = 64
	errorSize = 20
)

// instance is the core with a memory of its own.
type instance struct {
	// Several handles may live in an instance, and be used at the same time.
	mu        sync.Mutex
	module    api.Module
	memory    api.Memory
	functions map[string]api.Function
	stack     [12]uint64
	out       uint32
	scratch   uint32
	// Bytes of the scratch.
	room uint32
	// Handles that are in use.
	handles int
	// The trap that ended it.
	trap error
	// The shard map that was asked for last, and its handle here.
	shardMap       *coreShardMap
	shardMapHandle uint32
}

// newInstance makes an instance for one handle.
func newInstance() (*instance, error) {
	program, err := compiled()
	if err != nil {
		return nil, &Error{Status: ErrPanic, Cause: err}
	}
	ctx := context.Background()
	config := wazero.NewModuleConfig().WithName("")
	made, err := program.runtime.InstantiateModule(ctx, program.code, config)
	if err != nil {
		return nil, &Error{Status: ErrPanic, Cause: err}
	}
	in := &instance{module: made, memory: made.Memory(), functions: map[string]api.Function{}, handles: 1}
	if _, err := in.call("kagg_wasm_seed", rand.Uint64()); err != nil {
		in.release()
		return nil, err
	}
	in.out, err = in.alloc(outSize)
	if err != nil {
		in.release()
		return nil, err
	}
	return in, nil
}

// retain counts one more handle.
func (in *instance) retain() *instance {
	in.handles++
	return in
}

// release gives the memory back with the last handle.
func (in *instance) release() {
	in.handles--
	if in.handles == 0 {
		// A trap has closed it already.
		_ = in.module.Close(context.Background())
	}
}

// call calls a function of the core that returns a status, or a place.
func (in *instance) call(name string, arguments ...uint64) (uint32, error) {
	if in.trap != nil {
		return 0, &Error{Status: ErrPoisoned, Cause: in.trap}
	}
	function := in.functions[name]
	if function == nil {
		function = in.module.ExportedFunction(name)
		if function == nil {
			return 0, &Error{Status: ErrOther, Cause: errors.New("no function " + name)}
		}
		in.functions[name] = function
	}
	used := copy(in.stack[:], arguments)
	if err := function.CallWithStack(context.Background(), in.stack[:max(used, 1)]); err != nil {
		return 0, in.trapped(err)
	}
	return uint32(in.stack[0]), nil
}

// trapped ends the instance.
func (in *instance) trapped(trap error) error {
	in.trap = trap
	_ = in.module.Close(context.Background())
	return &Error{Status: ErrPanic, Cause: trap}
}

// status calls a function that takes no kagg_error.
func (in *instance) status(name string, arguments ...uint64) (Status, error) {
	answer, err := in.call(name, arguments...)
	status := Status(answer)
	if err == nil && status < 0 {
		err = &Error{Status: status}
	}
	return status, err
}

// statusOf calls a function whose kagg_error is at in.out.
func (in *instance) statusOf(name string, arguments ...uint64) (Status, error) {
	answer, err := in.call(name, arguments...)
	status := Status(answer)
	if err == nil && status < 0 {
		err = in.numbers(status)
	}
	return status, err
}

// numbers reads the kagg_error.
func (in *instance) numbers(status Status) error {
	b, ok := in.memory.Read(in.out+outError, errorSize)
	if !ok || Status(binary.LittleEndian.Uint32(b)) != status {
		return &Error{Status: status}
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint32(b[4*i:])) }
	return &Error{Status: status, ByteOffset: number(1), RecordIndex: number(2), Value: number(3), Limit: number(4)}
}

// value reads one of the values.
func (in *instance) value(i uint32) uint32 {
	value, _ := in.memory.ReadUint32Le(in.out + outValue + 4*i)
	return value
}

// valuePlace is where the core writes it.
func (in *instance) valuePlace(i uint32) uint64 { return uint64(in.out + outValue + 4*i) }

func (in *instance) errorPlace() uint64 { return uint64(in.out + outError) }

func (in *instance) alloc(size uint32) (uint32, error) {
	place, err := in.call("kagg_wasm_alloc", uint64(size))
	if err == nil && place == 0 {
		err = &Error{Status: ErrLength}
	}
	return place, err
}

// lay makes room for arguments, and returns its place and its bytes, which are
// good until the next call.
func (in *instance) lay(size int) (uint32, []byte, error) {
	if size < 0 || size > math.MaxInt32 {
		return 0, nil, &Error{Status: ErrLength}
	}
	if uint32(size) > in.room {
		if in.scratch != 0 {
			if _, err := in.call("kagg_wasm_free", uint64(in.scratch), uint64(in.room)); err != nil {
				return 0, nil, err
			}
			in.scratch, in.room = 0, 0
		}
		room := max(uint32(size), 4096)
		place, err := in.alloc(room)
		if err != nil {
			return 0, nil, err
		}
		in.scratch, in.room = place, room
	}
	b, _ := in.memory.Read(in.scratch, uint32(size))
	return in.scratch, b, nil
}

// layTexts lays texts one behind the other. An empty one may be given as NULL.
func (in *instance) layTexts(texts ...string) (uint64, error) {
	size := 0
	for _, text := range texts {
		size += len(text)
	}
	place, b, err := in.lay(size)
	for _, text := range texts {
		b = b[copy(b, text):]
	}
	return uint64(place), err
}

// read copies bytes of the core.
func (in *instance) read(place, length uint32) []byte {
	b, _ := in.memory.Read(place, length)
	return append([]byte{}, b...)
}

// size is a size_t; what is too large for it stays too large.
func size(n int) uint64 {
	if n < 0 || uint64(n) > math.MaxUint32 {
		return math.MaxUint32
	}
	return uint64(n)
}

// length is the length of a text.
func length(s string) uint64 { return uint64(len(s)) }

// statusMessage is the core's own text of a status.
func statusMessage(status Status) (string, error) {
	return staticText("kagg_status_message", uint64(uint32(status)))
}

// Version is the version of the core.
func Version() (string, error) { return staticText("kagg_version") }

// staticText calls a function that returns a text, ended by NUL.
func staticText(name string, arguments ...uint64) (string, error) {
	in, err := newInstance()
	if err != nil {
		return "", err
	}
	defer in.release()
	place, err := in.call(name, arguments...)
	if err != nil {
		return "", err
	}
	var text []byte
	for {
		b, ok := in.memory.ReadByte(place)
		if !ok || b == 0 {
			return string(text), nil
		}
		text = append(text, b)
		place++
	}
}
