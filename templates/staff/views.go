// Package staff holds the pages of those who run the marketplace.
package staff

import (
	"context"
	"time"

	"souk/templates/account"
	"souk/templates/audits"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// Shell stands around pages of the staff that are in other folders; current is
// the address of the menu that they belong to.
func Shell(ctx context.Context, title, current string) account.Shell {
	return shell(ctx, title, current)
}

// shell stands around every page of the staff.
func shell(ctx context.Context, title, current string) account.Shell {
	s := account.Shell{Title: title, Menu: menu(ctx, current)}
	if v := view.From(ctx).Viewer; v != nil {
		s.Login, s.Whose = v.Login, v.Name
		if s.Whose == "" {
			s.Whose = v.Login
		}
	}
	return s
}

func menu(ctx context.Context, current string) []account.MenuGroup {
	link := func(icon ui.Icon, key, path string) account.MenuLink {
		return account.MenuLink{Icon: icon, Text: i18n.T(ctx, key), Path: path, Current: path == current}
	}
	links := []account.MenuLink{
		link(ui.IconShield, "staff.menu.desk", paths.Staff),
		link(ui.IconPerson, "staff.menu.accounts", paths.StaffAccounts),
		link(ui.IconPeople, "staff.menu.team", paths.StaffTeam),
		link(ui.IconReceipt, "sales.money.title", paths.StaffMoney),
	}
	v := view.From(ctx).Viewer
	if v != nil && v.Administrator {
		links = append(links, link(ui.IconClock, "staff.menu.audit", paths.StaffAudit), link(ui.IconReceipt, "invoices.taxes.title", paths.StaffTaxes))
	}
	groups := []account.MenuGroup{{Links: links}}
	if v != nil && v.Reviewer {
		groups = append(groups, account.MenuGroup{Title: i18n.T(ctx, "staff.menu.listings"), Links: []account.MenuLink{
			link(ui.IconBook, "reviews.queue.title", paths.StaffReviews),
			link(ui.IconWarning, "staff.menu.reports", paths.StaffReports),
			link(ui.IconMail, "staff.menu.appeals", paths.StaffAppeals),
			link(ui.IconKey, "claims.list.title", paths.StaffClaims),
		}})
	}
	if v != nil && v.Administrator && len(groups) > 1 {
		groups[1].Links = append(groups[1].Links, link(ui.IconSettings, "reviews.settings.title", paths.StaffReviewSettings))
	}
	return groups
}

// Desk is how much there is.
type Desk struct {
	Users, Joined, Organizations, Repositories, Listings, Suspended int64
	Reviews, Reports, Appeals, Claims                               int64 // that wait for a reviewer
}

// reviewer reports whether the reader may decide on listings.
func reviewer(ctx context.Context) bool {
	v := view.From(ctx).Viewer
	return v != nil && v.Reviewer
}

// Accounts is a page of accounts.
type Accounts struct {
	Query string
	List  []Account
	Next  string // address of the next page
}

// Account is an account in a list.
type Account struct {
	Login, Name string
	Kind        string // user, organization
	Mail        string
	Role        string // of the staff
	Suspended   bool
	Created     time.Time
}

// Dossier is all that staff sees of an account.
type Dossier struct {
	Account
	MailVerified                                      bool
	TwoFactor                                         bool
	Passkeys, Sessions, Tokens, Repositories, Members int
	LastSeen, SuspendedAt                             time.Time // zero for never
	SuspendedReason                                   string
	Organizations                                     []Belonging
	MayAct, MayDecide                                 bool
	Zone                                              *time.Location
	Events                                            []audits.Event

	// A form that came back.
	Form     string // act, suspend, reinstate
	Reason   string
	Problems ui.Problems
}

// Belonging is a membership.
type Belonging struct{ Login, Role string }

// reason is the field of one of the dossier's forms, whose names differ since
// both stand on one page; each has what was typed into it alone.
func (d *Dossier) reason(ctx context.Context, form, name string) ui.FieldProps {
	p := ui.FieldProps{Name: name, Label: i18n.T(ctx, "staff.account.reason"), Help: i18n.T(ctx, "staff.account.reason.help"), Lines: 2, Auto: "off", Max: 500}
	if d.Form == form {
		p.Value, p.Problem, p.Focus = d.Reason, d.Problems.On(ctx, name), true
	} else {
		p.ID = "f-reason-" + form
	}
	return p
}

func (d *Dossier) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(d.Zone))
}

// Team is everyone with a role, and the form that gives one.
type Team struct {
	List     []Colleague
	MaySet   bool
	Login    string
	Role     string
	Problems ui.Problems
}

// Colleague is someone with a role.
type Colleague struct {
	Login, Name, Role string
	TwoFactor         bool
}

// role is a role in words.
func role(ctx context.Context, code string) string { return i18n.T(ctx, "staff.role."+code) }

// roleOptions are the roles with what each may do, and none.
func roleOptions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, code := range []string{"support", "reviewer", "administrator", "none"} {
		all = append(all, ui.Option{Value: code, Label: role(ctx, code), Help: i18n.T(ctx, "staff.role_help."+code)})
	}
	return all
}

func kind(ctx context.Context, code string) string { return i18n.T(ctx, "staff.account.kind."+code) }

// belongsTo names the accounts that stand beside this one.
func (d *Dossier) belongsTo(ctx context.Context) string {
	if d.Kind == "organization" {
		return i18n.T(ctx, "staff.account.owners")
	}
	return i18n.T(ctx, "staff.account.organizations")
}

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return i18n.T(ctx, "staff.account.yes")
	}
	return i18n.T(ctx, "staff.account.no")
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }
