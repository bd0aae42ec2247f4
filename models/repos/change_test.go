package repos_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/repos"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, eve := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben"), dbtest.User(t, w.db, "eve")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	dbtest.Member(t, w.db, acme, ben, models.RoleMember)
	dbtest.Account(t, w.db, func(a *models.Account) { a.Login = "unclaimed" })
	gone := dbtest.Organization(t, w.db, "gone", ada)
	dbtest.Suspend(t, w.db, gone)
	dbtest.Repository(t, w.db, ada, "Taken")
	long := strings.Repeat("x", models.MaxRepositoryDescription+1)
	for name, c := range map[string]struct {
		actor models.Actor
		draft repos.Draft
		want  error
	}{
		"one's own":            {w.as(ada), repos.Draft{Owner: "ada", Name: "one", Description: " what\u00a0it is ", Private: true}, nil},
		"login in capitals":    {w.as(ada), repos.Draft{Owner: "ADA", Name: "two"}, nil},
		"as owner":             {w.as(ada), repos.Draft{Owner: "acme", Name: "one"}, nil},
		"same name elsewhere":  {w.as(ada), repos.Draft{Owner: "acme", Name: "Taken"}, nil},
		"operator":             {models.Operator(), repos.Draft{Owner: "ben", Name: "one"}, nil},
		"as member":            {w.as(ben), repos.Draft{Owner: "acme", Name: "x"}, models.ErrForbidden},
		"stranger":             {w.as(eve), repos.Draft{Owner: "acme", Name: "x"}, models.ErrNotFound},
		"for somebody":         {w.as(eve), repos.Draft{Owner: "ada", Name: "x"}, models.ErrNotFound},
		"anonymous":            {models.Actor{}, repos.Draft{Owner: "ada", Name: "x"}, models.ErrSignInNeeded},
		"suspended":            {models.Actor{UserID: ada.ID, Suspended: true}, repos.Draft{Owner: "ada", Name: "x"}, models.ErrSuspended},
		"nobody":               {w.as(ada), repos.Draft{Owner: "nobody-here", Name: "x"}, models.ErrUnknownChoice},
		"unclaimed":            {models.Operator(), repos.Draft{Owner: "unclaimed", Name: "x"}, models.ErrUnknownChoice},
		"suspended account":    {w.as(ada), repos.Draft{Owner: "gone", Name: "x"}, models.ErrUnknownChoice},
		"taken":                {w.as(ada), repos.Draft{Owner: "ada", Name: "Taken"}, models.ErrRepositoryTaken},
		"taken in other case":  {w.as(ada), repos.Draft{Owner: "ada", Name: "tAKEN"}, models.ErrRepositoryTaken},
		"bad name":             {w.as(ada), repos.Draft{Owner: "ada", Name: "a b"}, models.ErrRepositoryName},
		"no name":              {w.as(ada), repos.Draft{Owner: "ada"}, models.ErrRepositoryName},
		"long description":     {w.as(ada), repos.Draft{Owner: "ada", Name: "x", Description: long}, models.ErrTooLong},
		"control in text":      {w.as(ada), repos.Draft{Owner: "ada", Name: "x", Description: "a\u202eb"}, models.ErrControl},
		"name of another kind": {w.as(ada), repos.Draft{Owner: "ada", Name: "раypal"}, models.ErrRepositoryName},
	} {
		d, err := w.Create(t.Context(), c.actor, c.draft)
		want(t, name, err, c.want)
		if err == nil && (d.Repository.Name != c.draft.Name || d.Level != models.RepositoryAdmin || d.Repository.Private != c.draft.Private) {
			t.Errorf("%s: %+v", name, d)
		}
	}
	_, err := w.Create(t.Context(), w.as(ada), repos.Draft{Owner: "nobody-here", Name: "a b", Description: long})
	if problems, ok := errors.AsType[models.Problems](err); !ok || len(problems) != 3 {
		t.Errorf("all at once: %v", err)
	}
	if n := w.logged("repository.create"); n != 5 {
		t.Errorf("%d events", n)
	}
}

