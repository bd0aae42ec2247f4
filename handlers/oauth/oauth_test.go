package oauth_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/credentials/issue"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a site where ada owns acme and bob is a member. signer is an OAuth App,
// helper a GitHub App.
type world struct {
	*apptest.App
	t              *testing.T
	ada, bob, tess models.Account
	acme           models.Account
	signer, helper models.App
	secret         map[string]string // by client id
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{App: apptest.New(t), t: t, secret: map[string]string{}}
	w.ada, w.bob, w.tess = dbtest.User(t, w.DB, "ada"), dbtest.User(t, w.DB, "bob"), dbtest.User(t, w.DB, "tess")
	w.acme = dbtest.Organization(t, w.DB, "acme", w.ada)
	dbtest.Member(t, w.DB, w.acme, w.bob, models.RoleMember)
	tools := dbtest.Organization(t, w.DB, "toolmakers", w.tess)
	w.signer = dbtest.App(t, w.DB, tools, "signer", dbtest.OAuth, func(a *models.App) {
		a.ClientID, a.CallbackURLs, a.Scopes = new("Ov23signer"), []string{"https://signer.example/back"}, []string{"read:user"}
	})
	w.helper = dbtest.App(t, w.DB, tools, "helper", func(a *models.App) {
		a.ClientID, a.CallbackURLs = new("Iv23helper"), []string{"https://helper.example/back"}
		a.Permissions = models.Grants{"issues": models.LevelWrite, "emails": models.LevelRead, "plan": models.LevelRead}
	})
	if err := w.DB.Read(t.Context()).Exec(`UPDATE apps SET expire_user_tokens = false WHERE slug = 'signer'`).Error; err != nil {
		t.Fatal(err)
	}
	for _, app := range []*models.App{&w.signer, &w.helper} {
		err := w.DB.Tx(t.Context(), func(tx *db.Tx) (err error) {
			w.secret[*app.ClientID], _, err = issue.Secret(t.Context(), tx, app, w.tess.ID, "one", w.Clock.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// shows checks an answer's status and that its page has some texts.
func shows(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: status %d (%s), want %d", what, a.Status, a.Location, status)
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("%s: no %q in it", what, text)
		}
	}
}

// leads checks where an answer leads, and returns what it carries along.
func leads(t *testing.T, what string, a apptest.Answer, to string) url.Values {
	t.Helper()
	at, query, _ := strings.Cut(a.Location, "?")
	if a.Status != http.StatusFound || at != to {
		t.Fatalf("%s: %d leads to %s, want %s", what, a.Status, a.Location, to)
	}
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func form(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return q
}

// token asks for a token with a body of this type, and an Accept header.
func (w *world) token(accept, body string) apptest.Answer {
	b := w.Visitor(w.t)
	kind := "application/x-www-form-urlencoded"
	if strings.HasPrefix(body, "{") {
		kind = "application/json"
	}
	b.Header()["Sec-Fetch-Site"] = nil
	b.Header()["Accept"] = []string{accept}
	return b.Do(http.MethodPost, "/login/oauth/access_token", kind, body)
}

// asked is what an API says to a token.
func (w *world) asked(path, token string) apptest.Answer {
	b := w.Visitor(w.t)
	b.Header()["Authorization"] = []string{"Bearer " + token}
	b.Header()["User-Agent"] = []string{"test"}
	return b.Get(path)
}

const ask = "/login/oauth/authorize?client_id=Ov23signer&scope=read:user,user:email,repo&state=a%20%26b&redirect_uri=https%3A%2F%2Fsigner.example%2Fback%2Fin"

func TestSigningInWithSouk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if a := w.Visitor(t).Get(ask); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/login?return_to=") {
		t.Errorf("who isn't signed in: %d %s", a.Status, a.Location)
	}
	bob := w.As(t, w.bob)
	page := bob.Get(ask)
	shows(t, "the page", page, 200, "Authorize Signer", "signer.example", `name="state" value="a &amp;b"`, "Not let in", "Ask the owners of acme", "More than", "<code>repo</code>")
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https://signer.example;") {
		t.Errorf("browsers wouldn't go back: %s", policy)
	}
	in := form("client_id", "Ov23signer", "scope", "read:user,user:email,repo", "state", "a &b", "redirect_uri", "https://signer.example/back/in")
	in.Set("do", "deny")
	if q := leads(t, "no", bob.Post("/login/oauth/authorize", in), "https://signer.example/back/in"); q.Get("error") != "access_denied" || q.Get("state") != "a &b" || q.Get("code") != "" {
		t.Errorf("%v", q)
	}
	in.Set("do", "allow")
	in.Set("places", "acme")
	q := leads(t, "yes", bob.Post("/login/oauth/authorize", in), "https://signer.example/back/in")
	if q.Get("state") != "a &b" {
		t.Errorf("%v", q)
	}
	a := w.token("application/json", form("client_id", "Ov23signer", "client_secret", w.secret["Ov23signer"], "code", q.Get("code")).Encode())
	var got struct {
		Token string `json:"access_token"`
		Scope string `json:"scope"`
		Type  string `json:"token_type"`
		Ends  *int   `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(a.Body), &got); err != nil || a.Status != 200 || got.Scope != "read:user,repo,user:email" || got.Type != "bearer" || got.Ends != nil {
		t.Fatalf("%v: %d %s", err, a.Status, a.Body)
	}
	user := w.asked("/api/v3/user", got.Token)
	shows(t, "whose token it is", user, 200, `"login":"bob"`, `"email":"bob@`)
	if user.Header.Get("X-OAuth-Scopes") != "read:user, repo, user:email" {
		t.Errorf("it has %q", user.Header.Get("X-OAuth-Scopes"))
	}
	shows(t, "the other API", w.asked("/api/v1/user", got.Token), 200, `"login":"bob"`)
	shows(t, "what needs a scope", w.asked("/api/v3/user/orgs", got.Token), 403)
	shows(t, "what is bought", w.asked("/api/v3/user/marketplace_purchases", got.Token), 200, "[]")

	// Next time nobody asks; unless the app wants that.
	leads(t, "again", bob.Get(ask), "https://signer.example/back/in")
	leads(t, "with less", bob.Get("/login/oauth/authorize?client_id=Ov23signer"), "https://signer.example/back")
	shows(t, "with more", bob.Get("/login/oauth/authorize?client_id=Ov23signer&scope=gist"), 200, "authorized Signer before", "<code>gist</code>")
	shows(t, "another account", bob.Get(ask+"&prompt=select_account"), 200, "Choose an account", "Continue as bob")
	shows(t, "somebody else", bob.Get(ask+"&login=ada"), 200, "expects ada")
}

func TestWhatIsWrongWithAnAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.As(t, w.bob)
	shows(t, "no such app", bob.Get("/login/oauth/authorize?client_id=nothing"), 404)
	q := leads(t, "elsewhere", bob.Get("/login/oauth/authorize?client_id=Ov23signer&state=x&redirect_uri=https://evil.example/"), "https://signer.example/back")
	if q.Get("error") != "redirect_uri_mismatch" || q.Get("state") != "x" || q.Get("error_uri") == "" || q.Get("error_description") == "" {
		t.Errorf("%v", q)
	}
	for _, pkce := range []string{"code_challenge=x&code_challenge_method=S256", "code_challenge=" + strings.Repeat("a", 43), "code_challenge=x&code_challenge_method=plain"} {
		shows(t, pkce, bob.Get("/login/oauth/authorize?client_id=Ov23signer&"+pkce), 400, "code_challenge")
	}
	dbtest.Suspend(t, w.DB, dbtest.AccountOf(t, w.DB, "toolmakers"))
	if q := leads(t, "a suspended integrator", bob.Get(ask), "https://signer.example/back/in"); q.Get("error") != "application_suspended" {
		t.Errorf("%v", q)
	}
}

func TestTokensInEveryForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := func() string {
		to := w.As(t, w.bob).Post("/login/oauth/authorize", form("client_id", "Iv23helper", "do", "allow", "asked", "emails:read", "asked", "plan:read",
			"offer", "emails", "offer", "plan", "grant", "emails"))
		return leads(t, "a code", to, "https://helper.example/back").Get("code")
	}
	body := func(more ...string) string {
		return form(append([]string{"client_id", "Iv23helper", "client_secret", w.secret["Iv23helper"]}, more...)...).Encode()
	}
	a := w.token("", body("code", code(), "grant_type", "authorization_code"))
	q, err := url.ParseQuery(a.Body)
	if err != nil || !strings.HasPrefix(q.Get("access_token"), "ghu_") || q.Get("scope") != "" || q.Get("expires_in") != "28800" || q.Get("refresh_token_expires_in") != "15897600" {
		t.Fatalf("%v: %s", err, a.Body)
	}
	a = w.token("application/xml", body("grant_type", "refresh_token", "refresh_token", q.Get("refresh_token")))
	var x struct {
		XMLName xml.Name `xml:"OAuth"`
		Token   string   `xml:"access_token"`
	}
	if err := xml.Unmarshal([]byte(a.Body), &x); err != nil || !strings.HasPrefix(x.Token, "ghu_") {
		t.Fatalf("%v: %s", err, a.Body)
	}
	shows(t, "the old one", w.asked("/api/v3/user", q.Get("access_token")), 401, "Bad credentials")
	shows(t, "the new one", w.asked("/api/v3/user", x.Token), 200, `"login":"bob"`)
	shows(t, "what was granted", w.asked("/api/v3/user/emails", x.Token), 200, `"primary":true`)
	shows(t, "what wasn't", w.asked("/api/v3/user/orgs", x.Token), 403)

	// Credentials in the header, and a JSON body.
	b := w.Visitor(t)
	b.Header()["Accept"] = []string{"application/json"}
	r, _ := http.NewRequest(http.MethodPost, "/", nil)
	r.SetBasicAuth("Iv23helper", w.secret["Iv23helper"])
	b.Header()["Authorization"] = r.Header["Authorization"]
	shows(t, "Basic and JSON", b.Do(http.MethodPost, "/login/oauth/access_token", "application/json", `{"code": "`+code()+`"}`), 200, `"access_token":"ghu_`)

	for what, one := range map[string]struct{ body, want string }{
		"a wrong code":    {body("code", "nothing"), "bad_verification_code"},
		"no code":         {body(), "bad_verification_code"},
		"a wrong secret":  {form("client_id", "Iv23helper", "client_secret", "x", "code", "y").Encode(), "incorrect_client_credentials"},
		"nothing":         {"", "incorrect_client_credentials"},
		"a wrong refresh": {body("grant_type", "refresh_token", "refresh_token", "ghr_x"), "bad_refresh_token"},
		"another grant":   {body("grant_type", "password"), "unsupported_grant_type"},
		"as JSON":         {`{"client_id": "Iv23helper", "client_secret": ["x"]}`, "incorrect_client_credentials"},
	} {
		a := w.token("application/json", one.body)
		shows(t, what, a, 200, `"error":"`+one.want+`"`, `"error_description":"`, `"error_uri":"`)
		if a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %s", what, a.Header.Get("Cache-Control"))
		}
	}
	shows(t, "no JSON", w.token("", "{"), 400)
	shows(t, "what there is", w.Visitor(t).Get("/.well-known/oauth-authorization-server/login/oauth"), 200, `"issuer":"`+w.URL+`/login/oauth"`, `"code_challenge_methods_supported":["S256"]`)
}

func TestSeeingAndTakingBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.As(t, w.bob)
	shows(t, "none", bob.Get("/settings/applications"), 200, "No OAuth App acts in your name")
	dbtest.Authorize(t, w.DB, w.signer, w.bob)
	dbtest.Authorize(t, w.DB, w.helper, w.bob)
	shows(t, "one", bob.Get("/settings/applications"), 200, "Signer", "<code>read:user</code>", "Never used")
	shows(t, "the other kind", bob.Get("/settings/apps/authorizations"), 200, "Helper", "2 permissions to your account")
	const helper = "/settings/connections/applications/Iv23helper"
	shows(t, "its page", bob.Get(helper), 200, "Take back", "<code>emails</code>", "<code>plan</code>")
	if a := bob.Post(helper+"/permissions/revoke", form("key", "plan")); a.Location != helper {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	shows(t, "less", bob.Get(helper), 200, "What else it asks for", "You left these out")
	bob.Post(helper+"/permissions", form("grant", "plan"))
	if a := bob.Get(helper); strings.Contains(a.Body, "What else it asks for") {
		t.Error("it still asks")
	}
	const signer = "/settings/connections/applications/Ov23signer"
	shows(t, "organizations", bob.Get(signer), 200, "Not let in", "Ask the owners")
	shows(t, "too long", bob.Post(signer+"/organizations", form("organization", "acme", "reason", strings.Repeat("a", 501))), 422, "500 characters", "aaaaa")
	bob.Post(signer+"/organizations", form("organization", "acme", "reason", "for releases"))
	shows(t, "asked", bob.Get(signer), 200, "Owners were asked", "Withdraw the request")

	ada := w.As(t, w.ada)
	const policy = "/organizations/acme/settings/oauth_application_policy"
	shows(t, "the owner's list", ada.Get(policy), 200, "Signer", "Waits for you", "for releases", "bob asked on")
	shows(t, "the case", ada.Get(policy+"/signer"), 200, "Approve Signer", "Deny Signer", "for releases", "1 member")
	if a := ada.Post(policy+"/signer", form("do", "deny", "words", "not yet")); a.Location != policy {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	shows(t, "denied", bob.Get(signer), 200, "Denied by owners", "not yet")
	shows(t, "only those", ada.Get(policy+"?view=denied"), 200, "Signer")
	shows(t, "no such view", ada.Get(policy+"?view=x"), 400)

	shows(t, "before", bob.Get(signer+"/revoke"), 200, "Revoke Signer", "tokens end at once")
	if a := bob.Post(signer+"/revoke", nil); a.Location != "/settings/applications" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	shows(t, "afterwards", bob.Get(signer), 404)
	shows(t, "all of a kind", bob.Get("/settings/apps/authorizations/revoke"), 200, "Helper", "Revoke all of them")
	bob.Post("/settings/apps/authorizations/revoke", nil)
	shows(t, "nothing is left", bob.Get("/settings/apps/authorizations"), 200, "No GitHub App acts in your name")
}

func TestTheIntegratorsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tess := w.As(t, w.tess)
	shows(t, "the way there", tess.Get("/settings/apps/signer/advanced"), 200, "/settings/apps/signer/revoke_tokens")
	shows(t, "what it means", tess.Get("/settings/apps/signer/revoke_tokens"), 200, "Revoke all user tokens of Signer", "0 user tokens")
	if a := tess.Post("/settings/apps/signer/revoke_tokens", nil); a.Location != "/settings/apps/signer" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
}

func TestAppsAskAboutTheirTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	to := w.As(t, w.bob).Post("/login/oauth/authorize", form("client_id", "Ov23signer", "do", "allow", "scope", "gist"))
	code := leads(t, "a code", to, "https://signer.example/back").Get("code")
	q, err := url.ParseQuery(w.token("", form("client_id", "Ov23signer", "client_secret", w.secret["Ov23signer"], "code", code).Encode()).Body)
	if err != nil {
		t.Fatal(err)
	}
	token := q.Get("access_token")
	call := func(method, path, client, token string) apptest.Answer {
		b := w.Visitor(t)
		r, _ := http.NewRequest(method, "/", nil)
		r.SetBasicAuth(client, w.secret[client])
		b.Header()["Authorization"], b.Header()["User-Agent"], b.Header()["Sec-Fetch-Site"] = r.Header["Authorization"], []string{"test"}, nil
		return b.Do(method, "/api/v3/applications/"+path, "application/json", `{"access_token": "`+token+`"}`)
	}
	shows(t, "check", call(http.MethodPost, "Ov23signer/token", "Ov23signer", token), 200, `"token":"`+token+`"`, `"login":"bob"`, `"scopes":["gist"]`, `"client_id":"Ov23signer"`, `"expires_at":null`)
	shows(t, "another app", call(http.MethodPost, "Ov23signer/token", "Iv23helper", token), 404)
	shows(t, "another's token", call(http.MethodPost, "Iv23helper/token", "Iv23helper", token), 404)
	shows(t, "no token", call(http.MethodPost, "Ov23signer/token", "Ov23signer", ""), 422)
	a := call(http.MethodPatch, "Ov23signer/token", "Ov23signer", token)
	var fresh struct{ Token string }
	if err := json.Unmarshal([]byte(a.Body), &fresh); err != nil || fresh.Token == token || fresh.Token == "" {
		t.Fatalf("%v: %s", err, a.Body)
	}
	shows(t, "the old one", w.asked("/api/v3/user", token), 401)
	shows(t, "end it", call(http.MethodDelete, "Ov23signer/token", "Ov23signer", fresh.Token), 204)
	shows(t, "again", call(http.MethodDelete, "Ov23signer/grant", "Ov23signer", fresh.Token), 404)
}

func TestStatementsOfPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.As(t, w.bob)
	count := func(path string) int64 { return dbtest.Statements(w.DB, func() { bob.Get(path) }) }
	few := count("/settings/applications")
	for range 20 {
		dbtest.Authorize(t, w.DB, dbtest.App(t, w.DB, w.acme, "app-"+strings.ToLower(models.NewAuthorizationCode()[:8]), dbtest.OAuth), w.bob)
	}
	if many := count("/settings/applications"); many != few || many > 3 {
		t.Errorf("%d statements, then %d", few, many)
	}
	if n := count(ask); n > 3 {
		t.Errorf("asking takes %d statements", n)
	}
}
