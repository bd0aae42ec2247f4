package drafts

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// maxHistory is how many versions a history looks at, at most.
const maxHistory = 200

// Sitting is what one author wrote without a long pause: versions that stand in
// the history as one. Fields are those that differ from what was before.
type Sitting struct {
	Version  int // the last one
	Versions int // how many there were
	From     time.Time
	To       time.Time
	Author   string
	Fields   []string
}

// History is how a draft came about, newest first.
type History struct {
	Version  int // the present one
	Newest   models.ListingContent
	Sittings []Sitting
	More     bool // older versions aren't shown
}

// History returns how a draft came about.
func (s *Service) History(ctx context.Context, actor models.Actor, slug string) (*History, *apps.Standing, error) {
	st, err := s.mine(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT d.listing_id, d.version, d.content, d.created_at, coalesce(a.login, '')
		FROM listing_drafts d LEFT JOIN accounts a ON a.id = d.author_id
		WHERE d.listing_id = $1 ORDER BY d.version DESC LIMIT $2`, st.ListingID, maxHistory+1)
	if err != nil {
		return nil, nil, fmt.Errorf("drafts: history: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Draft])
	if err != nil {
		return nil, nil, fmt.Errorf("drafts: history: %w", err)
	}
	h, err := historyOf(all)
	return h, st, err
}

// historyOf groups versions, newest first, into sittings.
func historyOf(all []Draft) (*History, error) {
	h := &History{More: len(all) > maxHistory}
	if len(all) > 0 {
		h.Version, h.Newest = all[0].Version, all[0].Content
	}
	for i := 0; i < min(len(all), maxHistory); {
		first := i // the oldest version of the sitting
		for first+1 < len(all) && all[first+1].Author == all[i].Author && all[first].SavedAt.Sub(all[first+1].SavedAt) < sitting && all[first+1].Version > 1 {
			first++
		}
		one := Sitting{Version: all[i].Version, Versions: first - i + 1, From: all[first].SavedAt, To: all[i].SavedAt, Author: all[i].Author}
		before := models.ListingContent{}
		if first+1 < len(all) {
			before = all[first+1].Content
		}
		var err error
		if one.Fields, err = changed(before, all[i].Content); err != nil {
			return nil, err
		}
		h.Sittings, i = append(h.Sittings, one), first+1
	}
	return h, nil
}

// Version returns a draft as it was saved as one version, with what it became
// since. It returns ErrNotFound for one that isn't kept.
func (s *Service) Version(ctx context.Context, actor models.Actor, slug string, version int) (then, now *Draft, st *apps.Standing, err error) {
	if st, err = s.mine(ctx, s.db.Pool(), actor, slug, false); err != nil {
		return nil, nil, nil, err
	}
	then, found, err := at(ctx, s.db.Pool(), st.ListingID, version)
	if err != nil {
		return nil, nil, nil, err
	}
	if !found {
		return nil, nil, nil, models.ErrNotFound
	}
	now, err = newest(ctx, s.db.Pool(), st.ListingID)
	return then, now, st, err
}

// Restore writes what a draft said at a version as its next one. Nothing of what
// was written since is lost: it stays in the history.
func (s *Service) Restore(ctx context.Context, actor models.Actor, slug string, version int) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := s.mine(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		then, found, err := at(ctx, tx.Pgx, st.ListingID, version)
		if err != nil {
			return err
		}
		if !found {
			return models.ErrNotFound
		}
		now, err := newest(ctx, tx.Pgx, st.ListingID)
		if err != nil {
			return err
		}
		if _, err = insert(ctx, tx, actor, st.ListingID, now, then.Content, Base{}, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, st, "listing.restore_draft", map[string]any{"version": version})
	})
}
