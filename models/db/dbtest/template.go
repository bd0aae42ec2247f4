package dbtest

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"souk/models/db"
)

// Template is a database that is filled once for a test binary and copied for each
// test that wants what is in it, where filling takes longer than copying.
type Template struct {
	once sync.Once
	name string
}

// New is the function New with a copy of what fill makes in an empty one. What fill
// gives its t to clean up is cleaned up as soon as it returns.
func (p *Template) New(t testing.TB, fill func(t testing.TB, d *db.DB)) *db.DB {
	t.Helper()
	s := theServer(t)
	p.once.Do(func() { p.name = s.keep(t, fill) })
	if p.name == "" {
		t.Fatal("dbtest: the template can't be made")
	}
	return open(t, s.create(t, p.name))
}

// keep makes a database that stays until the binary ends, and returns its name.
func (s *server) keep(t testing.TB, fill func(t testing.TB, d *db.DB)) string {
	t.Helper()
	name := testName(t)
	quoted := pgx.Identifier{name}.Sanitize()
	if _, err := s.admin.Exec(context.Background(), "CREATE DATABASE "+quoted+" TEMPLATE "+pgx.Identifier{s.template(t)}.Sanitize()+s.strategy); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	s.keptLock.Lock()
	s.kept = append(s.kept, name)
	s.keptLock.Unlock()
	b := &brief{TB: t}
	defer b.end()
	fill(b, open(b, s.address(name)))
	return name
}

// brief is a test that cleans up before it ends.
type brief struct {
	testing.TB
	after []func()
}

// Cleanup has f called at the end, the last one first.
func (b *brief) Cleanup(f func()) { b.after = append(b.after, f) }

func (b *brief) end() {
	for i := len(b.after) - 1; i >= 0; i-- {
		b.after[i]()
	}
}
