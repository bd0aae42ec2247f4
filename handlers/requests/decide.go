package requests

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/site"
	"souk/models"
	"souk/models/billing"
	"souk/models/requests"
	pages "souk/templates/requests"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// List lists what members asked an organization to buy.
func (h *Requests) List(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	l, err := h.requests.List(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.View, web.PageNumber(in.Page))
	if err != nil {
		return err
	}
	return web.Page(c, pages.ListPage(pages.List{Org: org(l.Login, l.Name, l.Role, l.Waiting), View: in.View, Decided: l.Decided, Items: rowViews(l.Items),
		Zone:  web.Zone(c),
		Pager: pager(web.PageNumber(in.Page), l.Total, func(n int) string { return paths.BuyRequestsIn(l.Login, string(in.View), n) })}))
}

// termsInput are the terms that whoever decides has chosen.
type termsInput struct {
	Plan   string        `form:"plan" query:"plan"`
	Period models.Period `form:"period" query:"period"`
	Units  string        `form:"units" query:"units"`
	Method string        `form:"method" query:"method"` // "transfer", or an id
}

func (in *termsInput) terms() requests.Terms {
	return requests.Terms{Plan: int(min(count(in.Plan), 1<<30)), Period: in.Period, Units: count(in.Units), Method: count(in.Method), Transfer: in.Method == "transfer"}
}

// chosen are the terms as an address carries them.
func chosen(t requests.Terms) url.Values {
	q := url.Values{"plan": {strconv.Itoa(t.Plan)}, "period": {string(t.Period)}, "units": {strconv.FormatInt(t.Units, 10)}}
	if m := methodOf(t); m != "" {
		q.Set("method", m)
	}
	return q
}

func methodOf(t requests.Terms) string {
	switch {
	case t.Transfer:
		return "transfer"
	case t.Method != 0:
		return strconv.FormatInt(t.Method, 10)
	}
	return ""
}

// Case shows a request to those who decide.
func (h *Requests) Case(c echo.Context) error {
	in, err := web.Bind[termsInput](c)
	if err != nil {
		return err
	}
	v, err := h.caseView(c, in)
	if err != nil {
		return err
	}
	return web.Page(c, pages.CasePage(v))
}

func (h *Requests) caseView(c echo.Context, in termsInput) (v pages.Case, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	r, err := h.requests.Case(c.Request().Context(), web.ActorOf(c), c.Param("org"), id, in.terms())
	if err != nil {
		return v, err
	}
	v = pages.Case{Org: org(r.Login, r.Asked.Name, r.Role, r.Waiting), Row: rowView(&r.Request), Member: r.Member, MayDecide: r.MayDecide,
		Access: site.Access(&r.App), Verified: r.Verified, Rules: r.Rules, Zone: web.Zone(c), Quote: quoteView(r)}
	if r.Verdict.Decision != "" {
		v.Verdict = &r.Verdict
	}
	if t := r.Order; t != nil {
		v.Try = &pages.Try{OrderID: t.ID, State: t.State, Buyer: t.Buyer, Total: models.Money{Minor: t.Total, Currency: t.Money}, Decline: t.Decline,
			Action: t.Charge == models.ChargeAction, Terms: pages.Terms{Plan: t.Plan, Kind: t.Kind, Unit: t.Unit, Period: t.Period, Units: t.Units}}
	}
	return v, nil
}

// quoteView is what approving a request would come to.
func quoteView(r *requests.Case) *pages.Quote {
	if r.Checkout == nil && r.Problem == nil {
		return nil
	}
	q := Quote(r.Checkout, r.Problem, r.Plans, r.Terms)
	q.Back = paths.BuyRequestWith(r.Login, r.Request.ID, chosen(r.Terms))
	return q
}

