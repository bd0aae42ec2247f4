package models

import (
	"slices"
	"strings"
	"time"
)

// Limits of personal access tokens.
const (
	MaxTokens    = 100 // of one person, that still work
	MaxTokenName = 60

	maxTokenLife = 5 * 366 * 24 * time.Hour
)

// TokenState is what has become of a personal access token.
type TokenState string

// The states.
const (
	TokenLive    TokenState = "live"
	TokenExpired TokenState = "expired"
	TokenRevoked TokenState = "revoked"
)

// State is what has become of the token by now.
func (t *AccessToken) State(now time.Time) TokenState {
	switch {
	case t.RevokedAt != nil:
		return TokenRevoked
	case t.ExpiresAt != nil && !now.Before(*t.ExpiresAt):
		return TokenExpired
	}
	return TokenLive
}

// TokenExpiry is a choice of how long a token works.
type TokenExpiry string

// The choices: a number of days, a day of one's own, or for ever.
const (
	Expiry7Days  TokenExpiry = "7"
	Expiry30Days TokenExpiry = "30"
	Expiry90Days TokenExpiry = "90"
	ExpiryYear   TokenExpiry = "365"
	ExpiryCustom TokenExpiry = "custom"
	ExpiryNever  TokenExpiry = "never"
)

// TokenExpiries lists the choices, the shortest first.
func TokenExpiries() []TokenExpiry {
	return []TokenExpiry{Expiry7Days, Expiry30Days, Expiry90Days, ExpiryYear, ExpiryCustom, ExpiryNever}
}

var expiryDays = map[TokenExpiry]int{Expiry7Days: 7, Expiry30Days: 30, Expiry90Days: 90, ExpiryYear: 365}

// Until is when a token made now ends: nil is never. A day of one's own
// ("2026-01-31") counts to its end in zone, and is after today and within five
// years. It returns ErrTokenExpiry.
func (e TokenExpiry) Until(day string, now time.Time, zone *time.Location) (*time.Time, error) {
	if days, ok := expiryDays[e]; ok {
		return new(now.AddDate(0, 0, days)), nil
	}
	switch e {
	case ExpiryNever:
		return nil, nil
	case ExpiryCustom:
		first, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(day), zone)
		if err != nil {
			return nil, ErrTokenExpiry.On("day")
		}
		if end := first.AddDate(0, 0, 1); first.After(now) && end.Before(now.Add(maxTokenLife)) {
			return &end, nil
		}
		return nil, ErrTokenExpiry.On("day")
	}
	return nil, ErrTokenExpiry
}

// TokenScopes returns the scopes that someone chose as they are kept: in the
// order of Scopes, without those that another contains. None at all is a token
// that only says who one is. It returns ErrTokenScopes for a scope that isn't
// documented.
func TokenScopes(names []string) ([]string, error) {
	kept := []string{}
	for _, name := range names {
		if _, known := ScopeByName(name); !known {
			return nil, ErrTokenScopes
		}
	}
	for _, s := range scopes {
		if slices.Contains(names, s.Name) && !containedIn(s, names) {
			kept = append(kept, s.Name)
		}
	}
	return kept, nil
}
