package oversight

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/organizations"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// shell stands around a page; page is that of paths.IntegrationsOf, "" for the list.
func (w *Whose) shell(ctx context.Context, title, page string) account.Shell {
	current, role := paths.IntegrationsOf(w.Organization, ""), "owner"
	if w.Organization != "" && !w.Owner {
		role = ""
	}
	s := organizations.Payer{Organization: w.Organization, Name: w.Name, Role: role}.Shell(ctx, title, current)
	if role == "" { // staff, or whom staff has suspended
		s.Menu = []account.MenuGroup{{Links: []account.MenuLink{{Icon: ui.IconShield, Text: i18n.T(ctx, "oversight.menu"), Path: current, Current: true}}}}
	}
	if page != "" {
		s.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "oversight.menu"), Path: current}}
		if page != "reviews" && page != "revoke" {
			s.Crumbs = append(s.Crumbs, ui.Crumb{Text: i18n.T(ctx, "oversight.reviews.title"), Path: paths.IntegrationsOf(w.Organization, "reviews")})
		}
		s.Crumbs = append(s.Crumbs, ui.Crumb{Text: title})
	}
	return s
}

// word is a message about one's own account, or about an organization; key ends in a
// dot.
func (w *Whose) word(ctx context.Context, key string) string {
	if w.Organization == "" {
		return i18n.T(ctx, key+"own")
	}
	return i18n.T(ctx, key+"organization", "organization", w.Name)
}

