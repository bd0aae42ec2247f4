package apptest

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"souk/models"
	"souk/models/jobs"
	"souk/models/mail"
	"souk/web/mailer"
)

// Letters sends the mail that waits in the queue, as a worker would, and returns
// all that one address got so far, the newest first.
func (a *App) Letters(t testing.TB, to string) []mail.Kept {
	t.Helper()
	var waiting []struct {
		ID   int64
		Args string
	}
	err := a.DB.Read(t.Context()).Raw(`WITH taken AS (DELETE FROM river_job WHERE kind = 'send_mail' AND state = 'available' RETURNING id, args)
		SELECT id, args::text args FROM taken ORDER BY id`).Scan(&waiting).Error
	if err != nil {
		t.Fatal(err)
	}
	box := mail.NewMailbox(a.DB, a.Clock.Now)
	post := mailer.New(mail.NewReaders(a.DB), a.Verbs.Identity, box, a.URL)
	for _, w := range waiting {
		var args jobs.SendMail
		if err := json.Unmarshal([]byte(w.Args), &args); err != nil {
			t.Fatal(err)
		}
		// Nobody to send it to, any more, is no mistake.
		if err := post.Send(t.Context(), strconv.FormatInt(w.ID, 10), args); err != nil && !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("%s: %v", args.Message, err)
		}
	}
	letters, err := box.Latest(t.Context(), to, 100)
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

// Link is the address in a letter that leads to a page of the site below path
// ("/verify/"), without the site itself. It fails the test where there is none.
func (a *App) Link(t testing.TB, letter mail.Kept, path string) string {
	t.Helper()
	for _, word := range strings.Fields(letter.Text) {
		if address, ok := strings.CutPrefix(word, a.URL); ok && strings.Contains(address, path) {
			return address
		}
	}
	t.Fatalf("no %s in\n%s", path, letter.Text)
	return ""
}
