package billing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// NewestMethod is the choice of the payment method that was added last.
const NewestMethod = -1

// Choice is what somebody has chosen on the order page. What is left out is chosen
// for them; what can't be had is said in Checkout.Problem.
type Choice struct {
	Listing  string        // slug
	Plan     int           // number
	Account  string        // login; "": their own
	Period   models.Period // "": by the month, where that is offered
	Units    int64         // 0: the fewest
	Coupon   string
	Method   int64 // 0: the one that was used last; or NewestMethod
	Transfer bool  // by bank transfer
}

// Buyer is an account that the order can be for.
type Buyer struct {
	models.Account
	Asks           bool  // the actor is a member without the right to buy, and may ask
	SubscriptionID int64 // it has bought from the listing already; 0 for not
}

// Checkout is everything that the order page says, before anything is ordered.
type Checkout struct {
	Choice    Choice // with what was left out
	Listing   models.Listing
	AppKind   models.AppKind
	Elsewhere bool   // it isn't sold here
	Address   string // where the integrator sells it; "" where they didn't say
	Plan      models.Plan
	Left      *int64 // units that are left of the plan; nil: no limit
	Seller    models.Seller
	Publisher string // login of the seller
	Buyers    []Buyer
	Buyer     Buyer
	Methods   []models.PaymentMethod
	Method    *models.PaymentMethod // nil: none is chosen, or none is needed
	Profile   models.BillingProfile
	Filled    bool             // somebody filled in the profile
	Discount  *models.Discount // what the coupon gives
	Verdict   models.Verdict   // of the account's policy
	Problem   error            // why this can't be ordered; nil: it can
	Turn      *models.Turn     // what comes of the order; nil with a problem that allows no quote
	Calendar  []models.CalendarEntry
	Next      *models.CalendarEntry // the next charge after today; nil: none
	Cancelled *models.Turn          // what cancelling today would mean
}

// Due is what is paid at once.
func (c *Checkout) Due() models.Money {
	if c.Turn == nil || c.Turn.Bill == nil {
		return models.Money{Currency: c.Plan.Currency}
	}
	return c.Turn.Bill.Sum()
}

// Checkout says what an order would come to: the same that Place will do. It returns
// ErrSignInNeeded, and ErrNotFound where the listing, the plan or the account isn't
// there for the actor.
func (s *Service) Checkout(ctx context.Context, actor models.Actor, choice Choice) (*Checkout, error) {
	if err := actor.MaySeeBilling(actor.UserID); err != nil {
		return nil, err
	}
	c := &Checkout{Choice: choice, Buyers: buyers(actor)}
	if err := c.pick(cmp.Or(choice.Account, actor.Login)); err != nil {
		return nil, err
	}
	o, err := s.ask(ctx, actor, c)
	if err != nil {
		return nil, err
	}
	if choice.Account == "" && c.betterFor(&o.Plan) {
		if o, err = s.ask(ctx, actor, c); err != nil {
			return nil, err
		}
	}
	if c.fill(o) {
		if o, err = s.ask(ctx, actor, c); err != nil {
			return nil, err
		}
	}
	if err := s.holds(ctx, c, o.Listing.ID); err != nil {
		return nil, err
	}
	c.tell(o)
	if !c.Buyer.Asks {
		c.reckon(o, actor, s.now())
	}
	return c, nil
}

// buyers are the accounts that the actor can choose: their own, and those of which
// they are a member.
func buyers(actor models.Actor) []Buyer {
	all := []Buyer{{Account: models.Account{ID: actor.UserID, Login: actor.Login, Kind: models.KindUser}}}
	for _, m := range actor.Memberships {
		if m.Suspended {
			continue
		}
		all = append(all, Buyer{Account: models.Account{ID: m.OrganizationID, Login: m.Login, Name: m.Name, Kind: models.KindOrganization},
			Asks: errors.Is(actor.MayPayFor(m.OrganizationID), models.ErrForbidden)})
	}
	return all
}

// pick chooses the account with a login.
func (c *Checkout) pick(login string) error {
	for _, b := range c.Buyers {
		if strings.EqualFold(b.Login, login) {
			c.Buyer, c.Choice.Account = b, b.Login
			return nil
		}
	}
	return models.ErrNotFound
}

// betterFor chooses an account that the plan is offered to, where the present one
// isn't: one that the actor may pay for before one that they may ask.
func (c *Checkout) betterFor(p *models.Plan) bool {
	if p.Audience.Allows(c.Buyer.Kind) {
		return false
	}
	for _, asks := range []bool{false, true} {
		for _, b := range c.Buyers {
			if b.Asks == asks && p.Audience.Allows(b.Kind) {
				c.Buyer, c.Choice.Account = b, b.Login
				return true
			}
		}
	}
	return false
}

// ask reads what the choice depends on. What an organization has isn't shown to
// members who may only ask: they see the plan as for themselves.
func (s *Service) ask(ctx context.Context, actor models.Actor, c *Checkout) (*offered, error) {
	order := c.order()
	if c.Buyer.Asks {
		order.Account = actor.Login
	}
	return s.offer(ctx, s.db.Pool(), actor, order)
}

func (c *Checkout) order() Order {
	ch := &c.Choice
	return Order{Listing: ch.Listing, Plan: ch.Plan, Account: ch.Account, Period: ch.Period, Units: ch.Units, Coupon: ch.Coupon,
		Method: max(ch.Method, 0), Transfer: ch.Transfer}
}

// fill chooses what was left out, and reports whether that is another payment
// method: somebody may have had the trial with its card.
func (c *Checkout) fill(o *offered) bool {
	ch := &c.Choice
	if o.Plan.Kind != models.PlanPerUnit {
		ch.Units = 1
	} else if ch.Units == 0 {
		ch.Units = o.Plan.Fewest()
	}
	if ch.Period == "" || o.Plan.Free() {
		ch.Period = models.Monthly
		if !o.Plan.Free() && o.Plan.MonthlyMinor == nil {
			ch.Period = models.Yearly
		}
	}
	if o.Plan.Free() || !o.Seller.AcceptsTransfer {
		ch.Transfer = false
	}
	if o.Plan.Free() || ch.Transfer {
		ch.Method = 0
		return false
	}
	return c.fillMethod(o)
}

func (c *Checkout) fillMethod(o *offered) bool {
	if o.Method != nil || len(o.Methods) == 0 || c.Buyer.Asks {
		return false
	}
	chosen := o.Methods[0].ID
	if c.Choice.Method == NewestMethod {
		for i := range o.Methods {
			chosen = max(chosen, o.Methods[i].ID)
		}
	}
	c.Choice.Method = chosen
	return true
}

// holds notes which of the accounts have bought from the listing already.
func (s *Service) holds(ctx context.Context, c *Checkout, listingID int64) error {
	ids := make([]int64, len(c.Buyers))
	for i := range c.Buyers {
		ids[i] = c.Buyers[i].ID
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT account_id, id FROM subscriptions WHERE listing_id = $1 AND account_id = ANY($2) AND state NOT IN ('ended', 'incomplete')`,
		listingID, ids)
	if err != nil {
		return fmt.Errorf("billing: checkout: %w", err)
	}
	has := map[int64]int64{}
	var account, subscription int64
	if _, err := pgx.ForEachRow(rows, []any{&account, &subscription}, func() error {
		has[account] = subscription
		return nil
	}); err != nil {
		return fmt.Errorf("billing: checkout: %w", err)
	}
	for i := range c.Buyers {
		c.Buyers[i].SubscriptionID = has[c.Buyers[i].ID]
	}
	c.Buyer.SubscriptionID = has[c.Buyer.ID]
	return nil
}

// tell takes over what is offered.
func (c *Checkout) tell(o *offered) {
	c.Listing, c.AppKind, c.Plan, c.Seller, c.Publisher = o.Listing, o.AppKind, o.Plan, o.Seller, o.SellerLogin
	if o.Purchase == models.PurchaseDirect || !o.Claimed {
		c.Elsewhere, c.Address = true, o.PurchaseURL
	}
	if o.Plan.Capacity != nil {
		c.Left = new(max(*o.Plan.Capacity-o.Taken, 0))
	}
	if !c.Buyer.Asks {
		c.Methods, c.Method, c.Profile, c.Filled, c.Discount = o.Methods, o.Method, o.Profile, o.HasProfile, o.Discount
	}
}

// reckon says what comes of the order, or why it can't be placed.
func (c *Checkout) reckon(o *offered, actor models.Actor, now time.Time) {
	c.Turn, c.Problem = o.quote(c.order(), now)
	if c.Turn == nil {
		return
	}
	c.Verdict = o.verdict(c.Turn)
	if err := actor.MayOrderFor(o.Account.ID, o.Account.SuspendedAt != nil); err != nil {
		c.Problem = err
	}
	if c.Problem == nil {
		c.Problem = c.Verdict.Refusal(o.Account.Kind == models.KindUser || actor.RoleIn(o.Account.ID) == models.RoleOwner)
	}
	from := c.Turn.At.In(c.Turn.After.Location())
	c.Calendar = c.Turn.Calendar(&o.Env, models.MonthsAfter(from, models.CalendarMonths).Add(-time.Second))
	for _, e := range c.Turn.Calendar(&o.Env, models.MonthsAfter(from, 2*models.CalendarMonths+1)) {
		if e.Bill != nil && e.At.After(c.Turn.At) {
			c.Next = &e
			break
		}
	}
	paid := c.Turn.After.Paid()
	if turn, err := paid.Cancel(&o.Env, now); err == nil {
		c.Cancelled = turn
	}
}

// Upgrade is where an app's customers are led who want another plan: the
// subscription of the account, or 0 and the login for which they can order it. It
// returns ErrNotFound where the actor doesn't belong to the account.
func (s *Service) Upgrade(ctx context.Context, actor models.Actor, slug string, plan int, accountID int64) (subscription int64, login string, err error) {
	for _, b := range buyers(actor) {
		if b.ID == accountID {
			login = b.Login
		}
	}
	if login == "" || actor.Anonymous() {
		return 0, "", models.ErrNotFound
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT coalesce((SELECT s.id FROM subscriptions s WHERE s.listing_id = l.id AND s.account_id = $3 AND s.state NOT IN ('ended', 'incomplete')), 0)
		FROM listings l JOIN plans p ON p.listing_id = l.id AND p.number = $2 AND p.state <> 'draft'
		WHERE l.slug = $1 AND (l.public OR l.state = 'unlisted')`, slug, plan, accountID).Scan(&subscription)
	if err != nil {
		return 0, "", missing(err)
	}
	if errors.Is(actor.MayPayFor(accountID), models.ErrForbidden) {
		subscription = 0 // they may ask, and see no more
	}
	return subscription, login, nil
}
