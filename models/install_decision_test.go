package models_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"souk/models"
)

// The ids of the table: the account that an app is to be installed on, the app's
// integrator, and people.
const (
	targetID     int64 = 10
	integratorID int64 = 20
	personID     int64 = 30
)

// someone is a role in the table: an actor, how the account's repositories are to
// them, and what they are called.
type someone struct {
	name    string
	actor   models.Actor
	related bool // collaborates on a repository of the account
	mine    int  // of two chosen repositories
	managed bool
}

func person(role models.OrganizationRole) models.Actor {
	a := models.Actor{UserID: personID, MailVerified: true}
	if role != "" {
		a.Memberships = []models.Membership{{OrganizationID: targetID, Role: role}}
	}
	return a
}

func with(a models.Actor, change func(*models.Actor)) models.Actor {
	change(&a)
	return a
}

// aroundOrganization is everyone who may come to an app with an organization in mind.
func aroundOrganization() []someone {
	barred := person(models.RoleMember)
	barred.Memberships[0].Suspended = true
	return []someone{
		{name: "nobody, not signed in"},
		{name: "a stranger", actor: person("")},
		{name: "an owner", actor: person(models.RoleOwner)},
		{name: "a member", actor: person(models.RoleMember), related: true},
		{name: "a member who administers both", actor: person(models.RoleMember), related: true, mine: 2},
		{name: "a member who administers one of two", actor: person(models.RoleMember), related: true, mine: 1},
		{name: "a member without a confirmed address", actor: with(person(models.RoleMember), func(a *models.Actor) { a.MailVerified = false }), related: true},
		{name: "a member without the second factor that is required", actor: barred, related: true, mine: 2},
		{name: "a billing manager", actor: person(models.RoleBillingManager)},
		{name: "an outside collaborator", actor: person(""), related: true},
		{name: "an outside collaborator who administers both", actor: person(""), related: true, mine: 2},
		{name: "an outside collaborator who administers one of two", actor: person(""), related: true, mine: 1},
		{name: "a manager of the app", actor: person(""), managed: true},
		{name: "an owner whom staff has suspended", actor: with(person(models.RoleOwner), func(a *models.Actor) { a.Suspended = true })},
		{name: "the operator", actor: models.Operator()},
	}
}

// aroundPerson is everyone who may come to an app with a person's account in mind.
func aroundPerson() []someone {
	self := with(person(""), func(a *models.Actor) { a.UserID = targetID })
	return []someone{
		{name: "nobody, not signed in"},
		{name: "that person", actor: self, related: true, mine: 2},
		{name: "that person, without a confirmed address", actor: with(self, func(a *models.Actor) { a.MailVerified = false }), related: true, mine: 2},
		{name: "that person, suspended by staff", actor: with(self, func(a *models.Actor) { a.Suspended = true }), related: true, mine: 2},
		{name: "somebody else", actor: person("")},
		{name: "a collaborator who administers both", actor: person(""), related: true, mine: 2},
		{name: "a manager of the app", actor: person(""), managed: true},
		{name: "the operator", actor: models.Operator()},
	}
}

// kinds of what an app asks for.
var installKinds = []struct {
	name string
	asks models.Grants
}{
	{"nothing", models.Grants{}},
	{"repositories", models.Grants{"metadata": models.LevelRead, "contents": models.LevelWrite}},
	{"repositories, to administer them", models.Grants{"metadata": models.LevelRead, "administration": models.LevelRead}},
	{"repositories and accounts", models.Grants{"metadata": models.LevelRead, "issues": models.LevelWrite, "emails": models.LevelRead}},
	{"repositories and the organization", models.Grants{"metadata": models.LevelRead, "issues": models.LevelWrite, "members": models.LevelRead}},
	{"the organization", models.Grants{"members": models.LevelRead}},
	{"accounts", models.Grants{"emails": models.LevelRead}},
}

// rules of an organization: each changes one thing.
var installRules = []struct {
	name   string
	change func(*models.InstallFacts)
}{
	{"as it comes", func(*models.InstallFacts) {}},
	{"owners only", func(f *models.InstallFacts) { f.AdminsMayInstall = false }},
	{"no requests", func(f *models.InstallFacts) { f.MayRequest = false }},
	{"denied", func(f *models.InstallFacts) { f.Policy = models.Verdict{Decision: models.DecisionDeny} }},
	{"suspended", func(f *models.InstallFacts) { f.AccountSuspended = true }},
}

