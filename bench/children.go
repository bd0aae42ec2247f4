//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// child is a process that this one has started and will stop.
type child struct {
	cmd  *exec.Cmd
	name string
	gone chan struct{}
	log  string // file that it writes to
}

// startChild starts a program; what it says goes to a file in dir.
func startChild(ctx context.Context, dir, name string, env []string, program string, args ...string) (*child, error) {
	c := &child{name: name, gone: make(chan struct{}), log: filepath.Join(dir, name+".log")}
	f, err := os.Create(c.log)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c.cmd = exec.Command(program, args...)
	c.cmd.Env, c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr = env, dir, f, f
	return c, c.launch(ctx)
}

// launch starts the command from a thread that stays, because Linux takes the
// thread for the parent that the child is to die with.
func (c *child) launch(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.cmd.SysProcAttr = dieWithParent()
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			_ = c.cmd.Wait()
			close(c.gone)
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) stop() {
	select {
	case <-c.gone:
	default:
		terminate(c.cmd.Process, c.gone)
	}
}

// ended is the last words of a child that ended by itself, or nil.
func (c *child) ended() error {
	select {
	case <-c.gone:
	default:
		return nil
	}
	text, _ := os.ReadFile(c.log)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return fmt.Errorf("%s ended: %s", c.name, lines[len(lines)-1])
}

// startSelf starts this program again as a helper process that is spoken to
// over pipes and ends when its input does.
func startSelf(ctx context.Context, role string) (c *child, in io.WriteCloser, out io.Reader, err error) {
	c = &child{name: role, gone: make(chan struct{}), cmd: exec.Command(self, role)}
	c.cmd.Stderr = os.Stderr
	if in, err = c.cmd.StdinPipe(); err != nil {
		return nil, nil, nil, err
	}
	// Not StdoutPipe, which Wait closes under the reader's feet.
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, nil, err
	}
	defer w.Close()
	c.cmd.Stdout = w
	return c, in, r, c.launch(ctx)
}

// loader is the load process.
type loader struct {
	*child
	enc *json.Encoder
	dec *json.Decoder
}

func startLoader(ctx context.Context) (*loader, error) {
	c, in, out, err := startSelf(ctx, "load")
	if err != nil {
		return nil, err
	}
	return &loader{child: c, enc: json.NewEncoder(in), dec: json.NewDecoder(out)}, nil
}

func (l *loader) do(o order) (outcome, error) {
	var out outcome
	if err := l.enc.Encode(o); err != nil {
		return out, fmt.Errorf("the load process: %w", err)
	}
	if err := l.dec.Decode(&out); err != nil {
		return out, fmt.Errorf("the load process: %w", err)
	}
	if out.Failed != "" {
		return out, errors.New(out.Failed)
	}
	return out, nil
}

// serveLoad is the load process: it carries out one order after another.
func serveLoad(in io.Reader, out io.Writer) error {
	dec, enc := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var o order
		if err := dec.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		runtime.GC()
		if err := enc.Encode(carryOut(o)); err != nil {
			return err
		}
	}
}

// freePort is a port that was free a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// plain is the client for everything but load. It offers no compression.
var plain = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4}}

// fetch gets one page.
func fetch(ctx context.Context, url string, head http.Header) (status int, p page, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, p, err
	}
	for k, v := range head {
		req.Header[k] = v
	}
	res, err := plain.Do(req)
	if err != nil {
		return 0, p, err
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	return res.StatusCode, page{Head: res.Header, Body: b.Bytes()}, err
}

// awaitOK polls an address until it answers 200.
func awaitOK(ctx context.Context, c *child, url string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		status, p, err := fetch(ctx, url, nil)
		if err == nil && status == http.StatusOK {
			return nil
		}
		if ended := c.ended(); ended != nil {
			return ended
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready after %s: %d %s (log: %s)", c.name, limit, status, tail(p.Body), c.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
