package models

import "slices"

// reservedLogins can't be chosen: an account's page is at /<login>, so nothing
// may be called like the first part of another address, and nobody may pose as
// those who run the site.
var reservedLogins = []string{
	// addresses, ours and GitHub's
	"about", "account", "accounts", "acting", "api", "app", "apps", "articles", "assets", "auth", "badges", "billing", "blog", "cdn",
	"compare", "contact", "dashboard", "dev", "developer", "developers", "docs", "download", "downloads", "embed", "enterprise",
	"events", "explore", "favicon", "features", "feeds", "files", "graphql", "healthz", "help", "hooks", "home", "images",
	"install", "installations", "invitations", "issues", "join", "language", "legal", "link", "login", "logos", "logout", "mail", "manifest",
	"marketplace", "members", "metrics", "new", "none", "notifications", "null", "oauth", "og", "opensearch", "order", "orders", "organization",
	"organizations", "orgs", "passkeys", "password", "password-reset", "payment", "payments", "plans", "preferences", "pricing", "privacy", "public", "publishers",
	"readyz", "receipts", "register", "repos", "repositories", "robots", "root", "search", "session", "sessions", "settings",
	"setup", "signin", "signout", "signup", "site", "sitemap", "sitemaps", "sponsors", "sudo", "static", "status", "store", "suggest",
	"system", "team", "teams", "terms", "test", "token", "tokens", "topics", "transfers", "trending", "undefined", "user", "users",
	"verify", "webhooks", "well-known", "www",
	// languages' prefixes
	"en", "zh-cn", "zh", "ja", "fr",
}

// reservedRoles are those as whom nobody may pose, not even by a login that only
// looks alike.
var reservedRoles = []string{
	"admin", "administrator", "anonymous", "bot", "everyone", "ghost", "moderator", "nobody", "operator", "owner", "postmaster", "abuse",
	"hostmaster", "webmaster", "noreply", "no-reply", "official", "souk", "souk-bot", "souk-staff", "souk-support", "staff", "reviewer", "security", "support",
	"github",
}

// ReservedRoles lists the logins that nobody may come close to.
func ReservedRoles() []string { return slices.Clone(reservedRoles) }

// ReservedLogin reports whether nobody may choose a login.
func ReservedLogin(login string) bool {
	return slices.Contains(reservedLogins, login) || slices.Contains(reservedRoles, login)
}
