package oauth_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/oauth"
)

func TestATokenComesOfACode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.code(w.member(), w.signer, "user", "user:email", "nonsense")
	got, err := w.exchange(w.signer, code)
	w.must(err)
	if !strings.HasPrefix(got.Token, "gho_") || got.Refresh != "" || !slices.Equal(got.Scopes, []string{"user"}) {
		t.Errorf("%+v", got)
	}
	_, err = w.exchange(w.signer, code)
	w.refused("the code again", err, models.ErrBadCode)
	actor, g := w.acting(got.Token)
	if g == nil || actor.UserID != w.bob.ID || actor.AppID != w.signer.ID || actor.TokenID == 0 || !actor.HasScope("user:email") || actor.HasScope("repo") || actor.Granted != nil {
		t.Errorf("%+v as %+v", g, actor)
	}
	if actor.MayManageSelf() == nil || actor.MayAuthorize() == nil {
		t.Error("an app may do what only the person may")
	}
	if n := w.count(`SELECT count(*) FROM authorization_tokens WHERE position($1 in encode(token_hash, 'escape')) > 0`, got.Token); n != 0 {
		t.Error("the token itself is kept")
	}
	if n := w.count(`SELECT count(*) FROM notifications WHERE account_id = $1 AND kind = 'app_authorized'`, w.bob.ID); n != 1 {
		t.Errorf("the person was told %d times", n)
	}
}

func TestCodesHoldForWhatTheyWereGivenFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	to, err := w.Allow(t.Context(), w.member(), oauth.Ask{ClientID: "Ov23signer", RedirectURI: "https://signer.example/back/in", Challenge: challenge})
	w.must(err)
	_, code, _ := strings.Cut(to, "code=")
	in := oauth.Exchange{ClientID: "Ov23signer", Secret: w.secrets[w.signer.ID], Code: code, RedirectURI: "https://signer.example/back/in", Verifier: verifier}
	for name, bad := range map[string]struct {
		change func(*oauth.Exchange)
		want   *models.Error
	}{
		"a wrong secret":      {func(e *oauth.Exchange) { e.Secret = "soukc_x" }, models.ErrBadClient},
		"no secret":           {func(e *oauth.Exchange) { e.Secret = "" }, models.ErrBadClient},
		"another app":         {func(e *oauth.Exchange) { e.ClientID, e.Secret = "Iv23helper", w.secrets[w.helper.ID] }, models.ErrBadCode},
		"another address":     {func(e *oauth.Exchange) { e.RedirectURI = "https://signer.example/back" }, models.ErrRedirectMismatch},
		"no verifier":         {func(e *oauth.Exchange) { e.Verifier = "" }, models.ErrBadCode},
		"another verifier":    {func(e *oauth.Exchange) { e.Verifier = strings.Repeat("a", 43) }, models.ErrBadCode},
		"something of a code": {func(e *oauth.Exchange) { e.Code = code[1:] }, models.ErrBadCode},
		"a hostile client":    {func(e *oauth.Exchange) { e.ClientID = "\x00\xff" }, models.ErrBadClient},
	} {
		wrong := in
		bad.change(&wrong)
		_, err := w.Exchange(t.Context(), wrong)
		w.refused(name, err, bad.want)
	}
	_, err = w.Exchange(t.Context(), in) // none of that has used it up
	w.must(err)
	late := w.code(w.member(), w.signer)
	w.pass(models.AuthorizationCodeLife)
	_, err = w.exchange(w.signer, late)
	w.refused("too late", err, models.ErrBadCode)
}

func TestTokensExpireAndAreRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.token(w.member(), w.helper)
	if !strings.HasPrefix(first.Token, "ghu_") || !strings.HasPrefix(first.Refresh, "ghr_") || first.ExpiresIn != 8*time.Hour || first.RefreshExpiresIn.Seconds() != 15897600 {
		t.Errorf("%+v", first)
	}
	w.pass(models.UserTokenLife)
	if _, g := w.acting(first.Token); g != nil {
		t.Error("it holds for longer")
	}
	second, err := w.Refresh(t.Context(), "Iv23helper", w.secrets[w.helper.ID], first.Refresh)
	w.must(err)
	if _, g := w.acting(second.Token); g == nil {
		t.Error("the new one doesn't hold")
	}
	_, err = w.Refresh(t.Context(), "Iv23helper", w.secrets[w.helper.ID], first.Refresh)
	w.refused("the old one again", err, models.ErrBadRefresh)
	_, err = w.Refresh(t.Context(), "Ov23signer", w.secrets[w.signer.ID], second.Refresh)
	w.refused("another app's", err, models.ErrBadRefresh)
	w.pass(models.RefreshTokenLife)
	_, err = w.Refresh(t.Context(), "Iv23helper", w.secrets[w.helper.ID], second.Refresh)
	w.refused("too late", err, models.ErrBadRefresh)
	w.must(w.Tidy(t.Context()))
	if n := w.count(`SELECT count(*) FROM authorization_tokens`) + w.count(`SELECT count(*) FROM authorization_codes`); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestTheEleventhTokenEndsTheOldest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.token(w.member(), w.signer, "gist")
	var all []*oauth.Issued
	for range models.MaxUserTokens + 1 {
		all = append(all, w.token(w.member(), w.signer, "user"))
	}
	for i, one := range append(all, other) {
		if _, g := w.acting(one.Token); (g == nil) != (i == 0) {
			t.Errorf("token %d: %v", i, g)
		}
	}
	w.pass(models.UserTokenIdle - time.Minute)
	w.acting(other.Token)
	w.pass(2 * time.Minute)
	w.must(w.Tidy(t.Context()))
	if n := w.count(`SELECT count(*) FROM authorization_tokens`); n != 1 {
		t.Errorf("%d tokens are in use", n)
	}
}

func TestWhoHasAgreedIsntAskedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asking := func(scopes ...string) *oauth.Asking {
		a, err := w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: "Ov23signer", Scopes: scopes})
		w.must(err)
		return a
	}
	if asking().Settled() {
		t.Error("it is settled before anybody was asked")
	}
	w.token(w.member(), w.signer, "user", "gist")
	if a := asking("user:email"); !a.Settled() || !slices.Equal(a.Scopes, []string{"user:email"}) {
		t.Errorf("less isn't settled: %+v", a)
	}
	if a := asking(); !a.Settled() || !slices.Equal(a.Scopes, []string{"gist", "user"}) {
		t.Errorf("nothing isn't what there was: %v", a.Scopes)
	}
	if a := asking("repo", "user"); a.Settled() || !slices.Equal(a.More, []string{"repo"}) {
		t.Errorf("more is settled: %v", a.More)
	}
	for range models.SignInsUnasked {
		w.code(w.member(), w.signer)
	}
	if asking().Settled() {
		t.Error("nobody wonders why it signs in so often")
	}
	w.pass(2 * time.Hour)
	if !asking().Settled() {
		t.Error("that was long ago")
	}
}

func TestAccountPermissionsAreEachPersonsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.Allow(t.Context(), w.member(), oauth.Ask{ClientID: "Iv23helper", Permissions: models.Grants{"emails": models.LevelRead}})
	w.refused("another page", err, models.ErrAskedChanged)
	shown := models.Grants{"emails": models.LevelRead, "keys": models.LevelRead}
	_, err = w.Allow(t.Context(), w.member(), oauth.Ask{ClientID: "Iv23helper", Permissions: shown, Leave: []string{"keys"}})
	w.must(err)
	token := w.token(w.member(), w.helper)
	actor, _ := w.acting(token.Token)
	if len(actor.Granted) != 1 || actor.Granted["emails"] != models.LevelRead || !actor.HasScope("user:email") || actor.HasScope("read:org") {
		t.Errorf("it has %v, %v", actor.Granted, actor.Scopes)
	}
	lacks := func() bool {
		a, err := w.Connection(t.Context(), w.member(), "Iv23helper")
		w.must(err)
		return a.Authorization.Lacks
	}
	if lacks() {
		t.Error("what was left out is missed")
	}
	w.must(w.Reduce(t.Context(), w.member(), "Iv23helper", "emails"))
	if actor, _ := w.acting(token.Token); len(actor.Granted) != 0 || actor.Granted == nil || actor.HasScope("user:email") || lacks() {
		t.Errorf("it still has %v", actor.Granted)
	}
	w.refused("again", w.Reduce(t.Context(), w.member(), "Iv23helper", "emails"), models.ErrNotFound)
	if a, err := w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: "Iv23helper"}); err != nil || !a.Settled() {
		t.Errorf("it asks again at once: %v", err)
	}
	w.must(w.Extend(t.Context(), w.member(), "Iv23helper", []string{"emails"}))
	w.refused("what it doesn't ask for", w.Extend(t.Context(), w.member(), "Iv23helper", []string{"plan"}), models.ErrAskedChanged)

	// A higher level is asked for, a lower one holds at once.
	w.exec(`UPDATE apps SET permissions = '{"issues": "write", "keys": "write"}' WHERE id = $1`, w.helper.ID)
	if actor, _ := w.acting(token.Token); len(actor.Granted) != 0 || !lacks() {
		t.Errorf("it has %v, and lacks %v", actor.Granted, lacks())
	}
	a, err := w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: "Iv23helper"})
	w.must(err)
	if a.Settled() || len(a.New) != 1 || a.New["keys"] != models.LevelWrite {
		t.Errorf("it asks for %v", a.New)
	}
}

