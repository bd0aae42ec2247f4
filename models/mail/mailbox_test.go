package mail_test

import (
	"errors"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/mail"
)

func TestMailboxForgetsAfterAWeek(t *testing.T) {
	t.Parallel()
	now := dbtest.Epoch
	box := mail.NewMailbox(dbtest.New(t), func() time.Time { return now })
	send := func(id, to string) {
		t.Helper()
		if err := box.Send(t.Context(), message(func(m *mail.Message) { m.ID, m.To = id, to })); err != nil {
			t.Fatal(err)
		}
	}
	send("old", "ada@example.test")
	now = now.Add(6 * 24 * time.Hour)
	send("new", "Bob@example.test")
	for _, test := range []struct {
		passed time.Duration
		want   int
	}{{0, 2}, {25 * time.Hour, 1}, {6 * 24 * time.Hour, 0}} {
		now = now.Add(test.passed)
		if err := box.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if all, err := box.Latest(t.Context(), "", 10); err != nil || len(all) != test.want {
			t.Errorf("%s later there are %d, %v", test.passed, len(all), err)
		}
	}
}

func TestMailboxOfOneReader(t *testing.T) {
	t.Parallel()
	box := mail.NewMailbox(dbtest.New(t), time.Now)
	for id, to := range map[string]string{"a": "ada@example.test", "b": "bob@example.test"} {
		if err := box.Send(t.Context(), message(func(m *mail.Message) { m.ID, m.To = id, to })); err != nil {
			t.Fatal(err)
		}
	}
	all, err := box.Latest(t.Context(), "BOB@example.test", 10)
	if err != nil || len(all) != 1 || all[0].To != "bob@example.test" {
		t.Fatalf("%+v, %v", all, err)
	}
	one, err := box.Open(t.Context(), all[0].Number)
	if err != nil || one.Message != all[0].Message {
		t.Errorf("%+v, %v", one, err)
	}
	if _, err := box.Open(t.Context(), 1<<40); !errors.Is(err, models.ErrNotFound) {
		t.Error(err)
	}
}

func TestReaders(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada, acme := dbtest.User(t, d, "ada"), dbtest.Organization(t, d, "acme")
	readers := mail.NewReaders(d)
	got, found, err := readers.Of(t.Context(), ada.ID)
	if want := (mail.Reader{Login: "ada", Mail: "ada@example.test", Confirmed: true, Language: "en", TimeZone: "UTC"}); err != nil || !found || got != want {
		t.Errorf("%+v, %v, %v", got, found, err)
	}
	for _, id := range []int64{acme.ID, 1 << 40} {
		if _, found, err := readers.Of(t.Context(), id); err != nil || found {
			t.Errorf("%d: %v, %v", id, found, err)
		}
	}
}
