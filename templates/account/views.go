package account

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/layout"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/view"
)

// Profile is what one says of oneself, as typed.
type Profile struct {
	Name, Bio, Location, WebsiteURL string
	Problems                        ui.Problems
}

// Overview is the account as a whole.
type Overview struct {
	Login           string
	Address         string // of one's page, with https
	Joined          time.Time
	Mail            Mail
	Suspended       time.Time // zero: not at all
	SuspendedReason string
}

// Mail is the mail address and what becomes of it.
type Mail struct {
	Address   string
	Confirmed bool
	Waiting   string // the address that is to take over; "" for none
	OldAgreed bool
	NewProven bool
}

// Login is the form for another login.
type Login struct {
	Now, Typed string
	Problems   ui.Problems
}

// MailForm is the form for another mail address.
type MailForm struct {
	Now      Mail
	Typed    string
	Problems ui.Problems
}

// Appearance is the form for language, time zone and theme.
type Appearance struct {
	Language  string
	Languages []string
	TimeZone  string
	Zones     []ZoneGroup
	Theme     string
	Problems  ui.Problems
}

// ZoneGroup is a part of the world with its time zones.
type ZoneGroup struct {
	Region string // as in IANA names: "Asia"; "" for UTC
	Zones  []Zone
}

// Zone is a time zone.
type Zone struct{ Name, Place, Offset string }

func (z Zone) label() string {
	if z.Name == "UTC" {
		return z.Offset
	}
	return z.Place + " (" + z.Offset + ")"
}

func (a *Appearance) languages() []ui.Option {
	all := make([]ui.Option, len(a.Languages))
	for i, l := range a.Languages {
		all[i] = ui.Option{Value: l, Label: layout.LanguageName(l)}
	}
	return all
}

func (a *Appearance) themes(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "", Label: i18n.T(ctx, "account.theme.system"), Help: i18n.T(ctx, "account.theme.system.help")},
		{Value: "light", Label: i18n.T(ctx, "account.theme.light")},
		{Value: "dark", Label: i18n.T(ctx, "account.theme.dark")},
	}
}

// Notifications is how one is told of each topic.
type Notifications struct {
	Topics    []Topic
	Mail      string
	Confirmed bool
}

// Topic is one of the topics.
type Topic struct {
	Name      string // a code: the message "account.topic.<name>"
	App, Mail bool
	Always    bool // can't be switched off
}

// Tokens is the list of personal access tokens.
type Tokens struct {
	Tokens           []Token
	Fresh, FreshName string // one that was just made, with its secret
	Max              int
}

// Token is one personal access token. Times that aren't known are zero.
type Token struct {
	ID      int64
	Name    string
	Tail    string
	Scopes  []string
	State   string // live, expired, revoked
	Soon    bool   // ends soon
	Created time.Time
	Expires time.Time
	Used    time.Time
	Now     time.Time
}

func (t *Token) state(ctx context.Context) (string, ui.Tone) {
	switch {
	case t.State != "live":
		return i18n.T(ctx, "account.token.state."+t.State), ui.ToneQuiet
	case t.Soon:
		return i18n.T(ctx, "account.token.state.soon"), ui.ToneWarn
	}
	return i18n.T(ctx, "account.token.state.live"), ui.ToneGood
}

// ends says on which day the token ends, or has ended.
func (t *Token) ends(ctx context.Context) string {
	if t.State == "expired" {
		return i18n.T(ctx, "account.token.ended", "day", i18n.Date(ctx, t.Expires))
	}
	return i18n.T(ctx, "account.token.ends", "day", i18n.Date(ctx, t.Expires))
}

// NewToken is the form for a token.
type NewToken struct {
	Name     string
	MaxName  int
	Scopes   []string // ticked
	Families []ScopeFamily
	Expires  string // chosen
	Expiries []string
	Day      string
	Tomorrow time.Time
	Problems ui.Problems
}

// ScopeFamily is a scope and those that it contains.
type ScopeFamily struct {
	Scope
	Within []Scope
}

// Scope is a scope by its name; what it means is the message "scope.<Message>".
type Scope struct{ Name, Message string }

func (n *NewToken) expiries(ctx context.Context) []ui.Option {
	all := make([]ui.Option, len(n.Expiries))
	for i, e := range n.Expiries {
		all[i] = ui.Option{Value: e, Label: i18n.T(ctx, "account.expiry."+e)}
		if e == "never" {
			all[i].Help = i18n.T(ctx, "account.expiry.never.help")
		}
	}
	return all
}

// Deletion is what deleting the account would mean.
type Deletion struct {
	Login             string
	SoleOwned, Apps   []Named
	LastAdministrator bool
	Ties              []models.Tie
	Organizations     []Named
	Repositories      []Named // the first ones
	Counts            DeletionCounts
	Days              int // for which nobody gets the login
	Typed             string
	Problems          ui.Problems
}

// Named is a thing by its part of an address and its name.
type Named struct {
	Slug, Name string
	Private    bool
}

// DeletionCounts are how many of each thing go.
type DeletionCounts struct {
	Repositories, Collaborations, Installations, Authorizations, Tokens, Sessions, Passkeys, Invitations, Notifications int
}

// blocked reports whether something stands against it.
func (d *Deletion) blocked() bool {
	return len(d.SoleOwned) > 0 || len(d.Apps) > 0 || d.LastAdministrator || TiedDown(d.Ties)
}

// counted are the things that go, in words, without what there is none of.
func (d *Deletion) counted(ctx context.Context) []string {
	var all []string
	for _, c := range []struct {
		key string
		n   int
	}{
		{"account.delete.repositories", d.Counts.Repositories},
		{"account.delete.collaborations", d.Counts.Collaborations},
		{"installations.follows.account", d.Counts.Installations},
		{"oauth.follows.account", d.Counts.Authorizations},
		{"account.delete.tokens", d.Counts.Tokens},
		{"account.delete.sessions", d.Counts.Sessions},
		{"account.delete.passkeys", d.Counts.Passkeys},
		{"account.delete.invitations", d.Counts.Invitations},
		{"account.delete.notifications", d.Counts.Notifications},
	} {
		if c.n > 0 {
			all = append(all, i18n.N(ctx, c.key, int64(c.n)))
		}
	}
	return all
}

// personal is the shell of one's own settings.
func personal(ctx context.Context, title, current string) Shell {
	s := Shell{Title: title, Menu: PersonalMenu(ctx, current)}
	if v := view.From(ctx).Viewer; v != nil {
		s.Login, s.Whose = v.Login, v.Name
		if s.Whose == "" {
			s.Whose = v.Login
		}
	}
	return s
}
