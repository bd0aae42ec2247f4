package mailer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/mail"
	"souk/models/mail/mailtest"
	"souk/models/notices"
	"souk/web/mailer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const base = "https://souk.example"

// world is a site whose mail goes into a mailbox.
type world struct {
	*mailer.Mailer
	db       *db.DB
	queue    *jobs.Queue
	box      *mail.Mailbox
	identity *identity.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{db: dbtest.New(t)}
	var err error
	if w.queue, err = jobs.NewQueue(w.db); err != nil {
		t.Fatal(err)
	}
	w.identity = identity.New(w.db, w.queue, notices.New(w.db, w.queue, time.Now), time.Now)
	w.box = mail.NewMailbox(w.db, time.Now)
	w.Mailer = w.with(w.box)
	return w
}

func (w *world) with(sender mail.Sender) *mailer.Mailer {
	return mailer.New(mail.NewReaders(w.db), w.identity, sender, base)
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if err := w.db.Read(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

func (w *world) enqueue(t *testing.T, args ...river.JobArgs) {
	t.Helper()
	if err := w.db.Tx(t.Context(), func(tx *db.Tx) error { return w.queue.Enqueue(t.Context(), tx, args...) }); err != nil {
		t.Fatal(err)
	}
}

// work runs workers of a mailer, as an instance of Souk does, until the test
// ends.
func (w *world) work(t *testing.T, m *mailer.Mailer) {
	t.Helper()
	workers := river.NewWorkers()
	m.AddWorkers(workers)
	mailer.AddTidying(workers, w.box)
	client, err := river.NewClient(riverpgxv5.New(w.db.Pool()), &river.Config{Workers: workers,
		FetchCooldown: 10 * time.Millisecond, FetchPollInterval: 20 * time.Millisecond,
		Queues: map[string]river.QueueConfig{jobs.MailQueue: {MaxWorkers: 4}, river.QueueDefault: {MaxWorkers: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// job is what became of a job.
type job struct {
	State       string
	Attempt     int
	Pause       float64 // seconds between the try and the next
	LastError   string
	MaxAttempts int
}

// wait looks until the only job has one of the states.
func (w *world) wait(t *testing.T, states ...string) job {
	t.Helper()
	return until(t, func() (j job, ok bool) {
		err := w.db.Read(t.Context()).Raw(`SELECT state::text, attempt, max_attempts, extract(epoch FROM scheduled_at - attempted_at) pause,
			coalesce(errors[array_upper(errors, 1)] ->> 'error', '') last_error FROM river_job WHERE kind = 'send_mail'`).Take(&j).Error
		if err != nil {
			t.Fatal(err)
		}
		return j, slices.Contains(states, j.State)
	})
}

func until[T any](t *testing.T, look func() (T, bool)) T {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); ; {
		found, ok := look()
		if ok {
			return found
		}
		if time.Now().After(deadline) {
			t.Fatalf("it never came about: %+v", found)
		}
		<-tick.C
	}
}

func (w *world) letters(t *testing.T) []mail.Kept {
	t.Helper()
	all, err := w.box.Latest(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sent sends one message and returns it.
func (w *world) sent(t *testing.T, args jobs.SendMail) mail.Message {
	t.Helper()
	before := len(w.letters(t))
	if err := w.Send(t.Context(), fmt.Sprintf("job%d", before), args); err != nil {
		t.Fatal(err)
	}
	all := w.letters(t)
	if len(all) != before+1 {
		t.Fatalf("%d messages, not %d", len(all), before+1)
	}
	return all[0].Message
}

func TestMailIsSentOnceItsTransactionCommits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	w.work(t, w.Mailer)
	changed := errors.New("changed my mind")
	err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
		return errors.Join(w.queue.Enqueue(t.Context(), tx, jobs.SendMail{Message: "two_factor_off", AccountID: ada.ID}), changed)
	})
	if !errors.Is(err, changed) {
		t.Fatal(err)
	}
	w.enqueue(t, jobs.SendMail{Message: "two_factor_on", AccountID: ada.ID, Params: map[string]string{"ip": "203.0.113.7"}})
	w.wait(t, "completed")
	all := w.letters(t)
	if len(all) != 1 || all[0].To != "ada@example.test" || all[0].Subject != "Two-factor authentication is on" || !strings.Contains(all[0].Text, "203.0.113.7") {
		t.Errorf("%+v", all)
	}
}

// Many instances share the work, and each message goes out once.
func TestTwoInstancesSendOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	s := mailtest.Serve(t, mailtest.Bare)
	out, err := mail.NewSMTP("smtp://"+s.Address, "souk@souk.example")
	if err != nil {
		t.Fatal(err)
	}
	w.work(t, w.with(out))
	w.work(t, w.with(out))
	const n = 30
	var all []river.JobArgs
	for i := range n {
		all = append(all, jobs.SendMail{Message: "passkey_added", AccountID: ada.ID, Params: map[string]string{"name": fmt.Sprintf("key-%d.", i)}})
	}
	w.enqueue(t, all...)
	until(t, func() (done int, ok bool) {
		if err := w.db.Read(t.Context()).Raw(`SELECT count(*) FROM river_job WHERE state = 'completed'`).Scan(&done).Error; err != nil {
			t.Fatal(err)
		}
		return done, done == n
	})
	if got := s.Received(); len(got) != n {
		t.Errorf("%d messages arrived, not %d", len(got), n)
	}
}

// tries is what a server gets to see of one message.
func TestWhatFailsForNowIsTriedAgainUnderTheSameName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	out := &recorder{fail: errors.New("no route to host")}
	w.work(t, w.with(out))
	w.enqueue(t, jobs.SendMail{Message: "two_factor_on", AccountID: ada.ID})
	j := w.wait(t, "retryable")
	if j.Attempt != 1 || j.MaxAttempts != jobs.MailAttempts || j.Pause < 14 || j.Pause > 17 || !strings.Contains(j.LastError, "no route to host") {
		t.Errorf("%+v", j)
	}
	out.heal()
	w.exec(t, `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'send_mail'`)
	if j := w.wait(t, "completed"); j.Attempt != 2 {
		t.Errorf("%+v", j)
	}
	ids := out.ids()
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("the tries have the names %v", ids)
	}
}

func TestWhatIsFinalIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer error // of the mail server to the recipient
		args   func(ada models.Account) jobs.SendMail
	}{
		"refused": {mailtest.Code(550), func(ada models.Account) jobs.SendMail {
			return jobs.SendMail{Message: "two_factor_on", AccountID: ada.ID}
		}},
		"account gone": {nil, func(models.Account) jobs.SendMail { return jobs.SendMail{Message: "two_factor_on", AccountID: 1 << 40} }},
		"bad address": {nil, func(ada models.Account) jobs.SendMail {
			return jobs.SendMail{Message: "two_factor_on", AccountID: ada.ID, To: "a\r\nb@c.de"}
		}},
		"two addresses": {nil, func(ada models.Account) jobs.SendMail {
			return jobs.SendMail{Message: "two_factor_on", AccountID: ada.ID, To: "a@b.cd, e@f.gh"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := mailtest.Serve(t, mailtest.Bare, mailtest.Answering(mailtest.Answer{Rcpt: test.answer}))
			out, err := mail.NewSMTP("smtp://"+s.Address, "souk@souk.example")
			if err != nil {
				t.Fatal(err)
			}
			w.work(t, w.with(out))
			w.enqueue(t, test.args(dbtest.User(t, w.db, "ada")))
			if j := w.wait(t, "cancelled", "retryable", "completed"); j.State != "cancelled" || j.Attempt != 1 {
				t.Errorf("%+v", j)
			}
			if got := s.Received(); len(got) > 0 {
				t.Errorf("arrived: %+v", got)
			}
		})
	}
}

// All tries together take about a day.
func TestMailIsTriedForADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	w.work(t, w.with(&recorder{fail: errors.New("down")}))
	w.enqueue(t, jobs.SendMail{Message: "two_factor_on", AccountID: ada.ID})
	var total float64
	for n := 1; n < jobs.MailAttempts; n++ {
		j := w.wait(t, "retryable")
		if j.Attempt != n {
			t.Fatalf("%+v", j)
		}
		total += j.Pause
		w.exec(t, `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'send_mail'`)
	}
	if j := w.wait(t, "discarded"); j.Attempt != jobs.MailAttempts {
		t.Errorf("%+v", j)
	}
	if hours := total / 3600; hours < 23 || hours > 25 {
		t.Errorf("it is tried for %.1f hours", hours)
	}
}

