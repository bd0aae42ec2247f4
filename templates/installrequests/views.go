// Package installrequests holds the pages of asking an organization for an app, and of
// answering.
package installrequests

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/installs"
	"souk/templates/organizations"
	"souk/templates/requests"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Row is a request in a list.
type Row struct {
	ID               int64
	App              string // slug
	Name, LogoURL    string
	Listing          string // slug; "" for none
	Organization     string // login
	OrganizationName string
	Requester        string
	Others           int // who ask for the same
	Selection        models.Selection
	Repositories     int
	Names            []string // of the first of them
	Terms            *requests.Terms
	Cost             models.Money
	Reason, Words    string
	Decider          string
	State            models.RequestState
	Narrowed         bool // with Approved
	Approved         int  // repositories
	Placing          bool // its plan is being ordered
	Created, Expires time.Time
	Decided          time.Time
}

// Mine is what one asked for.
type Mine struct {
	Items []Row
	Pager ui.PagerProps
	Zone  *time.Location
}

// Org is the organization that a page is about.
type Org struct {
	Login, Name string
	Waiting     int // requests
}

// List are the requests that an organization was sent.
type List struct {
	Org
	View    models.RequestView
	Decided int
	Items   []Row
	Pager   ui.PagerProps
	Zone    *time.Location
}

// Case is a request with all that is needed to decide on it.
type Case struct {
	Org
	Row
	Voters         []Voter
	Access         site.Access
	Asked          string // what the page shows that the app asks for
	Publisher      string // login
	Verified       bool   // the publisher is
	Policy         models.Verdict
	Problem        string // code of why it can't be installed
	Reached        int    // repositories that the app reaches there already
	InstallationID int64  // what is installed there; 0: nothing
	Selection      models.Selection
	Chooser        *installs.Chooser // nil: there is nothing to choose
	Rules          models.BuyRules
	Verdict        *models.Verdict // of the buying policy; nil: nothing would be bought
	Quote          *requests.Quote // nil: no plan was asked for
	Has            bool            // the organization has a plan of the app
	Try            *requests.Try   // the last order that was placed for it
	Methods        string          // where payment methods are added

	Reply    string // as typed, of an approval
	Refusal  string // of a refusal
	Problems ui.Problems
	Zone     *time.Location
}

// Voter is somebody who asks.
type Voter struct {
	Login, Reason string
	At            time.Time
	Here          bool // still belongs to the organization
}

// shell stands around a page of an organization's requests.
func (o *Org) shell(ctx context.Context, title string, more ...ui.Crumb) account.Shell {
	s := organizations.Payer{Organization: o.Login, Name: o.Name, Role: "owner"}.Shell(ctx, title, paths.InstallationsOf(o.Login))
	s.Crumbs = append([]ui.Crumb{{Text: i18n.T(ctx, "installations.menu"), Path: paths.InstallationsOf(o.Login)}}, more...)
	return s
}

func (l *List) shellOf(ctx context.Context) account.Shell {
	title := i18n.T(ctx, "installrequests.list.title")
	return l.shell(ctx, title, ui.Crumb{Text: title})
}

func (c *Case) shellOf(ctx context.Context) account.Shell {
	title := c.title(ctx)
	return c.shell(ctx, title, ui.Crumb{Text: i18n.T(ctx, "installrequests.list.title"), Path: paths.InstallRequestsIn(c.Login, "", 1)}, ui.Crumb{Text: title})
}

func (m *Mine) shell(ctx context.Context) account.Shell {
	title := i18n.T(ctx, "installrequests.mine.title")
	s := organizations.Payer{}.Shell(ctx, title, paths.Installations)
	s.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "installations.menu"), Path: paths.Installations}, {Text: title}}
	return s
}
