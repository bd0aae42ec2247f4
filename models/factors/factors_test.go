package factors_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/factors"
	"souk/models/factors/factorstest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/secretbox"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	site     = "https://souk.example"
	password = "seven wooden boats leave"
)

// visit is of a browser that comes without a session.
var visit = models.Visit{IP: "192.0.2.7", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}

// here is a browser that has no secret yet, and browserOf one that has it from
// the first half of a ceremony.
var here = factors.Browser{Base: site}

func browserOf(c factors.Challenge) factors.Browser {
	return factors.Browser{Base: site, Secret: c.Secret}
}

// world is a site with the user ada, who has a password and a session that was
// confirmed.
type world struct {
	*testing.T
	db       *db.DB
	factors  *factors.Service
	identity *identity.Service
	ada      models.Actor

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, db: dbtest.New(t), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	box, err := secretbox.New("the secret of a test, which is no secret")
	if err != nil {
		t.Fatal(err)
	}
	w.identity = identity.New(w.db, queue, notices.New(w.db, queue, w.clock), w.clock)
	w.factors = factors.New(w.db, queue, w.identity, box, w.clock)
	w.ada = w.user("ada")
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) ctx() context.Context { return w.Context() }

// user makes a user with a password and a confirmed session.
func (w *world) user(login string) models.Actor {
	w.Helper()
	account := dbtest.User(w, w.db, login)
	hash, err := w.identity.HashPassword(w.ctx(), password)
	if err != nil {
		w.Fatal(err)
	}
	w.exec(`UPDATE users SET password_hash = $1 WHERE account_id = $2`, hash, account.ID)
	secret := dbtest.Session(w, w.db, account, w.clock(), true)
	v, err := w.identity.Resume(w.ctx(), secret, visit)
	if err != nil || v == nil {
		w.Fatalf("no session: %v", err)
	}
	v.Actor.SudoUntil = w.clock().Add(1000 * time.Hour)
	return v.Actor
}

func (w *world) exec(sql string, args ...any) {
	w.Helper()
	if _, err := w.db.Pool().Exec(w.ctx(), sql, args...); err != nil {
		w.Fatal(err)
	}
}

// ask reads one value.
func ask[T any](w *world, sql string, args ...any) (v T) {
	w.Helper()
	if err := w.db.Pool().QueryRow(w.ctx(), sql, args...).Scan(&v); err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
	return v
}

