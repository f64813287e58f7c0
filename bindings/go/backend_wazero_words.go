//go:build !cgo || !(kinesisagg_static || kinesisagg_pkgconfig)

package kinesisagg

import (
	"math/bits"
	"unsafe"
)

// WebAssembly's memory has the lowest byte first.
var lowestFirst = func() bool {
	one := uint32(1)
	return *(*byte)(unsafe.Pointer(&one)) == 1
}()

// copyIn writes things made of 32-bit numbers into the core's memory.
func copyIn[T any](memory []byte, things []T) {
	copy(memory, bytesOf(things))
	swap(memory)
}

// copyOut reads them from there.
func copyOut[T any](things []T, memory []byte) {
	b := bytesOf(things)
	swap(b[:copy(b, memory)])
}

func bytesOf[T any](things []T) []byte {
	var thing T
	size := len(things) * int(unsafe.Sizeof(thing))
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(things))), size)
}

// swap turns each number around where the highest byte comes first.
func swap(b []byte) {
	if lowestFirst {
		return
	}
	for ; len(b) >= 4; b = b[4:] {
		number := (*[4]byte)(b)
		turned := bits.ReverseBytes32(uint32(number[0]) | uint32(number[1])<<8 | uint32(number[2])<<16 | uint32(number[3])<<24)
		*number = [4]byte{byte(turned), byte(turned >> 8), byte(turned >> 16), byte(turned >> 24)}
	}
}