func (w *Whose) day(ctx context.Context, t time.Time) string { return i18n.Date(ctx, t.In(w.Zone)) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

func count(ctx context.Context, key string, n int, args ...any) string {
	return i18n.N(ctx, key, int64(n), args...)
}

func kindName(ctx context.Context, k models.IntegrationKind) string {
	return i18n.T(ctx, "oversight.kind."+string(k))
}

// tabs are the kinds.
func (l *List) tabs(ctx context.Context) []ui.Tab {
	tab := func(k models.IntegrationKind, text string, n int) ui.Tab {
		q := url.Values{}
		if k != "" {
			q.Set("kind", string(k))
		}
		return ui.Tab{Text: text, Path: paths.IntegrationsWith(l.Organization, "", q), Count: i18n.Number(ctx, int64(n)), Current: l.Filter.Kind == k}
	}
	all := []ui.Tab{tab("", i18n.T(ctx, "oversight.kinds.all"), l.all())}
	for _, k := range models.IntegrationKinds() {
		all = append(all, tab(k, i18n.T(ctx, "oversight.kinds."+string(k)), l.Counts[k]))
	}
	return all
}

func (l *List) states(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, s := range models.IntegrationStates() {
		if l.States[s] == 0 && s != l.Filter.State && s != models.IntegrationsAny {
			continue
		}
		key := "oversight.state." + string(s)
		if s == models.IntegrationsAny {
			key = "oversight.state.any"
		}
		all = append(all, ui.Option{Value: string(s), Label: i18n.T(ctx, "oversight.state.counted", "state", i18n.T(ctx, key), "n", l.States[s])})
	}
	return all
}

func orders(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, o := range models.IntegrationOrders() {
		key := "oversight.order." + string(o)
		if o == models.IntegrationsByName {
			key = "oversight.order.name"
		}
		all = append(all, ui.Option{Value: string(o), Label: i18n.T(ctx, key)})
	}
	return all
}

// query is the filter as an address carries it.
func query(f *models.IntegrationFilter) url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "kind": string(f.Kind), "state": string(f.State), "sort": string(f.Order)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// one is where a single integration is ended.
func (w *Whose) one(i *models.Integration) string {
	return paths.IntegrationsWith(w.Organization, "revoke", url.Values{"item": {i.Key()}})
}

// unused is where those that weren't used are ended.
func (l *List) unused() string {
	return paths.IntegrationsWith(l.Organization, "revoke", query(&models.IntegrationFilter{Kind: l.Filter.Kind, State: models.IntegrationsUnused}))
}

func (l *List) unusedList() string {
	return paths.IntegrationsWith(l.Organization, "", query(&models.IntegrationFilter{Kind: l.Filter.Kind, State: models.IntegrationsUnused, Order: models.IntegrationsInactive}))
}

// everything is where all that the filter lets through is ended.
func (l *List) everything() string {
	f := l.Filter
	f.Order = ""
	q := query(&f)
	q.Set("all", "true")
	return paths.IntegrationsWith(l.Organization, "revoke", q)
}

func (l *List) file(format string) string {
	return paths.IntegrationsWith(l.Organization, "export", url.Values{"format": {format}})
}

// home is where an integration is looked after.
func (w *Whose) home(i *models.Integration) string {
	switch {
	case i.Kind == models.IntegrationInstalled:
		return paths.Installation(w.Organization, i.ID, "")
	case i.Listing != "":
		return paths.Listing(i.Listing)
	}
	return paths.App(i.Slug)
}

// update is where more permissions are reviewed; "" where none wait.
func (w *Whose) update(i *models.Integration) string {
	if !i.Lacks || i.Kind != models.IntegrationInstalled {
		return ""
	}
	return paths.Installation(w.Organization, i.ID, "permissions/update")
}

// began says who brought it about and when.
func (w *Whose) began(ctx context.Context, i *models.Integration) string {
	date := w.day(ctx, i.Since)
	switch {
	case i.Kind == models.IntegrationInstalled && i.By == "":
		return i18n.T(ctx, "oversight.installed", "date", date)
	case i.Kind == models.IntegrationInstalled:
		return i18n.T(ctx, "oversight.installed.by", "login", i.By, "date", date)
	case i.Approved && i.By != "":
		return i18n.T(ctx, "oversight.approved.by", "login", i.By, "date", date)
	case i.Approved:
		return i18n.T(ctx, "oversight.approved", "date", date)
	case w.Organization != "":
		return i18n.T(ctx, "oversight.authorized.first", "date", date)
	}
	return i18n.T(ctx, "oversight.authorized", "date", date)
}

// activity says when something was last heard of it.
func (w *Whose) activity(ctx context.Context, used *time.Time) string {
	if used == nil {
		return i18n.T(ctx, "oversight.used.never")
	}
	return i18n.T(ctx, "oversight.used", "date", w.day(ctx, *used))
}

// reach says which repositories it reaches; "" for what has none.
func reach(ctx context.Context, s models.Selection, n int) string {
	switch s {
	case models.SelectAll:
		return count(ctx, "oversight.reach.all", n)
	case models.SelectSelected:
		return count(ctx, "oversight.reach.selected", n)
	case models.SelectNone:
		return i18n.T(ctx, "oversight.reach.none")
	}
	return ""
}

// can are the permissions and scopes in sentences, the riskiest first.
func can(ctx context.Context, g models.Grants, scopes []string) []string {
	var all []string
	for _, p := range g.Sorted() {
		if key := "permission." + p.Key + "." + string(p.Level); i18n.Has(key) {
			all = append(all, i18n.T(ctx, key))
		} else {
			all = append(all, i18n.T(ctx, "site.access.other", "key", p.Key))
		}
	}
	for _, name := range scopes {
		if s, ok := models.ScopeByName(name); ok && i18n.Has("scope."+s.MessageName()) {
			all = append(all, i18n.T(ctx, "scope."+s.MessageName()))
		} else {
			all = append(all, i18n.T(ctx, "site.access.other", "key", name))
		}
	}
	return all
}

// title of the page that ends integrations.
func (e *Ending) title(ctx context.Context) string {
	switch len(e.Items) {
	case 0:
		return i18n.T(ctx, "oversight.end.title.none")
	case 1:
		return i18n.T(ctx, "oversight.end.title."+e.act(&e.Items[0].Integration), "app", e.Items[0].Name)
	}
	return count(ctx, "oversight.end.title", len(e.Items))
}

// button names what it does.
func (e *Ending) button(ctx context.Context) string {
	if len(e.Items) == 1 {
		return i18n.T(ctx, "oversight.end.do."+e.act(&e.Items[0].Integration), "app", e.Items[0].Name)
	}
	return count(ctx, "oversight.end.do", len(e.Items))
}

// act is how an integration ends: "uninstall", "revoke" or "deny".
func (w *Whose) act(i *models.Integration) string {
	switch {
	case i.Kind == models.IntegrationInstalled:
		return "uninstall"
	case w.Organization == "":
		return "revoke"
	}
	return "deny"
}

// named lists the first of n names, and says how many more there are.
func named(ctx context.Context, names []string, n int) string {
	list := append([]string(nil), names...)
	if more := n - len(names); more > 0 {
		list = append(list, count(ctx, "oversight.more", more))
	}
	return i18n.List(ctx, list)
}

// breaks are the consequences of ending an integration, point by point.
func (e *Ending) breaks(ctx context.Context, b *Broken) []string {
	var all []string
	say := func(text string) { all = append(all, text) }
	switch e.act(&b.Integration) {
	case "uninstall":
		say(e.losing(ctx, b))
		if b.Hears > 0 {
			say(count(ctx, "oversight.break.webhook", b.Hears))
		}
		if b.InstallationTokens > 0 {
			say(count(ctx, "oversight.break.tokens", b.InstallationTokens))
		}
		if b.Members > 0 && e.Organization != "" {
			say(count(ctx, "oversight.break.people", b.Members, "names", named(ctx, b.People, b.Members), "organization", e.Name))
		} else if b.Members > 0 {
			say(i18n.T(ctx, "oversight.break.authorization"))
		}
	case "revoke":
		say(i18n.T(ctx, "oversight.break.name"))
		if b.UserTokens > 0 {
			say(count(ctx, "oversight.break.user_tokens", b.UserTokens))
		}
	default:
		say(i18n.T(ctx, "oversight.break.deny", "organization", e.Name))
		if b.Members > 0 {
			say(count(ctx, "oversight.break.members", b.Members, "names", named(ctx, b.People, b.Members)))
		}
	}
	if b.UsedAt != nil {
		say(i18n.T(ctx, "oversight.break.used", "date", e.day(ctx, *b.UsedAt)))
	} else {
		say(i18n.T(ctx, "oversight.break.unused"))
	}
	return all
}

// losing says which repositories an app loses.
func (e *Ending) losing(ctx context.Context, b *Broken) string {
	switch {
	case b.Selection == models.SelectAll:
		return count(ctx, "oversight.break.all", b.Repositories)
	case b.Selection == models.SelectSelected && b.Repositories > 0:
		return count(ctx, "oversight.break.selected", b.Repositories, "names", named(ctx, b.Names, b.Repositories))
	}
	return i18n.T(ctx, "oversight.break.none")
}

// tabs are the views of a review.
func (c *Checklist) tabs(ctx context.Context) []ui.Tab {
	tab := func(view, key string, n int) ui.Tab {
		return ui.Tab{Text: i18n.T(ctx, key), Path: paths.IntegrationReviewIn(c.Organization, c.ID, view, 1), Count: i18n.Number(ctx, int64(n)), Current: c.View == view}
	}
	return []ui.Tab{
		tab("", "oversight.view.all", c.Items),
		tab("open", "oversight.view.open", c.Items-c.decided()-c.Asked),
		tab("asked", "oversight.view.asked."+c.whom(), c.Asked),
		tab("revoked", "oversight.view.revoked", c.Revoked),
	}
}

// whom says whether an unsure item is asked about, or looked at later.
func (c *Checklist) whom() string {
	if c.Organization == "" {
		return "own"
	}
	return "organization"
}

func (c *Checklist) decisions(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "oversight.decision.none")}}
	for _, d := range models.ReviewDecisions() {
		key := "oversight.decision." + string(d)
		if d == models.ReviewAsk {
			key += "." + c.whom()
		}
		all = append(all, ui.Option{Value: string(d), Label: i18n.T(ctx, key)})
	}
	return all
}

