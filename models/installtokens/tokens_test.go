package installtokens_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/installtokens"
)

func TestMint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	whole := w.mint(installtokens.Narrow{})
	if len(whole.Secret) != 40 || !strings.HasPrefix(whole.Secret, "ghs_") || !whole.ExpiresAt.Equal(w.now.Add(time.Hour)) || whole.Repositories != nil ||
		!maps.Equal(whole.Permissions, models.Grants{"metadata": "read", "contents": "write", "members": "read"}) {
		t.Errorf("%+v", whole)
	}
	if got := w.names(whole.Secret); !slices.Equal(got, []string{"acme/one", "acme/Two"}) {
		t.Errorf("it reaches %v", got)
	}
	if n := w.count(`SELECT count(*) FROM installation_tokens t WHERE t::text LIKE '%' || $1 || '%'`, strings.TrimPrefix(whole.Secret, "ghs_")); n != 0 {
		t.Error("the token itself is kept")
	}
	some := w.mint(installtokens.Narrow{Repositories: []string{"TWO", "two"}, RepositoryIDs: []int64{w.two.ID}, Permissions: models.Grants{"contents": "read"}})
	if len(some.Repositories) != 1 || some.Repositories[0].Name != "Two" || some.Repositories[0].Owner.Login != "acme" || !maps.Equal(some.Permissions, models.Grants{"contents": "read", "metadata": "read"}) {
		t.Errorf("%+v", some)
	}
	if got := w.names(some.Secret); !slices.Equal(got, []string{"acme/Two"}) {
		t.Errorf("it reaches %v", got)
	}
	dbtest.Install(t, w.db, w.helper, w.zoe)
	elsewhere := dbtest.Repository(t, w.db, w.zoe, "elsewhere")
	other := dbtest.App(t, w.db, w.zoe, "other")
	for name, c := range map[string]struct {
		app, id int64
		n       installtokens.Narrow
		want    error
	}{
		"another app's":         {other.ID, w.installed.ID, installtokens.Narrow{}, models.ErrNotFound},
		"none":                  {w.helper.ID, 999_999, installtokens.Narrow{}, models.ErrNotFound},
		"what isn't selected":   {w.helper.ID, w.installed.ID, installtokens.Narrow{RepositoryIDs: []int64{w.one.ID, w.three.ID}}, models.ErrTokenRepositories},
		"another's repository":  {w.helper.ID, w.installed.ID, installtokens.Narrow{RepositoryIDs: []int64{elsewhere.ID}}, models.ErrTokenRepositories},
		"a name there isn't":    {w.helper.ID, w.installed.ID, installtokens.Narrow{Repositories: []string{"one", "four"}}, models.ErrTokenRepositories},
		"no name":               {w.helper.ID, w.installed.ID, installtokens.Narrow{Repositories: []string{"acme/one\x00"}}, models.ErrTokenRepositories},
		"too many":              {w.helper.ID, w.installed.ID, installtokens.Narrow{RepositoryIDs: make([]int64, 501)}, models.ErrTooManyTokenSelected},
		"more than is held":     {w.helper.ID, w.installed.ID, installtokens.Narrow{Permissions: models.Grants{"members": "write"}}, models.ErrTokenBeyond},
		"what people give":      {w.helper.ID, w.installed.ID, installtokens.Narrow{Permissions: models.Grants{"emails": "read"}}, models.ErrTokenBeyond},
		"something else unsaid": {w.helper.ID, w.installed.ID, installtokens.Narrow{Permissions: models.Grants{"x\x00": "read"}}, models.ErrTokenBeyond},
	} {
		if m, err := w.Mint(t.Context(), c.app, c.id, c.n); !errors.Is(err, c.want) || m != nil {
			t.Errorf("%s: %v %v", name, m, err)
		}
	}
	if n := w.count(`SELECT count(*) FROM installation_tokens`); n != 2 {
		t.Errorf("%d tokens", n)
	}
}

