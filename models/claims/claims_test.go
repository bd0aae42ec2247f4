package claims_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/claims"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/outside"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// beyond is what stands outside: records by name, files by address, errors by
// either.
type beyond struct {
	mu      sync.Mutex
	records map[string][]string
	files   map[string]string
	errs    map[string]error
	asked   []string
}

func (b *beyond) LookupTXT(_ context.Context, name string) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, name)
	return b.records[name], b.errs[name]
}

func (b *beyond) Fetch(_ context.Context, address, domain string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, address+" within "+domain)
	if err := b.errs[address]; err != nil {
		return nil, err
	}
	if text, ok := b.files[address]; ok {
		return []byte(text), nil
	}
	return nil, &outside.StatusError{Status: 404}
}

// world is a marketplace with the imported listing stray, whose publisher oldco
// was imported with it; acme, which ada owns, and eve, who claim it; and two
// reviewers.
type world struct {
	*claims.Service
	t   *testing.T
	db  *db.DB
	out *beyond
	now time.Time

	ada, eve, grace, linus, acme, oldco models.Account
	stray                               dbtest.Entry
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), out: &beyond{records: map[string][]string{}, files: map[string]string{}, errs: map[string]error{}},
		now: time.Now().UTC().Truncate(time.Second)}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return w.now }
	n := notices.New(w.db, queue, now)
	w.Service = claims.New(w.db, queue, n, identity.New(w.db, queue, n, now), w.out, now)
	for login, a := range map[string]*models.Account{"ada": &w.ada, "eve": &w.eve, "grace": &w.grace, "linus": &w.linus} {
		*a = dbtest.User(t, w.db, login)
	}
	dbtest.MakeStaff(t, w.db, w.grace, models.StaffReviewer)
	dbtest.MakeStaff(t, w.db, w.linus, models.StaffReviewer)
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada)
	w.oldco = dbtest.Account(t, w.db, func(a *models.Account) { a.Login = "oldco" })
	w.stray = dbtest.Listing(t, w.db, dbtest.Named("stray", "Stray"), dbtest.By(w.oldco), func(e *dbtest.Entry) {
		e.App.HomepageURL = "https://www.stray.example/start"
		e.Links.Repository = "https://github.com/acme/stray"
		e.Tagline = "Finds what strayed"
	})
	return w
}

func (w *world) as(a models.Account) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SessionID: 1, SudoUntil: w.now.Add(time.Minute)}
	if a.ID == w.ada.ID {
		actor.Memberships = []models.Membership{{OrganizationID: w.acme.ID, Login: "acme", Role: models.RoleOwner}}
	}
	if a.ID == w.grace.ID || a.ID == w.linus.ID {
		actor.Staff = models.StaffReviewer
	}
	return actor
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(what string, err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.db.Pool().Exec(w.t.Context(), sql, args...)
	w.must(err)
}

func value[T any](w *world, sql string, args ...any) (v T) {
	w.t.Helper()
	if err := w.db.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&v); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func (w *world) owner() string {
	return value[string](w, `SELECT o.login FROM apps a JOIN accounts o ON o.id = a.account_id WHERE a.slug = 'stray'`)
}

func (w *world) told(who models.Account, kind models.NotificationKind) int {
	return value[int](w, `SELECT count(*) FROM notifications WHERE account_id = $1 AND kind = $2`, who.ID, kind)
}

// begin claims stray and returns the id of the claim.
func (w *world) begin(who models.Account, login, words string) int64 {
	w.t.Helper()
	_, err := w.Begin(w.t.Context(), w.as(who), "stray", login, words)
	w.must(err)
	return value[int64](w, `SELECT max(id) FROM listing_claims`)
}

func (w *world) state(id int64) models.ClaimState {
	return models.ClaimState(value[string](w, `SELECT state FROM listing_claims WHERE id = $1`, id))
}

// proven is begin with a proof on the website.
func (w *world) proven(who models.Account, login, words string) int64 {
	w.t.Helper()
	id := w.begin(who, login, words)
	w.out.files["https://stray.example/.well-known/souk-claim.txt"] = value[string](w, `SELECT challenge FROM listing_claims WHERE id = $1`, id)
	ok, err := w.Check(w.t.Context(), w.as(who), "stray", id)
	if err != nil || !ok {
		w.t.Fatalf("checked: %v, %v", ok, err)
	}
	return id
}

func approve() claims.Decision {
	return claims.Decision{State: models.ClaimApproved, Answer: "Welcome", Others: "It is theirs"}
}

