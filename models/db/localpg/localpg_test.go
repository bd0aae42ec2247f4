package localpg

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// helperDir makes the test binary a second process that uses a server until
// its input ends.
const helperDir = "LOCALPG_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		os.Exit(helper(dir))
	}
	os.Exit(m.Run())
}

func helper(dir string) int {
	cfg := Config{Dir: dir}
	if dir == "throwaway" {
		cfg = Config{Throwaway: true}
	}
	s, err := Start(context.Background(), cfg)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(s.dir, s.Started())
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	s.Stop()
	return 0
}

func TestServerIsJoinedAndStopsWithItsLastUser(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	first := start(t, dir)
	second := start(t, dir)
	if !first.Started() || second.Started() {
		t.Fatalf("started: %v and %v, want true and false", first.Started(), second.Started())
	}
	pid := postmasterPID(t, dir)
	first.Stop()
	if one := query[int](t, second.URL(), "SELECT 1"); one != 1 {
		t.Fatal("the server ended with the process that started it, though another used it")
	}
	second.Stop()
	wantGone(t, pid)
	second.Stop() // does nothing
}

func TestManyStartingAtOnceShareOneServer(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	servers := make([]*Server, 5)
	var all sync.WaitGroup
	for i := range servers {
		all.Go(func() { servers[i] = start(t, dir) })
	}
	all.Wait()
	started := 0
	for _, s := range servers {
		if s.Started() {
			started++
		}
	}
	if started != 1 {
		t.Fatalf("%d servers were started, want 1", started)
	}
}

func TestDataIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := start(t, dir)
	query[int](t, s.URL(), "WITH made AS (SELECT 1) SELECT count(*)::int FROM made")
	execute(t, s.URL(), "CREATE TABLE kept AS SELECT 42 AS n")
	s.Stop()
	s = start(t, dir)
	if n := query[int](t, s.URL(), "SELECT n FROM kept"); n != 42 {
		t.Fatalf("the table holds %d", n)
	}
	if !s.Started() {
		t.Fatal("the second start says that it joined")
	}
}

func TestKilledUserLeavesTheServerToOthers(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	child, started := startHelper(t, dir)
	if !strings.HasSuffix(started, "true") {
		t.Fatalf("the helper says %q", started)
	}
	s := start(t, dir)
	pid := postmasterPID(t, dir)
	kill(t, child)
	if one := query[int](t, s.URL(), "SELECT 1"); one != 1 {
		t.Fatal("the server ended with the killed process that started it")
	}
	s.Stop()
	wantGone(t, pid)
}

func TestServerEndsWhenItsOnlyUserIsKilled(t *testing.T) {
	t.Parallel()
	child, line := startHelper(t, "throwaway")
	dir, _, _ := strings.Cut(line, " ")
	pid := postmasterPID(t, dir)
	kill(t, child)
	wantGone(t, pid)
	if !within(10*time.Second, func() bool { _, err := os.Stat(dir); return os.IsNotExist(err) }) {
		t.Fatalf("%s is still there", dir)
	}
}

func TestServerIsStartedAnewAfterItWasKilled(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := start(t, dir)
	execute(t, s.URL(), "CREATE TABLE kept AS SELECT 42 AS n")
	pid := postmasterPID(t, dir)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wantGone(t, pid)
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err != nil {
		t.Fatalf("the killed server left no file behind, so this test shows nothing: %v", err)
	}
	again := start(t, dir)
	if n := query[int](t, again.URL(), "SELECT n FROM kept"); !again.Started() || n != 42 {
		t.Fatalf("started %v with %d", again.Started(), n)
	}
}

func TestNumberOfAKilledServerMayGoToAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	start(t, dir).Stop()
	stale := fmt.Sprintf("%d\n%s/data\n1\n5432\n%s/run\n\n0 0\nready   \n", os.Getpid(), dir, dir)
	if err := os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(stale), 0o644); err != nil {
		t.Fatal(err)
	}
	if s := start(t, dir); !s.Started() {
		t.Fatal("this process was taken for a Postgres")
	}
}

func TestLongPathGetsAShortSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), strings.Repeat("long", 30))
	for range 2 { // the second start finds the place of the first
		s := start(t, dir)
		query[int](t, s.URL(), "SELECT 1")
		s.Stop()
	}
	place, err := os.Readlink(filepath.Join(dir, "run"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(place); err != nil {
		t.Fatal(err)
	}
}

func TestLettersOfEveryScriptAreLetters(t *testing.T) {
	t.Parallel()
	s := start(t, tempDir(t))
	if !query[bool](t, s.URL(), `SELECT '持続' ~ '^\w+$'`) {
		t.Error("Chinese characters are no letters")
	}
	if got := query[string](t, s.URL(), "SELECT lower('INTÉGRATION')"); got != "intégration" {
		t.Errorf("lower case of É is %q", got)
	}
}

func TestDataOfAnotherVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "needs Postgres 9, and this machine has ") {
		t.Fatalf("the error is %v", err)
	}
}

func TestPlaceThatTheOtherUserCannotEnterIsNamed(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // only root runs Postgres as somebody else
	}
	closed := filepath.Join(tempDir(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: filepath.Join(closed, "souk")})
	if err == nil || !strings.Contains(err.Error(), "can't enter "+closed) {
		t.Fatalf("the error is %v", err)
	}
}

func TestRestOfTheMachineIsNotAskedWhenTheContextHasEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := tempDir(t)
	if _, err := Start(ctx, Config{Dir: dir}); err == nil {
		t.Fatal("a server was started")
	}
	if inUse(dir) {
		t.Fatal("the failed start still counts as a user")
	}
}

// tempDir is open to the user that runs Postgres for root, which t.TempDir
// isn't.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "localpg-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "")
}

func start(t *testing.T, dir string) *Server {
	t.Helper()
	s, err := Start(context.Background(), Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// startHelper runs another process on dir and returns what it says once its
// server is ready.
func startHelper(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperDir+"="+dir)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close(); _ = cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the helper ended: %v", err)
	}
	return cmd, strings.TrimSpace(line)
}

func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

func postmasterPID(t *testing.T, dir string) int {
	t.Helper()
	p, err := readPostmaster(dir)
	if err != nil || p == nil {
		t.Fatalf("no server runs on %s: %v", dir, err)
	}
	return p.pid
}

func wantGone(t *testing.T, pid int) {
	t.Helper()
	if !within(10*time.Second, func() bool { return !runs(pid) }) {
		t.Fatalf("process %d still runs", pid)
	}
}

// runs is false for a process that has ended and waits to be collected.
func runs(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func query[T any](t *testing.T, url, sql string) (v T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
