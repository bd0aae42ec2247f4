package models

// This file says who may look at installations and change them, answer requests for
// them and agree to more; who may install is DecideInstall. The words of access.go
// hold.

// MaySeeInstallationsOf allows to see what is installed on an account: oneself, an
// organization's owners, and staff.
func (a Actor) MaySeeInstallationsOf(accountID int64) error {
	if a.MayStaff(StaffSupport) == nil {
		return nil
	}
	a.Suspended = false
	return a.MayActAs(accountID)
}

// MaySeeInstallation is MaySeeInstallationsOf for one of them: administers says that
// the actor administers a repository that it reaches, which lets one see it, too.
func (a Actor) MaySeeInstallation(accountID int64, administers bool) error {
	err := a.MaySeeInstallationsOf(accountID)
	if err != nil && administers && a.UserID != 0 {
		return nil
	}
	if err == ErrForbidden {
		return ErrNotFound
	}
	return err
}

// MayRunInstallation allows what only the account may do with an installation: give
// it repositories and take them away, suspend it, end it. Suspended says that staff
// has suspended the account; it can still end what is installed on it.
func (a Actor) MayRunInstallation(accountID int64) error {
	err := a.MayActAs(accountID)
	if err == ErrForbidden {
		return ErrNotFound
	}
	return err
}

// GrowFacts is what decides whether an installation may reach more repositories.
type GrowFacts struct {
	Account          int64
	AccountSuspended bool
	AppSuspended     bool // its integrator is, by staff
	Policy           Verdict
}

// MayGrowInstallation is MayRunInstallation for what lets an app reach more: not while
// staff has suspended either side, nor against the organization's policy.
func (a Actor) MayGrowInstallation(f *GrowFacts) error {
	if err := a.MayRunInstallation(f.Account); err != nil {
		return err
	}
	switch {
	case f.AccountSuspended && !a.Operator:
		return ErrSuspended
	case f.AppSuspended:
		return ErrAppStopped
	case f.Policy.Decision == DecisionDeny:
		return ErrInstallPolicy
	}
	return nil
}

// MayChooseRepository allows administrators of a repository to let an installation
// reach it, as far as they could install its app there, and to take it away, whatever
// hinders the app from being installed by now. F is for the repository alone.
func (a Actor) MayChooseRepository(f *InstallFacts, away bool) error {
	if f.Mine == 0 {
		return ErrNotFound
	}
	facts := *f
	if away {
		facts.Policy, facts.AccountSuspended, facts.App.Suspended = Verdict{}, false, false
	}
	switch d := a.DecideInstall(&facts); {
	case d.Outcome == InstallNow:
		return nil
	case d.Outcome == InstallRefuse && d.Refused != ErrRequestsOff:
		return d.Refused
	}
	return ErrOwnerNeeded
}

// MayBarInstallation allows to suspend an installation from the integrator's side, to
// lift that, and to give the installation up.
func (a Actor) MayBarInstallation(app AppRights) error { return a.MayOwnApp(app) }

// MayAnswerInstallRequests allows to answer what members ask for, and to see it: an
// organization's owners.
func (a Actor) MayAnswerInstallRequests(organizationID int64, suspended bool) error {
	return a.MayChangeOrganization(organizationID, suspended)
}

// UpdateFacts is what decides who may agree that an installation may do more.
type UpdateFacts struct {
	Account          int64
	AccountSuspended bool
	AdminsMayInstall bool
	Administers      bool   // a repository that the installation reaches
	More             Grants // what it would get beyond what it has
	Policy           Verdict
}

// MayAgree allows to agree that an installation may do more: whom it is installed on,
// an organization's owners, and, where only repositories are concerned, administrators
// of one that it reaches. Others who administer one learn that an owner has to.
// https://docs.github.com/en/apps/using-github-apps/approving-updated-permissions-for-a-github-app
func (a Actor) MayAgree(f *UpdateFacts) error {
	err := a.MayActAs(f.Account)
	switch {
	case err == nil:
	case !f.Administers:
		return a.MayRunInstallation(f.Account)
	case a.MayAct() != nil:
		return a.MayAct()
	case !f.AdminsMayInstall || !f.More.RepositoryOnly():
		return ErrOwnerNeeded
	}
	switch {
	case f.AccountSuspended && !a.Operator:
		return ErrSuspended
	case f.Policy.Decision == DecisionDeny:
		return ErrInstallPolicy
	}
	return nil
}

// MayAuthorize allows to let an app act in one's name: by oneself, in a browser.
func (a Actor) MayAuthorize() error { return a.MayManageSelf() }

// MayRevokeAuthorizations allows to take that back, which the suspended may, too.
func (a Actor) MayRevokeAuthorizations() error {
	a.Suspended = false
	return a.MayManageSelf()
}

// MaySetAppPolicy allows to set which apps an organization lets in: its owners.
func (a Actor) MaySetAppPolicy(organizationID int64, suspended bool) error {
	return a.MayChangeOrganization(organizationID, suspended)
}

// ErrOwnerNeeded tells administrators of repositories that an owner has to decide.
var ErrOwnerNeeded = &Error{Kind: Forbidden, Code: "owner_needed"}
