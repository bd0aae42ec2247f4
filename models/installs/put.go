package installs

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/db"
	"souk/models/insights"
	"souk/models/notices"
)

// Put installs what was weighed with a lock, on these of its repositories (all where
// the selection says so), or adds them to what is installed there already. The actor
// agrees to what the app asks for; requester asked for it, if anyone did. It returns
// ErrAlreadyInstalled where that changes nothing.
func (s *Service) Put(ctx context.Context, tx *db.Tx, actor models.Actor, w *Weighed, repositories []int64, requester *int64) (*models.Installation, error) {
	if w.Installed != nil {
		return s.extend(ctx, tx, actor, w, repositories)
	}
	id, err := s.insert(ctx, tx, actor, w, requester)
	if err != nil {
		return nil, err
	}
	if w.Facts.Selection == models.SelectSelected {
		if _, err := s.selects(ctx, tx, actor, id, repositories); err != nil {
			return nil, err
		}
	}
	i, err := Of(ctx, tx.Pgx, id, false)
	if err != nil {
		return nil, err
	}
	if err := s.installed(ctx, tx, actor, i, requester); err != nil {
		return nil, err
	}
	return &i.Installation, nil
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, actor models.Actor, w *Weighed, requester *int64) (id int64, err error) {
	paths := w.App.SingleFilePaths
	if paths == nil {
		paths = []string{}
	}
	err = tx.Pgx.QueryRow(ctx, `INSERT INTO installations (app_id, account_id, selection, permissions, single_file_paths, installer_id, requester_id,
			agreed_by, agreed_at, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, nullif($6::bigint, 0), $8, $8, $8) RETURNING id`,
		w.App.ID, w.Account.ID, w.Facts.Selection, w.Facts.Asks.Installable(), paths, actor.UserID, requester, s.now()).Scan(&id)
	if db.Violates(err, "installations_standing_key") {
		return 0, models.ErrAlreadyInstalled
	}
	if err != nil {
		return 0, fmt.Errorf("installs: install: %w", err)
	}
	return id, nil
}

// installed records and tells that something was installed.
func (s *Service) installed(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, requester *int64) error {
	after := map[string]any{"installation": i.ID, "selection": i.Selection, "repositories": i.Count, "permissions": i.Permissions}
	if err := s.record(ctx, tx, actor, "installation.create", i, nil, after); err != nil {
		return err
	}
	if err := s.Announce(ctx, tx, actor, Event{Installation: i, Action: Created, Requester: requester}); err != nil {
		return err
	}
	if err := s.count(ctx, tx, i, models.FactInstall); err != nil {
		return err
	}
	n := notices.Notice{Kind: models.NoticeInstalled, Link: page(i), Params: map[string]string{
		"app": i.App.Name, "account": i.Account.DisplayName(), "login": actor.Login}}
	if requester == nil {
		return s.tellOwners(ctx, tx, n, i, actor.UserID)
	}
	return s.tellOwners(ctx, tx, n, i, actor.UserID, *requester) // who is told otherwise
}

// count keeps what happened to the app's listing, where it has one.
func (s *Service) count(ctx context.Context, tx *db.Tx, i *Standing, kind models.FactKind) error {
	if i.ListingID == 0 {
		return nil
	}
	return insights.Record(ctx, tx, models.Fact{ListingID: i.ListingID, Kind: kind, At: s.now()})
}

// extend gives what is installed already the repositories that were weighed.
func (s *Service) extend(ctx context.Context, tx *db.Tx, actor models.Actor, w *Weighed, repositories []int64) (*models.Installation, error) {
	i, err := Of(ctx, tx.Pgx, w.Installed.ID, true)
	if err != nil {
		return nil, err
	}
	changed := false
	switch {
	case i.Selection != models.SelectSelected:
	case w.Facts.Selection == models.SelectAll:
		changed, err = s.reachAll(ctx, tx, actor, i)
	default:
		changed, err = s.reachOthers(ctx, tx, actor, i, repositories, nil)
	}
	if err == nil && !changed {
		err = models.ErrAlreadyInstalled
	}
	return &i.Installation, err
}
