package sellers_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/sellers"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// bank is a gateway at which sellers need an account, such as Stripe: it makes one
// for each key, and says of it what a test wants.
type bank struct {
	gateway.Gateway
	mu       sync.Mutex
	made     map[string]string
	standing gateway.SellerAccount
	down     bool
}

var errDown = errors.New("down")

func (b *bank) Open(_ context.Context, key string, _ models.Seller) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		return "", errDown
	}
	if b.made[key] == "" {
		b.made[key] = "acct_" + key
	}
	return b.made[key], nil
}

func (b *bank) Onboard(_ context.Context, account, returnURL, _ string) (string, error) {
	return "https://bank.example/" + account + "?back=" + returnURL, nil
}

func (b *bank) Standing(context.Context, string) (gateway.SellerAccount, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.standing, nil
}

type cast struct {
	*sellers.Service
	db    *db.DB
	site  *models.Site
	bank  *bank
	ada   models.Account
	acme  models.Account
	actor models.Actor
}

func newCast(t *testing.T) *cast {
	t.Helper()
	d := dbtest.New(t)
	q, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return dbtest.Epoch }
	c := &cast{db: d, site: &models.Site{Base: "https://souk.example", Development: true}, bank: &bank{made: map[string]string{}}}
	set := gateway.Set{models.GatewayTest: testgw.New(d.Pool(), c.site, now), models.GatewayStripe: c.bank}
	c.Service = sellers.New(d, q, notices.New(d, q, now), set, c.site, now)
	c.ada = dbtest.User(t, d, "ada")
	c.acme = dbtest.Organization(t, d, "acme", c.ada)
	c.actor = models.Actor{UserID: c.ada.ID, Login: "ada", MailVerified: true, SudoUntil: dbtest.Epoch.Add(time.Hour),
		Memberships: []models.Membership{{OrganizationID: c.acme.ID, Login: "acme", Role: models.RoleOwner}}}
	return c
}

func details() models.Seller {
	return models.Seller{LegalName: "Acme GmbH", Address: models.Address{Line1: "Hauptstr. 1", City: "Wien", Country: "AT"}, Mail: "money@acme.example",
		TransferDays: 14, GraceDays: 14}
}

