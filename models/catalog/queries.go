package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// cardColumns are read by scanCard. $1 is the reader's language.
const cardColumns = `
	l.id, l.slug, coalesce(nullif(t.name, ''), l.name), coalesce(nullif(t.tagline, ''), l.tagline),
	a.kind, p.login, p.name, p.verified_at IS NOT NULL,
	ARRAY(SELECT lc.category_id FROM listing_categories lc WHERE lc.listing_id = l.id ORDER BY lc.position),
	l.pricing, l.pricing_from_minor, l.pricing_currency, l.risk_band, l.installs, l.stars, l.discontinued,
	l.logo_hash, l.logo_backdrop, l.published_at, l.updated_at`

const cardTables = `
	listings l
	JOIN apps a ON a.id = l.app_id
	LEFT JOIN accounts p ON p.id = a.account_id
	LEFT JOIN listing_translations t ON t.listing_id = l.id AND t.language = $1`

// Cards loads listings for a list, in the order of ids and in one statement.
// Ids that are unknown or not public are left out.
func (s *Service) Cards(ctx context.Context, lang string, ids []int64) ([]Card, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	f := s.present()
	if known, ok := f.all(lang, ids); ok {
		return s.visible(ctx, known, ids)
	}
	cards, err := s.cards(ctx, `SELECT`+cardColumns+` FROM`+cardTables+`
		WHERE l.id = ANY($2) AND l.public
		ORDER BY array_position($2, l.id)`, lang, ids)
	if err != nil {
		return nil, fmt.Errorf("catalog: cards: %w", err)
	}
	s.remember(f, lang, cards)
	return cards, nil
}

