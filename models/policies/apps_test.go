package policies_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/policies"
)

// place is acme with an owner and a member, and apps that are installed on it: hammer
// writes contents on one repository, saw reads issues on all, and a script is let in by
// the member.
type place struct {
	*policies.Service
	t                        *testing.T
	db                       *db.DB
	ada, bob, acme, tools    models.Account
	hammer, saw, script, own models.App
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, db: dbtest.New(t)}
	p.Service = policies.New(p.db, func() time.Time { return dbtest.Epoch })
	p.ada, p.bob = dbtest.User(t, p.db, "ada"), dbtest.User(t, p.db, "bob")
	p.acme, p.tools = dbtest.Organization(t, p.db, "acme", p.ada), dbtest.Organization(t, p.db, "tools", dbtest.User(t, p.db, "eve"))
	dbtest.Member(t, p.db, p.acme, p.bob, models.RoleMember)
	asks := func(g models.Grants) func(*models.App) { return func(a *models.App) { a.Permissions = g } }
	p.hammer = dbtest.App(t, p.db, p.tools, "hammer", asks(models.Grants{"contents": models.LevelWrite}))
	p.saw = dbtest.App(t, p.db, p.tools, "saw", asks(models.Grants{"issues": models.LevelRead}))
	p.own = dbtest.App(t, p.db, p.acme, "own", asks(models.Grants{"contents": models.LevelWrite}))
	p.script = dbtest.App(t, p.db, p.tools, "script", func(a *models.App) {
		a.Kind, a.Permissions, a.Events, a.Scopes = models.OAuthApp, nil, nil, []string{"repo"}
	})
	dbtest.Select(t, p.db, dbtest.Install(t, p.db, p.hammer, p.acme), dbtest.Repository(t, p.db, p.acme, "lab"))
	dbtest.Install(t, p.db, p.saw, p.acme)
	dbtest.Install(t, p.db, p.own, p.acme)
	dbtest.Authorize(t, p.db, p.script, p.bob)
	_, err := p.db.Pool().Exec(t.Context(), `UPDATE organizations SET oauth_policy = 'open' WHERE account_id = $1`, p.acme.ID)
	p.must(err)
	return p
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) owner() models.Actor {
	return models.Actor{UserID: p.ada.ID, Login: "ada", MailVerified: true, SessionID: 1,
		Memberships: []models.Membership{{OrganizationID: p.acme.ID, Login: "acme", Role: models.RoleOwner}}}
}

func (p *place) member() models.Actor {
	return models.Actor{UserID: p.bob.ID, Login: "bob", MailVerified: true, SessionID: 2,
		Memberships: []models.Membership{{OrganizationID: p.acme.ID, Login: "acme", Role: models.RoleMember}}}
}

func (p *place) desk() *policies.AppDesk {
	p.t.Helper()
	d, err := p.AppDesk(p.t.Context(), p.owner(), "acme")
	p.must(err)
	return d
}

func (p *place) save(rules ...models.AppRule) {
	p.t.Helper()
	p.must(p.SaveAppPolicy(p.t.Context(), p.owner(), "acme", models.AppPolicy{Rules: rules}, p.desk().Version))
}

func (p *place) verdict(app models.App) models.Decision {
	p.t.Helper()
	v, err := policies.JudgeApp(p.t.Context(), p.db.Pool(), p.acme.ID, app.ID, nil)
	p.must(err)
	return v.Decision
}

func TestAppPolicyIsKept(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if d := p.desk(); d.Version != 0 || !d.MayChange || !d.Owner || len(d.Policy.Rules) != 0 || len(d.Apps) != 3 {
		t.Fatalf("%+v", d)
	}
	p.save(models.AppRule{Decision: models.DecisionAllow, App: " Saw "}, models.AppRule{Decision: models.DecisionDeny, Permission: "contents", Level: models.LevelWrite, Words: "  not  here "})
	d := p.desk()
	if d.Version != 1 || d.Policy.Rules[0].App != "saw" || d.Policy.Rules[0].AppID != p.saw.ID || d.Policy.Rules[1].Words == "" || d.Policy.Otherwise != models.DecisionAllow {
		t.Errorf("%+v", d.Policy)
	}
	for app, want := range map[*models.App]models.Decision{&p.hammer: models.DecisionDeny, &p.saw: models.DecisionAllow, &p.own: models.DecisionAllow} {
		if got := p.verdict(*app); got != want {
			t.Errorf("%s: %s", app.Slug, got)
		}
	}
	if err := p.SaveAppPolicy(t.Context(), p.owner(), "acme", models.AppPolicy{}, 0); !errors.Is(err, models.ErrStale) {
		t.Errorf("an old page: %v", err)
	}
	var events int
	p.must(p.db.Pool().QueryRow(t.Context(), `SELECT count(*) FROM audit_events WHERE action = 'app_policy.change' AND account_id = $1`, p.acme.ID).Scan(&events))
	if events != 1 {
		t.Errorf("%d entries in the log", events)
	}
}

