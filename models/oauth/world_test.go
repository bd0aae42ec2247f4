package oauth_test

import (
	"errors"
	"net/url"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/credentials"
	"souk/models/credentials/issue"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/oauth"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is acme, which ada owns and bob belongs to; cleo collaborates on its private
// repository. toolmakers, which tess owns, have an OAuth App, signer, and a GitHub App,
// helper.
type world struct {
	*oauth.Service
	t  *testing.T
	db *db.DB
	mu sync.Mutex
	at time.Time

	ada, bob, cleo, tess, acme, tools models.Account
	vault                             models.Repository
	signer, helper                    models.App
	secrets                           map[int64]string
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), secrets: map[int64]string{}}
	queue, err := jobs.NewQueue(w.db)
	w.must(err)
	n := notices.New(w.db, queue, w.now)
	people := identity.New(w.db, queue, n, w.now)
	w.Service = oauth.New(w.db, queue, n, people, credentials.New(w.db, n, people, nil, w.now), &models.Site{Base: "https://souk.example"}, w.now)
	for login, a := range map[string]*models.Account{"ada": &w.ada, "bob": &w.bob, "cleo": &w.cleo, "tess": &w.tess} {
		*a = dbtest.User(t, w.db, login)
	}
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada)
	dbtest.Member(t, w.db, w.acme, w.bob, models.RoleMember)
	w.vault = dbtest.Repository(t, w.db, w.acme, "vault", dbtest.Private)
	dbtest.Collaborator(t, w.db, w.vault, w.cleo, models.RepositoryAdmin)
	w.tools = dbtest.Organization(t, w.db, "toolmakers", w.tess)
	w.signer = dbtest.App(t, w.db, w.tools, "signer", dbtest.OAuth, func(a *models.App) {
		a.ClientID, a.CallbackURLs = new("Ov23signer"), []string{"https://signer.example/back"}
	})
	w.helper = dbtest.App(t, w.db, w.tools, "helper", func(a *models.App) {
		a.ClientID, a.CallbackURLs = new("Iv23helper"), []string{"https://helper.example/back"}
		a.Permissions = models.Grants{"issues": models.LevelWrite, "emails": models.LevelRead, "keys": models.LevelRead}
		a.WebhookActive, a.WebhookURL = true, "https://helper.example/hook"
	})
	w.exec(`UPDATE apps SET expire_user_tokens = false WHERE id = $1`, w.signer.ID)
	for _, app := range []*models.App{&w.signer, &w.helper} {
		w.must(w.db.Tx(t.Context(), func(tx *db.Tx) error {
			secret, _, err := issue.Secret(t.Context(), tx, app, w.tess.ID, "one", w.now())
			w.secrets[app.ID] = secret
			return err
		}))
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(what string, got error, want *models.Error) {
	w.t.Helper()
	if !errors.Is(got, want) {
		w.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Pool().Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

// as is a user with a confirmed session.
func (w *world) as(a models.Account, memberships ...models.Membership) models.Actor {
	return models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SessionID: 1, SudoUntil: w.now().Add(time.Hour), Memberships: memberships}
}

func (w *world) owner() models.Actor {
	return w.as(w.ada, models.Membership{OrganizationID: w.acme.ID, Login: "acme", Role: models.RoleOwner})
}

func (w *world) member() models.Actor {
	return w.as(w.bob, models.Membership{OrganizationID: w.acme.ID, Login: "acme", Role: models.RoleMember})
}

// code authorizes an app and returns the code that it gets.
func (w *world) code(actor models.Actor, app models.App, scopes ...string) string {
	w.t.Helper()
	to, err := w.Allow(w.t.Context(), actor, oauth.Ask{ClientID: *app.ClientID, State: "s", Scopes: scopes})
	w.must(err)
	u, err := url.Parse(to)
	w.must(err)
	if u.Query().Get("state") != "s" || u.Query().Get("code") == "" {
		w.t.Fatalf("it leads to %s", to)
	}
	return u.Query().Get("code")
}

func (w *world) exchange(app models.App, code string) (*oauth.Issued, error) {
	return w.Exchange(w.t.Context(), oauth.Exchange{ClientID: *app.ClientID, Secret: w.secrets[app.ID], Code: code})
}

// token is one that an app gets for somebody.
func (w *world) token(actor models.Actor, app models.App, scopes ...string) *oauth.Issued {
	w.t.Helper()
	i, err := w.exchange(app, w.code(actor, app, scopes...))
	w.must(err)
	return i
}

// acting is whoever a token acts for.
func (w *world) acting(token string) (models.Actor, *models.Authorization) {
	w.t.Helper()
	actor, g, err := w.Bearer(w.t.Context(), token)
	w.must(err)
	return actor, g
}
