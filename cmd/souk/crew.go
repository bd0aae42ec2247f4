package main

import (
	"context"
	"errors"

	"souk/models"
	"souk/models/apps"
	"souk/models/installrequests"
	"souk/models/installs"
)

// install has the cast use apps, so that each page has something to show: one that is
// installed and asks for more, and a request that waits for the owner. What is there
// already is left as it is.
func (c *casting) install(ctx context.Context) {
	harbor, dispatch, tides := c.account(ctx, castOrganization), c.selected(ctx, "dispatch"), c.selected(ctx, "tide-tables")
	olivia, marco := c.as(ctx, "olivia", harbor.ID, models.RoleOwner), c.as(ctx, "marco", harbor.ID, models.RoleMember)
	c.submit(ctx, olivia, installrequests.Submission{Choice: installs.Choice{App: "signal-digest", Account: harbor.ID,
		Selection: models.SelectSelected, Repositories: []int64{dispatch, tides}}})
	c.submit(ctx, marco, installrequests.Submission{Choice: installs.Choice{App: "probe-watch", Account: marco.UserID, Selection: models.SelectAll}})
	c.ask(ctx, marco, installrequests.Submission{Choice: installs.Choice{App: "probe-watch", Account: harbor.ID, Selection: models.SelectAll},
		Plan: 2, Period: models.Monthly, Units: 1, Reason: "After last night’s outage nobody knew which change had done it."})
	if c.err != nil {
		return
	}
	_, err := c.verbs.Apps.SetAccess(ctx, c.actor, "signal-digest", apps.Access{Events: []string{"issues", "pull_request"},
		Permissions: models.Grants{"metadata": models.LevelRead, "issues": models.LevelRead, "pull_requests": models.LevelRead},
		Note:        "The digest will tell which pull requests wait for a review, too."})
	c.note(err)
}

func (c *casting) submit(ctx context.Context, actor models.Actor, s installrequests.Submission) {
	if c.err != nil {
		return
	}
	_, err := c.verbs.InstallRequests.Submit(ctx, actor, s)
	c.note(err)
}

// ask is submit for an app that costs: without the demonstration catalogue nothing of
// the cast's is public, and no plan can be had.
func (c *casting) ask(ctx context.Context, actor models.Actor, s installrequests.Submission) {
	if c.err != nil {
		return
	}
	_, err := c.verbs.InstallRequests.Submit(ctx, actor, s)
	if errors.Is(err, models.ErrPlanGone) {
		s.Plan, s.Period, s.Units = 0, "", 0
		_, err = c.verbs.InstallRequests.Submit(ctx, actor, s)
	}
	c.note(err)
}

func (c *casting) account(ctx context.Context, login string) models.Account {
	if c.err != nil {
		return models.Account{}
	}
	account, err := c.verbs.Repos.Owner(ctx, login)
	c.note(err)
	return account
}

// selected is the id of a repository of the cast's organization.
func (c *casting) selected(ctx context.Context, name string) int64 {
	if c.err != nil {
		return 0
	}
	d, err := c.verbs.Repos.Find(ctx, c.actor, castOrganization, name, models.RepositoryRead)
	if err != nil {
		c.note(err)
		return 0
	}
	return d.Repository.ID
}

// as is one of the cast, signed in.
func (c *casting) as(ctx context.Context, login string, organization int64, role models.OrganizationRole) models.Actor {
	return models.Actor{UserID: c.account(ctx, login).ID, Login: login, MailVerified: true,
		Memberships: []models.Membership{{OrganizationID: organization, Login: castOrganization, Role: role}}}
}
