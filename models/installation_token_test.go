package models_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"souk/models"
)

func TestATokenIsGoodForNoMore(t *testing.T) {
	t.Parallel()
	held := models.Grants{"metadata": "read", "contents": "write", "members": "read"}
	for name, c := range map[string]struct {
		wanted, want models.Grants
		err          error
	}{
		"nothing said":             {nil, held, nil},
		"nothing in particular":    {models.Grants{}, held, nil},
		"less":                     {models.Grants{"contents": "read"}, models.Grants{"contents": "read", "metadata": "read"}, nil},
		"all of one":               {models.Grants{"contents": "write", "metadata": "read"}, models.Grants{"contents": "write", "metadata": "read"}, nil},
		"an organization's alone":  {models.Grants{"members": "read"}, models.Grants{"members": "read"}, nil},
		"a higher level":           {models.Grants{"members": "write"}, nil, models.ErrTokenBeyond},
		"what isn't held":          {models.Grants{"issues": "read"}, nil, models.ErrTokenBeyond},
		"a person's own to give":   {models.Grants{"emails": "read"}, nil, models.ErrTokenBeyond},
		"what there isn't":         {models.Grants{"everything": "read"}, nil, models.ErrTokenBeyond},
		"a level that there isn't": {models.Grants{"contents": "own"}, nil, models.ErrTokenBeyond},
	} {
		got, err := models.NarrowGrants(held, c.wanted)
		if !errors.Is(err, c.err) || !maps.Equal(got, c.want) {
			t.Errorf("%s: %v %v, want %v %v", name, got, err, c.want, c.err)
		}
	}
	token := models.InstallationToken{Permissions: models.Grants{"contents": "write", "issues": "read"}}
	now := token.MayNow(models.Grants{"contents": "write", "metadata": "read"}, models.Grants{"contents": "read", "issues": "write", "emails": "read"})
	if !maps.Equal(now, models.Grants{"contents": "read"}) {
		t.Errorf("%v", now)
	}
}

func TestWhenAnAppMayWork(t *testing.T) {
	t.Parallel()
	at := new(time.Now())
	for name, c := range map[string]struct {
		facts models.WorkFacts
		want  error
	}{
		"as it is":                        {models.WorkFacts{Installation: &models.Installation{}}, nil},
		"suspended by the account":        {models.WorkFacts{Installation: &models.Installation{SuspendedAt: at}}, models.ErrInstallationStopped},
		"suspended by the integrator":     {models.WorkFacts{Installation: &models.Installation{BarredAt: at}}, models.ErrInstallationStopped},
		"on an account that is suspended": {models.WorkFacts{Installation: &models.Installation{}, AccountSuspended: true}, models.ErrInstallationStopped},
		"of an integrator who is":         {models.WorkFacts{Installation: &models.Installation{}, IntegratorSuspended: true}, models.ErrInstallationStopped},
		"against a policy":                {models.WorkFacts{Installation: &models.Installation{}, Policy: models.Verdict{Decision: models.DecisionDeny}}, models.ErrInstallPolicy},
		"with a policy":                   {models.WorkFacts{Installation: &models.Installation{}, Policy: models.Verdict{Decision: models.DecisionAllow}}, nil},
	} {
		if err := c.facts.MayWork(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
