package kinesisagg

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Each status has the core's own text, and no number is left out.
func TestStatusesHaveTheTextsOfTheCore(t *testing.T) {
	for status := Status(-70); status < 70; status++ {
		text, err := statusMessage(status)
		if err != nil {
			t.Fatal(err)
		}
		if got := status.String(); got != text {
			t.Errorf("%d: %q, the core says %q", status, got, text)
		}
	}
}

// An error is found by its status and by its numbers, wrapped or not.
func TestErrorsAreFound(t *testing.T) {
	a := newTestAggregator(t, Options{MaxSize: 1000})
	_, err := a.Push(NewUserRecord{PartitionKey: "k", Data: make([]byte, 2000)})
	err = fmt.Errorf("outer: %w", err)
	if !errors.Is(err, ErrTooLarge) || errors.Is(err, ErrOption) {
		t.Errorf("%v is not ErrTooLarge", err)
	}
	var numbers *Error
	if !errors.As(err, &numbers) || numbers.Limit != 1000 || numbers.Value <= 2000 {
		t.Fatalf("%+v", numbers)
	}
	if !strings.Contains(err.Error(), "at most 1000") {
		t.Error(err)
	}
}

// The version is that of the core.
func TestVersion(t *testing.T) {
	if version, err := Version(); err != nil || version != "0.1.0" {
		t.Errorf("%q, %v", version, err)
	}
}

// As many U+FFFD as the JDK puts.
func TestTextIsThatOfTheJDK(t *testing.T) {
	for key, wanted := range map[string]string{
		"plain":            "plain",
		"\x80":             "\uFFFD",
		"\xff\xff":         "\uFFFD\uFFFD",
		"\xed\xa0\x80":     "\uFFFD",
		"\xed\xa0z":        "\uFFFDz",
		"\xc0\x80":         "\uFFFD\uFFFD",
		"\xe0\x80\x80":     "\uFFFD\uFFFD\uFFFD",
		"\xf4\x90\x80\x80": "\uFFFD\uFFFD\uFFFD\uFFFD",
		"\xc3z":            "\uFFFDz",
		"\xe2\x82":         "\uFFFD",
		"\xf0\x9f\x98z":    "\uFFFDz",
		"\xf0\x9fz":        "\uFFFDz",
		"\uFFFD\xff":       "\uFFFD\uFFFD",
	} {
		if got := Text([]byte(key)); got != wanted {
			t.Errorf("%q: %q, want %q", key, got, wanted)
		}
	}
}