func TestRenamedRepositoriesAreFoundByTheirFormerNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	r := dbtest.Repository(t, w.db, ada, "One")
	actor := w.as(ada)
	for _, name := range []string{"Two", "Three", "THREE"} {
		d, err := w.Rename(t.Context(), actor, r.ID, name)
		if err != nil || d.FullName() != "ada/"+name {
			t.Fatalf("%s: %+v, %v", name, d, err)
		}
	}
	for _, name := range []string{"one", "ONE", "two", "Three", "three"} {
		if d := w.find(models.Actor{}, "Ada", name); d.FullName() != "ada/THREE" {
			t.Errorf("%s leads to %s", name, d.FullName())
		}
	}
	if n := w.count("SELECT count(*) FROM repository_redirects"); n != 2 {
		t.Errorf("%d redirects", n)
	}
	// A name that is used again is the new one's, for good.
	again, err := w.Create(t.Context(), actor, repos.Draft{Owner: "ada", Name: "one"})
	if err != nil {
		t.Fatal(err)
	}
	if d := w.find(models.Actor{}, "ada", "One"); d.Repository.ID != again.Repository.ID {
		t.Error("a redirect wins over a repository")
	}
	if err := w.Delete(t.Context(), actor, again.Repository.ID, "ada/one"); err != nil {
		t.Fatal(err)
	}
	_, err = w.Find(t.Context(), actor, "ada", "one", models.LevelToSee)
	want(t, "a redirect that was ended", err, models.ErrNotFound)
}

// A former name tells nobody of a repository that they may not see.
func TestRedirectsDoNotTellOfWhatIsPrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	r := dbtest.Repository(t, w.db, ada, "secret", dbtest.Private)
	if _, err := w.Rename(t.Context(), w.as(ada), r.ID, "secret-plan"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"secret", "secret-plan"} {
		_, err := w.Find(t.Context(), w.as(dbtest.User(t, w.db, "eve-"+name)), "ada", name, models.LevelToSee)
		want(t, name, err, models.ErrNotFound)
	}
}

func TestFormerLoginsLeadToRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	dbtest.Repository(t, w.db, ada, "one")
	w.exec("UPDATE accounts SET login = 'ada-l' WHERE id = ?", ada.ID)
	w.exec("INSERT INTO account_redirects (login, account_id, created_at) VALUES ('ada', ?, now())", ada.ID)
	if d := w.find(models.Actor{}, "ada", "one"); d.FullName() != "ada-l/one" {
		t.Errorf("it is %s", d.FullName())
	}
	p, err := w.Account(t.Context(), models.Actor{}, "ada")
	if err != nil || p.Account.Login != "ada-l" {
		t.Errorf("%+v, %v", p, err)
	}
}

