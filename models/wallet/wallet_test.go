package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/jobs"
	"souk/models/wallet"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// bank is the test gateway under the name of one whose methods belong to sellers.
type bank struct {
	*testgw.Gateway
	mu        sync.Mutex
	setups    []gateway.SetupRequest
	forgotten []string
	down      bool
}

func (b *bank) Name() models.GatewayName { return models.GatewayStripe }

func (b *bank) Setup(ctx context.Context, r gateway.SetupRequest) (gateway.Setup, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.setups = append(b.setups, r)
	if b.down {
		return gateway.Setup{}, errors.New("down")
	}
	return b.Gateway.Setup(ctx, r)
}

func (b *bank) Forget(_ context.Context, seller gateway.Account, reference string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgotten = append(b.forgotten, seller.Reference+" "+reference)
	return nil
}

type cast struct {
	*wallet.Service
	db    *db.DB
	site  *models.Site
	bank  *bank
	ada   models.Account
	tools models.Account // who sells checker
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
	c := &cast{db: d, site: &models.Site{Base: "https://souk.example", Development: true}}
	test := testgw.New(d.Pool(), c.site, now)
	c.bank = &bank{Gateway: test}
	c.Service = wallet.New(d, q, gateway.Set{models.GatewayTest: test, models.GatewayStripe: c.bank}, c.site, now)
	c.ada, c.tools = dbtest.User(t, d, "ada"), dbtest.Account(t, d, func(a *models.Account) { a.Login = "toolmakers" })
	dbtest.Seller(t, d, c.tools, func(s *models.Seller) { s.Gateway, s.GatewayAccount = models.GatewayStripe, "acct_tools" })
	dbtest.Listing(t, d, dbtest.Named("checker", "Checker"), dbtest.By(c.tools), dbtest.WithPlan(models.Plan{Name: "Pro", Kind: models.PlanFlatRate, Currency: "JPY", MonthlyMinor: new(int64(500))}))
	c.actor = models.Actor{UserID: c.ada.ID, Login: "ada", MailVerified: true}
	return c
}

func (c *cast) begin(listing string) (string, error) {
	return c.Begin(context.Background(), c.actor, wallet.Beginning{Listing: listing, ReturnTo: "/back", Language: "ja",
		Back: func(id int64) (string, string) { return fmt.Sprintf("/done/%d", id), "/left" }})
}

// save saves a card for the seller of checker.
func (c *cast) save(t *testing.T, number string) (id int64) {
	t.Helper()
	if _, err := c.begin("checker"); err != nil {
		t.Fatal(err)
	}
	var setup string
	if err := c.db.Pool().QueryRow(t.Context(), `SELECT id, setup FROM payment_methods ORDER BY id DESC LIMIT 1`).Scan(&id, &setup); err != nil {
		t.Fatal(err)
	}
	// Nobody listens to this gateway's webhook.
	if _, err := c.bank.Save(t.Context(), setup, number, "", testgw.DecideApprove); err != nil {
		t.Fatal(err)
	}
	f, err := c.Finish(t.Context(), c.actor, id)
	if err != nil || f.State != models.MethodActive || f.ReturnTo != "/back" {
		t.Fatalf("%+v, %v", f, err)
	}
	return id
}

// A method is saved at the account of the seller who is to be paid, and is theirs.
func TestMethodsBelongToSellers(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	id := c.save(t, "4242424242424242")
	r := c.bank.setups[0]
	if r.Seller != (gateway.Account{SellerID: c.tools.ID, Reference: "acct_tools"}) || r.Currency != "JPY" || r.Language != "ja" || r.BuyerID != c.ada.ID ||
		r.ReturnURL != fmt.Sprintf("https://souk.example/done/%d", id) || r.CancelURL != "https://souk.example/left" {
		t.Errorf("%+v", r)
	}
	m, err := c.Methods(t.Context(), c.actor, "")
	if err != nil || len(m.Saved) != 1 || m.Saved[0].Seller != "toolmakers" || m.Saved[0].Last4 != "4242" {
		t.Errorf("%+v, %v", m, err)
	}
}

// Where no method can be saved, it is said why.
func TestBeginningsThatAreRefused(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.site.Development = false
	if _, err := c.begin(""); !errors.Is(err, models.ErrMethodNowhere) {
		t.Errorf("for any seller: %v", err)
	}
	c.site.Development = true
	for _, slug := range []string{"nothing", "a\x00b", "\xff"} {
		if _, err := c.begin(slug); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q: %v", slug, err)
		}
	}
	c.bank.down = true
	if _, err := c.begin("checker"); !errors.Is(err, models.ErrGatewayDown) {
		t.Errorf("while the gateway is down: %v", err)
	}
	if err := c.db.Read(t.Context()).Exec(`UPDATE sellers SET ready = false`).Error; err != nil {
		t.Fatal(err)
	}
	if _, err := c.begin("checker"); !errors.Is(err, models.ErrSellerNotReady) {
		t.Errorf("of a seller who can't be paid: %v", err)
	}
	c.actor.Suspended = true
	if _, err := c.begin("checker"); !errors.Is(err, models.ErrSuspended) {
		t.Errorf("of somebody suspended: %v", err)
	}
}

