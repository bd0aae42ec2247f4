// Package account answers what people set for themselves: profile, account,
// appearance, notifications, personal access tokens, their data.
package account

import (
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/identity"
	"souk/models/profiles"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Account holds the handlers.
type Account struct {
	identity *identity.Service
	profiles *profiles.Service
	now      func() time.Time
}

// New makes the handlers.
func New(identity *identity.Service, profiles *profiles.Service, now func() time.Time) *Account {
	return &Account{identity: identity, profiles: profiles, now: now}
}

// Settings leads to the first page of one's settings.
func (a *Account) Settings(c echo.Context) error { return web.SeeOther(c, paths.SettingsProfile) }

// found are the problems of a form as its page shows them.
func found(problems models.Problems) ui.Problems {
	all := make(ui.Problems, len(problems))
	for i, p := range problems {
		all[i] = ui.Problem{Field: p.Field, Code: p.Code}
	}
	return all
}
