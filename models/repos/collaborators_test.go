package repos_test

import (
	"fmt"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/repos"
)

func TestCollaborators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben")
	r := dbtest.Repository(t, w.db, ada, "one", dbtest.Private)
	actor := w.as(ada)
	want(t, "add", w.AddCollaborator(t.Context(), actor, r.ID, " Ben ", models.RepositoryTriage), nil)
	want(t, "add again", w.AddCollaborator(t.Context(), actor, r.ID, "ben", models.RepositoryAdmin), models.ErrAlreadyCollaborator)
	if d := w.find(w.as(ben), "ada", "one"); d.Level != models.RepositoryTriage || d.Reason != models.ReasonCollaborator {
		t.Errorf("%+v", d)
	}
	if w.notices(ben, models.NoticeCollaborator) != 1 {
		t.Error("they weren't told")
	}
	want(t, "change", w.ChangeCollaborator(t.Context(), actor, r.ID, ben.ID, models.RepositoryAdmin), nil)
	want(t, "change to the same", w.ChangeCollaborator(t.Context(), actor, r.ID, ben.ID, models.RepositoryAdmin), nil)
	want(t, "they manage now", w.AddCollaborator(t.Context(), w.as(ben), r.ID, "ada", models.RepositoryRead), models.ErrCollaborator)
	want(t, "leave", w.Leave(t.Context(), w.as(ben), r.ID), nil)
	want(t, "leave again", w.Leave(t.Context(), w.as(ben), r.ID), models.ErrNotFound)
	want(t, "change whoever left", w.ChangeCollaborator(t.Context(), actor, r.ID, ben.ID, models.RepositoryRead), models.ErrNotFound)
	want(t, "remove whoever left", w.RemoveCollaborator(t.Context(), actor, r.ID, ben.ID), models.ErrNotFound)
	for _, action := range []string{"collaborator.add", "collaborator.change", "collaborator.leave"} {
		if w.logged(action) != 1 {
			t.Errorf("%d events %s", w.logged(action), action)
		}
	}
}

func TestWhoCanBeACollaborator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, gone := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "gone")
	dbtest.Organization(t, w.db, "acme", ada)
	dbtest.Suspend(t, w.db, gone)
	r := dbtest.Repository(t, w.db, ada, "one")
	for _, login := range []string{"", "ada", "acme", "gone", "nobody-here", "a b"} {
		want(t, login, w.AddCollaborator(t.Context(), w.as(ada), r.ID, login, models.RepositoryRead), models.ErrCollaborator)
	}
	for _, level := range []models.RepositoryLevel{models.NoAccess, -1, models.RepositoryAdmin + 1} {
		want(t, level.String(), w.AddCollaborator(t.Context(), w.as(ada), r.ID, "gone", level), models.ErrUnknownLevel)
		want(t, level.String(), w.ChangeCollaborator(t.Context(), w.as(ada), r.ID, gone.ID, level), models.ErrUnknownLevel)
	}
	unproven := w.as(ada)
	unproven.MailVerified = false
	want(t, "without a confirmed address", w.AddCollaborator(t.Context(), unproven, r.ID, "gone", models.RepositoryRead), models.ErrMailNeeded)
}

// Nobody can be used to pester people.
func TestAddingPeopleIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	r := dbtest.Repository(t, w.db, ada, "one")
	actor := w.as(ada)
	var err error
	for range 101 {
		err = w.AddCollaborator(t.Context(), actor, r.ID, "nobody-here", models.RepositoryRead)
	}
	want(t, "the 101st", err, models.ErrTooManyTries)
	want(t, "the operator", w.AddCollaborator(t.Context(), models.Operator(), r.ID, "nobody-here", models.RepositoryRead), models.ErrCollaborator)
}

func TestAccessExplainsWhatIsInEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, member, barred, out := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "member"), dbtest.User(t, w.db, "barred"), dbtest.User(t, w.db, "out")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	dbtest.Member(t, w.db, acme, member, models.RoleMember)
	dbtest.Member(t, w.db, acme, barred, models.RoleMember)
	w.exec("UPDATE memberships SET suspended_at = now() WHERE account_id = ?", barred.ID)
	w.exec("UPDATE organizations SET base_permission = 'write' WHERE account_id = ?", acme.ID)
	r := dbtest.Repository(t, w.db, acme, "one", dbtest.Private)
	for _, a := range []models.Account{member, barred} {
		dbtest.Collaborator(t, w.db, r, a, models.RepositoryRead)
	}
	dbtest.Collaborator(t, w.db, r, out, models.RepositoryAdmin)
	dbtest.Collaborator(t, w.db, r, ada, models.RepositoryRead)
	a, err := w.Access(t.Context(), w.as(ada), w.find(w.as(ada), "acme", "one"), 1)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range a.Collaborators {
		got[c.Login] = fmt.Sprint(c.Granted, " ", c.Level, " ", c.Reason)
	}
	wanted := map[string]string{"ada": "read admin org_owner", "member": "read write base", "barred": "read none ", "out": "admin admin collaborator"}
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		t.Errorf("%v, want %v", got, wanted)
	}
	if len(a.Owners) != 1 || a.Owners[0].Login != "ada" || a.Members != 1 {
		t.Errorf("%+v", a)
	}
	// Who isn't a member learns nothing of the members.
	a, err = w.Access(t.Context(), w.as(out), w.find(w.as(out), "acme", "one"), 1)
	if err != nil || a.Total != 4 || len(a.Owners) != 0 || a.Members != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	_, err = w.Access(t.Context(), w.as(member), w.find(w.as(member), "acme", "one"), 1)
	want(t, "who doesn't manage it", err, models.ErrForbidden)
}

func TestAccessOfManyIsTwoStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	r := dbtest.Repository(t, w.db, acme, "one")
	for i := range repos.CollaboratorsPerPage + 1 {
		dbtest.Collaborator(t, w.db, r, dbtest.User(t, w.db, fmt.Sprintf("user-%02d", i)), models.RepositoryRead)
	}
	actor := w.as(ada)
	d := w.find(actor, "acme", "one")
	for page, wanted := range map[int]int{1: repos.CollaboratorsPerPage, 2: 1} {
		var a *repos.Access
		var err error
		n := dbtest.Statements(w.db, func() { a, err = w.Access(t.Context(), actor, d, page) })
		if err != nil || n != 2 || len(a.Collaborators) != wanted || a.Total != repos.CollaboratorsPerPage+1 {
			t.Errorf("page %d: %d statements, %+v, %v", page, n, a, err)
		}
	}
	_, err := w.Access(t.Context(), actor, d, 3)
	want(t, "page 3", err, models.ErrPageOutOfRange)
}

func TestAccountsAsTheyAreSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, member, eve, support := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "member"), dbtest.User(t, w.db, "eve"), dbtest.User(t, w.db, "support-1")
	dbtest.MakeStaff(t, w.db, support, models.StaffSupport)
	acme, gone := dbtest.Organization(t, w.db, "acme", ada), dbtest.Organization(t, w.db, "gone", ada)
	dbtest.Member(t, w.db, acme, member, models.RoleMember)
	dbtest.Suspend(t, w.db, gone)
	dbtest.Listing(t, w.db, dbtest.By(acme))
	publisher := dbtest.Account(t, w.db)
	ask := func(a models.Actor, login string) string {
		p, err := w.Account(t.Context(), a, login)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(p.Account.Login, " listings=", p.Listings, " members=", p.Members, " edit=", p.MayEdit, " create=", p.MayCreate, " unclaimed=", p.Unclaimed)
	}
	for _, c := range []struct {
		who   string
		actor models.Actor
		login string
		want  string
	}{
		{"anonymous", models.Actor{}, "ACME", "acme listings=1 members=0 edit=false create=false unclaimed=false"},
		{"stranger", w.as(eve), "acme", "acme listings=1 members=0 edit=false create=false unclaimed=false"},
		{"member", w.as(member), "acme", "acme listings=1 members=2 edit=false create=false unclaimed=false"},
		{"owner", w.as(ada), "acme", "acme listings=1 members=2 edit=true create=true unclaimed=false"},
		{"oneself", w.as(ada), "ada", "ada listings=0 members=0 edit=true create=true unclaimed=false"},
		{"stranger, suspended", w.as(eve), "gone", "not_found"},
		{"anonymous, suspended", models.Actor{}, "gone", "not_found"},
		{"owner, suspended", w.as(ada), "gone", "gone listings=0 members=1 edit=true create=false unclaimed=false"},
		{"staff, suspended", w.as(support), "gone", "gone listings=0 members=0 edit=false create=false unclaimed=false"},
		{"unclaimed", models.Actor{}, publisher.Login, publisher.Login + " listings=0 members=0 edit=false create=false unclaimed=true"},
		{"nobody", models.Actor{}, "nobody-here", "not_found"},
		{"no login at all", models.Actor{}, "..", "not_found"},
	} {
		if got := ask(c.actor, c.login); got != c.want {
			t.Errorf("%s: %s, want %s", c.who, got, c.want)
		}
	}
}
