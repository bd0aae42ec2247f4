package installtokens_test

import (
	"context"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/installs"
	"souk/models/installtokens"
	"souk/models/jobs"
	"souk/models/notices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world has helper, an app of zoe's, installed on acme, which is ada's: it reaches one
// and two, not three.
type world struct {
	*installtokens.Service
	t               *testing.T
	db              *db.DB
	installs        *installs.Service
	now             time.Time
	zoe, ada        models.Account
	acme            models.Account
	helper          models.App
	one, two, three models.Repository
	installed       models.Installation
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{t: t, db: d, now: dbtest.Epoch.AddDate(1, 0, 0)}
	queue, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return w.now }
	told := notices.New(d, queue, now)
	w.installs = installs.New(d, queue, told, &models.Site{Base: "https://souk.example"}, now)
	w.Service = installtokens.New(d, w.installs, identity.New(d, queue, told, now), now)
	w.zoe, w.ada = dbtest.User(t, d, "zoe"), dbtest.User(t, d, "ada")
	w.acme = dbtest.Organization(t, d, "acme", w.ada)
	w.helper = dbtest.App(t, d, w.zoe, "helper", func(a *models.App) {
		a.Permissions = models.Grants{"metadata": "read", "contents": "write", "members": "read", "emails": "read"}
	})
	w.one, w.two = dbtest.Repository(t, d, w.acme, "one"), dbtest.Repository(t, d, w.acme, "Two", dbtest.Private)
	w.three = dbtest.Repository(t, d, w.acme, "three", dbtest.Private)
	w.installed = dbtest.Install(t, d, w.helper, w.acme)
	dbtest.Select(t, d, w.installed, w.one, w.two)
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Pool().Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	if err := w.db.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) mint(n installtokens.Narrow) *installtokens.Minted {
	w.t.Helper()
	m, err := w.Mint(w.t.Context(), w.helper.ID, w.installed.ID, n)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// names are those of the repositories that a token is good for.
func (w *world) names(secret string) (names []string) {
	w.t.Helper()
	acting, err := w.Bearer(w.t.Context(), secret)
	if err != nil {
		w.t.Fatal(err)
	}
	all, total, err := w.Repositories(w.t.Context(), acting, installtokens.Page{Number: 1, PerPage: 100})
	if err != nil || total != len(all) {
		w.t.Fatalf("%d of %d, %v", len(all), total, err)
	}
	for _, r := range all {
		names = append(names, r.Owner.Login+"/"+r.Name)
	}
	return names
}

// as is an actor with these memberships that comes through helper.
func (w *world) as(user models.Account, memberships ...models.Membership) models.Actor {
	return models.Actor{UserID: user.ID, Login: user.Login, MailVerified: true, TokenID: 1, AppID: w.helper.ID, Granted: models.Grants{}, Memberships: memberships}
}

func (w *world) in(role models.OrganizationRole) models.Membership {
	return models.Membership{OrganizationID: w.acme.ID, Login: w.acme.Login, Role: role}
}

var everything = installtokens.Page{Number: 1, PerPage: 100}

func background(t *testing.T) context.Context { return context.WithoutCancel(t.Context()) }

// someone is a new user with a token of their own that may do everything.
func (w *world) someone(login string) models.Actor {
	u := dbtest.User(w.t, w.db, login)
	return models.Actor{UserID: u.ID, Login: login, MailVerified: true, TokenID: 1, Scopes: []string{"repo", "read:org"}}
}
