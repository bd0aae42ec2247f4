package models

// MaySeePurchases allows a program to see what its user has bought.
func (a Actor) MaySeePurchases() error {
	if a.TokenID == 0 {
		return ErrSignInNeeded
	}
	if a.Granted != nil { // GitHub's don't need a permission for that
		return a.MayAct()
	}
	return a.MayByToken("read:user")
}

// MaySeePurchasesOfOrganizations allows the same for organizations that the user
// belongs to.
func (a Actor) MaySeePurchasesOfOrganizations() error {
	if err := a.MaySeePurchases(); err != nil {
		return err
	}
	return a.MayByToken("read:org")
}
