// Package handlers holds the map: every address of Souk and the function that
// answers it, by audience. The addresses themselves are in web/paths.
package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"souk/handlers/account"
	"souk/handlers/api"
	"souk/handlers/audits"
	"souk/handlers/dev"
	"souk/handlers/entry"
	"souk/handlers/machines"
	"souk/handlers/operations"
	"souk/handlers/organizations"
	"souk/handlers/repositories"
	"souk/handlers/security"
	"souk/handlers/site"
	"souk/handlers/staff"
	"souk/static"
	"souk/web"
	"souk/web/paths"
)

// Handlers are everything that addresses lead to. Dev is nil outside of
// development.
type Handlers struct {
	Site       *site.Site
	API        *api.API
	Machines   *machines.Machines
	Operations *operations.Operations
	Dev        *dev.Dev
	Mailbox    *dev.Mailbox // nil where mail is sent, or others could read it
	Clock      *dev.Clock   // nil but on this machine alone
	People
	Publishing
	Buying
	Installing
}

// Routes puts every handler behind its addresses.
func Routes(e *echo.Echo, h Handlers) {
	// Anyone
	shown(e, h)

	// Coming in
	entered(e, h.Entry, h.Security)

	// What is one's own: nobody gets here without signing in
	// (account, security, inbox)
	// (no group: Echo would give its middleware to every unknown address too)
	mine := []echo.MiddlewareFunc{web.SignedIn, web.Active}
	e.GET(paths.Notifications, h.Inbox.List, mine...)
	e.GET(paths.NotificationPat, h.Inbox.Follow, mine...)
	e.POST(paths.NotificationDonePat, h.Inbox.Finish, mine...)
	e.POST(paths.NotificationRestorePat, h.Inbox.Restore, mine...)
	e.POST(paths.NotificationsDone, h.Inbox.FinishAll, mine...)
	e.POST(paths.NotificationsRead, h.Inbox.ReadAll, mine...)
	settle(e, h.Account, h.Security)
	secure(e, h.Security)

	// Organizations
	organized(e, h.Organizations, h.Security.Confirmed)

	// Apps and listings, as integrators make them and staff decides on them
	publish(e, h, stands(h))

	// Plans that are bought, and the money around them
	buy(e, h, stands(h))

	// What people let apps do: installations and authorizations
	install(e, h, stands(h))

	// Accounts' pages and repositories; what is called otherwise wins over them,
	// since they take any first part
	owned(e, h.Repositories, h.Security)

	// Staff, and the audit logs of everyone
	logged(e, h.Audits, h.Organizations.Renamed)
	staffed(e, h.Staff, h.Audits, h.Security.Confirmed)

	// Programs: the catalogue API, and what feed readers, crawlers and other
	// sites ask for
	h.API.Routes(e)
	h.Machines.Routes(e)

	// Whoever runs Souk
	get(e, paths.Health, h.Operations.Alive)
	get(e, paths.Ready, h.Operations.Ready)

	// Whoever works on Souk
	developed(e, h)
}

// developed is what only development has, most of it for this machine alone.
func developed(e *echo.Echo, h Handlers) {
	if h.Dev != nil {
		get(e, paths.Gallery, h.Dev.Gallery)
	}
	if h.Clock != nil {
		e.GET(paths.Clock, h.Clock.Show, dev.Near)
		e.POST(paths.Clock, h.Clock.Move, dev.Near)
	}
	if h.Mailbox != nil {
		e.GET(paths.Mailbox, h.Mailbox.List, dev.Near)
		e.GET(paths.MailboxPat, h.Mailbox.Message, dev.Near)
		e.GET(paths.MailboxHTMLPat, h.Mailbox.HTML, dev.Near)
	}
}