func (w *world) of(actor models.Actor) models.Factors {
	w.Helper()
	f, err := w.factors.Of(w.ctx(), actor)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// app sets up an authenticator app and returns its secret and the recovery
// codes.
func (w *world) app(actor models.Actor) (secret string, codes []string) {
	w.Helper()
	setup, err := w.factors.NewApp(actor, "Souk (souk.example)")
	if err != nil {
		w.Fatal(err)
	}
	codes, err = w.factors.ConfirmApp(w.ctx(), actor, setup.Token, factorstest.Code(w, setup.Secret, w.clock()))
	if err != nil {
		w.Fatal(err)
	}
	return setup.Secret, codes
}

// passkey gives an actor a passkey.
func (w *world) passkey(actor models.Actor, name string) *factorstest.Authenticator {
	w.Helper()
	device := factorstest.New(w, site)
	c, err := w.factors.BeginPasskey(w.ctx(), actor, here)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.factors.FinishPasskey(w.ctx(), actor, browserOf(c), name, device.Create(c.Options)); err != nil {
		w.Fatalf("%v: %v", err, errors.Unwrap(err))
	}
	return device
}

// signIn gets as far as the password leads.
func (w *world) signIn(login string) models.Entrance {
	w.Helper()
	e, err := w.identity.SignIn(w.ctx(), models.Actor{Visit: visit}, identity.SignIn{Name: login, Password: password, ReturnTo: "/docs"})
	if err != nil {
		w.Fatal(err)
	}
	return e
}

func (w *world) want(what string, err, want error) {
	w.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

// actions are the audit log's, the oldest first.
func (w *world) actions(account int64) string {
	w.Helper()
	return ask[string](w, `SELECT coalesce(string_agg(action, ' ' ORDER BY id), '') FROM audit_events WHERE account_id = $1`, account)
}

// mails are the messages that wait to be sent to an account.
func (w *world) mails(account int64) string {
	w.Helper()
	return ask[string](w, `SELECT coalesce(string_agg(args ->> 'message', ' ' ORDER BY id), '') FROM river_job
		WHERE kind = 'send_mail' AND (args ->> 'account_id')::bigint = $1`, account)
}

func TestAnAppIsSetUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	org := dbtest.Organization(t, w.db, "acme")
	dbtest.Member(t, w.db, org, models.Account{ID: w.ada.UserID}, models.RoleMember)
	w.exec(`UPDATE memberships SET suspended_at = now()`)

	setup, err := w.factors.NewApp(w.ada, "Souk (souk.example)")
	if err != nil {
		t.Fatal(err)
	}
	if want := "otpauth://totp/Souk%20%28souk.example%29:ada?secret=" + setup.Secret + "&issuer=Souk%20%28souk.example%29&algorithm=SHA1&digits=6&period=30"; setup.URL != want {
		t.Errorf("the address is %s\nwant           %s", setup.URL, want)
	}
	if picture, err := setup.Picture(); err != nil || !strings.HasPrefix(picture, "data:image/png;base64,") {
		t.Errorf("the picture is %.40s, %v", picture, err)
	}
	same, err := w.factors.SameApp(w.ada, setup.Token, "Souk (souk.example)")
	if err != nil || same != setup {
		t.Errorf("shown again it is %+v, %v", same, err)
	}
	eve := w.user("eve")
	_, err = w.factors.SameApp(eve, setup.Token, "Souk")
	w.want("another's page", err, models.ErrStale)
	_, err = w.factors.ConfirmApp(w.ctx(), eve, setup.Token, factorstest.Code(t, setup.Secret, w.clock()))
	w.want("another's page, confirmed", err, models.ErrStale)
	_, err = w.factors.ConfirmApp(w.ctx(), w.ada, setup.Token, factorstest.Code(t, setup.Secret, w.clock().Add(time.Hour)))
	w.want("a wrong code", err, models.ErrSetupCode)
	_, err = w.factors.ConfirmApp(w.ctx(), w.ada, setup.Token, "8f3k-0tq2-xw9d-7hmc")
	w.want("a recovery code", err, models.ErrSetupCode)
	_, err = w.factors.ConfirmApp(w.ctx(), w.ada, setup.Token+"A", "123456")
	w.want("another token", err, models.ErrStale)
	if f := w.of(w.ada); f.TwoFactor() {
		t.Error("there is a second factor that nobody has confirmed")
	}

	codes, err := w.factors.ConfirmApp(w.ctx(), w.ada, setup.Token, factorstest.Code(t, setup.Secret, w.clock()))
	if err != nil || len(codes) != models.RecoveryCodes {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	f := w.of(w.ada)
	if f.AppSince == nil || f.RecoveryCodes != models.RecoveryCodes || !f.Password || !f.TwoFactor() {
		t.Errorf("the factors are %+v", f)
	}
	if ask[bool](w, `SELECT two_factor_at IS NULL FROM users WHERE account_id = $1`, w.ada.UserID) ||
		ask[bool](w, `SELECT suspended_at IS NOT NULL FROM memberships`) {
		t.Error("the account isn't told to have two factors, or its membership is still suspended")
	}
	if got := w.actions(w.ada.UserID); got != "two_factor.enable" {
		t.Errorf("the log says %s", got)
	}
	if got := w.actions(org.ID); got != "member.restore" {
		t.Errorf("the organization's log says %s", got)
	}
	if got := w.mails(w.ada.UserID); got != "two_factor_on" {
		t.Errorf("the mails are %s", got)
	}
	if n := ask[int](w, `SELECT count(*) FROM users WHERE totp_secret IS NOT NULL AND position($1::bytea IN totp_secret) > 0`, []byte(setup.Secret)); n != 0 {
		t.Error("the secret can be read in the database")
	}
	if n := ask[int](w, `SELECT count(*) FROM audit_events WHERE audit_events::text LIKE '%' || $1 || '%'`, setup.Secret); n != 0 {
		t.Error("the secret stands in the log")
	}

	w.pass(time.Hour)
	_, err = w.factors.ConfirmApp(w.ctx(), w.ada, setup.Token, factorstest.Code(t, setup.Secret, w.clock()))
	w.want("a page that was open for an hour", err, models.ErrStale)
}

func TestAnotherAppTakesThePlaceOfTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old, _ := w.app(w.ada)
	since := w.of(w.ada).AppSince
	w.pass(time.Hour)
	fresh, codes := w.app(w.ada)
	if codes != nil {
		t.Error("recovery codes that exist are replaced")
	}
	if now := w.of(w.ada); now.RecoveryCodes != models.RecoveryCodes || !now.AppSince.After(*since) {
		t.Errorf("the factors are %+v", now)
	}
	w.pass(time.Minute)
	_, err := w.factors.Confirm(w.ctx(), w.ada, factors.Proof{Code: factorstest.Code(t, old, w.clock())})
	w.want("the old app", err, models.ErrConfirmFailed)
	_, err = w.factors.Confirm(w.ctx(), w.ada, factors.Proof{Code: factorstest.Code(t, fresh, w.clock())})
	w.want("the new app", err, nil)
}

// Each step's code is good once, and never after a later one.
func TestStepsOfCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, _ := w.app(w.ada)
	try := func(what string, ahead time.Duration, want error) {
		t.Helper()
		_, err := w.factors.Confirm(w.ctx(), w.ada, factors.Proof{Code: factorstest.Code(t, secret, w.clock().Add(ahead))})
		w.want(what, err, want)
	}
	try("the code of the setup", 0, models.ErrConfirmFailed)
	w.pass(time.Minute)
	try("two steps behind", -time.Minute, models.ErrConfirmFailed)
	try("two steps ahead", time.Minute, models.ErrConfirmFailed)
	try("one step behind", -30*time.Second, nil)
	try("one step behind, again", -30*time.Second, models.ErrConfirmFailed)
	try("this step", 0, nil)
	try("one step ahead", 30*time.Second, nil)
	try("this step, after the next", 0, models.ErrConfirmFailed)
	w.pass(30 * time.Second)
	try("the step that was used ahead", 0, models.ErrConfirmFailed)
	w.pass(30 * time.Second)
	try("the step after it", 0, nil)
}

