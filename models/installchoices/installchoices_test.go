package installchoices_test

import (
	"fmt"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/installchoices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func actor(user models.Account, memberships ...models.Membership) models.Actor {
	return models.Actor{UserID: user.ID, Login: user.Login, MailVerified: true, Memberships: memberships}
}

func in(organization models.Account, role models.OrganizationRole) models.Membership {
	return models.Membership{OrganizationID: organization.ID, Login: organization.Login, Role: role}
}

// asks is a listing of an app in the category ci with these permissions.
func asks(slug string, installs int64, grants models.Grants, keywords ...string) []func(*dbtest.Entry) {
	return []func(*dbtest.Entry){dbtest.Named(slug, slug), dbtest.In("ci"), func(e *dbtest.Entry) {
		e.App.Permissions, e.Keywords, e.Installs = grants, keywords, &installs
	}}
}

func TestAlternativesAskForStrictlyLess(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := installchoices.New(d)
	user := dbtest.User(t, d, "ada")
	mine := dbtest.Listing(t, d, asks("mine", 5, models.Grants{"contents": "write", "issues": "write", "metadata": "read"}, "tests", "coverage")...)
	for _, other := range [][]func(*dbtest.Entry){
		asks("same", 900, models.Grants{"contents": "write", "issues": "write", "metadata": "read"}),
		asks("other", 900, models.Grants{"checks": "read"}),
		asks("unknown", 900, nil),
		asks("known-best", 800, models.Grants{"contents": "read"}),
		asks("alike", 10, models.Grants{"issues": "write", "metadata": "read"}, "coverage", "tests"),
		asks("half-alike", 20, models.Grants{"contents": "write"}, "tests"),
		asks("fourth", 30, models.Grants{"metadata": "read"}),
		append(asks("gone", 999, models.Grants{"issues": "read"}), func(e *dbtest.Entry) { e.Discontinued = true }),
		append(asks("draft", 999, models.Grants{"issues": "read"}), func(e *dbtest.Entry) { e.State = models.ListingDraft }),
		append(asks("elsewhere", 999, models.Grants{"issues": "read"}), dbtest.In("chat")),
	} {
		dbtest.Listing(t, d, other...)
	}
	var a *installchoices.Around
	if n := dbtest.Statements(d, func() {
		var err error
		if a, err = s.Around(t.Context(), actor(user), &mine.App, user.ID); err != nil {
			t.Fatal(err)
		}
	}); n != 1 {
		t.Errorf("%d statements", n)
	}
	var got []string
	for _, l := range a.Lighter {
		got = append(got, l.Slug)
	}
	if want := "[alike half-alike known-best]"; fmt.Sprint(got) != want {
		t.Errorf("the alternatives are %v, want %s", got, want)
	}
	if a.Category.Slug != "ci" || a.Listing.Slug != "mine" {
		t.Errorf("%+v", a)
	}
}

func TestPlansAreThoseThatTheAccountCanHave(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := installchoices.New(d)
	ada, makers := dbtest.User(t, d, "ada"), dbtest.Organization(t, d, "makers")
	acme := dbtest.Organization(t, d, "acme", ada)
	minor := int64(900)
	paid := func(name string, audience models.Audience) func(*dbtest.Entry) {
		return dbtest.WithPlan(models.Plan{Name: name, Kind: models.PlanFlatRate, MonthlyMinor: &minor, Audience: audience})
	}
	e := dbtest.Listing(t, d, dbtest.Named("mine", "Mine"), dbtest.By(makers), paid("Solo", models.AudienceUsers), paid("Team", models.AudienceOrganizations),
		paid("Old", models.AudienceEveryone), func(e *dbtest.Entry) { e.Plans[2].State = models.PlanRetired })
	names := func(who models.Actor, account models.Account) string {
		a, err := s.Around(t.Context(), who, &e.App, account.ID)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, p := range a.Plans {
			all = append(all, p.Name)
		}
		return fmt.Sprint(all, a.Buys, a.Subscription != nil)
	}
	owner, member := actor(ada, in(acme, models.RoleOwner)), actor(ada, in(acme, models.RoleMember))
	if got := names(owner, acme); got != "[] true false" {
		t.Errorf("plans that nobody sells here: %s", got)
	}
	dbtest.Seller(t, d, makers)
	for _, c := range []struct {
		who     models.Actor
		account models.Account
		want    string
	}{{owner, acme, "[Team] true false"}, {member, acme, "[Team] false false"}, {owner, ada, "[Solo] true false"}} {
		if got := names(c.who, c.account); got != c.want {
			t.Errorf("%s has %s, want %s", c.account.Login, got, c.want)
		}
	}
}

func TestTargetsSayWhatWouldComeOfIt(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := installchoices.New(d)
	ada, makers := dbtest.User(t, d, "ada"), dbtest.Organization(t, d, "makers")
	app := dbtest.App(t, d, makers, "hammer")
	named := map[string]models.Account{}
	for _, login := range []string{"owned", "member", "admin", "strict", "quiet", "outside", "stranger", "barred"} {
		named[login] = dbtest.Organization(t, d, login)
	}
	repository := func(login string, level models.RepositoryLevel) {
		dbtest.Collaborator(t, d, dbtest.Repository(t, d, named[login], "r"), ada, level)
	}
	for _, login := range []string{"admin", "strict"} {
		repository(login, models.RepositoryAdmin)
	}
	repository("outside", models.RepositoryRead)
	repository("barred", models.RepositoryAdmin)
	for sql, login := range map[string]string{
		`UPDATE organizations SET repository_admins_may_install = false WHERE account_id = $1`: "strict",
		`UPDATE organizations SET members_may_request_apps = false WHERE account_id = $1`:      "quiet",
	} {
		if _, err := d.Pool().Exec(t.Context(), sql, named[login].ID); err != nil {
			t.Fatal(err)
		}
	}
	installed := dbtest.Install(t, d, app, named["owned"])
	barred := in(named["barred"], models.RoleMember)
	barred.Suspended = true
	who := actor(ada, in(named["owned"], models.RoleOwner), in(named["member"], models.RoleMember), in(named["admin"], models.RoleMember),
		in(named["strict"], models.RoleMember), in(named["quiet"], models.RoleMember), barred)
	list, err := s.Targets(t.Context(), who, "hammer")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ada install", "admin install", "barred refuse", "member request", "owned install", "quiet refuse", "strict request", "outside request"}
	var got []string
	for _, i := range list.Items {
		got = append(got, i.Login+" "+string(i.Decision.Outcome))
		if i.Runs != (i.Login == "owned") || i.Runs && i.InstallationID != installed.ID {
			t.Errorf("%s: %+v", i.Login, i)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the targets are\n%v, want\n%v", got, want)
	}
	for slug, kind := range map[string]error{"nothing": models.ErrNotFound, "\x00": models.ErrNotFound} {
		if _, err := s.Targets(t.Context(), who, slug); err == nil || err.Error() != kind.Error() {
			t.Errorf("%q: %v", slug, err)
		}
	}
	if _, err := s.Targets(t.Context(), models.Actor{}, "hammer"); err != models.ErrSignInNeeded {
		t.Errorf("nobody: %v", err)
	}
}
