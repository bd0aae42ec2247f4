package drafts

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// liveSQL is what is live of a listing, as a models.ListingContent.
const liveSQL = `SELECT jsonb_build_object('slug', l.slug, 'app_slug', a.slug, 'type', a.kind, 'publisher', coalesce(o.login, ''), 'name', l.name,
		'tagline', l.tagline, 'introduction', l.introduction, 'description', l.description,
		'keywords', to_jsonb(l.keywords), 'languages', to_jsonb(l.programming),
		'categories', coalesce((SELECT jsonb_agg(c.slug ORDER BY lc.position) FROM listing_categories lc JOIN categories c ON c.id = lc.category_id
			WHERE lc.listing_id = l.id), '[]'),
		'translations', coalesce((SELECT jsonb_object_agg(t.language, jsonb_build_object('name', t.name, 'tagline', t.tagline,
			'introduction', t.introduction, 'description', t.description)) FROM listing_translations t WHERE t.listing_id = l.id), '{}'),
		'homepage_url', a.homepage_url, 'links', l.links, 'contacts', l.contacts, 'data', l.data_handling,
		'logo', CASE WHEN l.logo_hash <> '' THEN jsonb_build_object('hash', l.logo_hash) END, 'logo_backdrop', l.logo_backdrop,
		'feature', CASE WHEN l.feature_hash <> '' OR l.feature_color <> ''
			THEN jsonb_build_object('hash', l.feature_hash, 'text_color', l.feature_color) END,
		'screenshots', coalesce((SELECT jsonb_agg(jsonb_build_object('hash', s.image_hash, 'caption', s.caption) ORDER BY s.position)
			FROM screenshots s WHERE s.listing_id = l.id), '[]'),
		'purchase', l.purchase, 'purchase_url', l.purchase_url,
		'plans', coalesce((SELECT jsonb_agg(jsonb_build_object('number', p.number, 'name', p.name, 'kind', p.kind, 'description', p.description,
			'monthly_minor', p.monthly_minor, 'yearly_minor', p.yearly_minor, 'currency', p.currency, 'unit_name', p.unit_name,
			'min_units', p.min_units, 'max_units', p.max_units, 'capacity', p.capacity, 'trial_days', p.trial_days, 'bullets', to_jsonb(p.bullets),
			'audience', p.audience, 'state', p.state, 'price_policy', p.price_policy, 'notice_days', p.notice_days) ORDER BY p.position, p.number)
			FROM plans p WHERE p.listing_id = l.id), '[]')), l.updated_at
	FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts o ON o.id = a.account_id WHERE l.id = $1`

// live is what is live of a listing: where the first draft begins.
func live(ctx context.Context, q apps.Querier, listingID int64) (models.ListingContent, time.Time, error) {
	var c models.ListingContent
	var updated time.Time
	found, err := db.Found(q.QueryRow(ctx, liveSQL, listingID).Scan(&c, &updated))
	if err != nil {
		return c, updated, fmt.Errorf("drafts: live: %w", err)
	}
	if !found {
		return c, updated, models.ErrNotFound
	}
	return c, updated, nil
}
