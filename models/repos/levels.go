package repos

import (
	"github.com/jackc/pgx/v5"

	"souk/models"
)

// tables are what levels are reckoned from. r is the repository, a its owner, o
// the owner as an organization, c what the actor was granted.
const tables = ` repositories r
	JOIN accounts a ON a.id = r.account_id
	LEFT JOIN organizations o ON o.account_id = r.account_id
	LEFT JOIN collaborators c ON c.repository_id = r.id AND c.account_id = @user::bigint
	CROSS JOIN LATERAL (SELECT ` + level + ` AS n) level `

// level is models.Actor.LevelOn in SQL.
const level = `CASE
		WHEN @operator::boolean OR r.account_id = @user OR r.account_id = ANY (@owned::bigint[]) THEN 5
		ELSE greatest(
			CASE WHEN r.private THEN 0 ELSE 1 END,
			CASE WHEN r.account_id = ANY (@member::bigint[]) THEN ` + baseRank + ` ELSE 0 END,
			CASE WHEN r.account_id = ANY (@barred::bigint[]) THEN 0 ELSE ` + grantedRank + ` END)
		END`

const (
	ranks       = `ARRAY['none', 'read', 'triage', 'write', 'maintain', 'admin']`
	baseRank    = `coalesce(array_position(` + ranks + `, o.base_permission) - 1, 0)`
	grantedRank = `coalesce(array_position(` + ranks + `, c.level) - 1, 0)`
)

// seen is models.Actor.MaySeeAccount in SQL.
const seen = `(a.suspended_at IS NULL OR @operator OR @staff::boolean OR r.account_id = @user OR r.account_id = ANY (@roles::bigint[]))`

// standing is what tables and seen need to know of an actor.
func standing(actor models.Actor) pgx.NamedArgs {
	owned, member, roles, barred := []int64{}, []int64{}, []int64{}, []int64{}
	for _, m := range actor.Memberships {
		switch {
		case m.Suspended:
			barred = append(barred, m.OrganizationID)
			continue
		case m.Role == models.RoleOwner:
			owned = append(owned, m.OrganizationID)
		case m.Role == models.RoleMember:
			member = append(member, m.OrganizationID)
		}
		roles = append(roles, m.OrganizationID)
	}
	return pgx.NamedArgs{
		"user": actor.UserID, "operator": actor.Operator, "staff": actor.MayStaff(models.StaffSupport) == nil,
		"owned": owned, "member": member, "roles": roles, "barred": barred,
	}
}
