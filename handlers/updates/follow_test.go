package updates_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/repos"
)

// actor is a user with a session that was confirmed just now.
func (c *cast) actor(a models.Account) models.Actor {
	c.t.Helper()
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SessionID: 1, SudoUntil: c.Clock.Now().Add(1 << 40)}
	rows, err := c.DB.Pool().Query(c.t.Context(), `SELECT organization_id, login, role FROM memberships m JOIN accounts o ON o.id = m.organization_id WHERE m.account_id = $1`, a.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var m models.Membership
		if err := rows.Scan(&m.OrganizationID, &m.Login, &m.Role); err != nil {
			c.t.Fatal(err)
		}
		actor.Memberships = append(actor.Memberships, m)
	}
	return actor
}

func (c *cast) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *cast) exec(sql string, args ...any) {
	c.t.Helper()
	_, err := c.DB.Pool().Exec(c.t.Context(), sql, args...)
	c.must(err)
}

func (c *cast) selected() (all []int64) {
	c.t.Helper()
	c.get(&all, `SELECT coalesce(array_agg(repository_id ORDER BY repository_id), '{}') FROM installation_repositories`)
	return all
}

// names are the full names of repositories in a list of a payload.
func names(p map[string]any, list string) (all []string) {
	for _, r := range p[list].([]any) {
		all = append(all, r.(map[string]any)["full_name"].(string))
	}
	return all
}

