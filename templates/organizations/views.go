package organizations

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// Org is the organization that a page is about.
type Org struct {
	Login    string
	Name     string // the login where it gave none
	Verified bool
	Owner    bool // the reader owns it
	Payer    bool // the reader pays for it
}

// shell stands around a page of an organization; current is the page's address.
func (o *Org) shell(ctx context.Context, title, current string) account.Shell {
	menu := MemberMenu(ctx, o.Login, current)
	if o.Owner {
		menu = Menu(ctx, o.Login, current)
	} else if o.Payer {
		menu = append(menu, account.Money(ctx, o.Login, current, false))
	}
	return account.Shell{Title: title, Login: o.Login, Whose: o.Name, Menu: menu}
}

// Menu is the menu of an organization's owners; current is the address of this
// page.
func Menu(ctx context.Context, login, current string) []account.MenuGroup {
	link := linkTo(ctx, current)
	return []account.MenuGroup{
		{Links: []account.MenuLink{
			link(ui.IconPeople, "organizations.menu.people", paths.OrgPeople(login)),
			link(ui.IconMail, "organizations.menu.invitations", paths.OrgInvitations(login)),
		}},
		{Title: i18n.T(ctx, "organizations.menu.settings"), Links: []account.MenuLink{
			link(ui.IconBuilding, "organizations.menu.profile", paths.OrgSettings(login, "profile")),
			link(ui.IconSettings, "organizations.menu.privileges", paths.OrgSettings(login, "member_privileges")),
			link(ui.IconShield, "organizations.menu.security", paths.OrgSettings(login, "security")),
			link(ui.IconGlobe, "organizations.menu.domains", paths.OrgSettings(login, "domains")),
			link(ui.IconClock, "organizations.menu.audit", paths.OrgSettings(login, "audit-log")),
		}},
		account.Integrations(ctx, login, current),
		account.Money(ctx, login, current, true),
		{Title: i18n.T(ctx, "account.menu.developer"), Links: []account.MenuLink{
			link(ui.IconCode, "account.menu.github_apps", paths.OrgApps(login, "")),
			link(ui.IconGlobe, "account.menu.oauth_apps", paths.OrgOAuthApps(login, "")),
		}},
	}
}

// MemberMenu is the menu of everyone else in an organization.
func MemberMenu(ctx context.Context, login, current string) []account.MenuGroup {
	link := linkTo(ctx, current)
	return []account.MenuGroup{{Links: []account.MenuLink{
		link(ui.IconPeople, "organizations.menu.people", paths.OrgPeople(login)),
		link(ui.IconSignOut, "organizations.menu.leave", paths.OrgLeave(login)),
	}}}
}

// Payer is whose billing a page is about. Role is the reader's in the
// organization: "owner", "billing_manager", or "" for staff.
type Payer struct {
	Organization string // its login; "" where it is one's own account
	Name         string
	Role         string
}

// Shell stands around a page about what the account pays; current is the address
// in the menu that the page belongs to.
func (p Payer) Shell(ctx context.Context, title, current string) account.Shell {
	if p.Organization == "" {
		s := personal(ctx, title)
		s.Menu = account.PersonalMenu(ctx, current)
		return s
	}
	s := account.Shell{Title: title, Login: p.Organization, Whose: p.Name}
	if s.Whose == "" {
		s.Whose = p.Organization
	}
	switch p.Role {
	case "owner":
		s.Menu = Menu(ctx, p.Organization, current)
	case "":
		s.Menu = []account.MenuGroup{account.Money(ctx, p.Organization, current, false)}
	default:
		s.Menu = append(MemberMenu(ctx, p.Organization, current), account.Money(ctx, p.Organization, current, false))
	}
	return s
}

func linkTo(ctx context.Context, current string) func(ui.Icon, string, string) account.MenuLink {
	return func(icon ui.Icon, key, path string) account.MenuLink {
		return account.MenuLink{Icon: icon, Text: i18n.T(ctx, key), Path: path, Current: path == current}
	}
}

// personal stands around a page about one's own organizations.
func personal(ctx context.Context, title string) account.Shell {
	s := account.Shell{Title: title, Menu: account.PersonalMenu(ctx, paths.SettingsOrganizations)}
	if v := view.From(ctx).Viewer; v != nil {
		s.Login, s.Whose = v.Login, v.Login
		if v.Name != "" {
			s.Whose = v.Name
		}
	}
	return s
}

// role is a role in words.
func role(ctx context.Context, code string) string { return i18n.T(ctx, "organizations.role."+code) }

// roleOptions are the roles with what each may do.
func roleOptions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, code := range []string{"member", "billing_manager", "owner"} {
		all = append(all, ui.Option{Value: code, Label: role(ctx, code), Help: i18n.T(ctx, "organizations.role_help."+code)})
	}
	return all
}

