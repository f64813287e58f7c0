package kinesisagg

import (
	"strings"
	"unicode/utf8"
)

// Text is a key as the KCL hands it out: its bytes as text, with U+FFFD where
// they are no UTF-8, as many as the JDK puts there.
//
// The JDK puts one for a sequence that ends too early, and for a surrogate of
// three bytes; for all else one for each byte. Go's own conversion puts one for
// each byte always.
func Text(key []byte) string {
	if utf8.Valid(key) {
		return string(key)
	}
	var text strings.Builder
	for len(key) > 0 {
		r, size := utf8.DecodeRune(key)
		if r == utf8.RuneError && size == 1 {
			size = badLen(key)
		}
		text.WriteRune(r)
		key = key[size:]
	}
	return text.String()
}

// badLen is how many bytes one U+FFFD stands for: key starts with no UTF-8.
func badLen(key []byte) int {
	continues := func(i int) bool { return i < len(key) && key[i]&0xC0 == 0x80 }
	second := func(low, high byte) bool { return continues(1) && low <= key[1] && key[1] <= high }
	switch first := key[0]; {
	case first >= 0xE0 && first <= 0xEF:
		low := byte(0x80)
		if first == 0xE0 {
			low = 0xA0 // Below it, two bytes would do.
		}
		switch {
		case !second(low, 0xBF):
			return 1
		case continues(2):
			return 3 // A surrogate: all else of this shape is UTF-8.
		default:
			return 2
		}
	case first >= 0xF0 && first <= 0xF4:
		low, high := byte(0x80), byte(0xBF)
		if first == 0xF0 {
			low = 0x90
		}
		if first == 0xF4 {
			high = 0x8F // Above it lies no character.
		}
		switch {
		case !second(low, high):
			return 1
		case continues(2):
			return 3
		default:
			return 2
		}
	}
	return 1
}
