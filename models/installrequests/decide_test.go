package installrequests_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/installrequests"
)

func TestApprove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one, w.three)
	out, err := w.Approve(t.Context(), w.owner(), "ACME", id, installrequests.Approval{Words: "Have fun."})
	if err != nil || out.InstallationID == 0 || w.reached() != "one three" || w.state(id) != "approved" {
		t.Fatalf("%+v, %v, reaches %q", out, err, w.reached())
	}
	if w.count(`installations WHERE id = $1 AND requester_id = $2 AND installer_id = $3`, out.InstallationID, w.carl.ID, w.ada.ID) != 1 {
		t.Error("who asked and who approved isn't known")
	}
	if w.told(w.carl, models.NoticeInstallApproved) != 1 || w.count(`audit_events WHERE action = 'install_request.approve' AND actor_id = $1`, w.ada.ID) != 1 {
		t.Error("it isn't told, or not recorded")
	}
	list, _, err := w.Mine(t.Context(), w.member(), 1)
	if err != nil || list[0].Words != "Have fun." || list[0].Decider != "ada" || list[0].Approval.Narrowed {
		t.Errorf("%+v, %v", list, err)
	}
	if again, err := w.Approve(t.Context(), w.as(w.anna, models.RoleOwner), "acme", id, installrequests.Approval{}); err != nil || again.InstallationID != out.InstallationID {
		t.Errorf("again: %+v, %v", again, err)
	}
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "No."); !errors.Is(err, models.ErrRequestClosed) {
		t.Error(err)
	}
}

func TestNarrow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		asked   func(w *world) []models.Repository // none: all
		granted func(w *world) []int64
		reached string
		want    error
	}{
		{"some of some", func(w *world) []models.Repository { return []models.Repository{w.one, w.two} },
			func(w *world) []int64 { return []int64{w.two.ID, w.two.ID} }, "two", nil},
		{"some of all", func(*world) []models.Repository { return nil }, func(w *world) []int64 { return []int64{w.three.ID} }, "three", nil},
		{"none of some", func(w *world) []models.Repository { return []models.Repository{w.one} }, func(*world) []int64 { return nil }, "", models.ErrSelectionNeeded},
		{"others than asked for", func(w *world) []models.Repository { return []models.Repository{w.one} },
			func(w *world) []int64 { return []int64{w.one.ID, w.two.ID} }, "", models.ErrRepositoryElsewhere},
		{"somebody else's", func(*world) []models.Repository { return nil },
			func(w *world) []int64 { return []int64{dbtest.Repository(w.t, w.db, w.cleo, "mine").ID} }, "", models.ErrRepositoryElsewhere},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.ask(c.asked(w)...)
			a := installrequests.Approval{Approved: installrequests.Approved{Selection: models.SelectSelected, Repositories: c.granted(w)}}
			_, err := w.Approve(t.Context(), w.owner(), "acme", id, a)
			if !errors.Is(err, c.want) || w.reached() != c.reached {
				t.Errorf("%v, reaches %q", err, w.reached())
			}
			if want := map[bool]string{true: "approved", false: "open"}[c.want == nil]; w.state(id) != want {
				t.Errorf("%s, want %s", w.state(id), want)
			}
			if c.want == nil && w.told(w.carl, models.NoticeInstallNarrowed) != 1 {
				t.Error("who asked isn't told that it is less")
			}
		})
	}
}

func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one)
	stranger := w.as(dbtest.User(t, w.db, "zoe"), "")
	for _, who := range []models.Actor{w.member(), w.as(w.rita, models.RoleMember), w.as(w.cleo, models.RoleBillingManager), stranger, {}} {
		if _, err := w.Approve(t.Context(), who, "acme", id, installrequests.Approval{}); err == nil {
			t.Errorf("%q approves", who.Login)
		}
		if err := w.Decline(t.Context(), who, "acme", id, "No."); err == nil {
			t.Errorf("%q declines", who.Login)
		}
		if _, err := w.Case(t.Context(), who, "acme", id, installrequests.Chosen{}); err == nil {
			t.Errorf("%q looks", who.Login)
		}
		if _, err := w.List(t.Context(), who, "acme", "", 1); err == nil {
			t.Errorf("%q lists", who.Login)
		}
		if _, err := w.Matching(t.Context(), who, "acme", id, ""); err == nil {
			t.Errorf("%q searches", who.Login)
		}
	}
	other := dbtest.Organization(t, w.db, "other", w.ada)
	owner := w.owner()
	owner.Memberships = append(owner.Memberships, models.Membership{OrganizationID: other.ID, Login: "other", Role: models.RoleOwner})
	if _, err := w.Approve(t.Context(), owner, "other", id, installrequests.Approval{}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("under another name: %v", err)
	}
	if err := w.Decline(t.Context(), w.owner(), "acme", id, " "); !errors.Is(err, models.ErrRequestWords) {
		t.Errorf("without words: %v", err)
	}
	if _, err := w.List(t.Context(), w.owner(), "ac\x00me", "", 1); !errors.Is(err, models.ErrNotFound) {
		t.Error(err)
	}
	if w.state(id) != "open" || w.reached() != "" {
		t.Error("it was decided")
	}
}