// Everything that changes a repository, by who may: managing is the
// administrator's, describing the maintainer's too.
func TestChangesNeedTheirLevel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	private, public := dbtest.Repository(t, w.db, acme, "private", dbtest.Private), dbtest.Repository(t, w.db, acme, "public")
	w.exec("UPDATE organizations SET base_permission = 'none' WHERE account_id = ?", acme.ID)
	people := map[models.RepositoryLevel]models.Actor{models.NoAccess: w.as(dbtest.User(t, w.db, "stranger"))}
	for _, level := range models.RepositoryLevels() {
		a := dbtest.User(t, w.db, "has-"+level.String())
		dbtest.Collaborator(t, w.db, private, a, level)
		dbtest.Collaborator(t, w.db, public, a, level)
		people[level] = w.as(a)
	}
	acts := map[string]struct {
		need models.RepositoryLevel
		do   func(models.Actor, int64) error
	}{
		"describe": {models.RepositoryMaintain, func(a models.Actor, id int64) error { return w.Describe(t.Context(), a, id, "text") }},
		"rename":   {models.RepositoryAdmin, func(a models.Actor, id int64) error { _, err := w.Rename(t.Context(), a, id, "renamed"); return err }},
		"archive":  {models.RepositoryAdmin, func(a models.Actor, id int64) error { return w.Archive(t.Context(), a, id, true) }},
		"show":     {models.RepositoryAdmin, func(a models.Actor, id int64) error { return w.SetVisibility(t.Context(), a, id, false, "") }},
		"delete":   {models.RepositoryAdmin, func(a models.Actor, id int64) error { return w.Delete(t.Context(), a, id, "") }},
		"transfer": {models.RepositoryAdmin, func(a models.Actor, id int64) error {
			_, _, err := w.Transfer(t.Context(), a, id, "ada", "")
			return err
		}},
		"add": {models.RepositoryAdmin, func(a models.Actor, id int64) error {
			return w.AddCollaborator(t.Context(), a, id, "nobody-here", models.RepositoryRead)
		}},
		"change": {models.RepositoryAdmin, func(a models.Actor, id int64) error {
			return w.ChangeCollaborator(t.Context(), a, id, ada.ID, models.RepositoryRead)
		}},
		"remove": {models.RepositoryAdmin, func(a models.Actor, id int64) error { return w.RemoveCollaborator(t.Context(), a, id, ada.ID) }},
		"cancel": {models.RepositoryAdmin, func(a models.Actor, id int64) error { return w.CancelTransfer(t.Context(), a, id) }},
	}
	for name, act := range acts {
		for level, actor := range people {
			for _, r := range []models.Repository{private, public} {
				if level >= act.need {
					continue // whether it is done is for the other tests
				}
				wanted := error(models.ErrForbidden)
				if level == models.NoAccess && r.Private {
					wanted = models.ErrNotFound
				}
				want(t, name+" at "+level.String()+" on "+r.Name, act.do(actor, r.ID), wanted)
			}
		}
		want(t, name+" anonymously", act.do(models.Actor{}, public.ID), models.ErrSignInNeeded)
		suspended := people[models.RepositoryAdmin]
		suspended.Suspended = true
		want(t, name+" while suspended", act.do(suspended, public.ID), models.ErrSuspended)
	}
	if n := w.count("SELECT count(*) FROM audit_events"); n != 0 {
		t.Errorf("%d events of what was refused", n)
	}
}

func TestWhatCannotBeTakenBackAsksForNameAndConfirmation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	r := dbtest.Repository(t, w.db, ada, "one")
	sure := w.as(ada)
	stale := sure
	stale.SudoUntil = w.now
	for name, do := range map[string]func(models.Actor, string) error{
		"visibility": func(a models.Actor, typed string) error { return w.SetVisibility(t.Context(), a, r.ID, true, typed) },
		"transfer": func(a models.Actor, typed string) error {
			_, _, err := w.Transfer(t.Context(), a, r.ID, "ben", typed)
			return err
		},
		"delete": func(a models.Actor, typed string) error { return w.Delete(t.Context(), a, r.ID, typed) },
	} {
		want(t, name+", not confirmed lately", do(stale, "ada/one"), models.ErrSudoNeeded)
		want(t, name+", without the name", do(sure, ""), models.ErrNameMismatch)
		want(t, name+", with part of the name", do(sure, "one"), models.ErrNameMismatch)
		want(t, name+", in another case", do(sure, "ada/One"), models.ErrNameMismatch)
	}
	want(t, "visibility", w.SetVisibility(t.Context(), sure, r.ID, true, "ada/one"), nil)
	if d := w.find(sure, "ada", "one"); !d.Repository.Private {
		t.Error("it is still public")
	}
	want(t, "delete", w.Delete(t.Context(), sure, r.ID, "ada/one"), nil)
	want(t, "delete again", w.Delete(t.Context(), sure, r.ID, "ada/one"), models.ErrNotFound)
	if w.logged("repository.visibility") != 1 || w.logged("repository.delete") != 1 {
		t.Error("the log lacks something")
	}
}

func TestArchivedRepositoriesRefuseChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben")
	r := dbtest.Repository(t, w.db, ada, "one")
	dbtest.Collaborator(t, w.db, r, ben, models.RepositoryAdmin)
	actor := w.as(ada)
	want(t, "archive", w.Archive(t.Context(), actor, r.ID, true), nil)
	want(t, "archive again", w.Archive(t.Context(), actor, r.ID, true), nil)
	_, renamed := w.Rename(t.Context(), actor, r.ID, "two")
	_, _, moved := w.Transfer(t.Context(), actor, r.ID, "ben", "ada/one")
	for name, err := range map[string]error{
		"describe":   w.Describe(t.Context(), actor, r.ID, "text"),
		"rename":     renamed,
		"transfer":   moved,
		"visibility": w.SetVisibility(t.Context(), actor, r.ID, true, "ada/one"),
		"add":        w.AddCollaborator(t.Context(), actor, r.ID, "ben", models.RepositoryRead),
		"change":     w.ChangeCollaborator(t.Context(), actor, r.ID, ben.ID, models.RepositoryRead),
		"remove":     w.RemoveCollaborator(t.Context(), actor, r.ID, ben.ID),
	} {
		want(t, name, err, models.ErrRepositoryLocked)
	}
	want(t, "leave", w.Leave(t.Context(), w.as(ben), r.ID), nil)
	want(t, "cancel a transfer", w.CancelTransfer(t.Context(), actor, r.ID), models.ErrTransferClosed)
	want(t, "unarchive", w.Archive(t.Context(), actor, r.ID, false), nil)
	want(t, "describe afterwards", w.Describe(t.Context(), actor, r.ID, "text"), nil)
	want(t, "archive once more", w.Archive(t.Context(), actor, r.ID, true), nil)
	want(t, "delete", w.Delete(t.Context(), actor, r.ID, "ada/one"), nil)
	if n := w.logged("repository.archive"); n != 2 {
		t.Errorf("%d events of archiving", n)
	}
}

// Nothing of an account changes while staff has suspended it.
func TestSuspendedAccountsKeepTheirRepositoriesAsTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	r := dbtest.Repository(t, w.db, acme, "one")
	actor := w.as(ada)
	dbtest.Suspend(t, w.db, acme)
	want(t, "describe", w.Describe(t.Context(), actor, r.ID, "text"), models.ErrSuspended)
	want(t, "delete", w.Delete(t.Context(), actor, r.ID, "acme/one"), models.ErrSuspended)
	want(t, "the operator", w.Describe(t.Context(), models.Operator(), r.ID, "text"), nil)
}

// race does things at once and returns what came of each.
func race(do ...func() error) []error {
	errs := make([]error, len(do))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, f := range do {
		all.Go(func() {
			<-start
			errs[i] = f()
		})
	}
	close(start)
	all.Wait()
	return errs
}

func winners(errs []error) (n int) {
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

func TestOneOfTwoGetsAName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	actor := w.as(ada)
	a, b := dbtest.Repository(t, w.db, ada, "a"), dbtest.Repository(t, w.db, ada, "b")
	errs := race(
		func() error { _, err := w.Rename(t.Context(), actor, a.ID, "name"); return err },
		func() error { _, err := w.Rename(t.Context(), actor, b.ID, "NAME"); return err },
		func() error {
			_, err := w.Create(t.Context(), actor, repos.Draft{Owner: "ada", Name: "Name"})
			return err
		},
	)
	if winners(errs) != 1 {
		t.Errorf("%v", errs)
	}
	for _, err := range errs {
		want(t, "the others", err, nil, models.ErrRepositoryTaken)
	}
}

func TestTransferAndDeleteAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	actor := w.as(ada)
	for range 5 {
		r := dbtest.Repository(t, w.db, ada, "one")
		errs := race(
			func() error { _, _, err := w.Transfer(t.Context(), actor, r.ID, "acme", "ada/one"); return err },
			func() error { return w.Delete(t.Context(), actor, r.ID, "ada/one") },
		)
		// Whoever comes second finds it gone, or called otherwise.
		if winners(errs) != 1 {
			t.Errorf("%v", errs)
		}
		for _, err := range errs {
			want(t, "the other", err, nil, models.ErrNotFound, models.ErrNameMismatch)
		}
		w.exec("DELETE FROM repositories WHERE account_id IN (?, ?)", ada.ID, acme.ID)
	}
}
