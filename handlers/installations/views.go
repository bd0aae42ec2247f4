package installations

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/handlers/site"
	"souk/models"
	"souk/models/installs"
	pages "souk/templates/installations"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

func placeView(a *models.Account, role models.OrganizationRole) pages.Place {
	v := pages.Place{Login: a.Login, Name: a.DisplayName()}
	if a.Kind == models.KindOrganization {
		v.Organization, v.Owner, v.Member = a.Login, role == models.RoleOwner, role != ""
	}
	return v
}

func itemView(i *installs.Item) pages.Item {
	v := pages.Item{ID: i.ID, Since: i.CreatedAt, App: pages.App{Slug: i.App.Slug, Name: i.App.Name, LogoURL: frames.Logo(i.LogoHash), Backdrop: i.LogoBackdrop,
		Publisher: i.Integrator.Login, PublisherName: i.Integrator.DisplayName(), Verified: i.Integrator.Verified()},
		State: stateView(&i.Installation, i.Stopped), Reach: pages.Reach{Selection: i.Selection, Count: i.Count}}
	if i.UsedAt != nil {
		v.Used = *i.UsedAt
	}
	if i.Shown {
		v.Listing = i.ListingSlug
	}
	return v
}

func stateView(i *models.Installation, denied bool) pages.State {
	return pages.State{Suspended: i.SuspendedAt != nil, Barred: i.BarredAt != nil, Denied: denied, Behind: i.Lacks}
}

// pageView is an installation without the choice of its repositories.
func pageView(c echo.Context, p *installs.Page) pages.Page {
	v := pages.Page{Place: placeView(&p.Account, p.Role), Item: itemView(&p.Item), MayRun: p.MayRun, People: pages.People(p.People), Agreed: p.AgreedAt,
		Words: p.BarredWords, Zone: web.Zone(c), ReposTotal: p.Total}
	if at, _ := p.StoppedAt(); at != nil {
		v.Stopped = *at
	}
	held, own := p.App, p.App
	held.Permissions, held.Events = p.Permissions, models.EventsFor(p.App.Events, p.Permissions)
	own.Permissions = p.App.Permissions.OfAccounts()
	v.Access, v.Own = site.Access(&held), site.Access(&own).Levels
	if p.Stopped {
		v.Verdict = &p.Verdict
	}
	if s := p.Subscription; s != nil {
		v.Plan = &pages.Plan{ID: s.ID, Name: s.Plan, Free: s.Kind == models.PlanFree}
	}
	for _, r := range p.Repositories {
		v.Repos = append(v.Repos, pages.Repository{Name: r.Name, Private: r.Private, Archived: r.Archived})
	}
	v.Pager = ui.PagerOf(p.Number, (p.Total+installs.CandidatesPerPage-1)/installs.CandidatesPerPage, func(n int) string {
		return paths.InstallationReaches(v.Organization, p.ID, n)
	})
	return v
}

// updateView is what the app asks for in addition, nil for nothing.
func updateView(u *installs.Update) *pages.Update {
	if u == nil {
		return nil
	}
	return &pages.Update{Since: u.Since, Mine: u.Problem == nil}
}

func customerView(i *installs.Customer) pages.Customer {
	v := pages.Customer{ID: i.ID, Login: i.Account.Login, Name: i.Account.DisplayName(), Organization: i.Account.Kind == models.KindOrganization,
		State: stateView(&i.Installation, false), Reach: pages.Reach{Selection: i.Selection, Count: i.Count}, Since: i.CreatedAt, Words: i.BarredWords, More: len(i.More)}
	v.Desk = true
	if i.UsedAt != nil {
		v.Used = *i.UsedAt
	}
	return v
}

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}
