// Package installs holds the pages on which apps are installed: the choice of an
// account, and what one agrees to there.
package installs

import (
	"strconv"

	"souk/models"
	"souk/templates/site"
	"souk/templates/ui"
)

// App is what the pages say of an app.
type App struct {
	Slug, Name, LogoURL, Backdrop string
	Publisher, PublisherName      string
	Verified                      bool
	Listing                       string // slug; "" where there is none
}

// Pick is where one chooses the account.
type Pick struct {
	App
	Places []Place
}

// Place is an account to choose.
type Place struct {
	Login, Name  string
	Organization bool
	Role         models.OrganizationRole
	Act          Act    // what comes of it
	Href         string // where it goes on; "" where it doesn't
	Refused      string // code of why it doesn't
}

// Act is what comes of a wish, as a code.
type Act string

// The acts.
const (
	ActInstall   Act = "install"
	ActSplit     Act = "split" // installs on some repositories, asks for the others
	ActRequest   Act = "request"
	ActConfigure Act = "configure" // it is installed there
	ActRefuse    Act = "refuse"
)

// Page is where one sees what an app asks for, chooses repositories, and agrees.
type Page struct {
	App
	Account      string // login
	AccountName  string
	Organization bool
	Personal     bool // it is the reader's own account
	Elsewhere    string
	Action       string // where the form is sent

	Act       Act
	Why       models.InstallReason // with ActSplit and ActRequest
	Authorize bool                 // the app is authorized in the same step
	Changed   bool                 // the button said something else than what comes of it now
	Refused   string               // code, with ActRefuse
	Verdict   *models.Verdict      // of the organization's policy; nil: it says nothing

	Installed  string // since when it is there already; "": it isn't
	Asked      string // what the page shows that the app asks for
	State      string
	Repository bool // something is asked of repositories
	Selection  models.Selection
	Chooser    Chooser

	Access  site.Access
	Own     []site.LevelGroup // that it asks for on the reader's own account
	Given   bool              // they are given already
	Consent bool
	Next    string // host where the reader goes afterwards; "" for nowhere

	Plans  *Plans // nil: there is nothing to say about them
	Reason string

	Lighter  []Lighter
	Category string // its name

	Problems ui.Problems
}

// Chooser is the choice of repositories.
type Chooser struct {
	Query  string
	Items  []Repository
	Total  int // that fit the query
	All    int // the same, where they can be chosen all at once
	Page   int
	Last   int
	Count  int          // chosen
	Mine   int          // chosen, and administered by the reader
	Chosen []Repository // the first of them
	Carry  string       // all of them, for the form
	Shown  string       // those that the page lists, for the form
	Marks  bool         // says which ones the reader administers
}

// Repository is one to choose.
type Repository struct {
	ID                int64
	Name              string
	Private, Archived bool
	Administers       bool
	Chosen            bool
}

func (r *Repository) id() string { return strconv.FormatInt(r.ID, 10) }

// Plans are what the account has, or can have.
type Plans struct {
	Has    string // name of the plan that the account has; "": none
	HasURL string
	Ask    bool // a plan is part of the request; else each leads to where it is bought
	Items  []Plan
	Plan   string // number of the chosen one; "": none
	Period models.Period
	Units  string
}

// Plan is one of them.
type Plan struct {
	site.Plan
	URL string // where it is bought
}

func (p *Plans) perUnit() bool {
	for i := range p.Items {
		if p.Items[i].Kind == models.PlanPerUnit {
			return true
		}
	}
	return false
}

func (p *Plans) paid() bool {
	for i := range p.Items {
		if p.Items[i].Kind != models.PlanFree {
			return true
		}
	}
	return false
}

// Lighter is an app that asks for less.
type Lighter struct {
	Slug, Name, Tagline, LogoURL, Backdrop string
	Risk                                   models.RiskBand
	Without                                []site.Grant // what the app asks for and it doesn't
}
