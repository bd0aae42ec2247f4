package claims

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
)

// Listed is a claim in the list of staff.
type Listed struct {
	ID        int64              `json:"id"`
	Slug      string             `json:"slug"`
	Name      string             `json:"name"`
	LogoHash  string             `json:"logo_hash"`
	Login     string             `json:"login"`
	Owner     string             `json:"owner"`     // who has the listing; "" for nobody, or nobody known
	Contested bool               `json:"contested"` // somebody has it, or somebody else has proven to be its integrator too
	State     models.ClaimState  `json:"state"`
	Method    models.ClaimMethod `json:"method"`
	Place     string             `json:"place"`
	At        time.Time          `json:"at"` // proven, or decided
}

// List is a page of claims.
type List struct {
	Waiting int // in all
	Total   int // in this view
	Items   []Listed
}

// listSQL reads a page of claims in one statement.
func listSQL(condition, contested, at, order string) string {
	return `WITH found AS (SELECT c.*, ` + contested + ` AS fought, c.` + at + ` AS at FROM listing_claims c JOIN listings l ON l.id = c.listing_id WHERE ` + condition + `)
	SELECT (SELECT count(*) FROM listing_claims WHERE state = 'proven'), (SELECT count(*) FROM found), coalesce((SELECT json_agg(i) FROM (
		SELECT f.id, l.slug, l.name, l.logo_hash, o.login, coalesce(p.login, '') AS owner, f.fought AS contested, f.state, f.method, f.place, f.at
		FROM found f JOIN listings l ON l.id = f.listing_id JOIN apps a ON a.id = l.app_id JOIN accounts o ON o.id = f.account_id
			LEFT JOIN accounts p ON p.id = a.account_id
		ORDER BY ` + order + `, f.id LIMIT $1 OFFSET $2) i), '[]')`
}

var listViews = map[models.ClaimView]string{
	models.ClaimsWaiting: listSQL(`c.state = 'proven'`,
		`(l.claimed_at IS NOT NULL OR EXISTS (SELECT FROM listing_claims r WHERE r.listing_id = c.listing_id AND r.id <> c.id AND r.state = 'proven'))`,
		"proven_at", "f.fought DESC, f.at"),
	models.ClaimsDecided: listSQL(`c.state IN ('approved', 'refused')`, "c.contested", "decided_at", "f.at DESC"),
}

// List lists the claims that are proven and wait, contested ones first and then
// the longest waiting, or those that were decided, the last first. It returns
// ErrUnknownChoice for a view that isn't one, and ErrPageOutOfRange.
func (s *Service) List(ctx context.Context, actor models.Actor, view models.ClaimView, page int) (*List, error) {
	if err := actor.MayReview(); err != nil {
		return nil, err
	}
	sql, ok := listViews[view]
	if !ok {
		return nil, models.ErrUnknownChoice.On("view")
	}
	var l List
	var items []byte
	err := s.db.Pool().QueryRow(ctx, sql, PerPage, (max(page, 1)-1)*PerPage).Scan(&l.Waiting, &l.Total, &items)
	if err == nil {
		err = json.Unmarshal(items, &l.Items)
	}
	if err != nil {
		return nil, fmt.Errorf("claims: list: %w", err)
	}
	if err := models.CheckPage(page, PerPage, l.Total); err != nil {
		return nil, err
	}
	return &l, nil
}
