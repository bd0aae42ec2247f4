package installrequests

import (
	"context"
	"strconv"
	"time"

	"souk/models"
	"souk/templates/requests"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func at(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.DateTime(ctx, t.In(zone))
}

func day(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.Date(ctx, t.In(zone))
}

func errorText(ctx context.Context, code string) string { return i18n.T(ctx, "error."+code) }

// where is which repositories are asked for; named says some of their names, too.
func (r *Row) where(ctx context.Context, named bool) string {
	switch {
	case r.Selection == models.SelectAll:
		return i18n.T(ctx, "installrequests.where.all")
	case r.Selection == models.SelectNone:
		return i18n.T(ctx, "installrequests.where.none")
	}
	count := i18n.N(ctx, "installrequests.repositories", int64(r.Repositories))
	if !named || len(r.Names) == 0 {
		return count
	}
	names := append([]string(nil), r.Names...)
	if rest := r.Repositories - len(names); rest > 0 {
		names = append(names, i18n.N(ctx, "installrequests.where.more", int64(rest)))
	}
	return i18n.T(ctx, "installrequests.where.named", "count", count, "names", i18n.List(ctx, names))
}

// got is what was approved, where that is less than what was asked for.
func (r *Row) got(ctx context.Context) string {
	granted := i18n.N(ctx, "installrequests.repositories", int64(r.Approved))
	if r.Selection == models.SelectAll {
		return i18n.T(ctx, "installrequests.narrowed.all", "granted", granted)
	}
	return i18n.T(ctx, "installrequests.narrowed", "granted", granted, "n", i18n.Number(ctx, int64(r.Repositories)))
}

// plan is the plan that is asked for, with what it costs.
func (r *Row) plan(ctx context.Context) string {
	return i18n.T(ctx, "installrequests.plan", "terms", r.Terms.Words(ctx), "cost", requests.Cost(ctx, r.Cost, r.Terms.Period))
}

// title is who asks for what.
func (r *Row) title(ctx context.Context) string {
	if r.Others == 0 {
		return i18n.T(ctx, "installrequests.of", "login", r.Requester, "app", r.Name)
	}
	return i18n.N(ctx, "installrequests.of.others", int64(r.Others), "login", r.Requester, "app", r.Name)
}

// page is the app's own page: its listing, where it has one.
func (r *Row) page() string {
	if r.Listing != "" {
		return paths.Listing(r.Listing)
	}
	return paths.App(r.App)
}

// policy is what the app policy's decision means.
func (c *Case) policy(ctx context.Context) string {
	if c.Policy.Decision == models.DecisionDeny {
		return i18n.T(ctx, "installrequests.policy.deny")
	}
	return i18n.T(ctx, "installrequests.policy.allow")
}

// button names what approving does.
func (c *Case) button(ctx context.Context) string {
	if c.orders() {
		return c.Quote.Button(ctx)
	}
	return i18n.T(ctx, "installrequests.approve.do")
}

// orders reports whether approving orders a plan, too.
func (c *Case) orders() bool { return c.Quote != nil && c.Quote.Plan.Number != 0 }

func (c *Case) selections(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(models.SelectAll), Label: i18n.T(ctx, "installrequests.where.all"), Help: i18n.T(ctx, "installrequests.where.all.help")},
		{Value: string(models.SelectSelected), Label: i18n.T(ctx, "installrequests.where.some")},
	}
}

// localized is a pager in the reader's language.
func localized(ctx context.Context, p ui.PagerProps) ui.PagerProps {
	p.Label = i18n.T(ctx, "requests.pages")
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

// minor is what is paid today, as the form carries it.
func minor(c *Case) string { return strconv.FormatInt(c.Quote.Total.Minor, 10) }