func (c *cast) seller(t *testing.T) models.Seller {
	t.Helper()
	s, err := sellers.Of(t.Context(), c.db.Pool(), c.acme.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *cast) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := c.db.Read(t.Context()).Raw(sql, args...).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// An account at the gateway is made once, after the seller has said who they are.
func TestOnboarding(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	const back = "/organizations/acme/settings/selling"
	if _, err := c.Connect(t.Context(), c.actor, "acme", models.GatewayStripe, back); !errors.Is(err, models.ErrSellerDetails) {
		t.Fatalf("without a name: %v", err)
	}
	if err := c.Save(t.Context(), c.actor, "acme", details()); err != nil {
		t.Fatal(err)
	}
	c.bank.down = true
	if _, err := c.Connect(t.Context(), c.actor, "acme", models.GatewayStripe, back); !errors.Is(err, models.ErrGatewayDown) || c.seller(t).Gateway != "" {
		t.Fatalf("while the gateway is down: %v", err)
	}
	c.bank.down = false
	pages := make([]string, 6)
	var all sync.WaitGroup
	for i := range pages {
		all.Go(func() { pages[i], _ = c.Connect(t.Context(), c.actor, "acme", models.GatewayStripe, back) })
	}
	all.Wait()
	slices.Sort(pages)
	if len(slices.Compact(pages)) != 1 || pages[0] == "" || len(c.bank.made) != 1 {
		t.Errorf("%v; %v", pages, c.bank.made)
	}
	s := c.seller(t)
	if s.Gateway != models.GatewayStripe || s.Ready || len(s.Requirements) == 0 {
		t.Errorf("%+v", s)
	}
	if n := c.count(t, `SELECT count(*) FROM audit_events WHERE action = 'seller.connect'`); n != 1 {
		t.Errorf("%d events", n)
	}
	if _, err := c.Connect(t.Context(), c.actor, "acme", models.GatewayTest, back); !errors.Is(err, models.ErrSellerConnected) {
		t.Errorf("another gateway: %v", err)
	}
}

// What the gateway says of a seller is kept, and news of it reaches owners once.
func TestStanding(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	if err := c.Save(t.Context(), c.actor, "acme", details()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Connect(t.Context(), c.actor, "acme", models.GatewayStripe, "/"); err != nil {
		t.Fatal(err)
	}
	account := c.seller(t).GatewayAccount
	for _, step := range []struct {
		standing gateway.SellerAccount
		ready    bool
		news     []string // all so far
	}{
		{gateway.SellerAccount{Requirements: []string{"external_account"}}, false, nil},
		{gateway.SellerAccount{Ready: true}, true, []string{"seller_ready"}},
		{gateway.SellerAccount{Ready: true}, true, []string{"seller_ready"}},
		{gateway.SellerAccount{Ready: true, Requirements: []string{"individual.verification.document"}}, true, []string{"seller_ready", "seller_asked"}},
		{gateway.SellerAccount{Requirements: []string{"individual.verification.document", "requirements.past_due"}}, false, []string{"seller_ready", "seller_asked", "seller_asked"}},
	} {
		c.bank.standing = step.standing
		// What the event says is old by the time it is heard.
		if err := c.Hear(t.Context(), models.GatewayStripe, gateway.Event{Kind: gateway.EventAccount, Reference: account}); err != nil {
			t.Fatal(err)
		}
		var news []string
		if err := c.db.Read(t.Context()).Raw(`SELECT kind FROM notifications WHERE account_id = ? ORDER BY id`, c.ada.ID).Scan(&news).Error; err != nil {
			t.Fatal(err)
		}
		if s := c.seller(t); s.Ready != step.ready || !slices.Equal(s.Requirements, append([]string{}, step.standing.Requirements...)) || !slices.Equal(news, step.news) {
			t.Errorf("%+v: %+v, %v", step, s, news)
		}
	}
	if err := c.Hear(t.Context(), models.GatewayStripe, gateway.Event{Kind: gateway.EventAccount, Reference: "acct_unknown"}); err != nil {
		t.Error(err)
	}
}

// The test gateway is there in development alone.
func TestTheTestGatewayIsForDevelopment(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.site.Development = false
	if _, err := c.Connect(t.Context(), c.actor, "acme", models.GatewayTest, "/"); !errors.Is(err, models.ErrGatewayMissing) {
		t.Errorf("%v", err)
	}
	d, err := c.Settings(t.Context(), c.actor, "acme")
	if err != nil || !slices.Equal(d.Gateways, []models.GatewayName{models.GatewayStripe}) {
		t.Errorf("%v, %v", d, err)
	}
	c.site.Development = true
	if page, err := c.Connect(t.Context(), c.actor, "", models.GatewayTest, "/"); err != nil || page != "" {
		t.Errorf("%q, %v", page, err)
	}
	if s, err := sellers.Of(t.Context(), c.db.Pool(), c.ada.ID); err != nil || !s.Ready || s.LegalName == "" {
		t.Errorf("%+v, %v", s, err)
	}
}

// A gateway stays while somebody pays through it.
func TestDisconnecting(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	if _, err := c.Connect(t.Context(), c.actor, "acme", models.GatewayTest, "/"); err != nil {
		t.Fatal(err)
	}
	listing := dbtest.Listing(t, c.db, dbtest.By(c.acme), dbtest.WithPlan(models.Plan{Name: "Pro", Kind: models.PlanFlatRate, Currency: "EUR", MonthlyMinor: new(int64(500))}))
	eve := dbtest.User(t, c.db, "eve")
	method := dbtest.PaymentMethod(t, c.db, eve, "tok_approve")
	err := c.db.Read(t.Context()).Exec(`INSERT INTO subscriptions (listing_id, seller_id, account_id, plan_id, plan_version, period, units, state, zone, anchor, period_start, payment_method_id, created_at, updated_at)
		SELECT ?, ?, ?, id, 1, 'month', 1, 'active', 'UTC', now(), now(), ?, now(), now() FROM plans WHERE listing_id = ?`, listing.ID, c.acme.ID, eve.ID, method, listing.ID).Error
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Disconnect(t.Context(), c.actor, "acme"); !errors.Is(err, models.ErrSellerSubscribed) {
		t.Fatalf("%v", err)
	}
	if err := c.db.Read(t.Context()).Exec(`UPDATE subscriptions SET state = 'ended', ended_at = now()`).Error; err != nil {
		t.Fatal(err)
	}
	if err := c.Disconnect(t.Context(), c.actor, "acme"); err != nil {
		t.Fatal(err)
	}
	if s := c.seller(t); s.Gateway != "" || s.Ready || s.GatewayAccount != "" || s.LegalName == "" {
		t.Errorf("%+v", s)
	}
}

// Nobody but owners sets how an organization is paid.
func TestWhoSells(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	stale, manager, stranger := c.actor, c.actor, models.Actor{UserID: 99, Login: "eve", MailVerified: true, SudoUntil: c.actor.SudoUntil}
	stale.SudoUntil = dbtest.Epoch.Add(-time.Hour)
	manager.UserID, manager.Memberships = 98, []models.Membership{{OrganizationID: c.acme.ID, Role: models.RoleBillingManager}}
	for name, one := range map[string]struct {
		actor models.Actor
		want  error
	}{"an old session": {stale, models.ErrSudoNeeded}, "a billing manager": {manager, models.ErrForbidden}, "a stranger": {stranger, models.ErrNotFound}, "nobody": {models.Actor{}, models.ErrSignInNeeded}} {
		for act, err := range map[string]error{"save": c.Save(t.Context(), one.actor, "acme", details()), "disconnect": c.Disconnect(t.Context(), one.actor, "acme"),
			"connect": func() error {
				_, err := c.Connect(t.Context(), one.actor, "acme", models.GatewayTest, "/")
				return err
			}()} {
			if !errors.Is(err, one.want) {
				t.Errorf("%s, %s: %v", name, act, err)
			}
		}
	}
	if n := c.count(t, `SELECT count(*) FROM sellers`); n != 0 {
		t.Errorf("%d sellers", n)
	}
	for _, login := range []string{"no\x00body", "\xff", "nobody"} {
		if _, err := c.Settings(t.Context(), c.actor, login); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q: %v", login, err)
		}
	}
}
