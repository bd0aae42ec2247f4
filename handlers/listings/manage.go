package listings

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/drafts"
	"souk/templates/claims"
	"souk/templates/listings"
	"souk/web"
	"souk/web/paths"
)

// Manage is the list of one's own listings.
func (l *Listings) Manage(c echo.Context) error {
	list, err := l.drafts.List(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	figures, err := l.insights.Summaries(c.Request().Context(), ids)
	if err != nil {
		return err
	}
	v := listings.Manage{}
	if v.Claims, err = l.claimed(c); err != nil {
		return err
	}
	for _, one := range list {
		v.Listings = append(v.Listings, listings.Listed{
			Slug: one.Slug, Name: one.Name, Owner: one.Owner, LogoURL: paths.Tile(one.LogoHash), State: one.State,
			Next: nextStep(&one), ChangedAt: one.ChangedAt, Figures: figures[one.ID]})
	}
	return web.Page(c, listings.ManagePage(v))
}

// claimed are the claims of one's own.
func (l *Listings) claimed(c echo.Context) (views []claims.Mine, err error) {
	all, err := l.claims.Mine(c.Request().Context(), web.ActorOf(c))
	for _, one := range all {
		views = append(views, claims.Mine{Slug: one.Slug, Name: one.Name, Login: one.Login, State: string(one.State), At: one.CreatedAt})
	}
	return views, err
}

// nextStep is what there is to do about a listing: the message
// "listings.next.<step>".
func nextStep(l *drafts.Listed) string {
	if l.State != models.ListingPublished && l.State != models.ListingUnlisted {
		if l.State == models.ListingChangesRequested && l.Ahead {
			return "submit_again"
		}
		return string(l.State)
	}
	switch {
	case l.Waiting == models.SubmissionInReview:
		return "revision_in_review"
	case l.Waiting == models.SubmissionSubmitted:
		return "revision_submitted"
	case l.Asked:
		return "revision_asked"
	case l.Ahead:
		return "revision_ahead"
	}
	return string(l.State)
}

type newInput struct {
	App string `query:"app" form:"app"`
}

// New asks for which app a listing is.
func (l *Listings) New(c echo.Context) error {
	in, err := web.Bind[newInput](c)
	if err != nil {
		return err
	}
	v, err := l.choices(c, in)
	if err != nil {
		return err
	}
	return web.Page(c, listings.NewPage(v))
}

func (l *Listings) choices(c echo.Context, in newInput) (listings.New, error) {
	v := listings.New{App: in.App}
	list, err := l.drafts.Choices(c.Request().Context(), web.ActorOf(c))
	for _, one := range list {
		if one.Private {
			v.Private++
			continue
		}
		v.Apps = append(v.Apps, listings.AppChoice{Slug: one.Slug, Name: one.Name, Owner: one.Owner, Kind: one.Kind})
	}
	if len(v.Apps) == 1 && v.App == "" {
		v.App = v.Apps[0].Slug
	}
	return v, err
}

// Begin begins a listing's draft.
func (l *Listings) Begin(c echo.Context) error {
	in, err := web.Bind[newInput](c)
	if err != nil {
		return err
	}
	slug, err := l.drafts.Begin(c.Request().Context(), web.ActorOf(c), in.App)
	if err == nil {
		return web.Done(c, paths.ManageListing(slug, "text"), "listing_begun")
	}
	if in.App == "" {
		err = models.ErrMissing.On("app")
	}
	v, again := l.choices(c, in)
	if again != nil {
		return again
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problemsView(p)
		return listings.NewPage(v)
	})
}
