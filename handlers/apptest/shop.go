package apptest

import (
	"crypto/rand"
	"testing"
	"time"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/db/dbtest"
)

// Shop is a site on which makers, an organization of maker's, sells plans of the
// listing checker, and acme, an organization of ada's, has a card that works.
type Shop struct {
	*App
	Maker, Ada   models.Account
	Makers, Acme models.Account
	Listing      dbtest.Entry
	Card         int64
}

// The plans of a Shop, by number: free, flat, dearer, per seat, with a trial.
const (
	Free = iota + 1
	Team
	Pro
	Seats
	Tried
)

// NewShop makes a Shop; options may change its seller.
func NewShop(t testing.TB, options ...func(*models.Seller)) *Shop {
	t.Helper()
	return ShopOn(t, dbtest.New(t), options...)
}

// ShopOn is NewShop on an empty database that others know of.
func ShopOn(t testing.TB, d *db.DB, options ...func(*models.Seller)) *Shop {
	t.Helper()
	s := &Shop{App: On(t, d)}
	s.Maker, s.Ada = dbtest.User(t, s.DB, "maker"), dbtest.User(t, s.DB, "ada")
	s.Makers, s.Acme = dbtest.Organization(t, s.DB, "makers", s.Maker), dbtest.Organization(t, s.DB, "acme", s.Ada)
	dbtest.Seller(t, s.DB, s.Makers, append([]func(*models.Seller){func(m *models.Seller) { m.GatewayAccount = "acct_makers" }}, options...)...)
	dbtest.Profile(t, s.DB, s.Acme, "FR")
	minor := func(n int64) *int64 { return &n }
	s.Listing = dbtest.Listing(t, s.DB, dbtest.Named("checker", "Checker"), dbtest.By(s.Makers),
		dbtest.WithPlan(models.Plan{Name: "Free"}),
		dbtest.WithPlan(models.Plan{Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: minor(1000), YearlyMinor: minor(10000), Currency: "EUR"}),
		dbtest.WithPlan(models.Plan{Name: "Pro", Kind: models.PlanFlatRate, MonthlyMinor: minor(3000), YearlyMinor: minor(30000), Currency: "EUR"}),
		dbtest.WithPlan(models.Plan{Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: minor(333), YearlyMinor: minor(3333), Currency: "EUR", UnitName: "seat"}),
		dbtest.WithPlan(models.Plan{Name: "Tried", Kind: models.PlanFlatRate, MonthlyMinor: minor(2000), Currency: "EUR", TrialDays: 14}))
	s.Card = dbtest.PaymentMethod(t, s.DB, s.Acme, "tok_approve")
	return s
}

// Actor is somebody who owns an organization and has confirmed the session.
func (s *Shop) Actor(user, organization models.Account) models.Actor {
	return models.Actor{UserID: user.ID, Login: user.Login, MailVerified: true, SudoUntil: s.Clock.Now().AddDate(10, 0, 0),
		Memberships: []models.Membership{{OrganizationID: organization.ID, Login: organization.Login, Role: models.RoleOwner}}}
}

// Seller is maker, as an actor.
func (s *Shop) Seller() models.Actor { return s.Actor(s.Maker, s.Makers) }

// Buy buys a plan for acme; options may change the order.
func (s *Shop) Buy(t testing.TB, plan int, options ...func(*billing.Order)) int64 {
	t.Helper()
	o := billing.Order{Key: rand.Text(), Listing: "checker", Plan: plan, Account: "acme", Period: models.Monthly, Units: 1, Method: s.Card}
	for _, option := range options {
		option(&o)
	}
	placed, err := s.Verbs.Billing.Place(t.Context(), s.Actor(s.Ada, s.Acme), o)
	if err != nil {
		t.Fatal(err)
	}
	return placed.SubscriptionID
}

// Pass lets days pass, and everything happen that falls due on them.
func (s *Shop) Pass(t testing.TB, days int) {
	t.Helper()
	for range days {
		s.Clock.Pass(24 * time.Hour)
		rows, err := s.DB.Pool().Query(t.Context(), `SELECT id FROM subscriptions WHERE next_at <= $1 ORDER BY id`, s.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		var due []int64
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			due = append(due, id)
		}
		for _, id := range due {
			if err := s.Verbs.Billing.Advance(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Number is what a statement of one row and one number says.
func (s *Shop) Number(t testing.TB, sql string, args ...any) (n int64) {
	t.Helper()
	if err := s.DB.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// Exec runs a statement.
func (s *Shop) Exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := s.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
