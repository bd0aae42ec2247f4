// Package dbtest gives every test a Postgres database of its own, with the
// schema in place, in some milliseconds: each is a copy of a template that is
// made once per set of migrations.
//
// The server is the one that TEST_DATABASE_URL names, else a throw-away one
// that the test binary starts and that ends with it. Tests are never skipped
// for want of a database: without one they fail.
package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"souk/models/db"
)

// connections bounds the pool of one test, so that parallel tests of parallel
// packages share one server.
const connections = 8

// Main runs the tests of a package and stops the server that they started:
//
//	func TestMain(m *testing.M) { dbtest.Main(m) }
//
// Packages without it work too; their server ends a moment after they do.
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run is Main for packages with more to tidy up; it returns the exit status.
func Run(m *testing.M) int {
	defer stopServer()
	return m.Run()
}

// New returns a database with Souk's schema for this test alone. It is closed
// and dropped at the end. A failed test on a server that goes on running keeps
// its database and logs the address.
func New(t testing.TB) *db.DB {
	t.Helper()
	return open(t, Database(t))
}

// Database is New for tests that hand the address to another process.
func Database(t testing.TB) string {
	t.Helper()
	s := theServer(t)
	return s.create(t, s.template(t))
}

// Empty returns the address of a database without any schema, for this test
// alone.
func Empty(t testing.TB) string {
	t.Helper()
	return theServer(t).create(t, "template0")
}

// Open opens the database at url for this test.
func Open(t testing.TB, url string) *db.DB {
	t.Helper()
	return open(t, url)
}

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), url, connections)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(d.Close)
	return d
}

// Statements counts what do sends to the database. Other users of d must be
// silent meanwhile.
func Statements(d *db.DB, do func()) int64 {
	before := d.Statements()
	do()
	return d.Statements() - before
}

const testPrefix = "souk_test_"

// testName is unique and tells when the database was made, and for which test.
func testName(t testing.TB) string {
	clean := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}
	name := strings.Map(clean, strings.ToLower(strings.TrimPrefix(t.Name(), "Test")))
	name = fmt.Sprintf("%s%d_%s_%s", testPrefix, time.Now().Unix(), strings.ToLower(rand.Text()[:8]), name)
	return name[:min(len(name), 63)]
}

// madeAt is when the database was made, by its name.
func madeAt(name string) (time.Time, bool) {
	stamp, _, ok := strings.Cut(strings.TrimPrefix(name, testPrefix), "_")
	n, err := strconv.ParseInt(stamp, 10, 64)
	return time.Unix(n, 0), ok && err == nil
}
