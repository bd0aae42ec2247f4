package apps_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/secretbox"
)

// desk is a service on a database with ada, who owns tools, and bob.
type desk struct {
	*apps.Service
	t        *testing.T
	db       *db.DB
	ada, bob models.Account
	tools    models.Account
	asAda    models.Actor
	asBob    models.Actor
	mu       sync.Mutex
	time     time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, db: dbtest.New(t), time: dbtest.Epoch.Add(24 * time.Hour)}
	queue, err := jobs.NewQueue(d.db)
	if err != nil {
		t.Fatal(err)
	}
	box, err := secretbox.New("the secret of a test, which is no secret")
	if err != nil {
		t.Fatal(err)
	}
	n := notices.New(d.db, queue, d.now)
	d.Service = apps.New(d.db, queue, n, identity.New(d.db, queue, n, d.now), box, d.now)
	d.ada, d.bob = dbtest.User(t, d.db, "ada"), dbtest.User(t, d.db, "bob")
	d.tools = dbtest.Organization(t, d.db, "tools", d.ada)
	d.asAda = models.Actor{UserID: d.ada.ID, Login: "ada", MailVerified: true, Memberships: []models.Membership{
		{OrganizationID: d.tools.ID, Login: "tools", Role: models.RoleOwner}}}
	d.asBob = models.Actor{UserID: d.bob.ID, Login: "bob", MailVerified: true}
	return d
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.time
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.time = d.time.Add(by)
}

