package ownership_test

import (
	"strconv"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

func TestManagers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.AddManager(t.Context(), w.as(w.ada), "hammer", " Cleo"))
	_, all, err := w.Managers(t.Context(), w.as(w.ada), "hammer")
	if err != nil || len(all) != 2 || all[1].Login != "cleo" || all[1].Name != "cleo" {
		t.Fatalf("%+v, %v", all, err)
	}
	if w.told(w.cleo, models.NoticeManagerAdded) != 1 {
		t.Error("cleo wasn't told")
	}
	for login, want := range map[string]error{"cleo": models.ErrManagerAlready, "ada": models.ErrManagerOwner, "tools": models.ErrManagerUnknown,
		"works": models.ErrManagerUnknown, "nobody": models.ErrManagerUnknown, "": models.ErrManagerUnknown} {
		w.refused(login, w.AddManager(t.Context(), w.as(w.ada), "hammer", login), want)
	}
	w.refused("a manager adds one", w.AddManager(t.Context(), w.as(w.bob), "hammer", "bob"), models.ErrForbidden)
	_, _, err = w.Managers(t.Context(), w.as(w.bob), "hammer")
	w.refused("a manager looks", err, models.ErrForbidden)
	stale := w.as(w.ada)
	stale.SudoUntil = w.now
	w.refused("an old session", w.AddManager(t.Context(), stale, "hammer", "cleo"), models.ErrSudoNeeded)

	w.must(w.RemoveManager(t.Context(), w.as(w.ada), "hammer", "cleo"))
	w.refused("removed twice", w.RemoveManager(t.Context(), w.as(w.ada), "hammer", "cleo"), models.ErrNotFound)
	if w.told(w.cleo, models.NoticeManagerRemoved) != 1 {
		t.Error("cleo wasn't told")
	}
	w.refused("who isn't one leaves", w.Leave(t.Context(), w.as(w.cleo), "hammer"), models.ErrNotFound)
	w.must(w.Leave(t.Context(), w.as(w.bob), "hammer"))
	if w.told(w.ada, models.NoticeManagerLeft) != 1 {
		t.Error("ada wasn't told")
	}
	got := w.text(`SELECT string_agg(action, ' ' ORDER BY id) FROM audit_events WHERE account_id = ?`, w.tools.ID)
	if got != "app_manager.add app_manager.remove app_manager.leave" {
		t.Errorf("the log has %s", got)
	}
}

func TestManagersAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range models.MaxAppManagers - 1 {
		dbtest.Manager(t, w.db, w.hammer, dbtest.User(t, w.db, "manager-"+strconv.Itoa(i)))
	}
	w.refused("one too many", w.AddManager(t.Context(), w.as(w.ada), "hammer", "cleo"), models.ErrTooManyManagers)
}
