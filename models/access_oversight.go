package models

// MayReviewIntegrations allows to look through what is installed and authorized on an
// account, and to decide about it: oneself, and an organization's owners.
func (a Actor) MayReviewIntegrations(accountID int64, suspended bool) error {
	if accountID == a.UserID && a.UserID != 0 {
		return a.MayManageSelf()
	}
	return a.MayChangeOrganization(accountID, suspended)
}

// MayExportIntegrations allows to take the list along: whoever may see it, but no
// program.
func (a Actor) MayExportIntegrations(accountID int64) error {
	if a.TokenID != 0 {
		return ErrForbidden
	}
	return a.MaySeeInstallationsOf(accountID)
}

// MayAnswerReview allows to answer what owners asked in a review: whoever was asked.
func (a Actor) MayAnswerReview(askedID int64) error {
	if a.UserID == 0 || a.UserID != askedID {
		return ErrNotFound
	}
	return a.MayAct()
}