// Recent loads the n newest listings: by the day they were published, or by
// their last change, optionally of one category or one publisher.
func (s *Service) Recent(ctx context.Context, lang string, by RecentBy, n int) ([]Card, error) {
	order, where, args := "l.published_at", "", []any{lang, n}
	if by.Updated {
		order = "l.updated_at"
	}
	if by.Publisher != "" {
		args = append(args, by.Publisher)
		where += fmt.Sprintf(" AND p.login = $%d", len(args))
	}
	if by.Category != "" {
		args = append(args, by.Category)
		where += fmt.Sprintf(` AND EXISTS (SELECT FROM listing_categories lc JOIN categories c ON c.id = lc.category_id
			WHERE lc.listing_id = l.id AND c.slug = $%d)`, len(args))
	}
	cards, err := s.cards(ctx, `SELECT`+cardColumns+` FROM`+cardTables+`
		WHERE l.public`+where+`
		ORDER BY `+order+` DESC, l.id DESC LIMIT $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("catalog: recent: %w", err)
	}
	return cards, nil
}

// RecentBy chooses which listings Recent returns.
type RecentBy struct {
	Updated   bool
	Category  string
	Publisher string
}

func (s *Service) cards(ctx context.Context, sql string, args ...any) ([]Card, error) {
	categories, err := s.Categories(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Card, error) {
		return scanCard(row, categories)
	})
}

func scanCard(row pgx.CollectableRow, categories *Categories) (Card, error) {
	var (
		c           Card
		login, name *string
		verified    bool
		ids         []int64
		pricing     []string
		from        *int64
		currency    string
		published   *time.Time
	)
	err := row.Scan(&c.ID, &c.Slug, &c.Name, &c.Tagline, &c.Kind, &login, &name, &verified, &ids,
		&pricing, &from, &currency, &c.Risk, &c.Installs, &c.Stars, &c.Discontinued,
		&c.LogoHash, &c.LogoBackdrop, &published, &c.UpdatedAt)
	if err != nil {
		return c, err
	}
	if login != nil {
		c.Publisher = &Publisher{Login: *login, Name: *name, Verified: verified}
	}
	if published != nil {
		c.PublishedAt = *published
	}
	c.Categories = categories.byIDs(ids)
	c.Pricing = pricingFrom(pricing, from, currency)
	c.PermissionsKnown = c.Risk != ""
	return c, nil
}

func pricingFrom(values []string, from *int64, currency string) models.Pricing {
	p := models.Pricing{FromMinor: from, Currency: currency}
	for _, v := range values {
		switch v {
		case models.PricingFree:
			p.Known, p.Free = true, true
		case models.PricingPaid:
			p.Known, p.Paid = true, true
		case models.PricingTrial:
			p.Known, p.Trial = true, true
		}
	}
	return p
}

// Categories returns every category; it reads them once and again after
// Refresh.
func (s *Service) Categories(ctx context.Context) (*Categories, error) {
	if c := s.categories.Load(); c != nil {
		return c, nil
	}
	before := s.refreshed.Load()
	c, err := s.readCategories(ctx)
	if err == nil && s.refreshed.Load() == before {
		s.categories.Store(c)
	}
	return c, err
}

func (s *Service) readCategories(ctx context.Context) (*Categories, error) {
	rows, err := s.db.Pool().Query(ctx, "SELECT id, slug, position, names, descriptions FROM categories ORDER BY position, slug")
	if err != nil {
		return nil, fmt.Errorf("catalog: categories: %w", err)
	}
	c := &Categories{bySlug: map[string]*models.Category{}, byID: map[int64]*models.Category{}}
	c.All, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (*models.Category, error) {
		var m models.Category
		err := row.Scan(&m.ID, &m.Slug, &m.Position, &m.Names, &m.Descriptions)
		return &m, err
	})
	if err != nil {
		return nil, fmt.Errorf("catalog: categories: %w", err)
	}
	for _, m := range c.All {
		c.bySlug[m.Slug], c.byID[m.ID] = m, m
	}
	return c, nil
}

func (c *Categories) byIDs(ids []int64) []*models.Category {
	found := make([]*models.Category, 0, len(ids))
	for _, id := range ids {
		if m := c.byID[id]; m != nil {
			found = append(found, m)
		}
	}
	return found
}

// Publisher loads a publisher's page by the login that it has, or had before it
// was renamed. Where it was only imported and one account has claimed all that it
// published, that is the page. It returns ErrNotFound where the account doesn't
// exist or has nothing public.
func (s *Service) Publisher(ctx context.Context, lang, login string) (*PublisherPage, error) {
	var p PublisherPage
	err := s.db.Pool().QueryRow(ctx, `SELECT p.login, p.name, p.website_url, p.verified_at IS NOT NULL, `+domainsSQL+`, p.kind, p.created_at,
		(SELECT count(*) FROM apps a JOIN listings l ON l.app_id = a.id WHERE a.account_id = p.id AND l.public)
		FROM accounts p WHERE p.id = coalesce((SELECT id FROM accounts WHERE login = $1), (SELECT account_id FROM account_redirects WHERE login = $1))`, login).
		Scan(&p.Login, &p.Name, &p.WebsiteURL, &p.Verified, &p.Domains, &p.Kind, &p.CreatedAt, &p.Total)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("catalog: publisher: %w", err)
	} else if !found || p.Total == 0 {
		return s.successor(ctx, lang, login)
	}
	p.Cards, err = s.cards(ctx, `SELECT`+cardColumns+` FROM`+cardTables+`
		WHERE p.login = $2 AND l.public
		ORDER BY l.installs DESC NULLS LAST, l.name, l.id LIMIT 100`, lang, p.Login)
	if err != nil {
		return nil, fmt.Errorf("catalog: publisher: %w", err)
	}
	return &p, nil
}

// successor is the publisher to whom everything went that an imported account
// published.
func (s *Service) successor(ctx context.Context, lang, login string) (*PublisherPage, error) {
	var next string
	err := s.db.Pool().QueryRow(ctx, `SELECT min(o.login) FROM app_owner_changes c JOIN apps a ON a.id = c.app_id JOIN accounts o ON o.id = a.account_id
		WHERE c.cause = 'claimed' AND c.from_login = $1 AND o.login <> $1
			AND NOT EXISTS (SELECT FROM accounts p WHERE p.login = $1 AND (EXISTS (SELECT FROM apps x WHERE x.account_id = p.id)
				OR EXISTS (SELECT FROM users u WHERE u.account_id = p.id) OR EXISTS (SELECT FROM organizations g WHERE g.account_id = p.id)))
			AND EXISTS (SELECT FROM apps x JOIN listings l ON l.app_id = x.id WHERE x.account_id = o.id AND l.public)
		HAVING count(DISTINCT o.id) = 1`, login).Scan(&next)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("catalog: publisher: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return s.Publisher(ctx, lang, next)
}