// What keeps an app from working keeps it from getting tokens, and from using those
// that it has, until it is lifted.
func TestStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret := w.mint(installtokens.Narrow{}).Secret
	for name, c := range map[string]struct {
		stop, lift string
		want       error
	}{
		"the account":         {`UPDATE installations SET suspended_at = now() WHERE id = $1`, `UPDATE installations SET suspended_at = NULL WHERE id = $1`, models.ErrInstallationStopped},
		"the integrator":      {`UPDATE installations SET barred_at = now() WHERE id = $1`, `UPDATE installations SET barred_at = NULL WHERE id = $1`, models.ErrInstallationStopped},
		"staff, the account":  {`UPDATE accounts SET suspended_at = now() WHERE login = 'acme' AND $1 > 0`, `UPDATE accounts SET suspended_at = NULL WHERE $1 > 0`, models.ErrInstallationStopped},
		"staff, the app's":    {`UPDATE accounts SET suspended_at = now() WHERE login = 'zoe' AND $1 > 0`, `UPDATE accounts SET suspended_at = NULL WHERE $1 > 0`, models.ErrInstallationStopped},
		"the policy":          {policy(`{"decision": "deny", "app": "helper"}`), `DELETE FROM app_policies WHERE $1 > 0`, models.ErrInstallPolicy},
		"what it would have":  {policy(`{"decision": "deny", "permission": "contents", "level": "write"}`), `DELETE FROM app_policies WHERE $1 > 0`, models.ErrInstallPolicy},
		"nothing that it has": {policy(`{"decision": "deny", "permission": "issues"}`), `DELETE FROM app_policies WHERE $1 > 0`, nil},
	} {
		w.exec(c.stop, w.installed.ID)
		if _, err := w.Bearer(t.Context(), secret); !errors.Is(err, c.want) {
			t.Errorf("%s: used: %v", name, err)
		}
		if _, err := w.Mint(t.Context(), w.helper.ID, w.installed.ID, installtokens.Narrow{}); !errors.Is(err, c.want) {
			t.Errorf("%s: made: %v", name, err)
		}
		w.exec(c.lift, w.installed.ID)
		if _, err := w.Bearer(t.Context(), secret); err != nil {
			t.Errorf("%s, lifted: %v", name, err)
		}
	}
}

func policy(rule string) string {
	return `INSERT INTO app_policies (organization_id, rules, version, updated_at) SELECT account_id, '{"rules": [` + rule + `], "otherwise": "allow"}', 1, now()
		FROM installations WHERE id = $1`
}

// A token is never good for more than its installation is, and less at once.
func TestATokenFollowsItsInstallation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	secret := w.mint(installtokens.Narrow{}).Secret
	narrow := w.mint(installtokens.Narrow{RepositoryIDs: []int64{w.two.ID}}).Secret
	may := func() models.Grants {
		t.Helper()
		a, err := w.Bearer(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		return a.Permissions
	}
	w.exec(`UPDATE apps SET permissions = '{"metadata": "read", "contents": "read", "issues": "write"}' WHERE id = $1`, w.helper.ID)
	if got := may(); !maps.Equal(got, models.Grants{"metadata": "read", "contents": "read"}) {
		t.Errorf("lowered: %v", got)
	}
	w.exec(`UPDATE installations SET permissions = '{"metadata": "read", "contents": "read", "issues": "write"}' WHERE id = $1`, w.installed.ID)
	if got := may(); !maps.Equal(got, models.Grants{"metadata": "read", "contents": "read"}) {
		t.Errorf("raised after it was made: %v", got)
	}
	w.exec(`DELETE FROM installation_repositories WHERE repository_id = $1`, w.two.ID)
	if got := w.names(secret); !slices.Equal(got, []string{"acme/one"}) {
		t.Errorf("it reaches %v", got)
	}
	if got := w.names(narrow); got != nil {
		t.Errorf("what was taken away is reached: %v", got)
	}
	w.exec(`UPDATE installations SET selection = 'all' WHERE id = $1`, w.installed.ID)
	if got := w.names(secret); !slices.Equal(got, []string{"acme/one", "acme/Two", "acme/three"}) {
		t.Errorf("all of them: %v", got)
	}
	if got := w.names(narrow); !slices.Equal(got, []string{"acme/Two"}) {
		t.Errorf("narrowed: %v", got)
	}
	w.exec(`UPDATE repositories SET account_id = $1 WHERE id = $2`, w.zoe.ID, w.two.ID)
	if got := w.names(narrow); got != nil {
		t.Errorf("what went elsewhere is reached: %v", got)
	}
	w.exec(`UPDATE installations SET selection = 'none' WHERE id = $1`, w.installed.ID)
	if got := w.names(secret); got != nil {
		t.Errorf("none of them: %v", got)
	}
}

func TestATokenEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	revoked, late, gone := w.mint(installtokens.Narrow{}).Secret, w.mint(installtokens.Narrow{}).Secret, w.mint(installtokens.Narrow{}).Secret
	if err := w.Revoke(ctx, revoked); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{revoked, "", "ghs_", "ghs_" + strings.Repeat("a", 36), models.NewSecret("ghs_"), strings.Replace(late, "ghs_", "ghu_", 1), "\x00"} {
		if _, err := w.Bearer(ctx, secret); !errors.Is(err, models.ErrBadToken) {
			t.Errorf("%q: %v", secret, err)
		}
		if err := w.Revoke(ctx, secret); !errors.Is(err, models.ErrBadToken) {
			t.Errorf("%q revoked: %v", secret, err)
		}
	}
	w.now = w.now.Add(time.Hour - time.Second)
	if _, err := w.Bearer(ctx, late); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	young := w.mint(installtokens.Narrow{}).Secret
	w.now = w.now.Add(time.Second)
	if _, err := w.Bearer(ctx, late); !errors.Is(err, models.ErrBadToken) {
		t.Errorf("after its end: %v", err)
	}
	if err := w.Revoke(ctx, gone); !errors.Is(err, models.ErrBadToken) {
		t.Errorf("revoked after its end: %v", err)
	}
	if err := w.Tidy(ctx); err != nil {
		t.Fatal(err)
	}
	if n := w.count(`SELECT count(*) FROM installation_tokens`); n != 1 {
		t.Errorf("%d tokens are kept", n)
	}
	ada := models.Actor{UserID: w.ada.ID, Login: "ada", MailVerified: true, Memberships: []models.Membership{w.in(models.RoleOwner)}}
	if err := w.installs.Uninstall(ctx, ada, w.installed.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Bearer(ctx, young); !errors.Is(err, models.ErrBadToken) {
		t.Errorf("after the end of the installation: %v", err)
	}
}

// When an installation was used is written at most once an hour.
func TestUsesAreNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	used := func() (at time.Time) {
		t.Helper()
		if err := w.db.Pool().QueryRow(t.Context(), `SELECT used_at FROM installations`).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	began := w.now
	secret := w.mint(installtokens.Narrow{}).Secret
	w.now = w.now.Add(50 * time.Minute)
	if n := dbtest.Statements(w.db, func() { w.names(secret) }); n != 2 || !used().Equal(began) {
		t.Errorf("%d statements, used at %s", n, used())
	}
	second := w.mint(installtokens.Narrow{}).Secret
	w.now = w.now.Add(10 * time.Minute)
	if _, err := w.Bearer(t.Context(), second); err != nil || !used().Equal(w.now) {
		t.Errorf("%v, used at %s", err, used())
	}
}

// Whoever uninstalls while a token is asked for leaves none behind.
func TestUninstallDuringMint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := background(t)
	ada := models.Actor{UserID: w.ada.ID, Login: "ada", MailVerified: true, Memberships: []models.Membership{w.in(models.RoleOwner)}}
	for range 5 {
		var mu sync.Mutex
		var secrets []string
		var all sync.WaitGroup
		for n := range 6 {
			all.Go(func() {
				if n == 3 {
					if err := w.installs.Uninstall(ctx, ada, w.installed.ID); err != nil {
						t.Error(err)
					}
					return
				}
				m, err := w.Mint(ctx, w.helper.ID, w.installed.ID, installtokens.Narrow{RepositoryIDs: []int64{w.one.ID}})
				if err != nil && !errors.Is(err, models.ErrNotFound) && !errors.Is(err, models.ErrTokenRepositories) {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					secrets = append(secrets, m.Secret)
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if n := w.count(`SELECT (SELECT count(*) FROM installation_tokens) + (SELECT count(*) FROM installations)`); n != 0 {
			t.Fatalf("%d rows are left", n)
		}
		for _, s := range secrets {
			if _, err := w.Bearer(ctx, s); !errors.Is(err, models.ErrBadToken) {
				t.Errorf("a token outlives its installation: %v", err)
			}
		}
		w.installed = dbtest.Install(t, w.db, w.helper, w.acme)
		dbtest.Select(t, w.db, w.installed, w.one, w.two)
	}
}

// TestMintingIsThrottled bounds the tokens of one installation, and of no other.
func TestMintingIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := dbtest.Install(t, w.db, w.helper, w.ada)
	for range installtokens.MintBurst {
		w.mint(installtokens.Narrow{})
	}
	mint := func(id int64) error {
		_, err := w.Mint(t.Context(), w.helper.ID, id, installtokens.Narrow{})
		return err
	}
	if err := mint(w.installed.ID); !errors.Is(err, models.ErrTooManyTries) {
		t.Errorf("one too many: %v", err)
	}
	if n := w.count(`SELECT count(*) FROM installation_tokens`); n != installtokens.MintBurst {
		t.Errorf("%d tokens", n)
	}
	if err := mint(other.ID); err != nil {
		t.Errorf("another: %v", err)
	}
	w.now = w.now.Add(installtokens.MintEvery)
	if err := mint(w.installed.ID); err != nil {
		t.Errorf("later: %v", err)
	}
	if err := mint(w.installed.ID); !errors.Is(err, models.ErrTooManyTries) {
		t.Errorf("and one too many: %v", err)
	}
}
