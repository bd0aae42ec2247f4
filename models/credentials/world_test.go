package credentials_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"souk/models"
	"souk/models/credentials"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/secretbox"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a site with an organization tools, its owner ada, its app hammer, and
// bob, who manages that.
type world struct {
	*credentials.Service
	t        *testing.T
	db       *db.DB
	now      time.Time
	ada, bob models.Account
	tools    models.Account
	hammer   models.App
}

type free struct{}

func (free) Spend(context.Context, string, int, time.Duration) error { return nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: dbtest.Epoch}
	clock := func() time.Time { return w.now }
	q, err := jobs.NewQueue(w.db)
	w.must(err)
	box, err := secretbox.New("the secret of a test, which is no secret")
	w.must(err)
	w.Service = credentials.New(w.db, notices.New(w.db, q, clock), free{}, box, clock)
	w.ada, w.bob = dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	w.tools = dbtest.Organization(t, w.db, "tools", w.ada)
	w.hammer = dbtest.App(t, w.db, w.tools, "hammer")
	dbtest.Manager(t, w.db, w.hammer, w.bob)
	return w
}

// as is a person with a session that was just confirmed.
func (w *world) as(a models.Account) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SessionID: 1, SudoUntil: w.now.Add(time.Hour)}
	if a.ID == w.ada.ID {
		actor.Memberships = []models.Membership{{OrganizationID: w.tools.ID, Login: "tools", Role: models.RoleOwner}}
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
