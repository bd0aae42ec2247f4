package models

// This file says who may ask an organization to let an OAuth App in, and who answers.
// The words of access.go hold.

// MayAskApproval allows to ask an organization's owners to let an OAuth App in: those
// who belong to it, unless it has switched such requests off.
func (a Actor) MayAskApproval(organizationID int64, suspended, mayRequest bool) error {
	if err := a.MayActWithMail(); err != nil {
		return err
	}
	switch role := a.RoleIn(organizationID); {
	case role == "":
		return ErrNotFound
	case a.TokenID != 0:
		return ErrForbidden
	case suspended:
		return ErrSuspended
	case role != RoleOwner && !mayRequest:
		return ErrRequestsOff
	}
	return nil
}

// MaySeeApprovals allows to see which OAuth Apps an organization lets in, and which its
// members use: its owners.
func (a Actor) MaySeeApprovals(organizationID int64) error {
	return a.MayOwnOrganization(organizationID)
}

// MayApprove allows to let an OAuth App in, or keep it out, and to say whether that is
// needed: an organization's owners.
func (a Actor) MayApprove(organizationID int64, suspended bool) error {
	return a.MayChangeOrganization(organizationID, suspended)
}