// A rule about an app holds whatever that is called.
func TestAnAppDoesntEscapeByAnotherName(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.save(models.AppRule{Decision: models.DecisionDeny, App: "hammer"})
	_, err := p.db.Pool().Exec(t.Context(), `UPDATE apps SET slug = 'mallet' WHERE id = $1`, p.hammer.ID)
	p.must(err)
	if v := p.verdict(p.hammer); v != models.DecisionDeny {
		t.Errorf("%s", v)
	}
	// Saved again the rule has the new name, and another app with the old one is let in.
	other := dbtest.App(t, p.db, p.tools, "hammer")
	p.save(p.desk().Policy.Rules...)
	if r := p.desk().Policy.Rules[0]; r.App != "mallet" || p.verdict(other) != models.DecisionAllow {
		t.Errorf("%+v", r)
	}
	// A rule about an app that is gone doesn't keep the others from being changed.
	_, err = p.db.Pool().Exec(t.Context(), `DELETE FROM installations WHERE app_id = $1`, p.hammer.ID)
	p.must(err)
	_, err = p.db.Pool().Exec(t.Context(), `DELETE FROM apps WHERE id = $1`, p.hammer.ID)
	p.must(err)
	p.save(append(p.desk().Policy.Rules, models.AppRule{Decision: models.DecisionDeny, Permission: "issues"})...)
	if v := p.verdict(p.saw); v != models.DecisionDeny {
		t.Errorf("%s", v)
	}
}

func TestAppPoliciesThatCantBeKept(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	dbtest.App(t, p.db, p.tools, "secret", func(a *models.App) { a.Public = false })
	deny := models.DecisionDeny
	for name, c := range map[string]struct {
		policy models.AppPolicy
		want   *models.Error
	}{
		"an app that there isn't":   {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, App: "nothing"}}}, models.ErrRuleApp},
		"one that nobody may see":   {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, App: "secret"}}}, models.ErrRuleApp},
		"one that can't be written": {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, App: "a\x00b"}}}, models.ErrRuleApp},
		"an id that there isn't":    {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, App: "hammer", AppID: 1 << 40}}}, models.ErrRuleApp},
		"a category":                {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, Category: "nothing"}}}, models.ErrUnknownChoice.On("category")},
		"a permission":              {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, Permission: "nothing"}}}, models.ErrBuyPermission},
		"a level that it hasn't":    {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, Permission: "metadata", Level: models.LevelAdmin}}}, models.ErrUnknownChoice.On("level")},
		"a publisher":               {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, Publisher: "nice"}}}, models.ErrUnknownChoice.On("publisher")},
		"a decision":                {models.AppPolicy{Rules: []models.AppRule{{Decision: models.DecisionAsk}}}, models.ErrUnknownChoice.On("decision")},
		"another for everything":    {models.AppPolicy{Otherwise: models.DecisionAsk}, models.ErrUnknownChoice.On("otherwise")},
		"words without end":         {models.AppPolicy{Rules: []models.AppRule{{Decision: deny, Words: strings.Repeat("x", 201)}}}, nil},
		"rules without end":         {models.AppPolicy{Rules: slices.Repeat([]models.AppRule{{Decision: deny}}, models.MaxAppRules+1)}, models.ErrTooManyAppRules},
		"whose it is isn't theirs":  {models.AppPolicy{Organization: p.tools.ID, Rules: []models.AppRule{{Decision: deny, App: "nothing"}}}, models.ErrRuleApp},
	} {
		err := p.SaveAppPolicy(t.Context(), p.owner(), "acme", c.policy, 0)
		switch {
		case err == nil:
			t.Errorf("%s is kept", name)
		case c.want != nil && !errors.Is(err, c.want) && !strings.Contains(fmt.Sprint(err), c.want.Code):
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if d := p.desk(); d.Version != 0 {
		t.Errorf("version %d", d.Version)
	}
}

func TestWhoSetsAppPolicies(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for name, c := range map[string]struct {
		actor models.Actor
		want  error
	}{"a member": {p.member(), models.ErrForbidden}, "somebody else": {models.Actor{UserID: 1 << 40, MailVerified: true, SessionID: 3}, models.ErrNotFound}} {
		if err := p.SaveAppPolicy(t.Context(), c.actor, "acme", models.AppPolicy{}, 0); !errors.Is(err, c.want) && !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s saves: %v", name, err)
		}
		if _, err := p.AppDesk(t.Context(), c.actor, "acme"); err == nil {
			t.Errorf("%s looks", name)
		}
	}
	for _, login := range []string{"nobody", "ada", "a\x00"} {
		if _, err := p.AppDesk(t.Context(), p.owner(), login); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", login, err)
		}
	}
}