// Quote is what ordering on these terms would come to, or why that can't be.
func Quote(k *billing.Checkout, problem error, plans []models.Plan, t requests.Terms) *pages.Quote {
	q := &pages.Quote{Plans: plans, Period: t.Period, Units: t.Units, Method: methodOf(t), Transfer: t.Transfer, Problem: code(problem)}
	if i := slices.IndexFunc(plans, func(p models.Plan) bool { return p.Number == t.Plan }); i >= 0 {
		q.Plan = plans[i]
	}
	if k == nil {
		return q
	}
	q.Seller, q.Accepts = k.Seller.LegalName, k.Seller.AcceptsTransfer && !k.Plan.Free()
	for _, m := range k.Methods {
		q.Methods = append(q.Methods, ui.Option{Value: strconv.FormatInt(m.ID, 10), Label: billing.MethodName(&m)})
	}
	if k.Turn == nil {
		return q
	}
	if k.Turn.Charges() {
		q.Bill, q.Total = k.Turn.Bill, k.Turn.Bill.Sum()
	}
	if k.Turn.After.OnTrial() {
		q.Trial = k.Turn.After.TrialEnd
	}
	for _, e := range k.Calendar {
		if e.Bill != nil {
			q.Calendar = append(q.Calendar, pages.Entry{At: e.At, Amount: e.Bill.Sum()})
		}
	}
	return q
}

type approveInput struct {
	Terms    termsInput `form:"-"` // read apart
	Words    string     `form:"words"`
	Shown    int64      `form:"shown"`
	Currency string     `form:"currency"`
}

// Approve places the order of a request.
func (h *Requests) Approve(c echo.Context) error {
	in, err := web.Bind[approveInput](c)
	if err != nil {
		return err
	}
	if in.Terms, err = web.Bind[termsInput](c); err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	t := in.Terms.terms()
	placed, err := h.requests.Approve(c.Request().Context(), web.ActorOf(c), c.Param("org"), id, requests.Approval{Plan: t.Plan, Period: t.Period,
		Units: t.Units, Method: t.Method, Transfer: t.Transfer, Shown: &models.Money{Minor: in.Shown, Currency: in.Currency}, Words: in.Words})
	switch {
	case err != nil:
		return h.unplaced(c, err, in)
	case !placed.Done && placed.ActionURL != "":
		return web.SeeOther(c, placed.ActionURL)
	case !placed.Done:
		return web.SeeOther(c, paths.OrderStatus(placed.OrderID))
	}
	return web.Done(c, paths.OrderStatus(placed.OrderID), "buy_request_approved")
}

// unplaced shows the request again where somebody can do something about what is in
// the way of its order: it stays open.
func (h *Requests) unplaced(c echo.Context, err error, in approveInput) error {
	problem, mendable := asProblem(err)
	if !mendable {
		return err
	}
	v, wrong := h.caseView(c, in.Terms)
	if wrong != nil {
		return wrong
	}
	if v.Quote == nil {
		return err
	}
	return web.Form(c, models.Problems{problem}, func(p models.Problems) templ.Component {
		v.Reply, v.Problems = in.Words, problems(p)
		for i := range v.Problems {
			if v.Problems[i].Field == "words" {
				v.Problems[i].Field = "reply"
			}
		}
		return pages.CasePage(v)
	})
}

// asProblem is why an order can't be placed, where that is no matter of who one is.
func asProblem(err error) (problem *models.Error, mendable bool) {
	known, ok := errors.AsType[*models.Error](err)
	if !ok {
		return nil, false
	}
	switch known.Kind {
	case models.Invalid, models.Declined, models.Gone, models.Unavailable:
		return known, !errors.Is(err, models.ErrRequestClosed)
	case models.Conflict:
		return known, true
	}
	return known, errors.Is(err, models.ErrPolicyDenied) || errors.Is(err, models.ErrPolicyAsks)
}

type declineInput struct {
	Words string `form:"words"`
}

// Decline answers a request with no.
func (h *Requests) Decline(c echo.Context) error {
	in, err := web.Bind[declineInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	err = h.requests.Decline(c.Request().Context(), web.ActorOf(c), c.Param("org"), id, in.Words)
	if err == nil {
		return web.Done(c, paths.BillingPage(c.Param("org"), "requests"), "buy_request_declined")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := h.caseView(c, termsInput{})
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Words, v.Problems = in.Words, problems(p)
		return pages.CasePage(v)
	})
}