// shown is what anyone sees of the catalogue and of the help.
func shown(e *echo.Echo, h Handlers) {
	get(e, paths.Home, h.Site.Home)
	get(e, paths.Browse, h.Site.Browse)
	get(e, paths.CategoryPat, h.Site.Category)
	get(e, paths.Compare, h.Site.Compare)
	get(e, paths.Suggest, h.Site.Suggest)
	get(e, paths.ListingPat, h.Site.Listing)
	get(e, paths.AppPat, h.Ownership.App(h.Site.App))
	get(e, paths.PublisherPat, h.Site.Publisher)
	get(e, paths.Docs, h.Site.Docs)
	get(e, paths.DocPat, h.Site.Doc)
	get(e, paths.ArticlePat, h.Site.Article)
	get(e, paths.StaticPat, echo.WrapHandler(static.Handler()))
	get(e, paths.Favicon, echo.WrapHandler(static.Icon()))
	e.POST(paths.Preferences, h.Site.Preferences, h.Account.RememberTheme)
}

// entered puts joining, signing in and the links of mails behind their addresses.
func entered(e *echo.Echo, in *entry.Entry, s *security.Security) {
	get(e, paths.Join, in.Join)
	e.POST(paths.Join, in.JoinPost)
	get(e, paths.Login, in.SignIn)
	e.POST(paths.Login, in.SignInPost)
	get(e, paths.LoginLinkPat, in.Link)
	e.POST(paths.LoginLinkPat, in.LinkPost)
	get(e, paths.Logout, in.SignOut)
	e.POST(paths.Logout, in.SignOutPost)
	get(e, paths.PasswordReset, in.Reset)
	e.POST(paths.PasswordReset, in.ResetPost)
	get(e, paths.PasswordResetSent, in.ResetSent)
	get(e, paths.PasswordResetPat, in.NewPassword)
	e.POST(paths.PasswordResetPat, in.NewPasswordPost)
	get(e, paths.VerifyPat, in.Verify)
	e.POST(paths.VerifyPat, in.VerifyPost)

	get(e, paths.LoginSecond, s.Second)
	e.POST(paths.LoginSecond, s.FinishSecond)
	e.POST(paths.LoginSecondPasskeyBegin, s.BeginSecond)
	e.POST(paths.LoginSecondPasskeyFinish, s.FinishSecondPasskey)
	e.POST(paths.LoginPasskeyBegin, s.BeginSignIn)
	e.POST(paths.LoginPasskeyFinish, s.FinishSignIn)
}

// settle puts what people set for themselves behind its addresses. Those whom
// staff has suspended may look, and take their data along.
func settle(e *echo.Echo, a *account.Account, s *security.Security) {
	mine := []echo.MiddlewareFunc{web.SignedIn, web.Active}
	sure := append(slices.Clip(mine), s.Confirmed)
	e.GET(paths.Settings, a.Settings, mine...)
	e.GET(paths.SettingsProfile, a.Profile, mine...)
	e.POST(paths.SettingsProfile, a.SaveProfile, mine...)
	e.GET(paths.SettingsAccount, a.Overview, mine...)
	e.GET(paths.SettingsLogin, a.Login, sure...)
	e.POST(paths.SettingsLogin, a.ChangeLogin, sure...)
	e.GET(paths.SettingsMail, a.Mail, sure...)
	e.POST(paths.SettingsMail, a.ChangeMail, sure...)
	e.POST(paths.SettingsMailCancel, a.CancelMail, mine...)
	e.POST(paths.SettingsMailResend, a.ResendMail, mine...)
	e.GET(paths.SettingsExport, a.Export, sure...)
	e.GET(paths.SettingsDelete, a.Deleting, sure...)
	e.POST(paths.SettingsDelete, a.Delete, sure...)
	e.GET(paths.SettingsAppearance, a.Appearance, mine...)
	e.POST(paths.SettingsAppearance, a.SaveAppearance, mine...)
	e.GET(paths.SettingsNotifications, a.Notifications, mine...)
	e.POST(paths.SettingsNotifications, a.SaveNotifications, mine...)
	e.GET(paths.SettingsTokens, a.Tokens, mine...)
	e.GET(paths.NewToken, a.NewToken, sure...)
	e.POST(paths.NewToken, a.CreateToken, sure...)
	e.GET(paths.TokenRevokePat, a.RevokingToken, mine...)
	e.POST(paths.TokenRevokePat, a.RevokeToken, mine...)
}

