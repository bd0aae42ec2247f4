package models

import "time"

// InstallationToken lets an app work as one of its installations for
// InstallationTokenLife. It can be good for less than the installation is, and it is
// never good for more: what it may do is reckoned each time that it is used.
type InstallationToken struct {
	ID             int64
	InstallationID int64
	Permissions    Grants
	RepositoryIDs  []int64 // nil: all that the installation reaches
	CreatedAt      time.Time
	ExpiresAt      time.Time
}

// MayNow is what the token is good for: of what it was made for, what the
// installation still holds and the app still asks for.
func (t *InstallationToken) MayNow(held, asked Grants) Grants {
	return t.Permissions.Within(held).Within(asked.Installable())
}

// NarrowGrants is what a token is good for that is to have these permissions alone;
// none stands for all that are held. It returns ErrTokenBeyond for any that isn't
// held. Whoever may do something with a repository may read what it is called.
func NarrowGrants(held, wanted Grants) (Grants, error) {
	if len(wanted) == 0 {
		return held.canonical(), nil
	}
	if _, ok := wanted.Validate(); !ok || !held.Covers(wanted) {
		return nil, ErrTokenBeyond
	}
	kept := wanted.canonical()
	if level, ok := held.canonical()["metadata"]; ok && kept["metadata"] == "" && kept.OfRepositories() {
		kept["metadata"] = level
	}
	return kept, nil
}

// WorkFacts is what decides whether an app may work as one of its installations.
type WorkFacts struct {
	Installation        *Installation
	AccountSuspended    bool // by staff
	IntegratorSuspended bool
	Policy              Verdict // of the organization, on what the installation holds
}

// MayWork allows an app to work as one of its installations: to get tokens, and to
// use those that it has. It returns ErrInstallationStopped and ErrInstallPolicy.
func (f *WorkFacts) MayWork() error {
	switch {
	case f.Installation.Suspended(), f.AccountSuspended, f.IntegratorSuspended:
		return ErrInstallationStopped
	case f.Policy.Decision == DecisionDeny:
		return ErrInstallPolicy
	}
	return nil
}
