package models

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func TestAccessTokensCanBeToldFromOtherText(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		s := NewAccessTokenSecret()
		if seen[s] || !strings.HasPrefix(s, "soukp_") || len(s) != 42 || !WellFormedAccessToken(s) {
			t.Fatalf("%q is a bad token", s)
		}
		seen[s] = true
		at := 6 + len(seen)%36
		other := byte('a')
		if s[at] == other {
			other = 'b'
		}
		if broken := s[:at] + string(other) + s[at+1:]; WellFormedAccessToken(broken) {
			t.Errorf("%q is well formed, one letter off from %q", broken, s)
		}
	}
	s := NewAccessTokenSecret()
	for _, bad := range []string{"", "soukp_", s[:41], s + "0", "ghp_" + s[6:], strings.ToLower(s) + "x", " " + s} {
		if WellFormedAccessToken(bad) {
			t.Errorf("%q is well formed", bad)
		}
	}
}

func TestTokenExpiry(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 15, 20, 0, 0, 0, time.UTC)
	tokyo, err := ParseTimeZone("Asia/Tokyo") // where it is the 16th already
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		expiry TokenExpiry
		day    string
		want   string // "" is never, "!" refused
	}{
		{Expiry7Days, "", "2026-01-22T20:00:00Z"},
		{Expiry30Days, "ignored", "2026-02-14T20:00:00Z"},
		{Expiry90Days, "", "2026-04-15T20:00:00Z"},
		{ExpiryYear, "", "2027-01-15T20:00:00Z"},
		{ExpiryNever, "", ""},
		{ExpiryCustom, "2026-01-17", "2026-01-17T15:00:00Z"},
		{ExpiryCustom, " 2030-02-28 ", "2030-02-28T15:00:00Z"},
		{ExpiryCustom, "2026-01-16", "!"}, // has begun
		{ExpiryCustom, "2025-01-16", "!"},
		{ExpiryCustom, "2032-01-16", "!"},
		{ExpiryCustom, "2026-02-30", "!"},
		{ExpiryCustom, "tomorrow", "!"},
		{ExpiryCustom, "", "!"},
		{"", "", "!"},
		{"10000", "", "!"},
	} {
		until, err := c.expiry.Until(c.day, now, tokyo)
		got := ""
		switch {
		case errors.Is(err, ErrTokenExpiry):
			got = "!"
		case err != nil:
			t.Fatal(err)
		case until != nil:
			got = until.UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s %q ends %q, want %q", c.expiry, c.day, got, c.want)
		}
	}
}

func TestTokenStates(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 15, 20, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		token AccessToken
		want  TokenState
	}{
		{AccessToken{}, TokenLive},
		{AccessToken{ExpiresAt: new(now.Add(time.Second))}, TokenLive},
		{AccessToken{ExpiresAt: new(now)}, TokenExpired},
		{AccessToken{ExpiresAt: new(now.Add(time.Second)), RevokedAt: new(now)}, TokenRevoked},
		{AccessToken{ExpiresAt: new(now), RevokedAt: new(now)}, TokenRevoked},
	} {
		if got := c.token.State(now); got != c.want {
			t.Errorf("%+v is %s, want %s", c.token, got, c.want)
		}
	}
}

func TestTokenScopes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ given, want []string }{
		{nil, []string{}},
		{[]string{"user", "read:user", "user:email"}, []string{"user"}},
		{[]string{"read:org", "repo:status", "repo:status"}, []string{"repo:status", "read:org"}},
		{[]string{"read:org", "admin:org"}, []string{"admin:org"}},
		{[]string{"repo", "everything"}, nil},
		{[]string{""}, nil},
	} {
		got, err := TokenScopes(c.given)
		if (err != nil) != (c.want == nil) || !slices.Equal(got, c.want) {
			t.Errorf("%v are kept as %v (%v), want %v", c.given, got, err, c.want)
		}
	}
}
