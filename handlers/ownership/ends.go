package ownership

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	"souk/models/ownership"
	pages "souk/templates/ownership"
	"souk/web"
	"souk/web/paths"
)

// Advanced is from where an app is handed on or deleted.
func (h *Ownership) Advanced(c echo.Context) error {
	p, err := h.ownership.Prospects(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	v := pages.Advanced{App: frames.App(c, p.Standing, "advanced"), MayDelete: p.Standing.ListingState.MayEnd()}
	if p.Standing.ListingSlug != "" {
		v.ListingURL = paths.ManageListing(p.Standing.ListingSlug, "")
	}
	if p.Offer != nil {
		v.To, v.Until = p.Offer.To.Login, p.Offer.Until.In(web.Zone(c))
	}
	return web.Page(c, pages.AdvancedPage(v))
}

// endInput is a form that asks for the app's name.
type endInput struct {
	Account string `form:"account"` // to whom it goes
	Typed   string `form:"confirm_name"`
}

// Transferring asks to whom an app goes.
func (h *Ownership) Transferring(c echo.Context) error { return h.ask(c, transferPage) }

// Deleting asks before an app is deleted, and says what goes with it.
func (h *Ownership) Deleting(c echo.Context) error { return h.ask(c, deletePage) }

type endPage func(echo.Context, *ownership.Prospects, endInput, models.Problems) templ.Component

func (h *Ownership) ask(c echo.Context, page endPage) error {
	p, err := h.ownership.Prospects(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, page(c, p, endInput{}, nil))
}

// again shows a form once more with what is wrong with it.
func (h *Ownership) again(c echo.Context, page endPage, in endInput, wrong error) error {
	if _, mendable := models.AsProblems(wrong); !mendable {
		return wrong
	}
	p, err := h.ownership.Prospects(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Form(c, wrong, func(problems models.Problems) templ.Component { return page(c, p, in, problems) })
}

func transferPage(c echo.Context, p *ownership.Prospects, in endInput, problems models.Problems) templ.Component {
	return pages.TransferPage(pages.Transfer{App: frames.App(c, p.Standing, "advanced"), Listed: p.Standing.ListingID != 0,
		Keys: p.Keys+p.Secrets > 0, Managers: p.Managers, Account: in.Account, Typed: in.Typed, Problems: problemsView(problems)})
}

func deletePage(c echo.Context, p *ownership.Prospects, in endInput, problems models.Problems) templ.Component {
	return pages.DeletePage(pages.Delete{App: frames.App(c, p.Standing, "advanced"), Listing: p.Standing.ListingName, Drafts: p.Drafts, Reviews: p.Reviews,
		Secrets: p.Secrets, Keys: p.Keys, Managers: p.Managers, Installations: p.Installations, Retired: int(models.SlugRetirement / day), Typed: in.Typed, Problems: problemsView(problems)})
}

// Transfer gives an app to another account, or offers it.
func (h *Ownership) Transfer(c echo.Context) error {
	in, err := web.Bind[endInput](c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	moved, err := h.ownership.Transfer(c.Request().Context(), web.ActorOf(c), slug, in.Account, in.Typed)
	switch {
	case err != nil:
		return h.again(c, transferPage, in, err)
	case moved:
		return web.Done(c, paths.AppSettings(slug, ""), "app_transferred")
	}
	return web.Done(c, paths.AppSettings(slug, "advanced"), "app_offered")
}

// Withdraw takes an offer back.
func (h *Ownership) Withdraw(c echo.Context) error {
	slug := c.Param("slug")
	if err := h.ownership.Withdraw(c.Request().Context(), web.ActorOf(c), slug); err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(slug, "advanced"), "app_offer_withdrawn")
}

// Delete ends an app.
func (h *Ownership) Delete(c echo.Context) error {
	in, err := web.Bind[endInput](c)
	if err != nil {
		return err
	}
	if err := h.ownership.Delete(c.Request().Context(), web.ActorOf(c), c.Param("slug"), in.Typed); err != nil {
		return h.again(c, deletePage, in, err)
	}
	return web.Done(c, paths.Apps, "app_deleted")
}

// Offered asks who is to receive an app.
func (h *Ownership) Offered(c echo.Context) error {
	st, o, err := h.ownership.Offered(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, pages.OfferPage(pages.Offer{App: frames.App(c, st, ""), To: o.To.Login, Until: o.Until.In(web.Zone(c)), Listing: st.ListingName}))
}

// Accept takes an app over.
func (h *Ownership) Accept(c echo.Context) error {
	slug := c.Param("slug")
	if _, err := h.ownership.Accept(c.Request().Context(), web.ActorOf(c), slug); err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(slug, ""), "app_taken")
}

// Decline refuses an app.
func (h *Ownership) Decline(c echo.Context) error {
	if err := h.ownership.Decline(c.Request().Context(), web.ActorOf(c), c.Param("slug")); err != nil {
		return err
	}
	return web.Done(c, paths.Apps, "app_declined")
}
