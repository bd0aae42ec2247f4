package billing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// How much a desk shows.
const (
	deskEnded    = 20
	deskInvoices = 5
	deskBought   = 200
)

// Desk is everything that an account has bought.
type Desk struct {
	Account  models.Account
	Role     models.OrganizationRole // of the actor in it; "" where they have none
	Why      error                   // why the actor can't act for it; nil: they can
	Zone     *time.Location
	Now      time.Time
	Bought   []Bought // that runs, or is paused
	Ended    []Bought // the newest ones
	Spent    []models.Money
	Year     []models.Money
	Months   []MonthAhead
	Invoices []InvoiceLine // the newest ones
	Requests int           // to buy, that are open
}

// MonthAhead is what is charged in one of the months ahead, by currency.
type MonthAhead struct {
	From   time.Time
	Amount []models.Money
}

// Bought is a subscription as a list shows it.
type Bought struct {
	Sub     models.Subscription
	Listing models.Listing
	Public  bool // visitors see the listing
	Owed    *Debt
	Next    *models.CalendarEntry // the next charge; nil: none
	EndedAt time.Time
}

// Debt is what isn't paid. Charge is where an attempt to take it stands, "" for none.
type Debt struct {
	Amount    models.Money
	InvoiceID int64 // 0: there is none yet
	OrderID   int64 // of what waits for its payment; 0: none
	Charge    models.ChargeState
	ActionURL string // where the buyer confirms it
}

// InvoiceLine is a document as a list shows it.
type InvoiceLine struct {
	ID        int64               `json:"id"`
	Kind      models.InvoiceKind  `json:"kind"`
	Reference string              `json:"reference"`
	Name      string              `json:"name"` // of the listing
	IssuedAt  time.Time           `json:"issued_at"`
	Minor     int64               `json:"minor"`
	Currency  string              `json:"currency"`
	State     models.InvoiceState `json:"state"`
}

var deskSQL = `SELECT ` + accountJSON + `, ` + profileJSON + `,
		(SELECT coalesce(json_agg(x), '[]') FROM (SELECT i.id, i.kind, i.reference, l.name, i.issued_at, i.total_minor minor, i.currency, i.state
			FROM invoices i JOIN listings l ON l.id = i.listing_id WHERE i.account_id = a.id ORDER BY i.id DESC LIMIT $3) x),
		(SELECT count(*) FROM buy_requests q WHERE q.organization_id = a.id AND q.state = 'open' AND q.expires_at > $4)
	FROM accounts a LEFT JOIN billing_profiles r ON r.account_id = a.id LEFT JOIN users u ON u.account_id = $2
	WHERE a.login = $1`

// Desk is everything that an account has bought, for those who may see that; login ""
// is the actor's own. Others get ErrNotFound.
func (s *Service) Desk(ctx context.Context, actor models.Actor, login string) (*Desk, error) {
	login = strings.ToLower(cmp.Or(login, actor.Login))
	if !utf8.ValidString(login) || strings.ContainsRune(login, 0) {
		return nil, models.ErrNotFound
	}
	d := &Desk{Now: s.now()}
	var profile models.BillingProfile
	err := scan(s.db.Pool().QueryRow(ctx, deskSQL, login, actor.UserID, deskInvoices, d.Now), asJSON{&d.Account}, asJSON{&profile}, asJSON{&d.Invoices}, &d.Requests)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeBilling(d.Account.ID); err != nil {
		return nil, err
	}
	d.Role, d.Why = actor.RoleIn(d.Account.ID), actor.MayOrderFor(d.Account.ID, d.Account.SuspendedAt != nil)
	d.Zone = zoneOf(profile.TimeZone)
	if err := s.bought(ctx, d); err != nil {
		return nil, err
	}
	return d, s.spent(ctx, d)
}

const deskWhere = `WHERE s.account_id = $1 AND (s.state <> 'ended' OR s.id IN
		(SELECT x.id FROM subscriptions x WHERE x.account_id = $1 AND x.state = 'ended' ORDER BY x.id DESC LIMIT $2))
	ORDER BY s.state = 'ended', CASE WHEN s.state = 'ended' THEN -s.id END, lower(l.name), s.id LIMIT $3`