func TestTheStatesAreTheSchemas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check := value[string](w, `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'listing_claims_state'`)
	for s := range models.ClaimStates() {
		if !strings.Contains(check, "'"+string(s)+"'") {
			t.Errorf("the schema lacks %s: %s", s, check)
		}
	}
	if n := strings.Count(check, "::text,") + 1; n != len(models.ClaimStates()) {
		t.Errorf("the schema has %d states: %s", n, check)
	}
}

func TestAClaimIsProvenAndGranted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin(w.ada, "ACME", "We make it")
	ok, err := w.Check(t.Context(), w.as(w.ada), "stray", id)
	if err != nil || ok {
		t.Fatalf("without a proof: %v, %v", ok, err)
	}
	sub, err := w.Subject(t.Context(), w.as(w.ada), "stray")
	w.must(err)
	if len(sub.Claims) != 1 || len(sub.Claims[0].Findings) != 3 || sub.Claims[0].Findings[0].Found != models.FoundNothing || sub.Claims[0].CheckedAt == nil {
		t.Errorf("%+v", sub.Claims)
	}
	w.refused("before it is proven", w.Decide(t.Context(), w.as(w.grace), id, approve()), models.ErrClaimOver)
	w.out.records["_souk-claim.stray.example"] = []string{"v=spf1 -all", " " + sub.Claims[0].Challenge}
	if ok, err = w.Check(t.Context(), w.as(w.ada), "stray", id); err != nil || !ok {
		t.Fatalf("with a proof: %v, %v", ok, err)
	}
	if got := value[string](w, `SELECT method || ' ' || place FROM listing_claims`); got != "dns stray.example" {
		t.Errorf("proven by %s", got)
	}
	w.must(w.Decide(t.Context(), w.as(w.grace), id, approve()))
	if w.owner() != "acme" || w.state(id) != models.ClaimApproved {
		t.Errorf("it is %s, and belongs to %s", w.state(id), w.owner())
	}
	if got := value[string](w, `SELECT client_id FROM apps WHERE slug = 'stray' AND registered_at IS NOT NULL`); !strings.HasPrefix(got, "Iv23") {
		t.Errorf("its client id is %s", got)
	}
	if !value[bool](w, `SELECT claimed_at IS NOT NULL AND public AND tagline = 'Finds what strayed' AND transferred_at IS NULL FROM listings WHERE slug = 'stray'`) {
		t.Error("the listing isn't theirs, or not what it was")
	}
	if got := value[string](w, `SELECT cause || ' ' || from_login || ' ' || to_login FROM app_owner_changes`); got != "claimed oldco acme" {
		t.Errorf("the ledger says %s", got)
	}
	if w.told(w.ada, models.NoticeClaimApproved) != 1 || value[int](w, `SELECT count(*) FROM river_job WHERE kind = 'index_listings'`) != 1 {
		t.Error("ada or the index wasn't told")
	}
	if n := value[int](w, `SELECT count(*) FROM audit_events WHERE account_id = $1 AND action IN ('claim.create', 'claim.prove', 'claim.approve')`, w.acme.ID); n != 3 {
		t.Errorf("acme's log has %d events", n)
	}
	w.refused("twice", w.Decide(t.Context(), w.as(w.grace), id, approve()), models.ErrClaimOver)
	_, err = w.Begin(t.Context(), w.as(w.ada), "stray", "acme", "It is ours, you know that well")
	w.refused("what one has", err, models.ErrClaimOwn)
}

