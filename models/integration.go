package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// IntegrationKind is how an app has come to reach an account.
type IntegrationKind string

// The kinds. An organization's authorized GitHub Apps are those installed on it that
// members let act in their name; its OAuth Apps those that reach it by its members.
const (
	IntegrationInstalled  IntegrationKind = "installed"
	IntegrationAuthorized IntegrationKind = "authorized"
	IntegrationOAuth      IntegrationKind = "oauth"
)

// IntegrationKinds lists the kinds in the order in which pages show them.
func IntegrationKinds() []IntegrationKind {
	return []IntegrationKind{IntegrationInstalled, IntegrationAuthorized, IntegrationOAuth}
}

// UnusedAfter is how long nothing was heard of what counts as unused.
const UnusedAfter = 90 * 24 * time.Hour

// Integration is an app that reaches an account, with what it may do there.
type Integration struct {
	Kind          IntegrationKind
	ID            int64 // of the installation, or of the person's authorization; 0 where an organization has neither
	AppID         int64
	Slug          string
	Name          string
	AppKind       AppKind
	LogoHash      string
	Listing       string // slug; "": it has none that is seen
	Publisher     string // login; "" unknown
	PublisherName string
	Verified      bool // the publisher is
	Permissions   Grants
	Scopes        []string
	Selection     Selection // of what is installed
	By            string    // login of who installed, authorized or approved it; "" nobody who is there still
	Requester     string    // who had asked for it
	Since         time.Time
	UsedAt        *time.Time // by the app, or by those who authorized it
	Lacks         bool       // it asks for more
	LacksSince    *time.Time
	Suspended     bool // by the account
	Barred        bool // by the integrator
	Denied        bool // by the organization's policy
	Members       int  // of an organization, who authorized it
	Approved      bool // by an owner, whatever else lets it in
	Own           bool // the account's own app
	LetIn         bool // an OAuth App, and the organization lets every one in
}

// Key names an integration among those of its account.
func (i *Integration) Key() string { return string(i.Kind) + "-" + strconv.FormatInt(i.AppID, 10) }

// ParseIntegrationKey reads a Key.
func ParseIntegrationKey(key string) (kind IntegrationKind, app int64, ok bool) {
	k, number, _ := strings.Cut(key, "-")
	app, err := strconv.ParseInt(number, 10, 64)
	return IntegrationKind(k), app, err == nil && app > 0 && slices.Contains(IntegrationKinds(), IntegrationKind(k))
}

// Risk is that of what it may do now.
func (i *Integration) Risk() Risk {
	a := App{Kind: i.AppKind, Permissions: i.Permissions, Scopes: i.Scopes}
	return a.Risk()
}

// LastActivity is when something was last heard of it: its beginning, if it was never
// used.
func (i *Integration) LastActivity() time.Time {
	if i.UsedAt != nil && i.UsedAt.After(i.Since) {
		return *i.UsedAt
	}
	return i.Since
}

// Unused reports whether nothing was heard of it for UnusedAfter.
func (i *Integration) Unused(now time.Time) bool { return now.Sub(i.LastActivity()) >= UnusedAfter }

// Stopped reports whether something keeps it from working.
func (i *Integration) Stopped() bool { return i.Suspended || i.Barred || i.Denied }

// Revocable reports whether its account can end it by itself. What members let a
// GitHub App do ends with its installation; an OAuth App can be denied only where an
// organization doesn't let every one in, and never its own.
func (i *Integration) Revocable(of AccountKind) bool {
	return of == KindUser || i.Kind == IntegrationInstalled || i.Kind == IntegrationOAuth && !i.Own && !i.LetIn
}
