package api_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

// market is a site where acme and its owner eve have bought from hammer, a GitHub
// App with a private key.
type market struct {
	*apptest.App
	t      *testing.T
	key    *rsa.PrivateKey
	hammer models.App
	eve    models.Account
	acme   models.Account
	plan   int64
	in     *apptest.Browser
}

func newMarket(t *testing.T) *market {
	t.Helper()
	m := &market{App: apptest.New(t), t: t}
	ada := dbtest.User(t, m.DB, "ada")
	m.eve = dbtest.User(t, m.DB, "eve")
	m.acme = dbtest.Organization(t, m.DB, "acme", m.eve)
	m.hammer = dbtest.App(t, m.DB, ada, "hammer")
	listing := dbtest.Draft(t, m.DB, m.hammer, models.ListingContent{})
	dbtest.Seller(t, m.DB, ada)
	var err error
	if m.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&m.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	now := m.Clock.Now()
	m.exec(`INSERT INTO app_keys (app_id, public_key, fingerprint, created_at) VALUES ($1, $2, 'print', $3)`, m.hammer.ID, der, now)
	m.plan = m.row(`INSERT INTO plans (listing_id, number, name, kind, description, monthly_minor, yearly_minor, unit_name, trial_days, bullets, state)
		VALUES ($1, 1, 'Team', 'per_unit', 'For teams', 900, 9900, 'seat', 14, '{Fast}', 'published') RETURNING id`, listing)
	pending := `{"kind": "change", "terms": {"plan": {"ID": ` + strconv.FormatInt(m.plan, 10) + `, "Number": 1, "Name": "Team", "Kind": "per_unit"}, "period": "month", "units": 2}}`
	for i, account := range []models.Account{m.acme, m.eve} {
		change := any(nil)
		if i == 0 {
			change = pending
		}
		m.exec(`INSERT INTO subscriptions (listing_id, seller_id, account_id, plan_id, plan_version, period, units, state, zone, anchor, period_start, period_end,
				trial_ends_at, pending, created_at, updated_at)
			VALUES ($1, $2, $3, $4, 1, 'year', 5, 'trial', 'UTC', $5, $5, $6, $6, $7, $5, $5)`, listing, ada.ID, account.ID, m.plan, now, now.AddDate(0, 0, 14), change)
	}
	for _, guid := range []string{"01890a5d-ac96-774b-bcce-b302099a8051", "01890a5d-ac96-774b-bcce-b302099a8052", "01890a5d-ac96-774b-bcce-b302099a8053"} {
		m.exec(`INSERT INTO hook_events (guid, listing_id, event, action, payload, state, created_at)
			VALUES ($1, $2, 'marketplace_purchase', 'changed', '{"action": "changed"}', 'delivered', $3)`, guid, listing, now)
	}
	m.in = m.Visitor(t)
	m.in.Header().Set("User-Agent", "go-github/v92")
	m.in.Header().Set("X-Github-Api-Version", "2022-11-28")
	return m
}

func (m *market) exec(sql string, args ...any) {
	m.t.Helper()
	if _, err := m.DB.Pool().Exec(m.t.Context(), sql, args...); err != nil {
		m.t.Fatal(err)
	}
}

func (m *market) row(sql string, args ...any) (id int64) {
	m.t.Helper()
	if err := m.DB.Pool().QueryRow(m.t.Context(), sql, args...).Scan(&id); err != nil {
		m.t.Fatal(err)
	}
	return id
}

// token is what clients sign: a little in the past, for some minutes.
func (m *market) token(change ...func(jwt.MapClaims)) string {
	m.t.Helper()
	now := m.Clock.Now()
	claims := jwt.MapClaims{"iat": now.Add(-30 * time.Second).Unix(), "exp": now.Add(10 * time.Minute).Unix(), "iss": m.hammer.ID}
	for _, c := range change {
		c(claims)
	}
	text, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(m.key)
	if err != nil {
		m.t.Fatal(err)
	}
	return text
}

// ask asks as the app.
func (m *market) ask(path string) apptest.Answer {
	m.t.Helper()
	m.in.Header().Set("Authorization", "bearer "+m.token())
	return m.in.Get(path)
}

func replied[T any](t *testing.T, a apptest.Answer) (v T) {
	t.Helper()
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	return v
}