// secure puts passwords, second factors and sessions behind their addresses.
// What changes how one signs in asks first whether it is still the same person.
// Those whom staff has suspended may still end sessions, and confirm theirs to
// take their data along.
func secure(e *echo.Echo, s *security.Security) {
	mine := []echo.MiddlewareFunc{web.SignedIn, web.Active}
	sure := append(slices.Clip(mine), s.Confirmed)
	e.GET(paths.SettingsSecurity, s.Overview, mine...)
	e.GET(paths.SecurityPassword, s.Password, mine...)
	e.POST(paths.SecurityPassword, s.ChangePassword, mine...)
	e.GET(paths.SecurityPasswordRemove, s.RemovePassword, sure...)
	e.POST(paths.SecurityPasswordRemove, s.PasswordRemoved, sure...)
	e.POST(paths.SecuritySessionsEnd, s.EndOtherSessions, web.SignedIn)
	e.POST(paths.SecuritySessionEndPat, s.EndSession, web.SignedIn)
	e.GET(paths.SecurityTwoFactor, s.App, sure...)
	e.POST(paths.SecurityTwoFactor, s.ConfirmApp, sure...)
	e.GET(paths.SecurityTwoFactorOff, s.TurnOff, sure...)
	e.POST(paths.SecurityTwoFactorOff, s.TurnedOff, sure...)
	e.GET(paths.SecurityCodes, s.Codes, sure...)
	e.POST(paths.SecurityCodes, s.NewCodes, sure...)
	e.GET(paths.SecurityPasskeyNew, s.NewPasskey, sure...)
	e.POST(paths.SecurityPasskeyBegin, s.BeginPasskey, mine...)
	e.POST(paths.SecurityPasskeyFinish, s.FinishPasskey, mine...)
	e.GET(paths.SecurityPasskeyPat, s.Passkey, mine...)
	e.POST(paths.SecurityPasskeyPat, s.RenamePasskey, mine...)
	e.GET(paths.SecurityPasskeyRemovePat, s.RemovePasskey, sure...)
	e.POST(paths.SecurityPasskeyRemovePat, s.PasskeyRemoved, sure...)
	e.GET(paths.Sudo, s.Sudo, web.SignedIn)
	e.POST(paths.Sudo, s.SudoPost, web.SignedIn)
	e.POST(paths.SudoPasskeyBegin, s.BeginSudo, web.SignedIn)
	e.POST(paths.SudoPasskeyFinish, s.FinishSudo, web.SignedIn)
}

// organized puts organizations behind their addresses. What could take one away
// from its owners asks first whether it is still the same person.
func organized(e *echo.Echo, o *organizations.Organizations, confirmed echo.MiddlewareFunc) {
	mine := []echo.MiddlewareFunc{web.SignedIn, web.Active}
	theirs := append(slices.Clip(mine), o.Renamed)
	sure := append(slices.Clip(theirs), confirmed)
	e.GET(paths.SettingsOrganizations, o.Mine, mine...)
	e.GET(paths.NewOrganization, o.New, mine...)
	e.POST(paths.NewOrganization, o.Create, mine...)
	e.GET(paths.OrgPeoplePat, o.People, theirs...)
	e.GET(paths.OrgInvitationsPat, o.Offers, theirs...)
	e.POST(paths.OrgInvitationsPat, o.Invite, theirs...)
	e.POST(paths.OrgWithdrawPat, o.Withdraw, theirs...)
	e.POST(paths.OrgResendPat, o.Resend, theirs...)
	e.GET(paths.OrgPersonPat, o.Member, theirs...)
	e.POST(paths.OrgRolePat, o.ChangeRole, sure...)
	e.GET(paths.OrgRemovePat, o.Remove, theirs...)
	e.POST(paths.OrgRemovePat, o.RemovePost, theirs...)
	e.GET(paths.OrgLeavePat, o.Leave, theirs...)
	e.POST(paths.OrgLeavePat, o.LeavePost, theirs...)
	e.GET(paths.OrgInvitationPat, o.Received, theirs...)
	e.POST(paths.OrgInvitationPat, o.Accept, theirs...)
	e.POST(paths.OrgDeclinePat, o.Decline, theirs...)
	e.GET(paths.InvitationPat, o.ByMail)
	e.POST(paths.InvitationPat, o.AcceptByMail, mine...)
	e.POST(paths.DeclineInvitationPat, o.DeclineByMail)

	e.GET(paths.OrgProfilePat, o.Profile, theirs...)
	e.POST(paths.OrgProfilePat, o.SaveProfile, theirs...)
	e.POST(paths.OrgMailPat, o.SetMail, theirs...)
	e.POST(paths.OrgAskMailPat, o.AskMail, theirs...)
	e.GET(paths.OrgRenamePat, o.Rename, sure...)
	e.POST(paths.OrgRenamePat, o.RenamePost, sure...)
	e.GET(paths.OrgDeletePat, o.Delete, sure...)
	e.POST(paths.OrgDeletePat, o.DeletePost, sure...)
	e.GET(paths.OrgPrivilegesPat, o.Privileges, theirs...)
	e.POST(paths.OrgPrivilegesPat, o.SavePrivileges, theirs...)
	e.GET(paths.OrgSecurityPat, o.Security, theirs...)
	e.POST(paths.OrgSecurityPat, o.RequireTwoFactor, sure...)
	e.GET(paths.OrgDomainsPat, o.Domains, theirs...)
	e.POST(paths.OrgDomainsPat, o.AddDomain, sure...)
	e.GET(paths.OrgDomainPat, o.Domain, theirs...)
	e.POST(paths.OrgCheckDomainPat, o.CheckDomain, theirs...)
	e.GET(paths.OrgRemoveDomainPat, o.RemoveDomain, theirs...)
	e.POST(paths.OrgRemoveDomainPat, o.RemoveDomainPost, sure...)
}

