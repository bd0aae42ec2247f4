package moderation

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/moderation"
	pages "souk/templates/moderation"
	"souk/web"
	"souk/web/paths"
)

type decisionInput struct {
	Reason   models.ModerationReason `form:"reason"`
	Note     string                  `form:"note"`
	Decision models.AppealDecision   `form:"decision"`
	Answer   string                  `form:"answer"`
}

// deciding is the listing that a page of one decision is about, if that can be
// decided: what doesn't fit its state is a conflict, as if it were sent.
func (m *Moderation) deciding(c echo.Context, fits func(*moderation.Case) error) (v pages.Deciding, err error) {
	d, err := m.moderation.Case(c.Request().Context(), web.ActorOf(c), slug(c))
	if err != nil {
		return v, err
	}
	if !d.MayDecide {
		return v, models.ErrOwnListing
	}
	if err := fits(d); err != nil {
		return v, err
	}
	v = pages.Deciding{Slug: d.ListingSlug, Name: d.ListingName, State: d.ListingState, ReportsWait: d.Facts.ReportsWait, Zone: web.Zone(c)}
	for i := range d.Appeals {
		if a := &d.Appeals[i]; a.Decision == models.AppealWaiting {
			view := appealView(a)
			v.Plea = &view
			for _, e := range d.Events {
				if e.Act == a.Act {
					v.Said, v.Reasons = e.Words, e.Reasons
					break
				}
			}
		}
	}
	return v, nil
}

func in(states ...models.ListingState) func(*moderation.Case) error {
	return func(d *moderation.Case) error {
		for _, s := range states {
			if d.ListingState == s {
				return nil
			}
		}
		return models.ErrListingState
	}
}

var (
	canGoDown = in(models.ListingPublished, models.ListingUnlisted)
	isDown    = in(models.ListingTakenDown)
)

func contested(d *moderation.Case) error {
	for i := range d.Appeals {
		if d.Appeals[i].Decision == models.AppealWaiting {
			return nil
		}
	}
	return models.ErrNoAppeal
}

// ask shows the page of a decision, or shows it again with what is wrong.
func (m *Moderation) ask(c echo.Context, why error, fits func(*moderation.Case) error, in decisionInput, page func(pages.Deciding) templ.Component) error {
	if why != nil {
		if _, ok := models.AsProblems(why); !ok {
			return why
		}
	}
	v, err := m.deciding(c, fits)
	if err != nil {
		return err
	}
	if why == nil {
		return web.Page(c, page(v))
	}
	v.Reason, v.Note, v.Decision, v.Answer = string(in.Reason), in.Note, string(in.Decision), in.Answer
	return web.Form(c, why, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return page(v)
	})
}

// TakingDown asks why a listing is to be taken down.
func (m *Moderation) TakingDown(c echo.Context) error {
	return m.ask(c, nil, canGoDown, decisionInput{}, pages.TakeDownPage)
}

// TakeDown takes a listing down.
func (m *Moderation) TakeDown(c echo.Context) error {
	in, err := web.Bind[decisionInput](c)
	if err != nil {
		return err
	}
	if err := m.moderation.TakeDown(c.Request().Context(), web.ActorOf(c), slug(c), in.Reason, in.Note); err != nil {
		return m.ask(c, err, canGoDown, in, pages.TakeDownPage)
	}
	return web.Done(c, paths.StaffListing(slug(c), ""), "listing_taken_down")
}

// Restoring asks for words before a listing is restored.
func (m *Moderation) Restoring(c echo.Context) error {
	return m.ask(c, nil, isDown, decisionInput{}, pages.RestorePage)
}

// Restore brings a listing back.
func (m *Moderation) Restore(c echo.Context) error {
	in, err := web.Bind[decisionInput](c)
	if err != nil {
		return err
	}
	if err := m.moderation.Restore(c.Request().Context(), web.ActorOf(c), slug(c), in.Answer); err != nil {
		return m.ask(c, err, isDown, in, pages.RestorePage)
	}
	return web.Done(c, paths.StaffListing(slug(c), ""), "listing_restored")
}

// Judging asks for a decision on an appeal.
func (m *Moderation) Judging(c echo.Context) error {
	return m.ask(c, nil, contested, decisionInput{}, pages.JudgePage)
}

// Judge decides on an appeal.
func (m *Moderation) Judge(c echo.Context) error {
	in, err := web.Bind[decisionInput](c)
	if err != nil {
		return err
	}
	if err := m.moderation.Judge(c.Request().Context(), web.ActorOf(c), slug(c), in.Decision, in.Answer); err != nil {
		return m.ask(c, err, contested, in, pages.JudgePage)
	}
	return web.Done(c, paths.StaffListing(slug(c), ""), "appeal_judged")
}
