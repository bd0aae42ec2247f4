package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgressIsALineNowAndThenWithoutATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		known := newProgress(&out, "Importing", 200, true)
		unknown := newProgress(&out, "Reading", 0, true)
		for i := range int64(12) {
			known.to(i*20, "so far")
			time.Sleep(time.Second) // of a clock that the test turns
		}
		unknown.to(7, "seven")
		known.end()
		unknown.end()
		want := "Importing: 50 % · so far\nImporting: 100 % · so far\nReading: seven\n"
		if out.String() != want {
			t.Errorf("it wrote\n%swant\n%s", out.String(), want)
		}
	})
}
