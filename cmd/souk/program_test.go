package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"souk/models/db/dbtest"
	"souk/search/meili/meilitest"
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "souk-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "souk")
	code := dbtest.Run(m)
	meilitest.Stop()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// The program is built once and run as its users run it.
var (
	binary    string
	buildOnce sync.Once
	buildErr  error
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

// program is a souk that runs, or ran.
type program struct {
	cmd            *exec.Cmd
	stdout, stderr lockedBuffer
	lines          chan string // of standard output
	ended          chan struct{}
}

// build makes the program, once.
func build(t *testing.T) {
	t.Helper()
	buildOnce.Do(func() {
		out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
		if err != nil {
			buildErr = fmt.Errorf("%w: %s", err, out)
		}
	})
	if buildErr != nil {
		t.Fatal(buildErr)
	}
}

// startProgram runs souk with these arguments and nothing of the tests'
// environment but PATH.
func startProgram(t *testing.T, environ []string, args ...string) *program {
	t.Helper()
	return startWithInput(t, environ, nil, args...)
}

func startWithInput(t *testing.T, environ []string, in io.Reader, args ...string) *program {
	t.Helper()
	build(t)
	p := &program{cmd: exec.Command(binary, args...), lines: make(chan string, 100), ended: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "PORT=0", "SOUK_SECRET=the secret of a test, which is no secret"}, environ...)
	p.cmd.Stdin, p.cmd.Stderr = in, &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		for s := bufio.NewScanner(io.TeeReader(out, &p.stdout)); s.Scan(); {
			p.lines <- s.Text()
		}
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// wait returns the exit status.
func (p *program) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("%v goes on; it said %s%s", p.cmd.Args, p.stdout.String(), p.stderr.String())
		return 0
	}
}

