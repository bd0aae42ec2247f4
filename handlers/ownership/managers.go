package ownership

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	pages "souk/templates/ownership"
	"souk/web"
	"souk/web/paths"
)

// Managers lists an app's managers.
func (h *Ownership) Managers(c echo.Context) error {
	page, err := h.managers(c, "")
	if err != nil {
		return err
	}
	return web.Page(c, page(nil))
}

func (h *Ownership) managers(c echo.Context, typed string) (func(models.Problems) templ.Component, error) {
	st, all, err := h.ownership.Managers(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return nil, err
	}
	v := pages.Managers{App: frames.App(c, st, "managers"), Typed: typed}
	for _, m := range all {
		v.Managers = append(v.Managers, pages.Manager{Login: m.Login, Name: m.Name, Since: m.Since.In(web.Zone(c))})
	}
	return func(p models.Problems) templ.Component {
		v.Problems = problemsView(p)
		return pages.ManagersPage(v)
	}, nil
}

type managerInput struct {
	Login string `form:"login"`
}

// AddManager has a person look after an app.
func (h *Ownership) AddManager(c echo.Context) error {
	in, err := web.Bind[managerInput](c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	err = h.ownership.AddManager(c.Request().Context(), web.ActorOf(c), slug, in.Login)
	if err == nil {
		return web.Done(c, paths.AppSettings(slug, "managers"), "app_manager_added")
	}
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	page, failed := h.managers(c, in.Login)
	if failed != nil {
		return failed
	}
	return web.Form(c, err, page)
}

// RemoveManager ends that a person looks after an app.
func (h *Ownership) RemoveManager(c echo.Context) error {
	slug := c.Param("slug")
	if err := h.ownership.RemoveManager(c.Request().Context(), web.ActorOf(c), slug, c.Param("login")); err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(slug, "managers"), "app_manager_removed")
}

// Leaving asks a manager whether to stop.
func (h *Ownership) Leaving(c echo.Context) error {
	st, err := h.ownership.Managed(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, pages.LeavePage(frames.App(c, st, "leave")))
}

// Leave ends that one looks after an app.
func (h *Ownership) Leave(c echo.Context) error {
	if err := h.ownership.Leave(c.Request().Context(), web.ActorOf(c), c.Param("slug")); err != nil {
		return err
	}
	return web.Done(c, paths.Apps, "app_left")
}
