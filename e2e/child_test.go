package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// child is a program that runs beside the tests and ends with them, however
// they end.
type child struct {
	name  string
	cmd   *exec.Cmd
	said  lockedBuffer // standard output and error
	ended chan struct{}
}

// spawn starts cmd; it is killed at the end of the test if it runs still.
func spawn(t testing.TB, name string, cmd *exec.Cmd) *child {
	t.Helper()
	c := &child{name: name, cmd: cmd, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = &c.said, &c.said, endWithParent()
	started := make(chan error, 1)
	go func() {
		// A child that is to end with its parent ends with the thread that
		// started it, so that thread must last.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(c.ended)
	}()
	if err := <-started; err != nil {
		t.Fatalf("%s doesn't start: %v", name, err)
	}
	t.Cleanup(c.kill)
	return c
}

// kill ends it at once and waits until it is gone.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.ended
}

// stop asks it to end and waits until it is gone.
func (c *child) stop(t testing.TB) {
	t.Helper()
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.ended:
	case <-time.After(patience):
		t.Fatalf("%s doesn't end; it said %s", c.name, c.said.String())
	}
}

// over reports whether it has ended.
func (c *child) over() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// tool runs a program to its end and returns what it wrote to standard output;
// tools that find faults often end with a status of their own, which is
// returned too.
func tool(t testing.TB, limit time.Duration, environ []string, name string, args ...string) ([]byte, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var out, complaints bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, &out, &complaints
	cmd.Env = append(os.Environ(), environ...)
	// Its own children, such as a browser, are to end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("%s: %w: %s", name, err, tail(complaints.String()))
	}
	return out.Bytes(), nil
}

// tail is the end of a long text.
func tail(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 4000 {
		return "…" + text[len(text)-4000:]
	}
	return text
}

// until looks until it is so.
func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// lockedBuffer may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
