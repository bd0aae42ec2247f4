package installs

import (
	"cmp"
	"context"
	"strconv"

	"souk/models"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

func (p *Page) title(ctx context.Context) string {
	switch {
	case p.Installed != "" && p.Act != ActRefuse:
		return i18n.T(ctx, "installs.title.more", "app", p.Name, "account", p.AccountName)
	case p.Act == ActRequest:
		return i18n.T(ctx, "installs.title.request", "app", p.Name, "account", p.AccountName)
	}
	return i18n.T(ctx, "installs.title.install", "app", p.Name, "account", p.AccountName)
}

// button is what the act is called.
func (p *Page) button(ctx context.Context) string {
	if p.Authorize {
		return i18n.T(ctx, "installs.do.authorize."+string(p.Act))
	}
	return i18n.T(ctx, "installs.do."+string(p.Act))
}

// follows is what comes of the act.
func (p *Page) follows(ctx context.Context) string {
	if p.Act == ActSplit {
		mine, others := int64(p.Chooser.Mine), int64(p.Chooser.Count-p.Chooser.Mine)
		return i18n.T(ctx, "installs.follows.split", "mine", i18n.N(ctx, "installs.repositories", mine),
			"others", i18n.N(ctx, "installs.repositories", others), "account", p.AccountName)
	}
	return i18n.T(ctx, "installs.follows."+string(p.Act), "app", p.Name, "account", p.AccountName)
}

// where is on which repositories.
func (p *Page) where(ctx context.Context) string {
	switch {
	case !p.Repository:
		return i18n.T(ctx, "installs.where.none")
	case p.Selection == models.SelectAll:
		return i18n.T(ctx, "installs.where.all")
	}
	return i18n.N(ctx, "installs.chosen", int64(p.Chooser.Count))
}

func (p *Page) selections(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(models.SelectAll), Label: i18n.T(ctx, "installs.all"), Help: i18n.T(ctx, "installs.all.help")},
		{Value: string(models.SelectSelected), Label: i18n.T(ctx, "installs.selected"), Help: i18n.T(ctx, "installs.selected.help")},
	}
}

// plans are the choices of a request.
func (p *Plans) plans(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "installs.plan.none"), Help: i18n.T(ctx, "installs.plan.none.help")}}
	for i := range p.Items {
		one := &p.Items[i]
		all = append(all, ui.Option{Value: strconv.Itoa(one.Number), Label: one.Name, Help: one.price(ctx)})
	}
	return all
}

// price is what a plan costs, by the month and by the year where it is sold so.
func (p *Plan) price(ctx context.Context) string {
	month, year := site.PriceWords(ctx, &p.Plan, models.Monthly), site.PriceWords(ctx, &p.Plan, models.Yearly)
	switch {
	case p.Kind == models.PlanFree, p.YearlyMinor == nil:
		return month
	case p.MonthlyMinor == nil:
		return year
	}
	return i18n.T(ctx, "installs.plan.either", "month", month, "year", year)
}

func (p *Plans) periods(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(models.Monthly), Label: i18n.T(ctx, "requests.period.month")},
		{Value: string(models.Yearly), Label: i18n.T(ctx, "requests.period.year")},
	}
}

func errorTitle(ctx context.Context, code string) string { return i18n.T(ctx, "error."+code+".title") }

func errorText(ctx context.Context, code string) string { return i18n.T(ctx, "error."+code) }

// who is an account's name with its login.
func (p *Place) who(ctx context.Context) string {
	if p.Name == "" || p.Name == p.Login {
		return p.Login
	}
	return i18n.T(ctx, "installs.pick.who", "name", p.Name, "login", p.Login)
}

// standing is what the reader is there.
func (p *Place) standing(ctx context.Context) string {
	switch {
	case !p.Organization:
		return i18n.T(ctx, "installs.pick.personal")
	case p.Role == "":
		return i18n.T(ctx, "installs.pick.collaborator")
	}
	return i18n.T(ctx, "notice.role."+string(p.Role))
}

// without is what an alternative does without, in a line.
func (l *Lighter) without(ctx context.Context) string {
	var all []string
	for _, g := range l.Without[:min(len(l.Without), most)] {
		name := g.Key
		if g.Known {
			name = i18n.T(ctx, "permission."+g.Key+".name")
		}
		all = append(all, name)
	}
	if rest := len(l.Without) - most; rest > 0 {
		all = append(all, i18n.N(ctx, "installs.lighter.more", int64(rest)))
	}
	return i18n.List(ctx, all)
}

const most = 4

func back(p *App) string {
	if p.Listing != "" {
		return paths.Listing(p.Listing)
	}
	return paths.App(p.Slug)
}

func publisher(a *App) string { return cmp.Or(a.PublisherName, a.Publisher) }

// asksConsent reports whether the reader can let the app act on their own account
// here: in the same step where it is authorized anyway, not at all where somebody else
// decides first.
func (p *Page) asksConsent() bool {
	return !p.Given && !p.Authorize && (p.Act == ActInstall || p.Act == ActSplit)
}

func (p *Page) ownHelp(ctx context.Context) string {
	switch {
	case p.Given:
		return i18n.T(ctx, "installs.own.given", "app", p.Name)
	case p.Authorize:
		return i18n.T(ctx, "installs.own.authorize", "app", p.Name)
	case p.asksConsent():
		return i18n.T(ctx, "installs.own.choose", "app", p.Name)
	}
	return i18n.T(ctx, "installs.own.later", "app", p.Name)
}

// legend says which repositories are listed.
func (c *Chooser) legend(ctx context.Context) string {
	if c.Query == "" {
		return i18n.N(ctx, "installs.list", int64(c.Total))
	}
	return i18n.N(ctx, "installs.list.found", int64(c.Total), "query", c.Query)
}
