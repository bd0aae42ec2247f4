package models

// MayCreateRepository allows an app to make repositories on the account of an
// installation: it may administer those there are.
func (i *Installation) MayCreateRepository() error {
	if i.Suspended() || i.Permissions["administration"].Rank() < LevelWrite.Rank() {
		return ErrForbidden
	}
	return nil
}
