package reviews

import (
	"errors"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/review"
	pages "souk/templates/reviews"
	"souk/web"
	"souk/web/paths"
)

// How much of the history the pages show.
const (
	lately = 5
	ever   = 100
)

// Overview is where a listing stands.
func (r *Reviews) Overview(c echo.Context) error {
	d, err := r.review.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"), lately)
	if err != nil {
		return err
	}
	return web.Page(c, pages.OverviewPage(deskView(c, d, "")))
}

// Review is where a listing is handed in, and where it stands then.
func (r *Reviews) Review(c echo.Context) error {
	d, err := r.review.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"), ever)
	if err != nil {
		return err
	}
	return web.Page(c, pages.ReviewPage(deskView(c, d, "review")))
}

type handingInput struct {
	Note    string `form:"note"`
	Agree   bool   `form:"agree"`
	Version int    `form:"version"`
}

// Submit hands a listing in.
func (r *Reviews) Submit(c echo.Context) error {
	in, err := web.Bind[handingInput](c)
	if err != nil {
		return err
	}
	ctx, actor, slug := c.Request().Context(), web.ActorOf(c), c.Param("slug")
	afterwards, err := r.review.Submit(ctx, actor, slug, review.Handing{Note: in.Note, Agreed: in.Agree, Version: in.Version})
	switch {
	case err == nil && afterwards:
		return web.Done(c, paths.ManageListing(slug, "review"), "listing_edited")
	case err == nil:
		return web.Done(c, paths.ManageListing(slug, "review"), "listing_submitted")
	case errors.Is(err, models.ErrSubmissionStale):
		return web.Done(c, paths.ManageListing(slug, "review"), "listing_stale")
	}
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	d, failed := r.review.Desk(ctx, actor, slug, ever)
	if failed != nil {
		return failed
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v := deskView(c, d, "review")
		v.Note, v.Problems = in.Note, problems(p)
		return pages.ReviewPage(v)
	})
}

// Withdraw takes back what was handed in.
func (r *Reviews) Withdraw(c echo.Context) error {
	slug := c.Param("slug")
	if err := r.review.Withdraw(c.Request().Context(), web.ActorOf(c), slug); err != nil {
		return err
	}
	return web.Done(c, paths.ManageListing(slug, "review"), "listing_withdrawn")
}

// Moving asks before a step that needs no review.
func (r *Reviews) Moving(c echo.Context) error {
	d, err := r.review.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"), 1)
	if err != nil {
		return err
	}
	act := models.ListingAct(c.Param("act"))
	if !review.Moves(act) {
		return models.ErrNotFound
	}
	if _, _, err := act.Step(d.Standing.ListingState, ""); err != nil {
		return err
	}
	st := d.Standing
	return web.Page(c, pages.MovePage(pages.Move{Slug: st.ListingSlug, Name: st.ListingName, Act: string(act), Public: st.Live()}))
}

// Move takes a step that needs no review.
func (r *Reviews) Move(c echo.Context) error {
	slug, act := c.Param("slug"), models.ListingAct(c.Param("act"))
	if !review.Moves(act) {
		return models.ErrNotFound
	}
	if err := r.review.Move(c.Request().Context(), web.ActorOf(c), slug, act); err != nil {
		return err
	}
	return web.Done(c, paths.ManageListing(slug, ""), "listing_"+string(act))
}
