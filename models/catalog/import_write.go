package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
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
		im.report.Listings.Claimed += tally.Claimed
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
	SinglePaths   []string            `json:"single_file_paths"`
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
	Data          models.DataHandling `json:"data_handling"`
	Contacts      []models.Contact    `json:"contacts"`
	Purchase      models.Purchase     `json:"purchase"`
	PurchaseURL   string              `json:"purchase_url"`
	LogoHash      string              `json:"logo_hash"`
	LogoBackdrop  string              `json:"logo_backdrop"`
	FeatureHash   string              `json:"feature_hash"`
	FeatureColor  string              `json:"feature_color"`
	DigestHex     string              `json:"content_digest"`
	PublishedAt   *time.Time          `json:"published_at"`
	Content       json.RawMessage     `json:"content"`
	screenshots   []shotRow
	previousState models.ListingState
	revisionState models.ListingState // that the revision tells; the listing's own when empty
}

// existing is what the database says of a listing before the batch.
type existing struct {
	id, appID int64
	state     models.ListingState
	claimed   bool
	digest    []byte
}

func (im *importer) changed(ctx context.Context, tx *db.Tx, batch []pendingListing) ([]*listingRow, Tally, error) {
	var tally Tally
	have, err := im.existing(ctx, tx, batch)
	if err != nil {
		return nil, tally, err
	}
	taken, err := im.takenApps(ctx, tx, batch)
	if err != nil {
		return nil, tally, err
	}
	entries := make([]*ListingEntry, len(batch))
	for i := range batch {
		entries[i] = batch[i].entry
	}
	if im.stored, err = storedPictures(ctx, tx, entries...); err != nil {
		return nil, tally, err
	}
	var rows []*listingRow
	for _, p := range batch {
		was, found := have[p.entry.Slug]
		if found && was.claimed {
			tally.Claimed++
			im.report.Claimed = append(im.report.Claimed, p.entry.Slug)
			continue
		}
		app := taken[orElse(p.entry.AppSlug, p.entry.Slug)]
		if im.bad(p.line, "listing "+p.entry.Slug, &im.report.Listings, app.problems(p.entry.Slug)) {
			continue
		}
		content, err := marshal(p.entry)
		if err != nil {
			return nil, tally, fmt.Errorf("line %d: %w", p.line, err)
		}
		digest := digestOf(p.entry)
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
		row.DigestHex, row.Content = fmt.Sprintf("%x", digest), content
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
	rows, err := tx.Pgx.Query(ctx, `SELECT slug, id, app_id, state, claimed_at IS NOT NULL, content_digest
		FROM listings WHERE slug = ANY($1) ORDER BY id FOR UPDATE`, slugs)
	if err != nil {
		return nil, err
	}
	have := make(map[string]existing, len(batch))
	var slug string
	var e existing
	_, err = pgx.ForEachRow(rows, []any{&slug, &e.id, &e.appID, &e.state, &e.claimed, &e.digest}, func() error {
		have[slug] = existing{e.id, e.appID, e.state, e.claimed, bytes.Clone(e.digest)}
		return nil
	})
	return have, err
}

// takenApp is what the database says of an app that an entry names.
type takenApp struct {
	registered bool
	listing    string // slug of its listing
}

// problems says why the app can't be that of the listing at slug.
func (a takenApp) problems(slug string) []Problem {
	var c check
	switch {
	case a.listing != "" && a.listing != slug:
		c.fail("app_slug", "is the app of the listing "+quote(a.listing))
	case a.registered:
		c.fail("app_slug", "belongs to an app that its integrator has registered here")
	}
	return c.problems
}

// takenApps finds the apps of a batch that imports can't give a listing.
func (im *importer) takenApps(ctx context.Context, tx *db.Tx, batch []pendingListing) (map[string]takenApp, error) {
	slugs := make([]string, len(batch))
	for i, p := range batch {
		slugs[i] = orElse(p.entry.AppSlug, p.entry.Slug)
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT a.slug, a.registered_at IS NOT NULL, coalesce(l.slug, '')
		FROM apps a LEFT JOIN listings l ON l.app_id = a.id WHERE a.slug = ANY($1)`, slugs)
	if err != nil {
		return nil, err
	}
	taken := make(map[string]takenApp, len(batch))
	var slug string
	var a takenApp
	_, err = pgx.ForEachRow(rows, []any{&slug, &a.registered, &a.listing}, func() error {
		taken[slug] = a
		return nil
	})
	return taken, err
}

// row derives from an entry all that is stored of it.
func (im *importer) row(ctx context.Context, tx *db.Tx, e *ListingEntry, was existing, found bool) (*listingRow, []Problem, error) {
	var c check
	r, err := rowOfEntry(e)
	if err != nil {
		return nil, nil, err
	}
	r.isNew, r.ID, r.AppID, r.previousState = !found, was.id, was.appID, was.state
	if e.Publisher != "" {
		r.AccountID = &im.accounts[e.Publisher].id
	}
	im.settleState(r, found, &c)
	for _, field := range e.unknownPictures(im.stored) {
		c.fail(field, "names a picture that isn't stored here")
	}
	r.screenshots = im.pictures(ctx, tx, e, &c)
	if e.Logo != nil {
		r.LogoHash = im.pictureHash(ctx, tx, "logo", e.Logo, &c)
	}
	if e.Feature != nil {
		r.FeatureHash = im.pictureHash(ctx, tx, "feature", &e.Feature.Picture, &c)
	}
	return r, c.problems, nil
}

// pictureHash stores the file that an entry names for one picture.
func (im *importer) pictureHash(ctx context.Context, tx *db.Tx, field string, p *models.Picture, c *check) string {
	if p.File == "" {
		return p.Hash
	}
	hash, err := im.picture(ctx, tx, p.File)
	if err != nil {
		c.fail(field+".file", err.Error())
	}
	return hash
}

// rowOfEntry is all of an entry that stands in it, with what follows from it.
func rowOfEntry(e *ListingEntry) (*listingRow, error) {
	html, err := RenderMarkdown(e.Description)
	if err != nil {
		return nil, err
	}
	r := &listingRow{
		entry: e, Slug: e.Slug, AppSlug: orElse(e.AppSlug, e.Slug), Name: e.Name, Kind: e.Type, Homepage: e.HomepageURL,
		Permissions: e.Permissions, Events: e.Events, Scopes: e.Scopes, SinglePaths: notNil(e.SingleFilePaths), State: e.State,
		Tagline: e.Tagline, Introduction: e.Introduction, Description: e.Description, HTML: html,
		Keywords: notNil(e.Keywords), Programming: notNil(e.Languages), Links: e.Links,
		Installs: e.Installs, InstallsAsOf: dateOrNil(e.InstallsAsOf), Stars: e.Stars, StarsAsOf: dateOrNil(e.StarsAsOf),
		Discontinued: e.Discontinued, Data: e.Data, Contacts: e.Contacts, Purchase: e.Purchase, PurchaseURL: e.PurchaseURL,
		LogoBackdrop: strings.ToLower(e.LogoBackdrop),
	}
	if r.Contacts == nil {
		r.Contacts = []models.Contact{}
	}
	if e.Logo != nil {
		r.LogoHash = e.Logo.Hash
	}
	if e.Feature != nil {
		r.FeatureHash, r.FeatureColor = e.Feature.Hash, strings.ToLower(e.Feature.TextColor)
	}
	r.derive(e)
	return r, nil
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
