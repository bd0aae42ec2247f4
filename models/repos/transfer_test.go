package repos_test

import (
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

func TestATransferToOnesOwnAccountHappensAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben")
	acme := dbtest.Organization(t, w.db, "acme", ada, ben)
	r := dbtest.Repository(t, w.db, ada, "one", dbtest.Private)
	dbtest.Collaborator(t, w.db, r, ben, models.RepositoryRead)
	d, moved, err := w.Transfer(t.Context(), w.as(ada), r.ID, "ACME", "ada/one")
	if err != nil || !moved || d.FullName() != "acme/one" {
		t.Fatalf("%+v, %v, %v", d, moved, err)
	}
	if d := w.find(w.as(ben), "ada", "one"); d.Owner.ID != acme.ID || d.Granted != models.RepositoryRead {
		t.Errorf("%+v", d)
	}
	if w.notices(ben, models.NoticeTransferDone) != 1 || w.notices(ada, models.NoticeTransferDone) != 0 {
		t.Error("the wrong people were told")
	}
	if n := w.count("SELECT count(*) FROM audit_events WHERE action = 'repository.transfer' AND account_id IN (?, ?)", ada.ID, acme.ID); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestATransferToSomebodyElseIsAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, eve := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben"), dbtest.User(t, w.db, "eve")
	r := dbtest.Repository(t, w.db, ada, "one", dbtest.Private)
	dbtest.Collaborator(t, w.db, r, ben, models.RepositoryRead)
	d, moved, err := w.Transfer(t.Context(), w.as(ada), r.ID, "ben", "ada/one")
	if err != nil || moved || d.Owner.ID != ada.ID {
		t.Fatalf("%+v, %v, %v", d, moved, err)
	}
	if w.notices(ben, models.NoticeTransfer) != 1 {
		t.Error("the receiver wasn't told")
	}
	_, err = w.AcceptTransfer(t.Context(), w.as(eve), r.ID)
	want(t, "a stranger accepts", err, models.ErrNotFound)
	_, err = w.AcceptTransfer(t.Context(), w.as(ada), r.ID)
	want(t, "the sender accepts", err, models.ErrTransferClosed)
	_, err = w.Offered(t.Context(), w.as(eve), "ada", "one")
	want(t, "a stranger looks", err, models.ErrNotFound)
	if _, err = w.AcceptTransfer(t.Context(), w.as(ben), r.ID); err != nil {
		t.Fatal(err)
	}
	if d := w.find(w.as(ben), "ada", "one"); d.FullName() != "ben/one" || d.Reason != models.ReasonOwner || d.Granted != models.NoAccess {
		t.Errorf("%+v", d)
	}
	_, err = w.Find(t.Context(), w.as(ada), "ada", "one", models.LevelToSee)
	want(t, "who gave it away", err, models.ErrNotFound)
	if w.notices(ada, models.NoticeTransferDone) != 1 {
		t.Error("the sender wasn't told")
	}
	_, err = w.AcceptTransfer(t.Context(), w.as(ben), r.ID)
	want(t, "a second time", err, models.ErrTransferClosed)
}

// What is offered can be seen by who is to have it, and by nobody else.
func TestWhoIsOfferedAPrivateRepositorySeesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben")
	acme := dbtest.Organization(t, w.db, "acme", ben)
	r := dbtest.Repository(t, w.db, ada, "one", dbtest.Private)
	if _, _, err := w.Transfer(t.Context(), w.as(ada), r.ID, "acme", "ada/one"); err != nil {
		t.Fatal(err)
	}
	d, err := w.Offered(t.Context(), w.as(ben), "ada", "one")
	if err != nil || d.Transfer.To != "acme" || d.Transfer.From != "ada" || !d.Transfer.MayTake {
		t.Fatalf("%+v, %v", d, err)
	}
	_, err = w.Find(t.Context(), w.as(ben), "ada", "one", models.LevelToSee)
	want(t, "its page", err, models.ErrNotFound)
	member := dbtest.User(t, w.db, "member")
	dbtest.Member(t, w.db, acme, member, models.RoleMember)
	_, err = w.Offered(t.Context(), w.as(member), "ada", "one")
	want(t, "a member, who may not take it", err, models.ErrNotFound)
}

func TestATransferEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, cy := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben"), dbtest.User(t, w.db, "cy")
	r := dbtest.Repository(t, w.db, ada, "one")
	offer := func(to string) {
		t.Helper()
		if _, moved, err := w.Transfer(t.Context(), w.as(ada), r.ID, to, "ada/one"); err != nil || moved {
			t.Fatalf("%v, %v", moved, err)
		}
	}
	accept := func(a models.Account) error {
		_, err := w.AcceptTransfer(t.Context(), w.as(a), r.ID)
		return err
	}
	offer("ben")
	want(t, "declined", w.DeclineTransfer(t.Context(), w.as(ben), r.ID), nil)
	want(t, "after declining", accept(ben), models.ErrTransferClosed)
	if w.notices(ada, models.NoticeTransferDeclined) != 1 {
		t.Error("the sender wasn't told")
	}
	offer("ben")
	want(t, "cancelled", w.CancelTransfer(t.Context(), w.as(ada), r.ID), nil)
	want(t, "after cancelling", accept(ben), models.ErrTransferClosed)
	want(t, "cancelled again", w.CancelTransfer(t.Context(), w.as(ada), r.ID), models.ErrTransferClosed)
	offer("ben")
	want(t, "archive", w.Archive(t.Context(), w.as(ada), r.ID, true), nil)
	want(t, "while archived", accept(ben), models.ErrRepositoryLocked)
	want(t, "cancelled while archived", w.CancelTransfer(t.Context(), w.as(ada), r.ID), nil)
	want(t, "unarchive", w.Archive(t.Context(), w.as(ada), r.ID, false), nil)
	offer("ben")
	offer("ben")
	if n := w.notices(ben, models.NoticeTransfer); n != 4 {
		t.Errorf("told %d times; asking twice is one question", n)
	}
	offer("cy")
	want(t, "another was asked since", accept(ben), models.ErrTransferClosed)
	w.now = w.now.Add(models.TransferLifetime - time.Second)
	if _, err := w.Offered(t.Context(), w.as(cy), "ada", "one"); err != nil {
		t.Error(err)
	}
	w.now = w.now.Add(time.Second)
	want(t, "after seven days", accept(cy), models.ErrTransferClosed)
	offer("cy")
	want(t, "asked anew", accept(cy), nil)
}