// TestDemotedMeanwhile approves with what a session knew before its user was demoted.
func TestDemotedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one)
	w.exec(`UPDATE memberships SET role = 'member' WHERE account_id = $1`, w.ada.ID)
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, installrequests.Approval{}); !errors.Is(err, models.ErrOwnerNeeded) || w.reached() != "" || w.state(id) != "open" {
		t.Errorf("%v, reaches %q", err, w.reached())
	}
}

func TestPolicyChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one)
	w.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [{"decision": "deny", "app": "checker", "words": "Too noisy."}]}', 1, now())`, w.acme.ID)
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, installrequests.Approval{}); !errors.Is(err, models.ErrInstallPolicy) || w.state(id) != "open" {
		t.Error(err)
	}
	c, err := w.Case(t.Context(), w.owner(), "acme", id, installrequests.Chosen{})
	if err != nil || !errors.Is(c.Problem, models.ErrInstallPolicy) || c.Weighed.Facts.Policy.Reasons[0].Words != "Too noisy." {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAskedChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one)
	a := installrequests.Approval{Asked: models.Grants{"issues": models.LevelRead, "metadata": models.LevelRead}}
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, a); !errors.Is(err, models.ErrAskedChanged) || w.state(id) != "open" {
		t.Error(err)
	}
	a.Asked = w.checker.App.Permissions
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, a); err != nil {
		t.Error(err)
	}
}

// TestTwoOwnersAtOnce approves and declines at the same time, again and again.
func TestTwoOwnersAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 8 {
		r := dbtest.Repository(t, w.db, w.acme, fmt.Sprintf("race-%d", i))
		id := w.ask(r)
		var group sync.WaitGroup
		var mu sync.Mutex
		approved, declined := 0, 0
		note := func(n *int, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				*n++
			} else if !errors.Is(err, models.ErrRequestClosed) {
				t.Error(err)
			}
		}
		for _, owner := range []models.Actor{w.owner(), w.as(w.anna, models.RoleOwner)} {
			group.Go(func() {
				_, err := w.Approve(t.Context(), owner, "acme", id, installrequests.Approval{})
				note(&approved, err)
			})
		}
		group.Go(func() { note(&declined, w.Decline(t.Context(), w.owner(), "acme", id, "No.")) })
		group.Wait()
		reaches := w.count(`installation_repositories WHERE repository_id = $1`, r.ID)
		told := w.count(`notifications WHERE account_id = $1`, w.carl.ID)
		if state := w.state(id); state == "approved" && (approved != 2 || declined != 0 || reaches != 1) || state == "declined" && (approved != 0 || declined != 1 || reaches != 0) || state == "open" || told != i+1 {
			t.Errorf("%s: %d approved, %d declined, %d reached, told %d times", state, approved, declined, reaches, told)
		}
	}
}

func TestReminders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one)
	for _, c := range []struct {
		after time.Duration
		told  int
		state string
	}{{2 * 24 * time.Hour, 0, "open"}, {25 * time.Hour, 1, "open"}, {time.Hour, 1, "open"}, {4 * 24 * time.Hour, 2, "open"}, {20 * 24 * time.Hour, 2, "open"}, {4 * 24 * time.Hour, 2, "expired"}} {
		w.pass(c.after)
		for range 2 {
			if err := w.Tend(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.told(w.ada, models.NoticeInstallReminder); n != c.told || w.state(id) != c.state {
			t.Errorf("%v: %d reminders, %s", w.now(), n, w.state(id))
		}
	}
	if w.told(w.carl, models.NoticeInstallExpired) != 1 {
		t.Error("who asked isn't told that nobody answered")
	}
	if next := w.ask(w.one); next == id {
		t.Error("one can't ask again")
	}
}

// TestStates holds the state machine against the schema.
func TestStates(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var check string
	err := d.Pool().QueryRow(t.Context(), `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'installation_requests_state'`).Scan(&check)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("CHECK ((state = ANY (ARRAY['%s'::text, '%s'::text, '%s'::text, '%s'::text, '%s'::text])))",
		models.RequestOpen, models.RequestApproved, models.RequestDeclined, models.RequestWithdrawn, models.RequestExpired)
	if check != want || len(models.RequestStates()) != 5 {
		t.Errorf("%s, want %s", check, want)
	}
}
