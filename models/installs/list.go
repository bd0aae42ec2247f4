package installs

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/policies"
)

// PerPage is how many installations a page of a list has.
const PerPage = 30

// View narrows a list of installations.
type View string

// The views. Behind are those whose app asks for more than it may.
const (
	ViewAll       View = ""
	ViewBehind    View = "behind"
	ViewSuspended View = "suspended"
)

// Views lists the views in the order in which pages show them.
func Views() []View { return []View{ViewAll, ViewBehind, ViewSuspended} }

// viewSQL are the views as conditions on installations i.
var viewSQL = map[View]string{
	ViewAll:       `true`,
	ViewBehind:    `i.lacks`,
	ViewSuspended: `(i.suspended_at IS NOT NULL OR i.barred_at IS NOT NULL)`,
}

// Filter says which installations a list has.
type Filter struct {
	Query string // part of a name or login
	View  View
	Page  int // from 1
}

// check returns the pattern of a query. It returns ErrUnknownChoice for a view that
// isn't one, and ErrPageOutOfRange.
func (f *Filter) check() (pattern string, err error) {
	if _, ok := viewSQL[f.View]; !ok {
		return "", models.ErrUnknownChoice.On("view")
	}
	if f.Page < 1 || f.Page > 1_000_000 {
		return "", models.ErrPageOutOfRange
	}
	f.Query = strings.TrimSpace(f.Query)
	if !utf8.ValidString(f.Query) || strings.Contains(f.Query, "\x00") || len(f.Query) > 200 {
		return "", models.ErrBadParameter.On("q")
	}
	return "%" + db.Literal(f.Query) + "%", nil
}

// Counts are how many installations there are in each view.
type Counts struct {
	All, Behind, Suspended int
}

// In is how many there are in a view.
func (c *Counts) In(v View) int {
	switch v {
	case ViewBehind:
		return c.Behind
	case ViewSuspended:
		return c.Suspended
	}
	return c.All
}

const countsSQL = `(SELECT json_build_object('All', count(*), 'Behind', count(*) FILTER (WHERE i.lacks),
	'Suspended', count(*) FILTER (WHERE i.suspended_at IS NOT NULL OR i.barred_at IS NOT NULL)) FROM installations i WHERE `

// Place is the account whose installations are looked at.
type Place struct {
	models.Account
	Role   models.OrganizationRole // of the actor; "" for staff, and on one's own account
	Counts Counts
	Asked  int  // requests that wait: sent to the organization, or one's own
	MayRun bool // the actor may change what is installed
}

// place is the account at login, "" for the actor's own. It returns ErrNotFound.
func (s *Service) place(ctx context.Context, actor models.Actor, login string) (*Place, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	if login == "" {
		login = actor.Login
	}
	if !utf8.ValidString(login) || strings.Contains(login, "\x00") {
		return nil, models.ErrNotFound
	}
	var p Place
	var counts []byte
	err := s.db.Pool().QueryRow(ctx, `SELECT `+accountColumns+`, `+countsSQL+`i.account_id = t.id),
			CASE WHEN t.kind = 'organization' THEN (SELECT count(*) FROM installation_requests r WHERE r.organization_id = t.id AND r.state = 'open')
				ELSE (SELECT count(*) FROM installation_requests r WHERE r.requester_id = t.id AND r.state = 'open') END
		FROM accounts t WHERE t.login = $1`, strings.ToLower(login)).Scan(append(intoAccount(&p.Account), &counts, &p.Asked)...)
	if err != nil {
		return nil, missing(err)
	}
	if err := json.Unmarshal(counts, &p.Counts); err != nil {
		return nil, fmt.Errorf("installs: %w", err)
	}
	p.Role, p.MayRun = actor.RoleIn(p.ID), actor.MayRunInstallation(p.ID) == nil
	return &p, nil
}

// Item is an installation in a list.
type Item struct {
	Standing
	LogoHash, LogoBackdrop string // as the app's listing shows them, or the app
	Shown                  bool   // visitors see the listing
	Stopped                bool   // the organization's policy keeps it from working
}

// List is a page of what is installed on an account.
type List struct {
	Place
	Filter
	Items []Item
	Total int // that fit the filter
}

const itemColumns = standingColumns + `, coalesce(nullif(l.logo_hash, ''), a.logo_hash), CASE WHEN l.logo_hash <> '' THEN l.logo_backdrop ELSE a.logo_backdrop END,
	coalesce(l.public OR l.state = 'unlisted', false)`

// List is a page of what is installed on the account at login, "" for the actor's own,
// by the apps' names. It takes two statements.
func (s *Service) List(ctx context.Context, actor models.Actor, login string, f Filter) (*List, error) {
	pattern, err := f.check()
	if err != nil {
		return nil, err
	}
	p, err := s.place(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeInstallationsOf(p.ID); err != nil {
		return nil, err
	}
	l := &List{Place: *p, Filter: f}
	rows, err := s.db.Pool().Query(ctx, `WITH p AS MATERIALIZED (SELECT i.id, count(*) OVER () total
			FROM installations i JOIN apps a ON a.id = i.app_id LEFT JOIN accounts g ON g.id = a.account_id
			WHERE i.account_id = $1 AND `+viewSQL[f.View]+` AND (a.name ILIKE $2 OR a.slug ILIKE $2 OR g.login ILIKE $2 OR g.name ILIKE $2)
			ORDER BY lower(a.name), i.id LIMIT $3 OFFSET $4)
		SELECT `+itemColumns+`, p.total, `+policies.AppPolicyJSON("i.account_id")+`, `+policies.AppFactsJSON("i.app_id")+`
		FROM`+standingTables+` JOIN p ON p.id = i.id ORDER BY lower(a.name), i.id`, p.ID, pattern, PerPage, (f.Page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("installs: list: %w", err)
	}
	l.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (it Item, err error) {
		var policy, facts []byte
		if err := it.scan(row, &it.LogoHash, &it.LogoBackdrop, &it.Shown, &l.Total, &policy, &facts); err != nil {
			return it, err
		}
		verdict, err := policies.Judged(policy, facts, it.Permissions)
		it.Stopped = verdict.Decision == models.DecisionDeny
		return it, err
	})
	if err != nil {
		return nil, fmt.Errorf("installs: list: %w", err)
	}
	if f.Page > 1 && len(l.Items) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	return l, nil
}
