// Command withservers runs a command with a Postgres and a Meilisearch of its
// own, named by TEST_DATABASE_URL and TEST_MEILI_URL, and ends them with it:
//
//	withservers [--meilisearch FILE] COMMAND [ARGUMENT…]
//
// Both keep their data in memory where there is room, listen where nobody else
// does, and end too when withservers is killed. It is for tests alone: nothing
// is flushed to disk and nothing asks for a password. A server that its
// variable names already is used instead.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"souk/models/db/localpg"
)

func main() {
	meili := flag.String("meilisearch", "meilisearch", "the program `file`")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "withservers: no command to run")
		os.Exit(2)
	}
	// A child that is to end with its parent ends with the thread that started
	// it, so that thread must last.
	runtime.LockOSThread()
	// Ctrl-C reaches the command too, and this waits for it to end. Ignoring
	// it would make the command ignore it as well.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	code, err := run(*meili, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "withservers:", err)
	}
	os.Exit(code)
}

// run returns the exit status of the command.
func run(meili string, command []string) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // of starting, not of running
	defer cancel()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		pg, err := localpg.Start(ctx, localpg.Config{Throwaway: true})
		if err != nil {
			return 1, err
		}
		defer pg.Stop()
		cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+pg.URL())
	}
	if os.Getenv("TEST_MEILI_URL") == "" {
		url, stop, err := startMeilisearch(ctx, meili)
		if err != nil {
			return 1, err
		}
		defer stop()
		cmd.Env = append(cmd.Env, "TEST_MEILI_URL="+url)
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	go func() {
		<-terminated
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}()
	err := cmd.Wait()
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		return max(1, cmd.ProcessState.ExitCode()), nil
	}
	return cmd.ProcessState.ExitCode(), err
}

// startMeilisearch returns the address of a fresh server and what ends it.
func startMeilisearch(ctx context.Context, program string) (string, func(), error) {
	base := os.TempDir()
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() {
		base = "/dev/shm"
	}
	dir, err := os.MkdirTemp(base, "souk-meilisearch-")
	if err != nil {
		return "", nil, err
	}
	program, err = filepath.Abs(program)
	if err != nil {
		return "", nil, err
	}
	// Between choosing a port and listening on it another program may take it.
	for range 5 {
		url, stop, err := tryMeilisearch(ctx, program, dir)
		if err == nil {
			return url, func() { stop(); _ = os.RemoveAll(dir) }, nil
		}
		if !errors.Is(err, errEnded) {
			_ = os.RemoveAll(dir)
			return "", nil, err
		}
	}
	text, _ := os.ReadFile(filepath.Join(dir, "log"))
	_ = os.RemoveAll(dir)
	return "", nil, fmt.Errorf("the Meilisearch for the tests doesn't start: %s", text)
}

var errEnded = errors.New("it ended")

func tryMeilisearch(ctx context.Context, program, dir string) (url string, stop func(), err error) {
	address, err := freeAddress()
	if err != nil {
		return "", nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", nil, err
	}
	defer log.Close()
	cmd := exec.Command(program, "--http-addr", address, "--env", "development", "--no-analytics",
		"--db-path", filepath.Join(dir, "data"), "--dump-dir", filepath.Join(dir, "dumps"), "--snapshot-dir", filepath.Join(dir, "snapshots"),
		"--max-indexing-memory", "256MiB", "--max-indexing-threads", "1", "--log-level", "WARN")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = endWithParent()
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	url = "http://" + address
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stop = func() { _ = cmd.Process.Kill(); <-ended }
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !healthy(ctx, url) {
		select {
		case <-ended:
			return "", nil, errEnded
		case <-ctx.Done():
			stop()
			return "", nil, ctx.Err()
		case <-tick.C:
		}
	}
	return url, stop, nil
}

func healthy(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/health", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
