package catalog

import (
	"context"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// accountRow and categoryRow are what import knows of the rows that listings
// refer to.
type accountRow struct {
	id       int64
	kind     models.AccountKind
	name     string
	website  string
	verified bool
	claimed  bool // somebody signs in as it, or owns it
}

type categoryRow struct {
	id           int64
	position     int
	names        models.Texts
	descriptions models.Texts
}

func (im *importer) load(ctx context.Context) error {
	im.accounts, im.categories = map[string]*accountRow{}, map[string]*categoryRow{}
	rows, err := im.s.db.Pool().Query(ctx, `SELECT login, id, kind, name, website_url, verified_at IS NOT NULL,
			EXISTS (SELECT FROM users WHERE account_id = id) OR EXISTS (SELECT FROM organizations WHERE account_id = id)
		FROM accounts`)
	if err != nil {
		return err
	}
	var login string
	var a accountRow
	if _, err := pgx.ForEachRow(rows, []any{&login, &a.id, &a.kind, &a.name, &a.website, &a.verified, &a.claimed}, func() error {
		row := a
		im.accounts[login] = &row
		return nil
	}); err != nil {
		return err
	}
	all, err := im.s.readCategories(ctx)
	if err != nil {
		return err
	}
	for _, c := range all.All {
		im.categories[c.Slug] = &categoryRow{id: c.ID, position: c.Position, names: c.Names, descriptions: c.Descriptions}
	}
	return nil
}

func (im *importer) category(ctx context.Context, n int, e *CategoryEntry) error {
	name := "category " + e.Slug
	if im.bad(n, name, &im.report.Categories, im.once(name, n, e.Check())) {
		return nil
	}
	if e.Descriptions == nil {
		e.Descriptions = models.Texts{}
	}
	had := im.categories[e.Slug]
	if had != nil && had.position == e.Position && maps.Equal(had.names, e.Names) && maps.Equal(had.descriptions, e.Descriptions) {
		im.report.Categories.Unchanged++
		return nil
	}
	row := &categoryRow{position: e.Position, names: e.Names, descriptions: e.Descriptions}
	err := im.s.db.Tx(ctx, func(tx *db.Tx) error {
		err := tx.Pgx.QueryRow(ctx, `INSERT INTO categories (slug, position, names, descriptions) VALUES ($1, $2, $3, $4)
			ON CONFLICT (slug) DO UPDATE SET position = excluded.position, names = excluded.names, descriptions = excluded.descriptions
			RETURNING id`, e.Slug, e.Position, e.Names, e.Descriptions).Scan(&row.id)
		if err != nil || had == nil {
			return err
		}
		return im.s.reindexWhere(ctx, tx, "l.id IN (SELECT listing_id FROM listing_categories WHERE category_id = $1)", row.id)
	})
	if err != nil {
		return fmt.Errorf("line %d: %w", n, err)
	}
	im.categories[e.Slug] = row
	count(&im.report.Categories, had == nil)
	return nil
}

func (im *importer) publisher(ctx context.Context, n int, e *PublisherEntry) error {
	name := "publisher " + e.Login
	if im.bad(n, name, &im.report.Publishers, im.once(name, n, e.Check())) {
		return nil
	}
	row := &accountRow{kind: e.Kind, name: e.Name, website: e.WebsiteURL}
	had := im.accounts[e.Login]
	if row.kind == "" {
		row.kind = models.KindOrganization
		if had != nil {
			row.kind = had.kind
		}
	}
	if e.Verified != nil {
		row.verified = *e.Verified
	} else if had != nil {
		row.verified = had.verified
	}
	if had != nil {
		row.id = had.id
		// What people say of themselves is theirs to change.
		if had.claimed || *had == *row {
			im.report.Publishers.Unchanged++
			return nil
		}
	}
	err := im.s.db.Tx(ctx, func(tx *db.Tx) error {
		err := tx.Pgx.QueryRow(ctx, `INSERT INTO accounts (login, kind, name, website_url, verified_at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN $6::timestamptz END, $6, $6)
			ON CONFLICT (login) DO UPDATE SET kind = excluded.kind, name = excluded.name, website_url = excluded.website_url,
				verified_at = CASE WHEN $5 THEN coalesce(accounts.verified_at, $6::timestamptz) END, updated_at = $6
			RETURNING id`, e.Login, row.kind, row.name, row.website, row.verified, im.s.now()).Scan(&row.id)
		if err != nil || had == nil {
			return err
		}
		return im.s.reindexWhere(ctx, tx, "a.account_id = $1", row.id)
	})
	if db.Violates(err, "accounts_login_key") {
		im.bad(n, name, &im.report.Publishers, []Problem{{Field: "login", Why: "belongs to an account that was renamed or deleted"}})
		return nil
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", n, err)
	}
	im.accounts[e.Login] = row
	count(&im.report.Publishers, had == nil)
	return nil
}

func count(t *Tally, added bool) {
	if added {
		t.Added++
	} else {
		t.Updated++
	}
}
