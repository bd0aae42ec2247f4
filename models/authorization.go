package models

import "time"

// Authorization is what a person lets an app do in their name: account permissions
// of a GitHub App, scopes of an OAuth App.
type Authorization struct {
	ID          int64
	AppID       int64
	AccountID   int64
	Permissions Grants
	Scopes      []string
	Lacks       bool // a GitHub App asks for more account permissions
	UsedAt      *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Lifetimes of what is handed out for an authorization.
// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
const (
	AuthorizationCodeLife = 10 * time.Minute
	UserTokenLife         = 8 * time.Hour
	RefreshTokenLife      = 184 * 24 * time.Hour
	MaxUserTokens         = 10                   // of one user, app and set of scopes; another one ends the oldest
	UserTokenIdle         = 365 * 24 * time.Hour // after which a token that doesn't expire is revoked
)

// Beginnings of tokens, as GitHub has them, so that scanners for leaked secrets find
// them.
const (
	PrefixOAuthToken        = "gho_"
	PrefixUserToken         = "ghu_"
	PrefixInstallationToken = "ghs_"
	PrefixRefreshToken      = "ghr_"
)

// ApprovalState is where an OAuth App stands with an organization that lets in only
// what its owners approved.
type ApprovalState string

// The states.
const (
	ApprovalRequested ApprovalState = "requested"
	ApprovalApproved  ApprovalState = "approved"
	ApprovalDenied    ApprovalState = "denied"
)
