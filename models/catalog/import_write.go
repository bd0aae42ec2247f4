package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
)

// write brings one batch into the database in one transaction: it finds what
// is new or changed by digest, writes those rows set by set, and queues their
// indexing.
func (im *importer) write(ctx context.Context, batch []pendingListing) error {
	return im.s.db.Tx(ctx, func(tx *db.Tx) error {
		rows, tally, err := im.changed(ctx, tx, batch)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			if err := im.store(ctx, tx, rows); err != nil {
				return err
			}
		}
		im.report.Listings.Added += tally.Added
		im.report.Listings.Updated += tally.Updated
		im.report.Listings.Unchanged += tally.Unchanged
		return nil
	})
}

// listingRow is a listing on its way into the database, in the shape that the
// statements of store read as JSON.
type listingRow struct {
	entry *ListingEntry
	isNew bool

	ID            int64               `json:"id"`
	AppID         int64               `json:"app_id"`
	Slug          string              `json:"slug"`
	AppSlug       string              `json:"app_slug"`
	AccountID     *int64              `json:"account_id"`
	Name          string              `json:"name"`
	Kind          models.AppKind      `json:"kind"`
	Homepage      string              `json:"homepage_url"`
	Permissions   models.Grants       `json:"permissions"`
	Events        []string            `json:"events"`
	Scopes        []string            `json:"scopes"`
	State         models.ListingState `json:"state"`
	Tagline       string              `json:"tagline"`
	Introduction  string              `json:"introduction"`
	Description   string              `json:"description"`
	HTML          string              `json:"description_html"`
	Keywords      []string            `json:"keywords"`
	Programming   []string            `json:"programming"`
	Links         models.Links        `json:"links"`
	Installs      *int64              `json:"installs"`
	InstallsAsOf  *string             `json:"installs_as_of"`
	Stars         *int64              `json:"stars"`
	StarsAsOf     *string             `json:"stars_as_of"`
	Discontinued  bool                `json:"discontinued"`
	Pricing       []string            `json:"pricing"`
	PricingFrom   *int64              `json:"pricing_from_minor"`
	PricingMoney  string              `json:"pricing_currency"`
	RiskBand      models.RiskBand     `json:"risk_band"`
	RiskScore     int                 `json:"risk_score"`
	Digest        []byte              `json:"-"`
	DigestHex     string              `json:"content_digest"`
	PublishedAt   *time.Time          `json:"published_at"`
	Content       json.RawMessage     `json:"content"`
	screenshots   []shotRow
	previousState models.ListingState
}

// existing is what the database says of a listing before the batch.
type existing struct {
	id, appID int64
	state     models.ListingState
	digest    []byte
}

func (im *importer) changed(ctx context.Context, tx *db.Tx, batch []pendingListing) ([]*listingRow, Tally, error) {
	var tally Tally
	have, err := im.existing(ctx, tx, batch)
	if err != nil {
		return nil, tally, err
	}
	var rows []*listingRow
	for _, p := range batch {
		content, err := marshal(p.entry)
		if err != nil {
			return nil, tally, fmt.Errorf("line %d: %w", p.line, err)
		}
		digest := digestOf(p.entry)
		was, found := have[p.entry.Slug]
		if found && bytes.Equal(was.digest, digest) {
			tally.Unchanged++
			continue
		}
		row, problems, err := im.row(ctx, tx, p.entry, was, found)
		if err != nil {
			return nil, tally, fmt.Errorf("line %d: %w", p.line, err)
		}
		if im.bad(p.line, "listing "+p.entry.Slug, &im.report.Listings, problems) {
			continue
		}
		row.Digest, row.DigestHex, row.Content = digest, fmt.Sprintf("%x", digest), content
		rows = append(rows, row)
		count(&tally, !found)
	}
	return rows, tally, nil
}

// digestOf tells entries apart by all they say but when they were published,
// which only matters for a new one.
func digestOf(e *ListingEntry) []byte {
	c := *e
	c.PublishedAt = ""
	b, _ := marshal(&c)
	sum := sha256.Sum256(b)
	return sum[:]
}

