package drafts

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// Base is what an edit was made of: a version of the draft. Editor and Turn tell
// one page's saves from another's, where they are known: what the same page has
// saved since Version, the answer to which it never got, is no conflict with it,
// and a turn that comes after a later one is dropped.
type Base struct {
	Version int
	Editor  string // a random name of the page
	Turn    int    // from 1; 0: they come in no order
}

// Save writes mine, which was made of version base, as the next version of the
// draft. What somebody else has changed since base is merged; where that can't
// be done it returns a ConflictError and writes nothing. Saving what is there
// already makes no version.
func (s *Service) Save(ctx context.Context, actor models.Actor, slug string, base int, mine models.ListingContent) (*Saved, error) {
	return s.Edit(ctx, actor, slug, Base{Version: base}, func(c *models.ListingContent) error {
		*c = mine
		return nil
	})
}

// Edit is Save for what edit makes of the draft as it was at base. Where that
// version isn't kept any more, whatever differs from the present one is a
// conflict.
func (s *Service) Edit(ctx context.Context, actor models.Actor, slug string, base Base, edit func(*models.ListingContent) error) (*Saved, error) {
	var saved *Saved
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := s.mine(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		saved, err = s.edit(ctx, tx, actor, st, base, edit)
		return err
	})
	return saved, err
}

func (s *Service) edit(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, base Base, edit func(*models.ListingContent) error) (*Saved, error) {
	theirs, err := newest(ctx, tx.Pgx, st.ListingID)
	if err != nil {
		return nil, err
	}
	own, err := turnsOf(ctx, tx, st.ListingID, base)
	if err != nil {
		return nil, err
	}
	if own.late {
		return &Saved{Version: theirs.Version, Content: theirs.Content}, nil
	}
	from, found, err := s.base(ctx, tx, st.ListingID, own.version, theirs)
	if err != nil {
		return nil, err
	}
	mine := copyOf(from.Content)
	if err := edit(&mine); err != nil {
		return nil, err
	}
	if !found {
		return nil, unknownBase(theirs, mine)
	}
	content, merged, conflicts, err := merge(from.Content, theirs.Content, mine)
	if err != nil {
		return nil, err
	}
	if len(conflicts) > 0 {
		return nil, &ConflictError{Version: theirs.Version, Fields: conflicts, Base: from.Content, Theirs: theirs.Content, Mine: mine, Merged: content}
	}
	version, err := s.write(ctx, tx, actor, st, theirs, content, base)
	return &Saved{Version: version, Merged: merged, Content: content}, err
}

// turns is what one page has saved already: the version up to which nobody else
// has saved anything since the base, and whether a later turn is there.
type turns struct {
	version int
	late    bool
}

func turnsOf(ctx context.Context, tx *db.Tx, listingID int64, base Base) (turns, error) {
	t := turns{version: base.Version}
	if base.Editor == "" {
		return t, nil
	}
	err := tx.Pgx.QueryRow(ctx, `SELECT coalesce(max(d.version) FILTER (WHERE d.version < others.first), $2), $4 > 0 AND coalesce(max(d.turn), 0) >= $4
		FROM (SELECT coalesce(min(version), 2147483647) AS first FROM listing_drafts WHERE listing_id = $1 AND version > $2 AND editor <> $3) others
			LEFT JOIN listing_drafts d ON d.listing_id = $1 AND d.version > $2 AND d.editor = $3
		GROUP BY others.first`, listingID, base.Version, base.Editor, base.Turn).Scan(&t.version, &t.late)
	if err != nil {
		return t, fmt.Errorf("drafts: turns: %w", err)
	}
	return t, nil
}

// base is the version that an edit was made of. One that isn't kept any more
// counts as the present one, and isn't found.
func (s *Service) base(ctx context.Context, tx *db.Tx, listingID int64, version int, newest *Draft) (*Draft, bool, error) {
	if version == newest.Version {
		return newest, true, nil
	}
	d, found, err := at(ctx, tx.Pgx, listingID, version)
	if err != nil || found {
		return d, found, err
	}
	if version == 0 { // what was live, before anything was saved
		d.Content, d.SavedAt, err = live(ctx, tx.Pgx, listingID)
		return d, err == nil, err
	}
	return newest, false, nil
}

// unknownBase is a conflict in every field that differs.
func unknownBase(theirs *Draft, mine models.ListingContent) error {
	a, err := leavesOf(theirs.Content)
	if err != nil {
		return err
	}
	b, err := leavesOf(mine)
	if err != nil {
		return err
	}
	conflict := &ConflictError{Version: theirs.Version, Theirs: theirs.Content, Mine: mine, Merged: mine}
	for _, field := range paths(a, b) {
		if a[field] != b[field] {
			conflict.Fields = append(conflict.Fields, Conflict{Field: field})
		}
	}
	return conflict
}
