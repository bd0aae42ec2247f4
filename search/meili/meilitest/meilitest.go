// Package meilitest gives tests a real Meilisearch: the server that
// TEST_MEILI_URL names, or one that the test binary starts and that ends with
// it. The binary is in node_modules, where `make test` puts it.
package meilitest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// URL returns the address of a Meilisearch server that needs no key. Indexes
// on it are shared: give them names of your own (Index).
func URL(t testing.TB) string {
	t.Helper()
	url, err := server()
	if err != nil {
		t.Fatalf("meilitest: %v", err)
	}
	return url
}

// Index returns a name for an index that no other test has.
func Index(t testing.TB) string {
	t.Helper()
	return "test_" + strings.ToLower(rand.Text())
}

// Main runs the tests of a package and stops the server that they started:
//
//	func TestMain(m *testing.M) { os.Exit(meilitest.Main(m)) }
func Main(m *testing.M) int {
	code := m.Run()
	Stop()
	return code
}

var running struct {
	sync.Mutex
	process *Process
}

// Stop ends the shared server, if there is one.
func Stop() {
	running.Lock()
	defer running.Unlock()
	if running.process != nil {
		running.process.Kill()
		running.process = nil
	}
}

func server() (string, error) {
	if url := os.Getenv("TEST_MEILI_URL"); url != "" {
		return url, nil
	}
	running.Lock()
	defer running.Unlock()
	if running.process == nil {
		p, err := Start()
		if err != nil {
			return "", err
		}
		running.process = p
	}
	return running.process.URL, nil
}

// Process is a server of one's own.
type Process struct {
	URL  string
	cmd  *exec.Cmd
	done chan struct{}
	dir  string
}

// Start starts a server on a free port of the loopback with an empty data
// folder and waits until it is healthy.
func Start() (*Process, error) {
	binary, err := Binary()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	_ = l.Close()
	return StartAt(binary, address)
}

// StartAt starts binary at address.
func StartAt(binary, address string) (*Process, error) {
	dir, err := os.MkdirTemp(scratch(), "souk-meili-")
	if err != nil {
		return nil, err
	}
	p := &Process{URL: "http://" + address, dir: dir, done: make(chan struct{})}
	p.cmd = exec.Command(binary, "--http-addr", address, "--db-path", filepath.Join(dir, "data"), "--dump-dir", filepath.Join(dir, "dumps"),
		"--no-analytics", "--max-indexing-memory", "256MiB", "--max-indexing-threads", "1", "--log-level", "ERROR")
	p.cmd.Dir = dir
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	failed := make(chan error, 1)
	go func() {
		// The kernel ends the server with the thread that started it.
		runtime.LockOSThread()
		defer close(p.done)
		if err := p.cmd.Start(); err != nil {
			failed <- err
			return
		}
		failed <- nil
		_ = p.cmd.Wait()
	}()
	if err := <-failed; err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	if err := p.healthy(); err != nil {
		p.Kill()
		return nil, err
	}
	return p, nil
}

// scratch is a folder in memory where there is one.
func scratch() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

func (p *Process) healthy() error {
	client := http.Client{Timeout: time.Second}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case <-p.done:
			return errors.New("the server ended at once")
		case <-deadline:
			return errors.New("the server is not healthy after 30 s")
		case <-tick.C:
			if r, err := client.Get(p.URL + "/health"); err == nil {
				_ = r.Body.Close()
				if r.StatusCode == http.StatusOK {
					return nil
				}
			}
		}
	}
}

// Kill ends the server at once and removes its data.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
	_ = os.RemoveAll(p.dir)
}

// Pause stops the server without ending it: it accepts connections and says
// nothing. Resume undoes it.
func (p *Process) Pause() error { return p.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (p *Process) Resume() error { return p.cmd.Process.Signal(syscall.SIGCONT) }

// Binary finds the server's program.
func Binary() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..", "..")
	path := filepath.Join(root, "node_modules", "@gaubee", "meilisearch-linux-amd64", "meilisearch")
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("the Meilisearch server is not installed (make test installs it): %w", err)
	}
	if info.Mode()&0o111 == 0 {
		if err := os.Chmod(path, 0o755); err != nil {
			return "", err
		}
	}
	return path, nil
}
