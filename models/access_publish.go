package models

import "time"

// This file says who may register apps, write listings and decide on them; the
// words of access.go hold.

// MayRegisterApp allows to register an app for an account: for oneself, or for
// an organization as its owner. What others may install needs a confirmed
// address.
func (a Actor) MayRegisterApp(accountID int64) error {
	if err := a.MayActWithMail(); err != nil {
		return err
	}
	return a.MayActAs(accountID)
}

// MayManageApp allows what app managers may, too: what the app is called, asks
// for and is reached by. Whoever may not doesn't learn that it exists here.
func (a Actor) MayManageApp(app AppRights) error {
	if app.Managed {
		return a.unlessSuspended(app, nil)
	}
	return a.MayOwnApp(app)
}

// MaySeeAppsOf allows to see the list of an account's apps: whoever may register
// them, and those among them whom staff has suspended.
func (a Actor) MaySeeAppsOf(accountID int64) error {
	a.Suspended = false
	return a.MayActAs(accountID)
}

// MaySeeAppSettings allows to look at what MayManageApp allows to change; those
// whom staff has suspended may, too.
func (a Actor) MaySeeAppSettings(app AppRights) error {
	a.Suspended, app.Suspended = false, false
	return a.MayManageApp(app)
}

// MayOwnApp allows what only its integrator may: its listing, its managers, its
// end.
func (a Actor) MayOwnApp(app AppRights) error {
	if app.AccountID == 0 && !a.Operator {
		if a.UserID == 0 {
			return ErrSignInNeeded
		}
		return ErrNotFound
	}
	err := a.MayActAs(app.AccountID)
	if err == ErrNotFound && app.Managed {
		return ErrForbidden // a manager knows that it exists
	}
	return a.unlessSuspended(app, err)
}

// unlessSuspended lets nothing change of what belongs to an account that staff has
// suspended; err is what is refused otherwise.
func (a Actor) unlessSuspended(app AppRights, err error) error {
	if err != nil {
		return err
	}
	if err := a.MayAct(); err != nil {
		return err
	}
	if app.Suspended && !a.Operator {
		return ErrSuspended
	}
	return nil
}

// MayReshapeApp is MayOwnApp for what a stolen session must not be able to do:
// secrets, keys, transfer, deletion. The session has to be confirmed lately.
func (a Actor) MayReshapeApp(app AppRights, now time.Time) error {
	if err := a.MayOwnApp(app); err != nil {
		return err
	}
	if !a.Sudo(now) {
		return ErrSudoNeeded
	}
	return nil
}

// MayRenewCredentials is MayReshapeApp for managers too: keys and secrets are
// what they look after.
func (a Actor) MayRenewCredentials(app AppRights, now time.Time) error {
	if err := a.MayManageApp(app); err != nil {
		return err
	}
	if !a.Sudo(now) {
		return ErrSudoNeeded
	}
	return nil
}

// MayTakeApp allows to accept an app that is offered to an account, or to
// decline it. Whoever may not doesn't learn of the offer.
func (a Actor) MayTakeApp(accountID int64) error {
	if err := a.MayActAs(accountID); err == ErrForbidden {
		return ErrNotFound
	} else if err != nil {
		return err
	}
	return a.MayRegisterApp(accountID)
}

// MayEditListing allows to write a listing and its plans, to hand it in and to
// take it back: its app's integrator.
func (a Actor) MayEditListing(app AppRights) error {
	if err := a.MayActWithMail(); err != nil {
		return err
	}
	return a.MayOwnApp(app)
}

// MayPreviewListing allows to see a listing as it would look: those who write it,
// and reviewers.
func (a Actor) MayPreviewListing(app AppRights) error {
	err := a.MayEditListing(app)
	if err != nil && a.MayReview() == nil {
		return nil
	}
	return err
}

// MayClaim allows to claim a listing for an account. Staff acting for somebody
// can't prove to be them, and programs don't claim.
func (a Actor) MayClaim(accountID int64) error {
	if err := a.MayRegisterApp(accountID); err != nil {
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

// MayReview allows to look at what was handed in.
func (a Actor) MayReview() error { return a.MayStaff(StaffReviewer) }

// MayTakeUp allows to claim what was handed in, to write notes about it and to
// give it back. Nobody looks after their own, or that of an organization that they
// belong to.
func (a Actor) MayTakeUp(app AppRights) error {
	if err := a.MayReview(); err != nil {
		return err
	}
	if a.Operator {
		return nil
	}
	if app.AccountID != 0 && (app.AccountID == a.UserID || a.RoleIn(app.AccountID) != "") || app.Managed {
		return ErrOwnListing
	}
	return nil
}

// MayDecide is MayTakeUp for decisions: the session has to be confirmed lately.
func (a Actor) MayDecide(app AppRights, now time.Time) error {
	if err := a.MayStaffNow(StaffReviewer, now); err != nil {
		return err
	}
	return a.MayTakeUp(app)
}

// MayConfigureMarketplace allows to set how the marketplace is run.
func (a Actor) MayConfigureMarketplace(now time.Time) error {
	return a.MayStaffNow(StaffAdministrator, now)
}

// MayReport allows to report a listing to staff.
func (a Actor) MayReport() error { return a.MayActWithMail() }

// ErrOwnListing refuses to decide on one's own listing.
var ErrOwnListing = &Error{Kind: Forbidden, Code: "own_listing"}
