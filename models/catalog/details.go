package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// maxNear is how many similar listings, and how many alternatives with fewer
// permissions, a page shows.
const maxNear = 4

// detailsSQL reads a listing's page in one statement. $1 is the reader's
// language, $2 the slugs.
const detailsSQL = `
	SELECT l.id, l.app_id, l.slug, coalesce(nullif(t.name, ''), l.name), l.state, l.revision,
		coalesce(nullif(t.tagline, ''), l.tagline), coalesce(nullif(t.introduction, ''), l.introduction),
		coalesce(nullif(t.description_html, ''), l.description_html),
		l.keywords, l.programming, l.links, l.installs, l.installs_as_of, l.stars, l.stars_as_of, l.discontinued,
		l.logo_hash, l.logo_backdrop, l.published_at, l.created_at, l.updated_at,
		l.claimed_at IS NOT NULL, l.data_handling, l.purchase, l.purchase_url, l.feature_hash, l.previous_publisher, l.transferred_at,
		l.contacts @> '[{"role": "security"}]',
		a.slug, a.kind, a.name, a.homepage_url, a.permissions, a.events, a.scopes, a.registered_at, a.public, a.created_at,
		p.login, p.name, p.website_url, p.verified_at IS NOT NULL, ` + domainsSQL + `,
		t.language IS NOT NULL, coalesce(t.tagline = '', false), coalesce(t.introduction = '', false),
		coalesce(t.description_html = '', false),
		ARRAY(SELECT lt.language FROM listing_translations lt WHERE lt.listing_id = l.id),
		ARRAY(SELECT lc.category_id FROM listing_categories lc WHERE lc.listing_id = l.id ORDER BY lc.position),
		(SELECT json_agg(json_build_object('number', q.number, 'name', q.name, 'kind', q.kind, 'description', q.description,
			'monthlyMinor', q.monthly_minor, 'yearlyMinor', q.yearly_minor, 'currency', q.currency, 'unitName', q.unit_name,
			'trialDays', q.trial_days, 'minUnits', q.min_units, 'maxUnits', q.max_units, 'capacity', q.capacity,
			'bullets', q.bullets, 'audience', q.audience, 'state', q.state,
			'asOf', q.as_of::timestamptz) ORDER BY q.position, q.number) FROM plans q WHERE q.listing_id = l.id AND q.state = 'published'),
		(SELECT json_agg(json_build_object('position', s.position, 'imageHash', s.image_hash, 'caption', s.caption,
			'width', i.width, 'height', i.height) ORDER BY s.position) FROM screenshots s JOIN images i ON i.hash = s.image_hash
			WHERE s.listing_id = l.id),
		(SELECT json_agg(json_build_object('number', v.number, 'createdAt', v.created_at) ORDER BY v.number DESC)
			FROM (SELECT number, created_at FROM listing_revisions WHERE listing_id = l.id ORDER BY number DESC LIMIT 20) v)
	FROM` + cardTables + `
	WHERE `

// domainsSQL are the domains by which the account p is verified.
const domainsSQL = `CASE WHEN p.verified_at IS NOT NULL THEN
	ARRAY(SELECT v.name FROM domains v WHERE v.organization_id = p.id AND v.verified_at IS NOT NULL ORDER BY v.name LIMIT 5) END`

// Listing loads a listing's page with texts in lang. An unlisted one has a page,
// too. It returns a *models.ListingGone for what was taken down or archived, and
// ErrNotFound for everything else that visitors don't see.
func (s *Service) Listing(ctx context.Context, lang, slug string) (*Details, error) {
	d, err := s.one(ctx, lang, listingAt, slug)
	if errors.Is(err, models.ErrNotFound) {
		return nil, s.gone(ctx, slug)
	}
	return d, err
}

// gone is why there is no page for the listing at slug: ErrNotFound, unless it
// was there and everyone may know what became of it.
func (s *Service) gone(ctx context.Context, slug string) error {
	var g models.ListingGone
	err := s.db.Pool().QueryRow(ctx, `SELECT l.slug, l.name, l.state, coalesce(l.taken_down_at, l.updated_at), l.taken_down_reason, l.taken_down_note
		FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts p ON p.id = a.account_id
		WHERE l.slug = $1 AND (l.state = 'taken_down' OR l.state = 'archived' AND l.published_at IS NOT NULL AND p.suspended_at IS NULL)`, slug).
		Scan(&g.Slug, &g.Name, &g.State, &g.Since, &g.Reason, &g.Note)
	switch found, err := db.Found(err); {
	case err != nil:
		return fmt.Errorf("catalog: gone: %w", err)
	case !found:
		return models.ErrNotFound
	}
	return &g
}

// App loads the listing of the app at slug, or ErrNotFound.
func (s *Service) App(ctx context.Context, lang, slug string) (*Details, error) {
	return s.one(ctx, lang, appAt, slug)
}