func (im *importer) existing(ctx context.Context, tx *db.Tx, batch []pendingListing) (map[string]existing, error) {
	slugs := make([]string, len(batch))
	for i, p := range batch {
		slugs[i] = p.entry.Slug
	}
	rows, err := tx.Pgx.Query(ctx, "SELECT slug, id, app_id, state, content_digest FROM listings WHERE slug = ANY($1) ORDER BY id FOR UPDATE", slugs)
	if err != nil {
		return nil, err
	}
	have := make(map[string]existing, len(batch))
	var slug string
	var e existing
	_, err = pgx.ForEachRow(rows, []any{&slug, &e.id, &e.appID, &e.state, &e.digest}, func() error {
		have[slug] = existing{e.id, e.appID, e.state, bytes.Clone(e.digest)}
		return nil
	})
	return have, err
}

// row derives from an entry all that is stored of it.
func (im *importer) row(ctx context.Context, tx *db.Tx, e *ListingEntry, was existing, found bool) (*listingRow, []Problem, error) {
	var c check
	html, err := RenderMarkdown(e.Description)
	if err != nil {
		return nil, nil, err
	}
	r := &listingRow{
		entry: e, isNew: !found, ID: was.id, AppID: was.appID, previousState: was.state,
		Slug: e.Slug, AppSlug: orElse(e.AppSlug, e.Slug), Name: e.Name, Kind: e.Type, Homepage: e.HomepageURL,
		Permissions: e.Permissions, Events: e.Events, Scopes: e.Scopes, State: e.State,
		Tagline: e.Tagline, Introduction: e.Introduction, Description: e.Description, HTML: html,
		Keywords: notNil(e.Keywords), Programming: notNil(e.Languages), Links: e.Links,
		Installs: e.Installs, InstallsAsOf: dateOrNil(e.InstallsAsOf), Stars: e.Stars, StarsAsOf: dateOrNil(e.StarsAsOf),
		Discontinued: e.Discontinued,
	}
	if e.Publisher != "" {
		r.AccountID = &im.accounts[e.Publisher].id
	}
	im.settleState(r, found, &c)
	r.derive(e)
	r.screenshots = im.pictures(ctx, tx, e, &c)
	return r, c.problems, nil
}

func (im *importer) settleState(r *listingRow, found bool, c *check) {
	if r.State == "" {
		r.State = models.ListingPublished
	}
	if found {
		l := models.Listing{State: r.previousState}
		if _, err := l.To(r.State); err != nil {
			c.fail("state", "can't go from "+string(r.previousState)+" to "+string(r.State))
		}
	}
	if r.State != models.ListingPublished {
		return
	}
	at := im.began
	if t, err := time.Parse(time.RFC3339, r.entry.PublishedAt); err == nil {
		at = t
	}
	r.PublishedAt = &at
}

// derive computes the sums that pages of cards read.
func (r *listingRow) derive(e *ListingEntry) {
	plans := make([]models.Plan, len(e.Plans))
	for i := range e.Plans {
		plans[i] = planOf(&e.Plans[i])
	}
	pricing := models.PricingOf(plans)
	r.Pricing, r.PricingFrom, r.PricingMoney = pricing.Values(), pricing.FromMinor, pricing.Currency
	app := models.App{Kind: e.Type, Permissions: e.Permissions, Scopes: e.Scopes}
	risk := app.Risk()
	r.RiskBand, r.RiskScore = risk.Band, risk.Score
}

// plan is the entry as a plan with its defaults.
func planOf(p *models.PlanTerm) models.Plan {
	m := models.Plan{
		Name: p.Name, Kind: p.Kind, Description: p.Description, MonthlyMinor: p.MonthlyMinor, YearlyMinor: p.YearlyMinor,
		Currency: orElse(p.Currency, "USD"), UnitName: p.UnitName, TrialDays: p.TrialDays, Bullets: notNil(p.Bullets),
		Audience: models.Audience(orElse(string(p.Audience), string(models.AudienceEveryone))),
		State:    models.PlanState(orElse(string(p.State), string(models.PlanPublished))),
	}
	if t, err := time.Parse(time.DateOnly, p.AsOf); err == nil {
		m.AsOf = &t
	}
	return m
}

func (im *importer) store(ctx context.Context, tx *db.Tx, rows []*listingRow) error {
	if err := im.storeApps(ctx, tx, rows); err != nil {
		return err
	}
	if err := im.storeListings(ctx, tx, rows); err != nil {
		return err
	}
	if err := im.storeParts(ctx, tx, rows); err != nil {
		return err
	}
	if err := im.storePlans(ctx, tx, rows); err != nil {
		return err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return im.s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: ids})
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func dateOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
