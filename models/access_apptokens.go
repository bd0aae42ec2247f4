package models

// This file says what programs may ask of installations; the words of access.go hold.

// MayComeThroughApp allows what a user sees of a GitHub App's installations with a
// token that the app got for them.
func (a Actor) MayComeThroughApp() error {
	if err := a.MayByToken(""); err != nil {
		return err
	}
	if a.AppID == 0 || a.Granted == nil {
		return ErrUserTokenNeeded
	}
	return nil
}

// MayCreateRepositoryByToken allows a program to make a repository in somebody's name,
// which no GitHub App does: it makes those of an installation.
func (a Actor) MayCreateRepositoryByToken(private bool) error {
	if a.Granted != nil {
		return ErrNotForApps
	}
	if private {
		return a.MayByToken("repo")
	}
	return a.MayByToken("public_repo")
}

// MayChooseByToken allows a program to choose the repositories of installations, which
// no GitHub App does for itself.
func (a Actor) MayChooseByToken() error {
	if a.Granted != nil {
		return ErrNotForApps
	}
	return a.MayByToken("repo")
}
