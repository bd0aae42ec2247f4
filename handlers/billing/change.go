package billing

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	billingverbs "souk/models/billing"
	pages "souk/templates/billing"
	"souk/web"
	"souk/web/paths"
)

type changeInput struct {
	Plan     string        `query:"plan" form:"plan"`
	Period   models.Period `query:"period" form:"period"`
	Units    string        `query:"units" form:"units"`
	Key      string        `form:"key"`
	Shown    string        `form:"shown"`
	Currency string        `form:"currency"`
}

// order is what was typed; what is no number is none.
func (in *changeInput) order() billingverbs.ChangeOrder {
	plan, err := strconv.Atoi(in.Plan)
	if err != nil && in.Plan != "" {
		plan = -1
	}
	units, err := strconv.ParseInt(in.Units, 10, 64)
	if err != nil && in.Units != "" {
		units = -1
	}
	return billingverbs.ChangeOrder{Key: in.Key, Plan: plan, Period: in.Period, Units: units}
}

// values are what was chosen, for pages that lead back to the change.
func (in *changeInput) values() url.Values {
	o := in.order()
	if o.Plan < 1 {
		return nil
	}
	v := url.Values{"plan": {strconv.Itoa(o.Plan)}}
	if o.Period == models.Monthly || o.Period == models.Yearly {
		v.Set("period", string(o.Period))
	}
	if o.Units > 0 {
		v.Set("units", strconv.FormatInt(o.Units, 10))
	}
	return v
}

// Changing shows the plans, and what the chosen one would mean.
func (h *Billing) Changing(c echo.Context) error {
	in, err := web.Bind[changeInput](c)
	if err != nil {
		return err
	}
	v, problem, err := h.changing(c, in)
	if err != nil {
		return err
	}
	if problem == nil {
		return web.Page(c, pages.ChangePage(v))
	}
	return web.Form(c, problem, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.ChangePage(v)
	})
}

// changing is the page with what comes of a choice, or why it can't be had.
func (h *Billing) changing(c echo.Context, in changeInput) (v pages.Change, problem, err error) {
	id, err := number(c)
	if err != nil {
		return v, nil, err
	}
	q, err := h.billing.QuoteChange(c.Request().Context(), web.ActorOf(c), id, in.order())
	if err != nil {
		return v, nil, err
	}
	present := &q.Sub.Terms
	v = pages.Change{Payer: payer(&q.Account, q.Role), Row: row(&q.Bought), Why: why(q.Why), Method: q.Method, Plans: q.Plans, Plan: present.Plan.Number,
		Period: present.Period, Units: strconv.FormatInt(present.Units, 10), Key: newKey()}
	if in.Plan != "" {
		v.Plan, v.Period, v.Units = in.order().Plan, in.Period, in.Units
	}
	v.Same = errors.Is(q.Problem, models.ErrSameTerms)
	if q.Turn != nil {
		v.Quote = quote(q)
	}
	return v, mendable(q.Problem), nil
}

// mendable is what can be mended on the page: another choice.
func mendable(err error) error {
	switch {
	case errors.Is(err, models.ErrSameTerms):
		return nil // the page says so
	case errors.Is(err, models.ErrPlanGone):
		return &models.Error{Kind: models.Invalid, Code: models.ErrPlanGone.Code, Field: "plan"}
	}
	return err
}

// Change moves a subscription to other terms.
func (h *Billing) Change(c echo.Context) error {
	in, err := web.Bind[changeInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	order := in.order()
	order.Shown = shown(in.Shown, in.Currency)
	placed, err := h.billing.Change(c.Request().Context(), web.ActorOf(c), id, order)
	switch {
	case err == nil:
		return went(c, id, placed, "subscription_changed")
	case errors.Is(err, models.ErrPaymentMethodNeeded):
		// The change waits on that page, and is agreed to once more after it.
		return web.SeeOther(c, paths.SubscriptionWith(id, "method", in.values()))
	}
	return h.changeAgain(c, in, err)
}

// changeAgain shows the page once more with what came in between, or what is wrong.
func (h *Billing) changeAgain(c echo.Context, in changeInput, err error) error {
	code, status := inBetween(err)
	_, wrong := models.AsProblems(err)
	if code == "" && !wrong {
		return err
	}
	v, problem, again := h.changing(c, in)
	if again != nil {
		return again
	}
	if code == "" {
		if problem == nil {
			problem = err
		}
		return web.Form(c, problem, func(p models.Problems) templ.Component {
			v.Problems = problems(p)
			return pages.ChangePage(v)
		})
	}
	v.Alert = code
	return web.PageStatus(c, status, pages.ChangePage(v))
}

// methodInput is a payment method, and the change that is to be paid with it.
type methodInput struct {
	Method string        `form:"method"`
	Plan   string        `query:"plan" form:"plan"`
	Period models.Period `query:"period" form:"period"`
	Units  string        `query:"units" form:"units"`
}

func (in *methodInput) change() url.Values {
	return (&changeInput{Plan: in.Plan, Period: in.Period, Units: in.Units}).values()
}

// Methods shows what a subscription can be paid with.
func (h *Billing) Methods(c echo.Context) error {
	in, err := web.Bind[methodInput](c)
	if err != nil {
		return err
	}
	v, err := h.methods(c, in)
	if err != nil {
		return err
	}
	return web.Page(c, pages.MethodPage(v))
}

func (h *Billing) methods(c echo.Context, in methodInput) (v pages.Methods, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	m, err := h.billing.MethodsFor(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return v, err
	}
	v = pages.Methods{Payer: payer(&m.Account, m.Role), Row: row(&m.Bought), Why: why(m.Why), Chosen: m.MethodID, Change: in.change()}
	for i := range m.Methods {
		v.All = append(v.All, pages.Method{ID: m.Methods[i].ID, Name: billingverbs.MethodName(&m.Methods[i]), Expires: m.Methods[i].Expires})
	}
	if v.Chosen == 0 && len(v.Change) > 0 && len(v.All) > 0 {
		v.Chosen = v.All[0].ID
	}
	return v, nil
}

// UseMethod pays with another payment method from now on, and what is owed at once.
func (h *Billing) UseMethod(c echo.Context) error {
	in, err := web.Bind[methodInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	method, _ := strconv.ParseInt(in.Method, 10, 64)
	placed, err := h.billing.UseMethod(c.Request().Context(), web.ActorOf(c), id, method)
	change := in.change()
	switch {
	case err == nil && placed.Done && change != nil:
		return web.Done(c, paths.SubscriptionWith(id, "change", change), "method_used")
	case err == nil:
		return went(c, id, placed, "method_used")
	}
	return h.methodAgain(c, in, method, placed, err)
}

func (h *Billing) methodAgain(c echo.Context, in methodInput, method int64, placed *billingverbs.Placed, err error) error {
	code, status := inBetween(err)
	if code != models.ErrPaymentDeclined.Code {
		code = ""
	}
	_, mendable := models.AsProblems(err)
	if code == "" && !mendable {
		return err
	}
	v, again := h.methods(c, in)
	if again != nil {
		return again
	}
	v.Chosen = method
	if code == "" {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Problems = problems(p)
			return pages.MethodPage(v)
		})
	}
	v.Alert = code
	if placed != nil {
		v.Decline = placed.Decline
	}
	return web.PageStatus(c, status, pages.MethodPage(v))
}
