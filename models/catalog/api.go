package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Item is a Card with what the API adds: what the app asks for, and the
// programming languages that it is made for.
type Item struct {
	Card
	Permissions models.Grants // nil: unknown, or an OAuth App
	Scopes      []string      // nil: unknown, or a GitHub App
	RiskScore   int           // meaningful when PermissionsKnown
	Programming []string
	Claimed     bool // by its integrator; else it was only imported
}

// Items loads listings for the API, in the order of ids and in one statement.
// Ids that are unknown or not public are left out.
func (s *Service) Items(ctx context.Context, lang string, ids []int64) ([]Item, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	categories, err := s.Categories(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT`+cardColumns+`,
		a.permissions, a.scopes, l.risk_score, l.programming, l.claimed_at IS NOT NULL FROM`+cardTables+`
		WHERE l.id = ANY($2) AND l.public
		ORDER BY array_position($2, l.id)`, lang, ids)
	if err != nil {
		return nil, fmt.Errorf("catalog: items: %w", err)
	}
	items, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Item, error) {
		var it Item
		var err error
		it.Card, err = scanCard(withMore{row, []any{&it.Permissions, &it.Scopes, &it.RiskScore, &it.Programming, &it.Claimed}}, categories)
		return it, err
	})
	if err != nil {
		return nil, fmt.Errorf("catalog: items: %w", err)
	}
	return items, nil
}

// withMore is a row whose Scan fills more than it is asked to: columns that
// stand behind those of a card.
type withMore struct {
	pgx.CollectableRow
	more []any
}

// Scan reads the card's columns into dest and the rest into more.
func (r withMore) Scan(dest ...any) error {
	return r.CollectableRow.Scan(append(dest, r.more...)...)
}

// PublicCard loads the card of the public listing at slug in one statement, or
// returns ErrNotFound.
func (s *Service) PublicCard(ctx context.Context, lang, slug string) (*Card, error) {
	cards, err := s.cards(ctx, `SELECT`+cardColumns+` FROM`+cardTables+`
		WHERE l.slug = $2 AND l.public`, lang, slug)
	if err != nil {
		return nil, fmt.Errorf("catalog: card: %w", err)
	}
	if len(cards) == 0 {
		return nil, models.ErrNotFound
	}
	return &cards[0], nil
}

// CategoryTotals counts the public listings of each category, by its id.
func (s *Service) CategoryTotals(ctx context.Context) (map[int64]int, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT lc.category_id, count(*)
		FROM listing_categories lc JOIN listings l ON l.id = lc.listing_id
		WHERE l.public GROUP BY lc.category_id`)
	if err != nil {
		return nil, fmt.Errorf("catalog: category totals: %w", err)
	}
	totals := map[int64]int{}
	var id int64
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		totals[id] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("catalog: category totals: %w", err)
	}
	return totals, nil
}

// Chunk is a range of ids, small enough for one sitemap: those with
// (id-1)/size = Number.
type Chunk struct {
	Number  int64
	Changed time.Time // the newest change of anything in it
}

// Located is one address of a sitemap: a listing's slug or a publisher's
// login, and when it changed.
type Located struct {
	Name    string
	Changed time.Time
}

// ListingChunks lists the ranges of size ids in which there is a public
// listing.
func (s *Service) ListingChunks(ctx context.Context, size int64) ([]Chunk, error) {
	return s.chunks(ctx, `SELECT (l.id - 1) / $1, max(l.updated_at) FROM listings l
		WHERE l.public GROUP BY 1 ORDER BY 1`, size)
}

// PublisherChunks lists the ranges of size ids in which there is an account
// with a public listing.
func (s *Service) PublisherChunks(ctx context.Context, size int64) ([]Chunk, error) {
	return s.chunks(ctx, `SELECT (a.account_id - 1) / $1, max(l.updated_at)
		FROM apps a JOIN listings l ON l.app_id = a.id
		WHERE l.public AND a.account_id IS NOT NULL GROUP BY 1 ORDER BY 1`, size)
}

func (s *Service) chunks(ctx context.Context, sql string, size int64) ([]Chunk, error) {
	rows, err := s.db.Pool().Query(ctx, sql, size)
	if err != nil {
		return nil, fmt.Errorf("catalog: chunks: %w", err)
	}
	chunks, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Chunk])
	if err != nil {
		return nil, fmt.Errorf("catalog: chunks: %w", err)
	}
	return chunks, nil
}

// EachListing calls do with every public listing of the chunk as it arrives.
// An error of do ends it and is returned.
func (s *Service) EachListing(ctx context.Context, chunk, size int64, do func(Located) error) error {
	return s.each(ctx, do, `SELECT l.slug, l.updated_at FROM listings l
		WHERE l.id > $1 AND l.id <= $2 AND l.public ORDER BY l.id`, chunk*size, (chunk+1)*size)
}

// EachPublisher calls do with every account of the chunk that has a public
// listing, as it arrives.
func (s *Service) EachPublisher(ctx context.Context, chunk, size int64, do func(Located) error) error {
	return s.each(ctx, do, `SELECT p.login, max(l.updated_at) FROM accounts p
		JOIN apps a ON a.account_id = p.id JOIN listings l ON l.app_id = a.id
		WHERE p.id > $1 AND p.id <= $2 AND l.public
		GROUP BY p.id ORDER BY p.id`, chunk*size, (chunk+1)*size)
}

func (s *Service) each(ctx context.Context, do func(Located) error, sql string, args ...any) error {
	rows, err := s.db.Pool().Query(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("catalog: sitemap: %w", err)
	}
	var at Located
	if _, err := pgx.ForEachRow(rows, []any{&at.Name, &at.Changed}, func() error { return do(at) }); err != nil {
		return fmt.Errorf("catalog: sitemap: %w", err)
	}
	return nil
}
