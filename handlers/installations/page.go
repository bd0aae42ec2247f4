package installations

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	installpages "souk/handlers/installs"
	"souk/models"
	"souk/models/installs"
	pages "souk/templates/installations"
	"souk/web"
	"souk/web/paths"
)

// choice is which repositories an installation is to reach, as it was sent.
type choice struct {
	installpages.Picks
	Selection models.Selection `form:"selection"`

	ids  []int64
	page int
}

// Page shows an installation.
func (h *Installations) Page(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	p, err := h.installs.Page(c.Request().Context(), web.ActorOf(c), id, web.PageNumber(c.QueryParam("page")))
	if err != nil {
		return err
	}
	if at := place(p); !strings.EqualFold(at, c.Param("org")) {
		return web.SeeOther(c, paths.Installation(at, id, ""))
	}
	v, err := h.view(c, p, choice{ids: p.Chosen, page: 1})
	if err != nil {
		return err
	}
	return web.Page(c, pages.InstallationPage(v))
}

// place is the organization that an installation is on; "" for a person.
func place(p *installs.Page) string {
	if p.Account.Kind == models.KindOrganization {
		return p.Account.Login
	}
	return ""
}

// view is the page with what was chosen on it.
func (h *Installations) view(c echo.Context, p *installs.Page, in choice) (v pages.Page, err error) {
	v, ctx, actor := pageView(c, p), c.Request().Context(), web.ActorOf(c)
	if p.Lacks {
		u, err := h.installs.Update(ctx, actor, p.ID)
		if err != nil && !errors.Is(err, models.ErrUpdateDone) { // somebody has just agreed
			return v, err
		}
		v.Update = updateView(u)
	}
	if !p.MayRun || p.Selection == models.SelectNone {
		return v, nil
	}
	list, err := h.installs.Candidates(ctx, actor, p.AccountID, in.Query, in.page, in.ids)
	if errors.Is(err, models.ErrPageOutOfRange) {
		list, err = h.installs.Candidates(ctx, actor, p.AccountID, in.Query, 1, in.ids)
	}
	if err != nil {
		return v, err
	}
	v.Chooser, v.Selection = new(installpages.ChooserOf(list, in.Query, in.ids)), in.Selection
	v.LeadsTo = leadsTo(c, &p.App)
	return v, nil
}

// plain is an origin that can stand in a policy.
var plain = regexp.MustCompile(`^[A-Za-z0-9.:/\[\]_+-]+$`)

// leadsTo is the host of the app's to which a change of repositories leads, and lets
// the page's form lead there.
func leadsTo(c echo.Context, a *models.App) string {
	u, err := url.Parse(a.SetupURL)
	if !a.SetupOnUpdate || a.SetupURL == "" || err != nil {
		return ""
	}
	if origin := models.FormOrigin(a.SetupURL); plain.MatchString(origin) {
		web.AllowFormTo(c, origin+" https:")
	}
	return u.Host
}

// Repositories gives an installation the repositories that were chosen, where that is
// what the button says; each other button shows the page with the choice.
func (h *Installations) Repositories(c echo.Context) error {
	in, err := web.Bind[choice](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	p, err := h.installs.Ending(ctx, actor, id)
	if err != nil {
		return err
	}
	in.ids, in.page, err = in.Picked(func() ([]int64, error) { return h.installs.Matching(ctx, actor, p.AccountID, in.Query) })
	if err == nil && in.Do == "save" {
		err = h.installs.ChangeRepositories(ctx, actor, id, in.Selection, in.ids)
		if err == nil {
			return onward(c, p)
		}
	}
	v, wrong := h.view(c, p, in)
	if wrong != nil {
		return wrong
	}
	if err == nil {
		return web.Page(c, pages.InstallationPage(v))
	}
	return web.Refused(c, err, func(all models.Problems) templ.Component {
		v.Problems = problems(all)
		return pages.InstallationPage(v)
	})
}

// onward leads to where the app wants to hear of other repositories, or back to the
// page.
func onward(c echo.Context, p *installs.Page) error {
	if p.App.SetupOnUpdate && p.App.SetupURL != "" {
		return web.SeeOther(c, models.Returning(p.App.SetupURL, url.Values{"installation_id": {strconv.FormatInt(p.ID, 10)}, "setup_action": {"update"}}))
	}
	return web.Done(c, paths.Installation(place(p), p.ID, ""), "installation_repositories")
}

// SuspendPage says what suspending means; Suspend does it.
func (h *Installations) SuspendPage(c echo.Context) error { return h.ending(c, pages.SuspendPage) }

// UninstallPage says what uninstalling means; Uninstall does it.
func (h *Installations) UninstallPage(c echo.Context) error { return h.ending(c, pages.UninstallPage) }

func (h *Installations) ending(c echo.Context, page func(pages.Page) templ.Component) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	p, err := h.installs.Ending(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return err
	}
	return web.Page(c, page(pageView(c, p)))
}

// Suspend keeps an app from working.
func (h *Installations) Suspend(c echo.Context) error {
	return h.act(c, h.installs.Suspend, "installation_suspended")
}

// Unsuspend lets it work again.
func (h *Installations) Unsuspend(c echo.Context) error {
	return h.act(c, h.installs.Unsuspend, "installation_unsuspended")
}

func (h *Installations) act(c echo.Context, do func(context.Context, models.Actor, int64) error, said string) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := do(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return web.Done(c, paths.Installation(c.Param("org"), id, ""), said)
}

// Uninstall ends an installation.
func (h *Installations) Uninstall(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := h.installs.Uninstall(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return web.Done(c, paths.InstallationsOf(c.Param("org")), "uninstalled")
}
