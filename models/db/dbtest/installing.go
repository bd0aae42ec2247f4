package dbtest

import (
	"testing"

	"souk/models"
	"souk/models/db"
)

// Install puts an app on an account, on all of its repositories and with all that the
// app asks for; each option may change it before. A selection has these repositories.
func Install(t testing.TB, d *db.DB, app models.App, account models.Account, options ...func(*models.Installation)) models.Installation {
	t.Helper()
	i := models.Installation{AppID: app.ID, AccountID: account.ID, Selection: models.SelectAll, Permissions: app.Permissions.Installable(),
		SingleFilePaths: app.SingleFilePaths, InstallerID: &account.ID, AgreedBy: &account.ID, AgreedAt: Epoch, CreatedAt: Epoch, UpdatedAt: Epoch}
	for _, o := range options {
		o(&i)
	}
	insert(t, d, &i.ID, `INSERT INTO installations (app_id, account_id, selection, permissions, single_file_paths, lacks, lacks_since, installer_id,
			requester_id, agreed_by, agreed_at, suspended_at, suspended_by, barred_at, barred_by, barred_words, used_at, created_at, updated_at)
		VALUES (?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		i.AppID, i.AccountID, i.Selection, toJSON(t, i.Permissions), list(i.SingleFilePaths), i.Lacks, i.LacksSince, i.InstallerID,
		i.RequesterID, i.AgreedBy, i.AgreedAt, i.SuspendedAt, i.SuspendedBy, i.BarredAt, i.BarredBy, i.BarredWords, i.UsedAt, i.CreatedAt, i.UpdatedAt)
	return i
}

// Select gives an installation these repositories and no others.
func Select(t testing.TB, d *db.DB, i models.Installation, repositories ...models.Repository) {
	t.Helper()
	exec(t, d, `UPDATE installations SET selection = 'selected' WHERE id = ?`, i.ID)
	for _, r := range repositories {
		exec(t, d, `INSERT INTO installation_repositories (installation_id, repository_id, added_at) VALUES (?, ?, ?)`, i.ID, r.ID, Epoch)
	}
}

// Authorize lets an app act in a user's name, with all that it asks of an account.
func Authorize(t testing.TB, d *db.DB, app models.App, user models.Account) (id int64) {
	t.Helper()
	insert(t, d, &id, `INSERT INTO authorizations (app_id, account_id, permissions, scopes, created_at, updated_at)
		VALUES (?, ?, ?::jsonb, ?, ?, ?) RETURNING id`, app.ID, user.ID, toJSON(t, app.Permissions.OfAccounts()), list(app.Scopes), Epoch, Epoch)
	return id
}
