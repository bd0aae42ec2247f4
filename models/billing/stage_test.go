package billing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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
)

// stage is a seller with a listing, an organization that buys, and a clock.
type stage struct {
	t       testing.TB
	db      *db.DB
	billing *Service
	gateway *testgw.Gateway
	mu      sync.Mutex
	time    time.Time

	seller  models.Account // makers, an organization
	buyer   models.Account // acme, an organization
	ada     models.Actor   // owner of the buyer
	grace   models.Actor   // billing manager of the buyer
	member  models.Actor
	maker   models.Actor // owner of the seller
	listing dbtest.Entry
	card    int64
}

var start = time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC)

// The plans of the stage, by number.
const (
	free = iota + 1
	team
	pro
	seats
	tried
	few
)

func plansOf() []models.Plan {
	minor := func(n int64) *int64 { return &n }
	return []models.Plan{
		{Name: "Free"},
		{Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: minor(1000), YearlyMinor: minor(10000), Currency: "EUR"},
		{Name: "Pro", Kind: models.PlanFlatRate, MonthlyMinor: minor(3000), YearlyMinor: minor(30000), Currency: "EUR"},
		{Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: minor(333), YearlyMinor: minor(3333), Currency: "EUR", UnitName: "seat"},
		{Name: "Tried", Kind: models.PlanFlatRate, MonthlyMinor: minor(2000), Currency: "EUR", TrialDays: 14},
		{Name: "Few", Kind: models.PlanPerUnit, MonthlyMinor: minor(500), Currency: "EUR", UnitName: "seat", Capacity: minor(10)},
	}
}

func newStage(t testing.TB, options ...func(*models.Seller)) *stage {
	t.Helper()
	return newStageOn(t, dbtest.New(t), options...)
}

// newStageOn is newStage on a database that others know of.
func newStageOn(t testing.TB, d *db.DB, options ...func(*models.Seller)) *stage {
	t.Helper()
	s := &stage{t: t, db: d, time: start}
	owner, keeper, member, maker := dbtest.User(t, s.db, "ada"), dbtest.User(t, s.db, "grace"), dbtest.User(t, s.db, "mia"), dbtest.User(t, s.db, "maker")
	s.buyer, s.seller = dbtest.Organization(t, s.db, "acme", owner), dbtest.Organization(t, s.db, "makers", maker)
	dbtest.Member(t, s.db, s.buyer, keeper, models.RoleBillingManager)
	dbtest.Member(t, s.db, s.buyer, member, models.RoleMember)
	dbtest.Seller(t, s.db, s.seller, options...)
	dbtest.Profile(t, s.db, s.buyer, "FR")
	of := []func(*dbtest.Entry){dbtest.Named("checker", "Checker"), dbtest.By(s.seller)}
	for _, p := range plansOf() {
		of = append(of, dbtest.WithPlan(p))
	}
	s.listing = dbtest.Listing(t, s.db, of...)
	s.card = dbtest.PaymentMethod(t, s.db, s.buyer, "tok_approve")
	s.ada, s.grace, s.member = s.actor(owner, s.buyer, models.RoleOwner), s.actor(keeper, s.buyer, models.RoleBillingManager), s.actor(member, s.buyer, models.RoleMember)
	s.maker = s.actor(maker, s.seller, models.RoleOwner)
	var err error
	if s.billing, err = serve(s.db, s.now); err != nil {
		t.Fatal(err)
	}
	s.gateway = s.billing.gateways[models.GatewayTest].(*testgw.Gateway)
	return s
}

// serve makes the service on a database.
func serve(d *db.DB, now func() time.Time) (*Service, error) {
	q, err := jobs.NewQueue(d)
	if err != nil {
		return nil, err
	}
	site := &models.Site{Base: "http://souk.example", Development: true}
	return New(d, q, notices.New(d, q, now), gateway.Set{models.GatewayTest: testgw.New(d.Pool(), site, now)}, site, now), nil
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.time
}

func (s *stage) wait(d time.Duration) {
	s.mu.Lock()
	s.time = s.time.Add(d)
	s.mu.Unlock()
}

const day = 24 * time.Hour

