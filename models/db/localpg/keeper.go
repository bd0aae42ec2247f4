package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// keeper runs Postgres and stops it when nobody holds the pipe open any more.
// It is a process of its own because the one that started the server may end,
// or be killed, before others that use it. Arguments: the pipe, the directory
// to remove afterwards or nothing, the command.
const keeper = `
pipe=$1 discard=$2
shift 2
exec 3<"$pipe"
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -INT "$server"; } &
watch=$!
wait "$server"
kill "$watch" 2>/dev/null
[ -z "$discard" ] || rm -rf -- "$discard"
`

// spawn starts the keeper and, through it, Postgres.
func (s *Server) spawn(cfg Config, bin programs, who person) error {
	logFile, err := openLog(s.dir)
	if err != nil {
		return err
	}
	defer logFile.Close()
	sockets, err := socketDir(s.dir, who)
	if err != nil {
		return err
	}
	args := []string{"-c", keeper, "souk-postgres", filepath.Join(s.dir, "users"), s.discard,
		filepath.Join(string(bin), "postgres"), "-D", filepath.Join(s.dir, "data"), "-k", sockets}
	cmd := exec.Command("/bin/sh", append(args, settings(cfg.Throwaway)...)...)
	cmd.Dir = s.dir
	cmd.Env = environ()
	cmd.Stdout, cmd.Stderr = logFile, logFile
	// A session of its own: Ctrl-C in the terminal is for Souk, which stops
	// the server when it has finished.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: who.credential()}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("the local Postgres can't be started: %w", err)
	}
	s.child, s.gone = cmd, make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(s.gone)
	}()
	return nil
}

// settings are given on the command line rather than in postgresql.conf, so
// that a newer Souk changes them for data directories that exist.
func settings(throwaway bool) []string {
	set := []string{
		"listen_addresses=", "port=5432", "unix_socket_permissions=0700",
		"max_connections=100", "shared_buffers=128MB",
		"max_wal_size=256MB", "min_wal_size=32MB", "wal_level=minimal", "max_wal_senders=0",
		"jit=off", "timezone=UTC", "log_timezone=UTC",
		"random_page_cost=1.1", "log_min_messages=warning", "logging_collector=off",
	}
	if throwaway {
		set = append(set, "max_connections=400", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"max_wal_size=64MB", "checkpoint_timeout=30min", "log_min_messages=fatal")
	}
	args := make([]string, 0, 2*len(set))
	for _, s := range set {
		args = append(args, "-c", s)
	}
	return args
}

// environ leaves out PGDATA, PGPORT, LANG and whatever else would change what
// the programs do.
func environ() []string {
	env := []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// shutDown ends the server fast but cleanly: open transactions are rolled back
// and everything committed is written. After ten seconds it is ended anyway;
// nothing committed is lost then either, but the next start has to recover.
func (s *Server) shutDown() {
	p, err := readPostmaster(s.dir)
	if err != nil {
		return
	}
	gone := func() bool { return p == nil || !p.alive(s.dir) }
	if s.child != nil {
		// Wait for the keeper too, which tidies up after the server.
		gone = func() bool {
			select {
			case <-s.gone:
				return true
			default:
				return false
			}
		}
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if p != nil && p.alive(s.dir) {
			_ = syscall.Kill(p.pid, sig)
		}
		if within(10*time.Second, gone) {
			return
		}
	}
}

// within polls until done, and reports whether it was done in time.
func within(limit time.Duration, done func() bool) bool {
	deadline := time.After(limit)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			return done()
		case <-tick.C:
		}
	}
	return true
}

// maxLog is the size from which the log is begun anew at the next start.
const maxLog = 5 << 20

func logPath(dir string) string { return filepath.Join(dir, "postgres.log") }

func openLog(dir string) (*os.File, error) {
	path := logPath(dir)
	if st, err := os.Stat(path); err == nil && st.Size() > maxLog {
		_ = os.Rename(path, path+".old")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the log of the local Postgres can't be written: %w", err)
	}
	return f, nil
}

// lastWords is what the log says about why the server ended.
func lastWords(dir string) string {
	text, err := os.ReadFile(logPath(dir))
	if err != nil || len(text) == 0 {
		return "it ended and said nothing"
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if _, reason, ok := strings.Cut(lines[i], "FATAL:"); ok {
			return strings.TrimSpace(reason) + " (more in " + logPath(dir) + ")"
		}
	}
	return strings.TrimSpace(lines[len(lines)-1]) + " (more in " + logPath(dir) + ")"
}

// maxSocketDir is what a socket's name leaves of the 107 bytes that the kernel
// takes.
const maxSocketDir = 107 - len("/.s.PGSQL.5432")

// socketDir makes the directory of the socket: inside dir, or, where that path
// is too long, one in a folder for temporary files that only who may enter,
// with a link to it inside dir so that the next start finds it again.
func socketDir(dir string, who person) (string, error) {
	inside := filepath.Join(dir, "run")
	path, err := os.Readlink(inside)
	linked := err == nil
	if len(inside) <= maxSocketDir {
		if linked { // the data was moved here from a longer path
			_ = os.Remove(inside)
		}
		return inside, who.mkdir(inside, 0o700)
	}
	if linked {
		st, err := os.Lstat(path)
		uid, _, _ := owner(path)
		if err == nil && st.Mode() == fs.ModeDir|0o700 && uid == who.uid {
			return path, nil
		}
		_ = os.Remove(inside)
	}
	for _, base := range []string{os.TempDir(), "/tmp"} {
		path, err := os.MkdirTemp(base, "souk-")
		if err != nil {
			continue
		}
		if len(path) > maxSocketDir || who.barrier(base) != "" {
			_ = os.Remove(path)
			continue
		}
		return path, errors.Join(who.own(path), os.Symlink(path, inside))
	}
	return "", errors.New("no folder for temporary files has a path short enough for a socket; set SOUK_DATA_DIR to a shorter path")
}