func (d *desk) one(into any, sql string, args ...any) {
	d.t.Helper()
	if err := d.db.Pool().QueryRow(d.t.Context(), sql, args...).Scan(into); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

func (d *desk) exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.db.Pool().Exec(d.t.Context(), sql, args...); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// actions are what the audit log holds, in order.
func (d *desk) actions() (all []string) {
	d.one(&all, `SELECT coalesce(array_agg(action ORDER BY id), '{}') FROM audit_events WHERE action LIKE 'app.%'`)
	return all
}

func settings(name string) models.AppSettings {
	s := models.NewAppSettings()
	s.Name, s.HomepageURL, s.WebhookActive = name, "https://hammer.example", false
	return s
}

func (d *desk) register(name string) string {
	d.t.Helper()
	slug, err := d.Register(d.t.Context(), d.asAda, "tools", models.GitHubApp, settings(name), apps.Access{Permissions: models.Grants{"issues": "read"}})
	if err != nil {
		d.t.Fatal(err)
	}
	return slug
}

func TestRegister(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	set := settings("Hammer of Thor")
	set.WebhookActive, set.WebhookURL, set.WebhookSecret, set.Public = true, "https://hammer.example/hook", "mjolnir-and-more", true
	slug, err := d.Register(t.Context(), d.asAda, "tools", models.GitHubApp, set, apps.Access{
		Permissions: models.Grants{"issues": "write", "single_file": "read"}, Events: []string{"issues"}, SingleFilePaths: []string{"a.yml"}})
	if err != nil || slug != "hammer-of-thor" {
		t.Fatalf("%q, %v", slug, err)
	}
	st, err := d.Find(t.Context(), d.asAda, slug)
	if err != nil || st.Owner != "tools" || !st.Public || !strings.HasPrefix(*st.ClientID, "Iv23") || st.Permissions["metadata"] != "read" || st.Version != 1 ||
		!st.RegisteredAt.Equal(d.now()) || !slices.Equal(st.SingleFilePaths, []string{"a.yml"}) {
		t.Errorf("%+v, %v", st, err)
	}
	if strings.Contains(string(st.WebhookSecret), "mjolnir") {
		t.Error("the secret can be read")
	}
	if secret, err := d.WebhookSecret(&st.App); secret != "mjolnir-and-more" || err != nil {
		t.Errorf("%q, %v", secret, err)
	}
	var ledger, leaked int
	d.one(&ledger, `SELECT count(*) FROM app_permission_changes WHERE app_id = $1 AND NOT imported AND permissions ->> 'issues' = 'write'`, st.ID)
	d.one(&leaked, `SELECT count(*) FROM audit_events WHERE after::text LIKE '%mjolnir%'`)
	if ledger != 1 || leaked != 0 || !slices.Equal(d.actions(), []string{"app.create"}) {
		t.Errorf("%d in the ledger, %d secrets in the log, %v", ledger, leaked, d.actions())
	}

	o := settings("Sign in")
	o.CallbackURLs = []string{"https://hammer.example/back"}
	if slug, err = d.Register(t.Context(), d.asAda, "", models.OAuthApp, o, apps.Access{Scopes: []string{"repo", "repo:status"}}); err != nil {
		t.Fatal(err)
	}
	st, err = d.Find(t.Context(), d.asAda, slug)
	if err != nil || st.Owner != "ada" || st.Permissions != nil || st.Events != nil || !slices.Equal(st.Scopes, []string{"repo"}) || !strings.HasPrefix(*st.ClientID, "Ov23") {
		t.Errorf("%+v, %v", st, err)
	}
	if slug, err = d.Register(t.Context(), d.asAda, "", models.GitHubApp, settings("ハンマー"), apps.Access{}); err != nil || !strings.HasPrefix(slug, "app-") {
		t.Errorf("%q, %v", slug, err)
	}
}

func TestWhoRegisters(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unproven, gone := d.asBob, d.asBob
	unproven.MailVerified, gone.Suspended = false, true
	member := d.asBob
	member.Memberships = []models.Membership{{OrganizationID: d.tools.ID, Login: "tools", Role: models.RoleMember}}
	for what, c := range map[string]struct {
		actor models.Actor
		login string
		want  error
	}{
		"nobody":           {models.Actor{}, "", models.ErrSignInNeeded},
		"an unproven mail": {unproven, "", models.ErrMailNeeded},
		"suspended":        {gone, "", models.ErrSuspended},
		"a stranger":       {d.asBob, "tools", models.ErrNotFound},
		"a member":         {member, "tools", models.ErrForbidden},
		"someone else":     {d.asBob, "ada", models.ErrNotFound},
		"nowhere":          {d.asAda, "nowhere", models.ErrNotFound},
	} {
		if _, err := d.Register(t.Context(), c.actor, c.login, models.GitHubApp, settings("Hammer"), apps.Access{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	dbtest.Suspend(t, d.db, d.tools)
	if _, err := d.Register(t.Context(), d.asAda, "tools", models.GitHubApp, settings("Hammer"), apps.Access{}); !errors.Is(err, models.ErrSuspended) {
		t.Errorf("for a suspended organization: %v", err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.register("Hammer")
	dbtest.User(t, d.db, "carol")
	dbtest.Account(t, d.db, func(a *models.Account) { a.Login = "bigcorp" }, dbtest.Verified)
	dbtest.Listing(t, d.db, dbtest.Named("checker", "Checker"), dbtest.By(d.tools))
	for name, want := range map[string]error{
		"Hammer":        models.ErrAppNameTaken,
		"hammer!":       models.ErrAppNameTaken,
		"carol":         models.ErrAppNameLogin,
		"Carol":         models.ErrAppNameLogin,
		"bob":           nil, // one's own
		"Bigc0rp":       models.ErrAppNameAlike,
		"Che-ker":       nil,
		"Cheeker":       nil,
		"ch3cker":       nil,
		"Сheсker":       models.ErrAppNameAlike, // Cyrillic
		"C-hecker":      models.ErrAppNameAlike,
		"Hamrner":       nil, // nobody knows hammer yet
		"marketplace":   models.ErrAppNameReserved,
		"GitHub Helper": models.ErrAppNameReserved,
	} {
		_, err := d.Register(t.Context(), d.asBob, "", models.GitHubApp, settings(name), apps.Access{})
		if want == nil && err != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if _, err := d.Register(t.Context(), d.asAda, "tools", models.GitHubApp, settings("C-hecker"), apps.Access{}); err != nil {
		t.Errorf("beside one's own: %v", err)
	}
}

func TestAHundredApps(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(`INSERT INTO apps (account_id, slug, kind, name, homepage_url, registered_at, created_at, updated_at)
		SELECT $1, 'a' || n, 'github_app', 'A', '', now(), now(), now() FROM generate_series(1, 98) n`, d.bob.ID)
	d.exec(`INSERT INTO apps (account_id, slug, kind, name, homepage_url, created_at, updated_at) VALUES ($1, 'imported', 'github_app', 'I', '', now(), now())`, d.bob.ID)
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			_, errs[i] = d.Register(t.Context(), d.asBob, "", models.GitHubApp, settings(fmt.Sprintf("Racer %d", i)), apps.Access{})
		})
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if !errors.Is(err, models.ErrTooManyApps) {
			t.Error(err)
		}
	}
	if made != 2 {
		t.Errorf("%d of two places were taken", made)
	}
	if l, err := d.Apps(t.Context(), d.asBob, "", models.GitHubApp); err != nil || len(l.Items) != 100 || l.Left != 0 {
		t.Errorf("%d listed, %d left, %v", len(l.Items), l.Left, err)
	}
}

func TestOneNameManyHands(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		actor := []models.Actor{d.asAda, d.asBob}[i%2]
		all.Go(func() {
			_, errs[i] = d.Register(t.Context(), actor, "", models.GitHubApp, settings("Hammer"), apps.Access{})
		})
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if !errors.Is(err, models.ErrAppNameTaken) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d have the name", made)
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	slug := d.register("Hammer")
	set := settings("Mallet")
	set.WebhookSecret = "the first secret"
	now, err := d.Change(t.Context(), d.asAda, slug, 1, set)
	if err != nil || now != "mallet" {
		t.Fatalf("%q, %v", now, err)
	}
	if _, err := d.Change(t.Context(), d.asAda, now, 1, set); !errors.Is(err, models.ErrAppChanged) {
		t.Errorf("from an old form: %v", err)
	}
	st, err := d.Find(t.Context(), d.asAda, now)
	if err != nil || st.Version != 2 || st.Name != "Mallet" {
		t.Fatalf("%+v, %v", st, err)
	}
	set.WebhookSecret = "" // is kept
	if _, err := d.Change(t.Context(), d.asAda, now, 2, set); err != nil {
		t.Fatal(err)
	}
	if st, err = d.Find(t.Context(), d.asAda, now); err != nil || len(st.WebhookSecret) == 0 {
		t.Errorf("the secret is gone, %v", err)
	}
	set.ForgetSecret = true
	if _, err := d.Change(t.Context(), d.asAda, now, 3, set); err != nil {
		t.Fatal(err)
	}
	if st, err = d.Find(t.Context(), d.asAda, now); err != nil || len(st.WebhookSecret) != 0 {
		t.Errorf("the secret is still there, %v", err)
	}
	d.register("Anvil")
	set.Name = "Anvil"
	if _, err := d.Change(t.Context(), d.asAda, now, 4, set); !errors.Is(err, models.ErrAppNameTaken) {
		t.Errorf("another's name: %v", err)
	}
	var logged int
	d.one(&logged, `SELECT count(*) FROM audit_events WHERE action = 'app.change' AND account_id = $1 AND (before::text || after::text) NOT LIKE '%first secret%'`, d.tools.ID)
	if logged != 3 {
		t.Errorf("%d changes in the log", logged)
	}
}

func TestTwoEditors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	slug := d.register("Hammer")
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			set := settings("Hammer")
			set.Description = fmt.Sprint(i)
			_, errs[i] = d.Change(t.Context(), d.asAda, slug, 1, set)
		})
	}
	all.Wait()
	saved := 0
	for _, err := range errs {
		if err == nil {
			saved++
		} else if !errors.Is(err, models.ErrAppChanged) {
			t.Error(err)
		}
	}
	if saved != 1 {
		t.Errorf("%d of them saved", saved)
	}
}

