//go:build linux

package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestCarryOut(t *testing.T) {
	t.Parallel()
	body := bytes.Repeat([]byte("x"), 300_000) // more than one read
	var seen [3]atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "300000")
		seen[r.URL.Path[1]-'0'].Add(1)
		_, _ = w.Write(body)
	}))
	defer s.Close()
	addr := strings.TrimPrefix(s.URL, "http://")
	for _, conns := range []int{1, 16} {
		out := carryOut(order{Addr: addr, Conns: conns, For: 100 * time.Millisecond, Warm: 10 * time.Millisecond,
			Requests: [][]byte{get("/0"), get("/1"), get("/2")}})
		if out.Failed != "" || out.Bad != 0 || out.Measured == 0 || out.Sent <= out.Measured {
			t.Fatalf("%d connections: %+v", conns, out)
		}
		if out.Bytes != int64(out.Measured)*300_000 || out.P50 <= 0 || out.P99 < out.P50 {
			t.Errorf("%d connections: %+v", conns, out)
		}
	}
	for i := range seen {
		if seen[i].Load() == 0 {
			t.Errorf("address %d was never asked for", i)
		}
	}
}

func TestCarryOutTellsBadAnswers(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	out := carryOut(order{Addr: strings.TrimPrefix(s.URL, "http://"), Conns: 2, For: 20 * time.Millisecond, Requests: [][]byte{get("/")}})
	if out.Bad == 0 || out.Bad != out.Sent {
		t.Errorf("%+v", out)
	}
}

func TestReadHead(t *testing.T) {
	t.Parallel()
	for head, want := range map[string][2]int{
		"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n":                    {200, 12},
		"HTTP/1.1 500 No\r\nX: Content-Length\r\nContent-Length:7\r\n": {500, 7},
		"HTTP/1.1 304 Not Modified\r\n":                                {304, 0},
	} {
		status, size, err := readHead([]byte(head))
		if err != nil || status != want[0] || size != want[1] {
			t.Errorf("%q: %d, %d, %v", head, status, size, err)
		}
	}
	for _, head := range []string{"HTTP", "HTTP/1.1 abc\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"} {
		if _, _, err := readHead([]byte(head)); err == nil {
			t.Errorf("%q is taken", head)
		}
	}
}
