package plans

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// History is every price that a listing's plans have had.
type History struct {
	Slug     string
	Name     string
	Unlisted bool // found by its address alone
	Plans    []PlanHistory
}

// PlanHistory is a plan and its prices, the newest one first. Name and State are
// what they are today.
type PlanHistory struct {
	Number   int               `json:"number"`
	Name     string            `json:"name"`
	State    models.PlanState  `json:"state"`
	Versions []models.PriceTag `json:"versions"`
}

// Prices is the price history of the listing at slug, for anyone, or ErrNotFound
// where visitors see no such listing; they see an unlisted one. Plans that were never published have none.
func (s *Service) Prices(ctx context.Context, slug string) (*History, error) {
	var h History
	err := s.db.Pool().QueryRow(ctx, `SELECT l.slug, l.name, l.state = 'unlisted', coalesce((SELECT json_agg(json_build_object('number', p.number, 'name', p.name,
			'state', p.state, 'versions', (SELECT json_agg(json_build_object('version', v.version, 'kind', v.kind, 'monthly_minor', v.monthly_minor,
				'yearly_minor', v.yearly_minor, 'currency', v.currency, 'unit_name', v.unit_name, 'trial_days', v.trial_days,
				'price_policy', v.price_policy, 'notice_days', v.notice_days, 'effective_at', v.effective_at) ORDER BY v.version DESC)
				FROM plan_versions v WHERE v.plan_id = p.id AND v.listing_id = l.id)) ORDER BY p.state = 'retired', p.position, p.number)
			FROM plans p WHERE p.listing_id = l.id AND p.state <> 'draft'
				AND EXISTS (SELECT FROM plan_versions v WHERE v.plan_id = p.id)), '[]')
		FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts o ON o.id = a.account_id
		WHERE l.slug = $1 AND (l.public OR l.state = 'unlisted' AND o.suspended_at IS NULL)`, slug).Scan(&h.Slug, &h.Name, &h.Unlisted, &h.Plans)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("plans: prices: %w", err)
	}
	for i := range h.Plans {
		for j := range h.Plans[i].Versions {
			v := &h.Plans[i].Versions[j]
			v.EffectiveAt = v.EffectiveAt.In(time.UTC)
		}
	}
	return &h, nil
}