// bought reads the subscriptions in one statement, and what will be charged for them.
func (s *Service) bought(ctx context.Context, d *Desk) error {
	all, err := see(ctx, s.db.Pool(), deskWhere, d.Account.ID, deskEnded, deskBought)
	if err != nil {
		return err
	}
	sums := make([]map[string]int64, models.CalendarMonths)
	for i := range all {
		st := &all[i]
		b := st.bought(d.Now)
		if b.Sub.State == models.SubscriptionEnded {
			d.Ended = append(d.Ended, b)
			continue
		}
		d.Bought = append(d.Bought, b)
		for _, e := range st.calendar(d.Now) {
			d.add(sums, &e)
		}
	}
	d.sum(sums)
	return nil
}

// month is when one of the months ahead begins.
func (d *Desk) month(n int) time.Time { return models.MonthsAfter(d.Now.In(d.Zone), n) }

// add puts an entry of a calendar to its month.
func (d *Desk) add(sums []map[string]int64, e *models.CalendarEntry) {
	if e.Bill == nil || e.Bill.Total == 0 {
		return
	}
	n := len(sums) - 1
	for n > 0 && e.At.Before(d.month(n)) {
		n--
	}
	if sums[n] == nil {
		sums[n] = map[string]int64{}
	}
	sums[n][e.Bill.Currency] += e.Bill.Total
}

func (d *Desk) sum(sums []map[string]int64) {
	year := map[string]int64{}
	for n, of := range sums {
		if of == nil {
			continue
		}
		d.Months = append(d.Months, MonthAhead{From: d.month(n), Amount: monies(of)})
		for currency, minor := range of {
			year[currency] += minor
		}
	}
	d.Year = monies(year)
}

// monies are sums by their currency, in its order.
func monies(of map[string]int64) []models.Money {
	var all []models.Money
	for currency, minor := range of {
		all = append(all, models.Money{Minor: minor, Currency: currency})
	}
	slices.SortFunc(all, func(a, b models.Money) int { return strings.Compare(a.Currency, b.Currency) })
	return all
}

// spent is what was invoiced this month, less what was credited.
func (s *Service) spent(ctx context.Context, d *Desk) error {
	now := d.Now.In(d.Zone)
	from := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, d.Zone)
	rows, err := s.db.Pool().Query(ctx, `SELECT sum(CASE kind WHEN 'invoice' THEN total_minor ELSE -total_minor END)::bigint, currency
		FROM invoices WHERE account_id = $1 AND issued_at >= $2 GROUP BY currency ORDER BY currency`, d.Account.ID, from)
	if err != nil {
		return fmt.Errorf("billing: spent: %w", err)
	}
	if d.Spent, err = pgx.CollectRows(rows, pgx.RowToStructByPos[models.Money]); err != nil {
		return fmt.Errorf("billing: spent: %w", err)
	}
	return nil
}

// calendar is what time will bring.
func (st *standing) calendar(now time.Time) []models.CalendarEntry {
	turn := models.Turn{At: now, After: st.Sub}
	return turn.Calendar(&st.Env, models.MonthsAfter(now.In(st.Sub.Location()), models.CalendarMonths))
}

// bought is the subscription as a list shows it.
func (st *seen) bought(now time.Time) Bought {
	b := Bought{Sub: st.Sub, Listing: st.Listing, Public: st.Public, Owed: st.debt(), EndedAt: st.EndedAt}
	for _, e := range st.calendar(now) {
		if e.Bill != nil && e.Bill.Total > 0 {
			b.Next = &e
			break
		}
	}
	return b
}

// debt is what isn't paid, and nil where everything is.
func (st *standing) debt() *Debt {
	d := &Debt{}
	switch {
	case st.Owed != nil && st.Owed.State == models.InvoiceOpen && st.Sub.Due != nil:
		d.InvoiceID = st.Owed.ID
		d.Amount = models.Money{Minor: st.Owed.Minor - st.Owed.Credited, Currency: st.Owed.Document.Bill.Currency}
	case st.Waiting != nil && st.Waiting.Turn.Bill != nil:
		d.OrderID, d.Amount = st.Waiting.OrderID, st.Waiting.Turn.Bill.Sum()
	default:
		return nil
	}
	if st.Open != nil {
		d.Charge, d.ActionURL = st.Open.State, st.Open.ActionURL
	}
	return d
}

// zoneOf is a time zone by its name, UTC where there is none such.
func zoneOf(name string) *time.Location {
	if zone, err := models.ParseTimeZone(name); err == nil {
		return zone
	}
	return time.UTC
}