// recorder is a Sender that fails until it is healed, and remembers what it was
// given.
type recorder struct {
	mu   sync.Mutex
	fail error
	all  []mail.Message
}

func (r *recorder) Send(_ context.Context, m mail.Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, m)
	return r.fail
}

func (r *recorder) heal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = nil
}

func (r *recorder) ids() (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		ids = append(ids, m.ID)
	}
	return ids
}

// A token is made when the message is written, works, and is in no queue.
func TestLinksHaveFreshTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	for purpose, prefix := range map[models.Purpose]string{
		models.PurposeResetPassword: base + "/ja/password-reset/", models.PurposeVerifyMail: base + "/ja/verify/",
		models.PurposeNewMail: base + "/ja/verify/", models.PurposeOldMail: base + "/ja/verify/", models.PurposeOrgMail: base + "/ja/verify/",
		models.PurposeInvitation: base + "/ja/invitations/",
	} {
		w.exec(t, `UPDATE users SET language = 'ja' WHERE account_id = ?`, ada.ID)
		got := w.sent(t, jobs.SendMail{Message: "reset_password", AccountID: ada.ID, Token: &jobs.MailToken{Purpose: purpose, AccountID: ada.ID, Subject: "about"}})
		token := linkIn(t, got.Text, prefix)
		if !strings.Contains(got.HTML, prefix+token) {
			t.Errorf("%s: the HTML has another link", purpose)
		}
		known, err := w.identity.Peek(t.Context(), token, purpose)
		if err != nil || known.AccountID != ada.ID || known.Subject != "about" {
			t.Errorf("%s: %+v, %v", purpose, known, err)
		}
	}
}

