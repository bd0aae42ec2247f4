package db_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"souk/migrations"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func files(texts ...string) fstest.MapFS {
	fs := fstest.MapFS{"schema.sql": {Data: []byte("not a migration")}}
	for i, text := range texts {
		fs[fmt.Sprintf("%04d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

func TestMigrateAppliesEachOnceAndInOrder(t *testing.T) {
	d := dbtest.Open(t, dbtest.Empty(t))
	steps := files("CREATE TABLE a (n int)", "ALTER TABLE a ADD m int; INSERT INTO a VALUES (1, 2)")
	for i, want := range []string{"0001_step.sql 0002_step.sql", ""} {
		applied, err := d.Migrate(t.Context(), steps)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(applied, " "); got != want {
			t.Errorf("run %d applied %q, want %q", i+1, got, want)
		}
	}
}

func TestMigrateOfManyInstancesAtOnce(t *testing.T) {
	url := dbtest.Empty(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	applied := map[string]int{}
	for range 4 {
		d := dbtest.Open(t, url)
		all.Go(func() {
			names, err := d.Migrate(t.Context(), migrations.Files)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, n := range names {
				applied[n]++
			}
		})
	}
	all.Wait()
	for name, n := range applied {
		if n != 1 {
			t.Errorf("%s was applied %d times", name, n)
		}
	}
	if len(applied) == 0 {
		t.Error("nothing was applied")
	}
}

func TestMigrateRefusesANewerSchema(t *testing.T) {
	d := dbtest.Open(t, dbtest.Empty(t))
	newer := files("CREATE TABLE a (n int)", "CREATE TABLE b (n int)")
	if _, err := d.Migrate(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	older := maps.Clone(newer)
	delete(older, "0002_step.sql")
	if _, err := d.Migrate(t.Context(), older); !errors.Is(err, db.ErrNewerSchema) {
		t.Fatalf("the error is %v", err)
	}
}

func TestMigrateLeavesNoHalfStep(t *testing.T) {
	d := dbtest.Open(t, dbtest.Empty(t))
	broken := files("CREATE TABLE a (n int)", "CREATE TABLE b (n int); SELECT 1/0")
	applied, err := d.Migrate(t.Context(), broken)
	if err == nil || !strings.Contains(err.Error(), "0002_step.sql") || len(applied) != 1 {
		t.Fatalf("applied %v with error %v", applied, err)
	}
	applied, err = d.Migrate(t.Context(), files("CREATE TABLE a (n int)", "CREATE TABLE b (n int)"))
	if err != nil || len(applied) != 1 {
		t.Fatalf("after mending it, applied %v with error %v", applied, err)
	}
}