// An app with a listing keeps its address, and stays public while it is live.
func TestChangeOfAListedApp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	app := dbtest.App(t, d.db, d.tools, "hammer")
	listing := dbtest.Draft(t, d.db, app, models.ListingContent{})
	if now, err := d.Change(t.Context(), d.asAda, "hammer", 1, settings("Mallet")); err != nil || now != "hammer" {
		t.Errorf("%q, %v", now, err)
	}
	set := settings("Mallet")
	set.Public = true
	if _, err := d.Change(t.Context(), d.asAda, "hammer", 2, set); err != nil {
		t.Fatal(err)
	}
	d.exec(`UPDATE listings SET state = 'published' WHERE id = $1`, listing)
	if _, err := d.Change(t.Context(), d.asAda, "hammer", 3, settings("Mallet")); !errors.Is(err, models.ErrAppListed) {
		t.Errorf("private beside a listing: %v", err)
	}
}

func TestWhoChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	app := dbtest.App(t, d.db, d.tools, "hammer")
	dbtest.Listing(t, d.db, dbtest.Named("imported", "Imported"), dbtest.By(d.tools))
	if _, err := d.Change(t.Context(), d.asBob, "hammer", 1, settings("Hammer")); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := d.SetAccess(t.Context(), d.asBob, "hammer", apps.Access{}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	dbtest.Manager(t, d.db, app, d.bob)
	if _, err := d.Change(t.Context(), d.asBob, "hammer", 1, settings("Hammer")); err != nil {
		t.Errorf("a manager: %v", err)
	}
	for _, err := range []error{
		func() error { _, err := d.Find(t.Context(), d.asAda, "imported"); return err }(),
		func() error { _, err := d.Change(t.Context(), d.asAda, "imported", 1, settings("X")); return err }(),
		d.Withdraw(t.Context(), d.asAda, "imported"),
		d.Withdraw(t.Context(), d.asAda, "nothing"),
	} {
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("what was only imported: %v", err)
		}
	}
	gone := d.asBob
	gone.Suspended = true
	if _, err := d.Find(t.Context(), gone, "hammer"); err != nil {
		t.Errorf("a suspended manager can't look: %v", err)
	}
	if _, err := d.Change(t.Context(), gone, "hammer", 2, settings("Hammer")); !errors.Is(err, models.ErrSuspended) {
		t.Errorf("a suspended manager: %v", err)
	}
	stranger := models.Actor{UserID: dbtest.User(t, d.db, "eve").ID, Suspended: true}
	if _, err := d.Find(t.Context(), stranger, "hammer"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a suspended stranger: %v", err)
	}
}

