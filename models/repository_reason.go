package models

// LevelReason says why someone has the level on a repository that they have.
type LevelReason string

// The reasons, the strongest first. Where two give the same level, the one that
// can't be taken away on the repository itself is named.
const (
	ReasonNone         LevelReason = ""             // no access
	ReasonOperator     LevelReason = "operator"     // a command at the terminal
	ReasonOwner        LevelReason = "owner"        // it is theirs
	ReasonOrgOwner     LevelReason = "org_owner"    // they own the organization
	ReasonBase         LevelReason = "base"         // the organization's base permission
	ReasonCollaborator LevelReason = "collaborator" // it was granted to them
	ReasonPublic       LevelReason = "public"       // anyone may
)

// LevelReasons lists every reason for having a level.
func LevelReasons() []LevelReason {
	return []LevelReason{ReasonOperator, ReasonOwner, ReasonOrgOwner, ReasonBase, ReasonCollaborator, ReasonPublic}
}

// LevelAndReason is LevelOn with the reason.
func (a Actor) LevelAndReason(r *Repository, collaborator, base RepositoryLevel) (RepositoryLevel, LevelReason) {
	level, role := a.LevelOn(r, collaborator, base), a.RoleIn(r.AccountID)
	switch {
	case level == NoAccess:
		return level, ReasonNone
	case a.Operator:
		return level, ReasonOperator
	case a.UserID == 0:
		return level, ReasonPublic
	case a.UserID == r.AccountID:
		return level, ReasonOwner
	case role == RoleOwner:
		return level, ReasonOrgOwner
	case role == RoleMember && base == level:
		return level, ReasonBase
	case collaborator == level && (role != "" || !a.suspendedIn(r.AccountID)):
		return level, ReasonCollaborator
	}
	return level, ReasonPublic
}
