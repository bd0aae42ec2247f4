package models

import (
	"slices"
	"strings"
	"testing"
)

func TestReadScopes(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]string{
		"":                              "",
		"user,gist,user:email":          "gist user",
		"repo repo:status  public_repo": "repo",
		"read:org nonsense write:org":   "write:org",
		"gist+gist":                     "gist",
		strings.Repeat("a", 5000) + ",": "",
	} {
		if got := strings.Join(ReadScopes(asked), " "); got != want {
			t.Errorf("%.40q is %q, want %q", asked, got, want)
		}
	}
}

func TestScopesBeyond(t *testing.T) {
	t.Parallel()
	if got := ScopesBeyond([]string{"repo"}, []string{"repo:status", "gist", "nonsense", "user"}); !slices.Equal(got, []string{"gist", "user"}) {
		t.Error(got)
	}
}

func TestProves(t *testing.T) {
	t.Parallel()
	// RFC 7636, appendix B.
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	if !ValidChallenge(challenge) || !Proves(verifier, challenge) {
		t.Error("the RFC's doesn't prove anything")
	}
	if Proves(verifier+"x", challenge) || Proves("", challenge) || Proves(challenge, challenge) || Proves(strings.Repeat("a", 129), challenge) {
		t.Error("others do")
	}
	for _, bad := range []string{"", "short", challenge + "=", challenge[1:], strings.Repeat("!", 43)} {
		if ValidChallenge(bad) {
			t.Errorf("%q is one", bad)
		}
	}
}

func TestUserTokensTellTheirKind(t *testing.T) {
	t.Parallel()
	for kind, prefix := range map[AppKind]string{GitHubApp: "ghu_", OAuthApp: "gho_"} {
		token := NewSecret(UserTokenPrefix(kind))
		if !strings.HasPrefix(token, prefix) || !WellFormedUserToken(token) || WellFormedUserToken(token+"x") || WellFormedAccessToken(token) {
			t.Errorf("%s has %s", kind, token)
		}
	}
	if WellFormedUserToken(NewSecret(PrefixRefreshToken)) {
		t.Error("a refresh token is none")
	}
	if a, b := NewAuthorizationCode(), NewAuthorizationCode(); a == b || len(a) != 40 {
		t.Errorf("%s, %s", a, b)
	}
}

func TestUserScopesAreFew(t *testing.T) {
	t.Parallel()
	if got := UserScopes(Grants{"emails": LevelRead, "keys": LevelWrite, "profile": LevelWrite}); !slices.Equal(got, []string{"user:email"}) {
		t.Error(got)
	}
}
