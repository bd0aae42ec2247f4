// Package oauth holds the pages on which people let apps act in their name, see what they
// let them do and take it back, and on which organizations say which apps reach them.
package oauth

import (
	"context"
	"net/url"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/desk"
	"souk/templates/organizations"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// App is an app as every page here names it.
type App struct {
	Slug, Name, LogoURL string
	Backdrop            string
	Kind                models.AppKind
	ClientID            string
	Owner, OwnerName    string // of its integrator; "" for none
	Verified            bool
	HomepageURL         string
}

func (a *App) tile(large bool) ui.TileProps {
	return ui.TileProps{Slug: a.Slug, Name: a.Name, LogoURL: a.LogoURL, Backdrop: a.Backdrop, Large: large}
}

// Access is what an app may do: scopes, or permissions to an account.
type Access struct {
	Box    site.Access
	Risk   models.Risk
	Grants []models.Grant
}

// PlaceState is how an app stands with an organization.
type PlaceState string

// The states.
const (
	PlaceOpen   PlaceState = "open"   // it reaches the organization
	PlaceShut   PlaceState = "shut"   // owners have to approve it first
	PlaceAsked  PlaceState = "asked"  // they were asked
	PlaceDenied PlaceState = "denied" // they said no
	PlacePolicy PlaceState = "policy" // a rule about apps denies it
)

// Place is an organization of the reader's.
type Place struct {
	Login, Name string
	Owner       bool // the reader is one
	Mine        bool // the reader asked
	State       PlaceState
	Words       string // of whoever decided
}

func (p *Place) tone() ui.Tone {
	switch p.State {
	case PlaceOpen:
		return ui.ToneGood
	case PlaceAsked:
		return ui.ToneAccent
	case PlaceShut:
		return ui.ToneWarn
	}
	return ui.ToneBad
}

// Consent is the page that asks whether an app may act in the reader's name.
type Consent struct {
	App     App
	Query   url.Values // that came, to be sent along
	Again   bool       // it may something already
	Changed bool       // it asks for something else than was shown
	To      string     // where the browser goes afterwards
	Access  Access
	New     []models.Grant // account permissions that the reader decides on
	Held    []models.Grant // that it has already
	More    []string       // scopes that it hasn't yet
	Beyond  []string       // scopes that its listing doesn't tell of
	Listing string         // slug; "" for none
	Places  []Place
}

// fresh reports whether something of it is new to an app that may something already.
func (c *Consent) fresh() bool { return len(c.New) > 0 || len(c.More) > 0 }

// Select is the page that asks with which account one goes on.
type Select struct {
	App      App
	Wanted   string // login that the app named; "" for none
	Continue string
}

// Row is an app in a list.
type Row struct {
	App         App
	Scopes      []string
	Permissions int
	Lacks       bool
	Tokens      int
	Since, Used time.Time
}

// Mine are the apps of a kind that may act in the reader's name.
type Mine struct {
	Kind  models.AppKind
	Total int
	Items []Row
	Pager ui.PagerProps
}

// RevokeAll is what would be taken back.
type RevokeAll struct {
	Kind  models.AppKind
	Total int
	Names []string // the first ones
}

// Connection is what an app may do in the reader's name.
type Connection struct {
	App           App
	Listing       string
	Access        Access
	Held          []models.Grant
	New, Declined []models.Grant
	More          bool // it asks for something that the reader hasn't decided on
	Places        []Place
	Since, Used   time.Time

	Place, Reason string // as typed
	Problems      ui.Problems
}

// Org is an organization that an owner looks at.
type Org struct {
	Login, Name string
	Policy      models.OAuthPolicy
}

// Approval is an OAuth App that members use, or asked for.
type Approval struct {
	App                      App
	Own                      bool
	State                    models.ApprovalState
	Reached                  bool
	Requester, Reason        string
	Decider, Words           string
	Members                  int
	Scopes                   []string
	Requested, Decided, Used time.Time
}

// Policy is which OAuth Apps an organization lets in.
type Policy struct {
	Org     Org
	View    models.ApprovalState
	Waiting int
	Items   []Approval
	Pager   ui.PagerProps
}

// Case is one of them.
type Case struct {
	Org Org
	Approval
	Access   Access
	Said     string // as typed
	Problems ui.Problems
}

// Tokens are an app's user tokens.
type Tokens struct {
	App            desk.App
	People, Tokens int
}

// personal stands around a page of the reader's own.
func personal(ctx context.Context, title string, crumbs ...ui.Crumb) account.Shell {
	s := organizations.Payer{}.Shell(ctx, title, paths.Authorizations)
	s.Crumbs = crumbs
	return s
}

func (o *Org) shell(ctx context.Context, title string, crumbs ...ui.Crumb) account.Shell {
	at := paths.OrgOAuthPolicy(o.Login, "")
	return account.Shell{Title: title, Login: o.Login, Whose: o.Name, Menu: organizations.Menu(ctx, o.Login, at), Crumbs: crumbs}
}

func listTitle(ctx context.Context, kind models.AppKind) string {
	return i18n.T(ctx, "oauth.mine.title."+string(kind))
}

func listAt(kind models.AppKind) string { return paths.Authorized(kind == models.GitHubApp, 1) }

func (c *Connection) shell(ctx context.Context, title string) account.Shell {
	crumbs := []ui.Crumb{{Text: listTitle(ctx, c.App.Kind), Path: listAt(c.App.Kind)}, {Text: c.App.Name}}
	if title != c.App.Name {
		crumbs[1].Path = paths.Connection(c.App.ClientID, "")
		crumbs = append(crumbs, ui.Crumb{Text: title})
	}
	return personal(ctx, title, crumbs...)
}

// says is a permission in a sentence.
func says(ctx context.Context, g models.Grant) string {
	if m := "permission." + g.Key + "." + string(g.Level); i18n.Has(m) {
		return i18n.T(ctx, m)
	}
	return i18n.T(ctx, "site.access.other", "key", g.Key)
}

// standing is the state of an app in an organization, in a word.
func (a *Approval) standing() string {
	switch {
	case a.Own:
		return "own"
	case a.State == "" && a.Reached:
		return "open"
	case a.State == "":
		return "shut"
	}
	return string(a.State)
}

func (a *Approval) tone() ui.Tone {
	switch a.standing() {
	case "own", "open", "approved":
		return ui.ToneGood
	case "requested":
		return ui.ToneAccent
	case "denied":
		return ui.ToneBad
	}
	return ui.ToneWarn
}

func me(ctx context.Context) string {
	if v := view.From(ctx).Viewer; v != nil {
		return v.Login
	}
	return ""
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func day(ctx context.Context, t time.Time) string { return i18n.Date(ctx, t) }
