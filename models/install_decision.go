package models

// InstallOutcome is what comes of somebody's wish to install an app.
type InstallOutcome string

// The outcomes. Split installs on some of the chosen repositories and asks an owner
// for the others.
const (
	InstallNow    InstallOutcome = "install"
	InstallSplit  InstallOutcome = "split"
	InstallAsk    InstallOutcome = "request"
	InstallRefuse InstallOutcome = "refuse"
)

// InstallFacts is what decides on that, beside the actor.
type InstallFacts struct {
	App        AppRights
	Kind       AppKind
	Registered bool
	Public     bool
	Asks       Grants

	Account          int64
	AccountKind      AccountKind
	AccountSuspended bool
	MayRequest       bool // the organization lets members ask
	AdminsMayInstall bool // and administrators of repositories install
	Related          bool // the actor collaborates on a repository of the account
	Policy           Verdict

	Selection Selection
	Chosen    int // repositories
	Mine      int // those of them that the actor administers
}

// InstallDecision is the outcome, and why not a better one.
type InstallDecision struct {
	Outcome InstallOutcome
	Refused error         // with InstallRefuse
	Why     InstallReason // with InstallAsk and InstallSplit
}

// InstallReason is why somebody has to ask.
type InstallReason string

// The reasons.
const (
	WhyOrganization   InstallReason = "organization"   // something is asked of the organization
	WhyAdministration InstallReason = "administration" // or to administer repositories
	WhyNoRepository   InstallReason = "no_repository"  // nothing is asked of repositories, so nobody's are concerned
	WhyAll            InstallReason = "all"            // all repositories are an owner's to give
	WhyOthers         InstallReason = "others"         // of some chosen repositories the actor isn't the administrator
	WhyOwnersOnly     InstallReason = "owners_only"    // the organization wants it so
)

// InstallReasons lists the reasons.
func InstallReasons() []InstallReason {
	return []InstallReason{WhyOrganization, WhyAdministration, WhyNoRepository, WhyAll, WhyOthers, WhyOwnersOnly}
}

// DecideInstall says what comes of the actor's wish to install an app on an account:
// people install on their own, owners on their organization, administrators of
// repositories on those, where nothing else is asked for; everyone else asks.
func (a Actor) DecideInstall(f *InstallFacts) InstallDecision {
	if err := a.mayWantInstall(f); err != nil {
		return InstallDecision{Outcome: InstallRefuse, Refused: err}
	}
	if a.Operator || f.Account == a.UserID || a.RoleIn(f.Account) == RoleOwner {
		return InstallDecision{Outcome: InstallNow}
	}
	why := f.whyAsk()
	if why == "" {
		return InstallDecision{Outcome: InstallNow}
	}
	if err := a.mayAskInstall(f); err != nil {
		return InstallDecision{Outcome: InstallRefuse, Refused: err}
	}
	if why == WhyOthers && f.Mine > 0 {
		return InstallDecision{Outcome: InstallSplit, Why: why}
	}
	return InstallDecision{Outcome: InstallAsk, Why: why}
}

// mayWantInstall refuses what nobody in the actor's place could install or ask for.
func (a Actor) mayWantInstall(f *InstallFacts) error {
	if err := a.MaySeeToInstall(f); err != nil {
		return err
	}
	if err := a.MayAct(); err != nil {
		return err
	}
	switch {
	case f.Kind != GitHubApp || !f.Registered:
		return ErrNotInstallable
	case !f.Public && f.Account != f.App.AccountID:
		return ErrAppOnlyOwn
	case f.App.Suspended:
		return ErrAppStopped
	case f.AccountKind == KindUser && f.Account != a.UserID && !a.Operator:
		return ErrInstallOther
	case f.AccountKind == KindOrganization && !a.Operator && a.RoleIn(f.Account) == "" && (!f.Related || a.suspendedIn(f.Account)):
		return ErrInstallOther
	case f.AccountSuspended && !a.Operator:
		return ErrSuspended
	case f.Policy.Decision == DecisionDeny:
		return ErrInstallPolicy
	}
	return nil
}

// MaySeeToInstall allows to know of an app at all: a private one is seen by its
// integrator, by the members of an integrating organization, and by its managers.
func (a Actor) MaySeeToInstall(f *InstallFacts) error {
	switch {
	case a.UserID == 0 && !a.Operator:
		return ErrSignInNeeded
	case f.Public, a.Operator, f.App.Managed, f.App.AccountID != 0 && (f.App.AccountID == a.UserID || a.RoleIn(f.App.AccountID) != ""):
		return nil
	}
	return ErrNotFound
}

// mayAskInstall allows to ask an organization's owners.
func (a Actor) mayAskInstall(f *InstallFacts) error {
	if err := a.MayActWithMail(); err != nil {
		return err
	}
	if !f.MayRequest {
		return ErrRequestsOff
	}
	return nil
}

// whyAsk is why somebody who isn't an owner has to ask one; "" if they don't.
func (f *InstallFacts) whyAsk() InstallReason {
	switch asked := f.Asks.Installable(); {
	case !asked.OfRepositories():
		return WhyNoRepository
	case asked["administration"] != "":
		return WhyAdministration
	case !asked.RepositoryOnly():
		return WhyOrganization
	case !f.AdminsMayInstall:
		return WhyOwnersOnly
	case f.Selection != SelectSelected:
		return WhyAll
	case f.Chosen == 0 || f.Mine < f.Chosen:
		return WhyOthers
	}
	return ""
}