// exact and day are a time as an attribute and in words.
func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func day(ctx context.Context, t time.Time) string { return i18n.Date(ctx, t.In(zone(ctx))) }

func minute(ctx context.Context, t time.Time) string { return i18n.DateTime(ctx, t.In(zone(ctx))) }

// zone is the reader's time zone.
func zone(ctx context.Context) *time.Location {
	if v := view.From(ctx).Viewer; v != nil {
		return i18n.Zone(v.TimeZone)
	}
	return time.UTC
}

// New is the form for a new organization.
type New struct {
	Login, Name, Mail string
	Base              string // the site's address
	Problems          ui.Problems
}

// Mine is one's organizations and the invitations to others.
type Mine struct {
	List     []Belonging
	Received []Received
}

// Belonging is one organization of the reader.
type Belonging struct {
	Org
	Role      string
	Suspended bool
	LastOwner bool
	People    int
}

// Received is an invitation to the reader.
type Received struct {
	Org            Org
	Bio            string
	Role           string
	Inviter        string
	Mail           string
	NeedsTwoFactor bool
	ExpiresAt      time.Time
	Token          string // of the link by which the reader came; "" otherwise
	Standing       string // reader, unproven, other, anonymous
	Here           string // this page's address
}

// People is a page of an organization's members.
type People struct {
	Org    Org
	List   []Person
	Total  int
	Text   string
	Role   string
	State  string
	States []string
	Pager  ui.PagerProps
}

func (p *People) filtered() bool { return p.Text != "" || p.Role != "" || p.State != "" }

// Person is a member.
type Person struct {
	Login, Name string
	Role        string
	JoinedAt    time.Time
	TwoFactor   bool
	Suspended   bool
	Self        bool
}

// Member is a page about one member.
type Member struct {
	Org      Org
	Person   Person
	Role     string // as chosen
	Problems ui.Problems
}

// Leave is the page before the reader leaves.
type Leave struct {
	Org       Org
	LastOwner bool
}

// Offers are the invitations that an organization has sent, with the form for
// another one.
type Offers struct {
	Org      Org
	List     []Offer
	Invitee  string
	Role     string
	Problems ui.Problems
}

// Offer is one of them.
type Offer struct {
	ID        int64
	Invitee   string
	Role      string
	Inviter   string
	ExpiresAt time.Time
	Expired   bool
}

// Profile is what an organization says about itself, and its address.
type Profile struct {
	Org                             Org
	Named                           string // the name, or ""
	Bio, Location, WebsiteURL, Mail string
	MailNow                         string // as it is kept
	MailVerified                    bool
	Address                         string // of its page
	Problems                        ui.Problems
	MailProblems                    ui.Problems
}

// Rename is the form for another login.
type Rename struct {
	Org      Org
	Login    string
	Base     string
	Problems ui.Problems
}

// Delete is the page before an organization is deleted.
type Delete struct {
	Org                                               Org
	Members, Invitations, Repositories, Domains, Apps int
	Installed                                         int // apps that are installed on it
	Ties                                              []models.Tie
	Typed                                             string
	Problems                                          ui.Problems
}

// Privileges is what members may do.
type Privileges struct {
	Org            Org
	BasePermission string
	Levels         []string
	MayRequest     bool
	AdminsInstall  bool
	OAuthPolicy    string
	Problems       ui.Problems
}

// Security is what is required of members.
type Security struct {
	Org      Org
	Required bool
	Since    time.Time
	Count    int      // members without a second factor
	First    []Person // some of them
	Lacking  bool     // the reader has none
}

// Domains are an organization's domains, and what makes it a verified publisher.
type Domains struct {
	Org       Org
	Mail      string
	MailDone  bool
	TwoFactor bool
	Proven    bool // at least one domain
	List      []Domain
	Typed     string
	Problems  ui.Problems
}

// Domain is one of them.
type Domain struct {
	ID           int64
	Name         string
	Readable     string // in letters, where that is different
	State        string // waiting, verified, failing
	Method       string // dns, file, ""
	CheckedAt    time.Time
	VerifiedAt   time.Time
	FailingSince time.Time
	LostAt       time.Time
	Record, File string
	Challenge    string
}

// DomainPage is how one domain is proven, and what was found.
type DomainPage struct {
	Org      Org
	Domain   Domain
	Looked   bool
	DNS      Finding
	File     Finding
	Problems ui.Problems
}

// Finding is what was found in one place: a code, and what stood there.
type Finding struct {
	Found string
	Seen  []string
}

func tone(state string) ui.Tone {
	switch state {
	case "verified":
		return ui.ToneGood
	case "failing":
		return ui.ToneBad
	}
	return ui.ToneWarn
}

// levels are what members may be given on every repository.
func (v *Privileges) levels(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, code := range v.Levels {
		all = append(all, ui.Option{Value: code, Label: i18n.T(ctx, "organizations.base."+code), Help: i18n.T(ctx, "organizations.base_help."+code)})
	}
	return all
}
