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
	"os"
	"strconv"
	"sync"
	"syscall"

	"souk/templates/site"
	"souk/web/i18n"
	"souk/web/view"
)

// baselines is what a baseline process is told on its standard input, as one
// JSON value. It answers with the addresses that it listens on and runs until
// its input ends.
type baselines struct {
	Pages     map[string]map[string]page // sets of pages by request URI, a bare net/http handler for each
	Catalogue int                        // listings, for the bare templ handler; 0: none
	Seed      uint64
	Browse    []string // request URIs that the templ handler will be asked for
}

// page is an answer to be given again.
type page struct {
	Head http.Header
	Body []byte
}

// listening is where a baseline process answers.
type listening struct {
	Bytes map[string]string // net/http, the bytes of each set of pages
	Wire  string            // no HTTP server at all: a page's bytes for whatever is sent
	Templ string            // net/http and templ, over a slice
}

// serveBaselines is the baseline process.
func serveBaselines(in io.Reader, out io.Writer) error {
	var spec baselines
	dec := json.NewDecoder(in)
	if err := dec.Decode(&spec); err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	var at listening
	var err error
	at.Bytes = map[string]string{}
	for set, pages := range spec.Pages {
		if at.Bytes[set], err = answer(bytesHandler(pages)); err != nil {
			return err
		}
		if at.Wire == "" {
			if at.Wire, err = answerWire(pages); err != nil {
				return err
			}
		}
	}
	if spec.Catalogue > 0 {
		if at.Templ, err = answer(templHandler(spec)); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(out).Encode(at); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, io.MultiReader(dec.Buffered(), in))
	return err
}

func answer(h http.Handler) (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	return l.Addr().String(), nil
}

// bytesHandler writes ready pages with as many headers as Souk sends.
func bytesHandler(pages map[string]page) http.Handler {
	for _, p := range pages {
		p.Head.Set("Content-Length", strconv.Itoa(len(p.Body)))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, ok := pages[r.RequestURI]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		h := w.Header()
		for name, values := range p.Head {
			h[name] = values
		}
		_, _ = w.Write(p.Body)
	})
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// templHandler renders the browse page with cards from a slice. What Souk works
// out for each request (which listings, in which order, how many of each kind)
// is ready here.
func templHandler(spec baselines) http.Handler {
	cards, views := browseViews(newGenerator(spec.Seed), spec.Catalogue, spec.Browse)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ready, ok := views[r.RequestURI]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		v := ready.page
		v.Cards = cards[ready.at : ready.at+perPage]
		ctx := i18n.With(view.With(r.Context(), &view.Request{Lang: i18n.Default, Path: r.URL.Path, Query: r.URL.RawQuery, Base: "http://localhost:8080"}), i18n.Default)
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		if err := site.BrowsePage(v).Render(ctx, b); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(b.Len()))
		_, _ = w.Write(b.Bytes())
	})
}

// answerWire is there to measure the load process itself: it sends the same
// bytes as soon as anything arrives on a connection.
func answerWire(pages map[string]page) (addr string, err error) {
	var ready []byte
	for _, p := range pages {
		ready = fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(p.Body), p.Body)
		break
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answerBlindly(c.(*net.TCPConn), ready)
		}
	}()
	return l.Addr().String(), nil
}

func answerBlindly(c *net.TCPConn, ready []byte) {
	defer c.Close()
	request := make([]byte, 16<<10)
	for {
		if _, err := c.Read(request); err != nil {
			return
		}
		if _, err := c.Write(ready); err != nil {
			return
		}
	}
}

// startBaselines starts a baseline process.
func startBaselines(ctx context.Context, spec baselines) (*child, listening, error) {
	var at listening
	c, in, out, err := startSelf(ctx, "baseline")
	if err != nil {
		return nil, at, err
	}
	if err := json.NewEncoder(in).Encode(spec); err != nil {
		c.stop()
		return nil, at, err
	}
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		c.stop()
		return nil, at, fmt.Errorf("the baseline process: %w", err)
	}
	return c, at, nil
}

// dieWithParent is how children are started: they end with this process, and
// Ctrl-C in a terminal goes to this process alone.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
}

var self = func() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}()
