package installations

import (
	"context"
	"strconv"

	"souk/models"
	"souk/templates/desk"
	"souk/web/i18n"
)

func (l *List) lede(ctx context.Context) string {
	if l.Organization == "" {
		return i18n.T(ctx, "installations.lede.own")
	}
	return i18n.T(ctx, "installations.lede.organization", "organization", l.Place.Name)
}

// asked leads to requests: one's own, or those that the organization was sent.
func (l *List) asked(ctx context.Context) string {
	switch {
	case l.Asked == 0 && l.Organization == "":
		return i18n.T(ctx, "installations.asked.own")
	case l.Asked == 0:
		return i18n.T(ctx, "installations.asked")
	case l.Organization == "":
		return i18n.N(ctx, "installations.asked.own.n", int64(l.Asked))
	}
	return i18n.N(ctx, "installations.asked.n", int64(l.Asked))
}

// selection is the one that the form shows.
func (p *Page) selection() models.Selection {
	if p.Selection != "" {
		return p.Selection
	}
	return p.Reach.Selection
}

func (p *Page) review(ctx context.Context) string {
	if p.Update.Mine {
		return i18n.T(ctx, "installations.behind.review")
	}
	return i18n.T(ctx, "installations.behind.see")
}

func (p *Page) lastUsed(ctx context.Context) string {
	if p.Used.IsZero() {
		return i18n.T(ctx, "installations.uninstall.unused", "app", p.App.Name)
	}
	return i18n.T(ctx, "installations.uninstall.used", "app", p.App.Name, "date", day(ctx, p.Used, p.Zone))
}

func (c *Customer) kind(ctx context.Context) string {
	if c.Organization {
		return i18n.T(ctx, "installations.kind.organization")
	}
	return i18n.T(ctx, "installations.kind.user")
}

func (c *Customer) number() string { return strconv.FormatInt(c.ID, 10) }

func titled(a desk.App, title string) desk.App {
	a.Title = title
	return a
}

func (s State) barred(ctx context.Context) string {
	if s.Desk {
		return i18n.T(ctx, "installations.state.ours")
	}
	return i18n.T(ctx, "installations.state.barred")
}

func (s State) suspended(ctx context.Context) string {
	if s.Desk {
		return i18n.T(ctx, "installations.state.theirs")
	}
	return i18n.T(ctx, "installations.state.suspended")
}