// What a policy would stop, before it is saved, and what it has stopped.
func TestAppPolicyOnWhatIsThere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	try := func(rules ...models.AppRule) (r *policies.AppReplay, said string) {
		t.Helper()
		r, err := p.ReplayApps(t.Context(), p.owner(), p.desk(), models.AppPolicy{Rules: rules})
		p.must(err)
		for _, one := range r.Touched {
			said += fmt.Sprintf("%s %s %v %d %d; ", one.Slug, one.Change(), one.All, one.Repositories, one.Members)
		}
		return r, said
	}
	deny := models.AppRule{Decision: models.DecisionDeny, Permission: "contents", Level: models.LevelWrite}
	r, said := try(deny)
	if r.Installed != 3 || r.Authorized != 1 || r.Stops != 1 || said != "hammer stops false 1 0; " {
		t.Errorf("%+v %s", r, said)
	}
	if _, said := try(models.AppRule{Decision: models.DecisionDeny, Permission: "repo"}); said != "script stops false 0 1; " {
		t.Errorf("%s", said)
	}
	p.save(deny)
	if _, said := try(deny, models.AppRule{Decision: models.DecisionDeny}); said != "saw stops true 0 0; script stops false 0 1; hammer stopped false 1 0; " {
		t.Errorf("%s", said)
	}
	if r, said := try(); r.Works != 1 || said != "hammer works false 1 0; " {
		t.Errorf("%+v %s", r, said)
	}
	// What doesn't reach the organization isn't counted.
	_, err := p.db.Pool().Exec(t.Context(), `UPDATE organizations SET oauth_policy = 'approval' WHERE account_id = $1`, p.acme.ID)
	p.must(err)
	if r, _ := try(); r.Authorized != 0 {
		t.Errorf("%+v", r)
	}
}

// A page of 500 apps is as many statements as one of three.
func TestAppPolicyOnManyApps(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	count := func() int64 {
		return dbtest.Statements(p.db, func() {
			_, err := p.ReplayApps(t.Context(), p.owner(), p.desk(), models.AppPolicy{Otherwise: models.DecisionDeny})
			p.must(err)
		})
	}
	few := count()
	for i := range 60 {
		dbtest.Install(t, p.db, dbtest.App(t, p.db, p.tools, fmt.Sprintf("app-%d", i)), p.acme)
	}
	if many := count(); many != few || many > 4 {
		t.Errorf("%d statements, %d before", many, few)
	}
}

// Of two owners who change the same policy at once one is told to look again.
func TestTwoOwnersChangeTheAppPolicy(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			errs[i] = p.SaveAppPolicy(context.WithoutCancel(t.Context()), p.owner(), "acme", models.AppPolicy{Rules: []models.AppRule{{Decision: models.DecisionDeny}}}, 0)
		})
	}
	wg.Wait()
	saved := 0
	for _, err := range errs {
		if err == nil {
			saved++
		} else if !errors.Is(err, models.ErrStale) {
			t.Error(err)
		}
	}
	if d := p.desk(); saved != 1 || d.Version != 1 {
		t.Errorf("%d saved, version %d", saved, d.Version)
	}
}
