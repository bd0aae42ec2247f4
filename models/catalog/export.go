package catalog

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Export writes the whole catalogue in the exchange format: categories,
// publishers, then listings by slug, each as its newest revision says. It reads
// one snapshot of the database, in constant memory.
func (s *Service) Export(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriterSize(w, 64*1024)
	err := pgx.BeginTxFunc(ctx, s.db.Pool(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := writeLine(out, line{Souk: "catalogue", Version: FormatVersion}); err != nil {
			return err
		}
		if err := exportCategories(ctx, tx, out); err != nil {
			return err
		}
		if err := exportPublishers(ctx, tx, out); err != nil {
			return err
		}
		return exportListings(ctx, tx, out)
	})
	if err != nil {
		return fmt.Errorf("catalog: export: %w", err)
	}
	return out.Flush()
}

func writeLine(w io.Writer, l line) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(l)
}

func exportCategories(ctx context.Context, tx pgx.Tx, w io.Writer) error {
	rows, err := tx.Query(ctx, "SELECT slug, position, names, descriptions FROM categories ORDER BY position, slug")
	if err != nil {
		return err
	}
	var e CategoryEntry
	_, err = pgx.ForEachRow(rows, []any{&e.Slug, &e.Position, &e.Names, &e.Descriptions}, func() error {
		err := writeLine(w, line{Category: &e})
		e.Names, e.Descriptions = nil, nil
		return err
	})
	return err
}

func exportPublishers(ctx context.Context, tx pgx.Tx, w io.Writer) error {
	rows, err := tx.Query(ctx, `SELECT login, kind, name, website_url, verified_at IS NOT NULL FROM accounts p
		WHERE EXISTS (SELECT FROM apps a WHERE a.account_id = p.id) ORDER BY login`)
	if err != nil {
		return err
	}
	var e PublisherEntry
	var verified bool
	_, err = pgx.ForEachRow(rows, []any{&e.Login, &e.Kind, &e.Name, &e.WebsiteURL, &verified}, func() error {
		e.Verified = nil
		if verified {
			e.Verified = &verified
		}
		if e.Kind == models.KindOrganization {
			e.Kind = ""
		}
		return writeLine(w, line{Publisher: &e})
	})
	return err
}

// exportListings writes each listing's newest revision. Pictures are named by
// hash, since their files are not part of the export.
func exportListings(ctx context.Context, tx pgx.Tx, w io.Writer) error {
	rows, err := tx.Query(ctx, `SELECT r.content, l.state, l.published_at, `+hashesSQL+`
		FROM listings l JOIN listing_revisions r ON r.listing_id = l.id AND r.number = l.revision ORDER BY l.slug`)
	if err != nil {
		return err
	}
	var content []byte
	var state models.ListingState
	var published *time.Time
	var p storedHashes
	_, err = pgx.ForEachRow(rows, []any{&content, &state, &published, &p.logo, &p.feature, &p.screenshots}, func() error {
		e, err := decode[ListingEntry](content)
		if err != nil {
			return err
		}
		e.State = state
		e.normalize()
		if published != nil {
			e.PublishedAt = published.UTC().Format(time.RFC3339)
		}
		p.name(&e)
		return writeLine(w, line{Listing: &e})
	})
	return err
}
