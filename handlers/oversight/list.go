package oversight

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	oversightverbs "souk/models/oversight"
	pages "souk/templates/oversight"
	"souk/web"
	"souk/web/paths"
)

// listInput chooses from what reaches an account. Item and All are of the page that
// ends some of it: these, or all that the rest chooses.
type listInput struct {
	Query  string                  `query:"q"`
	Kind   models.IntegrationKind  `query:"kind"`
	State  models.IntegrationState `query:"state"`
	Sort   models.IntegrationOrder `query:"sort"`
	Page   string                  `query:"page"`
	Format string                  `query:"format"`
	Item   []string                `query:"item" form:"item"`
	All    bool                    `query:"all"`
}

func (in *listInput) filter() models.IntegrationFilter {
	return models.IntegrationFilter{Query: in.Query, Kind: in.Kind, State: in.State, Order: in.Sort}
}

// at is the list with what was chosen, on a page.
func (in *listInput) at(organization string, page int) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": in.Query, "kind": string(in.Kind), "state": string(in.State), "sort": string(in.Sort)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return paths.IntegrationsWith(organization, "", q)
}

// List lists what is installed and authorized.
func (h *Oversight) List(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	page := web.PageNumber(in.Page)
	l, err := h.oversight.List(c.Request().Context(), web.ActorOf(c), whose(c), in.filter(), page)
	if err != nil {
		return err
	}
	v := pages.List{Whose: h.account(c, &l.Account), Filter: l.Filter, Counts: l.Counts, States: l.States, Total: l.Total}
	for i := range l.Items {
		v.Items = append(v.Items, rowView(&l.Items[i]))
	}
	v.Pager = pager(page, l.Total, func(n int) string { return in.at(v.Organization, n) })
	return web.Page(c, pages.ListPage(v))
}

// Export answers with the list as a file.
func (h *Oversight) Export(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	of, write, err := h.oversight.Export(c.Request().Context(), web.ActorOf(c), whose(c), oversightverbs.Format(in.Format))
	if err != nil {
		return err
	}
	return web.Download(c, h.file("integrations-"+of, in.Format), mediaType(in.Format), write)
}

// file is the name of a download.
func (h *Oversight) file(what, format string) string {
	ending := ".jsonl"
	if format == string(oversightverbs.CSV) {
		ending = ".csv"
	}
	return "souk-" + what + "-" + h.now().Format(time.DateOnly) + ending
}

func mediaType(format string) string {
	if format == string(oversightverbs.CSV) {
		return "text/csv; charset=utf-8"
	}
	return "application/x-ndjson; charset=utf-8"
}

// Ending says what ending some integrations breaks.
func (h *Oversight) Ending(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	chosen := oversightverbs.Chosen{Keys: in.Item, Filter: in.filter()}
	if len(in.Item) == 0 && !in.All && in.State == "" && in.Kind == "" {
		chosen.Keys = []string{""} // nothing is chosen, and that isn't everything
	}
	e, err := h.oversight.Ending(c.Request().Context(), web.ActorOf(c), whose(c), chosen)
	if err != nil {
		return err
	}
	return web.Page(c, pages.EndPage(h.endingView(c, e)))
}

func (h *Oversight) endingView(c echo.Context, e *oversightverbs.Ending) pages.Ending {
	v := pages.Ending{Whose: h.account(c, &e.Account), Items: brokenViews(e.Items), More: e.More}
	for i := range e.Kept {
		v.Kept = append(v.Kept, e.Kept[i].Name)
	}
	return v
}

// Revoke ends integrations.
func (h *Oversight) Revoke(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	r, err := h.oversight.Revoke(ctx, actor, whose(c), in.Item)
	if err != nil {
		return err
	}
	if len(r.Failed) == 0 {
		return web.Done(c, paths.IntegrationsOf(whose(c), ""), "integrations_ended")
	}
	e, err := h.oversight.Ending(ctx, actor, whose(c), oversightverbs.Chosen{Keys: in.Item})
	if err != nil {
		return err
	}
	v := h.endingView(c, e)
	v.Failed, v.Done = failures(r), r.Done
	return web.PageStatus(c, http.StatusConflict, pages.EndPage(v))
}

func failures(r *oversightverbs.Revoked) []pages.Failure {
	out := make([]pages.Failure, len(r.Failed))
	for i, f := range r.Failed {
		out[i] = pages.Failure{Name: f.Name, Code: f.Err.Code}
	}
	return out
}