func TestATransferNeedsAFreeName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	r := dbtest.Repository(t, w.db, ada, "One")
	dbtest.Repository(t, w.db, acme, "one", dbtest.Private)
	theirs := dbtest.Repository(t, w.db, ben, "ONE", dbtest.Private)
	_, _, err := w.Transfer(t.Context(), w.as(ada), r.ID, "acme", "ada/One")
	want(t, "at once", err, models.ErrTransferTaken)
	// That ben has one of this name is not for ada to learn.
	_, _, err = w.Transfer(t.Context(), w.as(ada), r.ID, "ben", "ada/One")
	want(t, "asked", err, nil)
	_, err = w.AcceptTransfer(t.Context(), w.as(ben), r.ID)
	want(t, "accepted", err, models.ErrTransferTaken)
	if _, err := w.Rename(t.Context(), w.as(ben), theirs.ID, "other"); err != nil {
		t.Fatal(err)
	}
	_, err = w.AcceptTransfer(t.Context(), w.as(ben), r.ID)
	want(t, "once the name is free", err, nil)
	// ben's former name doesn't lead to the other any more.
	if d := w.find(w.as(ben), "ben", "one"); d.Repository.ID != r.ID {
		t.Errorf("%+v", d)
	}
}

// An administrator who isn't one any more can't have a repository moved by an
// offer from before.
func TestAnOfferEndsWithTheRightsOfWhoMadeIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, mallory := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "mallory")
	accomplice := dbtest.User(t, w.db, "accomplice")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	for name, lose := range map[string]func(models.Repository){
		"grant taken away": func(r models.Repository) {
			want(t, "remove", w.RemoveCollaborator(t.Context(), w.as(ada), r.ID, mallory.ID), nil)
		},
		"grant lowered": func(r models.Repository) {
			want(t, "change", w.ChangeCollaborator(t.Context(), w.as(ada), r.ID, mallory.ID, models.RepositoryMaintain), nil)
		},
		"suspended by staff": func(models.Repository) { dbtest.Suspend(t, w.db, mallory) },
	} {
		w.exec("UPDATE accounts SET suspended_at = NULL WHERE id = ?", mallory.ID)
		r := dbtest.Repository(t, w.db, acme, "one")
		dbtest.Collaborator(t, w.db, r, mallory, models.RepositoryAdmin)
		if _, _, err := w.Transfer(t.Context(), w.as(mallory), r.ID, "accomplice", "acme/one"); err != nil {
			t.Fatal(err)
		}
		lose(r)
		_, err := w.AcceptTransfer(t.Context(), w.as(accomplice), r.ID)
		want(t, name, err, models.ErrTransferClosed)
		w.exec("DELETE FROM repositories WHERE id = ?", r.ID)
	}
}

func TestTransferTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, gone := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "gone")
	dbtest.Suspend(t, w.db, gone)
	dbtest.Account(t, w.db, func(a *models.Account) { a.Login = "unclaimed" })
	r := dbtest.Repository(t, w.db, ada, "one")
	for _, to := range []string{"", "ada", "nobody-here", "gone", "unclaimed", "a b", "ada/one"} {
		_, _, err := w.Transfer(t.Context(), w.as(ada), r.ID, to, "ada/one")
		want(t, "to "+to, err, models.ErrTransferTarget)
	}
	unproven := w.as(ada)
	unproven.MailVerified = false
	dbtest.User(t, w.db, "ben")
	_, _, err := w.Transfer(t.Context(), unproven, r.ID, "ben", "ada/one")
	want(t, "without a confirmed address", err, models.ErrMailNeeded)
}

func TestAcceptAndDeleteAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben")
	for range 5 {
		r := dbtest.Repository(t, w.db, ada, "one")
		sender, taker := w.as(ada), w.as(ben)
		if _, _, err := w.Transfer(t.Context(), sender, r.ID, "ben", "ada/one"); err != nil {
			t.Fatal(err)
		}
		errs := race(
			func() error { _, err := w.AcceptTransfer(t.Context(), taker, r.ID); return err },
			func() error { _, err := w.AcceptTransfer(t.Context(), taker, r.ID); return err },
			func() error { return w.Delete(t.Context(), sender, r.ID, "ada/one") },
		)
		if winners(errs) != 1 {
			t.Errorf("%v", errs)
		}
		for _, err := range errs {
			want(t, "the others", err, nil, models.ErrNotFound, models.ErrTransferClosed, models.ErrForbidden)
		}
		w.exec("DELETE FROM repositories WHERE account_id IN (?, ?)", ada.ID, ben.ID)
	}
}
