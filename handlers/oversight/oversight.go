// Package oversight holds the pages on which people and organizations review what is installed and authorized.
package oversight

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	oversightverbs "souk/models/oversight"
	pages "souk/templates/oversight"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Oversight answers for them. Each page is there twice: of the organization that its
// address names, and of whoever is signed in.
type Oversight struct {
	oversight *oversightverbs.Service
	now       func() time.Time
}

// New makes the handlers.
func New(s *oversightverbs.Service, now func() time.Time) *Oversight {
	return &Oversight{oversight: s, now: now}
}

// whose is the organization that an address names, "" for one's own account.
func whose(c echo.Context) string { return c.Param("org") }

func (h *Oversight) account(c echo.Context, a *oversightverbs.Account) pages.Whose {
	v := pages.Whose{Login: a.Login, Name: a.Name, Owner: a.Owner, MayRevoke: a.MayRevoke, Repositories: a.Repositories, OpenReview: a.OpenReview,
		Reviewed: or(a.ReviewedAt), Due: or(a.Due()), Zone: web.Zone(c), Now: h.now()}
	if a.Kind == models.KindOrganization {
		v.Organization = a.Login
	}
	v.Overdue = !v.Due.IsZero() && !v.Now.Before(v.Due)
	return v
}

func rowView(i *oversightverbs.Item) pages.Row {
	return pages.Row{Integration: i.Integration, LogoURL: paths.Tile(i.LogoHash), Repositories: i.Repositories, Unused: i.Unused, Revocable: i.Revocable}
}

func brokenViews(all []oversightverbs.Broken) []pages.Broken {
	out := make([]pages.Broken, len(all))
	for i := range all {
		b := &all[i]
		out[i] = pages.Broken{Row: rowView(&b.Item), Names: b.Names, People: b.People, InstallationTokens: b.InstallationTokens, UserTokens: b.UserTokens, Hears: len(b.Hears)}
		if s := b.Subscription; s != nil {
			out[i].Plan = &pages.Plan{ID: s.ID, Name: s.Plan, Free: s.Free, Until: or(s.Until)}
		}
	}
	return out
}

// or is the time, or the zero time for none.
func or(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// number is an id in an address.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// pager links to the pages around this one.
func pager(page, total int, at func(page int) string) ui.PagerProps {
	return ui.PagerOf(page, (total+oversightverbs.PerPage-1)/oversightverbs.PerPage, at)
}
