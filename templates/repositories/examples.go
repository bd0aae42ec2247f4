package repositories

import (
	"time"

	"souk/templates/ui"
)

// Examples are the pieces of this package.
func Examples() []ui.Example {
	at := time.Date(2026, 11, 20, 14, 5, 0, 0, time.UTC)
	head := Head{Owner: "acme", Name: "widget", Organization: true, MayDescribe: true, MayManage: true, Here: "settings"}
	archived := head
	archived.Archived = true
	offer := &Offer{To: "octavia", From: "ada", Until: at.AddDate(0, 0, 7)}
	rows := List{Total: 2, Rows: []Row{
		{Owner: "acme", Name: "widget", Description: "What it is for", Updated: at, Level: "admin", Reason: "org_owner"},
		{Owner: "octavia", Name: "novel", Private: true, Archived: true, Updated: at, Level: "triage", Reason: "collaborator", MayLeave: true},
	}}
	return []ui.Example{
		{Name: "repositories", Component: list(rows, false)},
		{Name: "repositories-across", Component: list(rows, true)},
		{Name: "repositories-filters", Component: filters("/acme", List{Query: "wid", Kind: "public", Order: "name"})},
		{Name: "account-facts", Component: accountFacts(Account{Login: "acme", Organization: true, SeesMembers: true, Members: 12, Location: "Kyōto",
			WebsiteURL: "https://acme.example/", Since: at, Verified: true, Domains: []string{"acme.example", "acme.test"}, MailProven: true, TwoFactor: true})},
		{Name: "repository-level", Component: yourLevel(Repository{Head: head, Level: "write", Reason: "base", MayLeave: true})},
		{Name: "repository-offer", Component: offerNote(head, *offer)},
		{Name: "repository-dangers", Component: dangers(Settings{Head: head})},
		{Name: "repository-dangers-archived", Component: dangers(Settings{Head: archived, Offer: offer})},
		{Name: "repository-collaborators", Component: collaborators(Access{Head: head, Total: 2, Collaborators: []Collaborator{
			{Person: Person{Login: "ada", Name: "Ada"}, ID: 1, Granted: "maintain", Level: "maintain", Reason: "collaborator"},
			{Person: Person{Login: "octavia"}, ID: 2, Granted: "read", Level: "write", Reason: "base"}}})},
		{Name: "repository-inherited", Component: inherited(Access{Head: head, Base: "write", Members: 3, Owners: []Person{{Login: "ada", Name: "Ada"}}, MoreOwners: 2,
			PrivilegesURL: "/organizations/acme/settings/member_privileges"})},
		{Name: "repositories-import", Component: report(Report{Rows: 5, Created: 2, Unchanged: 1, Bad: 2, Lines: []BadLine{
			{Line: 4, Name: "bad name", Code: "repository_name", Field: "name"}, {Line: 7, Name: "Widget", Code: "bulk_twice", Field: "name"}}})},
	}
}
