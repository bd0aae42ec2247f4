// Package filing takes listings that are kept as files beside an app's code: it
// reads a file into the draft, says what is wrong with it, and hands the draft in,
// for people's own programs. It writes no draft itself and judges none.
package filing

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/drafts"
	"souk/models/listingfile"
	"souk/models/pictures"
	"souk/models/review"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	drafts   *drafts.Service
	pictures *pictures.Service
	review   *review.Service
}

// New makes a Service.
func New(d *db.DB, dr *drafts.Service, p *pictures.Service, r *review.Service) *Service {
	return &Service{db: d, drafts: dr, pictures: p, review: r}
}

// RefusedError is a file that can't become a draft, which is a
// models.ErrListingFile, or a draft that can't be handed in, a models.ErrNotReady,
// and why.
type RefusedError struct {
	Kind     *models.Error
	Findings []models.Finding
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s: %d findings", e.Kind.Code, len(e.Findings))
}

// Unwrap returns the sentinel.
func (e *RefusedError) Unwrap() error { return e.Kind }

// Draft is the draft of the listing at slug, for whoever may write it.
func (s *Service) Draft(ctx context.Context, actor models.Actor, slug string) (*drafts.Draft, *apps.Standing, error) {
	if err := actor.MayByToken(models.ScopeMarketplace); err != nil {
		return nil, nil, err
	}
	return s.drafts.Current(ctx, actor, slug)
}

// Lint says everything that is to say about a file: what of it can't be read,
// what its content lacks, and which categories don't exist.
func (s *Service) Lint(ctx context.Context, actor models.Actor, text []byte) ([]models.Finding, error) {
	if err := actor.MayByToken(""); err != nil {
		return nil, err
	}
	f, found := listingfile.Read(text)
	if f == nil {
		return found, nil
	}
	more, err := s.judge(ctx, f)
	found = append(found, more...)
	listingfile.Sort(found)
	return found, err
}

// judge is what the rules say about a file that was read.
func (s *Service) judge(ctx context.Context, f *listingfile.File) ([]models.Finding, error) {
	found := append(f.Lint(), f.WithoutAccess()...)
	if len(f.Content.Categories) == 0 {
		return found, nil
	}
	rows, err := s.db.Pool().Query(ctx, "SELECT slug FROM categories WHERE slug = ANY($1)", f.Content.Categories)
	if err != nil {
		return nil, fmt.Errorf("filing: categories: %w", err)
	}
	known, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("filing: categories: %w", err)
	}
	more := models.CategoryFindings(&f.Content, known)
	f.Locate(more)
	return append(found, more...), nil
}

// Submit hands in the draft of the listing at slug, as review.Submit does. What
// keeps it from that comes back as a RefusedError.
func (s *Service) Submit(ctx context.Context, actor models.Actor, slug string, in review.Handing) (afterwards bool, err error) {
	if err := actor.MayByToken(models.ScopeMarketplace); err != nil {
		return false, err
	}
	afterwards, err = s.review.Submit(ctx, actor, slug, in)
	if !errors.Is(err, models.ErrNotReady) {
		return afterwards, err
	}
	d, _, draftErr := s.drafts.Current(ctx, actor, slug)
	if draftErr != nil {
		return false, draftErr
	}
	var found []models.Finding
	for _, f := range models.LintListing(&d.Content) {
		if f.Severity == models.SeverityError {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return false, err
	}
	return false, &RefusedError{models.ErrNotReady, found}
}
