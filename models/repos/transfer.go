package repos

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// Transfer gives a repository to the account with the login to. It moves at once
// (moved) where the actor may make repositories there; otherwise the receiver is
// asked, for models.TransferLifetime, and an earlier question is forgotten.
// Confirm is the repository's full name. It returns ErrNameMismatch,
// ErrTransferTarget, or ErrTransferTaken where that account has a repository of
// this name.
func (s *Service) Transfer(ctx context.Context, actor models.Actor, id int64, to, confirm string) (d *Details, moved bool, err error) {
	target, err := s.Owner(ctx, to)
	switch {
	case errors.Is(err, models.ErrNotFound):
	case err != nil:
		return nil, false, err
	case actor.MayCreateRepositoryIn(target.ID) != nil:
		if err := s.bother(ctx, actor); err != nil {
			return nil, false, err
		}
	}
	d, err = s.reshape(ctx, actor, id, func(tx *db.Tx, d *Details) error {
		switch {
		case d.Repository.ArchivedAt != nil:
			return models.ErrRepositoryLocked
		case confirm != d.FullName():
			return models.ErrNameMismatch
		case target.ID == 0 || target.ID == d.Owner.ID:
			return models.ErrTransferTarget
		}
		if moved = actor.MayCreateRepositoryIn(target.ID) == nil; moved {
			return s.move(ctx, tx, actor, d, target, nil)
		}
		return s.ask(ctx, tx, actor, d, target)
	})
	if db.Violates(err, "repositories_name_key") {
		return nil, false, models.ErrTransferTaken
	}
	return d, moved, err
}

// ask makes a transfer wait for who is to receive it.
func (s *Service) ask(ctx context.Context, tx *db.Tx, actor models.Actor, d *Details, target models.Account) error {
	now := s.now()
	err := tx.WithContext(ctx).Exec(`INSERT INTO repository_transfers (repository_id, account_id, requester_id, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT repository_transfers_pkey DO UPDATE SET account_id = excluded.account_id,
			requester_id = excluded.requester_id, created_at = excluded.created_at, expires_at = excluded.expires_at`,
		d.Repository.ID, target.ID, actor.UserID, now, now.Add(models.TransferLifetime)).Error
	if err != nil {
		return fmt.Errorf("repos: transfer: %w", err)
	}
	if err := s.record(ctx, tx, actor, "repository.transfer_request", d, nil, map[string]any{"to": target.Login}); err != nil {
		return err
	}
	if d.Transfer != nil && d.Transfer.AccountID == target.ID {
		return nil // they have been told
	}
	return s.tell(ctx, tx, target.ID, actor.UserID, notices.Notice{Kind: models.NoticeTransfer, Link: d.Link() + "/transfer",
		Params: map[string]string{"repository": d.FullName(), "from": actor.Login, "to": target.Login}})
}

// move makes a repository another account's; also is somebody more to tell.
func (s *Service) move(ctx context.Context, tx *db.Tx, actor models.Actor, d *Details, target models.Account, also []int64) error {
	from := *d
	id := d.Repository.ID
	if err := s.follow(func(i Installations) error { return i.RepositoryLeaving(ctx, tx, actor, id) }); err != nil {
		return err
	}
	if err := tx.WithContext(ctx).Exec(`UPDATE repositories SET account_id = ?, updated_at = ? WHERE id = ?`, target.ID, s.now(), id).Error; err != nil {
		return fmt.Errorf("repos: transfer: %w", err)
	}
	if err := s.leaveName(ctx, tx, from.Owner.ID, from.Repository.Name, id); err != nil {
		return err
	}
	if err := takeName(ctx, tx, target.ID, from.Repository.Name); err != nil {
		return err
	}
	for _, sql := range []string{
		`DELETE FROM repository_transfers WHERE repository_id = ?`,
		// Whoever owns it needs no grant.
		`DELETE FROM collaborators c USING repositories r WHERE r.id = ? AND c.repository_id = r.id AND c.account_id = r.account_id`,
	} {
		if err := tx.WithContext(ctx).Exec(sql, id).Error; err != nil {
			return fmt.Errorf("repos: transfer: %w", err)
		}
	}
	d.Owner, d.Repository.AccountID, d.Transfer = target, target.ID, nil
	if err := s.follow(func(i Installations) error { return i.RepositoryMoved(ctx, tx, actor, id, from.Owner) }); err != nil {
		return err
	}
	return s.moved(ctx, tx, actor, &from, d, also)
}

