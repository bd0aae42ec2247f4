package profiles_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/profiles"
)

func TestTokens(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	secret, err := w.CreateToken(t.Context(), ada, profiles.NewToken{Name: " CI ", Scopes: []string{"read:user", "user", "read:org"}, Expires: models.Expiry30Days})
	w.must(err)
	if !models.WellFormedAccessToken(secret) {
		t.Fatalf("%q is no token", secret)
	}
	list, err := w.Tokens(t.Context(), ada)
	w.must(err)
	if len(list) != 1 {
		t.Fatalf("there are %d tokens", len(list))
	}
	token := list[0]
	if token.Name != "CI" || !slices.Equal(token.Scopes, []string{"read:org", "user"}) && !slices.Equal(token.Scopes, []string{"user", "read:org"}) ||
		token.Tail != secret[len(secret)-4:] || token.State(w.clock()) != models.TokenLive {
		t.Errorf("the token is %+v", token)
	}
	v, err := w.identity.ResumeToken(t.Context(), secret, models.Visit{})
	w.must(err)
	if v == nil || v.Actor.UserID != ada.UserID || !v.Actor.HasScope("read:user") || v.Actor.HasScope("repo") {
		t.Fatalf("the token stands for %+v", v)
	}
	own, err := w.OwnToken(t.Context(), ada, secret)
	if err != nil || own.ID != token.ID {
		t.Errorf("it is %+v (%v)", own, err)
	}

	w.must(w.RevokeToken(t.Context(), ada, token.ID))
	w.must(w.RevokeToken(t.Context(), ada, token.ID))
	if v, err = w.identity.ResumeToken(t.Context(), secret, models.Visit{}); v != nil || err != nil {
		t.Errorf("a revoked token stands for %+v (%v)", v, err)
	}
	if got := w.logged(ada.UserID); !slices.Equal(got, []string{"token.create", "token.revoke"}) {
		t.Errorf("the log has %v", got)
	}
	if list, err = w.Tokens(t.Context(), ada); err != nil || len(list) != 1 || list[0].State(w.clock()) != models.TokenRevoked {
		t.Errorf("the list is %+v (%v)", list, err)
	}
	w.pass(31 * 24 * time.Hour)
	if list, err = w.Tokens(t.Context(), ada); err != nil || len(list) != 0 {
		t.Errorf("after a month the list is %+v (%v)", list, err)
	}
}

// Nothing in the database gives a token away.
func TestTokensAreKeptAsHashes(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	secret, err := w.CreateToken(t.Context(), ada, profiles.NewToken{Name: "CI", Expires: models.ExpiryNever})
	w.must(err)
	for _, table := range []string{"access_tokens", "audit_events", "river_job", "notifications"} {
		if n := one[int](w, `SELECT count(*) FROM `+table+` x WHERE x::text LIKE ?`, "%"+secret[6:20]+"%"); n != 0 {
			t.Errorf("%s holds it", table)
		}
	}
}

func TestExpiredTokens(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	secret, err := w.CreateToken(t.Context(), ada, profiles.NewToken{Name: "CI", Expires: models.Expiry7Days})
	w.must(err)
	w.pass(7*24*time.Hour - time.Second)
	if v, err := w.identity.ResumeToken(t.Context(), secret, models.Visit{}); err != nil || v == nil {
		t.Errorf("before its end the token stands for %v (%v)", v, err)
	}
	w.pass(time.Second)
	if v, err := w.identity.ResumeToken(t.Context(), secret, models.Visit{}); err != nil || v != nil {
		t.Errorf("after its end the token stands for %v (%v)", v, err)
	}
}

