package drafts

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Listed is a listing as the list of one's own shows it.
type Listed struct {
	Slug      string
	Name      string // what the draft says
	Owner     string // login
	LogoHash  string
	State     models.ListingState
	Published bool                   // there is a live revision
	Waiting   models.SubmissionState // of a revision that was handed in and isn't decided; "" for none
	Asked     bool                   // the last decision asked for changes, and the draft is as it was then
	Ahead     bool                   // the draft says more than what was last handed in or is live
	ChangedAt time.Time
	ID        int64
}

// List returns the listings of the actor and of the organizations that it owns,
// the last changed first.
func (s *Service) List(ctx context.Context, actor models.Actor) ([]Listed, error) {
	if actor.UserID == 0 {
		return nil, models.ErrSignInNeeded
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT l.slug, coalesce(nullif(d.content ->> 'name', ''), l.name), o.login,
			coalesce(nullif(d.content #>> '{logo,hash}', ''), l.logo_hash), l.state, l.revision > 0,
			coalesce(CASE WHEN s.decided_at IS NULL THEN s.state END, ''),
			coalesce(s.state = 'changes_requested' AND d.created_at <= s.decided_at, false),
			coalesce(d.created_at > coalesce(s.submitted_at, l.published_at, '-infinity'), false),
			greatest(l.created_at, d.created_at, s.submitted_at, s.decided_at), l.id
		FROM apps a JOIN listings l ON l.app_id = a.id JOIN accounts o ON o.id = a.account_id
			LEFT JOIN LATERAL (SELECT content, created_at FROM listing_drafts WHERE listing_id = l.id ORDER BY version DESC LIMIT 1) d ON true
			LEFT JOIN LATERAL (SELECT state, submitted_at, decided_at FROM listing_submissions
				WHERE listing_id = l.id AND NOT afterwards ORDER BY id DESC LIMIT 1) s ON true
		WHERE a.account_id = ANY ($1) AND l.claimed_at IS NOT NULL
		ORDER BY 10 DESC, l.id DESC`, owned(actor))
	if err != nil {
		return nil, fmt.Errorf("drafts: list: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Listed])
	if err != nil {
		return nil, fmt.Errorf("drafts: list: %w", err)
	}
	return list, nil
}

// Choice is an app that may get a listing.
type Choice struct {
	Slug     string
	Name     string
	Owner    string
	Kind     models.AppKind
	LogoHash string
	Private  bool // only its owner may install it, so that it can't be listed
}

// Choices are the apps of the actor and of the organizations that it owns that
// are registered and have no listing, by name.
func (s *Service) Choices(ctx context.Context, actor models.Actor) ([]Choice, error) {
	if err := actor.MayActWithMail(); err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT a.slug, a.name, o.login, a.kind, a.logo_hash, NOT a.public
		FROM apps a JOIN accounts o ON o.id = a.account_id
		WHERE a.account_id = ANY ($1) AND a.registered_at IS NOT NULL AND NOT EXISTS (SELECT FROM listings l WHERE l.app_id = a.id)
		ORDER BY NOT a.public, lower(a.name), a.id`, owned(actor))
	if err != nil {
		return nil, fmt.Errorf("drafts: choices: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Choice])
	if err != nil {
		return nil, fmt.Errorf("drafts: choices: %w", err)
	}
	return list, nil
}

// owned are the accounts whose listings the actor writes.
func owned(actor models.Actor) []int64 {
	ids := []int64{actor.UserID}
	for _, m := range actor.Memberships {
		if actor.MayActAs(m.OrganizationID) == nil {
			ids = append(ids, m.OrganizationID)
		}
	}
	return ids
}