func TestProofsOfRepositoriesAndVerifiedDomains(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin(w.eve, "eve", "")
	challenge := value[string](w, `SELECT challenge FROM listing_claims`)
	w.out.files["https://raw.githubusercontent.com/acme/stray/HEAD/.souk-claim"] = "# Souk\r\n" + challenge + "\r\n"
	if ok, err := w.Check(t.Context(), w.as(w.eve), "stray", id); err != nil || !ok {
		t.Fatalf("%v, %v", ok, err)
	}
	if got := value[string](w, `SELECT method || ' ' || place FROM listing_claims`); got != "repository github.com/acme/stray" {
		t.Errorf("proven by %s", got)
	}
	for _, domain := range []string{"ray.example", "www.stray.example"} {
		w.exec(`INSERT INTO domains (organization_id, name, challenge, verified_at, created_at) VALUES ($1, $2, 'x', now(), now())`, w.acme.ID, domain)
	}
	w.begin(w.ada, "acme", "")
	if w.state(value[int64](w, `SELECT max(id) FROM listing_claims`)) != models.ClaimOpen {
		t.Error("a domain that isn't the site's proved it")
	}
	w.exec(`DELETE FROM listing_claims WHERE account_id = $1`, w.acme.ID)
	w.exec(`INSERT INTO domains (organization_id, name, challenge, verified_at, failing_since, created_at) VALUES ($1, 'stray.example', 'x', now(), now(), now())`, w.acme.ID)
	if ok, err := w.Begin(t.Context(), w.as(w.ada), "stray", "acme", ""); err != nil || ok {
		t.Errorf("a domain whose proof is missing: %v, %v", ok, err)
	}
	w.exec(`DELETE FROM listing_claims WHERE account_id = $1`, w.acme.ID)
	w.exec(`UPDATE domains SET failing_since = NULL`)
	if ok, err := w.Begin(t.Context(), w.as(w.ada), "stray", "acme", ""); err != nil || !ok {
		t.Errorf("a verified domain: %v, %v", ok, err)
	}
	// A parent counts, of a deeper name.
	w.exec(`UPDATE apps SET homepage_url = 'https://app.stray.example' WHERE slug = 'stray'`)
	w.exec(`DELETE FROM listing_claims WHERE account_id = $1`, w.acme.ID)
	if ok, err := w.Begin(t.Context(), w.as(w.ada), "stray", "acme", ""); err != nil || !ok {
		t.Errorf("a verified parent: %v, %v", ok, err)
	}
	c, err := w.Case(t.Context(), w.as(w.grace), value[int64](w, `SELECT max(id) FROM listing_claims`))
	w.must(err)
	if !c.Named || !c.Losers() || !c.MayDecide || len(c.Rivals) != 1 || c.Claim.Method != models.ClaimByDomain || c.Facts.Owner.Here {
		t.Errorf("%+v", c)
	}
}

// What can stand outside in place of a proof.
func TestFindings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin(w.ada, "acme", "")
	const file, raw = "https://stray.example/.well-known/souk-claim.txt", "https://raw.githubusercontent.com/acme/stray/HEAD/.souk-claim"
	for _, c := range []struct {
		err  error
		want models.Found
	}{
		{outside.ErrPrivate, models.FoundPrivate}, {outside.ErrRedirect, models.FoundElsewhere}, {outside.ErrTooLarge, models.FoundOther},
		{&outside.StatusError{Status: 404}, models.FoundNothing}, {&outside.StatusError{Status: 500}, models.FoundUnreachable},
		{&net.DNSError{IsNotFound: true}, models.FoundNothing}, {context.DeadlineExceeded, models.FoundUnreachable},
	} {
		w.out.errs[file], w.out.errs[raw], w.out.errs["_souk-claim.stray.example"] = c.err, c.err, errors.New("no answer")
		w.now = w.now.Add(time.Hour)
		if ok, err := w.Check(t.Context(), w.as(w.ada), "stray", id); err != nil || ok {
			t.Fatalf("%v: %v, %v", c.err, ok, err)
		}
		if got := value[string](w, `SELECT string_agg(f ->> 'found', ' ') FROM listing_claims, jsonb_array_elements(findings) f`); got != "unreachable "+string(c.want)+" "+string(c.want) {
			t.Errorf("%v: %s", c.err, got)
		}
	}
	w.out.errs = map[string]error{}
	w.out.files[file] = "souk-claim=somebody else's"
	if ok, err := w.Check(t.Context(), w.as(w.ada), "stray", id); err != nil || ok {
		t.Errorf("another's text: %v, %v", ok, err)
	}
	for _, a := range w.out.asked {
		if strings.HasPrefix(a, "https://") && a != file+" within stray.example" && a != raw+" within raw.githubusercontent.com" {
			t.Errorf("asked %s", a)
		}
	}
}

// Nobody is led into a private network, or to what a platform lends.
func TestHostilePlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, homepage := range []string{"https://127.0.0.1/", "https://localhost/", "https://acme.github.io", "https://github.com/apps/stray",
		"https://user@github.com/acme/stray", "https://github.com/acme/../../x", "https://stray.example:8443", "gopher://stray.example", "co.uk"} {
		w.exec(`UPDATE apps SET homepage_url = $1 WHERE slug = 'stray'`, homepage)
		w.exec(`UPDATE listings SET links = jsonb_build_object('repository', $1::text) WHERE slug = 'stray'`, homepage)
		w.now = w.now.Add(time.Hour)
		_, err := w.Begin(t.Context(), w.as(w.ada), "stray", "acme", "")
		w.refused(homepage, err, models.ErrClaimNoProof)
	}
	if len(w.out.asked) != 0 {
		t.Errorf("asked %v", w.out.asked)
	}
}

func TestWhoMayClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unproven, suspended, acting := w.as(w.ada), w.as(w.ada), w.as(w.ada)
	unproven.MailVerified, suspended.Suspended, acting.ActingFor = false, true, &models.ActingFor{}
	for name, c := range map[string]struct {
		actor       models.Actor
		slug, login string
		want        error
	}{
		"anonymous":      {models.Actor{}, "stray", "ada", models.ErrSignInNeeded},
		"no mail":        {unproven, "stray", "acme", models.ErrMailNeeded},
		"suspended":      {suspended, "stray", "acme", models.ErrSuspended},
		"staff as one":   {acting, "stray", "acme", models.ErrNotForActing},
		"for others":     {w.as(w.eve), "stray", "acme", models.ErrClaimAccount},
		"for nobody":     {w.as(w.eve), "stray", "nobody", models.ErrClaimAccount},
		"for an import":  {w.as(w.eve), "stray", "oldco", models.ErrClaimAccount},
		"hostile login":  {w.as(w.eve), "stray", "a\x00b", models.ErrClaimAccount},
		"no listing":     {w.as(w.eve), "nothing", "eve", models.ErrNotFound},
		"hostile slug":   {w.as(w.eve), "stray\x00", "eve", models.ErrNotFound},
		"hostile slug 2": {w.as(w.eve), "../stray", "eve", models.ErrNotFound},
	} {
		_, err := w.Begin(t.Context(), c.actor, c.slug, c.login, "")
		w.refused(name, err, c.want)
	}
	w.exec(`UPDATE listings SET state = 'taken_down' WHERE slug = 'stray'`)
	_, err := w.Begin(t.Context(), w.as(w.ada), "stray", "acme", "")
	w.refused("what nobody can open", err, models.ErrNotFound)
	_, err = w.Subject(t.Context(), w.as(w.ada), "stray")
	w.refused("its page", err, models.ErrNotFound)
	w.exec(`UPDATE listings SET state = 'published' WHERE slug = 'stray'`)

	id := w.begin(w.ada, "acme", "")
	_, err = w.Begin(t.Context(), w.as(w.ada), "stray", "acme", "")
	w.refused("twice", err, models.ErrClaimed)
	_, err = w.Check(t.Context(), w.as(w.eve), "stray", id)
	w.refused("another's, checked", err, models.ErrNotFound)
	w.refused("another's, withdrawn", w.Withdraw(t.Context(), w.as(w.eve), "stray", id), models.ErrNotFound)
	w.refused("at another listing", w.Withdraw(t.Context(), w.as(w.ada), "other", id), models.ErrNotFound)
	w.must(w.Withdraw(t.Context(), w.as(w.ada), "stray", id))
	w.refused("withdrawn twice", w.Withdraw(t.Context(), w.as(w.ada), "stray", id), models.ErrClaimOver)
	_, err = w.Check(t.Context(), w.as(w.ada), "stray", id)
	w.refused("checked after", err, models.ErrClaimOver)
}

func TestClaimsRunOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin(w.ada, "acme", "")
	w.now = w.now.Add(models.ClaimProofTime - time.Second)
	if _, err := w.Check(t.Context(), w.as(w.ada), "stray", id); err != nil {
		t.Errorf("in time: %v", err)
	}
	w.now = w.now.Add(time.Second)
	_, err := w.Check(t.Context(), w.as(w.ada), "stray", id)
	w.refused("too late", err, models.ErrClaimOver)
	sub, err := w.Subject(t.Context(), w.as(w.ada), "stray")
	w.must(err)
	if sub.Claims[0].State != models.ClaimExpired || sub.Live(w.acme.ID) {
		t.Errorf("it is %s", sub.Claims[0].State)
	}
	w.begin(w.ada, "acme", "")
	if w.state(id) != models.ClaimExpired {
		t.Errorf("it is %s", w.state(id))
	}
	proven := w.proven(w.eve, "eve", "")
	w.now = w.now.Add(10 * models.ClaimProofTime)
	list, err := w.List(t.Context(), w.as(w.grace), "", 1)
	if err != nil || list.Total != 1 || list.Items[0].ID != proven {
		t.Errorf("what is proven runs out: %+v, %v", list, err)
	}
}

func TestThrottles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin(w.ada, "acme", "")
	var err error
	for range 20 {
		if _, err = w.Check(t.Context(), w.as(w.ada), "stray", id); err != nil {
			break
		}
	}
	w.refused("again and again", err, models.ErrTooManyTries)
	if len(w.out.asked) > 30 {
		t.Errorf("asked %d times", len(w.out.asked))
	}
}
