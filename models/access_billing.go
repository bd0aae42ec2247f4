package models

import "time"

// This file says who may buy, sell and see the money; the words of access.go hold.
// Who may place orders for an account is MayPayFor.

// MaySeeBilling allows to see what an account has bought and paid: whoever may pay
// for it, those among them whom staff has suspended, and staff.
func (a Actor) MaySeeBilling(accountID int64) error {
	if a.MayStaff(StaffSupport) == nil {
		return nil
	}
	a.Suspended = false
	return a.MayPayFor(accountID)
}

// MayOrderFor is MayPayFor for what reaches other people: it needs a confirmed mail
// address, and an account that staff hasn't suspended. Staff acting for somebody
// spends no money of theirs.
func (a Actor) MayOrderFor(accountID int64, suspended bool) error {
	if err := a.MayPayFor(accountID); err != nil {
		return err
	}
	switch {
	case suspended && !a.Operator:
		return ErrSuspended
	case a.ActingFor != nil:
		return ErrNotForActing
	}
	return a.MayActWithMail()
}

// MayAskToBuy allows to ask that an organization buys: its members, and its billing
// managers, whom its policy may tell to ask. Owners get ErrForbidden, and buy.
func (a Actor) MayAskToBuy(organizationID int64) error {
	if err := a.MayActWithMail(); err != nil {
		return err
	}
	switch a.RoleIn(organizationID) {
	case RoleMember, RoleBillingManager:
		return nil
	case "":
		return ErrNotFound
	}
	return ErrForbidden
}

// MaySetBuyingRules allows to set an organization's policy and budgets: its owners.
func (a Actor) MaySetBuyingRules(organizationID int64, suspended bool) error {
	return a.MayChangeOrganization(organizationID, suspended)
}

// MaySeeSalesOf allows to see what an account earns: itself, an organization's
// owners and billing managers, and staff.
func (a Actor) MaySeeSalesOf(accountID int64) error { return a.MaySeeBilling(accountID) }

// MaySellAs allows to set how an account is paid: itself, or an organization's
// owners, with a session that was confirmed lately.
func (a Actor) MaySellAs(accountID int64, now time.Time) error {
	if err := a.MayActWithMail(); err != nil {
		return err
	}
	if err := a.MayActAs(accountID); err != nil {
		return err
	}
	switch {
	case a.ActingFor != nil:
		return ErrNotForActing
	case a.TokenID != 0:
		return ErrForbidden
	case !a.Sudo(now):
		return ErrSudoNeeded
	}
	return nil
}

// MaySeeSelling allows to see what MaySellAs allows to set, without a lately
// confirmed session.
func (a Actor) MaySeeSelling(accountID int64) error {
	a.Suspended = false
	return a.MayActAs(accountID)
}

// MaySell allows to change what concerns the buyers of a listing: coupons, prices,
// marking an invoice as paid. It is its integrator, with its billing managers.
func (a Actor) MaySell(app AppRights) error {
	if app.AccountID == 0 {
		return a.MayOwnApp(app)
	}
	return a.unlessSuspended(app, a.MayPayFor(app.AccountID))
}

// MaySeeSales allows to look at what MaySell allows to change, and staff too.
func (a Actor) MaySeeSales(app AppRights) error {
	a.Suspended = false
	if app.AccountID == 0 {
		return a.MayOwnApp(app)
	}
	return a.MaySeeSalesOf(app.AccountID)
}

// MayRefund allows to give money back: the seller within limits, with a session that
// was confirmed lately, and staff always.
func (a Actor) MayRefund(app AppRights, now time.Time) error {
	if a.MayStaff(StaffSupport) == nil {
		return a.MayStaffNow(StaffSupport, now)
	}
	if err := a.MaySell(app); err != nil {
		return err
	}
	if a.ActingFor != nil {
		return ErrNotForActing
	}
	if !a.Sudo(now) {
		return ErrSudoNeeded
	}
	return nil
}

// MayKeepTaxes allows to edit the taxes: administrators.
func (a Actor) MayKeepTaxes() error { return a.MayStaff(StaffAdministrator) }

// MaySeeDeliveries allows to see what an app was told, and to send it again: its
// integrator and its managers.
func (a Actor) MaySeeDeliveries(app AppRights) error { return a.MaySeeAppSettings(app) }

// MayRedeliver allows to send again what an app was told.
func (a Actor) MayRedeliver(app AppRights) error { return a.MayManageApp(app) }
