package main

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
)

func TestQuieterKeepsWhatOperatorsNeed(t *testing.T) {
	var out bytes.Buffer
	noTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	log := quieter(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: noTime}))).With("of", "river")
	log.Info("everyday")
	log.Error("stopping", "error", context.Canceled.Error())
	log.Error("stopping", "error", context.Canceled)
	log.Warn("trouble", "error", "disk full")
	if want := "level=WARN msg=trouble of=river error=\"disk full\"\n"; out.String() != want {
		t.Errorf("it says %s", out.String())
	}
}