// together runs do n times at once and counts the errors by what they are.
func together(n int, do func(i int) error) map[string]int {
	var all sync.WaitGroup
	results := make([]error, n)
	for i := range n {
		all.Go(func() { results[i] = do(i) })
	}
	all.Wait()
	count := map[string]int{}
	for _, err := range results {
		known, ok := errors.AsType[*models.Error](err)
		switch {
		case err == nil:
			count["ok"]++
		case ok:
			count[known.Code]++
		default:
			count[err.Error()]++
		}
	}
	return count
}

func TestACodeIsUsedOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, codes := w.app(w.ada)
	w.pass(time.Minute)
	const n = 8
	pending := make([]string, n)
	for i := range pending {
		pending[i] = w.signIn("ada").Second
	}
	for what, code := range map[string]string{"one-time": factorstest.Code(t, secret, w.clock()), "recovery": codes[3]} {
		// The throttle would stop most of them before they get that far.
		got := together(n, func(i int) error {
			if err := w.identity.Forgive(w.ctx(), fmt.Sprintf("factor:%d", w.ada.UserID)); err != nil {
				return err
			}
			_, err := w.factors.FinishSecond(w.ctx(), models.Actor{Visit: visit}, pending[i], code)
			return err
		})
		if got["ok"] != 1 || got["bad_code"]+got["link_used"] != n-1 {
			t.Errorf("the %s code: %v", what, got)
		}
	}
	if left := w.of(w.ada).RecoveryCodes; left != models.RecoveryCodes-1 {
		t.Errorf("%d recovery codes are left", left)
	}
}

func TestASignInIsFinishedOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, codes := w.app(w.ada)
	pending := w.signIn("ada").Second
	before := ask[int](w, `SELECT count(*) FROM sessions`)
	got := together(8, func(i int) error {
		_, err := w.factors.FinishSecond(w.ctx(), models.Actor{Visit: visit}, pending, codes[i])
		return err
	})
	if got["ok"] != 1 || got["ok"]+got["link_used"] != 8 {
		t.Errorf("%v", got)
	}
	if n := ask[int](w, `SELECT count(*) FROM sessions`) - before; n != 1 {
		t.Errorf("%d sessions began", n)
	}
	if left := w.of(w.ada).RecoveryCodes; left != models.RecoveryCodes-1 {
		t.Errorf("%d recovery codes are left: those who came too late lost theirs", left)
	}
}

func TestSecondFactorOfASignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, codes := w.app(w.ada)
	w.pass(time.Minute)
	finish := func(pending, code string) (models.Entrance, error) {
		return w.factors.FinishSecond(w.ctx(), models.Actor{Visit: visit}, pending, code)
	}
	e := w.signIn("ada")
	if e.Session != "" || e.Second == "" {
		t.Fatalf("the password alone gives %+v", e)
	}
	p, f, err := w.factors.Pending(w.ctx(), e.Second)
	if err != nil || p.Login != "ada" || f.AppSince == nil {
		t.Errorf("%+v waits, with %+v, %v", p, f, err)
	}
	_, err = finish(e.Second, "000000x")
	w.want("no code at all", err, models.ErrCode)
	_, err = finish("made up, made up, made up", factorstest.Code(t, secret, w.clock()))
	w.want("a sign-in that doesn't exist", err, models.ErrLinkUsed)
	in, err := finish(e.Second, factorstest.Code(t, secret, w.clock()))
	if err != nil || in.Session == "" || in.ReturnTo != "/docs" {
		t.Fatalf("%+v, %v", in, err)
	}
	_, err = finish(e.Second, codes[0])
	w.want("the same sign-in again", err, models.ErrLinkUsed)

	e = w.signIn("ada")
	if in, err = finish(e.Second, strings.ToUpper(strings.ReplaceAll(codes[0], "-", " "))); err != nil || in.Session == "" {
		t.Errorf("a recovery code: %+v, %v", in, err)
	}
	e = w.signIn("ada")
	_, err = finish(e.Second, codes[0])
	w.want("a recovery code again", err, models.ErrCode)
	if got := w.mails(w.ada.UserID); !strings.Contains(got, "recovery_code_used") {
		t.Errorf("the mails are %s", got)
	}

	w.pass(models.SecondFactorLifetime)
	_, err = finish(e.Second, codes[1])
	w.want("a sign-in that waited for too long", err, models.ErrLinkUsed)
}

func TestGuessingIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, _ := w.app(w.ada)
	w.pass(time.Minute)
	from := func(i int) models.Visit { return models.Visit{IP: fmt.Sprintf("198.51.100.%d", i)} }
	var err error
	tries := 0
	for ; tries < 50 && !errors.Is(err, models.ErrTooManyTries); tries++ {
		e := w.signIn("ada")
		_, err = w.factors.FinishSecond(w.ctx(), models.Actor{Visit: from(tries)}, e.Second, "000000")
	}
	if tries != 11 {
		t.Errorf("%d tries were let through", tries-1)
	}
	e := w.signIn("ada")
	_, err = w.factors.FinishSecond(w.ctx(), models.Actor{Visit: from(99)}, e.Second, factorstest.Code(t, secret, w.clock()))
	w.want("the right code, from elsewhere", err, models.ErrTooManyTries)
	_, err = w.factors.Confirm(w.ctx(), w.ada, factors.Proof{Code: factorstest.Code(t, secret, w.clock())})
	w.want("the right code, as a confirmation", err, models.ErrTooManyTries)
	w.pass(5 * time.Minute)
	_, err = w.factors.FinishSecond(w.ctx(), models.Actor{Visit: from(99)}, e.Second, factorstest.Code(t, secret, w.clock()))
	w.want("the right code, later", err, nil)
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.factors.NewRecoveryCodes(w.ctx(), w.ada)
	w.want("without a second factor", err, models.ErrNotFound)
	_, old := w.app(w.ada)
	fresh, err := w.factors.NewRecoveryCodes(w.ctx(), w.ada)
	if err != nil || len(fresh) != models.RecoveryCodes {
		t.Fatalf("%d, %v", len(fresh), err)
	}
	e := w.signIn("ada")
	_, err = w.factors.FinishSecond(w.ctx(), models.Actor{}, e.Second, old[0])
	w.want("an old code", err, models.ErrCode)
	eve := w.user("eve")
	w.app(eve)
	_, err = w.factors.FinishSecond(w.ctx(), models.Actor{}, w.signIn("eve").Second, fresh[0])
	w.want("another's code", err, models.ErrCode)
	_, err = w.factors.Confirm(w.ctx(), w.ada, factors.Proof{Code: fresh[0]})
	w.want("a recovery code as a confirmation", err, models.ErrConfirmFailed)
	_, err = w.factors.FinishSecond(w.ctx(), models.Actor{}, e.Second, fresh[0])
	w.want("a new code", err, nil)
	if n := ask[int](w, `SELECT count(*) FROM recovery_codes WHERE position($1::bytea IN code_hash) > 0`, []byte(strings.ReplaceAll(fresh[1], "-", ""))); n != 0 {
		t.Error("codes are kept as they are")
	}
	if got := w.actions(w.ada.UserID); got != "two_factor.enable recovery_codes.generate recovery_codes.use user.sign_in" {
		t.Errorf("the log says %s", got)
	}
}

func TestAnAppIsTurnedOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	org := dbtest.Organization(t, w.db, "acme")
	dbtest.Member(t, w.db, org, models.Account{ID: w.ada.UserID}, models.RoleMember)
	w.app(w.ada)
	w.exec(`UPDATE organizations SET two_factor_required_at = now()`)
	w.want("while acme requires two factors", w.factors.RemoveApp(w.ctx(), w.ada), models.ErrFactorRequired)
	if f := w.of(w.ada); len(f.RequiredBy) != 1 || f.RequiredBy[0] != "acme" {
		t.Errorf("the factors are %+v", f)
	}

	w.passkey(w.ada, "key")
	w.want("with a passkey beside it", w.factors.RemoveApp(w.ctx(), w.ada), nil)
	if f := w.of(w.ada); f.AppSince != nil || !f.TwoFactor() || f.RecoveryCodes != models.RecoveryCodes {
		t.Errorf("the factors are %+v", f)
	}
	if ask[bool](w, `SELECT two_factor_at IS NULL FROM users WHERE account_id = $1`, w.ada.UserID) {
		t.Error("the account is told to have one factor")
	}
	w.want("the passkey, while acme requires two factors", w.factors.RemovePasskey(w.ctx(), w.ada, w.of(w.ada).Passkeys[0].ID), models.ErrFactorRequired)

	w.exec(`UPDATE organizations SET two_factor_required_at = NULL`)
	w.want("the passkey", w.factors.RemovePasskey(w.ctx(), w.ada, w.of(w.ada).Passkeys[0].ID), nil)
	if f := w.of(w.ada); f.TwoFactor() || f.RecoveryCodes != 0 {
		t.Errorf("the factors are %+v", f)
	}
	if !ask[bool](w, `SELECT two_factor_at IS NULL FROM users WHERE account_id = $1`, w.ada.UserID) {
		t.Error("the account is told to have two factors")
	}
	if e := w.signIn("ada"); e.Session == "" {
		t.Error("a second factor is asked for that isn't there")
	}
	if got, want := w.mails(w.ada.UserID), "two_factor_on passkey_added two_factor_off passkey_removed"; got != want {
		t.Errorf("the mails are %s, want %s", got, want)
	}
}