func TestBadTokens(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	_, err := w.CreateToken(t.Context(), ada, profiles.NewToken{Name: "\x00", Scopes: []string{"root"}, Expires: models.ExpiryCustom, Day: "yesterday"})
	problems, _ := models.AsProblems(err)
	var got []string
	for _, p := range problems {
		got = append(got, p.Field+" "+p.Code)
	}
	if want := []string{"name control_characters", "scopes token_scopes", "day token_expiry"}; !slices.Equal(got, want) {
		t.Errorf("the problems are %v, want %v", got, want)
	}
	for name, want := range map[string]*models.Error{" ": models.ErrTokenName, strings.Repeat("x", 61): models.ErrTooLong} {
		_, err = w.CreateToken(t.Context(), ada, profiles.NewToken{Name: name, Expires: models.ExpiryNever})
		w.refused(err, want)
	}
	stale, acting, token := ada, ada, ada
	stale.SudoUntil = w.clock()
	acting.ActingFor = &models.ActingFor{StaffID: 1}
	token.TokenID = 1
	for want, actor := range map[*models.Error]models.Actor{models.ErrSudoNeeded: stale, models.ErrNotForActing: acting, models.ErrForbidden: token} {
		_, err = w.CreateToken(t.Context(), actor, profiles.NewToken{Name: "x", Expires: models.ExpiryNever})
		w.refused(err, want)
	}
}

func TestSomeoneElsesToken(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.actor(dbtest.User(t, w.db, "ada")), w.actor(dbtest.User(t, w.db, "bob"))
	secret, err := w.CreateToken(t.Context(), ada, profiles.NewToken{Name: "CI", Expires: models.ExpiryNever})
	w.must(err)
	list, err := w.Tokens(t.Context(), ada)
	w.must(err)
	w.refused(w.RevokeToken(t.Context(), bob, list[0].ID), models.ErrNotFound)
	_, err = w.Token(t.Context(), bob, list[0].ID)
	w.refused(err, models.ErrNotFound)
	_, err = w.OwnToken(t.Context(), bob, secret)
	w.refused(err, models.ErrNotFound)
	if list, err = w.Tokens(t.Context(), bob); err != nil || len(list) != 0 {
		t.Errorf("bob sees %v (%v)", list, err)
	}
}

// Two who make the last token at once don't get past the limit.
func TestTheLimitHoldsInARace(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	w.exec(`INSERT INTO access_tokens (account_id, name, token_hash, tail, created_at) SELECT ?, n::text, n::text::bytea, 'x', now() FROM generate_series(1, ?) n`,
		ada.UserID, models.MaxTokens-1)
	errs := make([]error, 4)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			_, errs[i] = w.CreateToken(t.Context(), ada, profiles.NewToken{Name: "last", Expires: models.ExpiryNever})
		})
	}
	all.Wait()
	refused := 0
	for _, err := range errs {
		if errors.Is(err, models.ErrTooManyItems) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if n := one[int](w, `SELECT count(*) FROM access_tokens`); n != models.MaxTokens || refused != 3 {
		t.Errorf("there are %d tokens, %d were refused", n, refused)
	}
	w.exec(`UPDATE access_tokens SET revoked_at = now() WHERE name = '1'`)
	_, err := w.CreateToken(t.Context(), ada, profiles.NewToken{Name: "instead", Expires: models.ExpiryNever})
	w.must(err)
}

func TestReminders(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	for name, expires := range map[string]models.TokenExpiry{"month": models.Expiry30Days, "week": models.Expiry7Days, "ever": models.ExpiryNever} {
		_, err := w.CreateToken(t.Context(), ada, profiles.NewToken{Name: name, Expires: expires})
		w.must(err)
	}
	told := func() string {
		w.must(w.Tend(t.Context()))
		return one[string](w, `SELECT coalesce(string_agg(params ->> 'name', ',' ORDER BY id), '') FROM notifications WHERE kind = 'token_expires'`)
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, ""}, {5 * 24 * time.Hour, ""}, {24*time.Hour + time.Minute, "week"}, {0, "week"}, {17*24*time.Hour + time.Hour, "week,month"}, {7 * 24 * time.Hour, "week,month"},
	} {
		w.pass(step.after)
		if got := told(); got != step.want {
			t.Errorf("at %s they are told of %q, want %q", w.clock(), got, step.want)
		}
	}
	if mails := w.mails(); len(mails) != 2 || mails[0].AccountID != ada.UserID {
		t.Errorf("the mails are %+v", mails)
	}
}