func (s *Service) one(ctx context.Context, lang string, where detailsQuery, slug string) (*Details, error) {
	var similar, lighter []int64
	if s.neighbours != nil {
		similar, lighter = s.neighbours.Similar(slug, maxNear)
	}
	f := s.present()
	fresh, known := f.split(lang, slices.Concat(similar, lighter))
	all, err := s.details(ctx, where, lang, slug, fresh, ids(known))
	if err != nil {
		return nil, fmt.Errorf("catalog: listing: %w", err)
	}
	if len(all) == 0 {
		return nil, models.ErrNotFound
	}
	d := &all[0]
	s.remember(f, lang, d.Similar)
	near := append(d.Similar, only(known, d.visible)...)
	d.Similar, d.Lighter = pick(near, similar), pick(near, lighter)
	return d, nil
}

// Compare loads up to models.MaxCompared listings in the order of slugs. Slugs
// of no public listing are left out.
func (s *Service) Compare(ctx context.Context, lang string, slugs []string) ([]Details, error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	if len(slugs) > models.MaxCompared {
		return nil, models.ErrTooManyCompared
	}
	all, err := s.details(ctx, listingsAt, lang, slugs, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("catalog: compare: %w", err)
	}
	slices.SortFunc(all, func(a, b Details) int {
		return slices.Index(slugs, a.Listing.Slug) - slices.Index(slugs, b.Listing.Slug)
	})
	return all, nil
}

func pick(cards []Card, ids []int64) []Card {
	var picked []Card
	for _, id := range ids {
		if i := slices.IndexFunc(cards, func(c Card) bool { return c.ID == id }); i >= 0 {
			picked = append(picked, cards[i])
		}
	}
	return picked
}

// reachable is what one can open by its address.
const reachable = `(l.public OR l.state = 'unlisted' AND p.suspended_at IS NULL)`

// detailsQuery is detailsSQL under a condition with, in the same statement, which
// of the ids $3 may be shown. Near has the cards of the ids $4 as well.
type detailsQuery struct{ alone, near string }

func detailsWhere(condition string) detailsQuery {
	rest := `, ARRAY(SELECT id FROM listings WHERE id = ANY($3) AND public) FROM (` + detailsSQL + condition + `) d`
	return detailsQuery{
		alone: `SELECT d.*, NULL` + rest,
		near:  `WITH near AS (` + nearSQL + `) SELECT d.*, (SELECT json_agg(near) FROM near)` + rest,
	}
}

var (
	listingAt  = detailsWhere(reachable + " AND l.slug = $2")
	appAt      = detailsWhere(reachable + " AND a.slug = $2")
	listingsAt = detailsWhere("l.public AND l.slug = ANY($2)")
)

// details loads listings with the cards of near, which end up in the first
// one's Similar, and which of known may be shown.
func (s *Service) details(ctx context.Context, where detailsQuery, lang string, slugs any, near, known []int64) ([]Details, error) {
	categories, err := s.Categories(ctx)
	if err != nil {
		return nil, err
	}
	sql, args := where.alone, []any{lang, slugs, known}
	if len(near) > 0 {
		sql, args = where.near, append(args, near)
	}
	rows, err := s.db.Pool().Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Details, error) {
		d, err := scanDetails(row, categories)
		d.Language = languageOf(d.Language, lang)
		if d.Handover != nil && s.now().Sub(d.Handover.At) > HandoverShown {
			d.Handover = nil
		}
		return d, err
	})
}

func languageOf(translated, lang string) string {
	if translated != "" {
		return lang
	}
	return "en"
}

// nearSQL is the columns of a card under the names of nearCard. $4 is the ids.
const nearSQL = `
	SELECT l.id, l.slug, coalesce(nullif(t.name, ''), l.name) AS name, coalesce(nullif(t.tagline, ''), l.tagline) AS tagline,
		a.kind, p.login, p.name AS publisher, p.verified_at IS NOT NULL AS verified,
		ARRAY(SELECT lc.category_id FROM listing_categories lc WHERE lc.listing_id = l.id ORDER BY lc.position) AS categories,
		l.pricing, l.pricing_from_minor AS from, l.pricing_currency AS currency, l.risk_band AS risk, l.installs, l.stars,
		l.discontinued, l.logo_hash AS logo, l.logo_backdrop AS backdrop, l.published_at AS published, l.updated_at AS updated
	FROM` + cardTables + `
	WHERE l.id = ANY($4) AND l.public`

type nearCard struct {
	ID           int64
	Slug         string
	Name         string
	Tagline      string
	Kind         models.AppKind
	Login        *string
	Publisher    string
	Verified     bool
	Categories   []int64
	Pricing      []string
	From         *int64
	Currency     string
	Risk         models.RiskBand
	Installs     *int64
	Stars        *int64
	Discontinued bool
	Logo         string
	Backdrop     string
	Published    *time.Time
	Updated      time.Time
}