// customer has the fields that go-github reads.
type customer struct {
	URL, Type, Login string
	ID               int64
	Mail             string `json:"organization_billing_email"`
	Pending          *struct {
		ID        int64
		Effective time.Time `json:"effective_date"`
		Units     *int      `json:"unit_count"`
		Plan      *struct{ ID int64 }
	} `json:"marketplace_pending_change"`
	Purchase struct {
		Cycle   string     `json:"billing_cycle"`
		Next    *time.Time `json:"next_billing_date"`
		Units   *int       `json:"unit_count"`
		OnTrial bool       `json:"on_free_trial"`
		Ends    *time.Time `json:"free_trial_ends_on"`
		Plan    struct {
			ID      int64
			URL     string
			Number  int
			State   string
			Model   string `json:"price_model"`
			Unit    string `json:"unit_name"`
			Yearly  int    `json:"yearly_price_in_cents"`
			Bullets []string
		}
	} `json:"marketplace_purchase"`
}

func TestMarketplaceOfGitHub(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	plans := replied[[]map[string]any](t, m.ask("/api/v3/marketplace_listing/plans?unknown=1"))
	if len(plans) != 1 || plans[0]["accounts_url"] != m.URL+"/api/v3/marketplace_listing/plans/"+strconv.FormatInt(m.plan, 10)+"/accounts" ||
		plans[0]["price_model"] != "PER_UNIT" || plans[0]["has_free_trial"] != true || plans[0]["state"] != "published" || len(plans[0]) != 13 {
		t.Errorf("%v", plans)
	}
	accounts := "/api/v3/marketplace_listing/plans/" + strconv.FormatInt(m.plan, 10) + "/accounts"
	a := m.ask(accounts + "?per_page=1&sort=created&direction=asc")
	first := replied[[]customer](t, a)
	if want := `<` + m.URL + accounts + `?direction=asc&page=2&per_page=1&sort=created>; rel="next", <` + m.URL + accounts + `?direction=asc&page=2&per_page=1&sort=created>; rel="last"`; a.Header.Get("Link") != want {
		t.Errorf("Link is %s", a.Header.Get("Link"))
	}
	if len(first) != 1 || first[0].Login != "acme" || first[0].Type != "Organization" || first[0].URL != m.URL+"/api/v3/orgs/acme" || first[0].Pending == nil ||
		*first[0].Pending.Units != 2 || first[0].Pending.Plan.ID != m.plan || !first[0].Purchase.OnTrial || first[0].Purchase.Ends == nil ||
		first[0].Purchase.Cycle != "yearly" || *first[0].Purchase.Units != 5 || first[0].Purchase.Plan.Unit != "seat" || first[0].Purchase.Plan.Number != 1 {
		t.Errorf("%+v", first)
	}
	if last := m.ask(accounts + "?per_page=1000"); last.Header.Get("Link") != "" || len(replied[[]customer](t, last)) != 2 {
		t.Errorf("all of them: %s", last.Header.Get("Link"))
	}
	one := replied[customer](t, m.ask("/api/v3/marketplace_listing/accounts/"+strconv.FormatInt(m.eve.ID, 10)))
	if one.Login != "eve" || one.Type != "User" || one.Pending != nil || one.URL != m.URL+"/api/v3/users/eve" {
		t.Errorf("%+v", one)
	}
	for path, want := range map[string]string{
		"/api/v3/marketplace_listing/stubbed/plans":               "1313",
		"/api/v3/marketplace_listing/stubbed/plans/1313/accounts": `"effective_date":"2017-11-11T00:00:00Z"`,
		"/api/v3/marketplace_listing/stubbed/accounts/4":          `"marketplace_pending_change":{"id":77`,
	} {
		if a := m.ask(path); a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	a = m.ask("/api/v3/marketplace_listing/plans")
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "X-Github-Media-Type": "github.v3; format=json", "X-Github-Api-Version-Selected": "2022-11-28"} {
		if a.Header.Get(name) != want {
			t.Errorf("%s: %q", name, a.Header.Get(name))
		}
	}
	if a.Header.Get("Date") == "" || a.Header.Get("X-Github-Request-Id") == "" || !strings.Contains(a.Header.Get("Access-Control-Expose-Headers"), "Link") {
		t.Errorf("%v", a.Header)
	}
	m.in.Header().Set("If-None-Match", a.Header.Get("ETag"))
	if again := m.ask("/api/v3/marketplace_listing/plans"); again.Status != http.StatusNotModified {
		t.Errorf("unchanged: %d", again.Status)
	}
}

