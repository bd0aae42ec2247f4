package models

// MayCreateRepository allows an app to make repositories on the account of an
// installation: it may administer those there are.
func (i *Installation) MayCreateRepository() error {
	if i.Suspended() || i.Permissions["administration"].Rank() < LevelWrite.Rank() {
		return ErrNotForApps
	}
	return nil
}

// MayCreateRepositoryIn is MayCreateRepository on an account.
func (i *Installation) MayCreateRepositoryIn(accountID int64) error {
	if i.AccountID != accountID {
		return ErrNotForApps
	}
	return i.MayCreateRepository()
}