// linkIn finds the rest of a link in a text.
func linkIn(t *testing.T, text, prefix string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, prefix)
	if !ok {
		t.Fatalf("no %s in\n%s", prefix, text)
	}
	rest, _, _ = strings.Cut(rest, "\n")
	return rest
}

func TestReadersLanguageAndZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	w.exec(t, `UPDATE users SET language = 'ja', time_zone = 'Asia/Tokyo' WHERE account_id = ?`, ada.ID)
	w.exec(t, `UPDATE accounts SET name = '山田 花子' WHERE id = ?`, ada.ID)
	at := map[string]string{"at": "2026-02-01T23:05:00Z"}
	got := w.sent(t, jobs.SendMail{Message: "new_sign_in", AccountID: ada.ID, Language: "fr", Params: at})
	if got.Language != "ja" || !strings.Contains(got.Text, "山田 花子 様") || !strings.Contains(got.Text, "2026年2月2日 08:05 JST") ||
		!strings.Contains(got.Text, base+"/ja/settings/security") || !strings.Contains(got.HTML, `<html lang="ja">`) {
		t.Errorf("%+v", got)
	}
	// To another address, it is the account's language all the same.
	got = w.sent(t, jobs.SendMail{Message: "mail_changed", AccountID: ada.ID, To: "old@example.test", Params: map[string]string{"mail": "ada@example.test"}})
	if got.To != "old@example.test" || got.Language != "ja" {
		t.Errorf("%+v", got)
	}
	// Without an account, what the job says; English where it says nothing we speak.
	for language, want := range map[string]string{"fr": "fr", "": "en", "tlh": "en"} {
		got = w.sent(t, jobs.SendMail{Message: "account_deleted", To: "gone@example.test", Language: language, Params: map[string]string{"login": "gone", "at": "2026-02-01T23:05:00Z"}})
		if got.Language != want || !strings.Contains(got.Text, "23:05 UTC") || !strings.Contains(got.Text, "gone") {
			t.Errorf("%+v", got)
		}
	}
}

// An address that nobody has confirmed may be a stranger's: it only gets what
// confirms it.
func TestStrangersAreNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	w.exec(t, `UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, ada.ID)
	verify := jobs.SendMail{Message: "verify_mail", AccountID: ada.ID, Token: &jobs.MailToken{Purpose: models.PurposeVerifyMail, AccountID: ada.ID}}
	if got := w.sent(t, verify); got.To != "ada@example.test" {
		t.Errorf("%+v", got)
	}
	for _, message := range []string{"new_sign_in", "two_factor_on", "password_changed"} {
		if err := w.Send(t.Context(), "x", jobs.SendMail{Message: message, AccountID: ada.ID}); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", message, err)
		}
	}
	if n := len(w.letters(t)); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestNoticesLeadToTheirMatter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	w.exec(t, `UPDATE users SET language = 'fr' WHERE account_id = ?`, ada.ID)
	for link, want := range map[string]string{
		"/orgs/acme/people":     base + "/fr/orgs/acme/people",
		"":                      base + "/fr/notifications",
		"https://evil.example/": base + "/fr/notifications",
		"//evil.example/":       base + "/fr/notifications",
	} {
		got := w.sent(t, jobs.SendMail{Message: jobs.NoticeMail, AccountID: ada.ID, Params: map[string]string{"organization": "acme", "login": "barbara"},
			Notice: &jobs.MailNotice{Kind: models.NoticeInvitationAccepted, Link: link}})
		if !strings.Contains(got.Text, want+"\n") || !strings.Contains(got.Text, base+"/fr/settings/notifications") || got.Subject != "barbara a rejoint acme" ||
			!strings.Contains(got.Text, "compte ada sur souk.example") {
			t.Errorf("%q:\n%s", link, got.Text)
		}
	}
}

// Told in a transaction, a notice arrives.
func TestNoticesArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	w.work(t, w.Mailer)
	told := notices.New(w.db, w.queue, time.Now)
	err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
		return told.Tell(t.Context(), tx, notices.Notice{Kind: models.NoticeCollaborator, Link: "/acme/widget",
			Params: map[string]string{"repository": "acme/widget", "role": "maintain"}}, ada.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.wait(t, "completed")
	if all := w.letters(t); len(all) != 1 || all[0].Subject != "You have access to acme/widget" || !strings.Contains(all[0].Text, "maintain") {
		t.Errorf("%+v", all)
	}
}

func TestMailboxIsTidiedByAJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := mail.NewMailbox(w.db, func() time.Time { return time.Now().AddDate(0, 0, -mail.MailboxDays-1) })
	if err := old.Send(t.Context(), mail.Message{ID: "old", To: "ada@example.test", Subject: "s", Text: "t", HTML: "h", Language: "en"}); err != nil {
		t.Fatal(err)
	}
	w.work(t, w.Mailer)
	w.enqueue(t, jobs.TidyMailbox{})
	until(t, func() (int, bool) { n := len(w.letters(t)); return n, n == 0 })
}