// waits waits until some statement of the database waits for a lock.
func (w *world) waits() {
	w.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	patience := time.After(20 * time.Second)
	for ask[int](w, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 0 {
		select {
		case <-tick.C:
		case <-patience:
			w.Fatal("nothing waits")
		}
	}
}

// An organization begins to require two factors while a member turns theirs off:
// whoever comes second sees what the first did.
func TestRequiringWhileTurningOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	org := dbtest.Organization(t, w.db, "acme")
	dbtest.Member(t, w.db, org, models.Account{ID: w.ada.UserID}, models.RoleMember)
	w.app(w.ada)
	tx, err := w.db.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `UPDATE organizations SET two_factor_required_at = now() WHERE account_id = $1`, org.ID); err != nil {
		t.Fatal(err)
	}
	off := make(chan error)
	go func() { off <- w.factors.RemoveApp(t.Context(), w.ada) }()
	w.waits()
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.want("turned off meanwhile", <-off, models.ErrFactorRequired)
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	device := w.passkey(w.ada, " Work laptop ")
	f := w.of(w.ada)
	if len(f.Passkeys) != 1 || f.Passkeys[0].Name != "Work laptop" || !f.TwoFactor() {
		t.Fatalf("the factors are %+v", f)
	}
	w.passkey(w.ada, "")
	if got := w.of(w.ada).Passkeys[1].Name; got != "Firefox · Linux" {
		t.Errorf("without a name it is called %q", got)
	}

	// Signing in with nothing else.
	c, err := w.factors.BeginSignIn(w.ctx(), here, visit)
	if err != nil {
		t.Fatal(err)
	}
	answer := device.Get(c.Options)
	in, err := w.factors.FinishSignIn(w.ctx(), models.Actor{Visit: visit}, browserOf(c), "/docs", answer)
	if err != nil || in.Session == "" || in.ReturnTo != "/docs" {
		t.Fatalf("%+v, %v, %v", in, err, errors.Unwrap(err))
	}
	v, err := w.identity.Resume(w.ctx(), in.Session, visit)
	if err != nil || v.Login != "ada" || !v.Actor.TwoFactor {
		t.Errorf("it is %+v, %v", v, err)
	}
	if got := ask[string](w, `SELECT method FROM sessions WHERE id = $1`, v.Actor.SessionID); got != "passkey" {
		t.Errorf("the session began by %s", got)
	}
	_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", answer)
	w.want("the same ceremony again", err, models.ErrPasskey)

	// As the second factor.
	e := w.signIn("ada")
	c, err = w.factors.BeginSecondPasskey(w.ctx(), here, e.Second, visit)
	if err != nil {
		t.Fatal(err)
	}
	in, err = w.factors.FinishSecondPasskey(w.ctx(), models.Actor{}, browserOf(c), e.Second, device.Get(c.Options))
	if err != nil || in.Session == "" {
		t.Errorf("%+v, %v", in, err)
	}

	id := f.Passkeys[0].ID
	w.want("another name", w.factors.RenamePasskey(w.ctx(), w.ada, id, "Laptop"), nil)
	w.want("no name", w.factors.RenamePasskey(w.ctx(), w.ada, id, "  "), models.ErrMissing)
	w.want("a long name", w.factors.RenamePasskey(w.ctx(), w.ada, id, strings.Repeat("x", 61)), models.ErrTooLong)
	w.want("a name with a line break", w.factors.RenamePasskey(w.ctx(), w.ada, id, "a\nb"), models.ErrControl)
	eve := w.user("eve")
	w.want("another's", w.factors.RenamePasskey(w.ctx(), eve, id, "Mine"), models.ErrNotFound)
	w.want("another's, to remove", w.factors.RemovePasskey(w.ctx(), eve, id), models.ErrNotFound)
	w.want("to remove", w.factors.RemovePasskey(w.ctx(), w.ada, id), nil)

	c, err = w.factors.BeginSignIn(w.ctx(), here, visit)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", device.Get(c.Options))
	w.want("one that was removed", err, models.ErrPasskey)
	if got, want := w.actions(w.ada.UserID), "passkey.add passkey.add user.sign_in user.sign_in passkey.rename passkey.remove"; got != want {
		t.Errorf("the log says %s, want %s", got, want)
	}
}

