package orders

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/models/billing"
	pages "souk/templates/orders"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

func problem(e *models.Error) ui.Problem { return ui.Problem{Field: e.Field, Code: e.Code} }

// orderView is all that the order page shows.
func orderView(ctx context.Context, co *billing.Checkout, in input) pages.Order {
	ch := &co.Choice
	v := pages.Order{Slug: co.Listing.Slug, Listing: co.Listing.Name, LogoURL: paths.Tile(co.Listing.LogoHash), Backdrop: co.Listing.LogoBackdrop,
		Plan: site.PlanView(&co.Plan), Account: ch.Account, Period: ch.Period, Coupon: in.Coupon, Units: i18n.Number(ctx, ch.Units)}
	if co.Elsewhere {
		v.Elsewhere = elsewhereView(co)
		return v
	}
	if co.Left != nil {
		v.Left, v.Capacity = co.Left, *co.Plan.Capacity
	}
	for i := range co.Buyers {
		v.Buyers = append(v.Buyers, buyerView(&co.Buyers[i]))
	}
	v.Seller = pages.Seller{Legal: co.Seller.LegalName, Login: co.Publisher, Country: co.Seller.Address.Country}
	v.Profile = profileView(&co.Profile, co.Filled)
	addMethods(&v, co)
	chosen := choiceValues(co)
	here := paths.OrderWith(v.Slug, v.Plan.Number, chosen)
	v.Details = paths.BillingReturning(organization(co), "details", v.Slug, here)
	switch {
	case co.Buyer.Asks:
		chosen.Del("method")
		chosen.Del("coupon")
		v.Asks = paths.OrderRequest(v.Slug, v.Plan.Number, chosen)
	case co.Buyer.SubscriptionID != 0:
		v.Bought = paths.Subscription(co.Buyer.SubscriptionID, "")
	default:
		addQuote(&v, co)
	}
	return v
}

func elsewhereView(co *billing.Checkout) *pages.Elsewhere {
	e := &pages.Elsewhere{Path: paths.SetUp(co.Listing.Slug), Imported: co.Address == ""}
	if !e.Imported {
		e.Path, e.Host = paths.SetUpTo(co.Listing.Slug, "purchase"), ui.Host(co.Address)
	}
	return e
}

func buyerView(b *billing.Buyer) pages.Buyer {
	return pages.Buyer{Login: b.Login, Name: b.Name, Organization: b.Kind == models.KindOrganization, Asks: b.Asks, Bought: b.SubscriptionID != 0}
}

// organization is the login of the account, "" for oneself.
func organization(co *billing.Checkout) string {
	if co.Buyer.Kind == models.KindOrganization {
		return co.Buyer.Login
	}
	return ""
}

func profileView(p *models.BillingProfile, filled bool) pages.Profile {
	a := &p.Address
	lines := []string{a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region}
	return pages.Profile{Name: p.Name, Lines: slices.DeleteFunc(lines, func(s string) bool { return s == "" }), Country: a.Country,
		TaxNumber: p.TaxNumber, Filled: filled}
}

func addMethods(v *pages.Order, co *billing.Checkout) {
	for i := range co.Methods {
		m := &co.Methods[i]
		v.Methods = append(v.Methods, pages.Method{ID: strconv.FormatInt(m.ID, 10), Name: billing.MethodName(m), Expires: m.Expires})
	}
	if co.Seller.AcceptsTransfer && !co.Plan.Free() {
		v.Transfer = co.Seller.TransferDays
	}
	v.Method = methodValue(co)
}

func methodValue(co *billing.Checkout) string {
	switch {
	case co.Choice.Transfer:
		return byTransfer
	case co.Method != nil:
		return strconv.FormatInt(co.Method.ID, 10)
	}
	return ""
}

// addQuote adds what comes of the order, or why nothing does.
func addQuote(v *pages.Order, co *billing.Checkout) {
	if co.Turn != nil {
		v.Quote = quoteView(co)
		v.Place = button(co.Due())
	}
	if len(co.Verdict.Reasons) > 0 || co.Verdict.Decision == models.DecisionDeny || co.Verdict.Decision == models.DecisionAsk {
		v.Policy = &pages.Policy{Account: co.Buyer.Login, Decision: co.Verdict.Decision, Reasons: co.Verdict.Reasons}
	}
	known, ok := errors.AsType[*models.Error](co.Problem)
	switch {
	case !ok:
	case known.Is(models.ErrPaymentMethodNeeded):
		v.Add = true
	case known.Is(models.ErrPolicyAsks):
		chosen := choiceValues(co)
		chosen.Del("method")
		chosen.Del("coupon")
		v.Why, v.AskOwner = known.Code, paths.OrderRequest(v.Slug, v.Plan.Number, chosen)
	case known.Field == "" || known.Is(models.ErrPlanFull) && co.Plan.Kind != models.PlanPerUnit || known.Is(models.ErrPlanGone):
		v.Why = known.Code
	default:
		v.Problems = ui.Problems{problem(known)}
		if !known.Is(models.ErrCouponUnknown) && known.Field != "coupon" {
			v.Quote = nil
		}
	}
}

