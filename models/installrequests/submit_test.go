package installrequests_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/installrequests"
)

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		as      func(w *world) models.Actor
		wish    func(w *world) installrequests.Submission
		outcome models.InstallOutcome
		reached string
		asked   int // repositories of the request
	}{
		{"owner", (*world).owner, func(w *world) installrequests.Submission { return w.wish() }, models.InstallNow, "*", 0},
		{"member", (*world).member, func(w *world) installrequests.Submission { return w.wish(w.one, w.two) }, models.InstallAsk, "", 2},
		{"administrator", func(w *world) models.Actor { return w.as(w.rita, models.RoleMember) },
			func(w *world) installrequests.Submission { return w.wish(w.one) }, models.InstallNow, "one", 0},
		{"administrator of some", func(w *world) models.Actor { return w.as(w.rita, models.RoleMember) },
			func(w *world) installrequests.Submission { return w.wish(w.one, w.two) }, models.InstallSplit, "one", 1},
		{"administrator, all", func(w *world) models.Actor { return w.as(w.rita, models.RoleMember) },
			func(w *world) installrequests.Submission { return w.wish() }, models.InstallAsk, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			out := w.submit(c.as(w), c.wish(w))
			if out.Outcome != c.outcome || w.reached() != c.reached {
				t.Errorf("%s, reaches %q", out.Outcome, w.reached())
			}
			if (out.Installation != nil) != (c.reached != "") || (out.Request != nil) != (c.outcome == models.InstallAsk || c.outcome == models.InstallSplit) {
				t.Errorf("%+v", out)
			}
			if out.Request != nil && (len(out.Request.Repositories) != c.asked || w.count(`installation_request_repositories WHERE request_id = $1`, out.Request.ID) != c.asked) {
				t.Errorf("asks for %v", out.Request.Repositories)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := dbtest.Repository(t, w.db, w.ada, "private", dbtest.Private)
	wish := func(change func(s *installrequests.Submission)) installrequests.Submission {
		s := w.wish(w.one)
		change(&s)
		return s
	}
	for _, c := range []struct {
		name string
		wish installrequests.Submission
		want error
	}{
		{"without a reason", wish(func(s *installrequests.Submission) { s.Reason = " \n" }), models.ErrRequestReason},
		{"no such app", wish(func(s *installrequests.Submission) { s.App = "nothing" }), models.ErrNotFound},
		{"hostile app", wish(func(s *installrequests.Submission) { s.App = "check\x00er" }), models.ErrNotFound},
		{"no repository", wish(func(s *installrequests.Submission) { s.Repositories = nil }), models.ErrSelectionNeeded},
		{"somebody else's", wish(func(s *installrequests.Submission) { s.Repositories = []int64{other.ID} }), models.ErrRepositoryElsewhere},
		{"private, not seen", wish(func(s *installrequests.Submission) { s.Repositories = []int64{1 << 40} }), models.ErrRepositoryElsewhere},
		{"shown otherwise", wish(func(s *installrequests.Submission) { s.Asked = models.Grants{"issues": models.LevelRead} }), models.ErrAskedChanged},
		{"no such plan", wish(func(s *installrequests.Submission) { s.Plan = 9 }), models.ErrPlanGone},
		{"hostile plan", wish(func(s *installrequests.Submission) { s.Plan = -1 }), models.ErrPlanGone},
		{"too few units", wish(func(s *installrequests.Submission) { s.Plan, s.Units = 2, 1 }), models.ErrPlanUnits},
		{"not by the year", wish(func(s *installrequests.Submission) { s.Plan, s.Period = 2, models.Yearly }), models.ErrPlanPeriod},
	} {
		if _, err := w.Submit(t.Context(), w.member(), c.wish); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	w.exec(`UPDATE organizations SET members_may_request_apps = false WHERE account_id = $1`, w.acme.ID)
	if _, err := w.Submit(t.Context(), w.member(), w.wish(w.one)); !errors.Is(err, models.ErrRequestsOff) {
		t.Errorf("where nobody may ask: %v", err)
	}
	// Half of a split isn't done where the other half can't be asked for.
	if _, err := w.Submit(t.Context(), w.as(w.rita, models.RoleMember), w.wish(w.one, w.two)); !errors.Is(err, models.ErrRequestsOff) {
		t.Errorf("split where nobody may ask: %v", err)
	}
	if n := w.count(`installation_requests`) + w.count(`installations`); n != 0 {
		t.Errorf("%d were written", n)
	}
}

func TestSplitIsOneTransaction(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.wish(w.one, w.two)
	s.Reason = ""
	if _, err := w.Submit(t.Context(), w.as(w.rita, models.RoleMember), s); !errors.Is(err, models.ErrRequestReason) || w.reached() != "" {
		t.Errorf("%v, reaches %q", err, w.reached())
	}
}

func TestVotes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one, w.two)
	again := w.submit(w.member(), w.wish(w.two, w.one, w.one))
	if again.Request.ID != id || !again.Again || again.Joined {
		t.Errorf("again: %+v", again)
	}
	s := w.wish(w.two, w.one)
	s.Reason = "Me, too."
	joined := w.submit(w.as(w.cleo, models.RoleMember), s)
	if joined.Request.ID != id || !joined.Joined || joined.Again {
		t.Errorf("joined: %+v", joined)
	}
	if other := w.submit(w.as(w.cleo, models.RoleMember), w.wish(w.two)); other.Request.ID == id || other.Joined {
		t.Errorf("something else: %+v", other)
	}
	if w.told(w.ada, models.NoticeInstallRequested) != 2 || w.told(w.anna, models.NoticeInstallRequested) != 2 || w.told(w.carl, models.NoticeInstallRequested) != 0 {
		t.Error("owners are told of each request once, and of votes not at all")
	}
	l, err := w.List(t.Context(), w.owner(), "acme", models.RequestsOpen, 1)
	if err != nil || len(l.Items) != 2 || l.Items[0].Others != 1 || l.Items[0].Requester != "carl" || l.Items[0].Repositories != 2 || !slices.Equal(l.Items[0].Names, []string{"one", "two"}) {
		t.Fatalf("%+v, %v", l, err)
	}
	c, err := w.Case(t.Context(), w.owner(), "acme", id, installrequests.Chosen{})
	if err != nil || len(c.Voters) != 2 || c.Voters[1].Login != "cleo" || c.Voters[1].Reason != "Me, too." || !c.Voters[1].Here {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestVotesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var group sync.WaitGroup
	for _, a := range []models.Account{w.carl, w.cleo, w.rita, w.carl} {
		group.Go(func() {
			if _, err := w.Submit(t.Context(), w.as(a, models.RoleMember), w.wish(w.two)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if w.count(`installation_requests`) != 1 || w.count(`installation_request_votes`) != 3 || w.told(w.ada, models.NoticeInstallRequested) != 1 {
		t.Errorf("%d requests, %d votes", w.count(`installation_requests`), w.count(`installation_request_votes`))
	}
}

func TestTooMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range models.MaxOpenRequests {
		w.ask(dbtest.Repository(t, w.db, w.acme, "r"+string(rune('a'+i))))
	}
	if _, err := w.Submit(t.Context(), w.member(), w.wish(w.one)); !errors.Is(err, models.ErrTooManyRequests) {
		t.Error(err)
	}
	if again := w.submit(w.member(), w.wish(mustFind(t, w, "ra"))); !again.Again {
		t.Error("what was asked for already isn't one more")
	}
}

func mustFind(t *testing.T, w *world, name string) (r models.Repository) {
	t.Helper()
	w.read(&r.ID, `SELECT id FROM repositories WHERE account_id = $1 AND name = $2`, w.acme.ID, name)
	return r
}

func TestInstalledAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submit(w.owner(), w.wish(w.one))
	if _, err := w.Submit(t.Context(), w.member(), w.wish(w.one)); !errors.Is(err, models.ErrAlreadyInstalled) {
		t.Error(err)
	}
	out := w.submit(w.member(), w.wish(w.one, w.two))
	if !slices.Equal(out.Request.Repositories, []int64{w.two.ID}) {
		t.Errorf("asks for %v", out.Request.Repositories)
	}
	// Who administers what it reaches already asks for the rest.
	if out := w.submit(w.as(w.rita, models.RoleMember), w.wish(w.one, w.two)); out.Outcome != models.InstallAsk || !out.Joined {
		t.Errorf("%+v", out)
	}
}

func TestInstallingAnswersRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	covered, wider, all, bought := w.ask(w.one), w.ask(w.one, w.two), w.ask(), w.askPlan(w.one)
	w.submit(w.as(w.rita, models.RoleMember), w.wish(w.one))
	for id, want := range map[int64]string{covered: "approved", wider: "open", all: "open", bought: "open"} {
		if got := w.state(id); got != want {
			t.Errorf("%d: %s, want %s", id, got, want)
		}
	}
	if w.told(w.carl, models.NoticeInstallApproved) != 1 {
		t.Error("carl isn't told")
	}
	// Repositories that come to it otherwise answer, too, a little later.
	var installation int64
	w.read(&installation, `SELECT id FROM installations`)
	w.exec(`INSERT INTO installation_repositories (installation_id, repository_id, added_at) VALUES ($1, $2, now())`, installation, w.two.ID)
	if err := w.Tend(t.Context()); err != nil || w.state(wider) != "approved" || w.state(all) != "open" {
		t.Errorf("%v, %s, %s", err, w.state(wider), w.state(all))
	}
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask(w.one)
	w.pass(1)
	w.submit(w.as(w.cleo, models.RoleMember), w.wish(w.one))
	for _, who := range []models.Actor{w.owner(), w.as(w.rita, models.RoleMember), w.as(dbtest.User(t, w.db, "zoe"), "")} {
		if err := w.Withdraw(t.Context(), who, id); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", who.Login, err)
		}
	}
	if err := w.Withdraw(t.Context(), w.member(), id); err != nil || w.state(id) != "open" {
		t.Fatalf("%v, %s", err, w.state(id))
	}
	c, err := w.Case(t.Context(), w.owner(), "acme", id, installrequests.Chosen{})
	if err != nil || c.Requester != "cleo" || c.Others != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if list, total, err := w.Mine(t.Context(), w.member(), 1); err != nil || total != 0 || len(list) != 0 {
		t.Errorf("%v, %d, %v", list, total, err)
	}
	if err := w.Withdraw(t.Context(), w.as(w.cleo, models.RoleMember), id); err != nil || w.state(id) != "withdrawn" {
		t.Errorf("%v, %s", err, w.state(id))
	}
	if err := w.Withdraw(t.Context(), w.as(w.cleo, models.RoleMember), id); !errors.Is(err, models.ErrRequestClosed) {
		t.Error(err)
	}
	if list, _, err := w.Mine(t.Context(), w.as(w.cleo, models.RoleMember), 1); err != nil || len(list) != 1 || list[0].State != models.RequestWithdrawn {
		t.Errorf("%v, %v", list, err)
	}
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.ask(w.one), w.ask(w.two)
	list, total, err := installrequests.Waiting(t.Context(), w.db.Pool(), w.checker.App.ID, 1, 1)
	if err != nil || total != 2 || len(list) != 1 || list[0].ID != first || list[0].Account.Login != "acme" || list[0].Requester.Login != "carl" {
		t.Errorf("%+v, %d, %v", list, total, err)
	}
	if n, err := installrequests.OpenCount(t.Context(), w.db.Pool(), w.acme.ID); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	if err := w.Decline(t.Context(), w.owner(), "acme", second, "No."); err != nil {
		t.Fatal(err)
	}
	if _, total, err := installrequests.Waiting(t.Context(), w.db.Pool(), w.checker.App.ID, 1, 1); err != nil || total != 1 {
		t.Errorf("%d, %v", total, err)
	}
}
