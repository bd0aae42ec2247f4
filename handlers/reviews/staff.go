package reviews

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/review"
	pages "souk/templates/reviews"
	"souk/web"
	"souk/web/paths"
)

type queueInput struct {
	View   string `query:"view"`
	Kind   string `query:"kind"`
	Checks string `query:"checks"`
	Page   int    `query:"page"`
}

func (in queueInput) address(page int) string {
	q := url.Values{}
	for name, value := range map[string]string{"view": in.View, "kind": in.Kind, "checks": in.Checks} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return paths.StaffReviews
	}
	return paths.StaffReviews + "?" + q.Encode()
}

// Queue lists what waits for staff.
func (r *Reviews) Queue(c echo.Context) error {
	in, err := web.Bind[queueInput](c)
	if err != nil {
		return err
	}
	q, err := r.review.Queue(c.Request().Context(), web.ActorOf(c), review.Filter{View: review.View(in.View), Sort: review.Sort(in.Kind),
		Outcome: in.Checks, Page: in.Page})
	if err != nil {
		return err
	}
	return web.Page(c, pages.QueuePage(r.queueView(c, q, in)))
}

type caseInput struct {
	Whole bool `query:"whole"`
}

// Case is a submission with everything that a reviewer needs.
func (r *Reviews) Case(c echo.Context) error {
	in, err := web.Bind[caseInput](c)
	if err != nil {
		return err
	}
	v, err := r.caseView(c, in.Whole)
	if err != nil {
		return err
	}
	return web.Page(c, pages.CasePage(v))
}

// Claim takes a submission on.
func (r *Reviews) Claim(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := r.review.Claim(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return web.Done(c, paths.StaffReview(id, ""), "review_claimed")
}

// Release gives a submission back.
func (r *Reviews) Release(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := r.review.Release(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return web.Done(c, paths.StaffReview(id, ""), "review_released")
}

type noteInput struct {
	Note string `form:"note"`
}

// Annotate writes a private note.
func (r *Reviews) Annotate(c echo.Context) error {
	in, err := web.Bind[noteInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := r.review.Annotate(c.Request().Context(), web.ActorOf(c), id, in.Note); err != nil {
		return r.again(c, err, func(v *pages.Case) { v.Remark = in.Note })
	}
	return web.Done(c, paths.StaffReview(id, "")+"#notes", "review_noted")
}

type decisionInput struct {
	Decision string   `form:"decision"`
	Reasons  []string `form:"reasons"`
	Words    string   `form:"words"`
}

// Decide decides on a submission.
func (r *Reviews) Decide(c echo.Context) error {
	in, err := web.Bind[decisionInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	err = r.review.Decide(c.Request().Context(), web.ActorOf(c), id,
		review.Decision{Act: models.ListingAct(in.Decision), Reasons: in.Reasons, Words: in.Words})
	if err != nil {
		return r.again(c, err, func(v *pages.Case) { v.Decision, v.Chosen, v.Typed = in.Decision, in.Reasons, in.Words })
	}
	return web.Done(c, paths.StaffReviews, "review_"+in.Decision)
}

// again shows a case with the form that can't be carried out.
func (r *Reviews) again(c echo.Context, why error, typed func(*pages.Case)) error {
	if _, mendable := models.AsProblems(why); !mendable {
		return why
	}
	v, err := r.caseView(c, false)
	if err != nil {
		return err
	}
	return web.Form(c, why, func(p models.Problems) templ.Component {
		typed(&v)
		v.Problems = problems(p)
		return pages.CasePage(v)
	})
}

// Settings is what goes live at once.
func (r *Reviews) Settings(c echo.Context) error {
	parts, err := r.review.SmallParts(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	var v pages.Settings
	for _, p := range parts {
		v.Chosen = append(v.Chosen, string(p))
	}
	return web.Page(c, pages.SettingsPage(v))
}

type settingsInput struct {
	Fields []string `form:"fields"`
}

// SaveSettings says what goes live at once.
func (r *Reviews) SaveSettings(c echo.Context) error {
	in, err := web.Bind[settingsInput](c)
	if err != nil {
		return err
	}
	if err := r.review.SetSmallParts(c.Request().Context(), web.ActorOf(c), in.Fields); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return pages.SettingsPage(pages.Settings{Chosen: in.Fields, Problems: problems(p)})
		})
	}
	return web.Done(c, paths.StaffReviewSettings, "review_settings")
}