func (n *nearCard) card(categories *Categories) Card {
	c := Card{
		ID: n.ID, Slug: n.Slug, Name: n.Name, Tagline: n.Tagline, Kind: n.Kind, Categories: categories.byIDs(n.Categories),
		Pricing: pricingFrom(n.Pricing, n.From, n.Currency), PermissionsKnown: n.Risk != "", Risk: n.Risk,
		Installs: n.Installs, Stars: n.Stars, Discontinued: n.Discontinued, LogoHash: n.Logo, LogoBackdrop: n.Backdrop, UpdatedAt: n.Updated,
	}
	if n.Published != nil {
		c.PublishedAt = *n.Published
	}
	if n.Login != nil {
		c.Publisher = &Publisher{Login: *n.Login, Name: n.Publisher, Verified: n.Verified}
	}
	return c
}

func scanDetails(row pgx.CollectableRow, categories *Categories) (Details, error) {
	var (
		d                                   Details
		public                              []int64
		l                                   = &d.Listing
		a                                   = &d.App
		login, publisher, website           *string
		domains                             []string
		verified, translated                bool
		ids                                 []int64
		permissions                         []byte
		plans, screenshots, revisions, near []byte
		before                              string
		handed                              *time.Time
	)
	err := row.Scan(&l.ID, &l.AppID, &l.Slug, &l.Name, &l.State, &l.Revision, &l.Tagline, &l.Introduction, &d.HTML,
		&l.Keywords, &l.Programming, &l.Links, &l.Installs, &l.InstallsAsOf, &l.Stars, &l.StarsAsOf, &l.Discontinued,
		&l.LogoHash, &l.LogoBackdrop, &l.PublishedAt, &l.CreatedAt, &l.UpdatedAt,
		&d.Claimed, &d.Data, &d.Purchase, &d.PurchaseURL, &d.FeatureHash, &before, &handed, &d.SecurityContact,
		&a.Slug, &a.Kind, &a.Name, &a.HomepageURL, &permissions, &a.Events, &a.Scopes, &a.RegisteredAt, &a.Public, &a.CreatedAt,
		&login, &publisher, &website, &verified, &domains, &translated,
		&d.Fallback.Tagline, &d.Fallback.Introduction, &d.Fallback.HTML, &d.Languages, &ids, &plans, &screenshots, &revisions, &near, &public)
	if err != nil {
		return d, err
	}
	a.ID = l.AppID
	d.visible = make(map[int64]bool, len(public))
	for _, id := range public {
		d.visible[id] = true
	}
	if login != nil {
		d.Publisher = &Publisher{Login: *login, Name: *publisher, WebsiteURL: *website, Verified: verified, Domains: domains}
	}
	if before != "" && handed != nil {
		d.Handover = &Handover{From: before, At: *handed}
	}
	if translated {
		d.Language = "translated"
	}
	d.Languages = inOrder(d.Languages)
	d.Categories = categories.byIDs(ids)
	var cards []nearCard
	err = errors.Join(
		decodeInto(permissions, &a.Permissions), decodeInto(plans, &d.Plans), decodeInto(screenshots, &d.Screenshots),
		decodeInto(revisions, &d.Revisions), decodeInto(near, &cards))
	for i := range cards {
		d.Similar = append(d.Similar, cards[i].card(categories))
	}
	return d, err
}

// inOrder puts the languages of a listing's texts in the order of pages;
// English is always one of them.
func inOrder(languages []string) []string {
	var all []string
	for _, l := range models.Languages() {
		if l == "en" || slices.Contains(languages, l) {
			all = append(all, l)
		}
	}
	return all
}

// decodeInto reads JSON that Postgres built; a null leaves v as it is.
func decodeInto(b []byte, v any) error {
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, v)
}

// decode reads one JSON value.
func decode[T any](b []byte) (T, error) {
	var v T
	err := json.Unmarshal(b, &v)
	return v, err
}

// Demonstrated reports whether the demonstration entries were loaded before,
// and Demonstrate records that they now are.
func (s *Service) Demonstrated(ctx context.Context) (bool, error) {
	var done bool
	err := s.db.Pool().QueryRow(ctx, "SELECT EXISTS (SELECT FROM milestones WHERE name = 'demonstration')").Scan(&done)
	return done, err
}

// Demonstrate records that the demonstration entries were loaded at now.
func (s *Service) Demonstrate(ctx context.Context, now time.Time) error {
	_, err := s.db.Pool().Exec(ctx, "INSERT INTO milestones (name, reached_at) VALUES ('demonstration', $1) ON CONFLICT DO NOTHING", now)
	return err
}