// pass lets time pass and everything happen that falls due, day by day.
func (s *stage) pass(d time.Duration) {
	s.t.Helper()
	for ; d > 0; d -= min(d, day) {
		s.wait(min(d, day))
		s.tend()
	}
}

// tend does what the jobs would.
func (s *stage) tend() {
	s.t.Helper()
	for _, id := range column[int64](s, `SELECT id FROM subscriptions WHERE next_at <= $1 ORDER BY id`, s.now()) {
		if err := s.billing.Advance(context.Background(), id); err != nil {
			s.t.Fatalf("subscription %d: %v", id, err)
		}
	}
}

func (s *stage) actor(a, org models.Account, role models.OrganizationRole) models.Actor {
	return models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SudoUntil: start.AddDate(50, 0, 0),
		Memberships: []models.Membership{{OrganizationID: org.ID, Login: org.Login, Role: role}}}
}

func (s *stage) order(plan int, options ...func(*Order)) Order {
	o := Order{Listing: "checker", Plan: plan, Account: "acme", Period: models.Monthly, Units: 1, Method: s.card, Key: fmt.Sprintf("key-%d", serial())}
	for _, f := range options {
		f(&o)
	}
	return o
}

var (
	serialMu sync.Mutex
	serialNo int
)

func serial() int {
	serialMu.Lock()
	defer serialMu.Unlock()
	serialNo++
	return serialNo
}

func (s *stage) buy(plan int, options ...func(*Order)) int64 {
	s.t.Helper()
	p, err := s.billing.Place(context.Background(), s.ada, s.order(plan, options...))
	if err != nil || !p.Done {
		s.t.Fatalf("plan %d: %+v, %v", plan, p, err)
	}
	return p.SubscriptionID
}

func (s *stage) sub(id int64) models.Subscription {
	s.t.Helper()
	st, err := load(context.Background(), s.db.Pool(), id, false)
	if err != nil {
		s.t.Fatal(err)
	}
	return st.Sub
}

func (s *stage) behave(method int64, as testgw.Behaviour) {
	s.exec(`UPDATE payment_methods SET reference = $2 WHERE id = $1`, method, as)
}

