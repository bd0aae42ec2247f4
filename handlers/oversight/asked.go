package oversight

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/oversight"
	"souk/web"
	"souk/web/paths"
)

type answerInput struct {
	Answer models.ReviewAnswer `form:"answer"`
	Words  string              `form:"words"`
}

// Asked shows what owners ask somebody about an app.
func (h *Oversight) Asked(c echo.Context) error {
	v, err := h.questionView(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.QuestionPage(v))
}

func (h *Oversight) questionView(c echo.Context) (v pages.Question, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	q, err := h.oversight.Question(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return v, err
	}
	return pages.Question{ID: q.ID, Organization: q.Organization, Name: q.Name, Kind: q.Kind, App: q.App, Slug: q.Slug, Facts: q.Facts, Asker: q.Asker, Note: q.Note,
		Asked: or(q.AskedAt), Answer: q.Answer, Words: q.Words, Closed: q.Closed, Zone: web.Zone(c)}, nil
}

// Answer answers it.
func (h *Oversight) Answer(c echo.Context) error {
	in, err := web.Bind[answerInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	err = h.oversight.Answer(c.Request().Context(), web.ActorOf(c), id, in.Answer, in.Words)
	if err == nil {
		return web.Done(c, paths.IntegrationAsked(id), "review_answered")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := h.questionView(c)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Answer, v.Words, v.Problems = in.Answer, in.Words, problems(p)
		return pages.QuestionPage(v)
	})
}
