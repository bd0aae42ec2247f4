package repositories

import (
	"context"
	"time"

	"souk/templates/layout"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Row is a repository in a list.
type Row struct {
	Owner, Name, Description string
	Private, Archived        bool
	Updated                  time.Time
	Level, Reason            string // the viewer's
	MayLeave                 bool   // the viewer was granted something
}

func (r *Row) path() string { return paths.Repository(r.Owner, r.Name) }

// List is a page of repositories with what it was narrowed by.
type List struct {
	Rows  []Row
	Total int
	Query string
	Kind  string // "", public, private, archived
	Order string // "" by last change, or name
	Pager ui.PagerProps
}

func (l *List) narrowed() bool { return l.Query != "" || l.Kind != "" }

func (l *List) pager(ctx context.Context) ui.PagerProps {
	p := l.Pager
	p.Label = i18n.T(ctx, "repositories.list.pages")
	return p
}

// Account is an account's page.
type Account struct {
	Login, Name, Bio, Location, WebsiteURL string
	Organization                           bool
	Since                                  time.Time
	Suspended                              bool
	Verified                               bool
	Domains                                []string // that were verified
	MailProven, TwoFactor                  bool     // of a verified organization
	Listings                               int      // published
	Members                                int
	SeesMembers                            bool
	EditPath                               string // "" for who may not
	MayCreate                              bool
	List                                   List
}

func (a *Account) meta(ctx context.Context) layout.Meta {
	kind := "repositories.account.description.user"
	if a.Organization {
		kind = "repositories.account.description.organization"
	}
	return layout.Meta{Title: a.Name, Description: i18n.T(ctx, kind, "name", a.Name), Canonical: paths.Account(a.Login), Type: "profile",
		NoIndex: a.Suspended || a.List.narrowed() || a.List.Order != "" || a.List.Pager.Previous != ""}
}

// Head is what stands above every page of a repository.
type Head struct {
	Owner, Name, Description        string
	Organization, Private, Archived bool
	MayDescribe, MayManage          bool
	Here                            string // "", settings or access
}

func (h *Head) path() string                { return paths.Repository(h.Owner, h.Name) }
func (h *Head) fullName() string            { return h.Owner + "/" + h.Name }
func (h *Head) settings(page string) string { return paths.RepositorySettings(h.Owner, h.Name, page) }

func (h *Head) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{{Icon: ui.IconRepository, Text: i18n.T(ctx, "repositories.tab.overview"), Path: h.path(), Current: h.Here == ""}}
	if h.MayManage {
		tabs = append(tabs, ui.Tab{Icon: ui.IconPeople, Text: i18n.T(ctx, "repositories.tab.access"), Path: h.settings("access"), Current: h.Here == "access"})
	}
	if h.MayDescribe {
		tabs = append(tabs, ui.Tab{Icon: ui.IconSettings, Text: i18n.T(ctx, "repositories.tab.settings"), Path: h.settings(""), Current: h.Here == "settings"})
	}
	return tabs
}

func (h *Head) meta(ctx context.Context, title string) layout.Meta {
	m := layout.Meta{Title: h.fullName(), Description: h.Description, Canonical: h.path(), NoIndex: h.Private || h.Here != ""}
	if m.Description == "" {
		m.Description = i18n.T(ctx, "repositories.page.description", "name", h.fullName())
	}
	if title != "" {
		m.Title = title + " · " + h.fullName()
	}
	return m
}

// Repository is a repository's page.
type Repository struct {
	Head
	OwnerName        string
	Created, Updated time.Time
	Level, Reason    string
	MayLeave         bool
	Offer            *Offer
}

// Offer is a transfer that waits to be accepted.
type Offer struct {
	To, From string // logins
	Until    time.Time
	MayTake  bool
}

// Settings is the first page of a repository's settings.
type Settings struct {
	Head
	Offer    *Offer
	NewName  string // as typed
	Text     string // the description, as typed
	Problems ui.Problems
}