// moved writes a move into both accounts' logs and tells both accounts.
func (s *Service) moved(ctx context.Context, tx *db.Tx, actor models.Actor, from, to *Details, also []int64) error {
	before, after := map[string]any{"owner": from.Owner.Login}, map[string]any{"owner": to.Owner.Login}
	for _, account := range []int64{from.Owner.ID, to.Owner.ID} {
		err := audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "repository.transfer", AccountID: &account, TargetKind: "repository",
			TargetID: &to.Repository.ID, TargetName: to.FullName(), Before: before, After: after})
		if err != nil {
			return err
		}
	}
	givers, err := peopleOf(ctx, tx, from.Owner.ID)
	if err != nil {
		return err
	}
	takers, err := peopleOf(ctx, tx, to.Owner.ID)
	if err != nil {
		return err
	}
	people := slices.Concat(givers, takers, also)
	slices.Sort(people)
	people = slices.DeleteFunc(slices.Compact(people), func(id int64) bool { return id == actor.UserID })
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeTransferDone, Link: to.Link(),
		Params: map[string]string{"repository": from.FullName(), "to": to.Owner.Login}}, people...)
}

// tell tells those who stand for an account, but for one of them.
func (s *Service) tell(ctx context.Context, tx *db.Tx, account, but int64, n notices.Notice) error {
	people, err := peopleOf(ctx, tx, account)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, n, slices.DeleteFunc(people, func(id int64) bool { return id == but })...)
}

// AcceptTransfer moves a repository to the account that it was offered to, for
// whoever may make repositories there. It returns ErrTransferClosed where the
// offer has ended, or whoever made it could not make it any more, and
// ErrTransferTaken where the account has a repository of this name.
func (s *Service) AcceptTransfer(ctx context.Context, actor models.Actor, id int64) (*Details, error) {
	var d *Details
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		var t *Pending
		if d, t, err = s.offered(ctx, tx, actor, id); err != nil {
			return err
		}
		if d.Repository.ArchivedAt != nil {
			return models.ErrRepositoryLocked
		}
		may, err := s.stillManages(ctx, tx, t.RequesterID, d)
		if err != nil {
			return err
		}
		if !may {
			return models.ErrTransferClosed
		}
		target, err := owner(ctx, tx.Pgx, t.To)
		if err != nil {
			return err
		}
		return s.move(ctx, tx, actor, d, target, []int64{t.RequesterID})
	})
	if db.Violates(err, "repositories_name_key") {
		return nil, models.ErrTransferTaken
	}
	return d, err
}

// DeclineTransfer refuses a repository that was offered.
func (s *Service) DeclineTransfer(ctx context.Context, actor models.Actor, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		d, t, err := s.offered(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := dropTransfer(ctx, tx, id); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "repository.transfer_decline", d, map[string]any{"to": t.To}, nil); err != nil {
			return err
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeTransferDeclined, Link: d.Link(),
			Params: map[string]string{"repository": d.FullName(), "to": t.To}}, t.RequesterID)
	})
}

// CancelTransfer takes an offer back.
func (s *Service) CancelTransfer(ctx context.Context, actor models.Actor, id int64) error {
	_, err := s.changeAny(ctx, actor, id, models.LevelToManage, func(tx *db.Tx, d *Details) error {
		if d.Transfer == nil {
			return models.ErrTransferClosed
		}
		if err := dropTransfer(ctx, tx, id); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "repository.transfer_cancel", d, map[string]any{"to": d.Transfer.To}, nil)
	})
	return err
}

// offered locks a repository that is on its way to an account of the actor.
func (s *Service) offered(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) (*Details, *Pending, error) {
	if err := actor.MayAct(); err != nil {
		return nil, nil, err
	}
	d, err := s.lock(ctx, tx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	if err := offeredTo(actor, d); err != nil {
		return nil, nil, err
	}
	return d, d.Transfer, nil
}

func dropTransfer(ctx context.Context, tx *db.Tx, id int64) error {
	if err := tx.WithContext(ctx).Exec(`DELETE FROM repository_transfers WHERE repository_id = ?`, id).Error; err != nil {
		return fmt.Errorf("repos: transfer: %w", err)
	}
	return nil
}

// stillManages reports whether a person who isn't here manages a repository:
// one who asked for a transfer must still be able to when it is accepted.
func (s *Service) stillManages(ctx context.Context, tx *db.Tx, person int64, d *Details) (bool, error) {
	var role *string
	var barred, suspended bool
	var granted models.RepositoryLevel
	err := tx.Pgx.QueryRow(ctx, `SELECT m.role, m.suspended_at IS NOT NULL, a.suspended_at IS NOT NULL, `+grantedRank+`
		FROM accounts a LEFT JOIN memberships m ON m.account_id = a.id AND m.organization_id = $2
		LEFT JOIN collaborators c ON c.account_id = a.id AND c.repository_id = $3 WHERE a.id = $1`,
		person, d.Owner.ID, d.Repository.ID).Scan(&role, &barred, &suspended, &granted)
	if err != nil {
		return false, fmt.Errorf("repos: transfer: %w", err)
	}
	them := models.Actor{UserID: person, Suspended: suspended}
	if role != nil {
		them.Memberships = []models.Membership{{OrganizationID: d.Owner.ID, Role: models.OrganizationRole(*role), Suspended: barred}}
	}
	level := them.LevelOn(&d.Repository, granted, d.Base)
	return them.MayUseRepository(level, models.LevelToManage) == nil, nil
}
