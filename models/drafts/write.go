package drafts

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// Old versions are kept for keepFor, and the newest keepLast of them for ever.
const (
	keepFor  = 30 * 24 * time.Hour
	keepLast = 100
)

// sitting is for how long one author's writing counts as one event of the audit
// log, and as one entry of the history.
const sitting = 30 * time.Minute

// Change changes the newest draft, whichever that is, while nobody else can.
func (s *Service) Change(ctx context.Context, actor models.Actor, slug string, change func(*models.ListingContent) error) (version int, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := s.mine(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		now, err := newest(ctx, tx.Pgx, st.ListingID)
		if err != nil {
			return err
		}
		content := copyOf(now.Content)
		if err := change(&content); err != nil {
			return err
		}
		version, err = s.write(ctx, tx, actor, st, now, content, Base{})
		return err
	})
	return version, err
}

// write writes the next version and records it.
func (s *Service) write(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, newest *Draft, content models.ListingContent, by Base) (int, error) {
	fields, err := changed(newest.Content, content)
	if err != nil || len(fields) == 0 && newest.Version > 0 {
		return newest.Version, err
	}
	version, err := insert(ctx, tx, actor, st.ListingID, newest, content, by, s.now())
	if err != nil {
		return 0, err
	}
	if newest.Author == actor.Login && newest.Version > 1 && s.now().Sub(newest.SavedAt) < sitting {
		return version, nil
	}
	return version, s.record(ctx, tx, actor, st, "listing.write", map[string]any{"version": version, "fields": fields})
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, action models.AuditAction, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: st.AccountID,
		TargetKind: "listing", TargetID: &st.ListingID, TargetName: st.ListingSlug, After: after})
}

// Write writes content as the next version of a listing's draft, for verbs that
// have asked whether the actor may, and record what they do.
// Its time is the database's.
func Write(ctx context.Context, tx *db.Tx, actor models.Actor, listingID int64, content models.ListingContent) (version int, err error) {
	was, err := newest(ctx, tx.Pgx, listingID)
	if err != nil {
		return 0, err
	}
	var now time.Time
	if err := tx.Pgx.QueryRow(ctx, `SELECT now()`).Scan(&now); err != nil {
		return 0, fmt.Errorf("drafts: write: %w", err)
	}
	return insert(ctx, tx, actor, listingID, was, content, Base{}, now)
}

// insert writes the next version. A listing that was never published is called
// what its draft says.
func insert(ctx context.Context, tx *db.Tx, actor models.Actor, listingID int64, was *Draft, content models.ListingContent, by Base, now time.Time) (int, error) {
	whole, err := leavesOf(content)
	if err != nil {
		return 0, err
	}
	if content, err = whole.content(was.Content); err != nil {
		return 0, err
	}
	text, err := json.Marshal(content)
	if err != nil {
		return 0, fmt.Errorf("drafts: write: %w", err)
	}
	if len(text) > models.MaxDraftBytes {
		return 0, models.ErrDraftSize
	}
	version := was.Version + 1
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO listing_drafts (listing_id, version, content, author_id, created_at, editor, turn) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		listingID, version, string(text), nobodyIs(actor.UserID), now, by.Editor, by.Turn)
	if err != nil {
		return 0, fmt.Errorf("drafts: write: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `DELETE FROM listing_drafts WHERE listing_id = $1 AND version <= $2 AND created_at < $3`,
		listingID, version-keepLast, now.Add(-keepFor))
	if err != nil {
		return 0, fmt.Errorf("drafts: prune: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE listings SET name = $2 WHERE id = $1 AND revision = 0 AND $2 <> '' AND name <> $2`, listingID, content.Name)
	if err != nil {
		return 0, fmt.Errorf("drafts: name: %w", err)
	}
	return version, nil
}

// changed names the fields in which two contents differ.
func changed(before, after models.ListingContent) ([]string, error) {
	a, err := leavesOf(before)
	if err != nil {
		return nil, err
	}
	b, err := leavesOf(after)
	if err != nil {
		return nil, err
	}
	var fields []string
	for _, field := range paths(a, b) {
		if a[field] != b[field] {
			fields = append(fields, field)
		}
	}
	return fields, nil
}

// copyOf shares nothing with c.
func copyOf(c models.ListingContent) models.ListingContent {
	text, err := json.Marshal(c)
	if err != nil {
		return c
	}
	var out models.ListingContent
	if json.Unmarshal(text, &out) != nil {
		return c
	}
	return out
}
