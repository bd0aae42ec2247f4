// Package claims holds the pages of claiming listings.
package claims

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Subject is a listing that is claimed.
type Subject struct {
	Slug, Name, LogoURL string
	There               bool // visitors can open it
	Taken               bool // it has an integrator
	Own                 bool // the reader
	Owner               string
	Places              []Place
	Accounts            []Account // that have no claim that waits
	Claims              []Claim
	Zone                *time.Location

	Account, Words string
	Problems       ui.Problems
}

// Place is where a proof can stand.
type Place struct {
	Name         string
	Repository   bool
	Record, File string // of a domain
}

// Account is one for which a listing can be claimed.
type Account struct {
	Login        string
	Organization bool
	Domain       string // that proves the claim at once
}

// Claim is a claim.
type Claim struct {
	ID                                         int64
	Slug, Login, State                         string
	Live, Contested                            bool
	Challenge, Words, Method, Place, Answer    string
	Findings                                   []Finding
	Created, Expires, Checked, Proven, Decided time.Time
}

// Finding is what was found in one place.
type Finding struct{ Method, At, Found string }

func (s *Subject) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(s.Zone))
}

// form reports whether something can be claimed.
func (s *Subject) form() bool {
	return s.There && !s.Own && len(s.Accounts) > 0 && len(s.Places) > 0
}

// options are the accounts, each with what its claim needs.
func (s *Subject) options(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(s.Accounts))
	for i, a := range s.Accounts {
		help := i18n.T(ctx, "claims.account.person")
		switch {
		case a.Domain != "":
			help = i18n.T(ctx, "claims.account.domain", "domain", a.Domain)
		case a.Organization:
			help = i18n.T(ctx, "claims.account.organization")
		}
		options[i] = ui.Option{Value: a.Login, Label: a.Login, Help: help}
	}
	return options
}

func state(ctx context.Context, code string) string { return i18n.T(ctx, "claims.state."+code) }

func tone(code string) ui.Tone {
	switch models.ClaimState(code) {
	case models.ClaimOpen:
		return ui.ToneWarn
	case models.ClaimApproved:
		return ui.ToneGood
	case models.ClaimRefused:
		return ui.ToneBad
	case models.ClaimProven:
		return ui.ToneAccent
	}
	return ui.ToneQuiet
}

// proof is how a claim was proven, "" while it isn't.
func (c *Claim) proof(ctx context.Context) string {
	if c.Method == "" {
		return ""
	}
	return i18n.T(ctx, "claims.by."+c.Method, "place", c.Place)
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// List is a page of claims.
type List struct {
	View    string // "" or "decided"
	Waiting int
	Zone    *time.Location
	Items   []Listed
	Pager   ui.PagerProps // with addresses that have no language
}

// Listed is a claim in a list.
type Listed struct {
	ID                                int64
	Slug, Name, LogoURL, Login, Owner string
	Contested                         bool
	State, Method, Place              string
	At                                time.Time
}

func (l *List) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(l.Zone))
}

func (l *List) tabs(ctx context.Context) []ui.Tab {
	waiting := ui.Tab{Text: i18n.T(ctx, "claims.view.waiting"), Path: paths.StaffClaimsIn("", 1), Current: l.View == ""}
	if l.Waiting > 0 {
		waiting.Count = i18n.Number(ctx, int64(l.Waiting))
	}
	return []ui.Tab{waiting, {Text: i18n.T(ctx, "claims.view.decided"), Path: paths.StaffClaimsIn("decided", 1), Current: l.View == "decided"}}
}

func (l *List) pager(ctx context.Context) ui.PagerProps {
	p := l.Pager
	p.Label = i18n.T(ctx, "claims.pages")
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

// Case is all that staff knows of a claim.
type Case struct {
	Slug, Name           string
	State                models.ListingState
	Taken                bool
	Owner                string
	Claim                Claim
	Claimant, Decider    string
	Rivals               []Claim
	Named                bool // the listing names what proved it
	Losers               bool // somebody loses if it is approved
	MayDecide            bool
	Zone                 *time.Location
	Homepage, Repository string
	Had, Claiming        History
	Notes                []Note
	Owners               []OwnerChange

	// A form that came back.
	Body                     string
	Decision, Answer, Others string
	Problems                 ui.Problems
}

// History is what staff knows of an account.
type History struct {
	Login                                        string
	Since                                        time.Time
	Verified, Suspended, Here                    bool
	Listings, Public, TakenDown, Claims, Refused int
}

// Note is what staff wrote to itself.
type Note struct {
	Author, Body string
	At           time.Time
}

// OwnerChange is a line of the ledger.
type OwnerChange struct {
	At              time.Time
	Cause, From, To string
}

func (c *Case) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(c.Zone))
}

// deciding reports whether the reader can decide now.
func (c *Case) deciding() bool { return c.MayDecide && c.Claim.State == string(models.ClaimProven) }

// fought reports whether somebody else says or proves that it is theirs.
func (c *Case) fought() bool { return c.Claim.Live && c.Losers }

func (o *OwnerChange) text(ctx context.Context) string {
	switch models.OwnerCause(o.Cause) {
	case models.OwnerClaimed:
		return i18n.T(ctx, "claims.owner.claimed", "to", o.To)
	case models.OwnerImported:
		return i18n.T(ctx, "claims.owner.imported", "to", o.To)
	}
	return i18n.T(ctx, "claims.owner.transferred", "from", o.From, "to", o.To)
}

// wordsHelp says what is worth saying to staff.
func (s *Subject) wordsHelp(ctx context.Context) string {
	if s.Taken {
		return i18n.T(ctx, "claims.words.taken")
	}
	return i18n.T(ctx, "claims.words.help")
}

// Mine is one's claim in a list.
type Mine struct {
	Slug, Name, Login, State string
	At                       time.Time
}
