package dbtest

import (
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
)

// User inserts a user with a confirmed mail address <login>@example.test and
// without a password, and returns its account.
func User(t testing.TB, d *db.DB, login string) models.Account {
	t.Helper()
	a := Account(t, d, func(a *models.Account) { a.Login, a.Kind = login, models.KindUser })
	exec(t, d, `INSERT INTO users (account_id, mail, mail_verified_at) VALUES (?, ?, ?)`, a.ID, login+"@example.test", Epoch)
	return a
}

// MakeStaff gives a user a staff role.
func MakeStaff(t testing.TB, d *db.DB, user models.Account, role models.StaffRole) {
	t.Helper()
	exec(t, d, `UPDATE users SET staff = ? WHERE account_id = ?`, role, user.ID)
}

// Suspend suspends an account.
func Suspend(t testing.TB, d *db.DB, account models.Account) {
	t.Helper()
	exec(t, d, `UPDATE accounts SET suspended_at = ?, suspended_reason = 'a reason' WHERE id = ?`, Epoch, account.ID)
}

// Organization inserts an organization with these owners and returns its
// account.
func Organization(t testing.TB, d *db.DB, login string, owners ...models.Account) models.Account {
	t.Helper()
	a := Account(t, d, func(a *models.Account) { a.Login = login })
	exec(t, d, `INSERT INTO organizations (account_id, mail) VALUES (?, ?)`, a.ID, login+"@example.test")
	for _, o := range owners {
		Member(t, d, a, o, models.RoleOwner)
	}
	return a
}

// Member puts a user into an organization.
func Member(t testing.TB, d *db.DB, organization, user models.Account, role models.OrganizationRole) {
	t.Helper()
	exec(t, d, `INSERT INTO memberships (organization_id, account_id, role, created_at) VALUES (?, ?, ?, ?)`, organization.ID, user.ID, role, Epoch)
}

// Repository inserts a public repository; each option may change it before.
func Repository(t testing.TB, d *db.DB, owner models.Account, name string, options ...func(*models.Repository)) models.Repository {
	t.Helper()
	r := models.Repository{AccountID: owner.ID, Name: name, CreatedAt: Epoch, UpdatedAt: Epoch}
	for _, o := range options {
		o(&r)
	}
	insert(t, d, &r.ID, `INSERT INTO repositories (account_id, name, description, private, archived_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, r.AccountID, r.Name, r.Description, r.Private, r.ArchivedAt, r.CreatedAt, r.UpdatedAt)
	return r
}

// Private is an option for Repository.
func Private(r *models.Repository) { r.Private = true }

// Collaborator gives a user a level on a repository.
func Collaborator(t testing.TB, d *db.DB, r models.Repository, user models.Account, level models.RepositoryLevel) {
	t.Helper()
	exec(t, d, `INSERT INTO collaborators (repository_id, account_id, level, created_at) VALUES (?, ?, ?, ?)`, r.ID, user.ID, level.String(), Epoch)
}

// Session signs a user in as of now and returns the cookie's secret. The
// session counts as confirmed if sudo is set.
func Session(t testing.TB, d *db.DB, user models.Account, now time.Time, sudo bool) string {
	t.Helper()
	secret := rand.Text()
	var until *time.Time
	if sudo {
		until = new(now.Add(models.SudoWindow))
	}
	exec(t, d, `INSERT INTO sessions (account_id, token_hash, method, created_at, used_at, expires_at, sudo_until) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		user.ID, hashOf(secret), models.ByPassword, now, now, now.Add(models.SessionAbsolute), until)
	return secret
}

// AccessToken makes a personal access token without expiry and returns its
// secret.
func AccessToken(t testing.TB, d *db.DB, user models.Account, scopes ...string) string {
	t.Helper()
	secret := models.NewAccessTokenSecret()
	exec(t, d, `INSERT INTO access_tokens (account_id, name, token_hash, tail, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
		user.ID, unique("token"), hashOf(secret), secret[len(secret)-4:], list(scopes), Epoch)
	return secret
}

func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
