package models

import "time"

// This file is the one place where it is decided who may do what. Each rule
// returns nil or why not: ErrSignInNeeded for the anonymous, ErrNotFound where
// the actor may not even know that the thing exists, ErrSuspended, ErrForbidden
// for the rest.

// MayAct says whether the actor may change anything at all.
func (a Actor) MayAct() error {
	switch {
	case a.Operator:
		return nil
	case a.UserID == 0:
		return ErrSignInNeeded
	case a.Suspended:
		return ErrSuspended
	}
	return nil
}

// MayActWithMail is MayAct for what needs a confirmed mail address: whatever
// reaches other people.
func (a Actor) MayActWithMail() error {
	if err := a.MayAct(); err != nil {
		return err
	}
	if !a.Operator && !a.MailVerified {
		return ErrMailNeeded
	}
	return nil
}

// MayManageSelf allows what touches how one signs in: never by a token, and
// never by staff acting for the person.
func (a Actor) MayManageSelf() error {
	if err := a.MayAct(); err != nil {
		return err
	}
	if a.ActingFor != nil {
		return ErrNotForActing
	}
	if a.TokenID != 0 {
		return ErrForbidden
	}
	return nil
}

// MaySeeAccount allows to see an account's page and its public repositories. A
// suspended account is gone for everyone but itself, its members and staff.
func (a Actor) MaySeeAccount(account *Account) error {
	switch {
	case account.SuspendedAt == nil, a.Operator, a.UserID != 0 && a.UserID == account.ID, a.RoleIn(account.ID) != "":
		return nil
	case a.MayStaff(StaffSupport) == nil:
		return nil
	}
	return ErrNotFound
}

// MayManageSelfNow is MayManageSelf for what a stolen session must not be able to
// do: the session has to be confirmed lately.
func (a Actor) MayManageSelfNow(now time.Time) error {
	if err := a.MayManageSelf(); err != nil {
		return err
	}
	if !a.Sudo(now) {
		return ErrSudoNeeded
	}
	return nil
}

// MayConfirm allows to confirm a session, also to those whom staff has suspended:
// it changes nothing by itself. Staff acting for someone can't prove to be them.
func (a Actor) MayConfirm() error {
	switch {
	case a.UserID == 0:
		return ErrSignInNeeded
	case a.ActingFor != nil:
		return ErrNotForActing
	case a.SessionID == 0:
		return ErrForbidden
	}
	return nil
}

// MayTakeData allows to take along all that is kept about oneself. The suspended
// may; staff acting for the person and programs may not.
func (a Actor) MayTakeData() error {
	switch {
	case a.UserID == 0:
		return ErrSignInNeeded
	case a.ActingFor != nil:
		return ErrNotForActing
	case a.TokenID != 0:
		return ErrForbidden
	}
	return nil
}

// MayByToken allows a program what its token has the scope for; "" is what every
// token may.
func (a Actor) MayByToken(scope string) error {
	if err := a.MayAct(); err != nil {
		return err
	}
	if scope != "" && !a.HasScope(scope) {
		return ErrScopeNeeded.On(scope)
	}
	return nil
}

// MayEndSessions allows to sign out elsewhere, which a suspended person may too.
// Staff acting for someone can't.
func (a Actor) MayEndSessions() error {
	switch {
	case a.UserID == 0:
		return ErrSignInNeeded
	case a.ActingFor != nil:
		return ErrNotForActing
	case a.TokenID != 0:
		return ErrForbidden
	}
	return nil
}

// MayMakeSignInLinks allows to let people in without their password: whoever
// runs the program, and nobody over the network.
func (a Actor) MayMakeSignInLinks() error {
	if a.Operator {
		return nil
	}
	return ErrForbidden
}

// MayMakeUsers allows to make accounts and tokens for others: whoever runs the
// program, and nobody over the network.
func (a Actor) MayMakeUsers() error { return a.MayMakeSignInLinks() }

// MayReadInbox allows to read one's own notifications, which a suspended person
// may too. Tokens have no inbox.
func (a Actor) MayReadInbox() error {
	switch {
	case a.UserID == 0:
		return ErrSignInNeeded
	case a.TokenID != 0:
		return ErrForbidden
	}
	return nil
}

// MayTidyInbox allows to mark one's own notifications as read or done. Staff
// acting for someone can't put away the notice that says so.
func (a Actor) MayTidyInbox() error { return a.MayManageSelf() }

// MaySeeOrganization allows to see an organization's members-only pages.
func (a Actor) MaySeeOrganization(id int64) error {
	switch {
	case a.Operator || a.RoleIn(id) != "":
		return nil
	case a.UserID == 0:
		return ErrSignInNeeded
	}
	return ErrNotFound
}

// MayOwnOrganization allows what only owners do: members, privileges, domains,
// renaming, deleting, the audit log.
func (a Actor) MayOwnOrganization(id int64) error {
	if err := a.MayAct(); err != nil {
		return err
	}
	switch {
	case a.Operator || a.RoleIn(id) == RoleOwner:
		return nil
	case a.RoleIn(id) != "":
		return ErrForbidden
	}
	return ErrNotFound
}