// dig is a value within others, by their keys.
func dig(p map[string]any, keys ...string) any {
	var v any = p
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

func TestRepositoriesAreFollowed(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	other := dbtest.App(t, c.DB, c.bob, "other", func(a *models.App) {
		a.Permissions, a.WebhookActive, a.WebhookURL = models.Grants{"issues": "read", "metadata": "read"}, true, "https://other.example/hook"
	})
	dbtest.Install(t, c.DB, other, c.acme) // all repositories, and no events
	ctx, ada := t.Context(), c.actor(c.ada)
	_, err := c.Verbs.Repos.Rename(ctx, ada, c.one.ID, "uno")
	c.must(err)
	if p := c.payload("repository"); dig(p, "changes", "repository", "name", "from") != "one" || dig(p, "repository", "full_name") != "acme/uno" ||
		dig(p, "installation", "id") != float64(c.installation.ID) || dig(p, "sender", "login") != "ada" || dig(p, "organization", "login") != "acme" {
		t.Error(p)
	}
	c.expectTold("renamed", "repository.renamed")
	c.must(c.Verbs.Repos.SetVisibility(ctx, ada, c.one.ID, true, "acme/uno"))
	c.must(c.Verbs.Repos.SetVisibility(ctx, ada, c.one.ID, false, "acme/uno"))
	c.must(c.Verbs.Repos.Archive(ctx, ada, c.one.ID, true))
	c.must(c.Verbs.Repos.Archive(ctx, ada, c.one.ID, false))
	c.expectTold("changed", "repository.privatized", "repository.publicized", "repository.archived", "repository.unarchived")
	_, err = c.Verbs.Repos.Rename(ctx, ada, c.two.ID, "dos")
	c.must(err)
	c.expectTold("what helper doesn't reach")
	made, err := c.Verbs.Repos.Create(ctx, ada, repos.Draft{Owner: "acme", Name: "new"})
	c.must(err)
	if p := c.payload("installation_repositories"); !slices.Equal(names(p, "repositories_added"), []string{"acme/new"}) || dig(p, "installation", "app_slug") != "other" {
		t.Error(p)
	}
	c.expectTold("made", "installation_repositories.added")
	c.must(c.Verbs.Repos.Delete(ctx, ada, made.Repository.ID, "acme/new"))
	c.expectTold("deleted", "installation_repositories.removed")
	c.must(c.Verbs.Repos.Delete(ctx, ada, c.one.ID, "acme/uno"))
	if p := c.payload("installation_repositories"); !slices.Equal(names(p, "repositories_removed"), []string{"acme/uno"}) {
		t.Error(p)
	}
	c.expectTold("deleted", "repository.deleted", "installation_repositories.removed", "installation_repositories.removed")
	if got := c.selected(); len(got) != 0 {
		t.Error(got)
	}
}

func TestListsOfRepositoriesAreFollowed(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.exec(`UPDATE installations SET selection = 'all'`)
	c.exec(`DELETE FROM installation_repositories`)
	rows := make([]repos.BulkRow, 2500)
	for n := range rows {
		rows[n].Name = fmt.Sprintf("r%d", n)
	}
	_, err := c.Verbs.Repos.Bulk(t.Context(), c.actor(c.ada), c.acme.ID, rows, repos.BulkOptions{})
	c.must(err)
	c.expectTold("made", "installation_repositories.added", "installation_repositories.added", "installation_repositories.added")
	_, err = c.Verbs.Repos.Bulk(t.Context(), c.actor(c.ada), c.acme.ID, rows, repos.BulkOptions{})
	c.must(err)
	c.expectTold("nothing new")
	short := []repos.BulkRow{{Name: "x"}, {Name: "y"}, {Name: "z", Private: true}}
	_, err = c.Verbs.Repos.Bulk(t.Context(), c.actor(c.ada), c.acme.ID, short, repos.BulkOptions{})
	c.must(err)
	if p := c.payload("repository"); dig(p, "repository", "full_name") != "acme/z" || dig(p, "sender", "login") != "ada" {
		t.Error(p)
	}
	c.expectTold("a short list", "installation_repositories.added", "repository.created", "repository.created", "repository.created")
	c.exec(`UPDATE apps SET events = '{}'`)
	few, many := make([]repos.BulkRow, 2), make([]repos.BulkRow, 1000)
	count := func(rows []repos.BulkRow, prefix string) int64 {
		for n := range rows {
			rows[n].Name = fmt.Sprint(prefix, n)
		}
		return dbtest.Statements(c.DB, func() {
			_, err := c.Verbs.Repos.Bulk(t.Context(), c.actor(c.ada), c.acme.ID, rows, repos.BulkOptions{})
			c.must(err)
		})
	}
	if a, b := count(few, "few"), count(many, "many"); a != b {
		t.Errorf("nobody asked for it: %d statements for two, %d for a thousand", a, b)
	}
	c.expectTold("nobody asked for it", "installation_repositories.added", "installation_repositories.added")
}

func TestTransferredRepositoriesAreFollowed(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	mine := dbtest.App(t, c.DB, c.bob, "mine", func(a *models.App) {
		a.Permissions, a.Events = models.Grants{"metadata": "read"}, []string{"repository"}
		a.WebhookActive, a.WebhookURL = true, "https://mine.example/hook"
	})
	dbtest.Install(t, c.DB, mine, c.ada)
	_, moved, err := c.Verbs.Repos.Transfer(t.Context(), c.actor(c.ada), c.one.ID, "ada", "acme/one")
	c.must(err)
	if !moved {
		t.Fatal("it waits")
	}
	if p := c.payload("repository"); dig(p, "changes", "owner", "from", "organization", "login") != "acme" || dig(p, "repository", "full_name") != "ada/one" {
		t.Error(p)
	}
	var lost string
	c.get(&lost, `SELECT payload FROM hook_events WHERE event = 'installation_repositories' AND action = 'removed'`)
	c.expectTold("moved", "installation_repositories.removed", "installation_repositories.added", "repository.transferred")
	if got := c.selected(); len(got) != 0 {
		t.Error(got)
	}
}

func TestNothingIsToldWhereTheChangeFails(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Repository(t, c.DB, c.ada, "one")
	if _, _, err := c.Verbs.Repos.Transfer(t.Context(), c.actor(c.ada), c.one.ID, "ada", "acme/one"); !errors.Is(err, models.ErrTransferTaken) {
		t.Fatal(err)
	}
	c.expectTold("nothing moved")
	if got := c.selected(); !slices.Equal(got, []int64{c.one.ID}) {
		t.Error(got)
	}
}

func TestRepositoriesThatAppsMakeAreTheirs(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	i, bot := c.installation, models.Bot(c.helper.ID, "helper", models.Visit{})
	create := func(owner, name string) (*repos.Details, error) {
		return c.Verbs.Repos.CreateByApp(t.Context(), bot, &i, repos.Draft{Owner: owner, Name: name, Private: true})
	}
	refused := func(what, owner, name string, want error) {
		t.Helper()
		if _, err := create(owner, name); !errors.Is(err, want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("without the permission", "acme", "made", models.ErrNotForApps)
	i.Permissions = models.Grants{"administration": "write"}
	refused("once it had it", "acme", "made", models.ErrNotForApps)
	c.exec(`UPDATE installations SET permissions = permissions || '{"administration": "write"}'`)
	refused("elsewhere", "ada", "made", models.ErrNotForApps)
	refused("nowhere", "nobody", "made", models.ErrNotFound)
	refused("a name that is none", "acme", "a b", models.ErrRepositoryName)
	made, err := create("acme", "made")
	c.must(err)
	if got := c.selected(); !slices.Equal(got, []int64{c.one.ID, made.Repository.ID}) {
		t.Error(got)
	}
	for _, event := range []string{"installation_repositories", "repository"} {
		if p := c.payload(event); dig(p, "sender", "login") != "helper[bot]" || dig(p, "sender", "type") != "Bot" || dig(p, "sender", "html_url") != c.URL+"/apps/helper" {
			t.Error(event, p["sender"])
		}
	}
	c.expectTold("made", "installation_repositories.added", "repository.created")
	var who string
	c.get(&who, `SELECT actor_login FROM audit_events WHERE action = 'repository.create'`)
	if who != "helper[bot]" {
		t.Error(who)
	}
	refused("again", "acme", "made", models.ErrRepositoryTaken)
	c.must(c.Verbs.Installs.Uninstall(t.Context(), c.actor(c.ada), i.ID))
	refused("uninstalled meanwhile", "acme", "late", models.ErrNotFound)
}

func TestSuspendedInstallationsHearOfTheirRepositoriesAlone(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.must(c.Verbs.Installs.Suspend(t.Context(), c.actor(c.ada), c.installation.ID))
	c.expectTold("suspended", "installation.suspend")
	_, err := c.Verbs.Repos.Rename(t.Context(), c.actor(c.ada), c.one.ID, "uno")
	c.must(err)
	c.expectTold("renamed")
	c.must(c.Verbs.Repos.Delete(t.Context(), c.actor(c.ada), c.one.ID, "acme/uno"))
	c.expectTold("deleted", "installation_repositories.removed")
}

func TestAccountsAreFollowed(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Install(t, c.DB, c.helper, c.bob)
	_, err := c.Verbs.Orgs.Rename(t.Context(), c.actor(c.ada), "acme", "apex")
	c.must(err)
	if p := c.payload("installation_target"); dig(p, "changes", "login", "from") != "acme" || dig(p, "account", "login") != "apex" || dig(p, "target_type") != "Organization" {
		t.Error(p)
	}
	if p := c.payload("organization"); dig(p, "organization", "login") != "apex" || dig(p, "changes", "login", "from") != "acme" {
		t.Error(p)
	}
	c.expectTold("renamed", "installation_target.renamed", "organization.renamed")
	bob := c.actor(c.bob)
	c.must(c.Verbs.Profiles.Rename(t.Context(), bob, "robert"))
	if p := c.payload("installation_target"); dig(p, "account", "login") != "robert" || dig(p, "sender", "login") != "robert" || dig(p, "target_type") != "User" {
		t.Error(p)
	}
	c.expectTold("renamed", "installation_target.renamed")
	c.must(c.Verbs.Orgs.Delete(t.Context(), c.actor(c.ada), "apex", "apex"))
	c.expectTold("deleted", "organization.deleted", "installation.deleted")
	c.must(c.Verbs.Profiles.Delete(t.Context(), bob, "robert"))
	c.expectTold("deleted", "installation.deleted")
	var left int
	if c.get(&left, `SELECT count(*) FROM installations`); left != 0 {
		t.Error(left)
	}
}

func TestPeopleAreFollowed(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ctx, ada := t.Context(), c.actor(c.ada)
	dora := dbtest.User(t, c.DB, "dora")
	c.must(c.Verbs.Repos.AddCollaborator(ctx, ada, c.one.ID, "dora", models.RepositoryAdmin))
	c.must(c.Verbs.Repos.ChangeCollaborator(ctx, ada, c.one.ID, dora.ID, models.RepositoryWrite))
	if p := c.payload("member"); dig(p, "changes", "permission", "from") != "admin" || dig(p, "changes", "permission", "to") != "write" || dig(p, "member", "login") != "dora" {
		t.Error(p)
	}
	c.must(c.Verbs.Repos.RemoveCollaborator(ctx, ada, c.one.ID, dora.ID))
	c.expectTold("collaborator", "member.added", "member.edited", "member.removed")
	c.must(c.Verbs.Orgs.AddMember(ctx, models.Operator(), "acme", "dora", models.RoleMember))
	if p := c.payload("organization"); dig(p, "membership", "user", "login") != "dora" || dig(p, "membership", "role") != "member" {
		t.Error(p)
	}
	c.expectTold("member", "organization.member_added")
	c.must(c.Verbs.Orgs.Remove(ctx, ada, "acme", "carl"))
	c.expectTold("an administrator leaves", "member.removed", "organization.member_removed")
	expect(t, "carl", c.asCarl.Get(c.update()), 404)
	c.must(c.Verbs.Profiles.Delete(ctx, c.actor(dora), "dora"))
	c.expectTold("a member's account is deleted", "organization.member_removed")
}

// wish is an open request of members, the first of whom asked first.
func (c *cast) wish(selection models.Selection, repositories []models.Repository, who ...models.Account) (id int64) {
	c.t.Helper()
	w := models.InstallWish{Selection: selection}
	for _, r := range repositories {
		w.Repositories = append(w.Repositories, r.ID)
	}
	now := c.Clock.Now()
	c.get(&id, `INSERT INTO installation_requests (app_id, organization_id, requester_id, selection, digest, state, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, 'open', $6, $7) RETURNING id`, c.helper.ID, c.acme.ID, who[0].ID, selection, w.Digest(), now, now.Add(models.RequestLifetime))
	for _, r := range w.Repositories {
		c.exec(`INSERT INTO installation_request_repositories (request_id, repository_id) VALUES ($1, $2)`, id, r)
	}
	for n, a := range who {
		c.exec(`INSERT INTO installation_request_votes (request_id, account_id, created_at) VALUES ($1, $2, $3::timestamptz + $4 * interval '1 second')`, id, a.ID, now, n)
	}
	return id
}

func (c *cast) state(id int64) (state string) {
	c.t.Helper()
	c.get(&state, `SELECT state FROM installation_requests WHERE id = $1`, id)
	return state
}

func (c *cast) voters(id int64) (logins []string) {
	c.t.Helper()
	c.get(&logins, `SELECT coalesce(array_agg(a.login ORDER BY v.created_at), '{}') FROM installation_request_votes v JOIN accounts a ON a.id = v.account_id WHERE v.request_id = $1`, id)
	return logins
}

func TestRequestsFollowRepositories(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	three := dbtest.Repository(t, c.DB, c.acme, "three")
	both := c.wish(models.SelectSelected, []models.Repository{c.one, c.two}, c.bob)
	alone := c.wish(models.SelectSelected, []models.Repository{c.one}, c.carl)
	same := c.wish(models.SelectSelected, []models.Repository{c.two}, c.carl, c.ada)
	apart := c.wish(models.SelectSelected, []models.Repository{three}, c.bob)
	busy := c.wish(models.SelectSelected, []models.Repository{c.one, three}, c.bob)
	c.exec(`UPDATE installation_requests SET placing_until = $2 WHERE id = $1`, busy, c.Clock.Now().Add(1<<40))
	c.must(c.Verbs.Repos.Delete(t.Context(), c.actor(c.ada), c.one.ID, "acme/one"))
	for id, want := range map[int64]string{both: "withdrawn", alone: "expired", same: "open", apart: "open", busy: "open"} {
		if got := c.state(id); got != want {
			t.Errorf("%d is %s, not %s", id, got, want)
		}
	}
	if got := c.voters(same); !slices.Contains(got, "bob") || len(got) != 3 {
		t.Error("what is the same by now has", got)
	}
	expect(t, "carl is told", c.asCarl.Get("/notifications"), 200, "Your request for Helper on acme has ended")
	expect(t, "bob isn't", c.asBob.Get("/notifications"), 200, "!has ended")
	// What is left is found by who asks for it again.
	c.must(c.Verbs.Repos.Delete(t.Context(), c.actor(c.ada), c.two.ID, "acme/two"))
	if c.state(same) != "expired" {
		t.Error(c.state(same))
	}
	var digest []byte
	c.get(&digest, `SELECT digest FROM installation_requests WHERE id = $1`, apart)
	if string(digest) != string(models.InstallWish{Selection: models.SelectSelected, Repositories: []int64{three.ID}}.Digest()) {
		t.Error("it stands for something else")
	}
}

func TestRequestsFollowPeople(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	shared := c.wish(models.SelectAll, nil, c.bob, c.carl)
	alone := c.wish(models.SelectSelected, []models.Repository{c.one}, c.bob)
	others := c.wish(models.SelectSelected, []models.Repository{c.two}, c.carl)
	c.exec(`INSERT INTO oauth_approvals (organization_id, app_id, state, requester_id, requested_at) VALUES ($1, $2, 'requested', $3, now())`, c.acme.ID, c.helper.ID, c.bob.ID)
	c.must(c.Verbs.Orgs.Remove(t.Context(), c.actor(c.ada), "acme", "bob"))
	if c.state(shared) != "open" || c.state(alone) != "withdrawn" || c.state(others) != "open" || !slices.Equal(c.voters(shared), []string{"carl"}) {
		t.Error(c.state(shared), c.state(alone), c.state(others), c.voters(shared))
	}
	var requester, approvals int64
	if c.get(&requester, `SELECT requester_id FROM installation_requests WHERE id = $1`, shared); requester != c.carl.ID {
		t.Error(requester)
	}
	if c.get(&approvals, `SELECT count(*) FROM oauth_approvals`); approvals != 0 {
		t.Error(approvals)
	}
	c.must(c.Verbs.Profiles.Delete(t.Context(), c.actor(c.carl), "carl"))
	var left int
	if c.get(&left, `SELECT count(*) FROM installation_requests WHERE state = 'open'`); left != 0 {
		t.Error(left)
	}
}

func TestOutsideCollaboratorsAskNoMore(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dora := dbtest.User(t, c.DB, "dora")
	for _, r := range []models.Repository{c.one, c.two} {
		dbtest.Collaborator(t, c.DB, r, dora, models.RepositoryWrite)
	}
	id := c.wish(models.SelectAll, nil, dora)
	c.must(c.Verbs.Repos.RemoveCollaborator(t.Context(), c.actor(c.ada), c.one.ID, dora.ID))
	if c.state(id) != "open" {
		t.Error("dora works on two")
	}
	c.must(c.Verbs.Repos.Leave(t.Context(), c.actor(dora), c.two.ID))
	if c.state(id) != "withdrawn" {
		t.Error(c.state(id))
	}
}