// owned are the pages of accounts and of their repositories. Anyone may look;
// what shows, moves or deletes a repository asks first whether it is still the
// same person.
func owned(e *echo.Echo, r *repositories.Repositories, s *security.Security) {
	mine := []echo.MiddlewareFunc{web.SignedIn, web.Active}
	sure := append(slices.Clip(mine), s.Confirmed)
	get(e, paths.AccountPat, r.Account)
	get(e, paths.RepositoryPat, r.Repository)
	e.GET(paths.SettingsRepositories, r.Mine, mine...)
	e.GET(paths.NewRepository, r.NewForm, mine...)
	e.POST(paths.NewRepository, r.Create, mine...)
	e.GET(paths.ImportRepositories, r.ImportForm, mine...)
	e.POST(paths.ImportRepositories, r.Import, append(slices.Clip(mine), web.AtMost(importBytes))...)
	e.GET(paths.RepositorySettingsPat, r.Settings, mine...)
	e.POST(paths.RepositorySettingsPat, r.Describe, mine...)
	e.POST(paths.RepositoryRenamePat, r.Rename, mine...)
	e.POST(paths.RepositoryArchivePat, r.Archive, mine...)
	e.POST(paths.RepositoryUnarchivePat, r.Unarchive, mine...)
	e.GET(paths.RepositoryVisibilityPat, r.VisibilityForm, sure...)
	e.POST(paths.RepositoryVisibilityPat, r.SetVisibility, sure...)
	e.GET(paths.RepositoryTransferPat, r.TransferForm, sure...)
	e.POST(paths.RepositoryTransferPat, r.Transfer, sure...)
	e.POST(paths.RepositoryCancelPat, r.CancelTransfer, mine...)
	e.GET(paths.RepositoryDeletePat, r.DeleteForm, sure...)
	e.POST(paths.RepositoryDeletePat, r.Delete, sure...)
	e.GET(paths.RepositoryAccessPat, r.Access, mine...)
	e.POST(paths.RepositoryAccessPat, r.AddCollaborator, mine...)
	e.POST(paths.CollaboratorPat, r.ChangeCollaborator, mine...)
	e.POST(paths.CollaboratorRemovePat, r.RemoveCollaborator, mine...)
	e.GET(paths.RepositoryLeavePat, r.LeaveForm, mine...)
	e.POST(paths.RepositoryLeavePat, r.Leave, mine...)
	e.GET(paths.RepositoryTakePat, r.TakeForm, mine...)
	e.POST(paths.RepositoryAcceptPat, r.Accept, mine...)
	e.POST(paths.RepositoryRefusePat, r.Decline, mine...)
}