func (p *program) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// ready waits for the line that says so and returns the address.
func (p *program) ready(t *testing.T) string {
	t.Helper()
	select {
	case line := <-p.lines:
		address, ok := strings.CutPrefix(line, "Souk is ready at ")
		if !ok {
			t.Fatalf("the first line is %q", line)
		}
		address, _, _ = strings.Cut(address, " ")
		return address
	case <-p.ended:
		t.Fatalf("souk ended: %s", p.stderr.String())
	case <-time.After(patience):
		t.Fatalf("souk isn't ready; it said %s", p.stderr.String())
	}
	return ""
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

// dataDir is a folder that the user who runs Postgres for root may enter.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "souk-data-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestFailuresAreOneSentence(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	newer := dbtest.Database(t)
	if _, err := dbtest.Open(t, newer).Pool().Exec(t.Context(), "INSERT INTO schema_migrations (name) VALUES ('9999_later.sql')"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		environ []string
		args    []string
		status  int
		want    string
	}{
		"unknown command":      {nil, []string{"imprt"}, 2, `there is no command "imprt"; did you mean "import"?`},
		"unknown option":       {nil, []string{"migrate", "--force"}, 2, "migrate has no option -force; see `souk migrate --help`."},
		"option of serve":      {nil, []string{"--force"}, 2, "serve has no option -force; see `souk serve --help`."},
		"needless argument":    {nil, []string{"serve", "now"}, 2, "serve takes no arguments, but was given \"now\"; see `souk serve --help`."},
		"unknown variable":     {[]string{"SOUK_DATADIR=x"}, nil, 2, "there is no variable SOUK_DATADIR; did you mean SOUK_DATA_DIR?"},
		"bad value":            {[]string{"SOUK_WORKERS=many"}, nil, 2, `SOUK_WORKERS is "many", but it must be a whole number, not below 0.`},
		"port taken":           {[]string{"PORT=" + port, "DATABASE_URL=postgres://127.0.0.1:1/x"}, nil, 1, "port " + port + " is taken by another program; choose another, as in PORT="},
		"no such address":      {[]string{"SOUK_LISTEN=192.0.2.1"}, nil, 1, "this machine has no address 192.0.2.1 to listen on; see SOUK_LISTEN."},
		"unreachable database": {[]string{"DATABASE_URL=postgres://127.0.0.1:1/x"}, nil, 1, "no database answers at 127.0.0.1:1; is it running, and is DATABASE_URL right?"},
		"unknown host":         {[]string{"DATABASE_URL=postgres://none.invalid/x"}, []string{"migrate"}, 1, "the database can't be reached, because there is no host none.invalid; check DATABASE_URL."},
		"unreadable address":   {[]string{"DATABASE_URL=postgres://a:hunter2@/%zz"}, []string{"migrate"}, 1, "DATABASE_URL can't be read: "},
		"newer schema":         {[]string{"DATABASE_URL=" + newer}, nil, 1, "the database has a newer schema than this version of Souk knows; start the newer version."},
		"newer, command":       {[]string{"DATABASE_URL=" + newer}, []string{"export"}, 1, "the database has a newer schema than this version of Souk knows; start the newer version."},
		"missing file":         {nil, []string{"import", "/none/such.jsonl"}, 1, "there is no file /none/such.jsonl."},
		"folder":               {nil, []string{"import", "/tmp"}, 2, "/tmp is a folder, not a file."},
		"no home":              {[]string{"HOME="}, []string{"migrate"}, 2, "no home folder is known to keep data in; set SOUK_DATA_DIR, or DATABASE_URL."},
		"data dir is a file":   {[]string{"SOUK_DATA_DIR=" + file}, []string{"migrate"}, 1, file + " is not a folder."},
		"nobody to ask":        {[]string{"PORT=1"}, []string{"healthcheck"}, 1, "no server answers at http://127.0.0.1:1/readyz (connection refused)."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "no home" && os.Geteuid() == 0 {
				return // root's folder needs no home
			}
			p := startProgram(t, c.environ, c.args...)
			if got := p.wait(t); got != c.status {
				t.Errorf("the status is %d, want %d", got, c.status)
			}
			said := p.stderr.String()
			if !strings.HasPrefix(said, "souk: "+c.want) || strings.Count(said, "\n") != 1 || p.stdout.String() != "" {
				t.Errorf("it said %q and %q\nwant      %q", p.stdout.String(), said, "souk: "+c.want)
			}
			if strings.Contains(said, "hunter2") {
				t.Error("it told the password")
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		for _, args := range [][]string{{c.name, "--help"}, {"help", c.name}} {
			p := startProgram(t, nil, args...)
			if status := p.wait(t); status != 0 || !strings.Contains(p.stdout.String(), "Usage: souk "+c.name) || p.stderr.String() != "" {
				t.Errorf("%v: status %d, %s%s", args, status, p.stdout.String(), p.stderr.String())
			}
		}
	}
	for _, args := range [][]string{{"help"}, {"--help"}, {"-h"}} {
		p := startProgram(t, nil, args...)
		if status := p.wait(t); status != 0 || !strings.Contains(p.stdout.String(), "reindex") {
			t.Errorf("%v: status %d, %s", args, status, p.stdout.String())
		}
	}
}

func TestConfigShowsNoSecret(t *testing.T) {
	t.Parallel()
	p := startProgram(t, []string{"DATABASE_URL=postgres://u:hunter2@db/souk", "MEILI_KEY=hunter2", "MEILI_URL=http://:hunter2@meili:7700"}, "config")
	if status := p.wait(t); status != 0 {
		t.Fatalf("status %d: %s", status, p.stderr.String())
	}
	out := p.stdout.String()
	for _, v := range variables {
		if !strings.Contains(out, "\n"+v.name+"=") {
			t.Errorf("it lacks %s", v.name)
		}
	}
	if strings.Contains(out, "hunter2") || !strings.Contains(out, "DATABASE_URL=postgres://u:********@db/souk\n") {
		t.Errorf("it prints\n%s", out)
	}
}

// TestFromNothing is a newcomer's first minutes: a first start, commands beside
// it, an end, a second start.
func TestFromNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	environ := []string{"SOUK_DATA_DIR=" + dir, "SOUK_DEMO=false"}

	build(t)
	began := time.Now()
	server := startProgram(t, environ)
	address := server.ready(t)
	t.Logf("the first start took %s", time.Since(began))
	wantStatus(t, address+"/healthz", http.StatusOK)
	postmaster := postmasterOf(t, dir)

	commandsBeside(t, environ, dir)
	wantStatus(t, address+"/healthz", http.StatusOK)
	if again := postmasterOf(t, dir); again != postmaster {
		t.Errorf("commands beside the server replaced its Postgres %d by %d", postmaster, again)
	}

	server.signal(t, syscall.SIGTERM)
	if status := server.wait(t); status != 0 {
		t.Errorf("the status is %d: %s", status, server.stderr.String())
	}
	wantNoProcess(t, postmaster)
	if lines := strings.Count(server.stdout.String(), "\n"); lines != 1 {
		t.Errorf("it printed %d lines:\n%s", lines, server.stdout.String())
	}

	began = time.Now()
	server = startProgram(t, environ)
	server.ready(t)
	t.Logf("the second start took %s", time.Since(began))
	server.signal(t, os.Interrupt)
	if status := server.wait(t); status != 0 {
		t.Errorf("the status is %d: %s", status, server.stderr.String())
	}
}

func TestRequestsInFlightAreFinished(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	d := dbtest.Open(t, url)
	dbtest.Listing(t, d, dbtest.Named("slow", "Slow"))
	server := startProgram(t, []string{"DATABASE_URL=" + url, "SOUK_LOG=error"})
	address := server.ready(t)

	// Someone holds the table, so the page has to wait.
	lock, err := d.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Rollback(context.Background()) }()
	if _, err := lock.Exec(t.Context(), "LOCK TABLE listings"); err != nil {
		t.Fatal(err)
	}
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get(address + "/marketplace/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		answer <- fmt.Sprintf("%s %v %v", res.Status, err, strings.Contains(string(body), "Slow"))
	}()
	until(t, "the page to wait", func() bool {
		var n int
		err := d.Pool().QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
		return err == nil && n > 0
	})

	server.signal(t, syscall.SIGTERM)
	untilClosed(t, address)
	if err := lock.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-answer; got != "200 OK <nil> true" {
		t.Errorf("the request in flight: %s", got)
	}
	if status := server.wait(t); status != 0 || server.stderr.String() != "" {
		t.Errorf("status %d: %s", status, server.stderr.String())
	}
}

