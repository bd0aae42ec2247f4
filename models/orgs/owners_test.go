package orgs_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/orgs"
)

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ada := t.Context(), w.as(w.ada)
	alone := func(when string) {
		t.Helper()
		w.must("leaving "+when, w.orgs.Leave(ctx, ada, "acme"), models.ErrLastOwner)
		w.must("being removed "+when, w.orgs.Remove(ctx, ada, "acme", "ada"), models.ErrLastOwner)
		w.must("becoming a member "+when, w.orgs.ChangeRole(ctx, ada, "acme", "ada", models.RoleMember), models.ErrLastOwner)
		w.must("by the operator "+when, w.orgs.Remove(ctx, models.Operator(), "acme", "ada"), models.ErrLastOwner)
	}
	alone("alone")
	dbtest.Member(t, w.db, w.acme, w.eve, models.RoleOwner)
	dbtest.Suspend(t, w.db, w.eve)
	alone("beside an owner whom staff suspended")
	w.exec(`UPDATE accounts SET suspended_at = NULL`)
	w.exec(`UPDATE memberships SET suspended_at = now() WHERE account_id = ?`, w.eve.ID)
	alone("beside an owner without a second factor")
	if mine, err := w.orgs.Mine(ctx, ada); err != nil || len(mine) != 1 || !mine[0].LastOwner || mine[0].People != 4 {
		t.Errorf("%+v, %v", mine, err)
	}
	w.exec(`UPDATE memberships SET suspended_at = NULL`)
	w.must("leaving beside another one", w.orgs.Leave(ctx, ada, "acme"), nil)
	if got := w.text(`SELECT string_agg(login || ' ' || role, ', ' ORDER BY login) FROM memberships JOIN accounts ON id = account_id`); got != "bill billing_manager, bob member, eve owner" {
		t.Error(got)
	}
	w.must("leaving once more", w.orgs.Leave(ctx, ada, "acme"), models.ErrNotFound)
}

// Two owners leave, demote and remove at the same moment: one of them stays.
func TestOwnersRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for round := range 15 {
		w.exec(`DELETE FROM memberships`)
		dbtest.Member(t, w.db, w.acme, w.ada, models.RoleOwner)
		dbtest.Member(t, w.db, w.acme, w.eve, models.RoleOwner)
		ada, eve := w.as(w.ada), w.as(w.eve)
		acts := [][]func() error{
			{func() error { return w.orgs.Leave(ctx, ada, "acme") }, func() error { return w.orgs.Leave(ctx, eve, "acme") }},
			{func() error { return w.orgs.ChangeRole(ctx, ada, "acme", "ada", models.RoleMember) },
				func() error { return w.orgs.Leave(ctx, eve, "acme") }},
			{func() error { return w.orgs.Remove(ctx, ada, "acme", "eve") }, func() error { return w.orgs.Remove(ctx, eve, "acme", "ada") }},
		}[round%3]
		got := strings.Fields(codes(together(acts...)))
		slices.Sort(got)
		// Whoever comes second is the last owner, or no owner any more.
		if got[0] != "<nil>" || !slices.Contains([]string{"last_owner", "not_found", "forbidden"}, got[1]) {
			t.Errorf("round %d: %v", round, got)
		}
		if owners := w.text(`SELECT count(*) FROM memberships WHERE role = 'owner'`); owners != "1" {
			t.Errorf("round %d leaves %s owners", round, owners)
		}
	}
}

func TestLeavingTakesOneOffTheRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := dbtest.Organization(t, w.db, "other", w.eve)
	ours, theirs := dbtest.Repository(t, w.db, w.acme, "ours"), dbtest.Repository(t, w.db, other, "theirs")
	for _, r := range []models.Repository{ours, theirs} {
		dbtest.Collaborator(t, w.db, r, w.bob, models.RepositoryAdmin)
	}
	w.must("leaving", w.orgs.Leave(t.Context(), w.as(w.bob), "acme"), nil)
	if got := w.text(`SELECT string_agg(r.name, ' ') FROM collaborators c JOIN repositories r ON r.id = c.repository_id`); got != "theirs" {
		t.Errorf("bob is still on %q", got)
	}
	if got := w.logged(); got != "member.leave" {
		t.Error(got)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, eve := t.Context(), w.as(w.eve)
	login, err := w.orgs.Create(ctx, eve, orgs.NewOrganization{Login: " Globex ", Name: "Globex", Mail: "hello@globex.example"})
	if err != nil || login != "globex" {
		t.Fatalf("%q, %v", login, err)
	}
	if got := w.text(`SELECT a.kind || ' ' || m.role || ' ' || o.mail || ' ' || coalesce(o.mail_verified_at::text, 'unconfirmed')
		FROM accounts a JOIN organizations o ON o.account_id = a.id JOIN memberships m ON m.organization_id = a.id WHERE a.login = 'globex'`); got != "organization owner hello@globex.example unconfirmed" {
		t.Error(got)
	}
	if got := w.sent("organization_mail"); got != "hello@globex.example" {
		t.Errorf("the link went to %q", got)
	}
	w.exec(`INSERT INTO account_redirects VALUES ('initech', ?, now())`, w.acme.ID)
	for in, want := range map[string]error{"globex": models.ErrLoginTaken, "ada": models.ErrLoginTaken, "ACME": models.ErrLoginTaken,
		"initech": models.ErrLoginTaken, "settings": models.ErrLoginReserved, "": models.ErrLoginForm, "a--b": models.ErrLoginForm, "аcme": models.ErrLoginForm} {
		_, err := w.orgs.Create(ctx, eve, orgs.NewOrganization{Login: in})
		w.must("the login "+in, err, want)
	}
	_, err = w.orgs.Create(ctx, eve, orgs.NewOrganization{Login: "?", Name: "a\u202eb", Mail: "none"})
	if p, ok := models.AsProblems(err); !ok || len(p) != 3 {
		t.Errorf("all that is wrong: %v", err)
	}
	w.exec(`UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, w.eve.ID)
	_, err = w.orgs.Create(ctx, w.as(w.eve), orgs.NewOrganization{Login: "hooli"})
	w.must("without a confirmed address", err, models.ErrMailNeeded)

	_, err = w.orgs.Create(ctx, models.Operator(), orgs.NewOrganization{Login: "umbrella"})
	w.must("by the operator without an owner", err, models.ErrMissing)
	_, err = w.orgs.Create(ctx, models.Operator(), orgs.NewOrganization{Login: "umbrella", Owner: "acme"})
	w.must("owned by an organization", err, models.ErrNoSuchAccount)
	_, err = w.orgs.Create(ctx, models.Operator(), orgs.NewOrganization{Login: "umbrella", Owner: "Bob"})
	w.must("by the operator", err, nil)
	w.must("adding", w.orgs.AddMember(ctx, models.Operator(), "umbrella", "ada", models.RoleBillingManager), nil)
	w.must("adding twice", w.orgs.AddMember(ctx, models.Operator(), "umbrella", "ada", models.RoleOwner), models.ErrAlreadyMember)
	w.must("adding nobody", w.orgs.AddMember(ctx, models.Operator(), "umbrella", "acme", models.RoleOwner), models.ErrNoSuchAccount)
}

func TestOneLoginForOneOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var acts []func() error
	for _, user := range []models.Account{w.ada, w.bob, w.bill, w.eve} {
		actor := w.as(user)
		acts = append(acts, func() error {
			_, err := w.orgs.Create(t.Context(), actor, orgs.NewOrganization{Login: "wanted"})
			return err
		})
	}
	got := strings.Fields(codes(together(acts...)))
	slices.Sort(got)
	if strings.Join(got, " ") != "<nil> login_taken login_taken login_taken" {
		t.Error(got)
	}
}

func TestCreationsAreThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eve := w.as(w.eve)
	var err error
	for i := 0; err == nil && i < 50; i++ {
		_, err = w.orgs.Create(t.Context(), eve, orgs.NewOrganization{Login: "org-" + strings.Repeat("x", i+1)})
	}
	w.must("creating many", err, models.ErrTooManyTries)
}

func TestRename(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ada := t.Context(), w.as(w.ada)
	listing := dbtest.Listing(t, w.db, dbtest.By(w.acme))
	to, err := w.orgs.Rename(ctx, ada, "ACME", "Acme-Labs")
	if err != nil || to != "acme-labs" {
		t.Fatalf("%q, %v", to, err)
	}
	if now, err := w.orgs.Renamed(ctx, "Acme"); err != nil || now != "acme-labs" {
		t.Errorf("acme leads to %q, %v", now, err)
	}
	if got := w.text(`SELECT args ->> 'ids' FROM river_job WHERE kind = 'index_listings'`); got != fmt.Sprintf("[%d]", listing.ID) {
		t.Errorf("indexed again: %s", got)
	}
	_, err = w.orgs.Create(ctx, w.as(w.eve), orgs.NewOrganization{Login: "acme"})
	w.must("taking the old login", err, models.ErrLoginTaken)
	_, err = w.orgs.Rename(ctx, ada, "acme-labs", "bob")
	w.must("taking another's", err, models.ErrLoginTaken)
	_, err = w.orgs.Rename(ctx, ada, "acme-labs", "acme")
	w.must("coming back", err, nil)
	if got := w.text(`SELECT string_agg(login, ' ') FROM account_redirects`); got != "acme-labs" {
		t.Errorf("redirects are left from %q", got)
	}
	for i := 0; err == nil && i < 50; i++ {
		_, err = w.orgs.Rename(ctx, ada, w.text(`SELECT login FROM accounts WHERE id = ?`, w.acme.ID), "acme-"+strings.Repeat("x", i+1))
	}
	w.must("renaming again and again", err, models.ErrTooManyTries)
}

func TestDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ada := t.Context(), w.as(w.ada)
	dbtest.Repository(t, w.db, w.acme, "one")
	dbtest.Repository(t, w.db, w.acme, "two", dbtest.Private)
	w.exec(`INSERT INTO account_redirects VALUES ('old-acme', ?, now())`, w.acme.ID)
	_, goes, err := w.orgs.Deleting(ctx, ada, "acme")
	if err != nil || !reflect.DeepEqual(goes, orgs.Consequences{Members: 3, Repositories: 2}) {
		t.Errorf("%+v, %v", goes, err)
	}
	w.must("with another name", w.orgs.Delete(ctx, ada, "acme", "acne"), models.ErrNameMismatch)
	listing := dbtest.Listing(t, w.db, dbtest.By(w.acme))
	w.must("with an app", w.orgs.Delete(ctx, ada, "acme", "acme"), models.ErrOwnsApps)
	if got := w.text(`SELECT count(*) FROM repositories`); got != "2" {
		t.Errorf("%s repositories are left of what wasn't deleted", got)
	}
	w.exec(`DELETE FROM listings WHERE id = ?`, listing.ID)
	w.exec(`DELETE FROM apps`)
	w.must("deleting", w.orgs.Delete(ctx, ada, "acme", " Acme "), nil)
	if got := w.text(`SELECT (SELECT count(*) FROM repositories) + (SELECT count(*) FROM memberships) + (SELECT count(*) FROM organizations)`); got != "0" {
		t.Errorf("%s rows are left", got)
	}
	if w.told(w.bob) != "removed_from_organization" || w.told(w.ada) != "" {
		t.Errorf("bob was told %q, ada %q", w.told(w.bob), w.told(w.ada))
	}
	if got := w.text(`SELECT action FROM audit_events ORDER BY id DESC LIMIT 1`); got != "organization.delete" {
		t.Errorf("the log ends with %q", got)
	}
	for _, login := range []string{"acme", "old-acme"} {
		_, err := w.orgs.Create(ctx, w.as(w.eve), orgs.NewOrganization{Login: login})
		w.must("taking the login "+login, err, models.ErrLoginTaken)
	}
	w.must("deleting again", w.orgs.Delete(ctx, ada, "acme", "acme"), models.ErrNotFound)
}

func TestPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.exec(`WITH a AS (INSERT INTO accounts (login, kind, name) SELECT 'user-' || lpad(n::text, 4, '0'), 'user', 'Nr. ' || n || '%' FROM generate_series(1, 3000) n RETURNING id),
		u AS (INSERT INTO users (account_id, mail) SELECT id, id || '@example.test' FROM a)
		SELECT count(*) FROM a`)
	w.exec(`INSERT INTO memberships SELECT ?, account_id, 'member', NULL, now() FROM users WHERE account_id NOT IN (SELECT account_id FROM memberships)`, w.acme.ID)
	w.exec(`UPDATE users SET two_factor_at = now() WHERE account_id = ?`, w.bob.ID)
	w.exec(`UPDATE memberships SET suspended_at = now() WHERE account_id = ?`, w.bill.ID)
	ada, bob := w.as(w.ada), w.as(w.bob)
	for _, test := range []struct {
		name  string
		actor models.Actor
		q     orgs.PeopleQuery
		total int
		first string
	}{
		{"everyone", ada, orgs.PeopleQuery{}, 3004, "ada"},
		{"the last page", bob, orgs.PeopleQuery{Page: 61}, 3004, "user-2997"},
		{"a login", bob, orgs.PeopleQuery{Text: "USER-29"}, 100, "user-2900"},
		{"a name", bob, orgs.PeopleQuery{Text: "nr. 17%"}, 1, "user-0017"},
		{"a wildcard", bob, orgs.PeopleQuery{Text: "_"}, 0, ""},
		{"a role", bob, orgs.PeopleQuery{Role: models.RoleOwner}, 1, "ada"},
		{"suspended ones, for an owner", ada, orgs.PeopleQuery{State: orgs.StateSuspended}, 1, "bill"},
		{"ones with a factor, for an owner", ada, orgs.PeopleQuery{State: orgs.StateWithFactor}, 1, "bob"},
		{"suspended ones, for a member", bob, orgs.PeopleQuery{State: orgs.StateSuspended}, 3004, "ada"},
	} {
		_, p, err := w.orgs.People(ctx, test.actor, "acme", test.q)
		if err != nil || p.Total != test.total || test.first != "" && p.List[0].Login != test.first {
			t.Errorf("%s: %d %+v, %v", test.name, p.Total, p.List, err)
		}
	}
	_, p, err := w.orgs.People(ctx, bob, "acme", orgs.PeopleQuery{Text: "bill"})
	if err != nil || len(p.List) != 1 || p.List[0].Suspended || p.Owner {
		t.Errorf("a member sees %+v, %v", p, err)
	}
	for what, q := range map[string]orgs.PeopleQuery{"role": {Role: "king"}, "state": {State: "x"}, "page": {Page: 99}, "text": {Text: strings.Repeat("x", 201)}} {
		if _, _, err := w.orgs.People(ctx, ada, "acme", q); err == nil {
			t.Errorf("a bad %s is fine", what)
		}
	}
	if n := dbtest.Statements(w.db, func() { _, _, _ = w.orgs.People(ctx, ada, "acme", orgs.PeopleQuery{Page: 2}) }); n != 2 {
		t.Errorf("a page of people takes %d statements", n)
	}
	if n := dbtest.Statements(w.db, func() { _, _ = w.orgs.Mine(ctx, ada) }); n != 1 {
		t.Errorf("one's organizations take %d statements", n)
	}
}