func TestSetAccess(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	app := dbtest.App(t, d.db, d.tools, "hammer")
	listing := dbtest.Draft(t, d.db, app, models.ListingContent{})
	want := apps.Access{Permissions: models.Grants{"contents": "write", "workflows": "write"}, Events: []string{"push"}}
	proposed, err := d.SetAccess(t.Context(), d.asAda, "hammer", want)
	if err != nil || proposed {
		t.Fatal(proposed, err)
	}
	st, err := d.Find(t.Context(), d.asAda, "hammer")
	if err != nil || !maps.Equal(st.Permissions, models.Grants{"contents": "write", "workflows": "write", "metadata": "read"}) || st.Version != 2 {
		t.Errorf("%+v, %v", st.Permissions, err)
	}
	var band string
	d.one(&band, `SELECT risk_band FROM listings WHERE id = $1`, listing)
	if band != string(st.Risk().Band) || band == "" {
		t.Errorf("the listing's risk is %q", band)
	}

	// Live, a change waits.
	d.exec(`UPDATE listings SET state = 'published' WHERE id = $1`, listing)
	less := apps.Access{Permissions: models.Grants{"contents": "read"}, Events: []string{"push"}, Note: "We need less."}
	if proposed, err = d.SetAccess(t.Context(), d.asAda, "hammer", less); err != nil || !proposed {
		t.Fatal(proposed, err)
	}
	a, err := d.Asked(t.Context(), d.asAda, "hammer")
	if err != nil || !a.Proposed || a.Now.Permissions["contents"] != "write" || a.Wanted.Permissions["contents"] != "read" || a.Wanted.Note != "We need less." {
		t.Errorf("%+v, %v", a, err)
	}
	if err := d.Withdraw(t.Context(), d.asAda, "hammer"); err != nil {
		t.Fatal(err)
	}
	if _, waits, err := apps.Wanted(t.Context(), d.db.Pool(), app.ID); waits || err != nil {
		t.Error(waits, err)
	}
	if _, err := d.SetAccess(t.Context(), d.asAda, "hammer", less); err != nil {
		t.Fatal(err)
	}
	err = d.db.Tx(t.Context(), func(tx *db.Tx) error {
		if err := apps.ApplyProposal(t.Context(), tx, app.ID, time.Now()); err != nil {
			return err
		}
		return apps.ApplyProposal(t.Context(), tx, app.ID, time.Now()) // nothing waits any more
	})
	if err != nil {
		t.Fatal(err)
	}
	if st, err = d.Find(t.Context(), d.asAda, "hammer"); err != nil || st.Permissions["contents"] != "read" || st.Proposed {
		t.Errorf("%+v, %v", st, err)
	}
	var ledger int
	d.one(&ledger, `SELECT count(*) FROM app_permission_changes WHERE app_id = $1`, app.ID)
	if ledger != 3 {
		t.Errorf("%d entries in the ledger", ledger)
	}

	// To propose what is there already takes back what waits.
	if _, err := d.SetAccess(t.Context(), d.asAda, "hammer", want); err != nil {
		t.Fatal(err)
	}
	if proposed, err = d.SetAccess(t.Context(), d.asAda, "hammer", less); err != nil || proposed {
		t.Error(proposed, err)
	}
	if _, waits, _ := apps.Wanted(t.Context(), d.db.Pool(), app.ID); waits {
		t.Error("the proposal still waits")
	}
	if got := d.actions(); !slices.Equal(got, []string{"app.change_access", "app.propose_access", "app.withdraw_access", "app.propose_access", "app.propose_access", "app.withdraw_access"}) {
		t.Errorf("%v", got)
	}
}

