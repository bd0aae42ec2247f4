package wallet

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	walletverbs "souk/models/wallet"
	pages "souk/templates/wallet"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

// methodQuery is where a payment method is needed, and where the buyer goes on.
type methodQuery struct {
	Listing  string `query:"listing" form:"listing"`
	ReturnTo string `query:"return_to" form:"return_to"`
}

// Methods lists what an account pays with.
func (h *Wallet) Methods(c echo.Context) error {
	v, err := h.methods(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.MethodsPage(v))
}

func (h *Wallet) methods(c echo.Context) (v pages.Methods, err error) {
	in, err := web.Bind[methodQuery](c)
	if err != nil {
		return v, err
	}
	m, err := h.wallet.Methods(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return v, err
	}
	v = pages.Methods{Payer: payer(&m.Account), Any: m.Any, MayAdd: m.MayAdd, Listing: in.Listing, ReturnTo: in.ReturnTo, Zone: web.Zone(c)}
	for _, s := range m.Saved {
		v.Saved = append(v.Saved, pages.Method{ID: s.ID, Name: pages.Named{Kind: s.Kind, Brand: s.Brand, Last4: s.Last4}, Expires: s.Expires, Expired: s.Expired,
			Expiring: s.Expiring, Seller: s.Seller, PaysFor: s.PaysFor})
	}
	for _, s := range m.Sources {
		v.Sources = append(v.Sources, pages.Source(s))
	}
	return v, nil
}

// stripePages are where the forms of a page lead when a payment method is saved, or
// a seller is known, with Stripe.
const (
	stripeCheckout = "https://checkout.stripe.com"
	stripeConnect  = "https://connect.stripe.com"
)

// New says what comes of adding a payment method.
func (h *Wallet) New(c echo.Context) error {
	v, err := h.methods(c)
	if err != nil {
		return err
	}
	web.AllowFormTo(c, stripeCheckout)
	return web.Page(c, pages.NewMethodPage(v))
}

// Begin leads to the gateway's page on which a payment method is saved.
func (h *Wallet) Begin(c echo.Context) error {
	in, err := web.Bind[methodQuery](c)
	if err != nil {
		return err
	}
	ctx, login := c.Request().Context(), c.Param("org")
	back := func(id int64) (string, string) {
		lang := i18n.Lang(ctx)
		return paths.Localized(lang, paths.Method(id, "done")),
			paths.Localized(lang, paths.BillingReturning(login, "methods/new", in.Listing, in.ReturnTo))
	}
	url, err := h.wallet.Begin(ctx, web.ActorOf(c), walletverbs.Beginning{Account: login, Listing: in.Listing, ReturnTo: in.ReturnTo,
		Language: i18n.Lang(ctx), Back: back})
	if err != nil {
		return h.again(c, err)
	}
	return c.Redirect(seeOther, url)
}

// again shows the page for a new payment method with what is wrong.
func (h *Wallet) again(c echo.Context, err error) error {
	v, other := h.methods(c)
	if other != nil {
		return other
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.NewMethodPage(v)
	})
}

// Finish is where the gateway's page leads back to.
func (h *Wallet) Finish(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	f, err := h.wallet.Finish(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return err
	}
	to := paths.BillingPage(f.Organization, "methods")
	if f.ReturnTo != "" {
		to = web.Local(f.ReturnTo)
	}
	switch f.State {
	case models.MethodActive:
		return web.Done(c, to, "method_added")
	case models.MethodPending:
		return web.Done(c, to, "method_pending")
	}
	return web.Done(c, paths.BillingPage(f.Organization, "methods"), "method_failed")
}

// Removing asks whether a payment method is to go.
func (h *Wallet) Removing(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	a, m, err := h.wallet.One(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RemoveMethodPage(pages.Removing{Payer: payer(a), ID: id, Name: pages.Named{Kind: m.Kind, Brand: m.Brand, Last4: m.Last4}}))
}

// Remove removes it.
func (h *Wallet) Remove(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	actor, ctx := web.ActorOf(c), c.Request().Context()
	a, _, err := h.wallet.One(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := h.wallet.Remove(ctx, actor, id); err != nil {
		return err
	}
	return web.Done(c, paths.BillingPage(a.Organization(), "methods"), "method_removed")
}
