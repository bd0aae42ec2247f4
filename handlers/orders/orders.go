// Package orders holds the pages on which plans are bought and changed, up to the last click.
package orders

import (
	"crypto/rand"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/billing"
	"souk/models/wallet"
	pages "souk/templates/orders"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

// Orders answers for them.
type Orders struct {
	billing *billing.Service
	wallet  *wallet.Service
}

// New makes the handlers.
func New(b *billing.Service, w *wallet.Service) *Orders { return &Orders{billing: b, wallet: w} }

// input is what was chosen, as it was typed. Place comes from the button that buys:
// the order's key, and what the page said that is paid today.
type input struct {
	Account string        `query:"account" form:"account"`
	Period  models.Period `query:"period" form:"period"`
	Units   string        `query:"units" form:"units"`
	Coupon  string        `query:"coupon" form:"coupon"`
	Method  string        `query:"method" form:"method"`
	Place   string        `form:"place"`
}

// What is chosen as a method beside the saved ones.
const (
	byTransfer = "transfer"
	newest     = "newest"
)

// choice reads what was chosen. What can't be read is a problem.
func (in *input) choice(c echo.Context) (billing.Choice, models.Problems) {
	ch := billing.Choice{Listing: c.Param("slug"), Plan: number(c.Param("plan")), Account: strings.TrimSpace(in.Account), Period: in.Period,
		Coupon: strings.TrimSpace(in.Coupon)}
	switch in.Method {
	case byTransfer:
		ch.Transfer = true
	case newest:
		ch.Method = billing.NewestMethod
	default:
		ch.Method = max(int64(number(in.Method)), 0)
	}
	var p models.Problems
	if text := strings.TrimSpace(in.Units); text != "" {
		units, err := models.ParseWhole(text, i18n.NumberMarks(c.Request().Context()))
		if err != nil || units < 1 {
			p = append(p, models.ErrPlanUnits)
		}
		ch.Units = max(units, 0)
	}
	return ch, p
}

// number is a whole number in an address; 0 where it is none.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// values are what was chosen, for an address; a method of theirs, where it isn't "".
func (in *input) values(method string) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"account": in.Account, "period": string(in.Period), "units": in.Units, "coupon": in.Coupon, "method": method} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// Order is the page on which a plan is bought.
func (h *Orders) Order(c echo.Context) error {
	in, err := web.Bind[input](c)
	if err != nil {
		return err
	}
	v, err := h.view(c, in)
	if err != nil {
		return err
	}
	web.AllowFormTo(c, checkoutPages)
	return web.Page(c, pages.OrderPage(v))
}

// checkoutPages are where the form leads when a payment method is saved with Stripe.
const checkoutPages = "https://checkout.stripe.com"

// view is the page with what was chosen.
func (h *Orders) view(c echo.Context, in input) (pages.Order, error) {
	choice, unread := in.choice(c)
	co, err := h.billing.Checkout(c.Request().Context(), web.ActorOf(c), choice)
	if err != nil {
		return pages.Order{}, err
	}
	v := orderView(c.Request().Context(), co, in)
	for _, p := range unread {
		v.Quote, v.Units = nil, in.Units
		v.Problems = append(v.Problems, problem(p))
	}
	return v, nil
}

// Place buys what was chosen.
func (h *Orders) Place(c echo.Context) error {
	in, err := web.Bind[input](c)
	if err != nil {
		return err
	}
	choice, unread := in.choice(c)
	if len(unread) > 0 {
		return h.again(c, in, unread)
	}
	placed, err := h.billing.Place(c.Request().Context(), web.ActorOf(c), orderOf(choice, in.Place))
	if err != nil {
		return h.again(c, in, err)
	}
	return web.SeeOther(c, paths.OrderStatus(placed.OrderID))
}

// again shows the page with all that was chosen, and why it wasn't bought.
func (h *Orders) again(c echo.Context, in input, cause error) error {
	v, err := h.view(c, in)
	if err != nil {
		return cause // what isn't there can't be shown again
	}
	return web.Refused(c, cause, func(p models.Problems) templ.Component {
		v.Problems = nil
		for _, one := range p {
			v.Problems = append(v.Problems, problem(one))
		}
		return pages.OrderPage(v)
	})
}

// orderOf is the order that the button stands for: "key.minor.currency".
func orderOf(ch billing.Choice, button string) billing.Order {
	o := billing.Order{Listing: ch.Listing, Plan: ch.Plan, Account: ch.Account, Period: ch.Period, Units: ch.Units, Coupon: ch.Coupon,
		Method: max(ch.Method, 0), Transfer: ch.Transfer, Shown: &models.Money{Minor: -1}}
	parts := strings.Split(button, ".")
	if len(parts) != 3 || len(parts[0]) > 100 {
		return o // nothing was shown: it is shown now
	}
	if minor, err := strconv.ParseInt(parts[1], 10, 64); err == nil {
		o.Key, o.Shown = parts[0], &models.Money{Minor: minor, Currency: parts[2]}
	}
	return o
}

// button is what orderOf reads.
func button(due models.Money) string {
	return rand.Text() + "." + strconv.FormatInt(due.Minor, 10) + "." + due.Currency
}

// AddMethod leads to where a payment method is saved, and back here with all that was
// chosen.
func (h *Orders) AddMethod(c echo.Context) error {
	in, err := web.Bind[input](c)
	if err != nil {
		return err
	}
	slug, plan := c.Param("slug"), number(c.Param("plan"))
	with, without := paths.OrderWith(slug, plan, in.values(newest)), paths.OrderWith(slug, plan, in.values(""))
	lang := web.Requested(c).Lang
	address, err := h.wallet.Begin(c.Request().Context(), web.ActorOf(c), wallet.Beginning{Account: in.Account, Listing: slug, ReturnTo: with, Language: lang,
		Back: func(id int64) (returned, left string) {
			return paths.Localized(lang, paths.Method(id, "done")), paths.Localized(lang, without)
		}})
	if err != nil {
		return h.again(c, in, err)
	}
	return web.SeeOther(c, address)
}

// Upgrade leads an app's customer to another plan: to the subscription, or to the
// order page where there is none.
func (h *Orders) Upgrade(c echo.Context) error {
	slug, plan := c.Param("slug"), number(c.Param("number"))
	subscription, login, err := h.billing.Upgrade(c.Request().Context(), web.ActorOf(c), slug, plan, int64(number(c.Param("account"))))
	if err != nil {
		return err
	}
	if subscription != 0 {
		return web.SeeOther(c, paths.Subscription(subscription, "change")+"?plan="+strconv.Itoa(plan))
	}
	return web.SeeOther(c, paths.OrderWith(slug, plan, url.Values{"account": {login}}))
}

// Status says what became of an order. While its payment is under way, the page looks
// again by itself.
func (h *Orders) Status(c echo.Context) error {
	id := int64(number(c.Param("id")))
	o, err := h.billing.OrderOf(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return err
	}
	v := statusView(o)
	if v.State == "waiting" {
		c.Response().Header().Set("Refresh", "5")
	}
	return web.Page(c, pages.StatusPage(v))
}
