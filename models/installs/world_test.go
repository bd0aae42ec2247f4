package installs_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/installs"
	"souk/models/jobs"
	"souk/models/notices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is an organization with repositories, and an app of somebody else's.
type world struct {
	*installs.Service
	t                    *testing.T
	db                   *db.DB
	acme, tools          models.Account
	ada, bob, carl, zoe  models.Account // owns acme; member; administers the repository one; integrator
	helper               models.App
	one, two, three, own models.Repository // own is ada's
	now                  time.Time
}

func newWorld(t *testing.T, options ...func(*models.App)) *world {
	d := dbtest.New(t)
	w := &world{t: t, db: d, now: dbtest.Epoch.Add(time.Hour)}
	w.ada, w.bob, w.carl, w.zoe = dbtest.User(t, d, "ada"), dbtest.User(t, d, "bob"), dbtest.User(t, d, "carl"), dbtest.User(t, d, "zoe")
	w.acme, w.tools = dbtest.Organization(t, d, "acme", w.ada), dbtest.Organization(t, d, "tools", w.zoe)
	dbtest.Member(t, d, w.acme, w.bob, models.RoleMember)
	dbtest.Member(t, d, w.acme, w.carl, models.RoleMember)
	w.one, w.two = dbtest.Repository(t, d, w.acme, "one"), dbtest.Repository(t, d, w.acme, "two")
	w.three, w.own = dbtest.Repository(t, d, w.acme, "three", dbtest.Private), dbtest.Repository(t, d, w.ada, "own")
	dbtest.Collaborator(t, d, w.one, w.carl, models.RepositoryAdmin)
	w.helper = dbtest.App(t, d, w.tools, "helper", append([]func(*models.App){func(a *models.App) {
		a.Permissions, a.Events = models.Grants{"issues": "write", "metadata": "read"}, []string{"issues"}
		a.WebhookActive, a.WebhookURL, a.Public = true, "https://helper.example/hook", true
	}}, options...)...)
	q, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return w.now }
	w.Service = installs.New(d, q, notices.New(d, q, now), &models.Site{Base: "https://souk.example"}, now)
	return w
}

// as is a user as the session knows them.
func (w *world) as(a models.Account) models.Actor {
	w.t.Helper()
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true}
	rows, err := w.db.Pool().Query(context.Background(), `SELECT organization_id, role, suspended_at IS NOT NULL FROM memberships WHERE account_id = $1`, a.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var m models.Membership
		if err := rows.Scan(&m.OrganizationID, &m.Role, &m.Suspended); err != nil {
			w.t.Fatal(err)
		}
		actor.Memberships = append(actor.Memberships, m)
	}
	return actor
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Pool().Exec(context.Background(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) get(into any, sql string, args ...any) {
	w.t.Helper()
	if err := w.db.Pool().QueryRow(context.Background(), sql, args...).Scan(into); err != nil {
		w.t.Fatal(err)
	}
}

// install weighs and puts, as whoever submits does.
func (w *world) install(actor models.Actor, c installs.Choice) (i *models.Installation, out *installs.Weighed, err error) {
	err = w.db.Tx(w.t.Context(), func(tx *db.Tx) error {
		if out, err = installs.Weigh(w.t.Context(), tx.Pgx, actor, c, true); err != nil {
			return err
		}
		switch out.Decision.Outcome {
		case models.InstallRefuse:
			return out.Decision.Refused
		case models.InstallAsk:
			return nil
		}
		i, err = w.Put(w.t.Context(), tx, actor, out, out.Mine, nil)
		return err
	})
	return i, out, err
}

func (w *world) on(account models.Account, repositories ...models.Repository) installs.Choice {
	c := installs.Choice{App: w.helper.Slug, Account: account.ID, Selection: models.SelectAll}
	for _, r := range repositories {
		c.Selection, c.Repositories = models.SelectSelected, append(c.Repositories, r.ID)
	}
	return c
}

// told are the events that the app was told, in order.
func (w *world) told() (all []string) {
	w.t.Helper()
	rows, err := w.db.Pool().Query(context.Background(), `SELECT event || '.' || action FROM hook_events WHERE app_id IS NOT NULL ORDER BY id`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// last is the payload of the last event.
func (w *world) last(into any) {
	w.t.Helper()
	var text string
	w.get(&text, `SELECT payload FROM hook_events WHERE app_id IS NOT NULL ORDER BY id DESC LIMIT 1`)
	if err := json.Unmarshal([]byte(text), into); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) actions() (all []string) {
	w.t.Helper()
	w.get(&all, `SELECT coalesce(array_agg(action ORDER BY id), '{}') FROM audit_events WHERE action LIKE 'installation.%'`)
	return all
}

func (w *world) notices(a models.Account) (all []string) {
	w.t.Helper()
	w.get(&all, `SELECT coalesce(array_agg(kind ORDER BY id), '{}') FROM notifications WHERE account_id = $1`, a.ID)
	return all
}

func (w *world) selected(id int64) (all []int64) {
	w.t.Helper()
	w.get(&all, `SELECT coalesce(array_agg(repository_id ORDER BY repository_id), '{}') FROM installation_repositories WHERE installation_id = $1`, id)
	return all
}

func (w *world) same(what string, got, want []string) {
	w.t.Helper()
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: %q, not %q", what, got, want)
	}
}
