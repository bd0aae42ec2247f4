// Package installations holds the pages of what is installed on an account, and of the
// accounts that an app is installed on.
package installations

import (
	"context"
	"net/url"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/desk"
	"souk/templates/installs"
	"souk/templates/organizations"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Place is the account whose installations a page shows.
type Place struct {
	Organization string // login; "" where it is one's own account
	Login        string // of the account, also where it is a person's
	Name         string
	Owner        bool // the reader owns it
	Member       bool // or is a member of it
}

// shell stands around a page of an account's installations.
func (p *Place) shell(ctx context.Context, title string) account.Shell {
	s := account.Shell{Title: title, Login: p.Login, Whose: p.Name}
	switch current := paths.InstallationsOf(p.Organization); {
	case p.Organization == "":
		s.Menu = account.PersonalMenu(ctx, current)
	case p.Owner:
		s.Menu = organizations.Menu(ctx, p.Organization, current)
	case p.Member:
		s.Menu = organizations.MemberMenu(ctx, p.Organization, current)
	default:
		s.Menu = []account.MenuGroup{{Links: []account.MenuLink{{Icon: ui.IconBuilding, Text: p.Name, Path: paths.Publisher(p.Organization)}}}}
	}
	return s
}

// below is the shell of a page below the list.
func (p *Place) below(ctx context.Context, title string, more ...ui.Crumb) account.Shell {
	s := p.shell(ctx, title)
	if p.Organization == "" || p.Owner {
		s.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "installations.menu"), Path: paths.InstallationsOf(p.Organization)}}
	}
	s.Crumbs = append(s.Crumbs, more...)
	if len(s.Crumbs) > 0 {
		s.Crumbs = append(s.Crumbs, ui.Crumb{Text: title})
	}
	return s
}

// State is whether an installation works, and for what reasons it doesn't.
type State struct {
	Suspended bool // by the account
	Barred    bool // by the integrator
	Denied    bool // by the organization's policy
	Behind    bool // the app asks for more
	Desk      bool // it is the integrator who reads that
}

// Reach is which repositories an installation reaches.
type Reach struct {
	Selection models.Selection
	Count     int // where they are selected
}

func (r Reach) words(ctx context.Context) string {
	switch r.Selection {
	case models.SelectAll:
		return i18n.T(ctx, "installations.reach.all")
	case models.SelectSelected:
		return i18n.N(ctx, "installations.reach.selected", int64(r.Count))
	}
	return i18n.T(ctx, "installations.reach.none")
}

// App is the app that is installed.
type App struct {
	Slug, Name        string
	LogoURL, Backdrop string
	Publisher         string // login
	PublisherName     string
	Verified          bool
	Listing           string // slug; "" for none that visitors see
}

func (a *App) tile(large bool) ui.TileProps {
	return ui.TileProps{Slug: a.Slug, Name: a.Name, LogoURL: a.LogoURL, Backdrop: a.Backdrop, Large: large}
}

// Find is what a list is narrowed to.
type Find struct {
	Query, View string
	Views       []ViewOption
}

// ViewOption is a view with how many there are in it.
type ViewOption struct {
	View  string
	Count int
}

// query is the address's query for a page of a view.
func (f *Find) query(viewed string, page string) url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "view": viewed, "page": page} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

func (f *Find) tabs(ctx context.Context, at func(url.Values) string) []ui.Tab {
	var tabs []ui.Tab
	for _, v := range f.Views {
		tabs = append(tabs, ui.Tab{Text: viewName(ctx, v.View), Count: i18n.Number(ctx, int64(v.Count)), Path: at((&Find{Query: f.Query}).query(v.View, "")), Current: v.View == f.View})
	}
	return tabs
}

func viewName(ctx context.Context, v string) string {
	if v == "" {
		v = "all"
	}
	return i18n.T(ctx, "installations.view."+v)
}

// List is what is installed on an account.
type List struct {
	Place
	Find
	Items  []Item
	Asked  int // requests that wait
	MayRun bool
	Pager  ui.PagerProps
	Zone   *time.Location
}

// empty reports whether nothing is installed at all.
func (l *List) empty() bool { return l.Views[0].Count == 0 }

// Item is an installation in a list.
type Item struct {
	App
	State
	Reach
	ID    int64
	Since time.Time
	Used  time.Time // zero: never
}

// Page is an installation.
type Page struct {
	Place
	Item
	MayRun     bool
	People     People
	Agreed     time.Time
	Words      string    // of the integrator who suspended it
	Stopped    time.Time // since when it is suspended
	Access     site.Access
	Own        []site.LevelGroup // what each person may give it on their own account
	Verdict    *models.Verdict   // of the policy that stops it
	Update     *Update           // nil: it asks for nothing more
	Plan       *Plan             // nil: none
	Selection  models.Selection  // as chosen in the form
	Chooser    *installs.Chooser // nil: the reader can't change it
	Repos      []Repository      // that it reaches, for who can't
	ReposTotal int
	Pager      ui.PagerProps
	Zone       *time.Location
	LeadsTo    string // host where the reader goes after repositories are changed; "" for nowhere
	Problems   ui.Problems
}

func (p *Page) path(act string) string { return paths.Installation(p.Organization, p.ID, act) }

// selections are the two choices.
func (p *Page) selections(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(models.SelectAll), Label: i18n.T(ctx, "installations.choose.all"), Help: i18n.T(ctx, "installations.choose.all.help")},
		{Value: string(models.SelectSelected), Label: i18n.T(ctx, "installations.choose.selected"), Help: i18n.T(ctx, "installations.choose.selected.help")},
	}
}

// Update is more that the app asks for.
type Update struct {
	Since time.Time
	Mine  bool // the reader may agree
}

// Repository is one that an installation reaches.
type Repository struct {
	Name              string
	Private, Archived bool
}

// People are the logins of who did what; "" where nobody is known.
type People struct{ Installer, Requester, Agreed, Suspended string }

// Plan is what the account has bought of the app.
type Plan struct {
	ID   int64
	Name string
	Free bool
}

// Customers are the accounts that an app is installed on.
type Customers struct {
	Frame desk.App
	Find
	Items  []Customer
	MayBar bool
	Pager  ui.PagerProps
	Zone   *time.Location
}

// Customer is an installation as the app's integrator sees it.
type Customer struct {
	State
	Reach
	ID           int64
	Login, Name  string
	Organization bool
	Since        time.Time
	Used         time.Time
	Words        string // with which it was suspended
	More         int    // permissions that weren't agreed to
}

// Bar is the page on which an integrator suspends an installation, or gives it up.
type Bar struct {
	Frame desk.App
	Customer
	Words    string // as typed
	Problems ui.Problems
}

func day(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.Date(ctx, t.In(zone))
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// used says when an app last did something.
func used(ctx context.Context, t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return i18n.T(ctx, "installations.used.never")
	}
	return i18n.T(ctx, "installations.used", "date", day(ctx, t, zone))
}
