package moderation

import (
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/moderation"
	pages "souk/templates/moderation"
	"souk/web"
	"souk/web/paths"
)

type reportInput struct {
	Reason models.ModerationReason `form:"reason" query:"reason"`
	Words  string                  `form:"words"`
}

// Report shows the form to report a listing.
func (m *Moderation) Report(c echo.Context) error {
	in, err := web.Bind[reportInput](c)
	if err != nil {
		return err
	}
	v, err := m.report(c, in)
	if err != nil {
		return err
	}
	return web.Page(c, pages.ReportPage(v))
}

func (m *Moderation) report(c echo.Context, in reportInput) (v pages.Report, err error) {
	s, err := m.moderation.Subject(c.Request().Context(), web.ActorOf(c), slug(c))
	if err != nil {
		return v, err
	}
	v = pages.Report{Slug: s.Slug, Name: s.Name, There: s.There, Waiting: s.Waiting(), Zone: web.Zone(c), Reason: string(in.Reason), Words: in.Words}
	for i := range s.Mine {
		r := &s.Mine[i]
		v.Mine = append(v.Mine, pages.Mine{Reason: string(r.Reason), Words: r.Words, At: r.At, Decision: string(r.Decision), Handled: or(r.HandledAt), Answer: r.Answer})
	}
	return v, nil
}

// SendReport reports a listing to staff.
func (m *Moderation) SendReport(c echo.Context) error {
	in, err := web.Bind[reportInput](c)
	if err != nil {
		return err
	}
	err = m.moderation.Report(c.Request().Context(), web.ActorOf(c), slug(c), in.Reason, in.Words)
	if err == nil {
		return web.Done(c, paths.ListingPart(slug(c), "report"), "reported")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := m.report(c, in)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.ReportPage(v)
	})
}

// Reports lists the listings that were reported.
func (m *Moderation) Reports(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	r, err := m.moderation.Reports(c.Request().Context(), web.ActorOf(c), in.View, in.page())
	if err != nil {
		return err
	}
	v := pages.List{View: string(in.View), Waiting: r.Waiting, Zone: web.Zone(c),
		Pager: pager(in.page(), r.Total, func(n int) string { return paths.StaffReportsIn(string(in.View), n) })}
	for i := range r.Items {
		v.Reports = append(v.Reports, reportedView(&r.Items[i]))
	}
	return web.Page(c, pages.ReportsPage(v))
}

func reportedView(r *moderation.Reported) pages.Reported {
	v := pages.Reported{Slug: r.Slug, Name: r.Name, LogoURL: paths.Tile(r.LogoHash), State: r.State, Publisher: r.Publisher,
		Count: r.Count, All: r.All, Since: r.Since}
	for _, reason := range models.ReportReasons() {
		if n := r.Reasons[reason]; n > 0 {
			v.Reasons = append(v.Reasons, pages.Counted{Reason: string(reason), Count: n})
		}
	}
	slices.SortStableFunc(v.Reasons, func(a, b pages.Counted) int { return b.Count - a.Count })
	return v
}