func decisionTone(d models.ReviewDecision) ui.Tone {
	switch d {
	case models.ReviewKeep:
		return ui.ToneGood
	case models.ReviewRevoke:
		return ui.ToneBad
	}
	return ui.ToneWarn
}

// decision is what was decided, in words.
func (c *Checklist) decision(ctx context.Context, d models.ReviewDecision) string {
	switch d {
	case models.ReviewUndecided:
		return i18n.T(ctx, "oversight.decision.none")
	case models.ReviewAsk:
		return i18n.T(ctx, "oversight.decision.ask."+c.whom())
	}
	return i18n.T(ctx, "oversight.decision."+string(d))
}

func answers(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, a := range models.ReviewAnswers() {
		all = append(all, ui.Option{Value: string(a), Label: i18n.T(ctx, "oversight.answer."+string(a))})
	}
	return all
}

// localized is a pager in the reader's language.
func localized(ctx context.Context, p ui.PagerProps) ui.PagerProps {
	p.Label = i18n.T(ctx, "oversight.pages")
	href := func(path string) string {
		if path == "" {
			return ""
		}
		return paths.Localized(i18n.Lang(ctx), path)
	}
	p.Previous, p.Next = href(p.Previous), href(p.Next)
	p.Links = append([]ui.PageLink(nil), p.Links...)
	for i := range p.Links {
		p.Links[i].Href = href(p.Links[i].Href)
	}
	return p
}

// risk is that of what the app may do that somebody is asked about.
func risk(q *Question) models.RiskBand {
	a := models.Integration{AppKind: models.GitHubApp, Permissions: q.Facts.Permissions, Scopes: q.Facts.Scopes}
	if q.Kind == models.IntegrationOAuth {
		a.AppKind = models.OAuthApp
	}
	return a.Risk().Band
}
