package moderation

import (
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/moderation"
	pages "souk/templates/moderation"
	"souk/web"
	"souk/web/paths"
)

// Case shows staff all that is known of a listing.
func (m *Moderation) Case(c echo.Context) error {
	v, err := m.dossier(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.CasePage(v))
}

func (m *Moderation) dossier(c echo.Context) (v pages.Case, err error) {
	d, err := m.moderation.Case(c.Request().Context(), web.ActorOf(c), slug(c))
	if err != nil {
		return v, err
	}
	f := &d.Facts
	v = pages.Case{Slug: d.ListingSlug, Name: d.ListingName, LogoURL: paths.Tile(f.LogoHash), Tagline: f.Tagline, State: d.ListingState, Claimed: d.Claimed,
		MayDecide: d.MayDecide, Zone: web.Zone(c), Published: or(f.PublishedAt), TakenDown: or(f.TakenDownAt), Reason: string(f.Reason), Note: f.Note,
		Installs: f.Installs, Publisher: d.Owner, PublisherSince: or(f.PublisherAt), Verified: f.Verified, Suspended: d.Suspended,
		Listings: f.Listings, Public: f.Public, TakenDowns: f.TakenDown, Rejections: f.Rejected, OtherReported: f.OtherReported,
		ReportsWait: f.ReportsWait, ReportsAll: f.ReportsAll, ReportsActed: f.ReportsActed}
	for i := range d.Reports {
		r := &d.Reports[i]
		v.Reports = append(v.Reports, pages.CaseReport{ID: strconv.FormatInt(r.ID, 10), Reporter: r.Reporter, Acted: r.Acted, Dismissed: r.Dismissed,
			Reason: string(r.Reason), Words: r.Words, At: r.At, Decision: string(r.Decision), Handler: r.Handler, Handled: or(r.HandledAt), Answer: r.Answer})
	}
	for _, n := range d.Notes {
		v.Notes = append(v.Notes, pages.CaseNote{Author: n.Author, Body: n.Body, At: n.At})
	}
	for _, e := range d.Events {
		v.Events = append(v.Events, pages.CaseEvent{Act: string(e.Act), From: string(e.From), To: string(e.To), Actor: e.Actor, Reasons: e.Reasons, Words: e.Words, At: e.At})
	}
	for i := range d.Appeals {
		v.Appeals = append(v.Appeals, appealView(&d.Appeals[i]))
	}
	return v, nil
}

func appealView(a *moderation.CaseAppeal) pages.CaseAppeal {
	return pages.CaseAppeal{Act: string(a.Act), Appellant: a.Appellant, DecidedBy: a.DecidedBy, Words: a.Words, Decision: string(a.Decision),
		Decider: a.Decider, Answer: a.Answer, At: a.At, Decided: or(a.DecidedAt)}
}

// again shows the page of a listing with the form that can't be carried out.
func (m *Moderation) again(c echo.Context, why error, fill func(*pages.Case)) error {
	if _, ok := models.AsProblems(why); !ok {
		return why
	}
	v, err := m.dossier(c)
	if err != nil {
		return err
	}
	return web.Form(c, why, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		fill(&v)
		return pages.CasePage(v)
	})
}

type decideInput struct {
	Reports  []int64               `form:"report"`
	Decision models.ReportDecision `form:"decision"`
	Answer   string                `form:"answer"`
}

// Decide deals with reports of a listing.
func (m *Moderation) Decide(c echo.Context) error {
	in, err := web.Bind[decideInput](c)
	if err != nil {
		return err
	}
	if in.Reports == nil {
		in.Reports = []int64{}
	}
	err = m.moderation.Decide(c.Request().Context(), web.ActorOf(c), slug(c), in.Reports, in.Decision, in.Answer)
	if err == nil {
		return web.Done(c, paths.StaffListing(slug(c), ""), "reports_decided")
	}
	return m.again(c, err, func(v *pages.Case) {
		v.Form, v.Decision, v.Answer = "reports", string(in.Decision), in.Answer
		for _, id := range in.Reports {
			v.Chosen = append(v.Chosen, strconv.FormatInt(id, 10))
		}
	})
}

type noteInput struct {
	Body string `form:"body"`
}

// Note keeps a note about a listing.
func (m *Moderation) Note(c echo.Context) error {
	in, err := web.Bind[noteInput](c)
	if err != nil {
		return err
	}
	if err := m.moderation.Note(c.Request().Context(), web.ActorOf(c), slug(c), in.Body); err != nil {
		return m.again(c, err, func(v *pages.Case) { v.Form, v.Body = "notes", in.Body })
	}
	return web.Done(c, paths.StaffListing(slug(c), "")+"#notes", "listing_noted")
}