// visibilities of an app.
var installVisibilities = []struct {
	name   string
	change func(*models.InstallFacts)
}{
	{"a public app", func(f *models.InstallFacts) { f.Public = true }},
	{"a private app of this account", func(f *models.InstallFacts) { f.App.AccountID = targetID }},
	{"a private app of somebody else", func(*models.InstallFacts) {}},
	{"a public app whose integrator is suspended", func(f *models.InstallFacts) { f.Public, f.App.Suspended = true, true }},
}

// wish is what comes of it when somebody chooses two repositories, or all of them.
func wish(who someone, f models.InstallFacts, all bool) string {
	f.App.Managed, f.Related, f.Mine = who.managed, who.related, who.mine
	switch {
	case !f.Asks.OfRepositories():
		f.Selection, f.Mine = models.SelectNone, 0
	case all:
		f.Selection, f.Mine = models.SelectAll, 0
	default:
		f.Selection, f.Chosen = models.SelectSelected, 2
	}
	d := who.actor.DecideInstall(&f)
	if d.Outcome != models.InstallRefuse {
		return string(d.Outcome)
	}
	known, _ := errors.AsType[*models.Error](d.Refused)
	return "– " + known.Code
}

// facts are those of an app that asks for something, before anything is changed.
func facts(kind models.AccountKind, asks models.Grants) models.InstallFacts {
	return models.InstallFacts{App: models.AppRights{ID: 1, AccountID: integratorID}, Kind: models.GitHubApp, Registered: true, Asks: asks,
		Account: targetID, AccountKind: kind, MayRequest: true, AdminsMayInstall: true, Policy: models.Verdict{Decision: models.DecisionAllow}}
}

// TestWhoMayInstall holds docs/who-may-install.md to what is decided: every role, each
// kind of permission, what organizations set, and who sees the app.
func TestWhoMayInstall(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# Who may install\n\nGenerated from `models.Actor.DecideInstall` by\n`go test ./models -run TestWhoMayInstall -update`; a test fails when it is stale.\n\n" +
		"Each line is somebody and what an app asks for; each column is what the organization has\nset. **install**: at once. **split**: on the repositories that one administers, and an owner\n" +
		"is asked for the others. **request**: an owner is asked. **–**: refused, with the code of\nwhy. Two repositories are chosen; where all repositories come to something else, that\nstands after a slash.\n")
	rows := 0
	for _, target := range []struct {
		name  string
		kind  models.AccountKind
		who   []someone
		rules int
	}{{"an organization", models.KindOrganization, aroundOrganization(), len(installRules)}, {"a person's account", models.KindUser, aroundPerson(), 1}} {
		for _, v := range installVisibilities {
			fmt.Fprintf(&b, "\n## On %s: %s\n\n| who | asks for |", target.name, v.name)
			for _, r := range installRules[:target.rules] {
				b.WriteString(" " + r.name + " |")
			}
			b.WriteString("\n|" + strings.Repeat("---|", 2+target.rules) + "\n")
			for _, who := range target.who {
				for _, k := range installKinds {
					fmt.Fprintf(&b, "| %s | %s |", who.name, k.name)
					for _, r := range installRules[:target.rules] {
						f := facts(target.kind, k.asks)
						v.change(&f)
						r.change(&f)
						cell := wish(who, f, false)
						if all := wish(who, f, true); all != cell {
							cell += " / " + all
						}
						b.WriteString(" " + cell + " |")
					}
					b.WriteString("\n")
					rows++
				}
			}
		}
	}
	if rows < 500 {
		t.Errorf("the table has only %d rows", rows)
	}
	const file = "../docs/who-may-install.md"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Error("docs/who-may-install.md tells something else: look at what changed, and run go test ./models -run TestWhoMayInstall -update")
	}
}

// TestInstallRules holds what must be true of every combination, whatever the table
// says: it is read by people, this isn't.
func TestInstallRules(t *testing.T) {
	t.Parallel()
	for _, who := range aroundOrganization() {
		owner := who.actor.Operator || who.actor.RoleIn(targetID) == models.RoleOwner
		for _, v := range installVisibilities {
			for _, r := range installRules {
				for _, k := range installKinds {
					for _, all := range []bool{false, true} {
						f := facts(models.KindOrganization, k.asks)
						v.change(&f)
						r.change(&f)
						got := wish(who, f, all)
						at := fmt.Sprintf("%s, %s, %s, %s, all %v: %s", who.name, v.name, r.name, k.name, all, got)
						switch got {
						case "install":
							if !owner && (!k.asks.RepositoryOnly() || who.mine < 2 || all || !f.AdminsMayInstall) {
								t.Errorf("nobody but an owner may: %s", at)
							}
						case "split":
							if owner || who.mine != 1 || all || !k.asks.RepositoryOnly() || !f.AdminsMayInstall {
								t.Errorf("there is nothing to split: %s", at)
							}
						case "request":
							if owner || !f.MayRequest {
								t.Errorf("nobody is to be asked: %s", at)
							}
						}
						if got[0] != 0xE2 && (f.Policy.Decision == models.DecisionDeny || f.App.Suspended || who.actor.Suspended) {
							t.Errorf("this has to be refused: %s", at)
						}
					}
				}
			}
		}
	}
}

func TestRepositoryOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		g    models.Grants
		want bool
	}{
		{nil, false}, {models.Grants{}, false}, {models.Grants{"metadata": models.LevelRead}, true}, {models.Grants{"contents": models.LevelWrite, "metadata": models.LevelRead}, true},
		{models.Grants{"administration": models.LevelRead}, false}, {models.Grants{"contents": models.LevelRead, "administration": models.LevelWrite}, false},
		{models.Grants{"contents": models.LevelRead, "members": models.LevelRead}, false}, {models.Grants{"contents": models.LevelRead, "keys": models.LevelWrite}, true},
		{models.Grants{"keys": models.LevelWrite}, false}, {models.Grants{"contents": models.LevelRead, "enterprise_administration": models.LevelRead}, false},
		{models.Grants{"contents": models.LevelRead, "of_tomorrow": models.LevelRead}, false}, {models.Grants{"contents": models.LevelRead, "email_addresses": models.LevelRead}, true},
	} {
		if got := c.g.RepositoryOnly(); got != c.want {
			t.Errorf("%v: %v, want %v", c.g, got, c.want)
		}
	}
}

// TestAgreeing is who may agree that an installation may do more.
func TestAgreeing(t *testing.T) {
	t.Parallel()
	code, admin, org := models.Grants{"contents": models.LevelWrite}, models.Grants{"administration": models.LevelWrite}, models.Grants{"members": models.LevelRead}
	deny := models.Verdict{Decision: models.DecisionDeny}
	for _, c := range []struct {
		name  string
		actor models.Actor
		f     models.UpdateFacts
		want  *models.Error
	}{
		{"an owner, the organization", person(models.RoleOwner), models.UpdateFacts{More: org}, nil},
		{"an owner, denied", person(models.RoleOwner), models.UpdateFacts{More: code, Policy: deny}, models.ErrInstallPolicy},
		{"an owner, suspended organization", person(models.RoleOwner), models.UpdateFacts{More: code, AccountSuspended: true}, models.ErrSuspended},
		{"an administrator, repositories", person(models.RoleMember), models.UpdateFacts{More: code, Administers: true, AdminsMayInstall: true}, nil},
		{"an outside administrator, repositories", person(""), models.UpdateFacts{More: code, Administers: true, AdminsMayInstall: true}, nil},
		{"an administrator, owners only", person(models.RoleMember), models.UpdateFacts{More: code, Administers: true}, models.ErrOwnerNeeded},
		{"an administrator, the organization", person(models.RoleMember), models.UpdateFacts{More: org, Administers: true, AdminsMayInstall: true}, models.ErrOwnerNeeded},
		{"an administrator, administration", person(models.RoleMember), models.UpdateFacts{More: admin, Administers: true, AdminsMayInstall: true}, models.ErrOwnerNeeded},
		{"an administrator, denied", person(models.RoleMember), models.UpdateFacts{More: code, Administers: true, AdminsMayInstall: true, Policy: deny}, models.ErrInstallPolicy},
		{"a suspended administrator", with(person(models.RoleMember), func(a *models.Actor) { a.Suspended = true }), models.UpdateFacts{More: code, Administers: true, AdminsMayInstall: true}, models.ErrSuspended},
		{"a member", person(models.RoleMember), models.UpdateFacts{More: code, AdminsMayInstall: true}, models.ErrNotFound},
		{"a stranger", person(""), models.UpdateFacts{More: code, AdminsMayInstall: true}, models.ErrNotFound},
		{"nobody", models.Actor{}, models.UpdateFacts{More: code}, models.ErrSignInNeeded},
		{"the operator", models.Operator(), models.UpdateFacts{More: org}, nil},
	} {
		c.f.Account = targetID
		got := c.actor.MayAgree(&c.f)
		if c.want == nil && got != nil || c.want != nil && !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
