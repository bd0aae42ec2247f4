package security

import (
	"time"

	"souk/templates/ui"
)

// Examples are the pieces of this package.
func Examples() []ui.Example {
	now := time.Date(2026, 11, 20, 14, 5, 0, 0, time.UTC)
	ago := func(d time.Duration) *time.Time { return new(now.Add(-d)) }
	const day = 24 * time.Hour
	full := Overview{
		Now: now, Password: true, AppSince: ago(40 * day), TwoFactor: true, Codes: 2, RequiredBy: []string{"acme", "toolmakers"}, Possible: true,
		Passkeys: []Passkey{
			{ID: 1, Name: "Work laptop", Created: *ago(40 * day), Used: ago(3 * time.Hour)},
			{ID: 2, Name: "Firefox · Linux", Created: *ago(2 * day)},
			{ID: 3, Name: "Old key", Created: *ago(400 * day), Used: ago(90 * day), Copied: true},
		},
		Sessions: []Session{
			{ID: 1, Device: "Firefox · Linux", IP: "192.0.2.7", Method: "password", Began: *ago(2 * day), Used: now, Current: true},
			{ID: 2, Device: "Safari · iPhone", IP: "2001:db8::7", Method: "passkey", Began: *ago(10 * day), Used: *ago(5 * time.Hour)},
			{ID: 3, IP: "198.51.100.9", Method: "staff", Began: *ago(time.Hour), Used: *ago(time.Hour), Staff: true},
		},
	}
	bare := Overview{Now: now}
	return []ui.Example{
		{Name: "security-password", Component: passwordSection(full)},
		{Name: "security-no-password", Component: passwordSection(bare)},
		{Name: "security-factors", Component: factorSection(full)},
		{Name: "security-no-factors", Component: factorSection(bare)},
		{Name: "security-passkeys", Component: passkeySection(full)},
		{Name: "security-no-passkeys", Component: passkeySection(bare)},
		{Name: "security-sessions", Component: sessionSection(full)},
	}
}
