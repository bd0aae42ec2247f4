package models

import "time"

// AppKind tells GitHub Apps from OAuth Apps.
type AppKind string

// The kinds of app.
const (
	GitHubApp AppKind = "github_app"
	OAuthApp  AppKind = "oauth_app"
)

// AppKinds lists the kinds in the order in which pages show them.
func AppKinds() []AppKind { return []AppKind{GitHubApp, OAuthApp} }

// App is a GitHub App or an OAuth App, registered by an account.
//
// AccountID is nil for an app from an import whose publisher nobody told.
// Permissions, Events and Scopes are nil when nobody told which they are; an
// empty value means that the app asks for nothing.
type App struct {
	ID          int64
	AccountID   *int64
	Slug        string
	Kind        AppKind
	Name        string
	HomepageURL string
	Permissions Grants
	Events      []string
	Scopes      []string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// PermissionsKnown reports whether the app's permissions or scopes were told.
func (a *App) PermissionsKnown() bool { return a.Permissions != nil || a.Scopes != nil }

// Risk is the risk of what the app asks for, on one scale for permissions and
// scopes. Its meaning depends on PermissionsKnown.
func (a *App) Risk() Risk {
	if a.Kind == OAuthApp {
		return ScopesRisk(a.Scopes)
	}
	return a.Permissions.Risk()
}
