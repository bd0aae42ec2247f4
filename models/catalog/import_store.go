package catalog

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
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
		INSERT INTO apps AS a (account_id, slug, kind, name, homepage_url, permissions, events, scopes, created_at, updated_at)
		SELECT account_id, app_slug, kind, name, homepage_url, nullif(permissions, 'null'), events, scopes, $2, $2
		FROM jsonb_to_recordset($1) AS r (account_id bigint, app_slug text, kind text, name text, homepage_url text,
			permissions jsonb, events text[], scopes text[])
		ON CONFLICT (slug) DO UPDATE SET account_id = excluded.account_id, kind = excluded.kind, name = excluded.name,
			homepage_url = excluded.homepage_url, permissions = excluded.permissions, events = excluded.events,
			scopes = excluded.scopes, updated_at = $2
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
			pricing_from_minor, pricing_currency, risk_band, risk_score, content_digest, published_at, created_at, updated_at)
		SELECT app_id, slug, name, state, 1, tagline, introduction, description, description_html,
			keywords, programming, links, installs, installs_as_of, stars, stars_as_of, discontinued, pricing,
			pricing_from_minor, pricing_currency, risk_band, risk_score, decode(content_digest, 'hex'), published_at, $2,
			coalesce(published_at, $2)
		FROM jsonb_to_recordset($1) AS r (app_id bigint, slug text, name text, state text, tagline text, introduction text,
			description text, description_html text, keywords text[], programming text[], links jsonb, installs bigint,
			installs_as_of date, stars bigint, stars_as_of date, discontinued boolean, pricing text[],
			pricing_from_minor bigint, pricing_currency text, risk_band text, risk_score int, content_digest text,
			published_at timestamptz)
		ON CONFLICT (slug) DO UPDATE SET app_id = excluded.app_id, name = excluded.name, state = excluded.state,
			revision = l.revision + 1, tagline = excluded.tagline, introduction = excluded.introduction,
			description = excluded.description, description_html = excluded.description_html, keywords = excluded.keywords,
			programming = excluded.programming, links = excluded.links, installs = excluded.installs,
			installs_as_of = excluded.installs_as_of, stars = excluded.stars, stars_as_of = excluded.stars_as_of,
			discontinued = excluded.discontinued, pricing = excluded.pricing, pricing_from_minor = excluded.pricing_from_minor,
			pricing_currency = excluded.pricing_currency, risk_band = excluded.risk_band, risk_score = excluded.risk_score,
			content_digest = excluded.content_digest, published_at = coalesce(l.published_at, excluded.published_at),
			updated_at = $2
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
		revisions = append(revisions, partRow{ListingID: r.ID, State: string(r.State), Content: r.Content})
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

// planRow is a plan on its way into the database.
type planRow struct {
	ListingID    int64            `json:"listing_id"`
	Number       int              `json:"number"`
	Name         string           `json:"name"`
	Kind         models.PlanKind  `json:"kind"`
	Description  string           `json:"description"`
	MonthlyMinor *int64           `json:"monthly_minor"`
	YearlyMinor  *int64           `json:"yearly_minor"`
	Currency     string           `json:"currency"`
	UnitName     string           `json:"unit_name"`
	TrialDays    int              `json:"trial_days"`
	Bullets      []string         `json:"bullets"`
	Audience     models.Audience  `json:"audience"`
	State        models.PlanState `json:"state"`
	AsOf         *string          `json:"as_of"`
}

// storePlans keeps the number, and so the identity, of a plan by its name; one
// that the entry no longer names is retired, not removed, since there may be
// subscriptions to it.
func (im *importer) storePlans(ctx context.Context, tx *db.Tx, rows []*listingRow) error {
	numbers, last, err := planNumbers(ctx, tx, rows)
	if err != nil {
		return fmt.Errorf("plans: %w", err)
	}
	var plans []planRow
	kept := make([]string, 0)
	var changed []int64
	for _, r := range rows {
		if !r.isNew {
			changed = append(changed, r.ID)
		}
		for i := range r.entry.Plans {
			e := &r.entry.Plans[i]
			key := planKey(r.ID, e.Name)
			number, ok := numbers[key]
			if !ok {
				last[r.ID]++
				number = last[r.ID]
			}
			kept = append(kept, key)
			plans = append(plans, rowOf(e, r.ID, number))
		}
	}
	if len(changed) > 0 {
		if _, err := tx.Pgx.Exec(ctx, `UPDATE plans SET state = 'retired', updated_at = $3
			WHERE listing_id = ANY($1) AND state <> 'retired' AND NOT (listing_id || ' ' || name) = ANY($2)`, changed, kept, im.s.now()); err != nil {
			return fmt.Errorf("plans: %w", err)
		}
	}
	if len(plans) == 0 {
		return nil
	}
	data, err := json.Marshal(plans)
	if err != nil {
		return err
	}
	if _, err = tx.Pgx.Exec(ctx, upsertPlans, string(data), im.s.now()); err != nil {
		return fmt.Errorf("plans: %w", err)
	}
	return nil
}

const upsertPlans = `
	INSERT INTO plans (listing_id, number, name, kind, description, monthly_minor, yearly_minor, currency, unit_name,
		trial_days, bullets, audience, state, as_of, created_at, updated_at)
	SELECT listing_id, number, name, kind, description, monthly_minor, yearly_minor, currency, unit_name,
		trial_days, bullets, audience, state, as_of, $2, $2
	FROM jsonb_to_recordset($1) AS r (listing_id bigint, number int, name text, kind text, description text,
		monthly_minor bigint, yearly_minor bigint, currency text, unit_name text, trial_days int, bullets text[],
		audience text, state text, as_of date)
	ON CONFLICT (listing_id, number) DO UPDATE SET name = excluded.name, kind = excluded.kind,
		description = excluded.description, monthly_minor = excluded.monthly_minor, yearly_minor = excluded.yearly_minor,
		currency = excluded.currency, unit_name = excluded.unit_name, trial_days = excluded.trial_days,
		bullets = excluded.bullets, audience = excluded.audience, state = excluded.state, as_of = excluded.as_of, updated_at = $2`

func rowOf(p *models.PlanTerm, listing int64, number int) planRow {
	m := planOf(p)
	return planRow{
		ListingID: listing, Number: number, Name: m.Name, Kind: m.Kind, Description: m.Description,
		MonthlyMinor: m.MonthlyMinor, YearlyMinor: m.YearlyMinor, Currency: m.Currency, UnitName: m.UnitName,
		TrialDays: m.TrialDays, Bullets: m.Bullets, Audience: m.Audience, State: m.State, AsOf: dateOrNil(p.AsOf),
	}
}

func planKey(listing int64, name string) string { return fmt.Sprintf("%d %s", listing, name) }

func planNumbers(ctx context.Context, tx *db.Tx, rows []*listingRow) (numbers map[string]int, last map[int64]int, err error) {
	numbers, last = map[string]int{}, map[int64]int{}
	var ids []int64
	for _, r := range rows {
		if !r.isNew {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return numbers, last, nil
	}
	found, err := tx.Pgx.Query(ctx, "SELECT listing_id, number, name FROM plans WHERE listing_id = ANY($1)", ids)
	if err != nil {
		return nil, nil, err
	}
	var listing int64
	var number int
	var name string
	_, err = pgx.ForEachRow(found, []any{&listing, &number, &name}, func() error {
		numbers[planKey(listing, name)] = number
		last[listing] = max(last[listing], number)
		return nil
	})
	return numbers, last, err
}