// MayReadLogOf allows to read the audit log of an account: one's own, even when
// suspended, an organization's as its owner, anyone's as staff.
func (a Actor) MayReadLogOf(accountID int64) error {
	switch {
	case a.Operator, a.UserID != 0 && a.UserID == accountID, a.RoleIn(accountID) == RoleOwner:
		return nil
	case a.MayStaff(StaffSupport) == nil:
		return nil
	case a.UserID == 0:
		return ErrSignInNeeded
	case a.RoleIn(accountID) != "":
		return ErrForbidden
	}
	return ErrNotFound
}

// MayChangeOrganization is MayOwnOrganization for writes: nothing in an
// organization changes while staff has suspended it.
func (a Actor) MayChangeOrganization(id int64, suspended bool) error {
	if err := a.MayOwnOrganization(id); err != nil {
		return err
	}
	if suspended && !a.Operator {
		return ErrSuspended
	}
	return nil
}

// MayReshapeOrganization is MayChangeOrganization for what a stolen session must
// not be able to do: the session has to be confirmed lately.
func (a Actor) MayReshapeOrganization(id int64, suspended bool, now time.Time) error {
	if err := a.MayChangeOrganization(id, suspended); err != nil {
		return err
	}
	if !a.Sudo(now) {
		return ErrSudoNeeded
	}
	return nil
}

// MayPayFor allows what owners and billing managers do: buy, change plans, see
// invoices.
func (a Actor) MayPayFor(accountID int64) error {
	if err := a.MayAct(); err != nil {
		return err
	}
	switch role := a.RoleIn(accountID); {
	case a.Operator, a.UserID == accountID, role == RoleOwner, role == RoleBillingManager:
		return nil
	case role != "":
		return ErrForbidden
	}
	return ErrNotFound
}

// MayActAs allows to own things in the name of an account: one's own, or an
// organization's by its owners.
func (a Actor) MayActAs(accountID int64) error {
	if a.UserID != 0 && a.UserID == accountID {
		return a.MayAct()
	}
	return a.MayOwnOrganization(accountID)
}

// MayCreateRepositoryIn allows to create repositories of an account: one's own,
// or an organization's as its owner.
func (a Actor) MayCreateRepositoryIn(accountID int64) error { return a.MayActAs(accountID) }

// LevelOn is what the actor may do with a repository, given what it was granted
// as a collaborator and the organization's base permission: the highest of all
// that apply, and at least reading what is public.
func (a Actor) LevelOn(r *Repository, collaborator, base RepositoryLevel) RepositoryLevel {
	level := NoAccess
	if !r.Private {
		level = RepositoryRead
	}
	if a.Operator {
		return RepositoryAdmin
	}
	if a.UserID == 0 {
		return level
	}
	role := a.RoleIn(r.AccountID)
	switch {
	case a.UserID == r.AccountID, role == RoleOwner:
		return RepositoryAdmin
	case role == RoleMember:
		level = max(level, base)
	case role == "" && a.suspendedIn(r.AccountID):
		// A suspended member keeps what it was granted, and can't use it.
		return level
	}
	return max(level, collaborator)
}

func (a Actor) suspendedIn(organizationID int64) bool {
	for _, m := range a.Memberships {
		if m.OrganizationID == organizationID {
			return m.Suspended
		}
	}
	return false
}

// MayUseRepository allows what needs at least a level on a repository. Whoever
// can't read it gets ErrNotFound.
func (a Actor) MayUseRepository(have, need RepositoryLevel) error {
	switch {
	case have == NoAccess && a.UserID == 0 && !a.Operator:
		return ErrNotFound
	case have == NoAccess:
		return ErrNotFound
	case need > RepositoryRead:
		if err := a.MayAct(); err != nil {
			return err
		}
	}
	if have < need {
		return ErrForbidden
	}
	return nil
}

// MayReshapeRepository is MayUseRepository for what those who manage a repository
// do, but a stolen session must not be able to: show, move, delete. The session
// has to be confirmed lately.
func (a Actor) MayReshapeRepository(have RepositoryLevel, now time.Time) error {
	if err := a.MayUseRepository(have, LevelToManage); err != nil {
		return err
	}
	if !a.Sudo(now) {
		return ErrSudoNeeded
	}
	return nil
}

// MayStaff allows what needs at least a staff role. The staff's pages don't
// exist for anyone else, and none of it may be done while acting for someone.
func (a Actor) MayStaff(need StaffRole) error {
	switch {
	case a.Operator:
		return nil
	case a.UserID == 0, a.Staff == "", a.ActingFor != nil, a.TokenID != 0, a.Suspended:
		return ErrNotFound
	case a.Staff.rank() < need.rank():
		return ErrForbidden
	}
	return nil
}

// MayStaffNow is MayStaff for what staff does to others: the session has to be
// confirmed lately.
func (a Actor) MayStaffNow(need StaffRole, now time.Time) error {
	if err := a.MayStaff(need); err != nil {
		return err
	}
	if !a.Sudo(now) {
		return ErrSudoNeeded
	}
	return nil
}

// MayHandle allows to decide on someone who is staff too: only who is above
// them may.
func (a Actor) MayHandle(role StaffRole) error {
	if a.Operator || a.Staff.Above(role) {
		return nil
	}
	return ErrAboveYou
}

// MayReadEveryLog allows to read the audit log of everyone, and to take it along.
func (a Actor) MayReadEveryLog() error { return a.MayStaff(StaffAdministrator) }

// MayActForOthers allows to act as someone who needs help.
func (a Actor) MayActForOthers(now time.Time) error {
	if a.UserID == 0 {
		return ErrNotFound
	}
	return a.MayStaffNow(StaffSupport, now)
}
