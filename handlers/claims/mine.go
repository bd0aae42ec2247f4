package claims

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/claims"
	"souk/web"
	"souk/web/paths"
)

type beginInput struct {
	Account string `form:"account" query:"account"`
	Words   string `form:"words"`
}

// Claim shows how a listing is claimed, and the claims of one's own.
func (h *Claims) Claim(c echo.Context) error {
	in, err := web.Bind[beginInput](c)
	if err != nil {
		return err
	}
	v, err := h.subject(c, in)
	if err != nil {
		return err
	}
	return web.Page(c, pages.ClaimPage(v))
}

func (h *Claims) subject(c echo.Context, in beginInput) (v pages.Subject, err error) {
	s, err := h.claims.Subject(c.Request().Context(), web.ActorOf(c), slug(c))
	if err != nil {
		return v, err
	}
	v = pages.Subject{Slug: s.ListingSlug, Name: s.ListingName, LogoURL: paths.Tile(s.ListingLogo), There: s.There, Taken: s.Claimed, Own: s.Own,
		Owner: s.Owner, Places: placeViews(s.Places), Zone: web.Zone(c), Account: in.Account, Words: in.Words}
	for i := range s.Claims {
		v.Claims = append(v.Claims, claimView(&s.Claims[i]))
	}
	for _, a := range s.Accounts {
		if !s.Live(a.ID) {
			v.Accounts = append(v.Accounts, pages.Account{Login: a.Login, Organization: a.Kind == models.KindOrganization, Domain: a.Domain})
		}
	}
	if len(v.Accounts) == 1 && v.Account == "" {
		v.Account = v.Accounts[0].Login
	}
	return v, nil
}

// Begin claims a listing.
func (h *Claims) Begin(c echo.Context) error {
	in, err := web.Bind[beginInput](c)
	if err != nil {
		return err
	}
	proven, err := h.claims.Begin(c.Request().Context(), web.ActorOf(c), slug(c), in.Account, in.Words)
	if err == nil {
		return done(c, proven, "claim_begun")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := h.subject(c, in)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.ClaimPage(v)
	})
}

// done goes back to the page of one's claims and says what came of it.
func done(c echo.Context, proven bool, otherwise string) error {
	if proven {
		otherwise = "claim_proven"
	}
	return web.Done(c, paths.ClaimListing(slug(c), "")+"#claims", otherwise)
}

type claimInput struct {
	Claim int64 `form:"claim"`
}

// Check looks for the proof of a claim.
func (h *Claims) Check(c echo.Context) error {
	in, err := web.Bind[claimInput](c)
	if err != nil {
		return err
	}
	proven, err := h.claims.Check(c.Request().Context(), web.ActorOf(c), slug(c), in.Claim)
	if err != nil {
		return err
	}
	return done(c, proven, "claim_not_proven")
}

// Withdraw takes a claim back.
func (h *Claims) Withdraw(c echo.Context) error {
	in, err := web.Bind[claimInput](c)
	if err != nil {
		return err
	}
	if err := h.claims.Withdraw(c.Request().Context(), web.ActorOf(c), slug(c), in.Claim); err != nil {
		return err
	}
	return web.Done(c, paths.ClaimListing(slug(c), ""), "claim_withdrawn")
}