// What is refused says so in the words by which clients know it.
func TestErrorsOfGitHub(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	const plans = "/api/v3/marketplace_listing/plans"
	far := func(c jwt.MapClaims) { c["exp"] = m.Clock.Now().Add(12 * time.Minute).Unix() }
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{"iat": m.Clock.Now().Unix(), "exp": m.Clock.Now().Add(time.Minute).Unix(), "iss": m.hammer.ID}).SignedString(other)
	if err != nil {
		t.Fatal(err)
	}
	der, _ := x509.MarshalPKIXPublicKey(&m.key.PublicKey)
	confused, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iat": m.Clock.Now().Unix(), "exp": m.Clock.Now().Add(time.Minute).Unix(), "iss": m.hammer.ID}).SignedString(der)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path, header string
		status       int
		message      string
	}{
		"nobody":          {plans, "", 401, "Requires authentication"},
		"a wrong secret":  {plans, "Basic " + "eDp5", 401, "Bad credentials"},
		"no token":        {plans, "Bearer soukp_something", 401, "A JSON web token could not be decoded"},
		"another's key":   {plans, "Bearer " + forged, 401, "A JSON web token could not be decoded"},
		"a shared secret": {plans, "Bearer " + confused, 401, "A JSON web token could not be decoded"},
		"too long":        {plans, "Bearer " + m.token(far), 401, "'Expiration time' claim ('exp') is too far in the future"},
		"expired": {plans, "Bearer " + m.token(func(c jwt.MapClaims) { c["exp"] = m.Clock.Now().Add(-2 * time.Minute).Unix() }), 401,
			"'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"},
		"endless": {plans, "Bearer " + m.token(func(c jwt.MapClaims) { delete(c, "exp") }), 401,
			"'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"},
		"from the future": {plans, "Bearer " + m.token(func(c jwt.MapClaims) { c["iat"] = m.Clock.Now().Add(2 * time.Minute).Unix() }), 401,
			"'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"},
		"nobody's":         {plans, "Bearer " + m.token(func(c jwt.MapClaims) { c["iss"] = 0 }), 404, "Integration not found"},
		"another's plan":   {plans + "/999999/accounts", "Bearer " + m.token(), 404, "Not Found"},
		"no number":        {plans + "/x/accounts", "Bearer " + m.token(), 404, "Not Found"},
		"no customer":      {"/api/v3/marketplace_listing/accounts/999999", "Bearer " + m.token(), 404, "Not Found"},
		"no such address":  {"/api/v3/nothing", "", 404, "Not Found"},
		"a strange order":  {plans + "/1/accounts?sort=price", "Bearer " + m.token(), 422, "Validation Failed"},
		"nobody's user":    {"/api/v3/user/marketplace_purchases", "", 401, "Requires authentication"},
		"a made-up person": {"/api/v3/user/marketplace_purchases", "token soukp_x", 401, "Bad credentials"},
	} {
		m.in.Header().Set("Authorization", c.header)
		a := m.in.Get(c.path)
		var body struct {
			Message, Status string
			Documentation   string `json:"documentation_url"`
		}
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil || a.Status != c.status || body.Message != c.message || body.Status != strconv.Itoa(c.status) || body.Documentation == "" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	// Clocks may differ by a minute, and an app may be named in three ways.
	for name, change := range map[string]func(jwt.MapClaims){
		"a clock ahead": func(c jwt.MapClaims) {
			c["iat"], c["exp"] = m.Clock.Now().Add(50*time.Second).Unix(), m.Clock.Now().Add(10*time.Minute+50*time.Second).Unix()
		},
		"a clock behind": func(c jwt.MapClaims) { c["exp"] = m.Clock.Now().Add(-50 * time.Second).Unix() },
		"as text":        func(c jwt.MapClaims) { c["iss"] = strconv.FormatInt(m.hammer.ID, 10) },
		"by client id":   func(c jwt.MapClaims) { c["iss"] = *m.hammer.ClientID },
	} {
		m.in.Header().Set("Authorization", "Bearer "+m.token(change))
		if a := m.in.Get(plans); a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	m.in.Header().Set("X-Github-Api-Version", "1999-01-01")
	if a := m.in.Get(plans); a.Status != http.StatusBadRequest {
		t.Errorf("an old version: %d", a.Status)
	}
	m.in.Header().Del("X-Github-Api-Version")
	m.in.Header().Set("User-Agent", "")
	if a := m.in.Get(plans); a.Status != http.StatusForbidden {
		t.Errorf("no program: %d", a.Status)
	}
	m.exec(`DELETE FROM app_keys`)
	m.in.Header().Set("User-Agent", "octokit")
	if a := m.ask(plans); a.Status != http.StatusUnauthorized || !strings.Contains(a.Body, "Integration must generate a public key") {
		t.Errorf("without a key: %d %s", a.Status, a.Body)
	}
}

func TestAnAppComesWithItsClientSecret(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	b := m.As(t, dbtest.AccountOf(t, m.DB, "ada"))
	b.Post("/settings/apps/hammer/secrets", url.Values{"attempt": {"a"}})
	secret := b.Cookie("/settings/apps/hammer/secrets", "fresh_secret")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.URL+"/api/v3/marketplace_listing/plans", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(*m.hammer.ClientID, secret)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%d", answer.StatusCode)
	}
}

