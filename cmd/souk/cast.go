package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"souk/handlers"
	"souk/models"
	"souk/models/orgs"
	"souk/models/repos"
	"souk/models/staff"
)

// player is one of the people that a local run makes, so that a newcomer can try
// every role at once.
type player struct {
	login, name string
	part        string // what one can try, in a few words
}

// The organizations of the cast, and their mail domain, which nobody can own
// (RFC 2606).
const (
	castOrganization = "harbor-works"
	castIntegrator   = "signal-forge"
	castMail         = "@harbor-works.example"
)

func players() []player {
	return []player{
		{"olivia", "Olivia Marsh", "owns " + castOrganization + ": members, privileges, domains, audit log"},
		{"marco", "Marco Reyes", "a member of it, with a repository of his own"},
		{"rina", "Rina Sato", "a member who manages " + castOrganization + "/dispatch"},
		{"bea", "Béatrice Aubry", "its billing manager"},
		{"tomas", "Tomas Lind", "an integrator, who owns " + castIntegrator + ": apps, listings, plans"},
		{"ingrid", "Ingrid Holm", "of the staff, an administrator: /staff, a listing waits for review"},
	}
}

// cast makes the people and what belongs to them. What is there already is left
// as it is, so that it can be done again after it was cut off.
func cast(ctx context.Context, v *handlers.Verbs) error {
	c := &casting{verbs: v, actor: models.Operator()}
	for _, p := range players() {
		_, err := v.Staff.AddUser(ctx, c.actor, staff.NewUser{Login: p.login, Name: p.name, Mail: p.login + castMail})
		c.note(err)
	}
	c.organization(ctx, castOrganization, "Harbor Works", "olivia")
	c.member(ctx, "marco", models.RoleMember)
	c.member(ctx, "rina", models.RoleMember)
	c.member(ctx, "bea", models.RoleBillingManager)
	c.organization(ctx, castIntegrator, "Signal Forge", "tomas")
	c.repository(ctx, repos.Draft{Owner: castOrganization, Name: "dispatch", Private: true, Description: "Sends pilots to ships"}, "rina", models.RepositoryAdmin)
	c.repository(ctx, repos.Draft{Owner: castOrganization, Name: "tide-tables", Description: "High and low water for forty ports"}, "", 0)
	c.repository(ctx, repos.Draft{Owner: castOrganization, Name: "ledger", Private: true, Description: "Berths and what they cost"}, "marco", models.RepositoryWrite)
	c.repository(ctx, repos.Draft{Owner: castOrganization, Name: "handbook", Description: "How we work"}, "tomas", models.RepositoryTriage)
	c.repository(ctx, repos.Draft{Owner: castIntegrator, Name: "probe", Description: "Watches what is deployed"}, "", 0)
	c.repository(ctx, repos.Draft{Owner: castIntegrator, Name: "billing-bridge", Private: true}, "", 0)
	c.repository(ctx, repos.Draft{Owner: "marco", Name: "dotfiles"}, "", 0)
	for _, x := range exhibits() {
		c.show(ctx, x)
	}
	c.sell(ctx)
	c.install(ctx)
	c.note(v.Staff.SetRole(ctx, c.actor, "ingrid", models.StaffAdministrator))
	return c.err
}

// casting keeps the first thing that went wrong.
type casting struct {
	verbs *handlers.Verbs
	actor models.Actor
	err   error
}

func (c *casting) note(err error) {
	for _, known := range []error{models.ErrLoginTaken, models.ErrAlreadyMember, models.ErrRepositoryTaken, models.ErrAlreadyCollaborator, models.ErrAlreadyInstalled} {
		if errors.Is(err, known) {
			return
		}
	}
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("the demonstration cast can't be made: %w", err)
	}
}

func (c *casting) organization(ctx context.Context, login, name, owner string) {
	_, err := c.verbs.Orgs.Create(ctx, c.actor, orgs.NewOrganization{Login: login, Name: name, Owner: owner})
	c.note(err)
}

func (c *casting) member(ctx context.Context, login string, role models.OrganizationRole) {
	c.note(c.verbs.Orgs.AddMember(ctx, c.actor, castOrganization, login, role))
}

func (c *casting) repository(ctx context.Context, draft repos.Draft, collaborator string, level models.RepositoryLevel) {
	made, err := c.verbs.Repos.Create(ctx, c.actor, draft)
	c.note(err)
	if err == nil && collaborator != "" {
		c.note(c.verbs.Repos.AddCollaborator(ctx, c.actor, made.Repository.ID, collaborator, level))
	}
}

// perform makes the cast, once in the life of a database.
func (a *App) perform(ctx context.Context) error {
	done, err := a.verbs.Staff.CastMade(ctx)
	if err != nil || done {
		return err
	}
	if err := cast(ctx, a.verbs); err != nil {
		return err
	}
	return a.verbs.Staff.RecordCast(ctx, time.Now())
}

// introduce prints who can be tried, each with a link that signs in once. Who of
// the cast has gone since is left out.
func (a *App) introduce(ctx context.Context, w io.Writer, base string) error {
	text := "  Sign in as (each link works once, within 24 hours; a restart prints new ones):\n"
	found := 0
	for _, p := range players() {
		account, err := a.verbs.Repos.Owner(ctx, p.login)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		path, err := a.verbs.Identity.SignInLink(ctx, models.Operator(), account.ID)
		if err != nil {
			return err
		}
		found++
		text += fmt.Sprintf("    %-7s %s\n            %s%s\n", p.login, p.part, base, path)
	}
	if found == 0 {
		return nil
	}
	_, err := io.WriteString(w, text)
	return err
}
