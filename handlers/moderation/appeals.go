package moderation

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/templates/desk"
	pages "souk/templates/moderation"
	"souk/web"
	"souk/web/paths"
)

type appealInput struct {
	Words string `form:"words"`
}

// Contest shows an integrator what was decided, and what they can do about it.
func (m *Moderation) Contest(c echo.Context) error {
	v, err := m.contest(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.AppealPage(v))
}

func (m *Moderation) contest(c echo.Context) (v pages.Appeal, err error) {
	d, err := m.moderation.Contest(c.Request().Context(), web.ActorOf(c), slug(c))
	if err != nil {
		return v, err
	}
	v = pages.Appeal{Listing: desk.Listing{Slug: d.ListingSlug, Name: d.ListingName,
		LogoURL: paths.Tile(d.LiveLogo), State: d.ListingState, Page: "appeal"},
		TakenDown: d.Verdict.Act == models.ActTakeDown, At: d.Verdict.At, Reasons: d.Verdict.Reasons, Said: d.Verdict.Words, Zone: web.Zone(c)}
	if p := d.Plea; p != nil {
		v.Plea = &pages.Plea{Words: p.Words, At: p.At, Decision: string(p.Decision), Decided: or(p.DecidedAt), Answer: p.Answer}
	}
	return v, nil
}

// Appeal appeals against what was decided.
func (m *Moderation) Appeal(c echo.Context) error {
	in, err := web.Bind[appealInput](c)
	if err != nil {
		return err
	}
	err = m.moderation.Appeal(c.Request().Context(), web.ActorOf(c), slug(c), in.Words)
	if err == nil {
		return web.Done(c, paths.ManageListing(slug(c), "appeal"), "appealed")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := m.contest(c)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Words, v.Problems = in.Words, problems(p)
		return pages.AppealPage(v)
	})
}

// Appeals lists appeals.
func (m *Moderation) Appeals(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	a, err := m.moderation.Appeals(c.Request().Context(), web.ActorOf(c), in.View, in.page())
	if err != nil {
		return err
	}
	v := pages.List{View: string(in.View), Waiting: a.Waiting, Zone: web.Zone(c),
		Pager: pager(in.page(), a.Total, func(n int) string { return paths.StaffAppealsIn(string(in.View), n) })}
	for i := range a.Items {
		it := &a.Items[i]
		v.Appeals = append(v.Appeals, pages.Appealed{Slug: it.Slug, Name: it.Name, LogoURL: paths.Tile(it.LogoHash), State: it.State, Publisher: it.Publisher,
			Act: string(it.Act), Reasons: it.Reasons, DecidedBy: it.DecidedBy, At: it.At, Decision: string(it.Decision)})
	}
	return web.Page(c, pages.AppealsPage(v))
}