// logged puts the audit logs of oneself and of organizations behind their
// addresses. Those whom staff has suspended may read them.
func logged(e *echo.Echo, a *audits.Audits, renamed echo.MiddlewareFunc) {
	e.GET(paths.SettingsAudit, a.Personal, web.SignedIn)
	e.GET(paths.SettingsAudit+paths.AuditFile, a.PersonalFile, web.SignedIn)
	e.GET(paths.OrgAuditPat, a.Organization, web.SignedIn, renamed)
	e.GET(paths.OrgAuditPat+paths.AuditFile, a.OrganizationFile, web.SignedIn, renamed)
}

// staffed puts what staff does behind its addresses, which don't exist for
// anyone else. What is done to people asks first whether it is still the same
// person.
func staffed(e *echo.Echo, s *staff.Staff, a *audits.Audits, confirmed echo.MiddlewareFunc) {
	ours := []echo.MiddlewareFunc{web.SignedIn, s.Only}
	sure := append(slices.Clip(ours), confirmed)
	e.GET(paths.Staff, s.Desk, ours...)
	e.GET(paths.StaffAccounts, s.Accounts, ours...)
	e.GET(paths.StaffAccountPat, s.Account, ours...)
	e.POST(paths.StaffAccountSuspendPat, s.Suspend, sure...)
	e.POST(paths.StaffAccountReinstatePat, s.Reinstate, sure...)
	e.POST(paths.StaffAccountActPat, s.Act, sure...)
	e.GET(paths.StaffTeam, s.Team, ours...)
	e.POST(paths.StaffTeam, s.SetRole, sure...)
	e.GET(paths.StaffAudit, a.Everyone, ours...)
	e.GET(paths.StaffAudit+paths.AuditFile, a.EveryoneFile, ours...)
	e.POST(paths.EndActing, s.EndActing, web.SignedIn)
}

// before is what stands before a handler, by who may come that far. Nothing
// stands before what anyone may see.
type before struct {
	mine      []echo.MiddlewareFunc // whoever has signed in; who is suspended may look
	sure      []echo.MiddlewareFunc // and has confirmed the session lately
	theirs    []echo.MiddlewareFunc // mine, of an organization :org, whose old logins lead on
	theirSure []echo.MiddlewareFunc
	ours      []echo.MiddlewareFunc // staff
	ourSure   []echo.MiddlewareFunc
}

// stands is what stands before the handlers of apps, listings and purchases.
func stands(h Handlers) before {
	b := before{mine: []echo.MiddlewareFunc{web.SignedIn, web.Active}, ours: []echo.MiddlewareFunc{web.SignedIn, h.Staff.Only}}
	b.theirs = append(slices.Clip(b.mine), h.Organizations.Renamed)
	b.sure = append(slices.Clip(b.mine), h.Security.Confirmed)
	b.theirSure = append(slices.Clip(b.theirs), h.Security.Confirmed)
	b.ourSure = append(slices.Clip(b.ours), h.Security.Confirmed)
	return b
}

// publish puts what apps and listings go through behind its addresses, from an
// idea to a page and its end. The parts are in the files routes_*.go.
func publish(e *echo.Echo, h Handlers, b before) {
	appsRoutes(e, h.Apps, b)
	credentialsRoutes(e, h.Credentials, b)
	ownershipRoutes(e, h.Ownership, b)
	listingsRoutes(e, h.Listings, b)
	mediaRoutes(e, h.Media, b)
	plansRoutes(e, h.Plans, b)
	reviewsRoutes(e, h.Reviews, b)
	moderationRoutes(e, h.Moderation, b)
	claimsRoutes(e, h.Claims, b)
	insightsRoutes(e, h.Insights, b)
}

// importBytes is how large a list of repositories may be.
const importBytes = "8M"

// get answers GET, and HEAD with the same headers.
func get(e *echo.Echo, path string, h echo.HandlerFunc) {
	e.Match([]string{http.MethodGet, http.MethodHead}, path, h)
}
