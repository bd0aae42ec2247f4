package notices_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/jobs"
	"souk/models/notices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*notices.Service
	db  *db.DB
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{db: dbtest.New(t), now: dbtest.Epoch}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = notices.New(w.db, queue, func() time.Time { return w.now })
	return w
}

func (w *world) tell(t *testing.T, n notices.Notice, people ...models.Account) error {
	t.Helper()
	ids := make([]int64, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return w.db.Tx(t.Context(), func(tx *db.Tx) error { return w.Tell(t.Context(), tx, n, ids...) })
}

func (w *world) must(t *testing.T, n notices.Notice, people ...models.Account) {
	t.Helper()
	if err := w.tell(t, n, people...); err != nil {
		t.Fatal(err)
	}
}

// mails are the messages that wait to be sent.
func (w *world) mails(t *testing.T) []jobs.SendMail {
	t.Helper()
	var rows []string
	if err := w.db.Read(t.Context()).Raw(`SELECT args::text FROM river_job WHERE kind = 'send_mail' ORDER BY id`).Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	all := make([]jobs.SendMail, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r), &all[i]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// inbox are the ids in a view of somebody's inbox.
func (w *world) inbox(t *testing.T, who models.Account, view models.NotificationView) []int64 {
	t.Helper()
	in, err := w.List(t.Context(), as(who), view, 1)
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, n := range in.Items {
		ids = append(ids, n.ID)
	}
	if len(ids) != in.Total(view) {
		t.Errorf("%d of %d", len(ids), in.Total(view))
	}
	return ids
}

func as(who models.Account) models.Actor {
	return models.Actor{UserID: who.ID, Login: who.Login, MailVerified: true, SessionID: 1}
}

func removed(organization string) notices.Notice {
	return notices.Notice{Kind: models.NoticeRemoved, Params: map[string]string{"organization": organization}, Link: "/orgs/" + organization}
}

func TestTellFollowsChoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	security := notices.Notice{Kind: models.NoticeTwoFactorRequired, Params: map[string]string{"organization": "acme"}, Link: "/settings/security"}
	for name, test := range map[string]struct {
		choices   string
		notice    notices.Notice
		app, mail bool
	}{
		"said nothing":          {`{}`, removed("acme"), true, true},
		"other topics":          {`{"repositories": {"app": false, "mail": false}}`, removed("acme"), true, true},
		"only mail":             {`{"organizations": {"app": false, "mail": true}}`, removed("acme"), false, true},
		"only the app":          {`{"organizations": {"app": true, "mail": false}}`, removed("acme"), true, false},
		"neither":               {`{"organizations": {"app": false, "mail": false}}`, removed("acme"), false, false},
		"half a choice":         {`{"organizations": {"mail": false}}`, removed("acme"), true, false},
		"security all the same": {`{"security": {"app": false, "mail": false}}`, security, true, true},
	} {
		who := dbtest.Account(t, w.db) // any login; made a user below
		if err := w.db.Read(t.Context()).Exec(`INSERT INTO users (account_id, mail, mail_verified_at, notifications) VALUES (?, ?, now(), ?)`,
			who.ID, who.Login+"@example.test", test.choices).Error; err != nil {
			t.Fatal(err)
		}
		before := len(w.mails(t))
		w.must(t, test.notice, who)
		if got := len(w.inbox(t, who, models.NotificationsOpen)) == 1; got != test.app {
			t.Errorf("%s: in the app %v", name, got)
		}
		if got := len(w.mails(t)) == before+1; got != test.mail {
			t.Errorf("%s: by mail %v", name, got)
		}
	}
}

func TestTellWhoIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, acme := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob"), dbtest.Organization(t, w.db, "acme")
	unproven := dbtest.User(t, w.db, "eve")
	if err := w.db.Read(t.Context()).Exec(`UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, unproven.ID).Error; err != nil {
		t.Fatal(err)
	}
	gone := models.Account{ID: 1 << 40}
	w.must(t, removed("acme"), ada, bob, ada, acme, gone, unproven)
	var told []int64
	for _, m := range w.mails(t) {
		if m.Notice == nil || m.Notice.Kind != models.NoticeRemoved || m.Notice.Link != "/orgs/acme" || m.Params["organization"] != "acme" {
			t.Errorf("%+v", m)
		}
		told = append(told, m.AccountID)
	}
	if !slices.Equal(told, []int64{ada.ID, bob.ID}) {
		t.Errorf("mail goes to %v", told)
	}
	for _, who := range []models.Account{ada, bob, unproven} {
		if n := len(w.inbox(t, who, models.NotificationsOpen)); n != 1 {
			t.Errorf("%s has %d", who.Login, n)
		}
	}
	w.must(t, removed("acme"))
}

// A thousand people cost what one does.
func TestTellIsTwoStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var people []models.Account
	for range 20 {
		people = append(people, dbtest.User(t, w.db, "user-"+strconv.Itoa(len(people))))
	}
	cost := func(who ...models.Account) int64 {
		return dbtest.Statements(w.db, func() { w.must(t, removed("acme"), who...) })
	}
	cost(people[0]) // the first time of a connection takes more
	one := cost(people[0])
	if all := cost(people...); all != one {
		t.Errorf("%d statements for one, %d for %d", one, all, len(people))
	}
}

func TestTellRefusesWhatCantBeSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	for name, n := range map[string]notices.Notice{
		"no such kind": {Kind: "gossip"},
		"no params":    {Kind: models.NoticeRemoved},
		"one lacks":    {Kind: models.NoticeInvitation, Params: map[string]string{"organization": "acme", "inviter": "bob"}},
		"one is empty": {Kind: models.NoticeRemoved, Params: map[string]string{"organization": ""}},
	} {
		if err := w.tell(t, n, ada); err == nil {
			t.Errorf("%s: it was told", name)
		}
	}
	if len(w.inbox(t, ada, models.NotificationsOpen)) != 0 || len(w.mails(t)) != 0 {
		t.Error("something was left behind")
	}
}

func TestRolledBackNewsAreNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	changed := errors.New("changed my mind")
	err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
		return errors.Join(w.Tell(t.Context(), tx, removed("acme"), ada.ID), changed)
	})
	if !errors.Is(err, changed) || len(w.inbox(t, ada, models.NotificationsOpen)) != 0 || len(w.mails(t)) != 0 {
		t.Errorf("%v", err)
	}
}

func TestInboxOfOneself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	for _, organization := range []string{"one", "two", "three"} {
		w.must(t, removed(organization), ada)
		w.now = w.now.Add(time.Minute)
	}
	w.must(t, removed("other"), bob)
	ids := w.inbox(t, ada, models.NotificationsOpen)
	if len(ids) != 3 || !slices.IsSortedFunc(ids, func(a, b int64) int { return int(b - a) }) {
		t.Fatalf("%v", ids)
	}
	in, err := w.List(t.Context(), as(ada), models.NotificationsOpen, 1)
	if err != nil {
		t.Fatal(err)
	}
	first := in.Items[0]
	if first.Kind != models.NoticeRemoved || first.Params["organization"] != "three" || first.Link != "/orgs/three" || first.ReadAt != nil || first.DoneAt != nil ||
		!first.CreatedAt.Equal(dbtest.Epoch.Add(2*time.Minute)) {
		t.Errorf("%+v", first)
	}

	// Followed, it is read, and stays where it is.
	link, err := w.Follow(t.Context(), as(ada), ids[0])
	if err != nil || link != "/orgs/three" {
		t.Fatalf("%q, %v", link, err)
	}
	w.holds(t, ada, ids, ids[1:], nil)
	// Done, it moves; doing so twice changes nothing.
	for range 2 {
		if err := w.Finish(t.Context(), as(ada), ids[1]); err != nil {
			t.Fatal(err)
		}
	}
	w.holds(t, ada, []int64{ids[0], ids[2]}, ids[2:], []int64{ids[1]})
	if err := w.Restore(t.Context(), as(ada), ids[1]); err != nil {
		t.Fatal(err)
	}
	w.holds(t, ada, ids, ids[2:], nil)

	// What came after the page was shown stays.
	if err := w.ReadAll(t.Context(), as(ada), ids[2]-1); err != nil {
		t.Fatal(err)
	}
	w.holds(t, ada, ids, ids[2:], nil)
	if err := w.FinishAll(t.Context(), as(ada), ids[1]); err != nil {
		t.Fatal(err)
	}
	w.holds(t, ada, ids[:1], nil, ids[1:])
	if err := w.FinishAll(t.Context(), as(ada), 1<<40); err != nil {
		t.Fatal(err)
	}
	w.holds(t, ada, nil, nil, ids)
	if n := len(w.inbox(t, bob, models.NotificationsUnread)); n != 1 {
		t.Errorf("bob has %d unread", n)
	}
}

func (w *world) holds(t *testing.T, who models.Account, open, unread, done []int64) {
	t.Helper()
	for view, want := range map[models.NotificationView][]int64{
		models.NotificationsOpen: open, models.NotificationsUnread: unread, models.NotificationsDone: done,
	} {
		if got := w.inbox(t, who, view); !slices.Equal(got, want) {
			t.Errorf("%q holds %v, not %v", view, got, want)
		}
	}
}

func TestInboxOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, eve := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "eve")
	w.must(t, removed("acme"), ada)
	id := w.inbox(t, ada, models.NotificationsOpen)[0]
	ctx := t.Context()
	acts := map[string]func(models.Actor) error{
		"follow":     func(a models.Actor) error { _, err := w.Follow(ctx, a, id); return err },
		"finish":     func(a models.Actor) error { return w.Finish(ctx, a, id) },
		"restore":    func(a models.Actor) error { return w.Restore(ctx, a, id) },
		"finish all": func(a models.Actor) error { return w.FinishAll(ctx, a, id) },
		"read all":   func(a models.Actor) error { return w.ReadAll(ctx, a, id) },
	}
	for name, act := range acts {
		all := name == "finish all" || name == "read all" // of one's own: there are none
		if err := act(as(eve)); all && err != nil || !all && !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s as a stranger: %v", name, err)
		}
		if err := act(models.Actor{}); !errors.Is(err, models.ErrSignInNeeded) {
			t.Errorf("%s as nobody: %v", name, err)
		}
		token := as(ada)
		token.SessionID, token.TokenID, token.Scopes = 0, 1, []string{"user"}
		if err := act(token); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s by a token: %v", name, err)
		}
		suspended := as(ada)
		suspended.Suspended = true
		if err := act(suspended); name != "follow" && !errors.Is(err, models.ErrSuspended) {
			t.Errorf("%s suspended: %v", name, err)
		}
	}
	if _, err := w.List(ctx, models.Actor{}, "", 1); !errors.Is(err, models.ErrSignInNeeded) {
		t.Error(err)
	}
	w.holds(t, ada, []int64{id}, nil, nil) // the suspended one followed it
}

// Staff who acts for someone sees the inbox and leaves no trace in it, least of
// all by putting away the notice that says so.
func TestStaffLeavesTheInboxAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	w.must(t, notices.Notice{Kind: models.NoticeStaffActed, Params: map[string]string{"staff": "linus", "reason": "a request"}, Link: "/settings/audit-log"}, ada)
	ids := w.inbox(t, ada, models.NotificationsOpen)
	staff := as(ada)
	staff.ActingFor = &models.ActingFor{StaffID: 7, Login: "linus"}
	if link, err := w.Follow(t.Context(), staff, ids[0]); err != nil || link != "/settings/audit-log" {
		t.Errorf("%q, %v", link, err)
	}
	for name, err := range map[string]error{
		"finish":     w.Finish(t.Context(), staff, ids[0]),
		"finish all": w.FinishAll(t.Context(), staff, ids[0]),
		"read all":   w.ReadAll(t.Context(), staff, ids[0]),
		"restore":    w.Restore(t.Context(), staff, ids[0]),
	} {
		if !errors.Is(err, models.ErrNotForActing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.holds(t, ada, ids, ids, nil)
}

func TestInboxHasPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	for range notices.PerPage + 3 {
		w.must(t, removed("acme"), ada)
	}
	ctx := context.Background()
	for page, want := range map[int]int{1: notices.PerPage, 2: 3} {
		in, err := w.List(ctx, as(ada), models.NotificationsOpen, page)
		if err != nil || len(in.Items) != want || in.Open != notices.PerPage+3 {
			t.Errorf("page %d: %d of %d, %v", page, len(in.Items), in.Open, err)
		}
	}
	for _, page := range []int{0, 3, 1 << 40} {
		if _, err := w.List(ctx, as(ada), models.NotificationsOpen, page); !errors.Is(err, models.ErrPageOutOfRange) {
			t.Errorf("page %d: %v", page, err)
		}
	}
	if _, err := w.List(ctx, as(ada), "everything", 1); !errors.Is(err, models.ErrUnknownChoice) {
		t.Error(err)
	}
	if _, err := w.List(ctx, as(ada), models.NotificationsDone, 1); err != nil {
		t.Errorf("an empty view: %v", err)
	}
	if n := dbtest.Statements(w.db, func() { _, _ = w.List(ctx, as(ada), models.NotificationsOpen, 2) }); n != 2 {
		t.Errorf("a page takes %d statements", n)
	}
}