func TestAccessThatWontDo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.register("Hammer")
	for what, c := range map[string]struct {
		access apps.Access
		want   error
	}{
		"an event without its permission": {apps.Access{Permissions: models.Grants{"issues": "read"}, Events: []string{"push"}}, models.ErrEventPermission},
		"an unknown permission":           {apps.Access{Permissions: models.Grants{"x": "read"}}, models.ErrPermissionUnknown},
		"a file nowhere":                  {apps.Access{Permissions: models.Grants{"single_file": "read"}}, models.ErrFilePathsNeeded},
		"a hidden note":                   {apps.Access{Note: "a\u202eb"}, models.ErrControl},
	} {
		if _, err := d.SetAccess(t.Context(), d.asAda, "hammer", c.access); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := d.SetAccessFrom(t.Context(), d.asAda, "hammer", 0, apps.Access{}); !errors.Is(err, models.ErrAppChanged) {
		t.Errorf("without a version: %v", err)
	}
	if _, err := d.SetAccessFrom(t.Context(), d.asAda, "hammer", -1, apps.Access{}); !errors.Is(err, models.ErrAppChanged) {
		t.Errorf("with a made up version: %v", err)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := dbtest.App(t, d.db, d.bob, "own")
	dbtest.App(t, d.db, d.bob, "signin", dbtest.OAuth)
	managed := dbtest.App(t, d.db, d.tools, "managed")
	dbtest.App(t, d.db, d.tools, "theirs")
	dbtest.Manager(t, d.db, managed, d.bob)
	dbtest.Draft(t, d.db, own, models.ListingContent{})
	var l *apps.List
	n := dbtest.Statements(d.db, func() {
		var err error
		if l, err = d.Apps(t.Context(), d.asBob, "", models.GitHubApp); err != nil {
			t.Fatal(err)
		}
	})
	if n != 2 || len(l.Items) != 1 || l.Items[0].Slug != "own" || l.Items[0].ListingState != models.ListingDraft || len(l.Managed) != 1 || l.Managed[0].Owner != "tools" || l.Left != 98 {
		t.Errorf("%d statements, %+v", n, l)
	}
	if l, err := d.Apps(t.Context(), d.asBob, "", models.OAuthApp); err != nil || len(l.Items) != 1 || len(l.Managed) != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	if l, err := d.Apps(t.Context(), d.asAda, "tools", models.GitHubApp); err != nil || len(l.Items) != 2 || len(l.Managed) != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := d.Apps(t.Context(), d.asBob, "tools", models.GitHubApp); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	got := apps.Compare(
		apps.Access{Permissions: models.Grants{"issues": "read", "checks": "write"}, Events: []string{"issues"}, SingleFilePaths: []string{"a"}},
		apps.Access{Permissions: models.Grants{"issues": "write", "contents": "read"}, Events: []string{"push"}, Scopes: []string{"gist"}, SingleFilePaths: []string{"a"}})
	want := []apps.Difference{
		{What: "permission", Key: "checks", Before: "write"},
		{What: "permission", Key: "contents", After: "read", Added: true},
		{What: "permission", Key: "issues", Before: "read", After: "write"},
		{What: "event", Key: "issues"},
		{What: "event", Key: "push", Added: true},
		{What: "scope", Key: "gist", Added: true},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	wider := 0
	for _, d := range got {
		if d.Wider() {
			wider++
		}
	}
	if wider != 4 {
		t.Errorf("%d are wider", wider)
	}
}
