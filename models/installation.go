package models

import (
	"slices"
	"time"
)

// Selection is which repositories of its account an installation reaches.
type Selection string

// The selections. All are those that are there and those to come; none is that of an
// app that asks for nothing of repositories.
const (
	SelectAll      Selection = "all"
	SelectSelected Selection = "selected"
	SelectNone     Selection = "none"
)

// Valid reports whether s is a selection.
func (s Selection) Valid() bool { return s == SelectAll || s == SelectSelected || s == SelectNone }

// GitHub is the selection as GitHub names it, which knows no third one.
func (s Selection) GitHub() string {
	if s == SelectAll {
		return "all"
	}
	return "selected"
}

// Limits of installations.
const (
	MaxBarWords           = 1000   // of an integrator who suspends an installation
	MaxSelected           = 10_000 // repositories that are selected one by one
	MaxTokenRepositories  = 500    // that a token is narrowed to
	InstallationTokenLife = time.Hour
)

// Installation is an app on an account: what it may do there, and with which of its
// repositories.
type Installation struct {
	ID              int64
	AppID           int64
	AccountID       int64
	Selection       Selection
	Permissions     Grants // that somebody agreed to, without those of people's accounts
	SingleFilePaths []string
	Lacks           bool // the app asks for more
	LacksSince      *time.Time
	InstallerID     *int64
	RequesterID     *int64 // who asked for it; nil: nobody had to
	AgreedBy        *int64 // to the permissions
	AgreedAt        time.Time
	SuspendedAt     *time.Time // by the account
	SuspendedBy     *int64
	BarredAt        *time.Time // suspended by the integrator, which the account can't lift
	BarredBy        *int64
	BarredWords     string
	UsedAt          *time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Suspended reports whether the app is kept from working, by either side.
func (i *Installation) Suspended() bool { return i.SuspendedAt != nil || i.BarredAt != nil }

// StoppedAt is since when it is suspended, and by whom; nil if it isn't.
func (i *Installation) StoppedAt() (at *time.Time, by *int64) {
	if i.BarredAt != nil && (i.SuspendedAt == nil || i.BarredAt.Before(*i.SuspendedAt)) {
		return i.BarredAt, i.BarredBy
	}
	return i.SuspendedAt, i.SuspendedBy
}

// EventsFor are those of an app's events that what is granted unlocks.
func EventsFor(events []string, granted Grants) []string {
	kept := slices.DeleteFunc(slices.Clone(events), func(name string) bool { return !EventUnlocked(name, granted) })
	return slices.Clip(append([]string{}, kept...))
}

// Part are the grants of one group of permissions; what isn't known counts as an
// organization's.
func (g Grants) Part(group PermissionGroup) Grants {
	out := Grants{}
	for key, level := range g.canonical() {
		if groupOf(key) == group {
			out[key] = level
		}
	}
	return out
}

func groupOf(key string) PermissionGroup {
	if p, ok := permissionIndex[canonicalKey(key)]; ok {
		return p.Group
	}
	return GroupOrganization
}

// Installable are the grants that an account gives by installing: all but those that
// each person gives of their own.
func (g Grants) Installable() Grants {
	out := Grants{}
	for key, level := range g.canonical() {
		if groupOf(key) != GroupAccount {
			out[key] = level
		}
	}
	return out
}

// OfAccounts are the grants that each person gives of their own.
func (g Grants) OfAccounts() Grants { return g.Part(GroupAccount) }

// OfRepositories reports whether anything is asked of repositories.
func (g Grants) OfRepositories() bool { return len(g.Part(GroupRepository)) > 0 }

// RepositoryOnly reports whether an administrator of the repositories concerned may
// agree: something is asked of repositories, nothing of the organization, and not the
// permission to administer them. What each person gives of their own doesn't count.
// https://docs.github.com/en/apps/using-github-apps/installing-a-github-app-from-a-third-party
func (g Grants) RepositoryOnly() bool {
	if !g.OfRepositories() {
		return false
	}
	for key := range g.Installable() {
		if groupOf(key) != GroupRepository || key == "administration" {
			return false
		}
	}
	return true
}

// Covers reports whether whoever holds g may do all that asked would allow.
func (g Grants) Covers(asked Grants) bool { return g.canonical().covers(asked.canonical()) }

// Within is what is left of g where only asked may be held.
func (g Grants) Within(asked Grants) Grants {
	out, most := Grants{}, asked.canonical()
	for key, level := range g.canonical() {
		switch limit := most[key]; {
		case limit == "":
		case level.Rank() <= limit.Rank():
			out[key] = level
		default:
			out[key] = limit
		}
	}
	return out
}

// Beyond is what asked would allow that g doesn't: each key at the level asked for.
func (g Grants) Beyond(asked Grants) Grants {
	out, held := Grants{}, g.canonical()
	for key, level := range asked.canonical() {
		if level.Rank() > held[key].Rank() {
			out[key] = level
		}
	}
	return out
}

// Errors of installations.
var (
	ErrNotInstallable      = &Error{Kind: Conflict, Code: "not_installable"} // an OAuth App, or one that was only imported
	ErrAppOnlyOwn          = &Error{Kind: Forbidden, Code: "app_only_own"}
	ErrAppStopped          = &Error{Kind: Conflict, Code: "app_stopped"} // its integrator is suspended
	ErrInstallOther        = &Error{Kind: Forbidden, Code: "install_other"}
	ErrInstallPolicy       = &Error{Kind: Forbidden, Code: "install_policy"}
	ErrRequestsOff         = &Error{Kind: Forbidden, Code: "requests_off"}
	ErrSelectionNeeded     = &Error{Kind: Invalid, Code: "selection_needed", Field: "repositories"}
	ErrTooManySelected     = &Error{Kind: Invalid, Code: "too_many_selected", Field: "repositories"}
	ErrRepositoryElsewhere = &Error{Kind: Invalid, Code: "repository_elsewhere", Field: "repositories"}
	ErrAlreadyInstalled    = &Error{Kind: Conflict, Code: "already_installed"}
	ErrInstallationBarred  = &Error{Kind: Forbidden, Code: "installation_barred"} // only its integrator lifts that
	ErrBarWords            = &Error{Kind: Invalid, Code: "bar_words", Field: "words"}
	ErrAskedChanged        = &Error{Kind: Conflict, Code: "asked_changed"} // the app asks for something else than was shown
)

var installationErrors = []*Error{
	ErrNotInstallable, ErrAppOnlyOwn, ErrAppStopped, ErrInstallOther, ErrInstallPolicy, ErrRequestsOff, ErrSelectionNeeded, ErrTooManySelected,
	ErrRepositoryElsewhere, ErrAlreadyInstalled, ErrInstallationBarred, ErrBarWords, ErrAskedChanged,
}
