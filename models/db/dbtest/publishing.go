package dbtest

import (
	"strings"
	"testing"

	"souk/models"
	"souk/models/db"
)

// App registers a GitHub App of an account, which asks to read issues; each
// option may change it before.
func App(t testing.TB, d *db.DB, owner models.Account, slug string, options ...func(*models.App)) models.App {
	t.Helper()
	a := models.App{AccountID: &owner.ID, Slug: slug, Kind: models.GitHubApp, Name: strings.ToUpper(slug[:1]) + slug[1:],
		HomepageURL: "https://" + slug + ".example", Permissions: models.Grants{"issues": models.LevelRead, "metadata": models.LevelRead},
		Events: []string{"issues"}, Public: true, ExpireUserTokens: true, ClientID: new("Iv23" + unique("client")), RegisteredAt: new(Epoch),
		CreatedAt: Epoch, UpdatedAt: Epoch}
	for _, o := range options {
		o(&a)
	}
	var permissions *string
	if a.Permissions != nil {
		permissions = new(toJSON(t, a.Permissions))
	}
	insert(t, d, &a.ID, `INSERT INTO apps (account_id, slug, kind, name, homepage_url, permissions, events, scopes, callback_urls, setup_url,
			webhook_active, webhook_url, authorize_on_install, public, client_id, registered_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		a.AccountID, a.Slug, a.Kind, a.Name, a.HomepageURL, permissions, array(a.Events), array(a.Scopes), list(a.CallbackURLs), a.SetupURL,
		a.WebhookActive, a.WebhookURL, a.AuthorizeOnInstall, a.Public, a.ClientID, a.RegisteredAt, a.CreatedAt, a.UpdatedAt)
	return a
}

// OAuth is an option for App.
func OAuth(a *models.App) {
	a.Kind, a.Permissions, a.Events, a.Scopes = models.OAuthApp, nil, nil, []string{}
	a.CallbackURLs = []string{a.HomepageURL + "/callback"}
}

// Manager makes a user one of an app's managers.
func Manager(t testing.TB, d *db.DB, app models.App, user models.Account) {
	t.Helper()
	exec(t, d, `INSERT INTO app_managers (app_id, account_id, created_at) VALUES (?, ?, ?)`, app.ID, user.ID, Epoch)
}

// Draft begins a listing for a registered app, at the app's slug, with this as
// the first version of its draft, and returns the listing's id.
func Draft(t testing.TB, d *db.DB, app models.App, content models.ListingContent) (listing int64) {
	t.Helper()
	content.Slug, content.Type = app.Slug, app.Kind
	if content.Name == "" {
		content.Name = app.Name
	}
	insert(t, d, &listing, `INSERT INTO listings (app_id, slug, name, state, claimed_at, created_at, updated_at)
		VALUES (?, ?, ?, 'draft', ?, ?, ?) RETURNING id`, app.ID, app.Slug, content.Name, Epoch, Epoch, Epoch)
	exec(t, d, `INSERT INTO listing_drafts (listing_id, version, content, created_at) VALUES (?, 1, ?::jsonb, ?)`, listing, toJSON(t, content), Epoch)
	return listing
}

// AccountOf finds an account by its login.
func AccountOf(t testing.TB, d *db.DB, login string) (a models.Account) {
	t.Helper()
	insert(t, d, &a.ID, `SELECT id FROM accounts WHERE login = ?`, login)
	a.Login = login
	return a
}
