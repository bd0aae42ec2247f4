package billing

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	billingverbs "souk/models/billing"
	pages "souk/templates/billing"
	"souk/web"
	"souk/web/paths"
)

// newKey makes an order one, however often its button is pressed.
func newKey() string { return rand.Text() }

type actInput struct {
	Key      string `form:"key"`
	Shown    string `form:"shown"`
	Currency string `form:"currency"`
}

// shown is the total that the page showed; what is no amount is none that was shown.
func shown(amount, currency string) *models.Money {
	minor, err := strconv.ParseInt(amount, 10, 64)
	if err != nil {
		minor = -1
	}
	return &models.Money{Minor: minor, Currency: currency}
}

// acting is the page before something is done.
func (h *Billing) acting(c echo.Context, act models.SubscriptionAct) (v pages.Act, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	q, err := h.billing.QuoteAct(c.Request().Context(), web.ActorOf(c), id, act)
	if err != nil {
		return v, err
	}
	return pages.Act{Payer: payer(&q.Account, q.Role), Row: row(&q.Bought), Why: why(q.Why), Quote: quote(q), Key: newKey(), Method: q.Method}, nil
}

func quote(q *billingverbs.Quote) *pages.Quote {
	t := q.Turn
	v := &pages.Quote{Act: t.Act, Now: t.After.Pending == nil, At: t.At, Terms: terms(&t.After.Terms), Units: t.After.Terms.Units, Calendar: entries(q.Calendar)}
	if t.After.OnTrial() {
		v.Trial = t.After.End
	}
	if p := t.After.Pending; p != nil {
		v.At = t.After.End
		if p.Terms != nil {
			v.Terms, v.Units = terms(p.Terms), p.Terms.Units
		}
	}
	if t.Bill != nil {
		v.Charge = t.Bill
	}
	return v
}

// Cancelling says what cancelling would mean.
func (h *Billing) Cancelling(c echo.Context) error {
	return h.ask(c, models.ActCancel, pages.CancelPage)
}

// Pausing says what pausing would mean.
func (h *Billing) Pausing(c echo.Context) error { return h.ask(c, models.ActPause, pages.PausePage) }

// Resuming says what going on would cost.
func (h *Billing) Resuming(c echo.Context) error { return h.ask(c, models.ActResume, pages.ResumePage) }

func (h *Billing) ask(c echo.Context, act models.SubscriptionAct, page func(pages.Act) templ.Component) error {
	v, err := h.acting(c, act)
	if err != nil {
		return err
	}
	return web.Page(c, page(v))
}

// Cancel ends a subscription, at once or with its period.
func (h *Billing) Cancel(c echo.Context) error {
	return h.do(c, "subscription_cancelled", h.billing.Cancel)
}

// TakeBack undoes what is pending.
func (h *Billing) TakeBack(c echo.Context) error {
	return h.do(c, "subscription_taken_back", h.billing.TakeBack)
}

// Pause stops a subscription with its period.
func (h *Billing) Pause(c echo.Context) error { return h.do(c, "subscription_paused", h.billing.Pause) }

// do does what costs nothing, and says what came of it.
func (h *Billing) do(c echo.Context, said string, act func(context.Context, models.Actor, int64, string) (*billingverbs.Placed, error)) error {
	in, err := web.Bind[actInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	if _, err := act(c.Request().Context(), web.ActorOf(c), id, in.Key); err != nil {
		return err
	}
	return web.Done(c, paths.Subscription(id, ""), said)
}

// Resume goes on with a paused subscription.
func (h *Billing) Resume(c echo.Context) error {
	in, err := web.Bind[actInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	placed, err := h.billing.Resume(c.Request().Context(), web.ActorOf(c), id, in.Key, shown(in.Shown, in.Currency))
	if err == nil {
		return went(c, id, placed, "subscription_resumed")
	}
	code, status := inBetween(err)
	if code == "" {
		return err
	}
	v, again := h.acting(c, models.ActResume)
	if again != nil {
		return again
	}
	v.Alert = code
	return web.PageStatus(c, status, pages.ResumePage(v))
}

// inBetween is the code and the status of what can be mended on the page that was
// sent; "" for everything else.
func inBetween(err error) (code string, status int) {
	switch {
	case errors.Is(err, models.ErrQuoteChanged):
		return models.ErrQuoteChanged.Code, http.StatusConflict
	case errors.Is(err, models.ErrPlanFull):
		return models.ErrPlanFull.Code, http.StatusConflict
	case errors.Is(err, models.ErrPaymentMethodNeeded):
		return models.ErrPaymentMethodNeeded.Code, http.StatusUnprocessableEntity
	case errors.Is(err, models.ErrPaymentDeclined):
		return models.ErrPaymentDeclined.Code, http.StatusPaymentRequired
	}
	return "", 0
}

// went leads on from what was ordered: to the page where the buyer confirms the
// payment, or back to the subscription.
func went(c echo.Context, id int64, placed *billingverbs.Placed, said string) error {
	switch {
	case placed == nil || placed.Done:
		return web.Done(c, paths.Subscription(id, ""), said)
	case placed.ActionURL != "":
		return c.Redirect(http.StatusSeeOther, placed.ActionURL)
	}
	return web.Done(c, paths.Subscription(id, ""), "payment_under_way")
}