// What isn't exactly what was asked for adds nothing and lets nobody in.
func TestCeremoniesAreHeldToTheirTerms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eve := w.user("eve")
	good := w.passkey(w.ada, "good")

	register := func(what string, actor models.Actor, base string, prepare func(*factorstest.Authenticator), wait time.Duration) {
		t.Helper()
		c, err := w.factors.BeginPasskey(w.ctx(), w.ada, here)
		if err != nil {
			t.Fatal(err)
		}
		device := factorstest.New(t, site)
		prepare(device)
		answer := device.Create(c.Options)
		w.pass(wait)
		w.want(what, w.factors.FinishPasskey(w.ctx(), actor, factors.Browser{Base: base, Secret: c.Secret}, "x", answer), models.ErrPasskey)
	}
	none := func(*factorstest.Authenticator) {}
	register("registered by another account", eve, site, none, 0)
	register("registered by another session", models.Actor{UserID: w.ada.UserID, SessionID: w.ada.SessionID + 1, SudoUntil: w.ada.SudoUntil}, site, none, 0)
	register("registered at another site", w.ada, site, func(a *factorstest.Authenticator) { a.Origin = "https://souk.example.evil.test" }, 0)
	register("registered over http", w.ada, site, func(a *factorstest.Authenticator) { a.Origin = "http://souk.example" }, 0)
	register("registered without a check of who holds it", w.ada, site, func(a *factorstest.Authenticator) { a.Unverified = true }, 0)
	register("registered too late", w.ada, site, none, models.CeremonyLifetime)
	if n := len(w.of(w.ada).Passkeys); n != 1 {
		t.Errorf("there are %d passkeys", n)
	}

	signIn := func(what string, change func(*factorstest.Authenticator), wait time.Duration) {
		t.Helper()
		c, err := w.factors.BeginSignIn(w.ctx(), here, visit)
		if err != nil {
			t.Fatal(err)
		}
		device := *good
		change(&device)
		answer := device.Get(c.Options)
		w.pass(wait)
		in, err := w.factors.FinishSignIn(w.ctx(), models.Actor{Visit: visit}, browserOf(c), "", answer)
		w.want(what, err, models.ErrPasskey)
		if in.Session != "" {
			t.Errorf("%s: a session began", what)
		}
	}
	signIn("used at another site", func(a *factorstest.Authenticator) { a.Origin = "https://evil.test" }, 0)
	signIn("used without a check of who holds it", func(a *factorstest.Authenticator) { a.Unverified = true }, 0)
	signIn("used as somebody else", func(a *factorstest.Authenticator) {
		a.Handle = ask[[]byte](w, `SELECT sha256('x'::bytea)`)
	}, 0)
	signIn("used as nobody", func(a *factorstest.Authenticator) { a.Handle = nil }, 0)
	signIn("used too late", none, models.CeremonyLifetime)

	// A challenge for one end is worth nothing for another.
	c, err := w.factors.BeginSignIn(w.ctx(), here, visit)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.factors.FinishConfirm(w.ctx(), w.ada, browserOf(c), good.Get(c.Options))
	w.want("a sign-in as a confirmation", err, models.ErrPasskey)
	if c, err = w.factors.BeginConfirm(w.ctx(), w.ada, here); err != nil {
		t.Fatal(err)
	}
	_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", good.Get(c.Options))
	w.want("a confirmation as a sign-in", err, models.ErrPasskey)
	if c, err = w.factors.BeginConfirm(w.ctx(), w.ada, here); err != nil {
		t.Fatal(err)
	}
	_, err = w.factors.FinishSecondPasskey(w.ctx(), models.Actor{}, browserOf(c), w.signIn("ada").Second, good.Get(c.Options))
	w.want("a confirmation as a second factor", err, models.ErrPasskey)

	for _, base := range []string{"http://souk.example", "http://127.0.0.1:8080", "https://192.0.2.1", "://", ""} {
		if factors.PasskeysWork(base) {
			t.Errorf("%q can have passkeys", base)
		}
		_, err := w.factors.BeginSignIn(w.ctx(), factors.Browser{Base: base}, visit)
		w.want(base, err, models.ErrPasskey)
	}
	for _, base := range []string{site, "http://localhost:8080", "https://souk.example:8443"} {
		if !factors.PasskeysWork(base) {
			t.Errorf("%q can't have passkeys", base)
		}
	}
	for _, junk := range []string{"", "{}", "null", "[]", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		if c, err = w.factors.BeginSignIn(w.ctx(), here, visit); err != nil {
			t.Fatal(err)
		}
		_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", []byte(junk))
		w.want(junk, err, models.ErrPasskey)
	}
}

// Two pages of one browser each wait for a passkey: neither spoils the other.
func TestPagesOfOneBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	device := w.passkey(w.ada, "key")
	first, err := w.factors.BeginSignIn(w.ctx(), here, visit)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.factors.BeginSignIn(w.ctx(), browserOf(first), visit)
	if err != nil || second.Secret != first.Secret {
		t.Fatalf("the browser's secret changes, %v", err)
	}
	other, err := w.factors.BeginSignIn(w.ctx(), here, visit)
	if err != nil || other.Secret == first.Secret {
		t.Fatalf("another browser has the same secret, %v", err)
	}
	_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(other), "", device.Get(first.Options))
	w.want("finished by another browser", err, models.ErrPasskey)
	_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, here, "", device.Get(first.Options))
	w.want("finished by a browser without a secret", err, models.ErrPasskey)
	for what, c := range map[string]factors.Challenge{"first": first, "second": second} {
		answer := device.Get(c.Options)
		_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", answer)
		w.want(what, err, nil)
		_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", answer)
		w.want(what+", again", err, models.ErrPasskey)
	}
}

func TestACeremonyIsFinishedOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	device := w.passkey(w.ada, "key")
	c, err := w.factors.BeginSignIn(w.ctx(), here, visit)
	if err != nil {
		t.Fatal(err)
	}
	answer := device.Get(c.Options)
	got := together(8, func(int) error {
		_, err := w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", answer)
		return err
	})
	if got["ok"] != 1 || got["passkey_failed"] != 7 {
		t.Errorf("%v", got)
	}
}

