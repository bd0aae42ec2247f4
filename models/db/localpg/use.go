package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// A named pipe counts who uses the server: each process holds it open for
// writing, and the keeper, which reads, sees its end when the last one is gone.
// The kernel does the counting, so a killed process counts as gone.

// openUse enters this process among the users of dir's server.
func openUse(dir string, who person) (*os.File, error) {
	path := filepath.Join(dir, "users")
	if err := syscall.Mkfifo(path, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s can't be made: %w", path, err)
	}
	if err := who.own(path); err != nil {
		return nil, err
	}
	// Opened for both, because opening for writing alone waits for a reader.
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, fmt.Errorf("%s can't be opened: %w", path, err)
	}
	return f, nil
}

// inUse reports whether any process holds the pipe of dir open.
func inUse(dir string) bool {
	fd, err := syscall.Open(filepath.Join(dir, "users"), syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer func() { _ = syscall.Close(fd) }()
	_, err = syscall.Read(fd, make([]byte, 1))
	return errors.Is(err, syscall.EAGAIN) // a pipe without writers is at its end instead
}

// lock takes the lock file at path for itself and returns the function that
// lets it go. It waits until ctx ends.
func lock(ctx context.Context, path string) (func(), error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%s can't be opened: %w", path, err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			_ = f.Close()
			return nil, fmt.Errorf("%s can't be locked: %w", path, err)
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, fmt.Errorf("another process holds %s: %w", path, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