func quoteView(co *billing.Checkout) *pages.Quote {
	t := co.Turn
	s := &t.After
	q := &pages.Quote{Act: "buy", Days: co.Plan.TrialDays, Period: s.Terms.Period, Today: co.Due(), Bill: t.Bill, Zone: s.Location(), Discount: co.Discount}
	switch {
	case s.Free():
		q.Act = "free"
	case s.OnTrial():
		q.Act, q.Trial = "trial", s.End
	case co.Next == nil, co.Next.Bill.Total != q.Today.Minor, q.Discount != nil && q.Discount.Left > 0:
		q.Act = "today"
	}
	if s.Due != nil {
		q.Payable = s.Due.Payable
	}
	if n := co.Next; n != nil {
		q.Next = &pages.Charge{At: n.At, Amount: n.Bill.Sum()}
	}
	q.Rows = rowViews(co, q)
	q.Sum.Currency = co.Plan.Currency
	for _, r := range q.Rows {
		if r.Amount != nil {
			q.Sum.Minor += r.Amount.Minor
		}
	}
	q.Cancel = "now"
	if c := co.Cancelled; c != nil && c.After.Pending != nil {
		q.Cancel, q.Until = "later", c.After.End
	}
	addTax(q, co)
	return q
}

// rowViews are the days of the calendar, each with the mail that comes before it.
func rowViews(co *billing.Checkout, q *pages.Quote) []pages.Row {
	var rows []pages.Row
	var remind time.Time
	for i := range co.Calendar {
		e := &co.Calendar[i]
		if e.Act == models.ActRemind {
			remind = e.At
			continue
		}
		r := pages.Row{At: e.At, Act: e.Act, Remind: remind}
		if e.Bill != nil {
			r.Amount = new(e.Bill.Sum())
		}
		if q.Next != nil && e.At.Equal(q.Next.At) {
			q.Remind = remind
		}
		rows, remind = append(rows, r), time.Time{}
	}
	if !remind.IsZero() {
		rows = append(rows, pages.Row{At: remind, Act: models.ActRemind})
	}
	if n := q.Next; n != nil && q.Remind.IsZero() {
		q.Remind = lateMail(co, n.At)
	}
	return rows
}

// lateMail is when the mail comes before a charge that is beyond the calendar.
func lateMail(co *billing.Checkout, charge time.Time) time.Time {
	s := co.Turn.After
	if at := charge.AddDate(0, 0, -models.ReminderDays); at.After(s.Start) && charge.Equal(s.End) {
		return at
	}
	return time.Time{}
}

// addTax says which tax is in what is charged: today, or else next.
func addTax(q *pages.Quote, co *billing.Checkout) {
	b := co.Turn.Bill
	if (b == nil || b.Total == 0) && co.Next != nil {
		b = co.Next.Bill
	}
	q.Tax = "none"
	if b == nil {
		return
	}
	q.Rule, q.TaxAmount = b.Rule, models.Money{Minor: b.Tax, Currency: b.Currency}
	switch {
	case b.Rule.Reverse:
		q.Tax = "reverse"
	case b.Rule.Millionths == 0:
	case b.Rule.Inclusive:
		q.Tax = "inclusive"
	default:
		q.Tax = "exclusive"
	}
}

// choiceValues are what was chosen, for an address.
func choiceValues(co *billing.Checkout) url.Values {
	ch := &co.Choice
	v := url.Values{"account": {ch.Account}}
	if !co.Plan.Free() {
		v.Set("period", string(ch.Period))
	}
	if co.Plan.Kind == models.PlanPerUnit {
		v.Set("units", strconv.FormatInt(ch.Units, 10))
	}
	if ch.Coupon != "" {
		v.Set("coupon", ch.Coupon)
	}
	if m := methodValue(co); m != "" {
		v.Set("method", m)
	}
	return v
}

// statusView is what became of an order.
func statusView(o *billing.OrderStatus) pages.Status {
	s := &o.Subscription
	v := pages.Status{Slug: o.Listing, Listing: o.Name, LogoURL: paths.Tile(o.Logo), Backdrop: o.Backdrop, Here: paths.OrderStatus(o.OrderID), Act: o.Act,
		Plan: site.PlanView(&s.Terms.Plan), Period: s.Terms.Period, Units: s.Terms.Units, Account: o.Account.Login, Total: o.Total, Decline: o.Decline,
		Confirm: o.ActionURL, Next: s.End, OAuth: o.AppKind == models.OAuthApp, Zone: s.Location(), Bought: paths.Subscription(o.SubscriptionID, "")}
	v.State = stateOf(o)
	if s.OnTrial() {
		v.Trial = s.End
	}
	if s.Due != nil && s.ByTransfer {
		v.Payable = s.Due.Payable
	}
	if o.InvoiceID != 0 {
		v.Invoice = paths.Invoice(o.InvoiceID)
	}
	if o.Act == models.ActBuy {
		v.SetUp = paths.SetUp(o.Listing)
		switch organization := ""; {
		case v.OAuth:
			v.SetUp = paths.SetUpPlan(o.Listing, s.Terms.Plan.ID)
		case o.Installation != 0:
			if o.Account.Kind == models.KindOrganization {
				organization = o.Account.Login
			}
			v.SetUp, v.Installed = paths.Installation(organization, o.Installation, ""), true
		case o.Installable:
			v.SetUp = paths.InstallWith(o.AppSlug, url.Values{"suggested_target_id": {strconv.FormatInt(o.Account.ID, 10)}})
			v.Installs = true
		}
	}
	again := url.Values{"account": {o.Account.Login}, "period": {string(s.Terms.Period)}, "units": {strconv.FormatInt(s.Terms.Units, 10)}}
	v.Again = paths.OrderWith(o.Listing, s.Terms.Plan.Number, again)
	return v
}

func stateOf(o *billing.OrderStatus) string {
	switch {
	case o.State == "done", o.State == "failed":
		return o.State
	case o.Charge == models.ChargeAction && o.ActionURL != "":
		return "confirm"
	}
	return "waiting"
}
