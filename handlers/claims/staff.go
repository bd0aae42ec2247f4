package claims

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/claims"
	pages "souk/templates/claims"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

type listInput struct {
	View models.ClaimView `query:"view"`
	Page string           `query:"page"`
}

// page is the page that was asked for.
func (in *listInput) page() int { return web.PageNumber(in.Page) }

// List lists the claims that wait for staff, or that were decided on.
func (h *Claims) List(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	l, err := h.claims.List(c.Request().Context(), web.ActorOf(c), in.View, in.page())
	if err != nil {
		return err
	}
	v := pages.List{View: string(in.View), Waiting: l.Waiting, Zone: web.Zone(c),
		Pager: pager(in.page(), l.Total, func(n int) string { return paths.StaffClaimsIn(string(in.View), n) })}
	for _, one := range l.Items {
		v.Items = append(v.Items, pages.Listed{ID: one.ID, Slug: one.Slug, Name: one.Name, LogoURL: paths.Tile(one.LogoHash), Login: one.Login,
			Owner: one.Owner, Contested: one.Contested, State: string(one.State), Method: string(one.Method), Place: one.Place, At: one.At})
	}
	return web.Page(c, pages.ListPage(v))
}

// pager links to the pages around this one.
func pager(page, total int, at func(page int) string) ui.PagerProps {
	last := (total + claims.PerPage - 1) / claims.PerPage
	return ui.PagerOf(page, last, at)
}

// Case shows staff all that is known of a claim.
func (h *Claims) Case(c echo.Context) error {
	v, _, err := h.dossier(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.CasePage(v))
}

func (h *Claims) dossier(c echo.Context) (v pages.Case, d *claims.Case, err error) {
	id, err := number(c)
	if err != nil {
		return v, nil, err
	}
	if d, err = h.claims.Case(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return v, nil, err
	}
	v = pages.Case{Slug: d.ListingSlug, Name: d.ListingName, State: d.ListingState, Taken: d.Standing.Claimed, Owner: d.Owner, Claim: claimView(&d.Claim),
		Claimant: d.Claimant, Decider: d.Decider, Named: d.Named, Losers: d.Losers(), MayDecide: d.MayDecide, Zone: web.Zone(c),
		Homepage: d.Facts.Homepage, Repository: d.Facts.Repository, Had: historyView(d.Owner, &d.Facts.Owner),
		Claiming: historyView(d.Claim.Login, &d.Facts.Claiming)}
	for i := range d.Rivals {
		v.Rivals = append(v.Rivals, claimView(&d.Rivals[i]))
	}
	for _, n := range d.Notes {
		v.Notes = append(v.Notes, pages.Note{Author: n.Author, Body: n.Body, At: n.At})
	}
	for _, o := range d.Owners {
		v.Owners = append(v.Owners, pages.OwnerChange{At: o.At, Cause: string(o.Cause), From: o.From, To: o.To})
	}
	return v, d, nil
}

func historyView(login string, h *claims.History) pages.History {
	return pages.History{Login: login, Since: or(h.Since), Verified: h.Verified, Suspended: h.Suspended, Here: h.Here, Listings: h.Listings,
		Public: h.Public, TakenDown: h.TakenDown, Claims: h.Claims, Refused: h.Refused}
}

type noteInput struct {
	Body string `form:"body"`
}

// Note keeps a note about a listing that is claimed.
func (h *Claims) Note(c echo.Context) error {
	in, err := web.Bind[noteInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	err = h.claims.Note(c.Request().Context(), web.ActorOf(c), id, in.Body)
	if err == nil {
		return web.Done(c, paths.StaffClaim(id, "")+"#notes", "listing_noted")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, _, wrong := h.dossier(c)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems, v.Body = problems(p), in.Body
		return pages.CasePage(v)
	})
}

type decideInput struct {
	Decision models.ClaimState `form:"decision"`
	Answer   string            `form:"answer"`
	Others   string            `form:"others"`
}

// deciding is the page on which a claim is decided on, if it can be.
func (h *Claims) deciding(c echo.Context, in decideInput) (v pages.Case, err error) {
	v, d, err := h.dossier(c)
	switch {
	case err != nil:
		return v, err
	case !d.MayDecide:
		return v, models.ErrOwnListing
	case d.Claim.State != models.ClaimProven:
		return v, models.ErrClaimOver
	}
	v.Decision, v.Answer, v.Others = string(in.Decision), in.Answer, in.Others
	return v, nil
}

// Deciding asks for a decision on a claim, and says what it means.
func (h *Claims) Deciding(c echo.Context) error {
	v, err := h.deciding(c, decideInput{})
	if err != nil {
		return err
	}
	return web.Page(c, pages.DecidePage(v))
}

// Decide decides on a claim.
func (h *Claims) Decide(c echo.Context) error {
	in, err := web.Bind[decideInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	err = h.claims.Decide(c.Request().Context(), web.ActorOf(c), id, claims.Decision{State: in.Decision, Answer: in.Answer, Others: in.Others})
	if err == nil {
		return web.Done(c, paths.StaffClaim(id, ""), "claim_decided")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := h.deciding(c, in)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.DecidePage(v)
	})
}
