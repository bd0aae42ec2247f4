package models_test

import (
	"errors"
	"testing"

	"souk/models"
)

const (
	org  = int64(7)
	user = int64(1)
)

func in(role models.OrganizationRole, suspended bool) models.Actor {
	return models.Actor{UserID: user, Memberships: []models.Membership{{OrganizationID: org, Role: role, Suspended: suspended}}}
}

func TestLevelAndReason(t *testing.T) {
	t.Parallel()
	const none, read, write, admin = models.NoAccess, models.RepositoryRead, models.RepositoryWrite, models.RepositoryAdmin
	private, public := models.Repository{AccountID: org, Private: true}, models.Repository{AccountID: org}
	own := models.Repository{AccountID: user, Private: true}
	for name, c := range map[string]struct {
		actor         models.Actor
		repository    models.Repository
		granted, base models.RepositoryLevel
		level         models.RepositoryLevel
		reason        models.LevelReason
	}{
		"anonymous, private":              {models.Actor{}, private, none, admin, none, models.ReasonNone},
		"anonymous, public":               {models.Actor{}, public, none, admin, read, models.ReasonPublic},
		"operator":                        {models.Operator(), private, none, none, admin, models.ReasonOperator},
		"one's own":                       {models.Actor{UserID: user}, own, none, none, admin, models.ReasonOwner},
		"stranger, private":               {models.Actor{UserID: 2}, private, none, admin, none, models.ReasonNone},
		"stranger, public":                {models.Actor{UserID: 2}, public, none, admin, read, models.ReasonPublic},
		"collaborator":                    {models.Actor{UserID: 2}, private, write, admin, write, models.ReasonCollaborator},
		"owner":                           {in(models.RoleOwner, false), private, read, none, admin, models.ReasonOrgOwner},
		"suspended owner":                 {in(models.RoleOwner, true), private, admin, admin, none, models.ReasonNone},
		"suspended owner, public":         {in(models.RoleOwner, true), public, read, admin, read, models.ReasonPublic},
		"member by base":                  {in(models.RoleMember, false), private, none, write, write, models.ReasonBase},
		"member by grant":                 {in(models.RoleMember, false), private, admin, write, admin, models.ReasonCollaborator},
		"member, both alike":              {in(models.RoleMember, false), private, write, write, write, models.ReasonBase},
		"member, base none":               {in(models.RoleMember, false), private, none, none, none, models.ReasonNone},
		"suspended member":                {in(models.RoleMember, true), private, admin, admin, none, models.ReasonNone},
		"billing manager, not by base":    {in(models.RoleBillingManager, false), private, none, admin, none, models.ReasonNone},
		"billing manager, by grant":       {in(models.RoleBillingManager, false), private, read, admin, read, models.ReasonCollaborator},
		"billing manager, public, grant":  {in(models.RoleBillingManager, false), public, write, admin, write, models.ReasonCollaborator},
		"member of somebody else, public": {models.Actor{UserID: 2, Memberships: []models.Membership{{OrganizationID: 8, Role: models.RoleOwner}}}, public, none, admin, read, models.ReasonPublic},
	} {
		level, reason := c.actor.LevelAndReason(&c.repository, c.granted, c.base)
		if level != c.level || reason != c.reason {
			t.Errorf("%s: %v because %q, want %v because %q", name, level, reason, c.level, c.reason)
		}
		if level != c.actor.LevelOn(&c.repository, c.granted, c.base) {
			t.Errorf("%s: LevelOn says otherwise", name)
		}
	}
}

func TestWhatCantBeReadIsNotFound(t *testing.T) {
	t.Parallel()
	active, suspended := models.Actor{UserID: 1}, models.Actor{UserID: 1, Suspended: true}
	for name, c := range map[string]struct {
		actor      models.Actor
		have, need models.RepositoryLevel
		want       error
	}{
		"nothing":               {active, models.NoAccess, models.RepositoryAdmin, models.ErrNotFound},
		"anonymous, nothing":    {models.Actor{}, models.NoAccess, models.RepositoryRead, models.ErrNotFound},
		"anonymous reads":       {models.Actor{}, models.RepositoryRead, models.RepositoryRead, nil},
		"anonymous manages":     {models.Actor{}, models.RepositoryRead, models.RepositoryAdmin, models.ErrSignInNeeded},
		"too little":            {active, models.RepositoryMaintain, models.RepositoryAdmin, models.ErrForbidden},
		"enough":                {active, models.RepositoryAdmin, models.RepositoryAdmin, nil},
		"suspended still reads": {suspended, models.RepositoryAdmin, models.RepositoryRead, nil},
		"suspended acts":        {suspended, models.RepositoryAdmin, models.RepositoryWrite, models.ErrSuspended},
	} {
		if err := c.actor.MayUseRepository(c.have, c.need); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestRepositoryNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a": true, "A.b-c_d": true, ".github": true, "-": true,
		"": false, ".": false, "..": false, "a b": false, "a/b": false, "a.git": false, "A.Wiki": false, "é": false, "a\n": false,
	} {
		if models.ValidRepositoryName(name) != want {
			t.Errorf("%q: valid is %v", name, !want)
		}
	}
}