func TestWhatAPersonHasBought(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for _, c := range []struct {
		scopes []string
		status int
		logins string
	}{
		{[]string{"read:user"}, 200, "eve"}, {[]string{"user", "read:org"}, 200, "acme eve"}, {[]string{"read:org"}, 403, ""},
	} {
		secret := dbtest.AccessToken(t, m.DB, m.eve, c.scopes...)
		m.in.Header().Set("Authorization", "token "+secret)
		a := m.in.Get("/api/v3/user/marketplace_purchases")
		if a.Status != c.status {
			t.Fatalf("%v: %d %s", c.scopes, a.Status, a.Body)
		}
		if c.status != 200 {
			continue
		}
		var logins []string
		for _, own := range replied[[]struct {
			Account struct {
				Login  string
				NodeID string `json:"node_id"`
			}
			Plan struct{ ID int64 }
		}](t, a) {
			if own.Plan.ID != m.plan || own.Account.NodeID == "" {
				t.Errorf("%+v", own)
			}
			logins = append(logins, own.Account.Login)
		}
		if got := strings.Join(logins, " "); got != c.logins {
			t.Errorf("%v: %s, want %s", c.scopes, got, c.logins)
		}
		if stub := m.in.Get("/api/v3/user/marketplace_purchases/stubbed"); stub.Status != 200 || !strings.Contains(stub.Body, `"id":1313`) {
			t.Errorf("%d %s", stub.Status, stub.Body)
		}
	}
}

func TestEventsAreReadOn(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	type page struct {
		Items []struct {
			Cursor              int
			GUID, State, Action string
			Payload             map[string]any
		}
		Next string
		More bool
	}
	p := replied[page](t, m.ask("/api/v1/marketplace_listing/events?per_page=2"))
	if len(p.Items) != 2 || !p.More || p.Items[0].Cursor != 1 || p.Items[1].GUID != "01890a5d-ac96-774b-bcce-b302099a8052" || p.Items[0].Payload["action"] != "changed" {
		t.Fatalf("%+v", p)
	}
	rest := replied[page](t, m.ask(strings.TrimPrefix(p.Next, m.URL)))
	if len(rest.Items) != 1 || rest.More || rest.Items[0].Cursor != 3 || !strings.HasSuffix(rest.Next, "after=3&per_page=2") {
		t.Fatalf("%+v", rest)
	}
	if end := replied[page](t, m.ask(strings.TrimPrefix(rest.Next, m.URL))); len(end.Items) != 0 || end.More || end.Next != rest.Next {
		t.Errorf("%+v", end)
	}
	for path, status := range map[string]int{"?after=-1": 400, "?after=x": 400, "?per_page=101": 400, "?before=1": 400} {
		if a := m.ask("/api/v1/marketplace_listing/events" + path); a.Status != status || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	m.in.Header().Set("Authorization", "Bearer x.y.z")
	if a := m.in.Get("/api/v1/marketplace_listing/events"); a.Status != 401 || !strings.Contains(a.Body, `"code":"app_token"`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if spec := m.Visitor(t).Get("/api/v1/openapi.json"); !strings.Contains(spec.Body, "listMarketplaceEvents") || !strings.Contains(spec.Body, `"bearerFormat": "JWT"`) {
		t.Error("it isn't described")
	}
}
