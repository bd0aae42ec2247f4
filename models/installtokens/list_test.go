package installtokens_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/installtokens"
)

func logins(all []models.HookInstallation) (out []string) {
	for i := range all {
		out = append(out, all[i].Account.Login)
	}
	return out
}

func TestInstallationsOfAnApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	later := dbtest.Epoch.AddDate(0, 6, 0)
	dbtest.Install(t, w.db, w.helper, w.zoe, func(i *models.Installation) {
		i.Lacks, i.UpdatedAt, i.SuspendedAt, i.SuspendedBy = true, later, &later, &w.ada.ID
	})
	dbtest.Install(t, w.db, w.helper, w.ada)
	dbtest.Install(t, w.db, dbtest.App(t, w.db, w.zoe, "other"), w.acme)
	for name, c := range map[string]struct {
		f     installtokens.Filter
		want  string
		total int
	}{
		"all":         {installtokens.Filter{Page: everything}, "acme zoe ada", 3},
		"a page":      {installtokens.Filter{Page: installtokens.Page{Number: 2, PerPage: 2}}, "ada", 3},
		"outdated":    {installtokens.Filter{Page: everything, Outdated: true}, "zoe", 1},
		"since":       {installtokens.Filter{Page: everything, Since: dbtest.Epoch.Add(time.Second)}, "zoe", 1},
		"since ever":  {installtokens.Filter{Page: everything, Since: dbtest.Epoch}, "acme zoe ada", 3},
		"since later": {installtokens.Filter{Page: everything, Since: later.Add(time.Second)}, "", 0},
	} {
		all, total, err := w.OfApp(ctx, w.helper.ID, c.f)
		if err != nil || strings.Join(logins(all), " ") != c.want || total != c.total {
			t.Errorf("%s: %v of %d, %v", name, logins(all), total, err)
		}
		for i := range all {
			if by := all[i].StoppedBy; (by != nil) != (all[i].Account.Login == "zoe") || by != nil && by.Login != "ada" {
				t.Errorf("%s is suspended by %v", all[i].Account.Login, by)
			}
		}
	}
	if n := dbtest.Statements(w.db, func() { _, _, _ = w.OfApp(ctx, w.helper.ID, installtokens.Filter{Page: everything}) }); n != 1 {
		t.Errorf("%d statements", n)
	}
}

func TestFindAnInstallation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	other := dbtest.App(t, w.db, w.zoe, "other")
	for name, c := range map[string]struct {
		find func() (*models.HookInstallation, error)
		want bool
	}{
		"by id":              {func() (*models.HookInstallation, error) { return w.One(ctx, w.helper.ID, w.installed.ID) }, true},
		"by id, another app": {func() (*models.HookInstallation, error) { return w.One(ctx, other.ID, w.installed.ID) }, false},
		"by organization": {func() (*models.HookInstallation, error) {
			return w.OnAccount(ctx, w.helper.ID, "ACME", models.KindOrganization)
		}, true},
		"by any account": {func() (*models.HookInstallation, error) { return w.OnAccount(ctx, w.helper.ID, "acme", "") }, true},
		"by user": {func() (*models.HookInstallation, error) {
			return w.OnAccount(ctx, w.helper.ID, "acme", models.KindUser)
		}, false},
		"by another account":        {func() (*models.HookInstallation, error) { return w.OnAccount(ctx, w.helper.ID, "zoe", "") }, false},
		"by no login":               {func() (*models.HookInstallation, error) { return w.OnAccount(ctx, w.helper.ID, "a\x00", "") }, false},
		"by repository":             {func() (*models.HookInstallation, error) { return w.OnRepository(ctx, w.helper.ID, w.two.ID) }, true},
		"by one that isn't chosen":  {func() (*models.HookInstallation, error) { return w.OnRepository(ctx, w.helper.ID, w.three.ID) }, false},
		"by repository, other app":  {func() (*models.HookInstallation, error) { return w.OnRepository(ctx, other.ID, w.two.ID) }, false},
		"by a repository not there": {func() (*models.HookInstallation, error) { return w.OnRepository(ctx, w.helper.ID, 999_999) }, false},
	} {
		i, err := c.find()
		switch {
		case c.want && (err != nil || i.ID != w.installed.ID || i.App.Slug != "helper" || i.Account.Login != "acme"):
			t.Errorf("%s: %+v %v", name, i, err)
		case !c.want && !errors.Is(err, models.ErrNotFound):
			t.Errorf("%s: %v", name, err)
		}
	}
	w.exec(`INSERT INTO repository_redirects (account_id, name, repository_id, created_at) VALUES ($1, 'former', $2, now())`, w.acme.ID, w.one.ID)
	for name, c := range map[string]struct {
		login, repository string
		id                int64
		moved             bool
	}{
		"as it is":   {"acme", "one", w.one.ID, false},
		"in capital": {"Acme", "tWo", w.two.ID, false},
		"as it was":  {"acme", "Former", w.one.ID, true},
		"not there":  {"acme", "nothing", 0, false},
		"no name":    {"acme", "..", 0, false},
	} {
		id, moved, err := w.Named(ctx, c.login, c.repository)
		if id != c.id || moved != c.moved || (err != nil) != (c.id == 0) {
			t.Errorf("%s: %d %t %v", name, id, moved, err)
		}
	}
}

func TestApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	own, err := w.App(ctx, w.helper.ID)
	if err != nil || own.Slug != "helper" || own.Owner.Login != "zoe" || *own.Installations != 1 {
		t.Errorf("%+v %v", own, err)
	}
	secret := dbtest.App(t, w.db, w.zoe, "secret", func(a *models.App) { a.Public = false })
	dbtest.App(t, w.db, w.zoe, "button", dbtest.OAuth)
	dbtest.Listing(t, w.db, dbtest.Named("imported", "Imported"))
	for name, c := range map[string]struct {
		actor models.Actor
		app   int64
		slug  string
		want  bool
	}{
		"anyone, a public one":     {models.Actor{}, 0, "helper", true},
		"anyone, a private one":    {models.Actor{}, 0, "secret", false},
		"itself":                   {models.Actor{}, secret.ID, "secret", true},
		"another app":              {models.Actor{}, w.helper.ID, "secret", false},
		"its integrator":           {models.Actor{UserID: w.zoe.ID}, 0, "secret", true},
		"somebody else":            {models.Actor{UserID: w.ada.ID}, 0, "secret", false},
		"an OAuth App":             {models.Actor{UserID: w.zoe.ID}, 0, "button", false},
		"one that isn't from here": {models.Actor{}, 0, "imported", false},
		"none":                     {models.Actor{}, 0, "nothing", false},
		"no name":                  {models.Actor{}, 0, "\x00", false},
	} {
		if one, err := w.AppAt(ctx, c.actor, c.app, c.slug); (err == nil) != c.want || err != nil && !errors.Is(err, models.ErrNotFound) || err == nil && one.Installations != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each sees of an installation what is theirs by a right of their own, and no
// installation without that; models.Actor says what that is.
func TestWhatIsMine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	bob := dbtest.User(t, w.db, "bob")
	dbtest.Collaborator(t, w.db, w.two, bob, models.RepositoryWrite)
	dbtest.Collaborator(t, w.db, w.three, bob, models.RepositoryAdmin)
	onBob := dbtest.Install(t, w.db, w.helper, bob)
	dbtest.Repository(t, w.db, bob, "own", dbtest.Private)
	dbtest.Install(t, w.db, dbtest.App(t, w.db, w.zoe, "other"), bob)
	none := w.in(models.RoleMember)
	for name, c := range map[string]struct {
		actor models.Actor
		base  string
		lists string // installations
		sees  string // repositories of acme's
	}{
		"an owner":             {w.as(w.ada, w.in(models.RoleOwner)), "none", "acme", "one:admin Two:admin"},
		"a member":             {w.as(w.ada, none), "write", "acme", "one:write Two:write"},
		"without a base":       {w.as(w.ada, none), "none", "", ""},
		"a billing manager":    {w.as(w.ada, w.in(models.RoleBillingManager)), "admin", "", ""},
		"a collaborator":       {w.as(bob), "admin", "acme bob", "Two:write"},
		"a member who is one":  {w.as(bob, none), "read", "acme bob", "one:read Two:write"},
		"a suspended member":   {w.as(bob, models.Membership{OrganizationID: w.acme.ID, Role: models.RoleMember, Suspended: true}), "admin", "bob", ""},
		"whoever has no part":  {w.as(w.zoe), "admin", "", ""},
		"the app's integrator": {w.as(w.zoe), "none", "", ""},
	} {
		w.exec(`UPDATE organizations SET base_permission = $1`, c.base)
		all, total, err := w.Mine(ctx, c.actor, everything)
		if err != nil || strings.Join(logins(all), " ") != c.lists || total != len(all) {
			t.Errorf("%s: %v of %d, %v", name, logins(all), total, err)
		}
		l, err := w.MyRepositories(ctx, c.actor, w.installed.ID, everything)
		var sees []string
		if err == nil {
			for _, r := range l.Items {
				sees = append(sees, r.Name+":"+r.Level.String())
			}
		}
		if listed := slices.Contains(logins(all), "acme"); strings.Join(sees, " ") != c.sees || listed != (err == nil) || err != nil && !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s sees %v, %v", name, sees, err)
		}
	}
	if l, err := w.MyRepositories(ctx, w.as(bob), onBob.ID, everything); err != nil || len(l.Items) != 1 || l.Total != 1 || l.Selection != models.SelectAll {
		t.Errorf("one's own: %+v %v", l, err)
	}
	person := w.as(bob)
	person.AppID, person.Granted, person.Scopes = 0, nil, []string{"repo"}
	if _, _, err := w.Mine(ctx, person, everything); !errors.Is(err, models.ErrUserTokenNeeded) {
		t.Errorf("with a token of one's own: %v", err)
	}
	if _, err := w.MyRepositories(ctx, models.Actor{}, onBob.ID, everything); !errors.Is(err, models.ErrSignInNeeded) {
		t.Errorf("nobody: %v", err)
	}
}

func TestChooseByToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ada := w.as(w.ada, w.in(models.RoleOwner))
	if err := w.Add(ctx, ada, w.installed.ID, w.three.ID); !errors.Is(err, models.ErrNotForApps) {
		t.Errorf("through an app: %v", err)
	}
	ada.AppID, ada.Granted, ada.Scopes = 0, nil, []string{"public_repo"}
	if err := w.Add(ctx, ada, w.installed.ID, w.three.ID); !errors.Is(err, models.ErrScopeNeeded) {
		t.Errorf("without the scope: %v", err)
	}
	ada.Scopes = []string{"repo"}
	if err := errors.Join(w.Add(ctx, ada, w.installed.ID, w.three.ID), w.Add(ctx, ada, w.installed.ID, w.three.ID), w.Take(ctx, ada, w.installed.ID, w.one.ID),
		w.Take(ctx, ada, w.installed.ID, w.two.ID)); err != nil {
		t.Fatal(err)
	}
	if got := w.names(w.mint(installtokens.Narrow{}).Secret); !slices.Equal(got, []string{"acme/three"}) {
		t.Errorf("it reaches %v", got)
	}
	if err := w.Take(ctx, ada, w.installed.ID, w.three.ID); !errors.Is(err, models.ErrSelectionNeeded) {
		t.Errorf("the last one: %v", err)
	}
	if err := w.Take(ctx, w.someone("bob"), w.installed.ID, w.three.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
}

func TestInstalledOnAnOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ada := models.Actor{UserID: w.ada.ID, TokenID: 1, Scopes: []string{"read:org"}, Memberships: []models.Membership{w.in(models.RoleOwner)}}
	if all, total, err := w.OfOrganization(ctx, ada, "ACME", everything); err != nil || total != 1 || all[0].App.Slug != "helper" {
		t.Errorf("%v %d %v", all, total, err)
	}
	member, scopeless := ada, ada
	member.Memberships, scopeless.Scopes = []models.Membership{w.in(models.RoleMember)}, []string{"repo"}
	for name, c := range map[string]struct {
		actor models.Actor
		want  error
	}{
		"a member":      {member, models.ErrForbidden},
		"another scope": {scopeless, models.ErrScopeNeeded},
		"somebody else": {w.someone("bob"), models.ErrNotFound},
		"nobody":        {models.Actor{}, models.ErrSignInNeeded},
	} {
		if _, _, err := w.OfOrganization(ctx, c.actor, "acme", everything); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
