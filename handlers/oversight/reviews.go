package oversight

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	oversightverbs "souk/models/oversight"
	pages "souk/templates/oversight"
	"souk/web"
	"souk/web/paths"
)

type reviewInput struct {
	View   oversightverbs.ReviewView `query:"view"`
	Page   string                    `query:"page"`
	Format string                    `query:"format"`
	Do     string                    `form:"do"` // "keep" decides to keep what is undecided
	Item   []string                  `form:"item"`
}

// Reviews is the history of reviews.
func (h *Oversight) Reviews(c echo.Context) error {
	in, err := web.Bind[reviewInput](c)
	if err != nil {
		return err
	}
	page := web.PageNumber(in.Page)
	l, err := h.oversight.Reviews(c.Request().Context(), web.ActorOf(c), whose(c), page)
	if err != nil {
		return err
	}
	v := pages.Reviews{Whose: h.account(c, &l.Account), Total: l.Total}
	for i := range l.Items {
		v.Items = append(v.Items, reviewView(&l.Items[i]))
	}
	v.Pager = pager(page, l.Total, func(n int) string { return paths.IntegrationReviewsIn(v.Organization, n) })
	return web.Page(c, pages.ReviewsPage(v))
}

func reviewView(r *oversightverbs.Review) pages.Review {
	return pages.Review{ID: r.ID, Opener: r.Opener, Finisher: r.Finisher, Opened: r.OpenedAt, Finished: or(r.FinishedAt), Items: r.Items, Kept: r.Kept,
		Revoked: r.Revoked, Asked: r.Asked}
}

// Begin begins a review, or goes on with the one that is open.
func (h *Oversight) Begin(c echo.Context) error {
	id, err := h.oversight.Begin(c.Request().Context(), web.ActorOf(c), whose(c))
	if err != nil {
		return err
	}
	return web.SeeOther(c, paths.IntegrationReview(whose(c), id, ""))
}

// Checklist is a page of a review.
func (h *Oversight) Checklist(c echo.Context) error {
	in, err := web.Bind[reviewInput](c)
	if err != nil {
		return err
	}
	v, err := h.checklist(c, &in)
	if err != nil {
		return err
	}
	return web.Page(c, pages.ChecklistPage(v))
}

func (h *Oversight) checklist(c echo.Context, in *reviewInput) (v pages.Checklist, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	page := web.PageNumber(in.Page)
	l, err := h.oversight.Checklist(c.Request().Context(), web.ActorOf(c), whose(c), id, in.View, page)
	if err != nil {
		return v, err
	}
	v = pages.Checklist{Whose: h.account(c, &l.Account), Review: reviewView(&l.Review), View: string(in.View), New: l.New, Page: page}
	for i := range l.Items {
		v.Rows = append(v.Rows, h.itemView(&l.Items[i]))
	}
	v.Pager = pager(page, l.Total, func(n int) string { return paths.IntegrationReviewIn(v.Organization, id, string(in.View), n) })
	return v, nil
}

func (h *Oversight) itemView(i *oversightverbs.ReviewItem) pages.Item {
	then := i.Then()
	v := pages.Item{ID: i.ID, Kind: i.Kind, Slug: i.Slug, Name: i.Name, Facts: i.Facts, Now: i.Now, Risk: then.Risk().Band, Decision: i.Decision, Note: i.Note,
		Whom: i.Whom(), Decider: i.Decider, Decided: or(i.DecidedAt), Asked: i.Asked, Answer: i.Answer, AnswerWords: i.AnswerWords, Answered: or(i.AnsweredAt), Ended: or(i.EndedAt)}
	if i.Now != nil {
		v.LogoURL, v.Unused = paths.Tile(i.Now.LogoHash), i.Now.Unused(h.now())
	}
	return v
}

// Decide keeps what was decided on a page of a review.
func (h *Oversight) Decide(c echo.Context) error {
	in, err := web.Bind[reviewInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	decided := in.decided(c)
	err = h.oversight.Decide(c.Request().Context(), web.ActorOf(c), whose(c), id, decided)
	if err == nil {
		return web.Done(c, paths.IntegrationReviewIn(whose(c), id, string(in.View), web.PageNumber(in.Page)), "review_saved")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := h.checklist(c, &in)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		retype(v.Rows, decided)
		return pages.ChecklistPage(v)
	})
}

// decided reads the fields of each item that the page had.
func (in *reviewInput) decided(c echo.Context) []oversightverbs.Decided {
	var all []oversightverbs.Decided
	for _, typed := range in.Item[:min(len(in.Item), oversightverbs.PerPage)] {
		id, err := strconv.ParseInt(typed, 10, 64)
		if err != nil {
			continue
		}
		d := oversightverbs.Decided{Item: id, Decision: models.ReviewDecision(c.FormValue("decision-" + typed)), Note: c.FormValue("note-" + typed), Whom: c.FormValue("whom-" + typed)}
		if in.Do == "keep" && d.Decision == models.ReviewUndecided {
			d.Decision = models.ReviewKeep
		}
		all = append(all, d)
	}
	return all
}

// retype puts what was typed back into the form.
func retype(rows []pages.Item, decided []oversightverbs.Decided) {
	for i := range rows {
		for _, d := range decided {
			if d.Item == rows[i].ID {
				rows[i].Decision, rows[i].Note, rows[i].Whom = d.Decision, d.Note, d.Whom
			}
		}
	}
}

// ExportReview answers with a review as a file.
func (h *Oversight) ExportReview(c echo.Context) error {
	in, err := web.Bind[reviewInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	of, write, err := h.oversight.ExportReview(c.Request().Context(), web.ActorOf(c), whose(c), id, oversightverbs.Format(in.Format))
	if err != nil {
		return err
	}
	return web.Download(c, h.file("review-"+of+"-"+strconv.FormatInt(id, 10), in.Format), mediaType(in.Format), write)
}

// Finishing says what finishing a review ends.
func (h *Oversight) Finishing(c echo.Context) error {
	v, err := h.finishingView(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.FinishPage(v))
}

func (h *Oversight) finishingView(c echo.Context) (v pages.Finishing, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	f, err := h.oversight.Finishing(c.Request().Context(), web.ActorOf(c), whose(c), id)
	if err != nil {
		return v, err
	}
	if f.FinishedAt != nil {
		return v, models.ErrReviewFinished
	}
	return pages.Finishing{Ending: h.endingView(c, &f.Ending), Review: reviewView(&f.Review), Undecided: f.Undecided}, nil
}

// Finish ends what a review decided to end, and closes it.
func (h *Oversight) Finish(c echo.Context) error {
	in, err := web.Bind[reviewInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	r, err := h.oversight.Finish(c.Request().Context(), web.ActorOf(c), whose(c), id, in.Item)
	changed := errors.Is(err, models.ErrReviewChanged) || errors.Is(err, models.ErrReviewUndecided)
	if err != nil && !changed {
		return err
	}
	if err == nil && r.Closed {
		return web.Done(c, paths.IntegrationReview(whose(c), id, ""), "review_finished")
	}
	v, err := h.finishingView(c)
	if err != nil {
		return err
	}
	v.Changed = changed
	if r != nil {
		v.Failed, v.Done = failures(r), r.Done
	}
	return web.PageStatus(c, http.StatusConflict, pages.FinishPage(v))
}
