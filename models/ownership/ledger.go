package ownership

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// LinesPerPage is how many lines of a ledger stand on one page.
const LinesPerPage = 30

// Ledger is what an app asked for and whose it was since when, the newest first.
type Ledger struct {
	Slug     string // of the listing
	Name     string
	LogoHash string
	AppSlug  string
	Kind     models.AppKind
	Public   bool // the listing's page is

	Lines []Line
	Total int
	Page  int
}

// Line is one line of a ledger: what the app asked for from then on, or, where
// Cause is set, whose it became.
type Line struct {
	At       time.Time
	Imported bool // from an import: nobody had registered the app
	First    bool // there is nothing before it to compare with
	Asked    models.AccessAsked
	Change   models.AskedChange

	Cause    models.OwnerCause
	From, To string // logins as they were then; "" for nobody
}

// Known reports whether anybody told what the app asks for.
func (l *Line) Known() bool { return l.Asked.Permissions != nil || l.Asked.Scopes != nil }

// ledgerSQL is both histories of an app in one; each line of what it asked for
// has the one before it beside.
const ledgerSQL = `WITH asked AS (
		SELECT id, at, permissions, events, scopes, imported, lag(permissions) OVER w was_permissions, lag(events) OVER w was_events,
			lag(scopes) OVER w was_scopes, row_number() OVER w = 1 first
		FROM app_permission_changes WHERE app_id = $1 WINDOW w AS (ORDER BY id)
	), lines AS (
		SELECT at, 0 kind, id, permissions, events, scopes, imported, was_permissions, was_events, was_scopes, first, '' cause, '' from_login, '' to_login FROM asked
		UNION ALL
		SELECT at, 1, id, NULL, NULL, NULL, false, NULL, NULL, NULL, false, cause, from_login, to_login FROM app_owner_changes WHERE app_id = $1
	)
	SELECT at, permissions, events, scopes, imported, was_permissions, was_events, was_scopes, first, cause, from_login, to_login, count(*) OVER ()
	FROM lines ORDER BY at DESC, kind DESC, id DESC LIMIT $2 OFFSET $3`

// Ledger is a page of the ledger of the listing at slug, which everyone may read
// who may find the listing, also while it is unlisted or taken down. It returns
// ErrNotFound, and ErrPageOutOfRange.
func (s *Service) Ledger(ctx context.Context, lang, slug string, page int) (*Ledger, error) {
	l := &Ledger{Page: max(page, 1)}
	var appID int64
	err := s.db.Pool().QueryRow(ctx, `SELECT l.slug, coalesce(nullif(t.name, ''), l.name), l.logo_hash, l.public, a.id, a.slug, a.kind
		FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts o ON o.id = a.account_id
			LEFT JOIN listing_translations t ON t.listing_id = l.id AND t.language = $2
		WHERE l.slug = $1 AND (l.public OR l.state IN ('unlisted', 'taken_down') AND o.suspended_at IS NULL)`, slug, lang).
		Scan(&l.Slug, &l.Name, &l.LogoHash, &l.Public, &appID, &l.AppSlug, &l.Kind)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("ownership: ledger: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	if err := s.lines(ctx, l, appID); err != nil {
		return nil, err
	}
	if l.Page > 1 && len(l.Lines) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	return l, nil
}

func (s *Service) lines(ctx context.Context, l *Ledger, appID int64) error {
	rows, err := s.db.Pool().Query(ctx, ledgerSQL, appID, LinesPerPage, (l.Page-1)*LinesPerPage)
	if err != nil {
		return fmt.Errorf("ownership: ledger: %w", err)
	}
	l.Lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Line, error) {
		var one Line
		var was models.AccessAsked
		err := row.Scan(&one.At, &one.Asked.Permissions, &one.Asked.Events, &one.Asked.Scopes, &one.Imported,
			&was.Permissions, &was.Events, &was.Scopes, &one.First, &one.Cause, &one.From, &one.To, &l.Total)
		one.Change = was.ChangeTo(one.Asked)
		return one, err
	})
	if err != nil {
		return fmt.Errorf("ownership: ledger: %w", err)
	}
	return nil
}
