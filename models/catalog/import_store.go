package catalog

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models/db"
)

// Every statement here takes the whole batch as one JSON array: the number of
// round trips doesn't depend on the number of rows.

func (im *importer) storeApps(ctx context.Context, tx *db.Tx, rows []*listingRow) error {
	data, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	const sql = `
		INSERT INTO apps AS a (account_id, slug, kind, name, homepage_url, permissions, events, scopes, single_file_paths, created_at, updated_at)
		SELECT account_id, app_slug, kind, name, homepage_url, nullif(permissions, 'null'), events, scopes, single_file_paths, $2, $2
		FROM jsonb_to_recordset($1) AS r (account_id bigint, app_slug text, kind text, name text, homepage_url text,
			permissions jsonb, events text[], scopes text[], single_file_paths text[])
		ON CONFLICT (slug) DO UPDATE SET account_id = excluded.account_id, kind = excluded.kind, name = excluded.name,
			homepage_url = excluded.homepage_url, permissions = excluded.permissions, events = excluded.events,
			scopes = excluded.scopes, single_file_paths = excluded.single_file_paths, updated_at = $2
		RETURNING a.slug, a.id`
	ids, err := idsBySlug(ctx, tx, sql, string(data), im.s.now())
	if err != nil {
		return fmt.Errorf("apps: %w", err)
	}
	for _, r := range rows {
		r.AppID = ids[r.AppSlug]
	}
	return nil
}

func (im *importer) storeListings(ctx context.Context, tx *db.Tx, rows []*listingRow) error {
	data, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	const sql = `
		INSERT INTO listings AS l (app_id, slug, name, state, revision, tagline, introduction, description, description_html,
			keywords, programming, links, installs, installs_as_of, stars, stars_as_of, discontinued, pricing,
			pricing_from_minor, pricing_currency, risk_band, risk_score, content_digest, published_at,
			data_handling, contacts, purchase, purchase_url, logo_hash, logo_backdrop, feature_hash, feature_color,
			created_at, updated_at)
		SELECT app_id, slug, name, state, 1, tagline, introduction, description, description_html,
			keywords, programming, links, installs, installs_as_of, stars, stars_as_of, discontinued, pricing,
			pricing_from_minor, pricing_currency, risk_band, risk_score, decode(content_digest, 'hex'), published_at,
			data_handling, contacts, purchase, purchase_url, logo_hash, logo_backdrop, feature_hash, feature_color,
			$2, coalesce(published_at, $2)
		FROM jsonb_to_recordset($1) AS r (app_id bigint, slug text, name text, state text, tagline text, introduction text,
			description text, description_html text, keywords text[], programming text[], links jsonb, installs bigint,
			installs_as_of date, stars bigint, stars_as_of date, discontinued boolean, pricing text[],
			pricing_from_minor bigint, pricing_currency text, risk_band text, risk_score int, content_digest text,
			published_at timestamptz, data_handling jsonb, contacts jsonb, purchase text, purchase_url text,
			logo_hash text, logo_backdrop text, feature_hash text, feature_color text)
		ON CONFLICT (slug) DO UPDATE SET app_id = excluded.app_id, name = excluded.name, state = excluded.state,
			revision = l.revision + 1, tagline = excluded.tagline, introduction = excluded.introduction,
			description = excluded.description, description_html = excluded.description_html, keywords = excluded.keywords,
			programming = excluded.programming, links = excluded.links, installs = excluded.installs,
			installs_as_of = excluded.installs_as_of, stars = excluded.stars, stars_as_of = excluded.stars_as_of,
			discontinued = excluded.discontinued, pricing = excluded.pricing, pricing_from_minor = excluded.pricing_from_minor,
			pricing_currency = excluded.pricing_currency, risk_band = excluded.risk_band, risk_score = excluded.risk_score,
			content_digest = excluded.content_digest, published_at = coalesce(l.published_at, excluded.published_at),
			data_handling = excluded.data_handling, contacts = excluded.contacts, purchase = excluded.purchase,
			purchase_url = excluded.purchase_url, logo_hash = excluded.logo_hash, logo_backdrop = excluded.logo_backdrop,
			feature_hash = excluded.feature_hash, feature_color = excluded.feature_color, updated_at = $2
		RETURNING l.slug, l.id`
	ids, err := idsBySlug(ctx, tx, sql, string(data), im.s.now())
	if err != nil {
		return fmt.Errorf("listings: %w", err)
	}
	for _, r := range rows {
		r.ID = ids[r.Slug]
	}
	return nil
}