// The same card again takes the place of the first, which the gateway forgets.
func TestTheSameCardIsOneMethod(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	first, other, again := c.save(t, "4242424242424242"), c.save(t, "5555555555554444"), c.save(t, "4242424242424242")
	m, err := c.Methods(t.Context(), c.actor, "")
	if err != nil || len(m.Saved) != 2 || m.Saved[0].ID != again || m.Saved[1].ID != other {
		t.Fatalf("%+v, %v", m, err)
	}
	var queued []string
	if err := c.db.Read(t.Context()).Raw(`SELECT args ->> 'id' FROM river_job WHERE kind = 'forget_method'`).Scan(&queued).Error; err != nil || len(queued) != 1 || queued[0] != fmt.Sprint(first) {
		t.Fatalf("%v, %v", queued, err)
	}
	for _, id := range []int64{first, other, 99} {
		if err := c.Forget(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if len(c.bank.forgotten) != 1 {
		t.Errorf("%v", c.bank.forgotten)
	}
}

// Coming back, and the webhook, at once and often, save a method once.
func TestSettlingAtOnce(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	if _, err := c.begin("checker"); err != nil {
		t.Fatal(err)
	}
	var id int64
	var setup string
	if err := c.db.Pool().QueryRow(t.Context(), `SELECT id, setup FROM payment_methods`).Scan(&id, &setup); err != nil {
		t.Fatal(err)
	}
	if _, err := c.bank.Save(t.Context(), setup, "4242424242424242", "", testgw.DecideApprove); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 12)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			_, err := c.Finish(t.Context(), c.actor, id)
			failed <- err
		})
		all.Go(func() {
			failed <- c.Hear(t.Context(), models.GatewayStripe, gateway.Event{Kind: gateway.EventMethod, Reference: setup})
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			t.Error(err)
		}
	}
	var logged int
	if err := c.db.Read(t.Context()).Raw(`SELECT count(*) FROM audit_events WHERE action = 'payment_method.add'`).Scan(&logged).Error; err != nil || logged != 1 {
		t.Errorf("%d events, %v", logged, err)
	}
}

// What a subscription is paid with stays; what was removed at the gateway goes.
func TestMethodsInUse(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	id := c.save(t, "4242424242424242")
	err := c.db.Read(t.Context()).Exec(`INSERT INTO subscriptions (listing_id, seller_id, account_id, plan_id, plan_version, period, units, state, zone, anchor, period_start, payment_method_id, created_at, updated_at)
		SELECT listing_id, ?, ?, id, 1, 'month', 1, 'active', 'UTC', now(), now(), ?, now(), now() FROM plans`, c.tools.ID, c.ada.ID, id).Error
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Remove(t.Context(), c.actor, id); !errors.Is(err, models.ErrMethodInUse) {
		t.Errorf("%v", err)
	}
	// Saved again, the one in use isn't taken away.
	c.save(t, "4242424242424242")
	m, err := c.Methods(t.Context(), c.actor, "")
	if err != nil || len(m.Saved) != 2 || len(m.Sources) != 1 || m.Sources[0] != (wallet.Source{Listing: "checker", Seller: "toolmakers"}) {
		t.Errorf("%+v, %v", m, err)
	}
	var reference string
	if err := c.db.Pool().QueryRow(t.Context(), `SELECT reference FROM payment_methods WHERE id = $1`, id).Scan(&reference); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Hear(t.Context(), models.GatewayStripe, gateway.Event{Kind: gateway.EventDetached, Reference: reference}); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := c.Methods(t.Context(), c.actor, ""); err != nil || len(m.Saved) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

// Cards expire at the end of their month.
func TestExpiry(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	id := dbtest.PaymentMethod(t, c.db, c.ada, "tok_approve")
	month := func(n int) string { return dbtest.Epoch.AddDate(0, n, 1-dbtest.Epoch.Day()).Format("2006-01") }
	for expires, want := range map[string][2]bool{month(-1): {true, false}, month(0): {false, true}, month(6): {false, false}, "": {false, false}} {
		if err := c.db.Read(t.Context()).Exec(`UPDATE payment_methods SET expires = ? WHERE id = ?`, expires, id).Error; err != nil {
			t.Fatal(err)
		}
		m, err := c.Methods(t.Context(), c.actor, "")
		if err != nil || [2]bool{m.Saved[0].Expired, m.Saved[0].Expiring} != want {
			t.Errorf("%s: %+v, %v", expires, m, err)
		}
	}
}

// An account that never said so gets a proposal from what is known.
func TestProposedDetails(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	if err := c.db.Read(t.Context()).Exec(`UPDATE users SET language = 'ja', time_zone = 'Asia/Tokyo', mail_verified_at = now() WHERE account_id = ?`, c.ada.ID).Error; err != nil {
		t.Fatal(err)
	}
	acme := dbtest.Organization(t, c.db, "acme", c.ada)
	c.actor.Memberships = []models.Membership{{OrganizationID: acme.ID, Login: "acme", Role: models.RoleOwner}}
	d, err := c.Profile(t.Context(), c.actor, "acme")
	if err != nil || d.Filled || d.Profile.Language != "ja" || d.Profile.TimeZone != "Asia/Tokyo" || d.Profile.Mail != "" || d.Profile.Name == "" {
		t.Errorf("%+v, %v", d, err)
	}
	if d, err := c.Profile(t.Context(), c.actor, ""); err != nil || d.Profile.Mail == "" {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := c.Profile(t.Context(), models.Actor{UserID: 99, Login: "eve"}, "acme"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
