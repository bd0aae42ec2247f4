package handlers

import (
	"time"

	"souk/handlers/account"
	"souk/handlers/audits"
	"souk/handlers/entry"
	"souk/handlers/inbox"
	"souk/handlers/organizations"
	"souk/handlers/repositories"
	"souk/handlers/security"
	staffpages "souk/handlers/staff"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/factors"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/orgs"
	"souk/models/profiles"
	"souk/models/repos"
	"souk/models/secretbox"
	"souk/models/staff"
)

// Verbs are what the handlers of accounts ask, and what workers and commands
// ask too.
type Verbs struct {
	Notices  *notices.Service
	Identity *identity.Service
	Profiles *profiles.Service
	Factors  *factors.Service
	Orgs     *orgs.Service
	Repos    *repos.Service
	Staff    *staff.Service
	Audit    *audit.Service
	PublishingVerbs
	BuyingVerbs
	InstallingVerbs

	now func() time.Time
}

// NewVerbs makes them all on one database. Box may be nil where nobody signs in
// or sets up a second factor; out is where the proofs of domains are looked for.
func NewVerbs(d *db.DB, q *jobs.Queue, box *secretbox.Box, out Outside, now func() time.Time) *Verbs {
	v := &Verbs{Notices: notices.New(d, q, now), now: now}
	v.Identity = identity.New(d, q, v.Notices, now)
	v.Profiles = profiles.New(d, q, v.Notices, v.Identity, now)
	v.Factors = factors.New(d, q, v.Identity, box, now)
	v.Orgs = orgs.New(d, q, v.Notices, v.Identity, out, now)
	v.Repos = repos.New(d, v.Notices, v.Identity, now)
	v.Staff = staff.New(d, q, v.Notices, v.Identity, now)
	v.Audit = audit.New(d, now)
	v.makePublishing(d, q, box, out, now)
	v.makeBuying(d, q, box, out, now)
	v.makeInstalling(d, q, box, now)
	return v
}

// People makes the handlers of accounts.
func (v *Verbs) People() People {
	return People{
		Entry:         entry.New(v.Identity, v.Orgs),
		Account:       account.New(v.Identity, v.Profiles, v.now),
		Security:      security.New(v.Identity, v.Factors, v.now),
		Inbox:         inbox.New(v.Notices, v.now),
		Organizations: organizations.New(v.Orgs),
		Repositories:  repositories.New(v.Repos),
		Staff:         staffpages.New(v.Staff, v.Audit, v.Identity),
		Audits:        audits.New(v.Audit, v.now),
	}
}

// People are the handlers of accounts.
type People struct {
	Entry         *entry.Entry
	Account       *account.Account
	Security      *security.Security
	Inbox         *inbox.Inbox
	Organizations *organizations.Organizations
	Repositories  *repositories.Repositories
	Staff         *staffpages.Staff
	Audits        *audits.Audits
}
