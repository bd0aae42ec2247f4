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
// empty value means that the app asks for nothing. RegisteredAt is nil for what
// was only imported: it has no client and no settings.
type App struct {
	ID          int64
	AccountID   *int64
	Slug        string
	Kind        AppKind
	Name        string
	HomepageURL string
	Description string // Markdown, for whoever installs

	Permissions     Grants
	Events          []string
	Scopes          []string
	SingleFilePaths []string // that the permission single_file reaches

	CallbackURLs       []string // the first one is the default
	SetupURL           string   // where people go after they installed
	SetupOnUpdate      bool     // and after they changed repositories
	WebhookActive      bool
	WebhookURL         string
	WebhookSecret      []byte // sealed; empty: deliveries aren't signed
	AuthorizeOnInstall bool
	ExpireUserTokens   bool
	DeviceFlow         bool
	Public             bool // others may install it

	ClientID     *string
	LogoHash     string
	LogoBackdrop string // six hex digits
	Version      int    // counts changes
	RegisteredAt *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Registered reports whether an integrator has registered the app, so that it
// can be set up and installed.
func (a *App) Registered() bool { return a.RegisteredAt != nil }

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
