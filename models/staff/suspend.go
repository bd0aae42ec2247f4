package staff

import (
	"context"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// Suspend keeps an account from doing anything but looking around and taking
// its data along; its tokens stop working, and its listings leave the
// marketplace. The person reads the reason. It returns ErrAboveYou for staff of the same or a higher role.
func (s *Service) Suspend(ctx context.Context, actor models.Actor, login, why string) error {
	return s.decide(ctx, actor, login, why, "account.suspend", func(a *account) (any, bool) { return s.now(), a.SuspendedAt == nil })
}

// Reinstate takes a suspension back; the listings return.
func (s *Service) Reinstate(ctx context.Context, actor models.Actor, login, why string) error {
	return s.decide(ctx, actor, login, why, "account.reinstate", func(a *account) (any, bool) { return nil, a.SuspendedAt != nil })
}

// decide changes whether an account is suspended, unless it is so already.
func (s *Service) decide(ctx context.Context, actor models.Actor, login, why string, action models.AuditAction, to func(*account) (any, bool)) error {
	if err := actor.MayStaffNow(models.StaffAdministrator, s.now()); err != nil {
		return err
	}
	why, err := reason(why)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		a, err := locked(ctx, tx, login)
		if err != nil {
			return err
		}
		if err := actor.MayHandle(a.Staff); err != nil {
			return err
		}
		at, changes := to(&a)
		if !changes {
			return nil
		}
		shown := why
		if at == nil {
			shown = ""
		}
		err = tx.WithContext(ctx).Exec(`UPDATE accounts SET suspended_at = ?, suspended_reason = ?, updated_at = ? WHERE id = ?`, at, shown, s.now(), a.ID).Error
		if err != nil {
			return fmt.Errorf("staff: %s: %w", action, err)
		}
		err = audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &a.ID, TargetKind: "account", TargetID: &a.ID,
			TargetName: a.Login, Description: why, Before: map[string]any{"suspended": at == nil}, After: map[string]any{"suspended": at != nil}})
		if err != nil {
			return err
		}
		kind := models.NoticeSuspended
		if at == nil {
			kind = models.NoticeReinstated
		}
		if err := s.reindex(ctx, tx, &a); err != nil {
			return err
		}
		people, err := s.peopleOf(ctx, tx, &a)
		if err != nil {
			return err
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: kind, Link: place(&a), Params: map[string]string{"login": a.Login, "reason": why}}, people...)
	})
}

// reindexed is how many listings one job brings the search up to.
const reindexed = 500

// reindex has the search follow: the database hides the published listings of an
// account that is suspended, and shows them again.
func (s *Service) reindex(ctx context.Context, tx *db.Tx, a *account) error {
	var ids []int64
	err := tx.WithContext(ctx).Raw(`SELECT l.id FROM listings l JOIN apps p ON p.id = l.app_id
		WHERE p.account_id = ? AND l.state = 'published' ORDER BY l.id`, a.ID).Scan(&ids).Error
	if err != nil {
		return fmt.Errorf("staff: listings: %w", err)
	}
	for some := range slices.Chunk(ids, reindexed) {
		if err := s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: some}); err != nil {
			return err
		}
	}
	return nil
}

// place is where those who are told can look.
func place(a *account) string {
	if a.Kind == models.KindOrganization {
		return "/" + a.Login
	}
	return "/settings/account"
}

// peopleOf are those who stand behind an account: the user, or an
// organization's owners.
func (s *Service) peopleOf(ctx context.Context, tx *db.Tx, a *account) (ids []int64, err error) {
	if a.Kind == models.KindUser {
		return []int64{a.ID}, nil
	}
	err = tx.WithContext(ctx).Raw(`SELECT account_id FROM memberships WHERE organization_id = ? AND role = 'owner'`, a.ID).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("staff: owners: %w", err)
	}
	return ids, nil
}
