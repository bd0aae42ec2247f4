package installs

import (
	"time"

	"souk/models"
)

// appColumns are those of apps a that intoApp reads.
const appColumns = `a.id, a.account_id, a.slug, a.kind, a.name, a.homepage_url, a.description, a.permissions, a.events, a.scopes,
	a.single_file_paths, a.callback_urls, a.setup_url, a.setup_on_update, a.webhook_active, a.webhook_url, a.authorize_on_install,
	a.expire_user_tokens, a.device_flow, a.public, a.client_id, a.logo_hash, a.logo_backdrop, a.version, a.registered_at, a.created_at, a.updated_at`

func intoApp(a *models.App) []any {
	return []any{&a.ID, &a.AccountID, &a.Slug, &a.Kind, &a.Name, &a.HomepageURL, &a.Description, &a.Permissions, &a.Events, &a.Scopes,
		&a.SingleFilePaths, &a.CallbackURLs, &a.SetupURL, &a.SetupOnUpdate, &a.WebhookActive, &a.WebhookURL, &a.AuthorizeOnInstall,
		&a.ExpireUserTokens, &a.DeviceFlow, &a.Public, &a.ClientID, &a.LogoHash, &a.LogoBackdrop, &a.Version, &a.RegisteredAt, &a.CreatedAt, &a.UpdatedAt}
}

// integratorColumns are those of accounts g, which may be missing, that intoAccount
// reads; accountColumns those of accounts t.
const (
	integratorColumns = `coalesce(g.id, 0), coalesce(g.login, ''), coalesce(g.kind, ''), coalesce(g.name, ''), g.verified_at, g.suspended_at`
	accountColumns    = `t.id, t.login, t.kind, t.name, t.verified_at, t.suspended_at`
)

func intoAccount(a *models.Account) []any {
	return []any{&a.ID, &a.Login, &a.Kind, &a.Name, &a.VerifiedAt, &a.SuspendedAt}
}

// installationColumns are those of installations i that intoInstallation reads.
const installationColumns = `i.id, i.app_id, i.account_id, i.selection, i.permissions, i.single_file_paths, i.lacks, i.lacks_since, i.installer_id, i.requester_id,
	i.agreed_by, i.agreed_at, i.suspended_at, i.suspended_by, i.barred_at, i.barred_by, i.barred_words, i.used_at, i.created_at, i.updated_at`

func intoInstallation(i *models.Installation) []any {
	return []any{&i.ID, &i.AppID, &i.AccountID, &i.Selection, &i.Permissions, &i.SingleFilePaths, &i.Lacks, &i.LacksSince, &i.InstallerID, &i.RequesterID,
		&i.AgreedBy, &i.AgreedAt, &i.SuspendedAt, &i.SuspendedBy, &i.BarredAt, &i.BarredBy, &i.BarredWords, &i.UsedAt, &i.CreatedAt, &i.UpdatedAt}
}

// levelSQL is models.Actor.LevelOn in SQL, for repositories r of one account t, of which
// v says what is the same for all of them: whether the actor holds all, at least how
// much, and whether there are any that it was granted.
const levelSQL = `CASE WHEN v.whole THEN 5 ELSE greatest(CASE WHEN r.private THEN 0 ELSE 1 END, v.base,
	CASE WHEN v.granted THEN ` + rankOf + `(SELECT c.level FROM collaborators c WHERE c.repository_id = r.id AND c.account_id = $2)) - 1, 0) ELSE 0 END) END`

const rankOf = `coalesce(array_position(ARRAY['none', 'read', 'triage', 'write', 'maintain', 'admin'], `

// levelTables are what levelSQL reckons with, beside repositories r, for the account
// $1: o is it as an organization, m the actor's membership there. $2 is the actor, $3
// says that it is the operator, $4 that it is known to belong there: what is narrowed
// to less stays so. OFFSET keeps v from being reckoned for every repository.
const levelTables = ` accounts t LEFT JOIN organizations o ON o.account_id = t.id
	LEFT JOIN memberships m ON m.organization_id = t.id AND m.account_id = $2 AND $4
	CROSS JOIN LATERAL (SELECT coalesce($3::boolean OR t.id = $2 OR m.role = 'owner' AND m.suspended_at IS NULL, false) whole,
		CASE WHEN m.role = 'member' AND m.suspended_at IS NULL THEN ` + rankOf + `o.base_permission) - 1, 0) ELSE 0 END base,
		m.suspended_at IS NULL AND EXISTS (SELECT FROM collaborators c WHERE c.account_id = $2) granted OFFSET 0) v`

// levelArgs are the first arguments of statements with them.
func levelArgs(actor models.Actor, account int64) []any {
	return []any{account, actor.UserID, actor.Operator, belongs(actor, account)}
}

func belongs(actor models.Actor, organization int64) bool {
	for _, m := range actor.Memberships {
		if m.OrganizationID == organization {
			return true
		}
	}
	return false
}

// standing is what the database says of an actor on an account.
type standing struct {
	role      *models.OrganizationRole
	barred    *time.Time // from the organization, for want of a second factor
	suspended bool       // by staff
}

// as is the actor as it stands now: sessions know what was so when the request came.
func (s *standing) as(actor models.Actor, organization int64) models.Actor {
	kept := []models.Membership{}
	for _, m := range actor.Memberships {
		if m.OrganizationID != organization {
			kept = append(kept, m)
		} else if s.role != nil {
			m.Role, m.Suspended = *s.role, s.barred != nil
			kept = append(kept, m)
		}
	}
	actor.Memberships = kept
	actor.Suspended = actor.Suspended || s.suspended
	return actor
}
