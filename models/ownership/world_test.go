package ownership_test

import (
	"errors"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/ownership"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a site with an organization tools, its owner ada and its app hammer,
// which bob manages; and with cleo, who has an organization of her own, works.
type world struct {
	*ownership.Service
	t              *testing.T
	db             *db.DB
	now            time.Time
	ada, bob, cleo models.Account
	tools, works   models.Account
	hammer         models.App
}

func newWorld(t *testing.T) *world {
	t.Helper()
	// The database's own clock writes the ledger and keeps slugs.
	w := &world{t: t, db: dbtest.New(t), now: time.Now().UTC().Truncate(time.Second)}
	clock := func() time.Time { return w.now }
	q, err := jobs.NewQueue(w.db)
	w.must(err)
	n := notices.New(w.db, q, clock)
	w.Service = ownership.New(w.db, q, n, identity.New(w.db, q, n, clock), clock)
	w.ada, w.bob, w.cleo = dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob"), dbtest.User(t, w.db, "cleo")
	w.tools, w.works = dbtest.Organization(t, w.db, "tools", w.ada), dbtest.Organization(t, w.db, "works", w.cleo)
	w.hammer = dbtest.App(t, w.db, w.tools, "hammer")
	dbtest.Manager(t, w.db, w.hammer, w.bob)
	return w
}

// as is a person with a session that was just confirmed.
func (w *world) as(a models.Account) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SessionID: 1, SudoUntil: w.now.Add(time.Hour)}
	rows, err := w.db.Pool().Query(w.t.Context(), `SELECT organization_id, role FROM memberships WHERE account_id = $1 AND suspended_at IS NULL`, a.ID)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var m models.Membership
		w.must(rows.Scan(&m.OrganizationID, &m.Role))
		actor.Memberships = append(actor.Memberships, m)
	}
	return actor
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(what string, err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Row().Scan(&n))
	return n
}

func (w *world) text(sql string, args ...any) (s string) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Row().Scan(&s))
	return s
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Exec(sql, args...).Error)
}

func (w *world) told(a models.Account, kind models.NotificationKind) int {
	return w.count(`SELECT count(*) FROM notifications WHERE account_id = ? AND kind = ?`, a.ID, kind)
}

func (w *world) owner() string {
	return w.text(`SELECT login FROM accounts c JOIN apps a ON a.account_id = c.id WHERE a.slug = 'hammer'`)
}

// offer has ada offer hammer.
func (w *world) offer(to string) {
	w.t.Helper()
	moved, err := w.Transfer(w.t.Context(), w.as(w.ada), "hammer", to, "Hammer")
	w.must(err)
	if moved {
		w.t.Fatal("it moved at once")
	}
}

func (w *world) accept(a models.Account) error {
	_, err := w.Accept(w.t.Context(), w.as(a), "hammer")
	return err
}