func TestRequestsThatTakeTooLongAreCutOff(t *testing.T) {
	t.Parallel()
	server := startProgram(t, []string{"DATABASE_URL=" + dbtest.Database(t), "SOUK_GRACE=100ms", "SOUK_LOG=error"})
	requestForEver(t, server.ready(t))
	server.signal(t, os.Interrupt)
	// On a slow machine the jobs may be late too, and a second sentence says so.
	if status := server.wait(t); status != 1 || !strings.HasPrefix(server.stderr.String(), "souk: some requests had not finished after 100ms and were cut off") {
		t.Errorf("status %d: %q", status, server.stderr.String())
	}
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	server := startProgram(t, []string{"SOUK_DATA_DIR=" + dir, "SOUK_DEMO=false", "SOUK_GRACE=1h"})
	address := server.ready(t)
	postmaster := postmasterOf(t, dir)
	requestForEver(t, address)
	server.signal(t, os.Interrupt)
	untilClosed(t, address)
	server.signal(t, os.Interrupt)
	if status := server.wait(t); status != exitInterrupted {
		t.Errorf("the status is %d", status)
	}
	wantNoProcess(t, postmaster)
}

// untilClosed waits until nothing listens at address any more.
func untilClosed(t *testing.T, address string) {
	t.Helper()
	until(t, "the server to accept nothing new", func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
}

// requestForEver sends a request whose body never comes.
func requestForEver(t *testing.T, address string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, "POST /preferences HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	// The server asks for the body, so it is at work on the request.
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("the server says %q, %v", line, err)
	}
}

// commandsBeside runs commands on the data of a server that runs.
func commandsBeside(t *testing.T, environ []string, dir string) {
	t.Helper()
	in, out := filepath.Join(dir, "in.jsonl"), filepath.Join(dir, "out.jsonl")
	text := `{"souk":"catalogue","version":1}
{"category":{"slug":"testing","position":1,"names":{"en":"Testing"}}}
{"listing":{"slug":"checker","name":"Checker","type":"github_app","categories":["testing"]}}
`
	if err := os.WriteFile(in, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"migrate"}, "The database is up to date.\n"},
		{[]string{"import", in}, "listings: 1 added, 0 updated, 0 unchanged, 0 bad\n"},
		{[]string{"import", in}, "listings: 0 added, 0 updated, 1 unchanged, 0 bad\n"},
		{[]string{"export", out}, ""},
		{[]string{"import", out}, "listings: 0 added, 0 updated, 1 unchanged, 0 bad\n"},
		{[]string{"export"}, `"slug":"checker"`},
		{[]string{"reindex"}, "postgres: indexed 1 listings in "},
	} {
		p := startProgram(t, environ, c.args...)
		if status := p.wait(t); status != 0 || !strings.Contains(p.stdout.String(), c.want) {
			t.Errorf("souk %v: status %d, %s%s", c.args, status, p.stdout.String(), p.stderr.String())
		}
	}
}