func TestInstallingGivesAccountPermissions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.db.Tx(t.Context(), func(tx *db.Tx) error {
		return w.GrantAccount(t.Context(), tx, w.member(), w.helper.ID, models.Grants{"emails": models.LevelWrite, "issues": models.LevelWrite})
	}))
	if n := w.count(`SELECT count(*) FROM authorizations WHERE permissions = '{"emails": "read"}' AND lacks AND account_id = $1`, w.bob.ID); n != 1 {
		t.Error("it has something else")
	}
}

func TestRevokingEndsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(w.member(), w.helper)
	w.token(w.member(), w.signer, "user")
	_, g := w.acting(token.Token)
	w.refused("somebody else's", w.Revoke(t.Context(), w.owner(), g.ID), models.ErrNotFound)
	program := w.member()
	program.TokenID = 1
	w.refused("by a token", w.Revoke(t.Context(), program, g.ID), models.ErrForbidden)
	stopped := w.member()
	stopped.Suspended = true
	w.must(w.Revoke(t.Context(), stopped, g.ID))
	if _, g := w.acting(token.Token); g != nil {
		t.Error("the token holds")
	}
	_, err := w.Refresh(t.Context(), "Iv23helper", w.secrets[w.helper.ID], token.Refresh)
	w.refused("its refresh token", err, models.ErrBadRefresh)
	if n := w.count(`SELECT count(*) FROM hook_events WHERE app_id = $1 AND event = 'github_app_authorization' AND action = 'revoked'
		AND payload::jsonb -> 'sender' ->> 'login' = 'bob'`, w.helper.ID); n != 1 {
		t.Errorf("the app was told %d times", n)
	}
	n, err := w.RevokeAll(t.Context(), w.member(), models.OAuthApp)
	w.must(err)
	if n != 1 || w.count(`SELECT count(*) FROM authorization_tokens`) != 0 || w.count(`SELECT count(*) FROM audit_events WHERE action = 'authorization.revoke'`) != 2 {
		t.Errorf("%d were revoked", n)
	}
}

func TestARevocationAndATokenDontPass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 8 {
		code := w.code(w.member(), w.signer, "user")
		var all sync.WaitGroup
		var got [3]*oauth.Issued
		for i := range got {
			all.Go(func() { got[i], _ = w.exchange(w.signer, code) })
		}
		all.Go(func() { _ = w.RevokeApp(t.Context(), w.member(), "Ov23signer") })
		all.Wait()
		n := 0
		for _, one := range got {
			if one == nil {
				continue
			}
			n++
			if _, g := w.acting(one.Token); g != nil {
				t.Error("a token has outlived the authorization")
			}
		}
		if n > 1 {
			t.Errorf("a code gave %d tokens", n)
		}
		if n := w.count(`SELECT count(*) FROM authorizations`); n != 0 {
			t.Fatalf("%d are left", n)
		}
	}
}

func TestTheIntegratorEndsAllTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(w.member(), w.signer)
	waiting := w.code(w.owner(), w.signer)
	tess := w.as(w.tess, models.Membership{OrganizationID: w.tools.ID, Login: "toolmakers", Role: models.RoleOwner})
	_, err := w.RevokeTokens(t.Context(), w.member(), "signer")
	w.refused("somebody else", err, models.ErrNotFound)
	n, err := w.RevokeTokens(t.Context(), tess, "signer")
	w.must(err)
	if _, g := w.acting(token.Token); g != nil || n != 1 {
		t.Errorf("%d people, and it holds: %v", n, g)
	}
	_, err = w.exchange(w.signer, waiting)
	w.refused("the code that waits", err, models.ErrBadCode)
	if n := w.count(`SELECT count(*) FROM notifications WHERE account_id = $1 AND kind = 'app_tokens_revoked'`, w.bob.ID); n != 1 {
		t.Error("nobody was told")
	}
	if w.count(`SELECT count(*) FROM authorizations`) != 2 {
		t.Error("what people let it do is gone")
	}
}

func TestNobodyActsForASuspendedIntegrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, code := w.token(w.member(), w.signer), w.code(w.member(), w.signer)
	dbtest.Suspend(t, w.db, w.tools)
	if _, g := w.acting(token.Token); g != nil {
		t.Error("the token holds")
	}
	_, err := w.exchange(w.signer, code)
	w.refused("a token", err, models.ErrAppHalted)
	a, err := w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: "Ov23signer"})
	w.must(err)
	w.refused("the page", a.Refused, models.ErrAppHalted)
}

func TestAppsAreAskedForByWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"", "nothing", "\x00", "\xff", strings.Repeat("a", 10_000)} {
		_, err := w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: id})
		w.refused(id, err, models.ErrNotFound)
	}
	w.exec(`UPDATE apps SET public = false WHERE id = $1`, w.helper.ID)
	_, err := w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: "Iv23helper"})
	w.refused("a private one", err, models.ErrNotFound)
	a, err := w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: "Ov23signer", RedirectURI: "https://evil.example"})
	w.must(err)
	if w.refused("elsewhere", a.Refused, models.ErrRedirectMismatch); a.Redirect != "https://signer.example/back" {
		t.Errorf("it goes to %s", a.Redirect)
	}
	w.exec(`UPDATE apps SET callback_urls = '{}' WHERE id = $1`, w.signer.ID)
	_, err = w.Asking(t.Context(), w.member(), oauth.Ask{ClientID: "Ov23signer"})
	w.refused("nowhere", err, models.ErrRedirectMismatch)
	_, err = w.Asking(t.Context(), models.Actor{}, oauth.Ask{ClientID: "Ov23signer"})
	w.refused("nobody", err, models.ErrSignInNeeded)
}

func TestAppsLookAfterTheirTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(w.member(), w.signer, "user").Token
	_, err := w.Check(t.Context(), w.helper.ID, token)
	w.refused("another app", err, models.ErrNotFound)
	c, err := w.Check(t.Context(), w.signer.ID, token)
	w.must(err)
	if c.User.Login != "bob" || !strings.HasSuffix(token, c.Tail) || c.App.Name != "Signer" {
		t.Errorf("%+v", c)
	}
	fresh, err := w.Reset(t.Context(), w.signer.ID, token)
	w.must(err)
	if _, g := w.acting(token); g != nil {
		t.Error("the old one holds")
	}
	if _, g := w.acting(fresh.Token); g == nil {
		t.Error("the new one doesn't")
	}
	w.must(w.End(t.Context(), w.signer.ID, fresh.Token))
	w.refused("again", w.End(t.Context(), w.signer.ID, fresh.Token), models.ErrNotFound)
	github := w.token(w.member(), w.helper).Token
	w.must(w.EndAll(t.Context(), w.helper.ID, github))
	if w.count(`SELECT count(*) FROM authorizations`) != 1 || w.count(`SELECT count(*) FROM hook_events WHERE event = 'github_app_authorization'`) != 1 {
		t.Error("the authorization is left, or nobody was told")
	}
}
