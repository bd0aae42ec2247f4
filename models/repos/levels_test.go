package repos_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/repos"
)

// crowd is a repository of every kind there is, in accounts of every kind there
// is, with everybody a collaborator at every level.
type crowd struct {
	owners []models.Account
	all    []case1
	actors map[string]models.Actor
}

// case1 is one repository; everyone was granted the same on it.
type case1 struct {
	models.Repository
	owner         models.Account
	granted, base models.RepositoryLevel
}

func newCrowd(w *world) *crowd {
	c := &crowd{actors: map[string]models.Actor{"anonymous": {}, "operator": models.Operator()}}
	people := map[string]models.Account{}
	for _, name := range []string{"stranger", "support", "owner", "member", "billing", "barred-owner", "barred-member", "barred-billing", "self", "gone"} {
		people[name] = dbtest.User(w.t, w.db, name)
	}
	dbtest.MakeStaff(w.t, w.db, people["support"], models.StaffSupport)
	for _, base := range []models.RepositoryLevel{models.NoAccess, models.RepositoryRead, models.RepositoryWrite, models.RepositoryAdmin} {
		for _, suspended := range []bool{false, true} {
			o := dbtest.Organization(w.t, w.db, fmt.Sprintf("org-%s-%t", base, suspended))
			w.exec("UPDATE organizations SET base_permission = ? WHERE account_id = ?", base.String(), o.ID)
			for name, role := range map[string]models.OrganizationRole{"owner": models.RoleOwner, "member": models.RoleMember, "billing": models.RoleBillingManager} {
				dbtest.Member(w.t, w.db, o, people[name], role)
				dbtest.Member(w.t, w.db, o, people["barred-"+name], role)
			}
			if suspended {
				o.SuspendedAt = &dbtest.Epoch
				dbtest.Suspend(w.t, w.db, o)
			}
			c.fill(w, o, base)
		}
	}
	w.exec("UPDATE memberships SET suspended_at = now() WHERE account_id IN (SELECT id FROM accounts WHERE login LIKE 'barred-%')")
	c.fill(w, people["self"], models.NoAccess)
	gone := people["gone"]
	gone.SuspendedAt = &dbtest.Epoch
	dbtest.Suspend(w.t, w.db, gone)
	c.fill(w, gone, models.NoAccess)
	w.exec(`INSERT INTO collaborators (repository_id, account_id, level, created_at)
		SELECT r.id, u.account_id, split_part(r.name, '-', 1), now() FROM repositories r CROSS JOIN users u
		WHERE r.name NOT LIKE 'none-%' AND r.account_id <> u.account_id`)
	for name, a := range people {
		c.actors[name] = w.as(a)
	}
	return c
}

func (c *crowd) fill(w *world, owner models.Account, base models.RepositoryLevel) {
	c.owners = append(c.owners, owner)
	for level := models.NoAccess; level <= models.RepositoryAdmin; level++ {
		for _, private := range []bool{false, true} {
			r := dbtest.Repository(w.t, w.db, owner, fmt.Sprintf("%s-%t", level, private), func(r *models.Repository) { r.Private = private })
			c.all = append(c.all, case1{Repository: r, owner: owner, granted: level, base: base})
		}
	}
}

// levels are the repositories that an actor may see, by number, with the level,
// as the rules in models have it.
func (c *crowd) levels(actor models.Actor, which func(case1, models.RepositoryLevel) bool) map[int64]models.RepositoryLevel {
	seen := map[int64]models.RepositoryLevel{}
	for _, one := range c.all {
		level := actor.LevelOn(&one.Repository, c.grantedTo(actor, one), one.base)
		if actor.MaySeeAccount(&one.owner) == nil && actor.MayUseRepository(level, models.RepositoryRead) == nil && which(one, level) {
			seen[one.ID] = level
		}
	}
	return seen
}

func (c *crowd) grantedTo(actor models.Actor, one case1) models.RepositoryLevel {
	if actor.UserID == 0 || actor.UserID == one.AccountID {
		return models.NoAccess
	}
	return one.granted
}

// Lists reckon levels in SQL, single pages in Go: over every combination of
// role, suspension, base permission, grant and visibility they say the same.
func TestListsAgreeWithTheRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := newCrowd(w)
	if len(c.all) != 10*12 {
		t.Fatalf("%d repositories", len(c.all))
	}
	for name, actor := range c.actors {
		for _, owner := range c.owners {
			list, err := w.OfAccount(t.Context(), actor, owner.ID, repos.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			theirs := func(one case1, _ models.RepositoryLevel) bool { return one.AccountID == owner.ID }
			compare(t, name+" sees of "+owner.Login, list.Items, c.levels(actor, theirs))
			if actor.Anonymous() {
				continue
			}
			chosen, err := w.Selectable(t.Context(), actor, owner.ID, "", 1)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, name+" selects of "+owner.Login, chosen.Items, c.levels(actor, func(one case1, level models.RepositoryLevel) bool {
				return one.AccountID == owner.ID && level == models.RepositoryAdmin
			}))
		}
	}
}

func TestMineAgreesWithTheRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := newCrowd(w)
	for name, actor := range c.actors {
		if actor.UserID == 0 {
			continue
		}
		var items []repos.Item
		for page := 1; ; page++ {
			list, err := w.Mine(t.Context(), actor, repos.Filter{Page: page, Order: repos.ByName})
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, list.Items...)
			if len(items) >= list.Total {
				break
			}
		}
		compare(t, name+" has", items, c.levels(actor, func(one case1, level models.RepositoryLevel) bool {
			return level == models.RepositoryAdmin || c.grantedTo(actor, one) > models.NoAccess
		}))
	}
}

// A repository's page says what the list says, and is there for the same people.
func TestFindAgreesWithTheRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := newCrowd(w)
	for name, actor := range c.actors {
		wanted := c.levels(actor, func(case1, models.RepositoryLevel) bool { return true })
		for _, one := range c.all {
			d, err := w.Find(t.Context(), actor, one.owner.Login, one.Name, models.LevelToSee)
			level, seen := wanted[one.ID]
			switch {
			case seen && (err != nil || d.Level != level):
				t.Errorf("%s on %s/%s: %+v, %v, want %v", name, one.owner.Login, one.Name, d, err, level)
			case !seen:
				want(t, name+" on "+one.owner.Login+"/"+one.Name, err, models.ErrNotFound)
			}
		}
	}
}

func compare(t *testing.T, what string, items []repos.Item, wanted map[int64]models.RepositoryLevel) {
	t.Helper()
	got := map[int64]models.RepositoryLevel{}
	for _, i := range items {
		got[i.ID] = i.Level
		if i.Reason == models.ReasonNone {
			t.Errorf("%s: no reason for %s on %s", what, i.Level, i.Name)
		}
	}
	if !maps.Equal(got, wanted) {
		t.Errorf("%s: %v, want %v", what, got, wanted)
	}
}

func TestListsAreNarrowedOrderedAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	for i := range 65 {
		dbtest.Repository(t, w.db, ada, fmt.Sprintf("r%02d", i), func(r *models.Repository) {
			r.Private, r.UpdatedAt = i%2 == 0, dbtest.Epoch.AddDate(0, 0, i)
			if i == 7 {
				r.Description, r.ArchivedAt = "100% odd_name", &dbtest.Epoch
			}
		})
	}
	actor := w.as(ada)
	for name, c := range map[string]struct {
		filter repos.Filter
		total  int
		first  string
		err    error
	}{
		"all":         {repos.Filter{}, 65, "r64", nil},
		"by name":     {repos.Filter{Order: repos.ByName}, 65, "r00", nil},
		"second page": {repos.Filter{Order: repos.ByName, Page: 2}, 65, "r30", nil},
		"last page":   {repos.Filter{Order: repos.ByName, Page: 3}, 65, "r60", nil},
		"beyond":      {repos.Filter{Page: 4}, 0, "", models.ErrPageOutOfRange},
		"before":      {repos.Filter{Page: -1}, 0, "", models.ErrPageOutOfRange},
		"public":      {repos.Filter{Kind: repos.OnlyPublic}, 32, "r63", nil},
		"private":     {repos.Filter{Kind: repos.OnlyPrivate}, 33, "r64", nil},
		"archived":    {repos.Filter{Kind: repos.OnlyArchived}, 1, "r07", nil},
		"name":        {repos.Filter{Query: "R1"}, 10, "r19", nil},
		"literally %": {repos.Filter{Query: "%"}, 1, "r07", nil},
		"literally _": {repos.Filter{Query: "_"}, 1, "r07", nil},
		"nothing":     {repos.Filter{Query: `\`}, 0, "", nil},
		"kind":        {repos.Filter{Kind: "odd"}, 0, "", models.ErrBadParameter},
		"order":       {repos.Filter{Order: "odd"}, 0, "", models.ErrBadParameter},
		"control":     {repos.Filter{Query: "a\x00"}, 0, "", models.ErrBadParameter},
	} {
		list, err := w.OfAccount(t.Context(), actor, ada.ID, c.filter)
		if want(t, name, err, c.err); err != nil || c.err != nil {
			continue
		}
		if list.Total != c.total || c.total > 0 && list.Items[0].Name != c.first {
			t.Errorf("%s: %d, first %+v; want %d, %s", name, list.Total, slices.Concat(list.Items)[:min(1, len(list.Items))], c.total, c.first)
		}
	}
}

// However many there are, a list is one statement and quick.
func TestAListOfThousandsIsOneStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	w.exec(`INSERT INTO repositories (account_id, name, private, created_at, updated_at)
		SELECT ?, 'r' || n, n % 2 = 0, now(), now() FROM generate_series(1, 5000) n`, acme.ID)
	actor := w.as(ada)
	for name, ask := range map[string]func(context.Context) (*repos.List, error){
		"account": func(ctx context.Context) (*repos.List, error) {
			return w.OfAccount(ctx, actor, acme.ID, repos.Filter{Query: "r1"})
		},
		"mine":       func(ctx context.Context) (*repos.List, error) { return w.Mine(ctx, actor, repos.Filter{Page: 100}) },
		"selectable": func(ctx context.Context) (*repos.List, error) { return w.Selectable(ctx, actor, acme.ID, "", 1) },
	} {
		var list *repos.List
		var err error
		n := dbtest.Statements(w.db, func() { list, err = ask(t.Context()) })
		if err != nil || n != 1 || len(list.Items) == 0 || len(list.Items) > repos.PerPage {
			t.Errorf("%s: %d statements, %d items (%v)", name, n, len(list.Items), err)
		}
	}
}
