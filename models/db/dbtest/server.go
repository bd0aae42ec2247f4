package dbtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"souk/migrations"
	"souk/models/db"
	"souk/models/db/localpg"
)

// server is where the test databases are made.
type server struct {
	url   string
	admin *pgxpool.Pool
	local *localpg.Server // nil when TEST_DATABASE_URL names the server
	drops sync.WaitGroup

	keptLock sync.Mutex
	kept     []string // databases of a Template

	once         sync.Once // makes the template
	templateName string
	templateErr  error
	strategy     string
}

var (
	serverOnce sync.Once
	shared     *server
	sharedErr  error
)

// theServer returns the server that all tests of this binary share.
func theServer(t testing.TB) *server {
	t.Helper()
	serverOnce.Do(func() { shared, sharedErr = connect(context.Background()) })
	if sharedErr != nil {
		t.Fatalf("dbtest: no database server: %v", sharedErr)
	}
	return shared
}

func connect(ctx context.Context) (*server, error) {
	s := &server{url: os.Getenv("TEST_DATABASE_URL")}
	if s.url == "" {
		var err error
		if s.local, err = localpg.Start(ctx, localpg.Config{Throwaway: true}); err != nil {
			return nil, err
		}
		s.url = s.local.URL()
	}
	cfg, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		return nil, fmt.Errorf("TEST_DATABASE_URL can't be read: %w", err)
	}
	cfg.MaxConns = 4
	if s.admin, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, err
	}
	var version int
	if err := s.admin.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return nil, err
	}
	if version >= 150000 {
		s.strategy = " STRATEGY FILE_COPY"
	}
	return s, s.prune(ctx)
}

// stopServer stops the server if this binary started one.
func stopServer() {
	serverOnce.Do(func() { sharedErr = errors.New("the tests have ended") })
	if shared == nil || shared.admin == nil {
		return
	}
	shared.drops.Wait()
	for _, name := range shared.kept {
		_, _ = shared.admin.Exec(context.Background(), "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
	}
	shared.admin.Close()
	if shared.local != nil {
		shared.local.Stop()
	}
}

// prune drops databases that failed or killed tests left more than a day ago.
func (s *server) prune(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", testPrefix)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if at, ok := madeAt(name); ok && time.Since(at) > 24*time.Hour {
			_, _ = s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize())
		}
	}
	return nil
}

// create copies template into a database for t and returns its address.
func (s *server) create(t testing.TB, template string) string {
	t.Helper()
	ctx := context.Background()
	name := testName(t)
	quoted := pgx.Identifier{name}.Sanitize()
	if _, err := s.admin.Exec(ctx, "CREATE DATABASE "+quoted+" TEMPLATE "+pgx.Identifier{template}.Sanitize()+s.strategy); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	address := s.address(name)
	t.Cleanup(func() {
		if t.Failed() && s.local == nil {
			t.Logf("the test's database is kept: %s", address)
			return
		}
		// Not awaited: Postgres waits a tenth of a second for a backend that
		// is still ending. What is left over, prune finds.
		s.drops.Go(func() { _, _ = s.admin.Exec(ctx, "DROP DATABASE "+quoted+" WITH (FORCE)") })
	})
	return address
}

// address is the server's address with another database.
func (s *server) address(database string) string {
	u, err := url.Parse(s.url)
	if err != nil || u.Scheme == "" {
		return s.url + " dbname=" + database // the form "host=… port=…"
	}
	u.Path = "/" + database
	return u.String()
}

// template returns the name of the database that tests are copied from, and
// makes it when no other test binary has.
func (s *server) template(t testing.TB) string {
	t.Helper()
	s.once.Do(func() { s.templateName, s.templateErr = s.makeTemplate(context.Background(), migrations.Files) })
	if s.templateErr != nil {
		t.Fatalf("dbtest: the template database can't be made: %v", s.templateErr)
	}
	return s.templateName
}

// templateLock serializes test binaries that find no template.
const templateLock = 0x736f756c

func (s *server) makeTemplate(ctx context.Context, files fs.FS) (string, error) {
	name, err := templateName(files)
	if err != nil {
		return "", err
	}
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", templateLock) }()
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	// Under another name until it is whole, so that a killed test leaves no
	// half template behind.
	const raw = "souk_template_unfinished"
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + raw + " WITH (FORCE)", "CREATE DATABASE " + raw + " TEMPLATE template0"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	if err := s.migrate(ctx, raw, files); err != nil {
		return "", err
	}
	// A connection, even autovacuum's, would make copying fail.
	_, err = conn.Exec(ctx, "ALTER DATABASE "+raw+" WITH ALLOW_CONNECTIONS false")
	if err == nil {
		_, err = conn.Exec(ctx, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", raw)
	}
	if err == nil {
		_, err = conn.Exec(ctx, "ALTER DATABASE "+raw+" RENAME TO "+name)
	}
	return name, err
}

func (s *server) migrate(ctx context.Context, database string, files fs.FS) error {
	d, err := db.Open(ctx, s.address(database), 4)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Migrate(ctx, files)
	return err
}

// templateName changes whenever a migration does.
func templateName(files fs.FS) (string, error) {
	names, err := fs.Glob(files, "[0-9]*.sql")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
	}
	return fmt.Sprintf("souk_template_%x", h.Sum(nil)[:8]), nil
}