func TestReindexAndEvalWithBothEngines(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	dbtest.Listing(t, dbtest.Open(t, url), dbtest.Named("checker", "Checker"))
	environ := []string{"DATABASE_URL=" + url, "MEILI_URL=" + meilitest.URL(t), "SOUK_MEILI_INDEX=" + meilitest.Index(t)}
	p := startProgram(t, environ, "reindex")
	if status := p.wait(t); status != 0 || !strings.Contains(p.stdout.String(), "postgres: indexed 1 ") || !strings.Contains(p.stdout.String(), "meilisearch: indexed 1 ") {
		t.Errorf("reindex: status %d, %s%s", status, p.stdout.String(), p.stderr.String())
	}

	queries := filepath.Join(t.TempDir(), "queries.json")
	text := `[{"id":"1","q":"codecov","lang":"en","kind":"exact","collection":"apps","relevant":[{"slug":"codecov","grade":3}]},
		{"id":"2","q":"codecov","lang":"en","kind":"exact","collection":"apps","relevant":[{"slug":"no-such-app","grade":3}]}]`
	if err := os.WriteFile(queries, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p = startProgram(t, environ, "eval", "--queries", queries, "--floor", "0.9", "--worst", "0.1")
	if status := p.wait(t); status != 1 || p.stderr.String() != "souk: the mean nDCG@10 of postgres is 0.500, below the floor of 0.900.\n" {
		t.Errorf("eval: status %d, %s", status, p.stderr.String())
	}
	for _, want := range []string{"postgres     all          2  0.500", "meilisearch  all          2  0.500", "no-such-app:3"} {
		if !strings.Contains(p.stdout.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, p.stdout.String())
		}
	}
}

func TestBadEntriesAreToldByLineAndFailTheImport(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "in.jsonl")
	text := `{"souk":"catalogue","version":1}
{"listing":{"slug":"fine","name":"Fine","type":"github_app"}}
{"listing":{"slug":"bad","name":"","type":"gadget"}}
nonsense
`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p := startProgram(t, []string{"DATABASE_URL=" + dbtest.Database(t)}, "import", file)
	if status := p.wait(t); status != 1 {
		t.Errorf("the status is %d", status)
	}
	said := p.stderr.String()
	for _, want := range []string{"line 3 · listing bad · type: ", "line 3 · listing bad · name: ", "line 4: ", "souk: 2 bad entries were left out, as listed above."} {
		if !strings.Contains(said, want) {
			t.Errorf("it lacks %q:\n%s", want, said)
		}
	}
	if !strings.Contains(p.stdout.String(), "listings: 1 added, 0 updated, 0 unchanged, 2 bad") {
		t.Errorf("it printed %s", p.stdout.String())
	}
}

func TestKilledServerTakesItsPostgresAlong(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	environ := []string{"SOUK_DATA_DIR=" + dir, "SOUK_DEMO=false"}
	server := startProgram(t, environ)
	server.ready(t)
	postmaster := postmasterOf(t, dir)
	server.signal(t, os.Kill)
	server.wait(t)
	wantNoProcess(t, postmaster)
	if p := startProgram(t, environ, "migrate"); p.wait(t) != 0 {
		t.Errorf("afterwards: %s", p.stderr.String())
	}
}

func TestCommandThatStartedPostgresLeavesItToTheServer(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	environ := []string{"SOUK_DATA_DIR=" + dir, "SOUK_DEMO=false"}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	// An import that waits for its input holds the Postgres that it started.
	importing := startWithInput(t, environ, read, "import", "-")
	until(t, "the import's Postgres", func() bool { return socketExists(dir) })
	server := startProgram(t, environ)
	address := server.ready(t)
	postmaster := postmasterOf(t, dir)

	if _, err := io.WriteString(write, `{"souk":"catalogue","version":1}`+"\n"); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	if status := importing.wait(t); status != 0 {
		t.Fatalf("the import: %d, %s", status, importing.stderr.String())
	}
	wantStatus(t, address+"/healthz", http.StatusOK)
	if p := startProgram(t, environ, "export"); p.wait(t) != 0 || postmasterOf(t, dir) != postmaster {
		t.Errorf("the server's Postgres ended with the import: %s", p.stderr.String())
	}
	server.signal(t, syscall.SIGTERM)
	server.wait(t)
	wantNoProcess(t, postmaster)
}

func TestInterruptedCommandSaysSo(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "in.jsonl")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	p := startProgram(t, []string{"DATABASE_URL=" + dbtest.Database(t)}, "import", pipe)
	in, err := os.OpenFile(pipe, os.O_WRONLY, 0) // once the program reads
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() // so its input has no end
	p.signal(t, os.Interrupt)
	if status := p.wait(t); status != exitInterrupted || p.stderr.String() != "souk: stopped before it had finished.\n" {
		t.Errorf("status %d: %q", status, p.stderr.String())
	}
}

func wantStatus(t *testing.T, address string, want int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != want {
		t.Fatalf("%s answers %s", address, res.Status)
	}
}

func socketExists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "postgres", "run", ".s.PGSQL.5432"))
	return err == nil
}

// postmasterOf is the process number of the Postgres that runs on dir.
func postmasterOf(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func wantNoProcess(t *testing.T, pid int) {
	t.Helper()
	until(t, "the end of process "+strconv.Itoa(pid), func() bool {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return true
		}
		// One that has ended and isn't collected yet counts as ended.
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return errors.Is(err, fs.ErrNotExist) || strings.Contains(string(stat), ") Z ")
	})
}

// until looks until it is so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}
