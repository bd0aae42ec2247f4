package pg

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/search"
)

// Documents reads what engines index from the catalogue: published listings
// with everything that search needs of them.
type Documents struct {
	db *db.DB
}

var _ search.Source = (*Documents)(nil)

// NewDocuments returns a reader of d's catalogue.
func NewDocuments(d *db.DB) *Documents { return &Documents{d} }

// batch is how many documents are read at a time.
const batch = 1000

// documentSQL makes one JSON document of each published listing. Its digest is
// the document's version.
const documentSQL = `SELECT l.id, json_build_object(
		'slug', l.slug, 'name', l.name, 'tagline', l.tagline, 'introduction', l.introduction, 'description', l.description,
		'keywords', l.keywords, 'pricing', l.pricing, 'programming', l.programming,
		'installs', l.installs, 'stars', l.stars, 'discontinued', l.discontinued,
		'published', (extract(epoch FROM coalesce(l.published_at, l.created_at)) * 1000000)::bigint,
		'updated', (extract(epoch FROM l.updated_at) * 1000000)::bigint,
		'type', a.kind, 'permissions', a.permissions, 'scopes', a.scopes,
		'login', p.login, 'publisher', p.name, 'verified', p.verified_at IS NOT NULL,
		'categories', (SELECT json_agg(json_build_object('slug', c.slug, 'names', c.names) ORDER BY lc.position)
			FROM listing_categories lc JOIN categories c ON c.id = lc.category_id WHERE lc.listing_id = l.id),
		'translations', (SELECT json_object_agg(t.language, json_build_object('name', t.name, 'tagline', t.tagline,
				'introduction', t.introduction, 'description', t.description) ORDER BY t.language)
			FROM listing_translations t WHERE t.listing_id = l.id)
	)::text AS doc
	FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts p ON p.id = a.account_id
	WHERE l.public`

// row is what documentSQL says of one listing.
type row struct {
	Slug, Name, Tagline, Introduction, Description string
	Keywords, Pricing, Programming                 []string
	Installs, Stars                                *int64
	Discontinued                                   bool
	Published, Updated                             int64 // microseconds
	Type                                           models.AppKind
	Permissions                                    models.Grants
	Scopes                                         []string
	Login, Publisher                               string
	Verified                                       bool
	Categories                                     []struct {
		Slug  string
		Names models.Texts
	}
	Translations map[string]struct{ Name, Tagline, Introduction, Description string }
}

// Documents returns those of ids that are published.
func (s *Documents) Documents(ctx context.Context, ids []int64) ([]search.Document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.read(ctx, documentSQL+" AND l.id = ANY($1)", ids)
}

// All returns a function that returns all documents, some at a time, and none
// at the end.
func (s *Documents) All() func(context.Context) ([]search.Document, error) {
	after := int64(0)
	return func(ctx context.Context) ([]search.Document, error) {
		docs, err := s.read(ctx, documentSQL+fmt.Sprintf(" AND l.id > $1 ORDER BY l.id LIMIT %d", batch), after)
		if len(docs) > 0 {
			after = docs[len(docs)-1].ID
		}
		return docs, err
	}
}

// Count returns how many documents there are.
func (s *Documents) Count(ctx context.Context) (n int, err error) {
	err = s.db.Pool().QueryRow(ctx, "SELECT count(*) FROM listings WHERE public").Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("pg: count: %w", err)
	}
	return n, nil
}

// Versions returns the version of every document, without reading them.
func (s *Documents) Versions(ctx context.Context) (map[int64]string, error) {
	return versions(ctx, s.db, "SELECT id, "+versionSQL+" FROM ("+documentSQL+") d")
}

// versionSQL begins with the version of the rules by which documents are
// indexed: a newer Souk indexes everything again.
const versionSQL = "'" + search.Rules + "-' || md5(doc)"

func (s *Documents) read(ctx context.Context, sql string, args ...any) ([]search.Document, error) {
	rows, err := s.db.Pool().Query(ctx, "SELECT id, "+versionSQL+", doc FROM ("+sql+") d ORDER BY id", args...)
	if err != nil {
		return nil, fmt.Errorf("pg: documents: %w", err)
	}
	docs, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (search.Document, error) {
		var id int64
		var version string
		var text []byte
		if err := r.Scan(&id, &version, &text); err != nil {
			return search.Document{}, err
		}
		var one row
		if err := json.Unmarshal(text, &one); err != nil {
			return search.Document{}, fmt.Errorf("listing %d: %w", id, err)
		}
		d := one.document()
		d.ID, d.Version = id, version
		return d, nil
	})
	if err != nil {
		return nil, fmt.Errorf("pg: documents: %w", err)
	}
	return docs, nil
}

func (r *row) document() search.Document {
	d := search.Document{
		Slug: r.Slug, Name: r.Name, Names: map[string]string{},
		Taglines:      map[string]string{"en": r.Tagline},
		Introductions: map[string]string{"en": r.Introduction},
		Descriptions:  map[string]string{"en": r.Description},
		Keywords:      r.Keywords, PublisherName: r.Publisher, Publisher: r.Login, Verified: r.Verified, Type: r.Type,
		Pricing: r.Pricing, Permissions: r.Permissions, Scopes: r.Scopes, Installs: r.Installs, Stars: r.Stars,
		Discontinued: r.Discontinued, PublishedAt: time.UnixMicro(r.Published).UTC(), UpdatedAt: time.UnixMicro(r.Updated).UTC(),
	}
	if d.PublisherName == "" {
		d.PublisherName = d.Publisher
	}
	for _, p := range r.Programming {
		d.Programming = append(d.Programming, strings.ToLower(p))
	}
	slices.Sort(d.Programming)
	for _, c := range r.Categories {
		d.Categories = append(d.Categories, c.Slug)
		d.CategoryNames = append(d.CategoryNames, c.Names)
	}
	for lang, t := range r.Translations {
		put := func(to map[string]string, s string) {
			if s != "" {
				to[lang] = s
			}
		}
		put(d.Names, t.Name)
		put(d.Taglines, t.Tagline)
		put(d.Introductions, t.Introduction)
		put(d.Descriptions, t.Description)
	}
	return d
}
