package models_test

import (
	"strings"
	"testing"

	"souk/models"
)

func TestClaimDomains(t *testing.T) {
	t.Parallel()
	for homepage, want := range map[string]string{
		"https://acme.example/app":                         "acme.example",
		"http://WWW.Acme.Example":                          "acme.example",
		"https://app.acme.co.uk/x?y":                       "app.acme.co.uk",
		"https://www.co.uk":                                "www.co.uk",
		"https://bücher.example":                           "xn--bcher-kva.example",
		"https://co.uk":                                    "",
		"https://github.com/acme/app":                      "",
		"https://www.github.com":                           "",
		"https://acme.github.io":                           "",
		"https://github.io":                                "",
		"https://a.b.vercel.app":                           "",
		"https://acme.netlify.app":                         "",
		"https://acme.herokuapp.com":                       "",
		"https://acme.s3.amazonaws.com":                    "",
		"https://gitlab.com/acme":                          "",
		"https://notgithub.com":                            "notgithub.com",
		"https://github.com.evil.example":                  "github.com.evil.example",
		"https://user:pass@acme.example":                   "",
		"https://github.com@acme.example":                  "",
		"https://acme.example:8443":                        "",
		"https://127.0.0.1":                                "",
		"https://[::1]":                                    "",
		"https://2130706433":                               "",
		"https://0x7f.1":                                   "",
		"https://localhost":                                "",
		"https://metadata.google.internal/":                "metadata.google.internal",
		"ftp://acme.example":                               "",
		"javascript:alert(1)":                              "",
		"//acme.example":                                   "",
		"https://acme.example\\@evil.test":                 "",
		"https://" + strings.Repeat("a.", 200) + "example": "",
		"": "",
	} {
		if got := models.ClaimDomain(homepage); got != want {
			t.Errorf("%q: %q, want %q", homepage, got, want)
		}
	}
}

func TestClaimRepositories(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://github.com/acme/app":                             "github.com/acme/app",
		"https://www.github.com/acme/app.git":                     "github.com/acme/app",
		"http://GitHub.com/acme/app/tree/main/x":                  "github.com/acme/app",
		"https://github.com/acme/app?tab=readme#x":                "github.com/acme/app",
		"https://gitlab.com/group/sub/app":                        "gitlab.com/group/sub/app",
		"https://gitlab.com/group/sub/app/-/tree/main":            "gitlab.com/group/sub/app",
		"https://bitbucket.org/acme/app/src/main":                 "bitbucket.org/acme/app",
		"https://codeberg.org/acme/.profile":                      "codeberg.org/acme/.profile",
		"https://github.com/acme":                                 "",
		"https://github.com/apps/app":                             "",
		"https://github.com/Marketplace/app":                      "",
		"https://github.com/../app":                               "",
		"https://github.com/acme/..":                              "",
		"https://github.com/acme/../../etc":                       "",
		"https://github.com/acme/%2e%2e":                          "",
		"https://github.com/acme/a%2fb":                           "",
		"https://github.com/acme/.git":                            "",
		"https://github.com/acme/a b":                             "",
		"https://github.com/acme/a\x00b":                          "",
		"https://github.com/-acme/app":                            "",
		"https://evil@github.com/acme/app":                        "",
		"https://github.com:443/acme/app":                         "",
		"https://github.com.evil.test/acme/app":                   "",
		"https://raw.githubusercontent.com/acme/app":              "",
		"https://gist.github.com/acme/app":                        "",
		"https://example.org/acme/app":                            "",
		"https://gitlab.com/a/b/c/d/e/f/g/h/i":                    "",
		"https://gitlab.com/a/../b":                               "",
		"ssh://git@github.com/acme/app":                           "",
		"git@github.com:acme/app":                                 "",
		"https://github.com/" + strings.Repeat("a", 200) + "/app": "",
		"https:github.com/acme/app":                               "",
	} {
		p, ok := models.ClaimRepository(address)
		if ok != (want != "") || ok && p.Name() != want {
			t.Errorf("%q: %q %v, want %q", address, p.Name(), ok, want)
		}
		if !ok {
			continue
		}
		raw, domain := p.Raw()
		if !strings.HasPrefix(raw, "https://"+domain+"/") || !strings.HasSuffix(raw, "/.souk-claim") || strings.Contains(raw, "..") {
			t.Errorf("%q is looked for at %q within %q", address, raw, domain)
		}
	}
}

func TestClaimPlacesStandOnce(t *testing.T) {
	t.Parallel()
	got := models.ClaimPlaces([]string{"https://www.acme.example", "https://acme.example/x", "https://github.com/Acme/App", ""}, []string{"https://github.com/acme/app", "nonsense"})
	if len(got) != 2 || got[0].Name() != "acme.example" || got[1].Name() != "github.com/acme/app" {
		t.Errorf("%+v", got)
	}
	if got[0].Record() != "_souk-claim.acme.example" || got[0].File() != "https://acme.example/.well-known/souk-claim.txt" {
		t.Errorf("%s %s", got[0].Record(), got[0].File())
	}
}

func TestClaimStatesEnd(t *testing.T) {
	t.Parallel()
	machine := models.ClaimStates()
	for from, next := range machine {
		if from.Live() != (len(next) > 0) {
			t.Errorf("%s is live: %v, and leads to %v", from, from.Live(), next)
		}
		for _, to := range next {
			if _, known := machine[to]; !known {
				t.Errorf("%s leads to %s, which is no state", from, to)
			}
		}
	}
}

func TestMayClaim(t *testing.T) {
	t.Parallel()
	me := models.Actor{UserID: 1, MailVerified: true, Memberships: []models.Membership{{OrganizationID: 7, Role: models.RoleOwner}, {OrganizationID: 8, Role: models.RoleMember}}}
	with := func(change func(*models.Actor)) models.Actor { a := me; change(&a); return a }
	for name, c := range map[string]struct {
		actor   models.Actor
		account int64
		want    error
	}{
		"oneself":          {me, 1, nil},
		"as an owner":      {me, 7, nil},
		"as a member":      {me, 8, models.ErrForbidden},
		"for others":       {me, 9, models.ErrNotFound},
		"nobody":           {models.Actor{}, 1, models.ErrSignInNeeded},
		"without mail":     {with(func(a *models.Actor) { a.MailVerified = false }), 1, models.ErrMailNeeded},
		"suspended":        {with(func(a *models.Actor) { a.Suspended = true }), 1, models.ErrSuspended},
		"staff in my name": {with(func(a *models.Actor) { a.ActingFor = &models.ActingFor{} }), 1, models.ErrNotForActing},
		"a program":        {with(func(a *models.Actor) { a.TokenID = 1 }), 1, models.ErrForbidden},
	} {
		if got := c.actor.MayClaim(c.account); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