// A counter that goes back means that two devices use one key.
func TestACopiedPasskeyOpensNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	device := factorstest.New(t, site)
	device.Counter = 5
	c, err := w.factors.BeginPasskey(w.ctx(), w.ada, here)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.factors.FinishPasskey(w.ctx(), w.ada, browserOf(c), "key", device.Create(c.Options)); err != nil {
		t.Fatal(err)
	}
	signIn := func(a *factorstest.Authenticator) error {
		c, err := w.factors.BeginSignIn(w.ctx(), here, visit)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.factors.FinishSignIn(w.ctx(), models.Actor{}, browserOf(c), "", a.Get(c.Options))
		return err
	}
	copied := *device
	w.want("the device", signIn(device), nil)
	w.want("the device again", signIn(device), nil)
	w.want("the copy, which is behind", signIn(&copied), models.ErrPasskey)
	w.want("the copy again", signIn(&copied), models.ErrPasskey)
	w.want("the device, which can't be told apart", signIn(device), models.ErrPasskey)
	f := w.of(w.ada)
	if !f.Passkeys[0].Copied {
		t.Errorf("the list says %+v", f.Passkeys)
	}
	w.want("to do without a password", w.factors.RemovePassword(w.ctx(), w.ada), models.ErrLastFactor)
	if got, want := w.actions(w.ada.UserID), "passkey.add user.sign_in user.sign_in passkey.copied"; got != want {
		t.Errorf("the log says %s, want %s", got, want)
	}
}

func TestWithoutAPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.want("without a passkey", w.factors.RemovePassword(w.ctx(), w.ada), models.ErrLastFactor)
	device := w.passkey(w.ada, "key")
	w.want("with one", w.factors.RemovePassword(w.ctx(), w.ada), nil)
	f := w.of(w.ada)
	if f.Password {
		t.Fatalf("the factors are %+v", f)
	}
	w.want("the last way in", w.factors.RemovePasskey(w.ctx(), w.ada, f.Passkeys[0].ID), models.ErrLastFactor)
	_, err := w.identity.SignIn(w.ctx(), models.Actor{}, identity.SignIn{Name: "ada", Password: password})
	w.want("the old password", err, models.ErrSignIn)
	_, err = w.identity.SignIn(w.ctx(), models.Actor{}, identity.SignIn{Name: "ada", Password: ""})
	w.want("an empty password", err, models.ErrSignIn)
	_, err = w.factors.Confirm(w.ctx(), w.ada, factors.Proof{Password: password})
	w.want("the old password, as a confirmation", err, models.ErrConfirmFailed)

	late := w.ada
	late.SudoUntil = time.Time{}
	_, err = w.factors.ChangePassword(w.ctx(), late, "", "another seven wooden boats")
	w.want("another password, without a confirmation", err, models.ErrSudoNeeded)
	_, err = w.factors.ChangePassword(w.ctx(), w.ada, "", "another seven wooden boats")
	w.want("another password", err, nil)
	if f := w.of(w.ada); !f.Password {
		t.Errorf("the factors are %+v", f)
	}
	_ = device
	if got, want := w.mails(w.ada.UserID), "passkey_added password_removed password_changed"; got != want {
		t.Errorf("the mails are %s, want %s", got, want)
	}
}

// Who came in by a link and has nothing else can give themselves a password.
func TestAFirstPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`UPDATE users SET password_hash = '' WHERE account_id = $1`, w.ada.UserID)
	late := w.ada
	late.SudoUntil = time.Time{}
	if f := w.of(w.ada); !f.None() {
		t.Fatalf("the factors are %+v", f)
	}
	acting := late
	acting.ActingFor = &models.ActingFor{StaffID: 1, Login: "staff"}
	_, err := w.factors.ChangePassword(w.ctx(), acting, "", "another seven wooden boats")
	w.want("by staff", err, models.ErrNotForActing)
	_, err = w.factors.ChangePassword(w.ctx(), late, "", "short")
	w.want("a short one", err, models.ErrPasswordShort)
	_, err = w.factors.ChangePassword(w.ctx(), late, "", "another seven wooden boats")
	w.want("a good one", err, nil)
	_, err = w.factors.ChangePassword(w.ctx(), late, "", "yet another seven wooden boats")
	w.want("the second without the first", err, models.ErrConfirmFailed)
}

