package db_test

import (
	"context"
	"testing"
	"time"

	"souk/models/db/dbtest"
)

// patience is how long a test waits for what happens in the background.
const patience = 20 * time.Second

func TestListenHearsWhatIsCommittedAndConnectsAgain(t *testing.T) {
	d := dbtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan string, 10)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Listen(ctx, "news", func(p string) { heard <- p })
	}()
	want := func(payload string) {
		t.Helper()
		select {
		case got := <-heard:
			if got != payload {
				t.Fatalf("heard %q, want %q", got, payload)
			}
		case <-time.After(patience):
			t.Fatalf("did not hear %q", payload)
		}
	}
	send := func(sql string) {
		t.Helper()
		if err := d.Read(ctx).Exec(sql).Error; err != nil {
			t.Fatal(err)
		}
	}
	want("*")
	send("SELECT pg_notify('news', 'one')")
	want("one")
	send("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
	want("*") // what was said meanwhile is lost, so everything is suspect
	send("SELECT pg_notify('news', 'two')")
	want("two")

	cancel()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("Listen goes on after its context ended")
	}
}

func TestChangedListingsAreAnnouncedOnCommit(t *testing.T) {
	d := dbtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan string, 100)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Listen(ctx, "souk_catalogue", func(p string) { heard <- p })
	}()
	defer func() { cancel(); <-ended }()
	<-heard // connected
	e := dbtest.Listing(t, d)
	select {
	case got := <-heard:
		if got != itoa(e.ID) {
			t.Fatalf("heard %q, want %d", got, e.ID)
		}
	case <-time.After(patience):
		t.Fatal("nothing was announced")
	}
}
