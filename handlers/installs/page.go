package installs

import (
	"errors"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/installrequests"
	installverbs "souk/models/installs"
	pages "souk/templates/installs"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

// form is what was chosen and agreed to, as it was sent. Do is the button: what it said
// that comes of it, or what it does with the choice of repositories.
type form struct {
	Picks
	Target    int64            `query:"target_id" form:"target_id"`
	Asked     string           `form:"asked"`
	State     string           `form:"state"`
	Selection models.Selection `form:"selection"`
	Consent   bool             `form:"consent"`
	Plan      string           `form:"plan"`
	Period    models.Period    `form:"period"`
	Units     string           `form:"units"`
	Reason    string           `form:"reason"`
}

// wish is a form that was read.
type wish struct {
	form
	ids  []int64 // of the chosen repositories
	page int
}

// Permissions shows what an app asks for on an account.
func (h *Installs) Permissions(c echo.Context) error {
	in := read(c)
	w := wish{form: form{Target: in.Target, State: in.State, Plan: in.Plan}, ids: in.Repositories, page: 1}
	v, installed, err := h.view(c, &w)
	if err != nil {
		return err
	}
	if installed != "" {
		return web.SeeOther(c, installed)
	}
	return web.Page(c, pages.InstallPage(v))
}

// Install installs an app, or asks for it, where that is what the button said; each
// other button shows the page with what was chosen.
func (h *Installs) Install(c echo.Context) error {
	in, err := web.Bind[form](c)
	if err != nil {
		return err
	}
	w, err := h.choose(c, in)
	if _, mendable := models.AsProblems(err); mendable {
		return h.again(c, &w, err)
	}
	if err != nil {
		return err
	}
	v, _, err := h.view(c, &w)
	if err != nil {
		return err
	}
	said := pages.Act(in.Do)
	switch {
	case said != pages.ActInstall && said != pages.ActSplit && said != pages.ActRequest:
		return web.Page(c, pages.InstallPage(v))
	case v.Act != pages.ActRefuse && v.Act != said && (!v.Repository || v.Selection == models.SelectAll || len(w.ids) > 0):
		v.Changed = true
		return web.Page(c, pages.InstallPage(v))
	}
	return h.submit(c, &w)
}

// submit carries out what was agreed to, and leads on.
func (h *Installs) submit(c echo.Context, w *wish) error {
	sub, err := w.submission(c)
	if err != nil {
		return h.again(c, w, err)
	}
	done, err := h.installrequests.Submit(c.Request().Context(), web.ActorOf(c), sub)
	if err != nil {
		return h.again(c, w, err)
	}
	return h.onward(c, w, done)
}

// submission is what the form stands for.
func (w *wish) submission(c echo.Context) (installrequests.Submission, error) {
	sub := installrequests.Submission{Choice: w.choice(c.Param("slug")), Reason: w.Reason, Plan: int(min(id(w.Plan), 1<<30)), Period: w.Period}
	sub.Asked = unshown(w.Asked)
	if text := strings.TrimSpace(w.Units); text != "" && sub.Plan != 0 {
		n, err := models.ParseWhole(text, i18n.NumberMarks(c.Request().Context()))
		if err != nil || n < 1 {
			return sub, models.Problems{models.ErrPlanUnits}
		}
		sub.Units = n
	}
	return sub, nil
}

func (w *wish) choice(slug string) installverbs.Choice {
	ch := installverbs.Choice{App: slug, Account: w.Target, Selection: w.Selection}
	if w.Selection == models.SelectSelected {
		ch.Repositories = w.ids
	}
	return ch
}

// again shows the page with all that was chosen, and why nothing came of it.
func (h *Installs) again(c echo.Context, w *wish, cause error) error {
	v, _, err := h.view(c, w)
	if err != nil {
		return cause // what isn't there can't be shown again
	}
	return web.Refused(c, cause, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.InstallPage(v)
	})
}

// choose reads the form, and does with the choice of repositories what its button says.
func (h *Installs) choose(c echo.Context, in form) (w wish, err error) {
	w = wish{form: in, page: 1}
	if len(w.State) > maxState {
		w.State = ""
	}
	var page int
	w.ids, page, err = in.Picked(func() ([]int64, error) {
		return h.installs.Matching(c.Request().Context(), web.ActorOf(c), in.Target, in.Query)
	})
	w.page = max(page, 1)
	return w, err
}

// candidates are the page of repositories, or the first one where it isn't there.
func (h *Installs) candidates(c echo.Context, w *wish) (*installverbs.CandidateList, error) {
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	list, err := h.installs.Candidates(ctx, actor, w.Target, w.Query, w.page, w.ids)
	if errors.Is(err, models.ErrPageOutOfRange) && w.page > 1 {
		list, err = h.installs.Candidates(ctx, actor, w.Target, w.Query, 1, w.ids)
	}
	return list, err
}

// configure is where one changes an installation.
func configure(a *models.Account, id int64) string {
	if a.Kind == models.KindOrganization {
		return paths.Installation(a.Login, id, "")
	}
	return paths.Installation("", id, "")
}

// onPage reports whether the page by itself says why nothing can be installed; who
// can't know of an app, or of an account, gets no page.
func onPage(err error) bool {
	return slices.ContainsFunc([]error{models.ErrInstallPolicy, models.ErrRequestsOff, models.ErrAppStopped, models.ErrMailNeeded},
		func(known error) bool { return errors.Is(err, known) })
}