// Confirm is a page that asks for a repository's full name before it does what
// can't be taken back. Act is visibility, transfer or delete.
type Confirm struct {
	Head
	Act      string
	To       string // transfer: the receiving account, as typed
	Typed    string
	Problems ui.Problems
}

// what is the beginning of the messages of the page.
func (c *Confirm) what() string {
	switch {
	case c.Act == "visibility" && c.Private:
		return "publish"
	case c.Act == "visibility":
		return "hide"
	}
	return c.Act
}

// Take asks who is to receive a repository.
type Take struct {
	Head
	OwnerName string
	Offer     Offer
	Problems  ui.Problems
}

// Access is who may do what with a repository.
type Access struct {
	Head
	Base          string // the organization's base permission
	Members       int    // whom it reaches; 0 where the viewer may not know
	Owners        []Person
	MoreOwners    int
	PrivilegesURL string // where the base permission is changed, for owners
	Collaborators []Collaborator
	Total         int
	Pager         ui.PagerProps
	Typed         string // a login, as typed
	Chosen        string // its level
	Problems      ui.Problems
}

func (a *Access) pager(ctx context.Context) ui.PagerProps {
	p := a.Pager
	p.Label = i18n.T(ctx, "repositories.access.pages")
	return p
}

// Person is a user in a list.
type Person struct{ Login, Name string }

// Collaborator is a person with what was granted and what comes of it.
type Collaborator struct {
	Person
	ID                     int64
	Granted, Level, Reason string
	Self                   bool
}

// New is the form for a new repository.
type New struct {
	Owners                        []string // logins
	Owner, Name, Text, Visibility string
	Problems                      ui.Problems
}

// Import is the form for many repositories.
type Import struct {
	Owners      []string
	Owner, Text string
	SkipBad     bool
	Problems    ui.Problems
	Report      *Report
	Most        int // repositories
}

// Report says what became of the lines, or would.
type Report struct {
	Rows, Created, Unchanged, Bad int
	Written                       bool
	Lines                         []BadLine
}

// BadLine is a line that can't be used.
type BadLine struct {
	Line        int
	Name        string
	Code, Field string
}

// levels are those that can be granted, with a word of explanation each.
func levels(ctx context.Context, explained bool) []ui.Option {
	var options []ui.Option
	for _, l := range []string{"read", "triage", "write", "maintain", "admin"} {
		o := ui.Option{Value: l, Label: i18n.T(ctx, "repositories.level."+l)}
		if explained {
			o.Help = i18n.T(ctx, "repositories.can."+l)
		}
		options = append(options, o)
	}
	return options
}

func owners(logins []string) []ui.Option {
	var options []ui.Option
	for _, l := range logins {
		options = append(options, ui.Option{Value: l, Label: l})
	}
	return options
}

func visibilities(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "public", Label: i18n.T(ctx, "repositories.public"), Help: i18n.T(ctx, "repositories.public.help")},
		{Value: "private", Label: i18n.T(ctx, "repositories.private"), Help: i18n.T(ctx, "repositories.private.help")},
	}
}

func kinds(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "", Label: i18n.T(ctx, "repositories.list.all")},
		{Value: "public", Label: i18n.T(ctx, "repositories.public")},
		{Value: "private", Label: i18n.T(ctx, "repositories.private")},
		{Value: "archived", Label: i18n.T(ctx, "repositories.archived")},
	}
}

func orders(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "", Label: i18n.T(ctx, "repositories.list.by_update")},
		{Value: "name", Label: i18n.T(ctx, "repositories.list.by_name")},
	}
}

func reportTitle(ctx context.Context, r Report) string {
	switch {
	case r.Written:
		return i18n.T(ctx, "repositories.import.done")
	case r.Bad > 0:
		return i18n.T(ctx, "repositories.import.refused")
	}
	return i18n.T(ctx, "repositories.import.checked")
}
