// Package updates holds the pages on which an installation is given more permissions, and what integrators see of it.
package updates

import (
	"errors"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/handlers/installs"
	"souk/handlers/site"
	"souk/models"
	verbs "souk/models/installs"
	"souk/templates/ui"
	pages "souk/templates/updates"
	"souk/web"
	"souk/web/paths"
)

// Updates answers for them.
type Updates struct {
	installs *verbs.Service
}

// New makes the handlers.
func New(i *verbs.Service) *Updates { return &Updates{installs: i} }

// updateForm is what somebody agrees to, as the page showed it. Do is "accept", or what
// it does with the choice of repositories.
type updateForm struct {
	installs.Picks
	Asked     string           `form:"asked"`
	Files     []string         `form:"file"`
	Selection models.Selection `form:"selection"`
}

// Show shows what an app asks for in addition.
func (h *Updates) Show(c echo.Context) error {
	u, err := h.update(c)
	if errors.Is(err, models.ErrUpdateDone) {
		return h.done(c, err)
	}
	if err != nil {
		return err
	}
	if org := organization(u); org != c.Param("org") {
		return web.SeeOther(c, paths.Update(org, u.ID)) // whoever came over their own settings
	}
	v, _, err := h.view(c, u, updateForm{})
	if err != nil {
		return err
	}
	return web.Page(c, pages.UpdatePage(v))
}

// done leads on from an update that isn't one any more: to the installation, for those
// who may see it.
func (h *Updates) done(c echo.Context, cause error) error {
	p, err := h.installs.Page(c.Request().Context(), web.ActorOf(c), number(c), 1)
	if err != nil {
		return cause
	}
	return web.SeeOther(c, paths.Installation(organizationOf(&p.Standing), p.ID, ""))
}

// Accept gives an installation what its app asks for, or shows the page with the
// choice of repositories changed.
func (h *Updates) Accept(c echo.Context) error {
	in, err := web.Bind[updateForm](c)
	if err != nil {
		return err
	}
	u, err := h.update(c)
	if err != nil {
		return err
	}
	v, ids, err := h.view(c, u, in)
	if err != nil {
		return err
	}
	if in.Do != "accept" {
		return web.Page(c, pages.UpdatePage(v))
	}
	to := verbs.AgreeTo{Permissions: installs.AskedIn(in.Asked), Files: in.Files, Selection: in.Selection, Repositories: ids}
	if to.Permissions == nil {
		to.Permissions = models.Grants{} // nobody has seen what it asks for
	}
	if err := h.installs.Agree(c.Request().Context(), web.ActorOf(c), u.ID, to); err != nil {
		return h.again(c, u, in, err)
	}
	return h.accepted(c, u)
}

// accepted leads to the installation, or keeps those who may not see it here.
func (h *Updates) accepted(c echo.Context, u *verbs.Update) error {
	return web.Done(c, paths.Installation(organization(u), u.ID, ""), "update_accepted")
}

// again shows the page as it is by now, and why nothing came of it.
func (h *Updates) again(c echo.Context, u *verbs.Update, in updateForm, cause error) error {
	if errors.Is(cause, models.ErrAskedChanged) {
		now, err := h.update(c)
		if err != nil {
			return cause
		}
		u = now
	}
	v, _, err := h.view(c, u, in)
	if err != nil {
		return cause
	}
	return web.Refused(c, cause, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.UpdatePage(v)
	})
}

// update is that of the address: an organization's has to be that organization's.
func (h *Updates) update(c echo.Context) (*verbs.Update, error) {
	u, err := h.installs.Update(c.Request().Context(), web.ActorOf(c), number(c))
	if err != nil {
		return nil, err
	}
	if org := c.Param("org"); org != "" && !strings.EqualFold(org, u.Account.Login) {
		return nil, models.ErrNotFound
	}
	return u, nil
}

func number(c echo.Context) int64 {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

func organization(u *verbs.Update) string { return organizationOf(u.Standing) }

func organizationOf(i *verbs.Standing) string {
	if i.Account.Kind == models.KindOrganization {
		return i.Account.Login
	}
	return ""
}

// view is the page, with what was chosen on it.
func (h *Updates) view(c echo.Context, u *verbs.Update, in updateForm) (v pages.Update, ids []int64, err error) {
	v = updateView(c, u)
	if !u.Selects || u.Problem != nil {
		return v, nil, nil
	}
	if v.Selection = in.Selection; !v.Selection.Valid() {
		v.Selection = models.SelectSelected
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	ids, page, err := in.Picked(func() ([]int64, error) { return h.installs.Matching(ctx, actor, u.AccountID, in.Query) })
	if err != nil {
		return v, nil, err
	}
	list, err := h.installs.Candidates(ctx, actor, u.AccountID, in.Query, page, ids)
	if errors.Is(err, models.ErrPageOutOfRange) {
		list, err = h.installs.Candidates(ctx, actor, u.AccountID, in.Query, 1, ids)
	}
	if err != nil {
		return v, nil, err
	}
	v.Chooser = installs.ChooserOf(list, in.Query, ids)
	return v, ids, nil
}

func updateView(c echo.Context, u *verbs.Update) pages.Update {
	org := organization(u)
	v := pages.Update{ID: u.ID, Org: org, Login: u.Account.Login, Account: u.Account.DisplayName(), App: u.App.Name, Slug: u.App.Slug, LogoURL: frames.Logo(u.App.LogoHash), Backdrop: u.App.LogoBackdrop,
		Integrator: u.Integrator.DisplayName(), Verified: u.Integrator.Verified(), Note: u.Note, Since: u.Since, Zone: web.Zone(c),
		Files: u.NewFiles, Events: u.NewEvents, Before: u.Before, After: u.After, CodeBefore: u.Permissions.WritesCode(), CodeAfter: u.Asked.WritesCode(),
		Asked: installs.AskedOf(u.Asked), AllFiles: u.App.SingleFilePaths, Selects: u.Selects, Runs: web.ActorOf(c).MayRunInstallation(u.AccountID) == nil}
	v.Levels = site.Access(&models.App{Kind: models.GitHubApp, Permissions: u.More}).Levels
	for _, g := range u.More.Sorted() {
		v.More = append(v.More, pages.Raised{Key: g.Key, From: u.Permissions[g.Key], To: g.Level})
	}
	if known, ok := errors.AsType[*models.Error](u.Problem); ok {
		v.Refused = known.Code
	}
	if len(u.Verdict.Reasons) > 0 {
		v.Verdict = &u.Verdict
	}
	return v
}

func problems(p models.Problems) ui.Problems {
	all := make(ui.Problems, len(p))
	for i, one := range p {
		all[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return all
}