func (s *stage) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Pool().Exec(context.Background(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

func one1[T any](s *stage, sql string, args ...any) (v T) {
	s.t.Helper()
	if err := s.db.Pool().QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func column[T any](s *stage, sql string, args ...any) (all []T) {
	s.t.Helper()
	rows, err := s.db.Pool().Query(context.Background(), sql, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// list is a column in one line.
func (s *stage) list(sql string, args ...any) string {
	s.t.Helper()
	return strings.Join(column[string](s, sql, args...), " ")
}

func (s *stage) hooks() string {
	return s.list(`SELECT action FROM hook_events ORDER BY id`)
}

func (s *stage) want(what, got, want string) {
	s.t.Helper()
	if got != want {
		s.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func (s *stage) fails(what string, err, want error) {
	s.t.Helper()
	if !errors.Is(err, want) {
		s.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// proven says what doesn't agree: ledger, invoices, charges, gateway and places.
func (s *stage) proven() {
	s.t.Helper()
	for what, sql := range map[string]string{
		"invoices out of number":                  `SELECT reference FROM (SELECT *, row_number() OVER (PARTITION BY seller_id ORDER BY number) n FROM invoices) i WHERE number <> n`,
		"numbers that the seller doesn't know of": `SELECT s.account_id::text FROM sellers s WHERE last_number <> (SELECT count(*) FROM invoices i WHERE i.seller_id = s.account_id)`,
		"transactions out of balance":             `SELECT transaction_id::text FROM ledger_entries GROUP BY transaction_id, currency HAVING sum(minor) <> 0`,
		"documents that aren't in the books": `SELECT i.reference FROM invoices i WHERE NOT EXISTS (SELECT FROM ledger_transactions t
			WHERE t.invoice_id = i.id AND t.kind = ANY (CASE i.kind WHEN 'invoice' THEN ARRAY['invoice'] ELSE ARRAY['credit_note', 'write_off'] END))`,
		"charges that aren't in the books": `SELECT c.id::text FROM charges c WHERE (c.state = 'succeeded') <> EXISTS (SELECT FROM ledger_transactions t WHERE t.charge_id = c.id AND t.kind = 'charge')`,
		"money that the gateway doesn't know of": `SELECT c.id::text FROM charges c LEFT JOIN test_gateway g ON g.kind = 'charge' AND g.key = c.reference
			WHERE c.state = 'succeeded' AND (g.body ->> 'state' IS DISTINCT FROM 'succeeded' OR (g.body ->> 'minor')::bigint IS DISTINCT FROM c.minor)`,
		"money that we don't know of": `SELECT g.key FROM test_gateway g WHERE g.kind = 'charge' AND g.body ->> 'state' = 'succeeded'
			AND NOT EXISTS (SELECT FROM charges c WHERE c.reference = g.key AND c.state = 'succeeded')`,
		"invoices that are paid by nothing": `SELECT i.reference FROM invoices i WHERE i.kind = 'invoice' AND i.state = 'paid'
			AND NOT EXISTS (SELECT FROM charges c WHERE c.invoice_id = i.id AND c.state = 'succeeded' AND c.minor = i.total_minor)
			AND NOT EXISTS (SELECT FROM ledger_transactions t WHERE t.invoice_id = i.id AND t.kind = 'transfer')`,
		"invoices that are paid twice": `SELECT invoice_id::text FROM charges WHERE state = 'succeeded' GROUP BY invoice_id HAVING count(*) > 1`,
		"what is owed by ended ones":   `SELECT i.reference FROM invoices i JOIN subscriptions s ON s.id = i.subscription_id WHERE i.state = 'open' AND s.state = 'ended'`,
		"receivables that no invoice asks for": `SELECT s.account_id::text FROM sellers s WHERE coalesce((SELECT sum(e.minor) FROM ledger_entries e JOIN ledger_transactions t
			ON t.id = e.transaction_id WHERE t.seller_id = s.account_id AND e.account = 'receivable'), 0)
			<> coalesce((SELECT sum(total_minor) FROM invoices i WHERE i.seller_id = s.account_id AND i.state = 'open'), 0)`,
		"orders that wait for nothing": `SELECT o.id::text FROM orders o WHERE o.state = 'waiting'
			AND NOT EXISTS (SELECT FROM charges c WHERE c.order_id = o.id AND c.state IN ('reserved', 'processing', 'action_needed'))`,
		"places out of count": `SELECT p.id::text FROM plans p JOIN plan_seats x ON x.plan_id = p.id WHERE p.capacity IS NOT NULL AND x.taken <> coalesce((
			SELECT sum(greatest(CASE WHEN s.plan_id = p.id THEN s.units ELSE 0 END,
				CASE WHEN (s.pending #>> '{terms,plan,ID}')::bigint = p.id THEN (s.pending #>> '{terms,units}')::bigint ELSE 0 END,
				coalesce((SELECT o.units FROM orders o WHERE o.subscription_id = s.id AND o.state = 'waiting' AND o.plan_id = p.id), 0)))
			FROM subscriptions s WHERE s.listing_id = p.listing_id AND s.state <> 'ended'), 0)`,
		"revenue that isn't the money that came": `SELECT (SELECT sum(minor) FROM listing_facts WHERE kind = 'revenue')::text WHERE coalesce((SELECT sum(minor) FROM listing_facts WHERE kind = 'revenue'), 0)
			<> coalesce((SELECT sum(minor) FROM charges WHERE state = 'succeeded' AND gateway <> 'transfer'), 0)
			- coalesce((SELECT sum(minor) FROM refunds WHERE state = 'succeeded'), 0)
			+ coalesce((SELECT sum(total_minor) FROM invoices i WHERE EXISTS (SELECT FROM ledger_transactions t WHERE t.invoice_id = i.id AND t.kind = 'transfer')), 0)`,
		"webhooks that nobody sends": `SELECT h.guid::text FROM hook_events h WHERE NOT EXISTS (SELECT FROM river_job j WHERE j.kind = 'deliver_hook' AND j.args ->> 'guid' = h.guid::text)`,
	} {
		if got := s.list(sql); got != "" {
			s.t.Errorf("%s: %s", what, got)
		}
	}
}

func dump(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