func idsBySlug(ctx context.Context, tx *db.Tx, sql string, args ...any) (map[string]int64, error) {
	rows, err := tx.Pgx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	ids := map[string]int64{}
	var slug string
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&slug, &id}, func() error {
		ids[slug] = id
		return nil
	})
	return ids, err
}

// partRow is a row of one of the tables that hang on a listing.
type partRow struct {
	ListingID int64           `json:"listing_id"`
	Position  int             `json:"position"`
	OtherID   int64           `json:"other_id,omitempty"`
	Language  string          `json:"language,omitempty"`
	Name      string          `json:"name"`
	Tagline   string          `json:"tagline"`
	Intro     string          `json:"introduction"`
	Text      string          `json:"description"`
	HTML      string          `json:"description_html"`
	Hash      string          `json:"image_hash,omitempty"`
	Caption   string          `json:"caption"`
	State     string          `json:"state,omitempty"`
	Content   json.RawMessage `json:"content,omitempty"`
}

// storeParts replaces categories, translations and screenshots, and adds a
// revision with the whole entry.
func (im *importer) storeParts(ctx context.Context, tx *db.Tx, rows []*listingRow) error {
	var categories, translations, shots, revisions []partRow
	var changed []int64
	for _, r := range rows {
		if !r.isNew {
			changed = append(changed, r.ID)
		}
		for i, slug := range r.entry.Categories {
			categories = append(categories, partRow{ListingID: r.ID, Position: i, OtherID: im.categories[slug].id})
		}
		for lang, t := range r.entry.Translations {
			html, err := RenderMarkdown(t.Description)
			if err != nil {
				return err
			}
			translations = append(translations, partRow{ListingID: r.ID, Language: lang, Name: t.Name, Tagline: t.Tagline, Intro: t.Introduction, Text: t.Description, HTML: html})
		}
		for i, s := range r.screenshots {
			shots = append(shots, partRow{ListingID: r.ID, Position: i, Hash: s.hash, Caption: s.caption})
		}
		revisions = append(revisions, partRow{ListingID: r.ID, State: orElse(string(r.revisionState), string(r.State)), Content: r.Content})
	}
	for _, step := range []struct {
		clear  string
		insert string
		rows   []partRow
	}{
		{"DELETE FROM listing_categories WHERE listing_id = ANY($1)",
			`INSERT INTO listing_categories (listing_id, position, category_id)
			SELECT listing_id, position, other_id FROM jsonb_to_recordset($1) AS r (listing_id bigint, position int, other_id bigint)`, categories},
		{"DELETE FROM listing_translations WHERE listing_id = ANY($1)",
			`INSERT INTO listing_translations (listing_id, language, name, tagline, introduction, description, description_html)
			SELECT listing_id, language, name, tagline, introduction, description, description_html FROM jsonb_to_recordset($1)
			AS r (listing_id bigint, language text, name text, tagline text, introduction text, description text, description_html text)`, translations},
		{"DELETE FROM screenshots WHERE listing_id = ANY($1)",
			`INSERT INTO screenshots (listing_id, position, image_hash, caption)
			SELECT listing_id, position, image_hash, caption FROM jsonb_to_recordset($1) AS r (listing_id bigint, position int, image_hash text, caption text)`, shots},
		{"", `INSERT INTO listing_revisions (listing_id, number, state, content, created_at)
			SELECT r.listing_id, l.revision, r.state, r.content, l.updated_at FROM jsonb_to_recordset($1)
			AS r (listing_id bigint, state text, content jsonb) JOIN listings l ON l.id = r.listing_id`, revisions},
	} {
		if err := replaceParts(ctx, tx, step.clear, changed, step.insert, step.rows); err != nil {
			return err
		}
	}
	return nil
}

func replaceParts(ctx context.Context, tx *db.Tx, clear string, ids []int64, insert string, rows []partRow) error {
	if clear != "" && len(ids) > 0 {
		if _, err := tx.Pgx.Exec(ctx, clear, ids); err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.Pgx.Exec(ctx, insert, string(data))
	return err
}