func TestConfirming(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, _ := w.app(w.ada)
	device := w.passkey(w.ada, "key")
	w.pass(time.Minute)
	session := dbtest.Session(t, w.db, models.Account{ID: w.ada.UserID}, w.clock(), false)
	resume := func(secret string) models.Actor {
		t.Helper()
		v, err := w.identity.Resume(w.ctx(), secret, visit)
		if err != nil {
			t.Fatal(err)
		}
		if v == nil {
			return models.Actor{}
		}
		return v.Actor
	}
	passkey := func(actor models.Actor) (string, error) {
		c, err := w.factors.BeginConfirm(w.ctx(), actor, here)
		if err != nil {
			return "", err
		}
		return w.factors.FinishConfirm(w.ctx(), actor, browserOf(c), device.Get(c.Options))
	}
	for what, confirm := range map[string]func(models.Actor) (string, error){
		"password": func(a models.Actor) (string, error) {
			return w.factors.Confirm(w.ctx(), a, factors.Proof{Password: password})
		},
		"code": func(a models.Actor) (string, error) {
			return w.factors.Confirm(w.ctx(), a, factors.Proof{Code: factorstest.Code(t, secret, w.clock())})
		},
		"passkey": passkey,
	} {
		actor := resume(session)
		if actor.Sudo(w.clock()) {
			t.Fatalf("%s: it is confirmed already", what)
		}
		fresh, err := confirm(actor)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if resume(session).UserID != 0 {
			t.Errorf("%s: the old cookie still signs in", what)
		}
		session = fresh
		if !resume(session).Sudo(w.clock()) || !resume(session).Sudo(w.clock().Add(models.SudoWindow-time.Second)) || resume(session).Sudo(w.clock().Add(models.SudoWindow)) {
			t.Errorf("%s: the session isn't confirmed for a quarter of an hour", what)
		}
		w.pass(models.SudoWindow)
	}
	actor := resume(session)
	for what, p := range map[string]factors.Proof{"wrong password": {Password: "wrong"}, "wrong code": {Code: "000000"}, "nothing": {}, "spaces": {Code: "  "}} {
		_, err := w.factors.Confirm(w.ctx(), actor, p)
		w.want(what, err, models.ErrConfirmFailed)
	}
	acting := actor
	acting.ActingFor = &models.ActingFor{StaffID: 1}
	_, err := w.factors.Confirm(w.ctx(), acting, factors.Proof{Password: password})
	w.want("staff", err, models.ErrNotForActing)
	_, err = passkey(acting)
	w.want("staff, by passkey", err, models.ErrNotForActing)
	_, err = w.factors.Confirm(w.ctx(), models.Actor{}, factors.Proof{Password: password})
	w.want("nobody", err, models.ErrSignInNeeded)
	token := models.Actor{UserID: w.ada.UserID, TokenID: 1}
	_, err = w.factors.Confirm(w.ctx(), token, factors.Proof{Password: password})
	w.want("a token", err, models.ErrForbidden)

	// A ceremony confirms the session that began it, and no other.
	other := resume(dbtest.Session(t, w.db, models.Account{ID: w.ada.UserID}, w.clock(), false))
	c, err := w.factors.BeginConfirm(w.ctx(), actor, here)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.factors.FinishConfirm(w.ctx(), other, browserOf(c), device.Get(c.Options))
	w.want("another session", err, models.ErrPasskey)

	var tries int
	for err = nil; !errors.Is(err, models.ErrTooManyTries) && tries < 50; tries++ {
		_, err = w.factors.Confirm(w.ctx(), actor, factors.Proof{Password: "wrong"})
	}
	if tries >= 50 {
		t.Error("passwords can be guessed for ever")
	}
}

// Every change of factors wants a session that was confirmed lately, and nobody
// acting for the person.
func TestChangesWantAConfirmedSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.app(w.ada)
	w.passkey(w.ada, "key")
	id := w.of(w.ada).Passkeys[0].ID
	for what, do := range map[string]func(models.Actor) error{
		"new app":         func(a models.Actor) error { _, err := w.factors.NewApp(a, "Souk"); return err },
		"same app":        func(a models.Actor) error { _, err := w.factors.SameApp(a, "", "Souk"); return err },
		"confirm app":     func(a models.Actor) error { _, err := w.factors.ConfirmApp(w.ctx(), a, "", ""); return err },
		"remove app":      func(a models.Actor) error { return w.factors.RemoveApp(w.ctx(), a) },
		"codes":           func(a models.Actor) error { _, err := w.factors.NewRecoveryCodes(w.ctx(), a); return err },
		"begin passkey":   func(a models.Actor) error { _, err := w.factors.BeginPasskey(w.ctx(), a, here); return err },
		"finish passkey":  func(a models.Actor) error { return w.factors.FinishPasskey(w.ctx(), a, here, "", nil) },
		"remove passkey":  func(a models.Actor) error { return w.factors.RemovePasskey(w.ctx(), a, id) },
		"remove password": func(a models.Actor) error { return w.factors.RemovePassword(w.ctx(), a) },
	} {
		late, acting, suspended, token := w.ada, w.ada, w.ada, w.ada
		late.SudoUntil = w.clock()
		acting.ActingFor = &models.ActingFor{StaffID: 1}
		suspended.Suspended = true
		token.TokenID = 1
		w.want(what+", late", do(late), models.ErrSudoNeeded)
		w.want(what+", acting", do(acting), models.ErrNotForActing)
		w.want(what+", suspended", do(suspended), models.ErrSuspended)
		w.want(what+", by token", do(token), models.ErrForbidden)
		w.want(what+", nobody", do(models.Actor{}), models.ErrSignInNeeded)
	}
	if f := w.of(w.ada); f.AppSince == nil || len(f.Passkeys) != 1 || !f.Password || f.RecoveryCodes != models.RecoveryCodes {
		t.Errorf("something changed: %+v", f)
	}
}
