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

// MayChooseByToken allows a program to choose the repositories of installations, which
// no GitHub App does for itself.
func (a Actor) MayChooseByToken() error {
	if a.Granted != nil {
		return ErrNotForApps
	}
	return a.MayByToken("repo")
}
